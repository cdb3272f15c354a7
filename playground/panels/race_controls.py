"""What a reader sets before a race: surface, start, steps, noise, schedule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from engine.courses import Course, Racer
from engine.surfaces import Surface, surface
from playground import widgets
from playground.figures.race_map import window
from playground.i18n import _
from playground.panels import race_editor
from playground.panels.race_runs import surface_names

CONDITIONS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
STEPS = (10, 20, 30, 50, 100, 150, 200, 300, 500, 1000)
BATCHES = (1, 2, 4, 5, 10, 20)  # of the 20 students
NOISES = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
CLIPS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
LARGEST_SEED = 9999


@dataclass(frozen=True)
class Knobs:
    """What the controls say: the course, who runs, and whose settings are shown."""

    course: Course
    racers: tuple[Racer, ...]
    chosen: int


def knobs() -> Knobs:
    """Show every control of a race and return what they say."""
    name = widgets.choice(_("Surface"), surface_names(), key="surface")
    condition = 10.0
    if name == "bowl":
        condition = widgets.stepped(
            _("Condition κ"),
            CONDITIONS,
            10.0,
            key="condition",
            help=_("How many times more the bowl bends along w₂ than along w₁."),
        )
    ground = surface(name, condition)
    left, right = st.columns(2)
    with left:
        start = widgets.entry(
            _("Start"),
            place_text(ground.start),
            lambda text: place_text(place(text, ground)),
            key=f"start_{name}",
            help=_("Type it, or click on the map."),
        )
    with right:
        steps = int(widgets.stepped(_("Steps"), STEPS, 200, key="steps"))
    course = Course(name, condition, place(start, ground), steps)
    above = st.container()
    with st.expander(_("More")):
        course = _clipped(_scheduled(_noisy(course)))
    with above:  # they are tuned on the whole course
        racers, chosen = race_editor.runners(course)
    return Knobs(course, racers, chosen)


def place(text: str, ground: Surface) -> tuple[float, ...]:
    """Return the numbers that were typed; decimal commas need a semicolon between.

    Raises:
        ValueError: with a translated sentence: not so many numbers, or off the map.
    """
    span = window(ground)
    tidy = text.replace("−", "-")
    parts = tidy.replace(",", ".").split(";") if ";" in tidy else tidy.split(",")
    try:
        numbers = tuple(map(float, parts))
    except ValueError:
        numbers = ()
    limits = (span[:2], span[2:])[: ground.dimensions]
    if len(numbers) != len(limits) or not all(
        low <= number <= high
        for number, (low, high) in zip(numbers, limits, strict=True)
    ):
        raise ValueError(_off_the_map(limits))
    return numbers


def place_text(numbers: Sequence[float]) -> str:
    """Return a place as `place` reads it."""
    return ", ".join(f"{number:.4g}" for number in numbers)


def _off_the_map(limits: Sequence[tuple[float, float]]) -> str:
    spans = [f"{low:g} … {high:g}".replace("-", "−") for low, high in limits]
    if len(spans) == 1:
        return _("One number on the map: {x}.").format(x=spans[0])
    return _("Two numbers on the map, such as 0.5, 1: w₁ in {x}, w₂ in {y}.").format(
        x=spans[0], y=spans[1]
    )


def _noisy(course: Course) -> Course:
    """Show the noise of the gradient, or the size of the mini-batch."""
    size = course.ground.size
    if size:
        batch = widgets.stepped(
            _("Students in a mini-batch"), BATCHES, float(size), key="batch"
        )
        course = replace(course, batch=int(batch) % size)
    else:
        noise = widgets.stepped(
            _("Noise of the gradient"),
            NOISES,
            0.0,
            key="noise",
            help=_("Standard deviation of what is added to each part, in each step."),
        )
        course = replace(course, noise=noise)
    seed = widgets.number(_("Seed"), (0, LARGEST_SEED, 1), 0, key="seed")
    return replace(course, seed=seed)


def _scheduled(course: Course) -> Course:
    """Show how the learning rates change with the steps."""
    names = {
        "constant": _("Constant"),
        "inverse": "1 / (1 + r·t)",
        "exponential": "rᵗ",
        "staircase": _("Halved every r steps"),
        "inverse_sqrt": "r / √t",
        "cosine": _("Cosine, down to 0"),
        "warmup": _("Warm-up of r steps"),
    }
    schedule = widgets.choice(
        _("Schedule of the rate"),
        names,
        key="schedule",
        help=_("What every learning rate is multiplied by in step t = 0, 1, 2, …"),
    )
    spans = {
        "inverse": (0.0, 1.0, 0.01, 0.02),
        "exponential": (0.9, 1.0, 0.005, 0.98),
        "staircase": (5.0, 500.0, 5.0, 50.0),
        "inverse_sqrt": (0.5, 10.0, 0.5, 1.0),
        "warmup": (1.0, 200.0, 1.0, 20.0),
    }
    if schedule not in spans:
        return replace(course, schedule=schedule)
    low, high, step, default = spans[schedule]
    number = widgets.slider("r", (low, high, step), default, key=f"r_{schedule}")
    return replace(course, schedule=schedule, schedule_rate=number)


def _clipped(course: Course) -> Course:
    """Show whether gradients are clipped, and where."""
    names = {"none": _("Off"), "norm": _("Norm"), "value": _("Each part")}
    clip = widgets.segments(_("Clip the gradient"), names, key="clip")
    if clip == "none":
        return course
    most = widgets.stepped(_("Clip at"), CLIPS, 1.0, key="clip_at")
    return replace(course, clip=clip, clip_at=most)
