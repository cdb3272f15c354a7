"""The sizes that anchors are looked for in: made ones, or a reader's own table."""

from dataclasses import dataclass

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from engine import box_sizes
from playground import size_table, state, widgets
from playground.figures.anchor_street import SIDE
from playground.i18n import _
from playground.panels.table_input import own_table
from playground.tables import TableError

LARGEST_SEED = 9999
COUNTS = (50, 100, 150, 200, 300, 500)
# What there is before a table is given: parcels on a conveyor, in pixels.
START = (
    "62x40_58x44_66x38_60x42_64x41_30x88_34x92_28x85_32x96_31x90_"
    "120x118_126x110_115x124_130x121"
)
LONGEST_LIST = 12  # numbers of bad rows that are named


@dataclass(frozen=True, eq=False)
class Given:
    """Sizes [N, 2] in pixels, and the side of the picture they come from."""

    sizes: Tensor
    side: float


def sizes_controls(more: DeltaGenerator) -> Given:
    """Show where the sizes come from, and return them.

    Args:
        more: where what few need is folded away.
    """
    names = {
        "street": _("People and cars"),
        "digits": _("Digits of the detector"),
        "even": _("No groups"),
        "own": _("Own table"),
    }
    kind = widgets.choice(
        _("Box sizes"),
        names,
        key="sizes",
        help=_("The true boxes of a training set; only width and height count."),
    )
    if kind == "digits":
        return Given(box_sizes.detector(), box_sizes.DETECTOR_SIDE)
    if kind == "own":
        with st.popover(_("Table"), width="stretch"):
            rows = _own_rows()
        sizes = torch.tensor(rows, dtype=torch.float64)
        return Given(sizes, max(SIDE, sizes.max().item()))
    with more, st.expander(_("More")):
        count = int(widgets.stepped(_("Boxes"), COUNTS, 150, key="boxes"))
        seed = widgets.number(
            _("Seed of the boxes"), (0, LARGEST_SEED, 1), 0, key="bseed"
        )
    return Given(box_sizes.draw(kind, count, seed=seed), box_sizes.SIDE)


def _own_rows() -> tuple[size_table.Size, ...]:
    """Show the controls of a reader's own table and return its sizes."""
    st.caption(
        _(
            "One box per row, in pixels: width and height, or x1, y1, x2, y2. A line "
            "of names may say which: w, h, x1, y1, x2, y2."
        )
    )
    text = own_table("anchors")
    table = _read(text) if text else None
    if table is None:
        rows = state.recall("rows", START, _checked)
        return size_table.from_text(state.remember("rows", rows, START))
    _report(table)
    if len(table.sizes) <= size_table.MOST_LINKED:
        state.remember("rows", size_table.to_text(table.sizes), START)
    else:
        st.caption(_("This table is too long for the link."))
    return table.sizes


def _read(text: str) -> size_table.Sizes | None:
    """Return the table; say beside the field why there is none."""
    problems = {
        "empty": _("There are no rows."),
        "size": _("The table is too large: 5 MB at most."),
        "numbers": _("No column has two numbers."),
        "columns": _(
            "Two columns are width and height, four are x1, y1, x2, y2; with other "
            "columns beside them, name them in the first line."
        ),
        "boxes": _("No row is a box: width and height must be positive."),
    }
    try:
        return _sizes_of(text)
    except TableError as error:
        st.warning(problems[error.reason])
        return None


@st.cache_data(max_entries=16, show_spinner=False)
def _sizes_of(text: str) -> size_table.Sizes:
    return size_table.read_sizes(text)


def _report(table: size_table.Sizes) -> None:
    """Say what was read and which rows were left out."""
    said = _("{used} boxes are used.").format(used=len(table.sizes))
    if table.corners:
        said += " " + _("Width is x2 − x1, height y2 − y1.")
    st.caption(said)
    if table.total > len(table.sizes):
        text = _("The table has {total} boxes; evenly spaced ones are taken.")
        st.caption(text.format(total=table.total))
    if table.bad:
        rows = ", ".join(map(str, table.bad[:LONGEST_LIST]))
        more = " …" if len(table.bad) > LONGEST_LIST else ""
        text = _("{count} rows are no box and are left out: lines {rows}")
        st.warning(text.format(count=len(table.bad), rows=rows + more))


def _checked(text: str) -> str:
    return size_table.to_text(size_table.from_text(text))
