"""A race that shows one thing, and the controls that make it."""

from dataclasses import dataclass

from engine.courses import Course, Racer
from playground.panels.race_controls import place_text
from playground.panels.race_runs import to_text


@dataclass(frozen=True)
class Preset:
    """A race that shows one thing; texts are marked for translation.

    Attributes:
        title: short name.
        question: what a class predicts before it presses play.
        why: what happens, and why.
        course: where it is.
        racers: who runs.
        view: id of the view in which it shows best.
        step: where the playhead begins.
    """

    title: str
    question: str
    why: str
    course: Course
    racers: tuple[Racer, ...]
    view: str = "race"
    step: str = "0"


def settings(preset: Preset) -> dict[str, object]:
    """Return the controls of the page that make the preset's race."""
    course = preset.course
    chosen = {
        "surface": course.surface,
        "condition": course.condition,
        f"start_{course.surface}": place_text(course.start),
        "steps": course.steps,
        "noise": course.noise,
        "batch": float(course.batch or course.ground.size or 20),
        "seed": course.seed,
        "schedule": course.schedule,
        "clip": course.clip or "none",
        "clip_at": course.clip_at,
        "runs": to_text(preset.racers),
        "runner": "1",
        "view": preset.view,
        "step": preset.step,
    }
    if course.schedule not in ("constant", "cosine"):
        chosen[f"r_{course.schedule}"] = course.schedule_rate
    return chosen
