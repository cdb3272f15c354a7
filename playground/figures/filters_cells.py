"""Kernel and window as grids of cells with the numbers that fit into them."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from playground.figures.conv_pixels import LINE, PLAIN, SHARP, address, surface, tiles
from playground.figures.numerals import plain
from playground.player.charts import Picture
from playground.player.scene import Box, Layer, Text

DIGIT, POINT = 0.53, 0.3  # widths of a digit and of a point, of the type's size
DIGITS = (4, 3)  # a weight in fewer would be another one
MARGIN = 2.0  # of a cell, left and right of its number together
SIZES = (18.0, 16.0, 14.0)  # of numbers in cells, logical pixels
NUMBERED = 9  # rows and columns; more have colours only
SWATCH = 0.55  # of a cell's height is its grey


def weight_cells(weights: Tensor, box: Box, zoom: float = 1.0) -> Iterator[Layer]:
    """Yield a kernel [rows, columns]: orange below 0, blue above, and its numbers.

    zoom: how many times larger than its size the type is painted.
    """
    inner = fitted(weights.shape, box)
    cell = inner[2] / weights.shape[1], inner[3] / weights.shape[0]
    marks = torch.full(weights.shape, PLAIN)
    large = max(weights.shape) > NUMBERED
    pixels = surface(weights) if large else tiles(weights, marks, cell)
    yield Picture(inner, address(pixels), smooth=False)
    yield from _numbers(weights, inner, 0.5, zoom)


def grey_cells(levels: Tensor, box: Box, zoom: float = 1.0) -> Iterator[Layer]:
    """Yield a window [rows, columns] of grey levels, with the numbers below.

    zoom: how many times larger than its size the type is painted.
    """
    inner = fitted(levels.shape, box)
    texts = list(_numbers(levels, inner, 0.5 + SWATCH / 2, zoom))
    side = round(SHARP * inner[2] / levels.shape[1])
    pixels = _swatches(levels, side) if texts else _opaque(levels)
    yield Picture(inner, address(pixels), smooth=False)
    yield from texts


def _opaque(levels: Tensor) -> np.ndarray:
    """Return one pixel per grey level: red, green, blue, opacity."""
    pixels = np.full((*levels.shape, 4), 255, dtype=np.uint8)
    pixels[..., :3] = levels.numpy()[..., None]
    return pixels


def _swatches(levels: Tensor, side: int) -> np.ndarray:
    """Return cells of `side` pixels, grey in a frame at the top, clear below it."""
    (rows, columns), filled = levels.shape, round(SWATCH * side)
    cells = np.zeros((rows, side, columns, side, 4), dtype=np.uint8)
    cells[:, :filled, :, 1:-1] = LINE  # white is seen on white
    cells[:, 1 : filled - 1, :, 2:-2] = _opaque(levels)[:, None, :, None]
    return cells.reshape(rows * side, columns * side, 4)


def fitted(shape: tuple[int, int], box: Box) -> Box:
    """Return the largest box of square cells in the middle of `box`."""
    rows, columns = shape
    x, y, wide, high = box
    side = min(wide / columns, high / rows)
    return (
        x + (wide - side * columns) / 2,
        y + (high - side * rows) / 2,
        side * columns,
        side * rows,
    )


def _numbers(values: Tensor, box: Box, middle: float, zoom: float) -> Iterator[Text]:
    """Yield every number in its cell, or nothing if one does not fit.

    Args:
        values: [rows, columns].
        box: of square cells.
        middle: of a number in its cell, from the top.
        zoom: how many times larger than its size the type is painted.
    """
    rows, columns = values.shape
    if max(rows, columns) > NUMBERED:
        return
    side = box[2] / columns
    room = (side - MARGIN) / zoom, 2 * (1 - middle) * side / zoom
    found = _size(values, room)
    if found is None:
        return
    size, digits = found
    for (row, column), value in np.ndenumerate(values.numpy()):
        x = box[0] + side * (column + 0.5)
        y = box[1] + side * (row + middle) + 0.35 * size * zoom
        yield Text((x, y), short(float(value), digits), size, "center")


def _size(values: Tensor, room: tuple[float, float]) -> tuple[float, int] | None:
    """Return the type size and the digits in which all numbers fit; None if none do."""
    numbers = values.flatten().tolist()
    for digits in DIGITS:
        widest = max(_width(short(value, digits)) for value in numbers)
        for size in SIZES:
            if widest * size <= room[0] and size <= room[1]:
                return size, digits
    return None


def _width(text: str) -> float:
    return sum(POINT if letter == "." else DIGIT for letter in text)


def short(value: float, digits: int) -> str:
    """Return a number with so many significant digits, ".111" for 0.111."""
    text = plain(float(f"{value:.{digits}g}") if value % 1 else value)
    return text.replace("0.", ".", 1) if text.lstrip("−").startswith("0.") else text
