"""Two to nine trainings side by side, on the same points, in the same order."""

from dataclasses import replace
from functools import partial

import streamlit as st

from engine.spec import Spec
from playground import widgets
from playground.figures import clouds, compare
from playground.figures.compare import ComparePainter
from playground.i18n import _
from playground.live import LiveTraining
from playground.panels import boundary_run
from playground.panels.boundary_controls import RATES, Knobs
from playground.panels.boundary_names import activation_names, optimizer_names
from playground.panels.boundary_views import plane, play, shown

MOST = 9  # networks


def compare_view(knobs: Knobs) -> LiveTraining:
    """Show several trainings that differ in one thing, played together."""
    training = boundary_run.live("compare")
    specs, names = _variants(knobs.spec)
    make = partial(ComparePainter, span=plane(knobs.spec), hard=knobs.hard)
    runs, painter = shown(training, specs, make, knobs.epochs)
    words = compare.Words(
        epoch=_("Epoch"),
        epochs=_("epochs"),
        loss=_("Loss"),
        spoken=_("Epoch {time:int}. Test losses are written under the pictures."),
    )
    (points,) = clouds.data(runs[0], (0.0, 0.0, 1.0, 1.0), plane(knobs.spec))
    play(training, compare.comparison(painter, names, points, words), key="compare")
    return training


def _variants(spec: Spec) -> tuple[tuple[Spec, ...], list[str]]:
    """Return the specs to train and what each network is called.

    Networks of one shape are one spec, so they are trained as one batch.
    """
    kinds = {
        "activations": _("Activations"),
        "optimizers": _("Optimizers"),
        "rates": _("Learning rates"),
        "seeds": _("Start weights"),
    }
    side, rest = st.columns([1, 2], vertical_alignment="bottom")
    with side:
        kind = widgets.choice(_("What differs"), kinds, key="vary")
    with rest:
        if kind == "activations":
            return _each(spec, "activations", activation_names(), "cacts")
        if kind == "optimizers":
            return _each(spec, "optimizer", optimizer_names(), "copts")
        count = widgets.slider(_("Networks"), (2, MOST, 1), 4, key="networks")
    if kind == "rates":
        rates = _around(spec.learning_rate, count)
        names = [f"η = {rate:g}" for rate in rates]
        return (replace(spec, learning_rate=rates),), names
    seeds = tuple(spec.seed + index for index in range(count))
    names = [_("seed {number}").format(number=seed) for seed in seeds]
    return (replace(spec, init_seeds=seeds),), names


def _each(
    spec: Spec, field: str, names: dict[str, str], key: str
) -> tuple[tuple[Spec, ...], list[str]]:
    """Return one spec for each option chosen."""
    usual = tuple(names)[:4]
    chosen = widgets.several(_("Compared"), names, usual, key=key)
    if not 2 <= len(chosen) <= MOST:
        st.info(_("Choose two to nine."))
    picked = [*chosen, *(n for n in usual if n not in chosen)][: max(2, len(chosen))]
    values = [(name,) if field == "activations" else name for name in picked[:MOST]]
    specs = tuple(replace(spec, **{field: value}) for value in values)
    return specs, [names[name] for name in picked[:MOST]]


def _around(rate: float, count: int) -> tuple[float, ...]:
    """Return learning rates, each about three times the one before."""
    ladder = [r for r in RATES if f"{r:e}"[0] in "13"]
    middle = min(range(len(ladder)), key=lambda i: abs(ladder[i] - rate))
    first = min(max(middle - count // 2, 0), len(ladder) - count)
    return tuple(ladder[first : first + count])
