"""Tables from strangers, pasted or uploaded: limits, lines, cells, numbers."""

import csv
import io

import pandas as pd

TABLES = ("csv", "tsv", "txt")  # endings of the names of tables
MOST_BYTES = 5_000_000  # of a table
LARGEST = 1e300  # greatest number in a table: differences stay finite
SEPARATORS = "\t;, "  # of columns; the first that suits
_LONGEST_LINE = 100_000  # letters that are read


class TableError(ValueError):
    """The text is no table that can be used; `reason` is a key of the page's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"unusable table: {reason}")
        self.reason = reason


def decoded(data: bytes) -> str:
    """Return a file's text: UTF-8, else what European spreadsheets write."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def require_text(text: str) -> None:
    """Refuse what is no table at all.

    Raises:
        TableError: "empty", or "size".
    """
    if not text.strip():
        raise TableError("empty")
    if len(text) > MOST_BYTES:
        raise TableError("size")


def numbered_lines(text: str) -> dict[int, str]:
    """Return the lines that hold anything, by their number as an editor counts."""
    every = io.StringIO(text.replace("\0", ""), newline=None)
    return {n: line[:_LONGEST_LINE] for n, line in enumerate(every, 1) if line.strip()}


def cells(line: str, separator: str) -> list[str]:
    """Return what stands between the separators of one line.

    Each line has a reader of its own: a quote left open must not swallow other rows.
    """
    return next(csv.reader([line], delimiter=separator, skipinitialspace=True))


def is_number(cell: str) -> bool:
    """Return whether a cell is a number, "nan" and "inf" among them."""
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def numbers(column: pd.Series) -> pd.Series:
    """Return text as numbers, NaN where it is none or beyond `LARGEST`."""
    plain = column.astype(str).str.strip().str.replace(",", ".", regex=False)
    read = pd.to_numeric(plain, errors="coerce")
    return read.where(read.abs() <= LARGEST)
