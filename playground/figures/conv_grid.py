"""A matrix on the stage of the sliding view, and the type that fits into its cells."""

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.figures.conv_slide import Pair

GLYPH = 7.6  # a digit of 14-pixel type
NARROW = 16.0  # width of a cell that can hold a digit
LOWEST = 17.0  # height of a cell that can hold a number
TYPES = (20.0, 18.0, 16.0, 14.0)  # of numbers in cells


@dataclass(frozen=True)
class Grid:
    """Where a matrix stands: corner, size of a cell, rows and columns."""

    x: float
    y: float
    cell: tuple[float, float]
    size: Pair

    @property
    def box(self) -> tuple[float, float, float, float]:
        """x, y, width, height."""
        return self.x, self.y, self.cell[0] * self.size[1], self.cell[1] * self.size[0]

    def middle(self, row: int, column: int) -> tuple[float, float]:
        """Return the baseline at which a number stands in the middle of its cell."""
        wide, high = self.cell
        return self.x + (column + 0.5) * wide, self.y + (row + 0.5) * high + 5.5

    def window(self, row: Tensor, column: Tensor, size: Pair) -> Tensor:
        """Return x1, y1, x2, y2 of windows at these rows and columns, [T, 4]."""
        wide, high = self.cell
        left, top = self.x + wide * column, self.y + high * row
        corners = (left, top, left + wide * size[1], top + high * size[0])
        return torch.stack(corners, dim=1).float()


def type_size(cell: tuple[float, float], letters: int) -> float:
    """Return the largest type in which so many letters fit into a cell."""
    fitting = [
        size
        for size in TYPES
        if size <= 0.5 * cell[1] and GLYPH * size / 14 * letters + 3 <= cell[0]
    ]
    return max(fitting, default=TYPES[-1])


def squeezed(grid: Grid, letters: int) -> bool:
    """Whether so many letters of the smallest type fit into a cell, if barely."""
    wide, high = grid.cell
    return high >= LOWEST - 3 and wide >= GLYPH * letters - 1


def fits(letters: int, cell: tuple[float, float]) -> bool:
    """Whether so many letters of the smallest type fit into a cell."""
    return cell[1] >= LOWEST and cell[0] >= GLYPH * letters + 3


def told_in(grid: Grid) -> bool:
    """Whether the player tells numbers in the cells of a grid."""
    return grid.cell[1] >= LOWEST - 3 and grid.cell[0] >= NARROW
