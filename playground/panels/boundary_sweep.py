"""A search over two hyperparameters: up to 256 networks trained as one batch."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import streamlit as st
import torch
from torch import Tensor

from engine.spec import Spec
from engine.training import Run, start
from playground import state, widgets
from playground.figures.sweeps import sweep_map
from playground.i18n import _
from playground.jobs import Job, Progress, Room
from playground.layout import chart
from playground.panels.boundary_controls import Knobs
from playground.panels.boundary_run import forget_changes
from playground.panels.line import in_line

SEATS = 1  # searches at a time on this server
GLANCE = 0.5  # seconds between two looks at a running search
# Hyperparameter -> (key of its control, exponents of ten searched).
SEARCHED = {
    "learning_rate": ("lr", (-4.0, 1.0)),
    "l2": ("l2", (-5.0, 0.0)),
    "l1": ("l1", (-5.0, -1.0)),
    "clip": ("clip", (-2.0, 1.0)),
}


@dataclass(frozen=True)
class Plan:
    """What is searched: one network for each pair of values."""

    spec: Spec
    across: str
    upward: str
    pairs: tuple[tuple[float, float], ...]
    epochs: int

    def batch(self) -> Spec:
        """Return all networks as one spec."""
        first, second = zip(*self.pairs, strict=True)
        return replace(self.spec, **{self.across: first, self.upward: second})


@dataclass(frozen=True)
class Found:
    """What a search found: the plan and the last test losses [E], NaN: diverged."""

    plan: Plan
    losses: Tensor


class Search:
    """The work of a search: an epoch of all networks at a time."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.training: Run = start(plan.batch())

    def run(self) -> Iterator[int]:
        """Yield the epochs trained so far."""
        for epoch in range(1, self.plan.epochs + 1):
            self.training.advance(1)
            yield epoch

    def found(self) -> Found:
        """Return the losses now."""
        losses = self.training.measure().test_loss.clone()
        lost = [d is not None for d in self.training.divergence]
        losses[torch.tensor(lost)] = torch.nan
        return Found(self.plan, losses)


def sweep_view(knobs: Knobs) -> None:
    """Show the controls of a search, its progress and its map."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        plan = _plan(knobs.spec)
    with right:
        running = _job().progress.running
        st.fragment(_progress, run_every=GLANCE if running else None)(plan, running)


def _plan(spec: Spec) -> Plan:
    names = {
        "learning_rate": _("Learning rate"),
        "l2": _("L2 penalty"),
        "l1": _("L1 penalty"),
        "clip": _("Clip the gradient's norm at"),
    }
    across = widgets.choice(_("Across"), names, key="sweepx")
    rest = {name: names[name] for name in names if name != across}
    upward = widgets.choice(_("Upward"), rest, key="sweepy")
    how = {"grid": _("Grid"), "random": _("Random")}
    method = widgets.segments(_("Search"), how, key="search")
    counts = {"64": "64", "144": "144", "256": "256"}
    count = int(widgets.segments(_("Networks"), counts, key="searched"))
    epochs = widgets.slider(_("Epochs"), (10, 300, 10), 60, key="sweepepochs")
    spans = SEARCHED[across][1], SEARCHED[upward][1]
    if method == "grid":
        side = round(count**0.5)
        rows = [_spaced(span, side) for span in spans]
        pairs = tuple((x, y) for y in rows[1] for x in rows[0])
    else:
        generator = torch.Generator().manual_seed(spec.seed)
        draws = torch.rand(count, 2, generator=generator).tolist()
        pairs = tuple((_power(spans[0], u), _power(spans[1], v)) for u, v in draws)
    plain = replace(spec, changes=(), init_seeds=())
    return Plan(plain, across, upward, pairs, epochs)


def _spaced(span: tuple[float, float], count: int) -> list[float]:
    return [_power(span, index / (count - 1)) for index in range(count)]


def _power(span: tuple[float, float], share: float) -> float:
    """Return a power of ten between two exponents, to two digits."""
    low, high = span
    return float(f"{10 ** (low + share * (high - low)):.2g}")


def _progress(plan: Plan, was_running: bool) -> None:
    job = _job()
    progress = job.progress
    opened = st.session_state["boundaries.view"] != "sweep"  # a click on the map
    if was_running != progress.running or opened:
        st.rerun()  # the whole page: begin to look twice a second, or show the map
    if progress.running:
        st.button(_("Stop"), icon=":material/stop:", on_click=job.stop)
        _show_running(progress, plan)
    else:
        st.button(
            _("Train {count} networks").format(count=len(plan.pairs)),
            icon=":material/play_arrow:",
            type="primary",
            on_click=lambda: job.start(lambda: Search(plan), Search.found),
        )
        if progress.error:
            st.warning(_("The search failed: try fewer networks or epochs."))
    if progress.result:
        _show(progress.result)


def _show_running(progress: Progress, plan: Plan) -> None:
    if in_line(progress):
        return
    epoch = progress.steps[-1] if progress.steps else 0
    st.progress(
        min(epoch / plan.epochs, 1.0),
        text=_("Epoch {epoch} of {total}").format(epoch=epoch, total=plan.epochs),
    )


def _show(found: Found) -> None:
    """Show the map; a click opens that network."""
    plan = found.plan
    names = {
        "learning_rate": _("Learning rate"),
        "l2": _("L2 penalty"),
        "l1": _("L1 penalty"),
        "clip": _("Gradient clipped at"),
    }

    def load(x: float, y: float) -> None:
        keys = SEARCHED[plan.across][0], SEARCHED[plan.upward][0]
        state.settings(**dict(zip(keys, (x, y), strict=True)), view="network")
        forget_changes()

    lost = int(found.losses.isnan().sum())
    chart(
        sweep_map(
            plan.pairs,
            found.losses.tolist(),
            across=names[plan.across],
            upward=names[plan.upward],
            loss=_("Test loss"),
            lost=_("diverged"),
        ),
        key="sweep",
        alt=_("Test loss for every pair of values; {count} diverged").format(
            count=lost
        ),
        on_click=load,
    )
    best = found.losses.nan_to_num(nan=float("inf")).argmin()
    st.caption(
        _(
            "Best: {across} {x:g}, {upward} {y:g}, test loss {loss:.4g}. Click a "
            "square to open that network."
        ).format(
            across=names[plan.across],
            x=plan.pairs[best][0],
            upward=names[plan.upward],
            y=plan.pairs[best][1],
            loss=found.losses[best].item(),
        )
    )


@st.cache_resource(show_spinner=False)
def _room() -> Room:
    return Room(SEATS)


@st.cache_resource(
    scope="session", show_spinner=False, on_release=lambda job: job.stop()
)
def _job() -> Job:
    return Job(_room())
