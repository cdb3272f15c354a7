"""Where the boxes are from: pictures by hand, at random, a table, one's own drawing."""

import streamlit as st
import torch

from engine import box_scenes
from engine.average_precision import Truth
from playground import box_table, state, widgets
from playground.box_table import BoxTable, Row
from playground.i18n import _
from playground.panels.nms_drawing import drawn
from playground.panels.nms_given import Given
from playground.panels.nms_picture import silhouettes
from playground.panels.table_input import own_table
from playground.tables import TableError

HIGHEST_SEED = 9999
LONGEST_LIST = 12  # numbers of bad rows that are named
LEAST = 8.0  # pixels: a picture around boxes is not smaller
MARGIN = 0.04  # of the picture, around boxes of a table
# What there is before a table is given.
START = (
    "40_40_140_200__cat~42_38_142_198_0.92_cat~60_50_152_214_0.71_cat~"
    "180_60_300_180__dog~176_64_296_190_0.88_dog~190_40_310_176_0.64_dog~"
    "120_10_160_50_0.35_dog"
)


def source_names() -> dict[str, str]:
    """Return id -> translated name of every source in the menu."""
    return {
        "duplicates": _("Duplicates"),
        "close": _("Two close objects"),
        "row": _("Side by side"),
        "classes": _("A person and a car"),
        "crowd": _("A crowd"),
        "chain": _("A chain"),
        "nested": _("Boxes inside a box"),
        "random": _("Random"),
        "draw": _("A detector on your drawing"),
        "table": _("Your own boxes"),
    }


def source_controls() -> Given:
    """Show the menu of pictures with its controls; return the one chosen."""
    kind = widgets.choice(_("Boxes"), source_names(), key="boxes")
    if kind == "table":
        return _table()
    if kind == "draw":
        return drawn()
    if kind == "random":
        help = _("The same seed gives the same picture.")
        span = (0, HIGHEST_SEED, 1)
        seed = widgets.number(_("Seed"), span, 0, key="seed", help=help)
        source, scene = f"random {seed}", box_scenes.at_random(seed)
    else:
        source, scene = kind, box_scenes.hand_made(kind)
    names, size = (_("person"), _("car")), (box_scenes.WIDTH, box_scenes.HEIGHT)
    frame = (0.0, 0.0, *map(float, size))
    return Given(source, scene, names, frame, silhouettes(source, scene.truth))


def _table() -> Given:
    """Let the reader paste or drop a table of boxes."""
    st.caption(
        _(
            "Rows of x1, y1, x2, y2, score, label. A row without a score is an object "
            "that is there."
        )
    )
    text = own_table("iou_nms", height=100)
    table = _read(text) if text else None
    if table and table.rows:
        return _given(_remembered(table))
    rows = state.recall("rows", START, _checked)
    state.remember("rows", rows, START)
    return _given(box_table.from_text(rows))


def _read(text: str) -> BoxTable | None:
    """Return the table; say beside the field what is wrong with it."""
    problems = {
        "empty": _("There are no rows."),
        "size": _("The table is too large: 5 MB at most."),
    }
    try:
        table = _table_of(text)
    except TableError as error:
        st.warning(problems[error.reason])
        return None
    _report(table)
    return table


@st.cache_data(max_entries=16, show_spinner=False)
def _table_of(text: str) -> BoxTable:
    return box_table.read_boxes(text)


def _report(table: BoxTable) -> None:
    """Say what was read and which rows were left out."""
    used = _("{used} of {total} rows are used.")
    st.caption(used.format(used=len(table.rows), total=table.total))
    if len(table.rows) == box_table.MOST_ROWS < table.total:
        text = _("Only the first {count} boxes are used.")
        st.warning(text.format(count=box_table.MOST_ROWS))
    problems = {
        "numbers": _("No four numbers in lines {lines}"),
        "inverted": _("x2 < x1 or y2 < y1 in lines {lines}"),
        "score": _("No score from 0 to 1 in lines {lines}"),
    }
    for why, words in problems.items():
        lines = [number for number, reason in table.bad if reason == why]
        if lines:
            named = ", ".join(map(str, lines[:LONGEST_LIST]))
            more = " …" if len(lines) > LONGEST_LIST else ""
            st.warning(words.format(lines=named + more))


def _remembered(table: BoxTable) -> tuple[Row, ...]:
    """Return the boxes as the link keeps them."""
    text = box_table.to_text(table.rows)
    state.remember("rows", text, START)
    return box_table.from_text(text)


def _checked(text: str) -> str:
    box_table.from_text(text)
    return text


def _given(rows: tuple[Row, ...]) -> Given:
    """Return the boxes of a table in a picture that holds them all."""
    names = tuple(dict.fromkeys(row.label for row in rows))
    boxes = torch.tensor([row.box for row in rows])  # [N, 4]
    labels = torch.tensor([names.index(row.label) for row in rows])
    there = torch.tensor([row.score is None for row in rows])
    scores = torch.tensor([row.score or 0.0 for row in rows])
    truth = Truth(boxes[there], labels[there]) if there.any() else None
    scene = box_scenes.ordered(boxes[~there], scores[~there], labels[~there], truth)
    left, top = boxes[:, :2].amin(dim=0).tolist()
    right, bottom = boxes[:, 2:].amax(dim=0).tolist()
    wide, high = max(right - left, LEAST), max(bottom - top, LEAST)
    room = MARGIN * max(wide, high)
    frame = (left - room, top - room, wide + 2 * room, high + 2 * room)
    return Given(f"table {box_table.to_text(rows)}", scene, names, frame)
