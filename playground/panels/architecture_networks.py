"""Networks: choose one, see its volumes, where its numbers sit, one layer in full."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.architectures import NETWORKS
from engine.layer_plan import Layer, Shape, names
from engine.layer_report import BYTES, Report, Row, folded, report
from playground import state, widgets
from playground.figures import architectures as figures
from playground.i18n import _, mark
from playground.layout import TakeAway, chart
from playground.panels import architecture_words as words
from playground.snippets.architectures import program

MOST_SIDE, MOST_CLASSES, MOST_ROWS = 512, 21_841, 200
NOTES = {  # what circulates, and other things worth one line
    "lenet5": mark(
        "C3 looks at all six maps here, as in every modern copy; in 1998 it had "
        "60 connections of 96, 1,516 parameters in place of 2,416."
    ),
    "lenet_style": mark(
        "A table that circulates lists 208, 416, 48,001, 10,081 and 841 parameters: "
        "it forgets the input channels and all biases but one. Right are 608, 3,216, "
        "48,120, 10,164 and 850."
    ),
    "alexnet": mark(
        "The reference code follows the one-tower version of 2014; the network of "
        "2012 is the next in the list."
    ),
    "alexnet_2012": mark(
        "224, as the paper prints, does not give 55: 227 does. Without the split over "
        "two graphics cards it would be 62,378,344 parameters."
    ),
    "googlenet": mark(
        "Some slides say 10 million. The main branch has 6.6 million here, 7.0 as "
        "published; the two helpers used in training come on top. Reference code has "
        "3×3 where the paper has 5×5."
    ),
    "googlenet_2015": mark(
        "Some slides say 10 million: the main branch has 7.0 million; the two helpers "
        "used in training come on top."
    ),
    "inception": mark(
        "Each branch keeps 28×28, so their channels can be stacked: "
        "64 + 128 + 32 + 32 = 256."
    ),
}


@st.cache_data(max_entries=64, show_spinner=False)
def told(layers: tuple[Layer, ...], shape: Shape) -> Report:
    """Return the report of a plan, computed once for all readers."""
    return report(layers, shape)


def networks_view(controls: DeltaGenerator) -> TakeAway:
    """Show a network of the list; return what to keep.

    Args:
        controls: where the controls go.
    """
    with controls:
        name = widgets.choice(_("Network"), words.network_names(), key="net")
        network = NETWORKS[name]
        side, classes = _sizes(name)
        level = rows_level()
        number = layer_number()
    layers = network.plan(classes)
    shape = (network.shape[0], side, side)
    found = told(layers, shape)
    show(found, layers, shape, (level, number))
    if name in NOTES:
        st.caption(_(NOTES[name]))
    return take_away(found, {name: (layers, shape)})


def _sizes(name: str) -> tuple[int, int]:
    """Let the reader change input side and classes; each network has its own."""
    network = NETWORKS[name]
    side = widgets.number(
        _("Side of the input"),
        (1, MOST_SIDE, 1),
        network.shape[1],
        key=f"side_{name}",
        help=_("Made for {side}. Where other sizes fail, the layer is named.").format(
            side=network.shape[1]
        ),
    )
    if not network.classes:
        return side, 0
    classes = widgets.number(
        _("Classes"), (1, MOST_CLASSES, 1), network.classes, key=f"classes_{name}"
    )
    return side, classes


def rows_level() -> str:
    """Let the reader choose how much of the network is one row."""
    levels = {
        "blocks": _("blocks"),
        "layers": _("layers"),
        "modules": _("modules"),
    }
    return widgets.segments(
        _("One row for"),
        levels,
        key="rows",
        help=_(
            "A block is one row of the plan; a layer has its activation and its batch "
            "norm with it; a module is every torch module."
        ),
    )


def layer_number() -> int:
    """Let the reader choose the layer whose formulas are written out."""
    return widgets.number(
        _("Row in full"),
        (1, MOST_ROWS, 1),
        1,
        key="row",
        help=_("Or click a volume or a bar."),
    )


def show(
    found: Report, layers: tuple[Layer, ...], shape: Shape, look: tuple[str, int]
) -> None:
    """Draw a network: picture, numbers, the layer chosen, the table.

    Args:
        found: its report.
        layers: its plan.
        shape: of the input.
        look: how much is a row, and the number of the row chosen.
    """
    level, number = look
    rows = folded(found.rows, level)
    number = min(number, len(rows))
    if found.problem:
        said(found, layers)
    chart(
        figures.picture(shape, rows, number, words.picture_words()),
        key="network",
        alt=_("The volumes of the network and each layer's share of the numbers"),
        on_click=_pick,
    )
    _numbers(found, shape)
    if rows:
        _one(rows[number - 1], number)
        table(rows)


def said(found: Report, layers: tuple[Layer, ...]) -> None:
    """Say which layer cannot take what arrives, and why."""
    problem = found.problem
    layer, name = layers[problem.index], names(layers)[problem.index]
    text = words.problem_text(problem, layer, name)
    torch_text = words.torch_says(problem, layer)
    if torch_text:
        text += " " + _("PyTorch says: `{text}`.").format(text=torch_text)
    st.warning(text)


def table(rows: Sequence[Row]) -> None:
    """Show one line per layer."""
    heads = (
        _("Layer"),
        _("Kind"),
        _("Output"),
        _("Parameters"),
        _("Multiply-adds"),
        _("Memory, kB"),
        _("Receptive field"),
    )
    lines = [
        (
            row.name,
            words.kind_name(row),
            words.shape_text(row.shape),
            words.whole(row.parameters),
            words.whole(row.multiplies),
            f"{row.memory / 1000:,.1f}",
            row.field,
        )
        for row in rows
    ]
    frame = pd.DataFrame(lines, columns=heads, index=range(1, len(rows) + 1))
    right = {head: st.column_config.Column(alignment="right") for head in heads[3:]}
    st.dataframe(
        frame,
        height=min(38 + 35 * len(rows), 420),
        column_config=right,
        alt=_("Every layer with its shape, parameters, multiply-adds and memory."),
    )


def take_away(
    found: Report, plans: dict[str, tuple[tuple[Layer, ...], Shape]]
) -> TakeAway:
    """Return the program, the picture and the table."""
    return TakeAway(
        None if found.problem else partial(program, plans),
        figures={"network": "network"},
        tables={"layers.csv": words.totals_csv(found)},
    )


def _pick(x: float, _y: float) -> None:
    state.settings(row=max(1, round(x)))


def _numbers(found: Report, shape: Shape) -> None:
    """Show the row of numbers; those of the layers before an error, if there is one."""
    field = found.rows[-1].field if found.rows else 1
    shown = (
        (_("Parameters"), words.whole(found.parameters)),
        (_("Multiply-adds"), words.short(found.multiplies)),
        (_("Weights, float32"), words.weight(BYTES * found.parameters)),
        (_("Outputs, float32"), words.weight(found.memory)),
        (_("Sees at the end"), f"{field} / {shape[-1]}"),
    )
    with st.container(horizontal=True):
        for label, value in shown:
            st.metric(label, value, width="content")


def _one(row: Row, number: int) -> None:
    """Write one row's formulas with their numbers."""
    title = f"**{number} · {row.name}**, {words.kind_name(row)}: "
    change = f"{words.shape_text(row.arrives)} → {words.shape_text(row.shape)}"
    lines = " · ".join(f"${line}$" for line in words.formulas(row))
    st.markdown(f"{title}{change}\u2002 {lines}")
