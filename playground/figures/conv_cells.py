"""Grids of numbers on the stage of the sliding view: still ones and told ones."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from playground.figures.conv_grid import Grid
from playground.figures.conv_pixels import PLAIN, address, surface, tiles, veil
from playground.figures.conv_slide import number
from playground.player.charts import Picture
from playground.player.scene import Edges, Layer, Text

ROOMY = 26.0  # height of a cell that holds a bar under its number


def cells(
    values: Tensor, marks: Tensor, grid: Grid, size: float, digits: int = 4
) -> Iterator[Layer]:
    """Yield a matrix that stands still: its tints and, unless size is 0, numbers.

    Args:
        values: [R, C].
        marks: [R, C], how cells are drawn, as of `conv_pixels.tiles`.
        grid: where.
        size: of the type.
        digits: of numbers that are not whole.
    """
    if not size:
        yield Picture(grid.box, address(surface(values)), smooth=False)
        faded = marks != PLAIN
        if faded.any():
            yield Picture(grid.box, address(veil(marks, grid.cell)), smooth=False)
        return
    yield Picture(grid.box, address(tiles(values, marks, grid.cell)))
    for row, line in enumerate(values.tolist()):
        for column, value in enumerate(line):
            muted = bool(marks[row, column] != PLAIN)
            at = grid.middle(row, column)
            text = number(value, digits if value % 1 else 6)
            yield Text(at, text, size=size, align="center", muted=muted)


def told(
    grids: tuple[Grid, ...], track: str, size: float, *, digits: str
) -> Iterator[Layer]:
    """Yield the numbers of a track in the cells of grids, on empty tiles.

    Args:
        grids: all with cells of one size.
        track: of the film; grid after grid.
        size: of the type; 0: no numbers.
        digits: of the numbers, "" for the usual ones.
    """
    count = grids[0].size[0] * grids[0].size[1]
    for nth, grid in enumerate(grids):
        yield empty(grid)
        if not size:
            continue
        for index in range(count):
            at = lifted(grid, *divmod(index, grid.size[1]))
            text = template(track, nth * count + index, digits)
            yield Text(at, text, size=size, align="center")


def lifted(grid: Grid, row: int, column: int) -> tuple[float, float]:
    """Return where a number stands that has a bar below it."""
    x, y = grid.middle(row, column)
    return x, y - 2.5 * (ROOMY <= grid.cell[1] < 34)


def template(track: str, index: int, digits: str) -> str:
    """Return the template of one number of a track; digits "" for the usual ones."""
    return f"{{{track}:{index}:{digits}}}" if digits else f"{{{track}:{index}}}"


def empty(grid: Grid) -> Picture:
    """Return cells without a tint."""
    blank = torch.zeros(grid.size)
    return Picture(
        grid.box, address(tiles(blank, torch.full_like(blank, PLAIN), grid.cell))
    )


def bars(grids: Sequence[Grid], track: str, *, told: bool) -> Iterator[Edges]:
    """Yield a bar at the foot of every cell, as wide as the track says.

    Args:
        grids: all with cells of one size.
        track: of the film.
        told: whether there are numbers; low cells have no room for both.
    """
    wide, high = grids[0].cell
    if told and high < ROOMY:
        return
    ends = []
    for grid in grids:
        for row in range(grid.size[0]):
            for column in range(grid.size[1]):
                left, foot = grid.x + column * wide, grid.y + (row + 1) * high - 5
                ends.append((left + 0.14 * wide, foot, left + 0.86 * wide, foot))
    yield Edges(tuple(ends), track)
