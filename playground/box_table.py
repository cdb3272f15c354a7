"""Boxes from a reader, as rows of a table; and their link text.

A row is x1, y1, x2, y2, score and label, the last two as they may; a row without a
score is an object that is there.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from playground.tables import (
    LARGEST,
    SEPARATORS,
    TableError,
    cells,
    is_number,
    numbered_lines,
    require_text,
)

MOST_ROWS = 60  # that are used, and fit into a link; of more, the first ones
LONGEST_LABEL = 12
FURTHEST = 1e6  # pixels from the corner
_ROW, _CELL = "~", "_"  # of a link; letters that browsers leave as they are
_PLAIN = re.compile(r"[^\w \-]|_")  # what no label keeps


@dataclass(frozen=True)
class Row:
    """A box with its score, None for an object that is there, and its label."""

    box: tuple[float, float, float, float]
    score: float | None
    label: str


@dataclass(frozen=True)
class BoxTable:
    """What was read.

    Attributes:
        rows: the boxes.
        bad: (line, why) of the rows left out; why is a key of the page's words:
            "numbers", "inverted", "score".
        total: lines that hold anything, without a heading.
    """

    rows: tuple[Row, ...]
    bad: tuple[tuple[int, str], ...]
    total: int


def read_boxes(text: str) -> BoxTable:
    """Return the boxes of a table, with or without a line of names.

    Columns are separated by commas, semicolons, tabs or spaces; decimals may have a
    comma where columns have none.

    Raises:
        TableError: "empty" or "size".
    """
    require_text(text)
    lines = numbered_lines(text)
    number, first = next(iter(lines.items()), (0, ""))
    if not first:
        raise TableError("empty")
    separator = max(SEPARATORS, key=lambda one: len(cells(first, one)))
    if not is_number(cells(first, separator)[0]):  # a heading
        del lines[number]
    rows, bad = [], []
    for number, line in lines.items():
        row = _row(cells(line, separator))
        if isinstance(row, Row):
            rows.append(row)
        else:
            bad.append((number, row))
    return BoxTable(tuple(rows[:MOST_ROWS]), tuple(bad), len(lines))


def to_text(rows: Iterable[Row]) -> str:
    """Return rows as text for a link, with six significant digits."""
    return _ROW.join(
        _CELL.join(
            (
                *(f"{side:.6g}" for side in row.box),
                "" if row.score is None else f"{row.score:.6g}",
                row.label.replace(" ", "."),
            )
        )
        for row in rows
    )


def from_text(text: str) -> tuple[Row, ...]:
    """Return the rows that `to_text` wrote.

    Raises:
        ValueError: the text was not written by `to_text`.
    """
    parts = text.split(_ROW)
    if len(parts) > MOST_ROWS:
        raise ValueError(f"at most {MOST_ROWS} boxes, got {len(parts)}")
    rows = []
    for part in parts:
        row = _row(
            [
                cell.replace(".", " ") if i == 5 else cell
                for i, cell in enumerate(part.split(_CELL))
            ]
        )
        if not isinstance(row, Row):
            raise ValueError(f"not a row of boxes: {row}")
        rows.append(row)
    if to_text(rows) != text:
        raise ValueError("not a list of boxes as it is written")
    return tuple(rows)


def _row(given: list[str]) -> Row | str:
    """Return the row, or why it is none."""
    numbers = [_number(cell) for cell in (*given, "")[:4]]
    if len(given) < 4 or not all(abs(number) <= FURTHEST for number in numbers):
        return "numbers"
    x1, y1, x2, y2 = numbers
    if x2 < x1 or y2 < y1:
        return "inverted"
    mark, label = (*given[4:6], "", "")[:2]
    score = _number(mark)
    if mark.strip() and not 0 <= score <= 1:
        return "score"
    name = " ".join(_PLAIN.sub("", label).split())[:LONGEST_LABEL].strip()
    return Row((x1, y1, x2, y2), score if mark.strip() else None, name)


def _number(cell: str) -> float:
    """Return a cell's number, nan if it is none."""
    plain = cell.strip().replace(",", ".")
    value = float(plain) if is_number(plain) else math.nan
    return value if abs(value) <= LARGEST else math.nan
