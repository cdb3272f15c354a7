"""The race itself: computed once, painted by the player, lost runners explained."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

import streamlit as st
from PIL import Image

from engine.courses import MOST_STEPS, Course, Racer
from engine.races import GRID, Way, race
from engine.surfaces import surface
from playground import state
from playground.figures import race as stage
from playground.figures.race_film import film, step_film
from playground.figures.race_map import map_pixels, relief_heights
from playground.i18n import _
from playground.panels.race_controls import Knobs, place_text
from playground.panels.race_editor import is_tuned
from playground.panels.race_lost import why_lost
from playground.panels.race_runs import shown
from playground.player.player import Still, player, rested
from playground.player.scene import Scene, Track

TINTS = 128  # colours of a map's picture: a small file
END = "end"


@dataclass(frozen=True)
class Ran:
    """A race that is over: the runners' ways, and the tape that shows them."""

    ways: tuple[Way, ...]
    tracks: tuple[Track, ...]
    frames: list[bytes]


def race_view(knobs: Knobs) -> None:
    """Show the race, whether it is a fair one, and why runners got lost."""
    course, racers = knobs.course, knobs.racers
    ran = run(course, racers)
    scene = stage.scene(drawn(course, shown(racers), ran.tracks), words())

    def moved(*point: float) -> tuple[Scene, Ran]:
        there = replace(course, start=point[: course.ground.dimensions])
        ran = run(there, racers)
        return stage.scene(drawn(there, shown(racers), ran.tracks), words()), ran

    _play(scene, "race", ran, course, moved)
    if is_tuned(course, racers):
        text = _(
            "Tuned fairly: each runs with the best of {count} learning rates, the one "
            "with the lowest loss after {steps} steps from this start."
        )
        st.caption(text.format(count=len(GRID), steps=course.steps))
    for racer, runner, way in zip(racers, shown(racers), ran.ways, strict=True):
        if way.blown is not None:
            name = f"{runner.number} {runner.name}"
            st.markdown(why_lost(course, racer, name, way.blown))


def step_player(knobs: Knobs) -> int:
    """Show the chosen runner alone on the map; return the step at the playhead."""
    racers = (knobs.racers[knobs.chosen],)
    ran = _run_alone(knobs.course, racers)
    alone = drawn(knobs.course, shown(racers, knobs.chosen), ran.tracks)
    return _play(stage.map_scene(alone, words()), "step", ran, knobs.course)


@st.cache_data(max_entries=256, show_spinner=False)
def run(course: Course, racers: tuple[Racer, ...]) -> Ran:
    """Return a race and its tape."""
    ways = race(course, racers)
    return Ran(ways, *film(course.ground, ways))


@st.cache_data(max_entries=256, show_spinner=False)
def _run_alone(course: Course, racers: tuple[Racer, ...]) -> Ran:
    """Return the race of one runner, and a tape of its steps."""
    ways = race(course, racers)
    return Ran(ways, *step_film(course.ground, ways[0]))


def drawn(
    course: Course, runners: Sequence[stage.Runner], tracks: tuple[Track, ...]
) -> stage.Race:
    """Return a race as its scene needs it."""
    picture, heights = _ground(course.surface, course.condition)
    return stage.Race(
        course.ground,
        runners,
        tracks,
        course.steps,
        picture,
        heights,
        course.schedule != "constant",
    )


def words() -> stage.Words:
    """Return what the scene says, in the reader's language."""
    return stage.Words(
        step=_("Step"),
        gap="|w − w*|",
        excess=_("L − L min"),
        slope="|∇L|",
        rate="α",
    )


def _play(
    scene: Scene,
    key: str,
    ran: Ran,
    course: Course,
    moved: Callable[[float, float], tuple[Scene, Ran]] | None = None,
) -> int:
    """Show a tape with the playhead where it was; return the step where it is.

    `moved` computes the race from another start, which a click may choose.
    """
    time = rested(f"optimizers_{key}")
    if time is not None:
        state.settings(step=END if time >= course.steps else str(round(time)))
    text = state.recall("step", END, _step)
    state.remember("step", text, END)
    step = course.steps if text == END else min(int(text), course.steps)
    times = [float(time) for time in range(course.steps + 1)]

    def hear(event: Mapping[str, object]) -> None:
        if event["kind"] == "place":
            numbers = (event["x"], event["y"])[: course.ground.dimensions]
            state.settings(**{f"start_{course.surface}": place_text(numbers)})

    def still(ran: Ran) -> Still:
        return Still(ran.frames, times, goto=float(step))

    def answer(place: dict[str, float]) -> tuple[Scene, Still]:
        scene, ran = moved(place["x"], place["y"])
        return scene, still(ran)

    name = f"optimizers_{key}"
    answers = answer if moved else None
    player(scene, key=name, source=still(ran), on_event=hear, answer=answers)
    return step


def _step(text: str) -> str:
    if text != END and not (text.isdecimal() and int(text) <= MOST_STEPS):
        raise ValueError(f"step must be {END} or 0 to {MOST_STEPS}, got {text}")
    return text if text == END else str(int(text))


@st.cache_data(max_entries=64, show_spinner=False)
def _ground(name: str, condition: float) -> tuple[str, tuple[tuple[float, ...], ...]]:
    """Return a surface's map as a data address, and the heights of its relief."""
    ground, file = surface(name, condition), BytesIO()
    picture = Image.fromarray(map_pixels(ground))
    picture.quantize(TINTS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    address = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    return address, relief_heights(ground)
