"""What an activation does to a signal that passes through many layers."""

import math
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.depth import INITS, MOST_DEPTH, SAMPLES, Plan, Propagation, propagate
from engine.spec import FIXED
from playground import state, widgets
from playground.figures import activations_depth as figures
from playground.figures.numerals import percent
from playground.i18n import _
from playground.layout import TakeAway, chart
from playground.panels.activation_functions import form_of
from playground.panels.activation_names import every_name, init_names
from playground.panels.activation_numbers import number
from playground.panels.boundary_controls import LARGEST_SEED
from playground.snippets.activations import network_program

WIDTHS = (8, 16, 32, 64)  # more would cost every run of the page its speed
STRONG, WEAK = 100.0, 0.01  # beyond, a gradient has exploded or vanished
STEADY = (0.9, 1.1)  # factor per layer
LARGEST_32, SMALLEST_32 = 3.4e38, 1.4e-45  # of float32
DEEPEST_THERE = 8  # layers of the boundary page


def network_view(controls: DeltaGenerator) -> TakeAway:
    """Send a signal up through a network and a gradient down; say what became of them.

    Args:
        controls: where the controls go.
    """
    with controls:
        plan, layer = _plan()
    layer = min(layer, plan.depth)
    found = propagate(plan)
    words = _words(layer)
    seen = _("What the units of layer {layer} are given and what they answer")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        chart(
            figures.histograms(found, layer, words),
            key="histograms",
            alt=seen.format(layer=layer),
        )
    with right:
        chart(
            figures.signal(found, layer, words),
            key="signal",
            alt=_("Activations and gradient of every layer, on logarithmic axes"),
            on_click=_pick,
        )
    _numbers(found, layer)
    st.markdown(" ".join(_verdict(plan, found)))
    _elsewhere(plan)
    return TakeAway(
        partial(network_program, plan),
        figures={"signal": "signal", "histograms": "histograms"},
        tables={"layers.csv": _csv(found)},
    )


def _plan() -> tuple[Plan, int]:
    """Let the reader choose the network, and the layer to look into."""
    names = every_name()
    usual = {name: names[name] for name in ("sigmoid", *names)}
    act = widgets.choice(_("Activation"), usual, key="act")
    form = form_of(act, names, prefix="n")
    inits = {name: init_names()[name] for name in ("xavier", *INITS)}
    init = widgets.choice(
        _("Variance of the weights"),
        inits,
        key="init",
        help=_("All layers have n units, so Xavier's 2/(n + n) is 1/n."),
    )
    depth = widgets.slider(_("Layers"), (1, MOST_DEPTH, 1), 20, key="depth")
    bias = widgets.slider(
        _("Bias of every unit"),
        (-2.0, 2.0, 0.1),
        0.0,
        key="bias",
        help=_("Too large a training step can push biases far below 0."),
    )
    layer = widgets.slider(
        _("Layer in the histograms"),
        (1, MOST_DEPTH, 1),
        1,
        key="layer",
        help=_("Or click a mark in the chart."),
    )
    with st.expander(_("More")):
        width = widgets.stepped(_("Units per layer, n"), WIDTHS, 64, key="width")
        seed = widgets.number(_("Seed"), (0, LARGEST_SEED, 1), 0, key="seed")
    return Plan(form, init, depth, int(width), bias, seed), layer


def _pick(x: float, _y: float) -> None:
    state.settings(layer=max(1, round(x)))


def _words(layer: int) -> figures.Words:
    return figures.Words(
        layer=_("Layer"),
        spread=_("std of a"),
        difference=_("between samples"),
        gradient=_("gradient norm"),
        before=_("z of layer {layer}").format(layer=layer),
        after=_("a = g(z)"),
        active=_("|g′| ≥ 0.1"),
        saturated=_("saturated"),
    )


