"""A surface as a map: coloured bands of loss with lines between, heights, ticks."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.surfaces import Surface
from playground import theme
from playground.player.charts import Span

SIDE = 560  # pixels of the map's picture
BANDS = 16
PALE = 0.35  # how far the bands are mixed with white: paths must stand out
DARKNESS = 0.4  # of the lines between them
CELLS = 36  # along a side of the relief
STEPS = (1, 2, 2.5, 5, 10)  # between ticks, times a power of ten


@dataclass(frozen=True)
class Shades:
    """From a loss to a shade in [0, 1]: logarithmic near the lowest loss of the map.

    Attributes:
        low: loss of shade 0.
        high: loss of shade 1.
        bend: loss above `low` from which the scale is logarithmic; inf: never.
    """

    low: float
    high: float
    bend: float

    def __call__(self, loss: np.ndarray) -> np.ndarray:
        """Return the shade of every loss, cut at 0 and 1; nan stays nan."""
        above, most = loss - self.low, self.high - self.low
        if math.isinf(self.bend):
            return np.clip(above / most, 0, 1)
        logs = np.log1p(np.maximum(above, 0) / self.bend)
        return np.clip(logs / math.log1p(most / self.bend), 0, 1)


def shades(surface: Surface) -> Shades:
    """Return the scale with a third of the map in the darker half of its shades.

    Args:
        surface: of two dimensions, not flat.
    """
    middle, high = np.quantile(lattice(surface, 2 * CELLS), (0.35, 1)).tolist()
    low = surface.lowest
    half, whole = middle - low, high - low
    # log(1 + half / bend) = log(1 + whole / bend) / 2, solved for bend.
    bend = half**2 / (whole - 2 * half) if whole > 2.02 * half else math.inf
    return Shades(low, high, bend)


def window(surface: Surface) -> Span:
    """Return what a square map shows: the domain, or more of its shorter side.

    Gradients stand at right angles to the lines of equal loss only where both axes have
    one scale; a domain more than twice as long as wide fills the map all the same.
    """
    x_low, x_high, y_low, y_high = surface.domain
    wide, high = x_high - x_low, y_high - y_low
    longer = max(wide, high)
    if surface.dimensions == 1 or longer > 2 * min(wide, high):
        return surface.domain
    x, y = (x_low + x_high) / 2, (y_low + y_high) / 2
    return x - longer / 2, x + longer / 2, y - longer / 2, y + longer / 2


def lattice_points(surface: Surface, cells: int) -> Tensor:
    """Return `cells` x `cells` points of a map [cells, cells, 2]; row 0: lowest y."""
    x_low, x_high, y_low, y_high = window(surface)
    x = torch.linspace(x_low, x_high, cells, dtype=torch.float64)
    y = torch.linspace(y_low, y_high, cells, dtype=torch.float64)
    rows, columns = torch.meshgrid(y, x, indexing="ij")
    return torch.stack((columns, rows), dim=-1)


def lattice(surface: Surface, cells: int) -> np.ndarray:
    """Return the loss at each of these points [cells, cells]."""
    rows = lattice_points(surface, cells).split(32)  # few at a time spare memory
    return torch.cat([surface.value(points) for points in rows]).numpy()


def map_pixels(surface: Surface) -> np.ndarray:
    """Return a map as red, green and blue: [SIDE, SIDE, 3] u8, row 0 the highest y.

    Of one parameter it is an even ground.
    """
    if surface.dimensions == 1:
        return np.full((2, 2, 3), theme.rgb(theme.PAPER)[0], dtype=np.uint8)
    level = shades(surface)(lattice(surface, SIDE)[::-1]) * BANDS
    band = np.minimum(np.floor(level), BANDS - 1) / (BANDS - 1)
    table = np.array(theme.rgb(*theme.SEQUENTIAL), dtype=float)
    stops = np.linspace(0, 1, len(table))
    paint = np.stack([np.interp(band, stops, c) for c in table.T], axis=-1)
    paint += PALE * (255 - paint)
    down, across = np.gradient(level)
    slope = np.maximum(np.hypot(down, across), 1e-9)
    border = np.clip(np.round(level), 1, BANDS - 1)
    line = DARKNESS * np.clip(1.1 - np.abs(level - border) / slope, 0, 1)
    return (paint * (1 - line[..., None])).round().astype(np.uint8)


def relief_heights(surface: Surface) -> tuple[tuple[float, ...], ...]:
    """Return rows of heights in [0, 1], the first row the lowest y; none in 1-D."""
    if surface.dimensions == 1:
        return ()
    heights = shades(surface)(lattice(surface, CELLS))
    return tuple(map(tuple, heights.round(3).tolist()))


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return at most `most` round numbers from `low` to `high`, evenly apart."""
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(s * power for s in STEPS if (high - low) / (s * power) < most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(n * step, 12) for n in range(first, last + 1)]
