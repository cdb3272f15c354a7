"""One layer at work: its maps, and one of them from near, cell after cell.

Playing moves the cell over the map, and over the picture the window that it sees.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from playground.figures.conv_pixels import address
from playground.figures.learned_scales import Span, ending, levels
from playground.figures.learned_scene import CLEAR, LEFT, NEAR, PICK, TITLE, TOP, TYPE
from playground.figures.learned_tiles import (
    colour_sheet,
    lit,
    scale_bar,
    sheet,
    signed_sheet,
)
from playground.figures.places import tile_at
from playground.player.charts import Picture
from playground.player.scene import Box, Boxes, Layer, Scene, Text, Track
from playground.theme import OUTLINE, PAPER

CELL = "cell"  # the action of a click on the large map
WIDTH, HEIGHT = 920, 418
ROOM, TALL = 584.0, 390.0  # of the maps
GAP = 0.07  # between two maps, of their side
SIDE = 32.0  # pixels of the picture
SECONDS = 12.0  # to cross a map
MOST = 110.0  # height of a kernel
SCALE = (384.0, 12.0)  # y and height of the colour scale
TRACKS = (
    Track("cell", "f32", 4),  # row, column, sum, value
    Track("place", "f32", 4),  # of the cell on its map
    Track("window", "f32", 4),  # of its window on the picture
)


@dataclass(frozen=True)
class Study:
    """A layer and the map that is looked at.

    Attributes:
        name: of the layer.
        maps: [K, h, w], what it says.
        totals: [h, w], the chosen map before the nonlinearity.
        chosen: its number.
        spans: the scale of every map.
        windows: [h * w, 4], left, top, right, bottom of what a cell sees, in pixels.
        kernels: [C, k, k] of the chosen map, [0, 0, 0] where it has none.
        picture: data address of the picture.
    """

    name: str
    maps: Tensor
    totals: Tensor
    chosen: int
    spans: tuple[Span, ...]
    windows: Tensor
    kernels: Tensor
    picture: str


@dataclass(frozen=True)
class Words:
    """Everything that the stage says, translated."""

    maps: str
    picture: str
    near: str
    kernels: str
    scale: str
    clock: str
    spoken: str


def columns(count: int, wide: float = ROOM, high: float = TALL) -> int:
    """Return how many squares stand in a row: so that they are as large as can be."""

    def side(across: int) -> float:
        return min(wide / across, high / math.ceil(count / across))

    return max(range(1, count + 1), key=side)  # the first of equals


def area(count: int) -> Box:
    """Return where the maps of a layer are, as square cells."""
    across = columns(count)
    down = math.ceil(count / across)
    side = min(ROOM / across, TALL / down)
    return 0.0, TOP, across * side, down * side


def picked(count: int, x: float, y: float) -> int | None:
    """Return the map at a place in the units of its area, None beside them all."""
    return tile_at(count, columns(count), x, y)


def film(study: Study) -> tuple[list[bytes], list[float]]:
    """Return a frame per cell of the map, row by row, and their times."""
    high, wide = study.totals.shape
    rows, across = (part.flatten() for part in np.indices((high, wide)))
    values = study.maps[study.chosen].flatten().numpy()
    cells = np.stack((rows, across, study.totals.flatten().numpy(), values), axis=1)
    places = np.stack((across, rows, across + 1, rows + 1), axis=1)
    table = np.concatenate((cells, places, study.windows.numpy()), axis=1)
    frames = [row.tobytes() for row in table.astype(np.float32)]
    return frames, [float(number) for number in range(len(frames))]


def scene(study: Study, words: Words, metrics: tuple[tuple[str, str], ...]) -> Scene:
    """Return the stage; its tape is `film`."""
    layers = (
        *_maps(study, words),
        *_near(study, words),
        *_kernels(study, words),
        *_scale(study, words),
    )
    return Scene(
        (WIDTH, HEIGHT),
        TRACKS,
        layers,
        time=words.clock,
        rate=study.totals.numel() / SECONDS,
        metrics=metrics,
        spoken=words.spoken,
    )


def _maps(study: Study, words: Words) -> Iterator[Layer]:
    count, box = len(study.maps), area(len(study.maps))
    across, side = columns(count), box[2] / columns(count)
    inner = (box[0], box[1], box[2] - GAP * side, box[3] - GAP * side)
    painted = _painted(study, range(count))
    gap = GAP / (1 - GAP)
    yield Text((0.0, TITLE), words.maps, TYPE)
    yield Picture(inner, address(sheet(painted, across, gap)), smooth=False, id="maps")
    down = math.ceil(count / across)
    units = (0.0, float(across), 0.0, float(down))
    yield Picture(box, address(CLEAR), units, PICK + study.name, id=study.name)
    row, column = divmod(study.chosen, across)
    x, y, small = column * side, box[1] + row * side, side * (1 - GAP)
    for colour, out in ((PAPER, 3.5), (OUTLINE, 1.0)):
        stage = (0.0, 0.0, float(WIDTH), float(HEIGHT))
        edges = (x - out, y - out, x + small + out, y + small + out)
        yield Boxes(stage, (0.0, float(WIDTH)), (colour,), ("",), (False,), (edges,))


def _painted(study: Study, numbers: Sequence[int]) -> np.ndarray:
    parts = [levels(study.maps[at], study.spans[at]) for at in numbers]
    return lit(parts, signed=study.spans[0][0] < 0)


def _near(study: Study, words: Words) -> Iterator[Layer]:
    """Yield the picture with the window, and the map with the cell."""
    right = LEFT + NEAR + 16
    _high, wide = study.totals.shape
    yield Text((LEFT, TITLE), words.picture, TYPE)
    yield Text((right, TITLE), words.near, TYPE)
    yield Picture((LEFT, TOP, NEAR, NEAR), study.picture, smooth=False, id="input")
    large = address(sheet(_painted(study, [study.chosen]), 1, 0.0))
    units = (0.0, float(wide), 0.0, float(len(study.totals)))
    box = (right, TOP, NEAR, NEAR)
    yield Picture(box, large, units, CELL, smooth=False, id="near")
    for place, span, track in (
        ((LEFT, TOP, NEAR, NEAR), SIDE, "window"),
        (box, float(wide), "place"),
    ):
        yield Boxes(place, (0.0, span), (OUTLINE,), ("",), (False,), track=track)
        yield Boxes(place, (0.0, span), (PAPER,), ("",), (True,), track=track)


def _kernels(study: Study, words: Words) -> Iterator[Layer]:
    top = TOP + NEAR + 10 + TOP
    yield Text((LEFT, top - TOP + TITLE), words.kernels, TYPE)
    count = len(study.kernels)
    if not count:
        return
    wide, high = 2 * NEAR + 16, SCALE[0] - 30 - top
    coloured = count == 3  # the same weights in colour come first
    across = 3 if coloured else columns(count, wide, high)
    down = math.ceil(count / across)
    side = min(wide / (across + coloured), high / down, MOST)
    left = LEFT
    if coloured:
        box = (left, top, side * (1 - GAP), side * (1 - GAP))
        pixels = address(colour_sheet(study.kernels))
        yield Picture(box, pixels, smooth=False, id="colours")
        left += side
    box = (left, top, (across - GAP) * side, (down - GAP) * side)
    pixels = signed_sheet(study.kernels, across, GAP / (1 - GAP))
    yield Picture(box, address(pixels), smooth=False, id="kernels")


def _scale(study: Study, words: Words) -> Iterator[Layer]:
    y, high = SCALE
    low, top = study.spans[study.chosen]
    wide = 2 * NEAR + 16
    yield Text((LEFT, y - 8), words.scale, 15.0, muted=True)
    bar = address(scale_bar(signed=low < 0))
    yield Picture((LEFT, y, wide, high), bar, id="scale")
    under = y + high + 18
    yield Text((LEFT, under), ending(low), 15.0, muted=True)
    yield Text((LEFT + wide, under), ending(top), 15.0, "right", True)
    if low < 0:
        yield Text((LEFT + wide / 2, under), "0", 15.0, "center", True)
