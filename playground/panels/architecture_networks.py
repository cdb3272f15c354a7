"""Networks: choose one, see its volumes, where its numbers sit, one layer in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.architectures import NETWORKS
from engine.layer_plan import Layer, Shape, names
from engine.layer_report import BYTES, Report, Row, folded, report
from playground import state, theme, widgets
from playground.figures import architectures as figures
from playground.figures.numerals import grouped, in_bytes, short
from playground.i18n import _, mark
from playground.layout import TakeAway, chart, presenting
from playground.panels import architecture_words as words
from playground.snippets.architectures import program

MOST_SIDE, MOST_CLASSES, MOST_ROWS = 512, 21_841, 200
NOTES = {  # what circulates, and other things worth one line
    "lenet5": mark(
        "C3 looks at all six maps here, as in every modern copy; in 1998 it had "
        "60 connections of 96, 1516 parameters in place of 2416."
    ),
    "lenet_style": mark(
        "A table that circulates lists 208, 416, 48 001, 10 081 and 841 parameters: "
        "it forgets the input channels and all biases but one. Right are 608, 3216, "
        "48 120, 10 164 and 850."
    ),
    "alexnet": mark(
        "The reference code follows the one-tower version of 2014; the network of "
        "2012 is the next in the list."
    ),
    "alexnet_2012": mark(
        "224, as the paper prints, does not give 55: 227 does. Without the split over "
        "two graphics cards it would be 62 378 344 parameters."
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


@dataclass(frozen=True)
class Look:
    """What is on screen of a network.

    Attributes:
        rows: of its report, folded.
        marks: the number each row has on this page.
        chosen: place of the row that is written out, from 1; 0 if there is no row.
    """

    rows: tuple[Row, ...]
    marks: tuple[int, ...]
    chosen: int


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
    rows = folded(found.rows, level)
    look = looked(rows, range(1, len(rows) + 1), number)
    if found.problem:
        said(found, layers, names(layers)[found.problem.index])
    draw(found, layers, shape, look)
    numbers(found, shape)
    details(found, look)
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
        _("Chosen row"),
        (1, MOST_ROWS, 1),
        1,
        key="row",
        help=_("Its formulas are written out. Or click a volume or a bar."),
    )


def looked(rows: Sequence[Row], marks: Sequence[int], number: int) -> Look:
    """Return rows with the one chosen: the last whose mark is not above the number."""
    chosen = sum(mark <= number for mark in marks)
    return Look(tuple(rows), tuple(marks), max(chosen, min(1, len(rows))))


def draw(found: Report, layers: tuple[Layer, ...], shape: Shape, look: Look) -> None:
    """Draw a network; where it fails, say why.

    Args:
        found: its report.
        layers: its plan.
        shape: of the input.
        look: its rows.
    """
    failed = names(layers)[found.problem.index] if found.problem else ""
    chart(
        figures.picture(
            (shape, look.rows),
            words.picture_words(),
            chosen=look.chosen,
            failed=failed,
            font=type_size(),
        ),
        key="network",
        alt=_("The volumes of the network and each layer's share of the numbers"),
        on_click=partial(_pick, look.marks),
    )


def type_size() -> int:
    """Return the size of the type of a chart's axes, larger for a classroom."""
    return round(theme.FONT_SIZE * (theme.PRESENTATION_TYPE if presenting() else 1))


def said(found: Report, layers: tuple[Layer, ...], name: str) -> None:
    """Say which layer, by that name, cannot take what arrives, and why."""
    problem = found.problem
    layer = layers[problem.index]
    text = words.problem_text(found, layer, name)
    torch_text = words.torch_says(problem, layer)
    if torch_text:
        text += " " + _("PyTorch says: `{text}`.").format(text=torch_text)
    st.warning(text)


def table(rows: Sequence[Row], found: Report, marks: Sequence[int]) -> None:
    """Show one line per layer, and the totals of the report under them."""
    heads = (
        _("Layer"),
        _("Kind"),
        _("Output"),
        _("Parameters"),
        _("Multiply-adds"),
        _("Memory"),
        _("Receptive field"),
    )
    lines = [
        (
            row.name,
            words.kind_name(row),
            words.shape_text(row.shape),
            grouped(row.parameters),
            grouped(row.multiplies),
            in_bytes(row.memory),
            short(row.field),
        )
        for row in rows
    ]
    totals = map(grouped, (found.parameters, found.multiplies))
    lines.append(
        ("", _("Total"), "", *totals, in_bytes(found.memory), ""),
    )
    frame = pd.DataFrame(lines, columns=heads, index=[*map(str, marks), "Σ"])
    right = {head: st.column_config.Column(alignment="right") for head in heads[3:]}
    st.dataframe(
        frame,
        height=min(38 + 35 * len(lines), 458),
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


def _pick(marks: Sequence[int], x: float, _y: float) -> None:
    if marks:
        state.settings(row=marks[min(max(1, round(x)), len(marks)) - 1])


def numbers(found: Report, shape: Shape) -> None:
    """Show the row of numbers; those of the layers before an error, if there is one."""
    field = found.rows[-1].field if found.rows else 1
    shown = (
        (_("Parameters"), grouped(found.parameters)),
        (_("Multiply-adds"), short(found.multiplies)),
        (_("Weights, float32"), in_bytes(BYTES * found.parameters)),
        (_("Outputs, float32"), in_bytes(found.memory)),
        (_("Receptive field / side"), f"{short(field)} / {shape[-1]}"),
    )
    with st.container(horizontal=True):
        for label, value in shown:
            st.metric(label, value, width="content")


def details(found: Report, look: Look) -> None:
    """Write the chosen row's formulas with their numbers, then the table."""
    if not look.rows:
        return
    row = look.rows[look.chosen - 1]
    title = f"**{look.marks[look.chosen - 1]} · {row.name}**, {words.kind_name(row)}: "
    change = f"{words.shape_text(row.arrives)} → {words.shape_text(row.shape)}"
    lines = [f"${line}$" for line in words.formulas(row)]
    st.markdown("  \n".join([title + change, *lines]))
    table(look.rows, found, look.marks)