def _numbers(found: Propagation, layer: int) -> None:
    """Show the row of numbers."""
    units = found.dead.numel() * found.z.shape[2]
    saturated = _("Saturated in layer {layer}").format(layer=layer)
    back = "–" if len(found.z) == 1 else f"× {number(found.back_factor)}"
    shown = (
        (_("Forward, per layer"), f"× {number(found.forward_factor)}"),
        (_("Backward, per layer"), back),
        (saturated, percent(found.flat[layer - 1].item())),
        (_("Dead units, all layers"), f"{int(found.dead.sum())} / {units}"),
    )
    with st.container(horizontal=True):
        for label, value in shown:
            st.metric(label, value)


def _verdict(plan: Plan, found: Propagation) -> list[str]:
    """Return what became of gradient and signal, in sentences."""
    left, factor = found.gradient[1].item(), found.back_factor
    if plan.depth == 1:
        said = [_("One layer: nothing is multiplied yet. Move *Layers*.")]
    elif left == 0:
        text = _(
            "**Nothing arrives.** The gradient is exactly 0 below layer {layer}: no "
            "weight there can learn."
        )
        said = [text.format(layer=int(found.gradient.nonzero()[0]))]
    else:
        said = [
            _size(left, factor).format(factor=number(factor), left=number(left)),
        ]
    dead = int(found.dead.sum())
    if dead:
        text = _("{dead} units are dead: their slope is 0 for all {samples} samples.")
        said.append(text.format(dead=dead, samples=SAMPLES))
    if found.difference[-1] < 0.001 * found.difference[0]:
        text = _(
            "At the top the samples differ by {difference}: whatever goes in, the same "
            "comes out."
        )
        said.append(text.format(difference=number(found.difference[-1].item())))
    return said + _float32(found)


def _size(left: float, factor: float) -> str:
    if left < WEAK:
        return _(
            "**Vanishing.** Each layer multiplies the gradient by {factor}: of 1 at "
            "the top, {left} is left in layer 1."
        )
    if left > STRONG:
        return _(
            "**Exploding.** Each layer multiplies the gradient by {factor}: 1 at the "
            "top grows to {left} in layer 1."
        )
    if STEADY[0] <= factor <= STEADY[1]:
        return _(
            "**Steady.** Each layer multiplies the gradient by {factor}: of 1 at the "
            "top, {left} is left in layer 1."
        )
    return _(
        "**Still undecided.** Each layer multiplies the gradient by {factor}: of 1 at "
        "the top, {left} is left in layer 1. More layers would settle it."
    )


def _float32(found: Propagation) -> list[str]:
    sizes = [*found.spread.tolist(), *found.gradient.tolist()]
    if max(sizes) > LARGEST_32:
        return [_("In float32, as networks are trained, that would be infinite.")]
    if min((size for size in sizes if size), default=1.0) < SMALLEST_32:
        return [_("In float32, as networks are trained, that would be 0.")]
    return []


def _elsewhere(plan: Plan) -> None:
    """Offer to train such a network on the boundary page."""
    if plan.form.name not in FIXED:
        return
    depth = min(plan.depth, DEEPEST_THERE)
    link = {
        "data": "xor",
        "activation": plan.form.name,
        "layers": ",".join(["8"] * depth),
    }
    if plan.init != "large":
        link["init"] = plan.init
    st.page_link(
        "../pages/boundaries.py",
        label=_("Train {count} such layers on XOR").format(count=depth),
        icon=":material/arrow_forward:",
        query_params=link,
    )


def _csv(found: Propagation) -> str:
    columns = [
        *(one.tolist() for one in (found.spread, found.difference, found.gradient)),
        [math.nan, *found.flat.tolist()],  # the input has no activation
        [math.nan, *found.dead.tolist()],
    ]
    rows = ["layer,std,between_samples,gradient,saturated,dead"]
    for layer, numbers in enumerate(zip(*columns, strict=True)):
        texts = ("" if math.isnan(value) else f"{value:.10g}" for value in numbers)
        rows.append(",".join([str(layer), *texts]))
    return "\n".join(rows)
