"""The numbers of input and kernel, edited cell by cell or pasted from a spreadsheet."""

import zlib
from functools import partial

import pandas as pd
import streamlit as st
import torch
from torch import Tensor

from playground import planes, state
from playground.figures.numerals import grouped
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.conv_controls import MOST_NUMBERS, OWN, RANGES, Chosen, matrices
from playground.panels.conv_exports import take_away
from playground.panels.conv_problems import show_problems
from playground.panels.conv_view import keep_cell, shown, which
from playground.tables import TableError

HEIGHT = 390  # pixels of a table
CELL = 62


def numbers_view(chosen: Chosen) -> TakeAway:
    """Show input and kernel as tables to edit; return what can be taken away."""
    keep_cell()
    if chosen.image is None:
        text = _("More than {count} numbers: too many to edit, and for a link.")
        st.info(text.format(count=grouped(MOST_NUMBERS)))
        return TakeAway()
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _matrix("image", _("Input"), chosen.image, chosen)
    with right:
        if chosen.kernels is None:
            st.caption(_("A pooling has no kernel: nothing is learned."))
        else:
            _matrix("kernel", _("Kernel"), chosen.kernels, chosen)
    if chosen.problems:
        show_problems(chosen.problems, chosen.settings)
        return TakeAway()
    return take_away(shown(chosen))


def _matrix(key: str, title: str, values: Tensor, chosen: Chosen) -> None:
    """Show one matrix of an image or of kernels, and a place to paste another.

    Args:
        key: "image" or "kernel", of the link.
        title: translated.
        values: [C, *sizes], or weights as torch has them.
        chosen: the settings.
    """
    dims = len(chosen.settings.axes)
    shape = matrices(tuple(values.shape), dims)
    every = values.reshape(-1, *shape[-2:])
    size = f"{shape[-2]} × {shape[-1]}"
    st.markdown(f"**{title}** {size}")
    number = which(_("Matrix"), len(every), f"at_{key}")
    if values.numel() > planes.MOST:
        text = _("More than {count} numbers: too many to edit, and for a link.")
        st.caption(text.format(count=grouped(planes.MOST)))
        st.dataframe(_table(every[number]), hide_index=True, height=HEIGHT)
        return
    name, base = _started(key, every, number)
    columns = {str(i + 1): _column() for i in range(shape[-1])}
    st.data_editor(
        _table(base[number]),
        key=name,
        hide_index=True,
        height=min(HEIGHT, 38 + 35 * shape[-2]),
        width="content",
        column_config=columns,
        on_change=partial(_edited, name, key, base, number),
    )
    _paste(key, every, number, dims)


def _column() -> object:
    edge = planes.LARGEST
    return st.column_config.NumberColumn(
        width=CELL, min_value=-edge, max_value=edge, format="%.6g"
    )


def _table(matrix: Tensor) -> pd.DataFrame:
    names = [str(i + 1) for i in range(matrix.shape[1])]
    return pd.DataFrame(matrix.tolist(), columns=names)


def _started(key: str, every: Tensor, number: int) -> tuple[str, Tensor]:
    """Return the table's name and the numbers that its edits started from.

    As long as nothing else changes the numbers, the table stays the same: who types
    one number after the other does not lose the place.
    """
    slot, mark = f"_convolution.table_{key}", _mark(every, number)
    known = st.session_state.get(slot)
    if known and known[0] == mark and known[1] in st.session_state:
        return known[1], known[2]
    serial = known[3] + 1 if known else 0
    name = f"conv_{key}_{serial}"
    st.session_state[slot] = (mark, name, every, serial)
    return name, every


def _mark(every: Tensor, number: int) -> tuple[int, tuple[int, ...], int]:
    return zlib.crc32(every.numpy().tobytes()), tuple(every.shape), number


