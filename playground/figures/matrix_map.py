"""The map of a network's matrices: forward above, backward below, all to scale."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import plotly.graph_objects as go

from playground.figures.matrices import texts
from playground.figures.matrix_parts import Shape, drawn, html
from playground.theme import (
    FONT_SIZE,
    LINE_WIDTH,
    PAPER,
    POSITIVE,
    new_figure,
    shaded,
)

WIDTH = 830  # pixels it is planned for
LARGEST = 22.0  # pixels of the longest side of a matrix
CELL = 6.0  # pixels of a row or column at most
NAME, SIZE = 23.0, 21.0  # pixels for the name above a matrix and the shape below
ROW = NAME + SIZE + LARGEST  # pixels from one line of matrices to the next
HEIGHT = round(2 * ROW)
THIN = 0.01  # pixels of a line not to be seen; presenting would widen 0


@dataclass(frozen=True)
class Place:
    """Where a matrix stands: the middle of its rectangle, pixels, y down."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Words:
    """What the map says, translated."""

    forward: str
    backward: str


def shape_map(
    shapes: Mapping[str, Shape], result: str, operands: Collection[str], words: Words
) -> go.Figure:
    """Draw every matrix as a rectangle to scale, with its name and shape.

    Args:
        shapes: by name: X, Y, W1, b1, Z1, A1, ..., dZ1, dW1, db1.
        result: the matrix computed now; filled.
        operands: those it is made of; outlined.
        words: translated texts.
    """
    depth = sum(name[0] == "W" for name in shapes)
    placed = list(places(depth))
    cell = min(CELL, LARGEST / max(max(drawn(shapes[p.name])) for p in placed))
    rectangles, names, sizes = [], [], []
    for place in placed:
        high, wide = (cell * n for n in drawn(shapes[place.name]))
        rectangles.append(_rectangle(place, (wide, high), result, operands))
        name = html(place.name)
        bold = f"<b>{name}</b>" if place.name == result else name
        names.append((place.x, place.y - high / 2 - 1, bold))
        sizes.append((place.x, place.y + high / 2 + 3, _size(shapes[place.name])))
    ways = [(0, NAME + 11, words.forward), (0, ROW + NAME + 11, words.backward)]
    axis = {"visible": False}
    return new_figure(
        [
            texts(ways, "middle right", FONT_SIZE - 2),
            texts(names, "top center"),
            texts(sizes, "bottom center", FONT_SIZE - 2),
            _clicks(placed, shapes),
        ],
        height=HEIGHT,
        shapes=rectangles,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        xaxis=axis | {"range": [0, WIDTH]},
        yaxis=axis | {"range": [HEIGHT, 0]},
    )


def places(depth: int) -> Iterator[Place]:
    """Yield where each matrix of a network of this depth stands, forward, backward."""
    columns = ["X"]
    for number in range(1, depth + 1):
        columns += [f"W{number}", f"b{number}", f"Z{number}", f"A{number}"]
    columns.append("Y")
    left = 96.0 if depth < 3 else 70.0
    step = (WIDTH - left) / len(columns)
    for index, name in enumerate(columns):
        x = left + (index + 0.5) * step
        yield Place(name, x, NAME + LARGEST / 2)
        if name[0] in "WbZ":
            yield Place(f"d{name}", x, ROW + NAME + LARGEST / 2)


def found_at(depth: int, x: float, y: float) -> str:
    """Return the name of the matrix nearest to a click."""
    return min(
        places(depth), key=lambda place: abs(place.x - x) + abs(place.y - y)
    ).name


def _rectangle(
    place: Place, size: tuple[float, float], result: str, operands: Collection[str]
) -> dict:
    wide, high = size
    now, used = place.name == result, place.name in operands
    return {
        "type": "rect",
        "x0": place.x - wide / 2,
        "x1": place.x + wide / 2,
        "y0": place.y - high / 2,
        "y1": place.y + high / 2,
        "fillcolor": POSITIVE if now else shaded(PAPER),
        "opacity": 1.0 if now else 0.7 if used else 0.4,
        "line": {"color": POSITIVE, "width": LINE_WIDTH if now or used else THIN},
    }


def _size(shape: Shape) -> str:
    return "×".join(map(str, shape)) if len(shape) > 1 else f"({shape[0]},)"


def _clicks(placed: list[Place], shapes: Mapping[str, Shape]) -> go.Scatter:
    """Return an invisible point on each matrix that a click can hit."""
    return go.Scatter(
        x=[place.x for place in placed],
        y=[place.y for place in placed],
        mode="markers",
        marker={"opacity": 0, "size": 44, "symbol": "square"},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        hovertemplate=[
            f"{html(place.name)}: {_size(shapes[place.name])}<extra></extra>"
            for place in placed
        ],
    )
