"""A reader's own series: a table dropped or pasted, one column of it, its gaps."""

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from playground import columns, state, widgets
from playground.columns import Column, Columns
from playground.i18n import _
from playground.panels.table_input import own_table
from playground.tables import TableError

# What there is before a table is given: the first month of `series.temperatures()`.
START = (
    "40_49_45_47_42_37_37_35_33_40_42_48_49_42_42_43_42_40_36_35_"
    "37_39_40_37_42_41_38_33_34_41"
)
LONGEST_LIST = 12  # numbers of bad rows that are named


def own_series() -> Tensor:
    """Show the controls of a reader's own table and return its series, [T] float64."""
    st.caption(
        _(
            "A column of numbers, up to 100 000 rows. Commas, semicolons, tabs or "
            "spaces between columns; decimal commas are understood."
        )
    )
    text = own_table("averages")
    table = _read(text) if text else None
    if table:
        return torch.tensor(_remembered(_picked(table)), dtype=torch.float64)
    rows = state.recall("rows", START, _checked)
    state.remember("rows", rows, START)
    return torch.tensor(columns.from_text(rows), dtype=torch.float64)


def _picked(table: Columns) -> Column:
    """Let the reader choose a column and what to do about its gaps."""
    order = sorted(range(len(table.names)), key=lambda i: (i != table.usual, i))
    names = {str(index): _name(table.names[index]) for index in order}
    index = int(widgets.choice(_("Column"), names, key="column"))
    ways = {"out": _("leave out"), "bridge": _("bridge")}
    bridge = False
    if np.isnan(table.values[index]).any():
        help = _("Bridge: a straight line from the number before to the one after.")
        bridge = (
            widgets.segments(_("Rows without a number"), ways, key="gaps", help=help)
            == "bridge"
        )
    picked = columns.column(table, index, bridge=bridge)
    _report(table, picked)
    return picked


def _report(table: Columns, picked: Column) -> None:
    """Say what was read, what was bridged and which rows were left out."""
    st.caption(
        _("{used} of {total} rows are used.").format(
            used=len(picked.values), total=table.total
        )
    )
    if table.total > columns.MOST_ROWS:
        st.warning(_("Only the first 100 000 rows were read."))
    if picked.gaps:
        rows = ", ".join(map(str, picked.gaps[:LONGEST_LIST]))
        more = " …" if len(picked.gaps) > LONGEST_LIST else ""
        text = _("No number in {count} rows, {bridged} of them bridged: lines {rows}")
        st.warning(
            text.format(
                count=len(picked.gaps), bridged=picked.bridged, rows=rows + more
            )
        )


def _remembered(picked: Column) -> tuple[float, ...]:
    """Return the series, and keep it in the link if it fits."""
    if len(picked.values) <= columns.MOST_LINKED:
        state.remember("rows", columns.to_text(picked.values), START)
    else:
        st.caption(_("This table is too long for the link."))
    return picked.values


def _read(text: str) -> Columns | None:
    """Return the table; say beside the field why there is none."""
    problems = {
        "empty": _("There are no rows."),
        "size": _("The table is too large: 5 MB at most."),
        "numbers": _("No column has two numbers."),
    }
    try:
        return _columns_of(text)
    except TableError as error:
        st.warning(problems[error.reason])
        return None


@st.cache_data(max_entries=16, show_spinner=False)
def _columns_of(text: str) -> Columns:
    return columns.read_columns(text)


def _name(given: str) -> str:
    return _("Column {number}").format(number=given) if given.isdecimal() else given


def _checked(text: str) -> str:
    columns.from_text(text)
    return text