def _edited(name: str, key: str, base: Tensor, number: int) -> None:
    """Take over what was typed into the table; an empty cell is 0."""
    changed = base.clone()
    for row, cells in st.session_state[name]["edited_rows"].items():
        for column, value in cells.items():
            changed[number, int(row), int(column) - 1] = float(value or 0)
    text = _keep(key, changed)
    slot = f"_convolution.table_{key}"
    _old, *rest = st.session_state[slot]
    after = torch.stack(planes.from_text(text))
    st.session_state[slot] = (_mark(after, number), *rest)


def _keep(key: str, every: Tensor) -> str:
    """Make these the numbers of the page; return them as the link has them."""
    source, text = "data" if key == "image" else "kern", planes.to_text(every)
    state.settings(**{source: OWN, key: text})
    return text


def _paste(key: str, every: Tensor, number: int, dims: int) -> None:
    name = f"convolution.paste_{key}"
    st.text_area(
        _("Or paste rows from a spreadsheet"),
        key=name,
        height=90,
        on_change=partial(_pasted, name, key, every, number, dims),
    )
    text = st.session_state.get(name, "")
    if text.strip():
        try:
            _read(text, key, dims)
        except TableError as error:
            st.warning(_problem(error.reason, key))


def _problem(reason: str, key: str) -> str:
    most = _most(key)
    return {
        "empty": _("There are no rows."),
        "size": _("The table is too large: 5 MB at most."),
        "numbers": _("A cell is no number, or is beyond ±1 000 000."),
        "rows": _("The rows are not equally long."),
        "wide": _("At most {count} rows and columns.").format(count=most),
        "flat": _("A signal is one row, or one column."),
        "many": _(
            "More than {count} numbers: too many to edit, and for a link."
        ).format(count=grouped(planes.MOST)),
    }[reason]


def _most(key: str) -> int:
    return RANGES["n" if key == "image" else "k"][1]


def _read(text: str, key: str, dims: int) -> Tensor:
    """Return the matrix pasted.

    Raises:
        TableError: as `planes.read_matrix`; "wide", "many", or "flat".
    """
    matrix = planes.read_matrix(text)
    if dims == 1 and min(matrix.shape) > 1:
        raise TableError("flat")
    matrix = matrix.reshape(1, -1) if dims == 1 else matrix
    if max(matrix.shape) > _most(key):
        raise TableError("wide")
    if matrix.numel() > planes.MOST:
        raise TableError("many")
    return matrix


def _pasted(name: str, key: str, every: Tensor, number: int, dims: int) -> None:
    """Take over a matrix and its size; the other matrices are cut or filled with 0."""
    try:
        matrix = _read(st.session_state[name], key, dims)
    except TableError:
        return  # told beside the field
    rows, columns = matrix.shape
    changed = torch.zeros(len(every), rows, columns, dtype=every.dtype)
    high, wide = min(rows, every.shape[1]), min(columns, every.shape[2])
    changed[:, :high, :wide] = every[:, :high, :wide]
    changed[number] = matrix
    if changed.numel() > planes.MOST:
        return
    _keep(key, changed)
    letter = "n" if key == "image" else "k"
    if dims == 1:
        state.settings(**{letter: columns})
    elif dims == 2 and rows == columns and not st.session_state["convolution.axes"]:
        state.settings(**{letter: rows})
    else:
        _own_sizes(letter, dims, rows, columns)


def _own_sizes(letter: str, dims: int, rows: int, columns: int) -> None:
    """Give every axis its own settings: those all had, but for the sizes pasted."""
    if not st.session_state["convolution.axes"]:
        for each in RANGES:
            usual = st.session_state.get(f"convolution.{each}", RANGES[each][2])
            state.settings(**{f"{each}{axis}": usual for axis in range(2, dims + 1)})
    first, second = ("", "2") if dims == 2 else ("2", "3")
    state.settings(**{"axes": True, f"{letter}{first}": rows})
    state.settings(**{f"{letter}{second}": columns})
