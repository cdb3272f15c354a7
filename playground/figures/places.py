"""Where a click on a grid of cells or tiles lands, in their units, y up."""


def cell_at(rows: int, columns: int, x: float, y: float) -> tuple[int, int]:
    """Return the row, from the top, and the column of the cell nearest to a place."""
    return min(max(int(rows - y), 0), rows - 1), min(max(int(x), 0), columns - 1)


def nearest_tile(count: int, columns: int, x: float, y: float) -> int:
    """Return the number of the tile nearest to a place, row by row from the top."""
    row, column = cell_at(-(-count // columns), columns, x, y)
    return min(row * columns + column, count - 1)


def tile_at(count: int, columns: int, x: float, y: float) -> int | None:
    """Return the number of the tile at a place, None beside them all."""
    rows = -(-count // columns)
    number = int(rows - y) * columns + int(x)
    inside = 0 <= x < columns and 0 < y <= rows
    return number if inside and number < count else None
