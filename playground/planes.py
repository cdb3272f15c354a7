"""Matrices of a reader: as a link's text, and out of a spreadsheet.

In a link numbers are joined by "_", rows by "~", matrices by "!": "1_0_-1~1_0_-1".
"""

import math
from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor

from playground.tables import (
    SEPARATORS,
    TableError,
    cells,
    numbered_lines,
    numbers,
    require_text,
)

MOST = 1200  # numbers that fit into a link
LONGEST = 8000  # letters of it
WIDEST = 64  # rows, columns
LARGEST = 1e6  # of a number


def to_text(planes: Sequence[Tensor]) -> str:
    """Return matrices as text for a link.

    Raises:
        ValueError: there are more than `MOST` numbers.
    """
    if (count := sum(plane.numel() for plane in planes)) > MOST:
        raise ValueError(f"at most {MOST} numbers fit into a link, got {count}")
    return "!".join(
        "~".join("_".join(map(_written, row)) for row in plane.tolist())
        for plane in planes
    )


def from_text(text: str) -> tuple[Tensor, ...]:
    """Return the matrices, [rows, columns] float64 each, that `to_text` wrote.

    Raises:
        ValueError: the text is empty, too long, or no list of matrices.
    """
    if not 0 < len(text) <= LONGEST:
        raise ValueError(f"must have 1 to {LONGEST} letters, got {len(text)}")
    planes = []
    for part in text.split("!"):
        rows = [[_read(cell) for cell in row.split("_")] for row in part.split("~")]
        if len({len(row) for row in rows}) > 1 or max(len(rows), len(rows[0])) > WIDEST:
            raise ValueError("rows must be equally long, at most 64 of 64 numbers")
        planes.append(torch.tensor(rows, dtype=torch.float64))
    if sum(plane.numel() for plane in planes) > MOST:
        raise ValueError(f"at most {MOST} numbers fit into a link")
    return tuple(planes)


def read_matrix(text: str) -> Tensor:
    """Return what was copied from a spreadsheet, [rows, columns] float64.

    Columns are separated by tabs, semicolons, commas or spaces; decimals may have a
    comma where columns have none, and the minus sign may be a true one.

    Raises:
        TableError: "empty", "size", "numbers" (a cell is none, or too large), "rows"
            (not equally long), "wide" (more than 64 rows or columns).
    """
    require_text(text)
    lines = list(numbered_lines(text.replace("−", "-")).values())
    if len(lines) > WIDEST:
        raise TableError("wide")
    separator = next((s for s in SEPARATORS if s in lines[0].strip()), ";")
    rows = [cells(line.strip(" \r\n"), separator) for line in lines]
    if len({len(row) for row in rows}) > 1:
        raise TableError("rows")
    if len(rows[0]) > WIDEST:
        raise TableError("wide")
    found = [numbers(pd.Series(row, dtype=str)).tolist() for row in rows]
    matrix = torch.tensor(found, dtype=torch.float64)
    if not (matrix.abs() <= LARGEST).all():
        raise TableError("numbers")
    return matrix


def _written(value: float) -> str:
    return f"{value:.6g}".replace("e+0", "e")


def _read(cell: str) -> float:
    value = float(cell)
    if not (math.isfinite(value) and abs(value) <= LARGEST):
        raise ValueError(f"numbers lie in ±{LARGEST:g}, got {cell[:20]}")
    return value
