"""Sizes of a reader's own boxes: a table of them, and their text in a link.

A row is a width and a height, or x1, y1, x2, y2, or x, y, w, h: a line of names says
which. Sizes are (w, h) in pixels, rounded to a tenth.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from playground.columns import Columns, read_columns
from playground.tables import TableError

Size = tuple[float, float]

MOST_LINKED = 150  # sizes that fit into a link
MOST_ROWS = 500  # of which anchors are searched; of more, evenly spaced ones
LEAST, MOST = 0.1, 100_000.0  # pixels
WIDTHS, HEIGHTS = ("w", "width", "ancho"), ("h", "height", "alto")
CORNERS = (("x1", "xmin", "left"), ("y1", "ymin", "top"))
CORNERS += (("x2", "xmax", "right"), ("y2", "ymax", "bottom"))


@dataclass(frozen=True)
class Sizes:
    """What was read from a table of boxes.

    Attributes:
        sizes: widths and heights.
        bad: lines without a box: a number lacks, or a side is not positive.
        total: rows with a box, before `MOST_ROWS` were picked.
        corners: whether the sizes were taken from x1, y1, x2, y2.
    """

    sizes: tuple[Size, ...]
    bad: tuple[int, ...]
    total: int
    corners: bool


def read_sizes(text: str) -> Sizes:
    """Return the sizes of the boxes in a table.

    Without a line of names, two columns of numbers are width and height, four are x1,
    y1, x2, y2.

    Raises:
        TableError: "empty", "size", "numbers" (no column of numbers), "columns" (they
            are not those of boxes), "boxes" (no row is one).
    """
    table = read_columns(text)
    wide, high, corners = _sides(table)
    good = (wide >= LEAST) & (high >= LEAST) & (wide <= MOST) & (high <= MOST)
    if not good.any():
        raise TableError("boxes")
    sizes = np.stack((wide[good], high[good]), axis=1).round(1)
    every = -(-len(sizes) // MOST_ROWS)
    return Sizes(
        tuple(map(tuple, sizes[::every].tolist())),
        tuple(int(row) for row in table.rows[~good]),
        len(sizes),
        corners,
    )


def to_text(sizes: tuple[Size, ...]) -> str:
    """Return sizes as text for a link, such as "50x120_33.5x80"."""
    return "_".join(f"{_side(w)}x{_side(h)}" for w, h in sizes)


def from_text(text: str) -> tuple[Size, ...]:
    """Return the sizes that `to_text` wrote.

    Raises:
        ValueError: the text is none of up to `MOST_LINKED` sizes.
    """
    parts = text.split("_", MOST_LINKED)
    if len(parts) > MOST_LINKED:
        raise ValueError(f"there must be at most {MOST_LINKED} sizes")
    return tuple(map(_size, parts))


def _size(text: str) -> Size:
    sides = text.split("x")
    if len(sides) != 2 or len(text) > 20:
        raise ValueError(f"a size must be width x height, got {text[:20]!r}")
    wide, high = (round(float(side), 1) for side in sides)
    if not (LEAST <= wide <= MOST and LEAST <= high <= MOST):
        raise ValueError(f"sides must lie in [{LEAST}, {MOST}], got {text!r}")
    return wide, high


def _side(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _sides(table: Columns) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return widths, heights, and whether they were differences of corners."""
    named = {name.lower(): v for name, v in zip(table.names, table.values, strict=True)}
    wide, high = _first(named, WIDTHS), _first(named, HEIGHTS)
    if wide is not None and high is not None:
        return wide, high, False
    found = [_first(named, names) for names in CORNERS]
    if any(column is None for column in found):
        if len(table.values) == 2:
            return *table.values, False
        if len(table.values) != 4:
            raise TableError("columns")
        found = list(table.values)
    left, top, right, bottom = found
    return right - left, bottom - top, True


def _first(
    named: Mapping[str, np.ndarray], names: tuple[str, ...]
) -> np.ndarray | None:
    return next((named[name] for name in names if name in named), None)
