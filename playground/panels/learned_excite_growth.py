"""A picture that grows beside the page: once for everybody, a few at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st
import torch

from engine.colour_net import GREY
from engine.excite import Recipe
from engine.growth import Growth, Snapshot
from playground.i18n import _
from playground.jobs import Job, Room
from playground.panels.learned_source import COLOUR, network
from playground.panels.line import in_line

SEATS = 2  # ascents at a time on this server
GLANCE = 0.35  # seconds between two looks at a picture that grows


@dataclass(frozen=True)
class Asked:
    """A picture to grow: for which unit of which layer, and how."""

    layer: str
    unit: int
    recipe: Recipe


@dataclass
class Grown:
    """Where a finished ascent is kept for all visitors."""

    shots: tuple[Snapshot, ...] = ()


@dataclass
class Gardener:
    """A visitor's ascent: what was asked for last, and the job that grows it."""

    room: Room
    asked: Asked | None = None
    job: Job = field(init=False)

    def __post_init__(self) -> None:
        self.job = Job(self.room)

    def tend(self, asked: Asked, kept: Grown) -> None:
        """Begin with what is asked for, unless it has begun already."""
        if asked == self.asked:
            return
        self.job.stop()
        self.asked, self.job = asked, Job(self.room)
        net = network(COLOUR)  # the job's own thread knows nothing of the session

        def make() -> Growth:
            return Growth(net, asked.layer, asked.unit, asked.recipe)

        def finish(growth: Growth) -> tuple[Snapshot, ...]:
            if growth.finished:
                kept.shots = growth.snapshots
            return growth.snapshots

        self.job.start(make, finish)


def growing(asked: Asked) -> tuple[Sequence[Snapshot], bool]:
    """Return how far the picture is, and whether it still grows; begin if need be."""
    kept = _grown(asked)
    if kept.shots:
        return kept.shots, False
    gardener = _gardener()
    gardener.tend(asked, kept)
    progress = gardener.job.progress
    return progress.steps or (_blank(asked.recipe.size),), progress.running


def tell_progress(asked: Asked) -> None:
    """Show how far the picture is, its place in the line, or what went wrong."""
    gardener = _gardener()
    progress = gardener.job.progress
    if gardener.asked != asked or not (progress.running or progress.error):
        return
    if progress.error:
        st.warning(_("The picture could not be grown: the memory ran out."))
    elif not in_line(progress):
        step = progress.steps[-1].step if progress.steps else 0
        text = _("Growing the picture: step {step} of {steps}")
        steps = asked.recipe.steps
        st.progress(step / steps, text=text.format(step=step, steps=steps))


def _blank(size: int) -> Snapshot:
    """Return what is there before the first step is known."""
    nothing = float("nan")
    return Snapshot(0, torch.full((3, size, size), GREY), nothing, nothing)


@st.cache_resource(max_entries=32, show_spinner=False)
def _grown(asked: Asked) -> Grown:
    return Grown()


@st.cache_resource(show_spinner=False)
def _room() -> Room:
    return Room(SEATS)


@st.cache_resource(
    scope="session", show_spinner=False, on_release=lambda gardener: gardener.job.stop()
)
def _gardener() -> Gardener:
    return Gardener(_room())
