"""The stage of learned filters: all of them, one from near, what it says, the score."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from playground.figures.conv_pixels import address
from playground.figures.learned_film import Moment
from playground.figures.learned_tiles import ENLARGED, scale_bar
from playground.figures.places import tile_at
from playground.player.charts import Curve, Picture, Series
from playground.player.scene import Box, Boxes, Field, Layer, Scene, Text, Track
from playground.theme import OUTLINE, PAPER, POSITIVE

PICK = "pick:"  # the action of a click on the filters, followed by their layer
WIDTH, HEIGHT = 920, 418
ROOM = 584.0  # width of the filters
TITLE, TYPE = 16.0, 16.0  # baseline of a title in its row, and its size
TOP = 26.0  # what a title takes
NEAR = 128.0  # side of the pictures at the right
LEFT = WIDTH - 2 * NEAR - 16
BAR = 180.0  # width of the colour scale
GAP = 0.08  # between two filters, of their side
MARKS = (0, 1, 5, 10, 15, 20, 25, 30)  # epochs named along the curve
RATE = 3.0  # moments per second
CLEAR = np.zeros((1, 1, 4), dtype=np.uint8)


@dataclass(frozen=True)
class Grid:
    """Where the filters of a layer are.

    Attributes:
        layer: its name.
        box: of all of them.
        columns: filters in a row; of filters with several kernels, each is a column.
        filters: how many.
        kernels: of each filter; 1 for filters painted in colour.
        size: weights of a kernel, along a side.
        colour: painted in colour.
    """

    layer: str
    box: Box
    columns: int
    filters: int
    kernels: int
    size: int
    colour: bool

    @property
    def rows(self) -> int:  # noqa: D102 - its name says it
        return self.kernels * math.ceil(self.filters / self.columns)

    @property
    def step(self) -> float:
        """From one filter to the next, logical pixels."""
        return self.box[2] / self.columns

    def tile(self, number: int, kernel: int = 0) -> Box:
        """Return where a kernel is painted."""
        row, column = divmod(number, self.columns)
        side = self.step / (1 + GAP)
        y = self.box[1] + (row * self.kernels + kernel) * self.step
        return self.box[0] + column * self.step, y, side, side


@dataclass(frozen=True)
class Words:
    """Everything that the stage says, translated.

    Attributes:
        grids: layer -> its title.
        peaks: layer -> its largest weight, "" where every filter has a scale.
        scale: whose weight the ends of the colours are.
        picture: title of the picture.
        answer: title of what the filter says.
        chosen: title of the filter.
        planes: names of its three kernels, if it is painted in colour.
        accuracy: name of the curve.
        clock: template of the clock.
        spoken: template for screen readers.
    """

    grids: dict[str, str]
    peaks: dict[str, str]
    scale: str
    picture: str
    answer: str
    chosen: str
    planes: tuple[str, ...]
    accuracy: str
    clock: str
    spoken: str


def grids(moment: Moment) -> tuple[Grid, ...]:
    """Return where the filters of every layer are: one below the other."""
    found, top = [], TOP
    for layer, filters in moment.layers.items():
        count, channels, _high, size = filters.shape
        colour = channels == 3
        kernels = 1 if colour else channels
        columns = min(count, 16) if kernels > 1 else 6
        rows = kernels * math.ceil(count / columns)
        step = ROOM / columns
        box = (0.0, top, ROOM, rows * step)
        found.append(Grid(layer, box, columns, count, kernels, size, colour))
        top += rows * step + TOP + 4
    return tuple(found)


def picked(grid: Grid, x: float, y: float) -> int | None:
    """Return the filter at a place of the units of its grid, None beside them all."""
    return tile_at(grid.filters, grid.columns, x, y / grid.kernels)


def scene(
    tracks: Sequence[Track],
    moments: Sequence[Moment],
    chosen: tuple[str, int],
    picture: str,
    words: Words,
    metrics: tuple[tuple[str, str], ...],
) -> Scene:
    """Return the stage.

    Args:
        tracks: of `learned_film.film`.
        moments: whose frames they are.
        chosen: layer and number of a filter.
        picture: data address of the picture.
        words: translated.
        metrics: numbers below the stage.
    """
    laid = grids(moments[-1])
    layers = [layer for grid in laid for layer in _grid(grid, words)]
    if not laid[-1].colour:
        layers += _scale(laid[-1], words)
    grid = next(one for one in laid if one.layer == chosen[0])
    layers += _frame(grid, chosen[1])
    layers += _near(tracks, moments[-1], chosen, words)
    layers.append(Picture((LEFT, TOP, NEAR, NEAR), picture, smooth=False, id="input"))
    layers += _curve(moments, words)
    return Scene(
        (WIDTH, HEIGHT),
        tuple(tracks),
        tuple(layers),
        time=words.clock,
        rate=RATE,
        metrics=metrics,
        spoken=words.spoken,
    )


def _grid(grid: Grid, words: Words) -> Iterator[Layer]:
    line = grid.box[1] - TOP + TITLE
    yield Text((0.0, line), words.grids[grid.layer], TYPE)
    end = ROOM - GAP / (1 + GAP) * grid.step
    yield Text((end, line), words.peaks[grid.layer], 15.0, "right", True)
    side = ENLARGED * grid.size
    length = side * side * (3 if grid.colour else 1)
    palette = "rgb" if grid.colour else "diverging"
    for number in range(grid.filters):
        for kernel in range(grid.kernels):
            offset = (number * grid.kernels + kernel) * length
            box = grid.tile(number, kernel)
            yield Field(box, grid.layer, (side, side), offset, palette)
    units = (0.0, float(grid.columns), 0.0, float(grid.rows))
    yield Picture(grid.box, address(CLEAR), units, PICK + grid.layer, id=grid.layer)


def _scale(last: Grid, words: Words) -> Iterator[Layer]:
    """Yield the colours of weights with a sign, under the last grid."""
    y = last.box[1] + last.box[3] + 8
    yield Text((0.0, y + 10), "−m", 15.0)
    yield Picture((32.0, y, BAR, 12.0), address(scale_bar(signed=True)), id="scale")
    yield Text((32.0 + BAR + 10, y + 10), words.scale, 15.0)


def _frame(grid: Grid, number: int) -> Iterator[Layer]:
    """Yield the frame of the chosen filter: dark and light, seen on any ground."""
    x, y, side, _side = grid.tile(number)
    high = side + (grid.kernels - 1) * grid.step
    for colour, out in ((PAPER, 3.5), (OUTLINE, 1.0)):
        box = (0.0, 0.0, float(WIDTH), float(HEIGHT))
        edges = (x - out, y - out, x + side + out, y + high + out)
        yield Boxes(box, (0.0, float(WIDTH)), (colour,), ("",), (False,), (edges,))


def _near(
    tracks: Sequence[Track], moment: Moment, chosen: tuple[str, int], words: Words
) -> Iterator[Layer]:
    """Yield the chosen filter, its kernels and its answer, at the right."""
    right, below = LEFT + NEAR + 16, TOP + NEAR + 22 + TOP
    yield Text((LEFT, TITLE), words.picture, TYPE)
    yield Text((right, TITLE), words.answer, TYPE)
    cells = next(track.size for track in tracks if track.name == "answer")
    shape = (math.isqrt(cells), math.isqrt(cells))
    yield Field((right, TOP, NEAR, NEAR), "answer", shape, id="answer")
    yield Text((right + NEAR, TOP + NEAR + 18), "± {numbers:5:3}", 15, "right", True)
    yield Text((LEFT, below - TOP + TITLE), words.chosen, TYPE)
    weights = moment.layers[chosen[0]][chosen[1]]
    side = ENLARGED * weights.shape[-1]
    if any(track.name == "large" for track in tracks):
        box = (LEFT, below, NEAR, NEAR)
        yield Field(box, "large", (side, side), palette="rgb", id="large")
        yield from _planes(side, (right, below), words.planes)
        return
    small, step, columns = (NEAR, NEAR, 1) if len(weights) == 1 else (60.0, 68.0, 3)
    for kernel in range(len(weights)):
        row, column = divmod(kernel, columns)
        box = (LEFT + column * step, below + row * step, small, small)
        yield Field(box, "planes", (side, side), kernel * side**2)


def _planes(
    side: int, at: tuple[float, float], names: Sequence[str]
) -> Iterator[Layer]:
    """Yield the three kernels of a filter in colour, with their colours' names."""
    small, step = 38.0, 45.0
    for number, name in enumerate(names):
        x, y = at[0], at[1] + number * step
        offset = number * side**2
        yield Field((x, y, small, small), "planes", (side, side), offset)
        yield Text((x + small + 10, y + 26), name, 15, muted=True)


def _curve(moments: Sequence[Moment], words: Words) -> Iterator[Layer]:
    epochs = [moment.epoch for moment in moments]
    ticks = tuple(
        (float(at), f"{epoch:.0f}") for at, epoch in enumerate(epochs) if epoch in MARKS
    )
    top = TOP + NEAR + 22 + TOP + NEAR + 10
    box = (LEFT, top, 2 * NEAR + 8, HEIGHT - top)
    line = Series("numbers", 1, POSITIVE, words.accuracy)
    yield Curve(box, (line,), span=(0.0, 1.0), ticks=ticks, id="accuracy")
