"""A whole network at work: the picture at the left, every map, the answer at the right.

Playing lets the picture run through: one layer after another lights up.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from playground.figures.conv_pixels import address
from playground.figures.learned_scales import Span, levels
from playground.figures.learned_scene import CLEAR, PICK
from playground.figures.learned_tiles import scale_bar
from playground.figures.places import tile_at
from playground.player.charts import Picture
from playground.player.scene import Field, Layer, Scene, Text, Track

WIDTH, HEIGHT = 920, 416
TOP, TALL = 44.0, 320.0  # where the maps begin, and how high they are
INPUT = 84.0  # side of the picture
SPACE = 12.0  # between two layers
THICK = 13.0  # of a bar
GAP = 0.07  # between two maps, of their side
FINEST = 16  # pixels: smaller maps are copied up to this, so that cells stay sharp
SCALE = 180.0  # width of the colour scale
BAR = 64  # cells of a bar
FULL, PALE = 255, 127  # bytes of a bar's inner and outer part
# Layer -> maps in a row; numbers in a row for layers of numbers.
COLUMNS = {
    "colour": {"c1": 3, "p1": 2, "c2": 4, "p2": 3, "c3": 6, "c4": 6, "mean": 6},
    "lenet": {"c1": 2, "s2": 1, "c3": 3, "s4": 2, "c5": 6, "f6": 6},
}
NUMBER = 6.0  # width of a number's cell
CRISP = 4  # pixels of a number's cell, along each side


@dataclass(frozen=True)
class Words:
    """Everything that the stage says, translated.

    Attributes:
        titles: layer -> its name and, below, how many maps of which size.
        picture: title of the picture.
        classes: names of the ten classes.
        answer: title of the answer.
        ends: what is written at the two ends of the colours.
        clock: the template of the clock; the track is "step".
        spoken: likewise.
    """

    titles: Mapping[str, tuple[str, str]]
    picture: str
    classes: Sequence[str]
    answer: str
    ends: tuple[str, str]
    clock: str
    spoken: str


@dataclass(frozen=True)
class Block:
    """A layer on the stage: `shape` of a map; `cell` is a map's width and height."""

    name: str
    left: float
    columns: int
    rows: int
    count: int
    shape: tuple[int, int]
    cell: tuple[float, float]

    @property
    def wide(self) -> float:  # noqa: D102 - its name says it
        return self.columns * self.cell[0]


def blocks(layers: Mapping[str, Tensor], columns: Mapping[str, int]) -> list[Block]:
    """Return where every layer is, from left to right.

    Args:
        layers: name -> maps [K, h, w] or numbers [K].
        columns: of `COLUMNS`.
    """
    left, found = INPUT + 1.5 * SPACE, []
    for name, values in layers.items():
        rows = math.ceil(len(values) / columns[name])
        high = TALL / rows
        shape, wide = (
            (tuple(values.shape[1:]), high)
            if values.dim() == 3
            else (
                (1, 1),
                NUMBER,
            )
        )
        block = Block(name, left, columns[name], rows, len(values), shape, (wide, high))
        found.append(block)
        left += block.wide + SPACE
    return found


def film(
    layers: Mapping[str, Tensor],
    spans: Mapping[str, Sequence[Span]],
    probabilities: Tensor,
    columns: Mapping[str, int],
) -> tuple[tuple[Track, ...], list[bytes]]:
    """Return the tracks, and a frame per layer more that is lit.

    Args:
        layers: name -> maps [K, h, w] or numbers [K].
        spans: name -> the scale of every map.
        probabilities: [10].
        columns: of `COLUMNS`.
    """
    lit, dark = {}, {}
    for name, values in layers.items():
        rows = values if values.dim() == 3 else values[None]
        painted = [levels(*one) for one in zip(rows, spans[name], strict=True)]
        if values.dim() == 1:
            painted = [_rows(painted[0], columns[name])]
        lit[name] = b"".join(_fine(part).tobytes() for part in painted)
        rest = 128 if spans[name][0][0] < 0 else 0
        dark[name] = bytes([rest]) * len(lit[name])
    bars, none = _bars(probabilities), _bars(0 * probabilities)
    names = [f"bar{number}" for number in range(len(probabilities))]
    tracks = (
        Track("step", "f32", 1),
        *(Track(name, "u8", len(part)) for name, part in lit.items()),
        *(Track(name, "u8", BAR) for name in names),
    )
    frames = []
    for step in range(len(layers) + 2):
        head = np.array([step], dtype=np.float32).tobytes()
        parts = [(lit if at < step else dark)[name] for at, name in enumerate(lit)]
        last = bars if step > len(layers) else none
        frames.append(b"".join([head, *parts, last]))
    return tracks, frames


