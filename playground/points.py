"""Labelled points from a reader: painted, or rows of a table; and their link text.

A point is (x1, x2, label) on the plane of `engine.datasets`, from -3 to 3. Painted
points and short tables travel in the link, on a grid of 8191 x 8191 places; what is
trained on is always what the link would restore.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from playground.letters import from_letters, to_letters
from playground.tables import (
    SEPARATORS,
    TableError,
    cells,
    is_number,
    numbered_lines,
    numbers,
    require_text,
)

Point = tuple[float, float, float]

MOST_LINKED = 400  # points that fit into a link
MOST_ROWS = 2000  # rows that are trained on; of more, evenly spaced ones
MOST_CLASSES = 6
REACH = 3.2  # points lie in [-3.2, 3.2]
FILL = 2.7  # a table's columns are scaled to [-2.7, 2.7]
_STEPS = 8190  # places along an axis, less one; even: 0 is a place
_BYTES = 4  # per point: 13 bits for x1, 13 for x2, 4 for the label, 2 unused
_TASTE = 50  # lines by which the separator is chosen


@dataclass(frozen=True)
class Table:
    """What was read from a table.

    Attributes:
        points: (x1, x2, label), scaled to the plane.
        bad_rows: numbers of the rows left out, counted from 1 as an editor does.
        names: the classes' names in the order of their labels; () for a regression.
        columns: names of the three columns.
        spans: (lowest, highest) of x1 and of x2 before scaling.
        total: usable rows before `MOST_ROWS` were picked.
    """

    points: tuple[Point, ...]
    bad_rows: tuple[int, ...]
    names: tuple[str, ...]
    columns: tuple[str, ...]
    spans: tuple[tuple[float, float], ...]
    total: int


def to_text(points: tuple[Point, ...]) -> str:
    """Return up to `MOST_LINKED` points as text for a link, <= six letters each."""
    packed = b"".join(
        (_place(x1) << 19 | _place(x2) << 6 | int(label) << 2).to_bytes(_BYTES, "big")
        for x1, x2, label in points[:MOST_LINKED]
    )
    return to_letters(packed)


def from_text(text: str) -> tuple[Point, ...]:
    """Return the points that `to_text` wrote.

    Raises:
        ValueError: the text was not written by `to_text`.
    """
    data = from_letters(text, 6 * MOST_LINKED, what="a list of points")
    if len(data) % _BYTES:
        raise ValueError("not a list of points: one breaks off")
    points = []
    for start in range(0, len(data), _BYTES):
        number = int.from_bytes(data[start : start + _BYTES], "big")
        label = number >> 2 & 15
        if label >= MOST_CLASSES:
            raise ValueError(f"label must lie in [0, {MOST_CLASSES - 1}], got {label}")
        x1, x2 = number >> 19, number >> 6 & 8191
        points.append((_at(x1), _at(x2), float(label)))
    if to_text(tuple(points)) != text:  # other letters, too many points, unused bits
        raise ValueError("not a list of points as it is written")
    return tuple(points)


def snapped(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return the points that the link restores: each at the nearest place."""
    return from_text(to_text(points))


def read_table(text: str) -> Table:
    """Return the points in a table x, y, label, with or without a line of names.

    Columns are separated by commas, semicolons, tabs or spaces; decimals may have a
    comma where columns have none. Labels of at most six kinds are classes, other
    numbers are values to predict.

    Raises:
        TableError: "empty", "size", "columns" (fewer than three), "rows" (none is
            usable), "classes" (more than six names that are no numbers).
    """
    require_text(text)
    frame, header = _frame(text)
    labels = frame[2].str.strip()
    labels = labels.mask(labels.str.lower().isin(("", "nan")))
    numeric = numbers(labels.dropna()).notna()
    if labels.nunique() > MOST_CLASSES and numeric.mean() > 0.5:
        labels = labels.where(numbers(labels).notna())  # values to predict
    usable = frame[[0, 1]].apply(numbers).join(labels).dropna().index
    if usable.empty:
        raise TableError("rows")
    bad = tuple(int(row) for row in frame.index.difference(usable))
    plane = frame.loc[usable, [0, 1]].apply(numbers)
    values, names = _labels(labels[usable])
    keep = slice(None, None, -(-len(usable) // MOST_ROWS))
    scaled = [_scaled(plane[axis]).iloc[keep].tolist() for axis in (0, 1)]
    spans = tuple((float(plane[a].min()), float(plane[a].max())) for a in (0, 1))
    points = tuple(zip(*scaled, values.iloc[keep].tolist(), strict=True))
    if names and len(points) <= MOST_LINKED:
        points = snapped(points)
    return Table(points, bad, names, header, spans, len(usable))


def _frame(text: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the first three columns as text, indexed by line number, and names."""
    lines = numbered_lines(text)
    taste = list(islice(lines.values(), _TASTE))
    separator = max(SEPARATORS, key=lambda one: _fit(taste, one))
    rows = {number: cells(line, separator) for number, line in lines.items()}
    if not rows or max(map(len, rows.values())) < 3:
        raise TableError("columns")
    padded = {number: (row + [""] * 3)[:3] for number, row in rows.items()}
    frame = pd.DataFrame.from_dict(padded, orient="index", columns=[0, 1, 2], dtype=str)
    first = [cell.strip() for cell in frame.iloc[0]]
    if all(cell and not is_number(cell) for cell in first[:2]):
        return frame.iloc[1:], tuple(first)
    return frame, ("x₁", "x₂", "y")


def _fit(lines: Sequence[str], separator: str) -> tuple[int, int]:
    """Return how many lines are rows with this separator, and how many have columns."""
    rows = [cells(line, separator) for line in lines]
    wide = [row for row in rows if len(row) > 2]
    good = [c for c in wide if is_number(c[0]) and is_number(c[1]) and c[2].strip()]
    return len(good), len(wide)


def _labels(labels: pd.Series) -> tuple[pd.Series, tuple[str, ...]]:
    """Return class numbers and names, or scaled values and ()."""
    values = numbers(labels)
    if labels.nunique() > MOST_CLASSES:
        if values.isna().any():
            raise TableError("classes")
        return _scaled(values) / FILL, ()
    kinds = labels.drop_duplicates()
    order = sorted(zip(numbers(kinds).fillna(float("inf")), kinds, strict=True))
    names = tuple(name for _number, name in order)  # numbers, then words
    return labels.map({name: float(i) for i, name in enumerate(names)}), names


def _scaled(values: pd.Series) -> pd.Series:
    """Return values moved and stretched to [-FILL, FILL]; equal ones become 0."""
    low, high = values.min(), values.max()
    if high == low:
        return values * 0.0
    return ((values - low) / (high - low) * 2 - 1) * FILL


def _place(x: float) -> int:
    share = (min(max(x, -REACH), REACH) + REACH) / (2 * REACH)
    return round(share * _STEPS)


def _at(place: int) -> float:
    return round(place / _STEPS * 2 * REACH - REACH, 6)
