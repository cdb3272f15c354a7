"""What it costs: two ways to the same output, side by side, with all numbers."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.architectures import conv
from engine.layer_plan import Layer, Shape, names
from playground import widgets
from playground.figures.architecture_charts import costs
from playground.figures.numerals import tex_grouped
from playground.i18n import _
from playground.layout import TakeAway, chart
from playground.panels import architecture_words as words
from playground.panels.architecture_networks import said, table, told, type_size
from playground.snippets.architectures import program

Plans = dict[str, tuple[tuple[Layer, ...], Shape]]
FLATTEN = Layer("flatten")


def costs_view(controls: DeltaGenerator) -> TakeAway:
    """Compare two ways; return what to keep.

    Args:
        controls: where the controls go.
    """
    topics = {
        "dense": _("Convolution or fully connected"),
        "bottleneck": _("A 1×1 convolution first"),
        "axes": _("1-D, 2-D, 3-D"),
    }
    with controls:
        topic = widgets.choice(_("Compare"), topics, key="topic")
        plans, lines = TOPICS[topic]()
    reports = {name: told(*plan) for name, plan in plans.items()}
    for name, found in reports.items():
        if found.problem:
            layers = plans[name][0]
            said(found, layers, names(layers)[found.problem.index])
            return TakeAway()
    numbers = (
        (_("parameters"), [found.parameters for found in reports.values()]),
        (_("multiply-adds"), [found.multiplies for found in reports.values()]),
    )
    chart(
        costs(list(reports), numbers, title=_("logarithmic axis"), font=type_size()),
        key="costs",
        alt=_("Parameters and multiply-adds, on a logarithmic axis"),
    )
    (_title, parameters), (_other, multiplies) = numbers
    shown = (
        (_("Parameters, ratio"), words.ratio(parameters)),
        (_("Multiply-adds, ratio"), words.ratio(multiplies)),
    )
    with st.container(horizontal=True):
        for label, value in shown:
            st.metric(label, value, width="content")
    for line in lines:
        st.markdown(line)
    for name, found in reports.items():
        st.markdown(f"**{name}**")
        rows = [row for row in found.rows if not row.thin]
        table(rows, found, range(1, len(rows) + 1))
    return TakeAway(partial(program, plans), figures={"costs": "costs"})


def _dense() -> tuple[Plans, list[str]]:
    """Return one convolution, and the dense layer with the same output."""
    side = widgets.slider(_("Side of the input"), (4, 64, 1), 32, key="cside")
    channels = widgets.slider(_("Channels"), (1, 16, 1), 3, key="cchannels")
    filters = widgets.slider(_("Filters"), (1, 32, 1), 6, key="cfilters")
    kernel = widgets.slider(_("Kernel"), (1, 11, 1), 5, key="ckernel")
    shape, layer = (channels, side, side), conv(filters, kernel)
    plans = {_("Convolution"): ((layer,), shape)}
    out = side - kernel + 1
    if out < 1:
        return plans, []
    numbers = filters * out**2
    plans[_("Fully connected")] = ((FLATTEN, Layer("linear", numbers)), shape)
    dense = _("Every input to every output: {sum} weights, biases not counted.")
    small = _("One small kernel for all places: {sum} parameters.")
    return plans, [
        dense.format(
            sum=rf"$({side}\cdot{side}\cdot{channels})\cdot({out}\cdot{out}\cdot"
            rf"{filters}) = {tex_grouped(side**2 * channels * numbers)}$"
        ),
        small.format(
            sum=rf"${filters}\,({kernel}\cdot{kernel}\cdot{channels} + 1) = "
            rf"{tex_grouped(filters * (kernel**2 * channels + 1))}$"
        ),
    ]


def _bottleneck() -> tuple[Plans, list[str]]:
    """Return a large kernel at once, and after a 1×1 convolution that narrows."""
    side = widgets.slider(_("Side of the input"), (4, 64, 1), 28, key="bside")
    channels = widgets.slider(_("Channels"), (1, 512, 1), 192, key="bchannels")
    middle = widgets.slider(
        _("Channels in between"),
        (1, 512, 1),
        16,
        key="middle",
        help=_("What the 1×1 convolution leaves for the large kernel."),
    )
    filters = widgets.slider(_("Filters"), (1, 256, 1), 32, key="bfilters")
    kernels = {str(k): f"{k}×{k}" for k in (5, 3, 7)}
    kernel = int(widgets.segments(_("Kernel"), kernels, key="bkernel"))
    shape = (channels, side, side)
    large = conv(filters, kernel, 1, kernel // 2)
    first, second = side**2 * middle * channels, side**2 * filters * kernel**2 * middle
    direct = side**2 * filters * kernel**2 * channels
    place, parts = rf"{side}\cdot{side}", (tex_grouped(first), tex_grouped(second))
    window = rf"{kernel}\cdot{kernel}"
    at_once = _("At once: {sum} multiply-adds.")
    narrowed = _("Narrowed first: {sum} multiply-adds.")
    return {
        _("At once"): ((large,), shape),
        _("1×1 first"): ((conv(middle, 1), large), shape),
    }, [
        at_once.format(
            sum=rf"${place}\cdot{filters}\cdot{window}\cdot{channels} = "
            rf"{tex_grouped(direct)}$"
        ),
        narrowed.format(
            sum=rf"${place}\cdot{middle}\cdot{channels} + {place}\cdot{filters}"
            rf"\cdot{window}\cdot{middle} = {' + '.join(parts)} "
            rf"= {tex_grouped(first + second)}$"
        ),
    ]


def _axes() -> tuple[Plans, list[str]]:
    """Return the same two convolutions along one, two and three axes."""
    side = widgets.slider(_("Side of the input"), (3, 32, 1), 14, key="aside")
    channels = widgets.slider(_("Channels"), (1, 8, 1), 1, key="achannels")
    kernel = widgets.slider(_("Kernel"), (1, 7, 1), 5, key="akernel")
    first = widgets.slider(_("Filters, first layer"), (1, 64, 1), 16, key="afirst")
    second = widgets.slider(_("Filters, second layer"), (1, 64, 1), 32, key="asecond")
    layers = (conv(first, kernel), conv(second, kernel))
    plans = {f"{n}-D": (layers, (channels, *[side] * n)) for n in (1, 2, 3)}
    lines = []
    for name, plan in plans.items():
        rows = told(*plan).rows
        shapes = [plan[1], *(row.shape for row in rows)]
        steps = " → ".join(words.shape_text(shape) for shape in shapes)
        lines.append(f"**{name}**: {steps}")
    return plans, lines


TOPICS = {"dense": _dense, "bottleneck": _bottleneck, "axes": _axes}
