"""An equation of matrices with their numbers and shapes, in a row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from playground.figures.matrix_cells import SLIVER, Matrix, cells, frames, type_size
from playground.theme import FONT_SIZE, LINE_WIDTH, NEGATIVE, POSITIVE, new_figure

WIDTH = 830  # pixels it is planned for; a wider screen stretches it
HEAD, FOOT = 50, 36  # pixels above the matrices for names, below for the bracket
ROOM = 172  # pixels for the rows of the tallest matrix
WIDEST, TALLEST = 74, 36  # pixels of a cell
GAP = 14  # pixels between a matrix and a sign
EDGE = 0.06  # cells left free at both ends, and between a matrix and its name
SIGN = 24  # points


@dataclass(frozen=True)
class Words:
    """What the figure says, translated."""

    row: str
    column: str
    copied: str


def equation(parts: Sequence[Matrix | str], tallest: int, words: Words) -> go.Figure:
    """Draw matrices and the signs between them in a row, the result first.

    The result's cells are at whole numbers: its row i and column j (from 0) is hit by
    a click with int(y) = i and int(x) = j.

    Args:
        parts: matrices, and signs as HTML.
        tallest: rows of the tallest matrix that may follow: all figures are as high.
        words: translated texts.
    """
    unit = _unit(parts)
    placed, end = _place(parts, unit)
    matrices = [(x, part) for x, part in placed if isinstance(part, Matrix)]
    middle = parts[0].size[0] / 2
    most = max(part.size[0] for _x, part in matrices)
    tallest = max(tallest, most)
    high = min(TALLEST, ROOM / tallest)  # pixels of a cell
    longest, size = type_size([part for _x, part in matrices], unit, high)
    where = f"{words.row} %{{customdata[0]}}, {words.column} %{{customdata[1]}}"
    traces, shapes, names = [], [], [_signs(placed, middle)]
    for x, part in matrices:
        corner = (x, middle - part.size[0] / 2)
        traces += cells(part, corner, longest, size, where)
        shapes += frames(part, corner)
        names += _names(part, corner, words)
    below = middle + most / 2
    bracket, compared = _bracket(matrices, below)
    axis = {"visible": False}
    return new_figure(
        [*traces, *names, *compared, _clicks(parts[0], where)],
        height=round(HEAD + FOOT + tallest * high),
        shapes=shapes + bracket,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        xaxis=axis | {"range": [(end - WIDTH / unit) / 2, (end + WIDTH / unit) / 2]},
        yaxis=axis | {"range": _tall(middle, tallest, high)},
    )


def _tall(middle: float, tallest: int, high: float) -> list[float]:
    """Return the range of y, downwards, in cells: names, cells, bracket."""
    half = tallest / 2
    return [middle + half + FOOT / high, middle - half - HEAD / high]


def _unit(parts: Sequence[Matrix | str]) -> float:
    """Return pixels of a cell's width: what the signs leave, at most `WIDEST`."""
    taken = sum(_breadth(part) for part in parts if isinstance(part, str))
    columns = sum(part.width for part in parts if isinstance(part, Matrix))
    return min(WIDEST, (WIDTH - taken) / (columns + 2 * EDGE))


def _breadth(sign: str) -> float:
    """Return the pixels of a sign with the room around it."""
    return 0.5 * SIGN * len(sign) + 2 * GAP


def _place(
    parts: Sequence[Matrix | str], unit: float
) -> tuple[list[tuple[float, Matrix | str]], float]:
    """Return parts with their left edge (signs: their middle), and where they end."""
    x, placed = 0.0, []
    for part in parts:
        if isinstance(part, Matrix):
            placed.append((x, part))
            x += part.width
        else:
            width = _breadth(part) / unit
            placed.append((x + width / 2, part))
            x += width
    return placed, x


def _signs(placed: Sequence[tuple[float, Matrix | str]], middle: float) -> go.Scatter:
    """Return the signs between the matrices."""
    signs = [(x, part) for x, part in placed if isinstance(part, str)]
    return texts(
        [(x, middle, f"<b>{text}</b>") for x, text in signs], "middle center", SIGN
    )


def _names(
    part: Matrix, corner: tuple[float, float], words: Words
) -> Iterator[go.Scatter]:
    """Yield a matrix's name and shape above it, and what broadcasting does to it."""
    x, y = corner
    rows, columns = part.size
    sizes = [
        f"<b><u>{n}</u></b>" if i == part.inner else str(n)
        for i, n in enumerate(part.shape)
    ]
    shape = " × ".join(sizes) if len(sizes) > 1 else f"({sizes[0]},)"
    middle = x + part.width / 2
    yield texts([(middle, y - EDGE, f"<b>{part.name}</b><br>{shape}")], "top center")
    if part.values is None:
        spot = (x + columns / 2, y + rows / 2, "?")
        yield texts([spot], "middle center", SIGN)
    if part.copies > 1:
        below = y + rows + (0 if part.across else SLIVER * (part.copies - 1))
        text = words.copied.format(count=part.copies)
        yield texts([(middle, below, text)], "bottom center", FONT_SIZE - 2)


def _bracket(
    matrices: Sequence[tuple[float, Matrix]], below: float
) -> tuple[list[dict], list[go.Scatter]]:
    """Return a bracket under two neighbours: do their inner sizes agree?"""
    pair = [(x, part) for x, part in matrices if part.inner is not None]
    if len(pair) != 2:
        return [], []
    (left, first), (right, second) = pair
    one, two = first.shape[first.inner], second.shape[second.inner]
    colour = POSITIVE if one == two else NEGATIVE
    ends = [left + first.size[1] / 2, right + second.size[1] / 2]
    base, deep = below + 0.12, below + 0.36
    path = f"M {ends[0]} {base} V {deep} H {ends[1]} V {base}"
    line = {"color": colour, "width": LINE_WIDTH}
    text = f"<b>{one} {'=' if one == two else '≠'} {two}</b>"
    note = texts([(sum(ends) / 2, deep + 2 * EDGE, text)], "bottom center")
    return [{"type": "path", "path": path, "line": line}], [note]


def _clicks(result: Matrix, where: str) -> go.Scatter:
    """Return points over the result's cells: a heatmap itself reports no clicks."""
    rows, columns = result.size
    spots = [(i, j) for i in range(rows) for j in range(columns)]
    known = result.values is not None
    values = result.values.flatten().tolist() if known else []
    return go.Scatter(
        x=[j + 0.5 for _i, j in spots] if known else [],
        y=[i + 0.5 for i, _j in spots] if known else [],
        customdata=[
            (i + 1, j + 1, v) for (i, j), v in zip(spots, values, strict=False)
        ],
        mode="markers",
        marker={"opacity": 0, "size": 26},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        hovertemplate=f"{where}: %{{customdata[2]:.4g}}<extra>{result.name}</extra>",
    )


def texts(
    spots: Sequence[tuple[float, float, str]], position: str, size: int | None = None
) -> go.Scatter:
    """Return texts at places: a trace that may hold many, unlike annotations.

    Args:
        spots: x, y and the text as HTML.
        position: plotly's, such as "top center".
        size: points; None is the figure's, which presenting enlarges.
    """
    return go.Scatter(
        x=[x for x, _y, _text in spots],
        y=[y for _x, y, _text in spots],
        text=[text for _x, _y, text in spots],
        mode="text",
        textposition=position,
        textfont={"size": size},
        hoverinfo="skip",
        cliponaxis=False,
    )
