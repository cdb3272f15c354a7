"""A series of numbers from a reader: a column of a table, or a list; and its link text.

Short series travel in the link with six significant digits; what is averaged is always
what the link would restore.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

import numpy as np
import pandas as pd

from playground.tables import (
    SEPARATORS,
    TableError,
    cells,
    is_number,
    numbered_lines,
    numbers,
    require_text,
)

MOST_ROWS = 100_000  # that are read; of a longer table, the first ones
MOST_COLUMNS = 50
MOST_LINKED = 400  # numbers that fit into a link
LARGEST = 1e30  # greatest number: in single precision too, its square is finite
FEWEST = 2  # numbers that make a series
_BETWEEN = "_"  # numbers of a link; letters that browsers leave as they are
_TASTE = 50  # lines by which the separator is chosen


@dataclass(frozen=True)
class Columns:
    """The columns of a table that hold numbers.

    Attributes:
        names: of these columns, as the table has them, else their places: "1", "2".
        values: [rows] float64 for each name; NaN where there is no number.
        rows: number of each row's line, counted from 1 as an editor does.
        total: rows of the table, before `MOST_ROWS` were taken.
        usual: index of the column that is looked at first.
    """

    names: tuple[str, ...]
    values: tuple[np.ndarray, ...]
    rows: np.ndarray
    total: int
    usual: int


@dataclass(frozen=True)
class Column:
    """One series: its numbers, and what was done about the gaps.

    Attributes:
        values: the series, without gaps.
        gaps: numbers of the lines without a number.
        bridged: how many of them got a number from the straight line between their
            neighbours; the others were left out.
    """

    values: tuple[float, ...]
    gaps: tuple[int, ...]
    bridged: int


def read_columns(text: str) -> Columns:
    """Return the columns of numbers in a table, with or without a line of names.

    Columns are separated by tabs, semicolons, commas or spaces; decimals may have a
    comma where columns have none. A single line of numbers is read as a column.

    Raises:
        TableError: "empty", "size", "numbers" (no column has two of them).
    """
    require_text(text)
    lines = numbered_lines(text)
    if not lines:
        raise TableError("empty")
    separator = _separator(list(islice(lines.values(), _TASTE)))
    rows = {
        number: (cells(line, separator) if separator else [line])[:MOST_COLUMNS]
        for number, line in islice(lines.items(), MOST_ROWS + 1)
    }
    if len(rows) == 1:  # a list: its numbers are the rows
        (listed,) = rows.values()
        rows = {place: [cell] for place, cell in enumerate(listed, start=1)}
    first = next(iter(rows))
    header = rows[first] if not any(map(is_number, rows[first])) else []
    if header:
        del rows[first]
    total = max(len(rows), len(lines) - bool(header))
    numbered = dict(islice(rows.items(), MOST_ROWS))
    return _chosen(numbered, [name.strip() for name in header], total)


def column(table: Columns, index: int, *, bridge: bool) -> Column:
    """Return one column as a series.

    Args:
        table: what was read.
        index: of the column.
        bridge: put numbers into gaps, from the straight line between their neighbours,
            instead of leaving them out; gaps at the ends are left out all the same.
    """
    raw = pd.Series(table.values[index])
    missing = raw.isna()
    filled = raw.interpolate(limit_area="inside") if bridge else raw
    left = filled.dropna()
    gaps = tuple(int(row) for row in table.rows[missing.to_numpy()])
    bridged = int(missing.sum() - filled.isna().sum())
    values = left.tolist()
    if len(values) <= MOST_LINKED:
        values = list(from_text(to_text(values)))
    return Column(tuple(values), gaps, bridged)


def to_text(values: Sequence[float]) -> str:
    """Return up to `MOST_LINKED` numbers as text for a link."""
    short = (f"{value:.6g}".replace("e+", "e") for value in values[:MOST_LINKED])
    return _BETWEEN.join(short)


def from_text(text: str) -> tuple[float, ...]:
    """Return the numbers that `to_text` wrote.

    Raises:
        ValueError: the text was not written by `to_text`, or has too few numbers.
    """
    parts = text.split(_BETWEEN, maxsplit=MOST_LINKED)
    if not FEWEST <= len(parts) <= MOST_LINKED:
        raise ValueError(f"there must be 2 to {MOST_LINKED} numbers, got {len(parts)}")
    values = tuple(float(part) for part in parts)
    if not all(math.isfinite(value) and abs(value) <= LARGEST for value in values):
        raise ValueError(f"numbers must be at most {LARGEST:g}")
    if to_text(values) != text:
        raise ValueError("not a list of numbers as it is written")
    return values


def _separator(lines: list[str]) -> str:
    """Return what stands between the columns of these lines; "" if there is but one."""
    body = lines[1:] or lines
    best = max(SEPARATORS, key=lambda one: _fit(body, one))
    alone = len(lines) > 1 and len(cells(lines[0], best)) == 1
    if _fit(body, best)[0] == 0 or (alone and not is_number(lines[0])):
        return ""  # under a name of its own, "3,5" is one number
    return best


def _fit(lines: list[str], separator: str) -> tuple[int, float]:
    """Return how many lines are rows with this separator, and how full of numbers."""
    rows = [cells(line, separator) for line in lines]
    ((usual, _count),) = Counter(map(len, rows)).most_common(1)
    good = [row for row in rows if len(row) == usual > 1 and any(map(is_number, row))]
    found = sum(is_number(cell) for row in good for cell in row)
    return len(good), found / max(1, len(good) * usual)


def _chosen(rows: dict[int, list[str]], header: list[str], total: int) -> Columns:
    """Return the columns that hold numbers, each with its name."""
    names, values = [], []
    for place, texts in enumerate(zip_longest(*rows.values(), fillvalue="")):
        read = numbers(pd.Series(texts, dtype=str))
        read = read.where(read.abs() <= LARGEST)
        if read.notna().sum() >= FEWEST:
            given = header[place] if place < len(header) else ""
            names.append(given or str(place + 1))
            values.append(read.to_numpy(dtype=np.float64))
    if not names:
        raise TableError("numbers")
    usual = next((i for i, one in enumerate(values) if not _counts(one)), 0)
    lines = np.fromiter(rows, dtype=np.int64)
    return Columns(tuple(names), tuple(values), lines, total, usual)


def _counts(values: np.ndarray) -> bool:
    """Return whether a column only numbers its rows: each is 1 more than the last."""
    return len(values) > FEWEST and bool(np.all(np.diff(values) == 1))