def scene(
    tracks: Sequence[Track],
    found: Sequence[Block],
    spans: Mapping[str, Sequence[Span]],
    picture: str,
    words: Words,
    metrics: tuple[tuple[str, str], ...],
) -> Scene:
    """Return the stage.

    Args:
        tracks: of `film`.
        found: from `blocks`.
        spans: name -> the scale of every map.
        picture: data address of the picture.
        words: translated.
        metrics: numbers below the stage.
    """
    middle = TOP + (TALL - INPUT) / 2
    layers = [
        Picture((0.0, middle, INPUT, INPUT), picture, smooth=False, id="input"),
        Text((0.0, middle - 10), words.picture, 15.0),
    ]
    for block in found:
        layers += _block(block, spans[block.name][0][0] < 0, words)
    layers += _scale(found[0].left, spans[found[0].name][0][0] < 0, words)
    last = found[-1]
    layers += _answer(last.left + last.wide + SPACE, words)
    return Scene(
        (WIDTH, HEIGHT),
        tuple(tracks),
        tuple(layers),
        time=words.clock,
        rate=1.0,
        metrics=metrics,
        spoken=words.spoken,
    )


def picked(block: Block, x: float, y: float) -> int | None:
    """Return the map at a place in the units of its block, None beside them all."""
    return tile_at(block.count, block.columns, x, y)


def _block(block: Block, signed: bool, words: Words) -> Iterator[Layer]:
    title, size = words.titles[block.name]
    middle = block.left + block.wide / 2
    yield Text((middle, 16.0), title, 16.0, "center")
    yield Text((middle, 35.0), size, 14.0, "center", True)
    palette = "diverging" if signed else "sequential"
    if block.shape == (1, 1):
        yield _numbers(block, palette)
        return
    wide, high = block.cell
    times = _times(block.shape[0])
    shape = (times * block.shape[0], times * block.shape[1])
    for number in range(block.count):
        row, column = divmod(number, block.columns)
        box = (
            block.left + column * wide,
            TOP + row * high,
            wide * (1 - GAP),
            high * (1 - GAP),
        )
        yield Field(box, block.name, shape, number * shape[0] * shape[1], palette)
    box = (block.left, TOP, block.wide, TALL)
    units = (0.0, float(block.columns), 0.0, float(block.rows))
    yield Picture(box, address(CLEAR), units, PICK + block.name, id=block.name)


def _numbers(block: Block, palette: str) -> Layer:
    """Return a layer of numbers as one picture: a small cell each."""
    shape = (CRISP * block.rows, CRISP * block.columns)
    box = (block.left, TOP, block.wide, TALL)
    return Field(box, block.name, shape, palette=palette, id=block.name)


def _scale(left: float, signed: bool, words: Words) -> Iterator[Layer]:
    """Yield the colours, with what their ends mean."""
    y = TOP + TALL + 20
    low, high = words.ends
    yield Text((left, y + 10), low, 15.0, "right")
    bar = address(scale_bar(signed=signed))
    yield Picture((left + 10, y, SCALE, 12.0), bar, id="scale")
    yield Text((left + SCALE + 20, y + 10), high, 15.0)


def _answer(left: float, words: Words) -> Iterator[Layer]:
    room = WIDTH - left
    yield Text((left, 16.0), words.answer, 16.0)
    step = TALL / len(words.classes)
    for number, name in enumerate(words.classes):
        y = TOP + number * step
        yield Text((left, y + THICK + 2), name, 14.0)
        box = (left, y + THICK + 9, room, 6.0)
        yield Field(box, f"bar{number}", (1, BAR))


def _bars(probabilities: Tensor) -> bytes:
    """Return every probability as a row of cells: full up to it, pale beyond."""
    filled = np.arange(BAR)[None] + 0.5 < (probabilities * BAR).numpy()[:, None]
    return np.where(filled, FULL, PALE).astype(np.uint8).tobytes()


def _times(side: int) -> int:
    return max(1, math.ceil(FINEST / side))


def _fine(pixels: np.ndarray) -> np.ndarray:
    times = _times(len(pixels))
    return pixels.repeat(times, axis=0).repeat(times, axis=1)


def _rows(numbers: np.ndarray, columns: int) -> np.ndarray:
    """Return bytes [K] in rows, as cells of several pixels; the last row is filled."""
    rows = math.ceil(len(numbers) / columns)
    cells = np.full(rows * columns, numbers.min(), dtype=np.uint8)
    cells[: len(numbers)] = numbers
    grid = cells.reshape(rows, columns)
    return grid.repeat(CRISP, axis=0).repeat(CRISP, axis=1)
