"""One matrix of an equation: its cells with numbers, its frame, its copies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from torch import Tensor

from playground.theme import DIVERGING, LINE_WIDTH, NEGATIVE, OUTLINE, PAPER

SLIVER = 0.2  # width of a copy of a bias, in cells
PALE = 1.7  # the colours of a scale end before dark type on them is hard to read
# Points in the cells, from the best down, and the digits every number must then show.
TYPES = (
    (18, 3),
    (17, 3),
    (16, 3),
    (15, 2),
    (14, 2),
    (13, 2),
    (12, 2),
    (11, 2),
    (10, 2),
)
GLYPH = 0.51  # width of a digit, of its size

Mark = tuple[int, int, int, int]  # first row, rows, first column, columns


@dataclass(frozen=True)
class Matrix:
    """A matrix of an equation.

    Attributes:
        name: HTML above it.
        values: [R, C]; None is a matrix that could not be computed.
        shape: as torch says it, one or two numbers.
        mark: cells with a frame.
        inner: index in `shape` of the size that must agree with a neighbour's.
        copies: how often broadcasting repeats it, down or across; 1 is once.
    """

    name: str
    values: Tensor | None
    shape: tuple[int, ...]
    mark: Mark | None = None
    inner: int | None = None
    copies: int = 1

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns as drawn: one number is a row."""
        return (1, *self.shape)[-2:]

    @property
    def across(self) -> bool:
        """Whether copies stand beside it, not below."""
        return self.size[1] == 1 and len(self.shape) == 2

    @property
    def width(self) -> float:
        """Cells it takes, with its copies."""
        return self.size[1] + (SLIVER * (self.copies - 1) if self.across else 0)


def number(value: float, digits: int = 4) -> str:
    """Return a number with so many significant digits and a true minus sign."""
    return f"{value + 0.0:.{digits}g}".replace("-", "−").replace("e−0", "e−")


def type_size(matrices: Sequence[Matrix], room: float, high: float) -> tuple[int, int]:
    """Return the longest number that fits a cell, and its type size.

    The largest of `TYPES` is taken in which every number shows its digits; else the
    last.

    Args:
        matrices: whose numbers are to be shown.
        room: width of a cell, pixels.
        high: height of a cell, pixels.
    """
    numbers = [
        value
        for part in matrices
        if part.values is not None
        for value in part.values.flatten().tolist()
    ]
    longest = 1
    for size, digits in TYPES:
        longest = int(0.93 * room / (GLYPH * size))
        needed = max((len(number(value, digits)) for value in numbers), default=1)
        if needed <= longest and size <= high / 2:
            break
    return longest, size


def _fitted(value: float, longest: int) -> str:
    """Return a number in as many digits, four at most, as fit; else rounded."""
    for digits in (4, 3, 2, 1):
        text = number(value, digits)
        if len(text) <= longest:
            return text
    rounded = number(float(f"{value:.{max(0, longest - 3)}f}"))
    return "≈0" if rounded == "0" else rounded


def cells(
    part: Matrix, corner: tuple[float, float], longest: int, size: int, where: str
) -> Iterator[go.Heatmap]:
    """Yield the cells of a matrix and the pale copies of a broadcast one."""
    if part.values is None:
        return
    values = part.values.reshape(part.size)
    yield _heatmap(
        values,
        corner,
        (1.0, 1.0),
        text=[[_fitted(v, longest) for v in row] for row in values.tolist()],
        texttemplate="%{text}",
        textfont={"size": size, "color": OUTLINE},
        customdata=[
            [[i + 1, j + 1] for j in range(part.size[1])] for i in range(part.size[0])
        ],
        hovertemplate=f"{where}: %{{z:.4g}}<extra>{part.name}</extra>",
    )
    x, y = corner
    for copy in range(part.copies - 1):
        if part.across:
            at, step = (x + 1 + SLIVER * copy, y), (SLIVER, 1.0)
        else:
            at, step = (x, y + 1 + SLIVER * copy), (1.0, SLIVER)
        yield _heatmap(values, at, step, opacity=0.55, hoverinfo="skip")


def _heatmap(
    values: Tensor,
    corner: tuple[float, float],
    step: tuple[float, float],
    **more: object,
) -> go.Heatmap:
    peak = PALE * values.abs().max().item() or 1.0
    (x, y), (dx, dy) = corner, step
    return go.Heatmap(
        z=values.tolist(),
        x0=x + dx / 2,
        dx=dx,
        y0=y + dy / 2,
        dy=dy,
        zmin=-peak,
        zmax=peak,
        colorscale=DIVERGING,
        showscale=False,
        xgap=2,
        ygap=2,
        **more,
    )


def frames(part: Matrix, corner: tuple[float, float]) -> Iterator[dict]:
    """Yield the frame of marked cells, and the empty place of a missing matrix."""
    x, y = corner
    rows, columns = part.size
    if part.values is None:
        line = {"color": NEGATIVE, "width": LINE_WIDTH, "dash": "dash"}
        yield _rectangle((x, y, x + columns, y + rows), line)
    elif part.mark:
        first_row, high, first_column, wide = part.mark
        left, top = x + first_column, y + first_row
        box = (left, top, left + wide, top + high)
        for colour, width in ((PAPER, 6.0), (OUTLINE, 2.5)):  # seen on light and dark
            yield _rectangle(box, {"color": colour, "width": width})


def _rectangle(box: tuple[float, float, float, float], line: dict) -> dict:
    return {"type": "rect", "line": line} | dict(
        zip(("x0", "y0", "x1", "y1"), box, strict=True)
    )
