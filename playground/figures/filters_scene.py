"""The stage of the filters page: a picture with a curtain, the kernel, one window."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from playground.figures.filters_cells import fitted, grey_cells, weight_cells
from playground.player.charts import Curtain, Picture
from playground.player.scene import Box, Boxes, Layer, Scene, Text, Track
from playground.theme import OUTLINE, PAPER

PIN = "pin"  # the action of a click on the picture
WIDTH, HEIGHT = 920, 470
ROOM: Box = (0.0, 0.0, 600.0, 424.0)  # of the picture
SCALE = (436.0, 12.0)  # y and height of the colour scale
GAP = 36.0  # between the picture and the grids beside it
BOTH = 400.0  # room beside a picture that holds two grids side by side
SIDE = 10.0  # left and right of a grid
TITLE, TYPE = 18.0, 17.0  # baseline of a title above its grid, and its size
SMALLEST = 11.0  # pixels: a frame any smaller would not be seen
STEPS = 100  # of the curtain, from the left side to the right
TRACKS = (Track("share", "f32", 1),)

Ticks = tuple[tuple[float, str], ...]  # place on the scale, 0 to 1, and what is there


@dataclass(frozen=True)
class Exhibit:
    """What the stage shows.

    Attributes:
        shape: rows and columns of the picture.
        before: data address of the picture.
        after: of its response.
        scale: of the response's colours.
        ticks: along the scale.
        weights: [rows, columns], as they are laid on the picture.
        levels: of the window of the pixel that is pinned.
        place: row and column of this pixel.
        zoom: how many times larger than its size type is painted.
    """

    shape: tuple[int, int]
    before: str
    after: str
    scale: str
    ticks: Ticks
    weights: Tensor
    levels: Tensor
    place: tuple[int, int]
    zoom: float = 1.0


@dataclass(frozen=True)
class Words:
    """Everything that the stage says, translated."""

    before: str
    after: str
    window: str
    kernel: str
    products: str
    total: str
    clock: str
    spoken: str


def frames() -> tuple[list[bytes], list[float]]:
    """Return the tape: the handle's places in percent, and the same as times."""
    times = [float(step) for step in range(STEPS + 1)]
    return [struct.pack("<f", time) for time in times], times


def scene(shown: Exhibit, words: Words, metrics: tuple[tuple[str, str], ...]) -> Scene:
    """Return the stage; its tape is `STEPS` of the curtain's handle."""
    box = fitted(shown.shape, ROOM)
    box = (0.0, box[1], box[2], box[3])
    rows, columns = shown.shape
    span = (0.0, float(columns), 0.0, float(rows))
    layers = (
        Picture(box, shown.before, span, PIN, smooth=False, id="before"),
        Curtain(box, shown.after, (words.after, words.before), id="after"),
        *_frame(shown, box),
        *_scale(shown, box),
        *_grids(shown, words, box[2] + GAP),
    )
    return Scene(
        (WIDTH, HEIGHT),
        TRACKS,
        layers,
        time=words.clock,
        rate=STEPS / 4,
        metrics=metrics,
        spoken=words.spoken,
    )


def _frame(shown: Exhibit, box: Box) -> Iterator[Layer]:
    """Yield the frame around the pinned window: dark and light, seen on any picture."""
    columns = shown.shape[1]
    thin = columns / box[2]  # picture's pixels per logical one
    for colour, beyond in ((OUTLINE, 2.0 * thin), (PAPER, 0.0)):
        half_high, half_wide = (
            max(size, SMALLEST * thin) / 2 + beyond for size in shown.levels.shape
        )
        y, x = (at + 0.5 for at in shown.place)
        edges = (x - half_wide, y - half_high, x + half_wide, y + half_high)
        yield Boxes(box, (0.0, float(columns)), (colour,), ("",), (False,), (edges,))


def _grids(shown: Exhibit, words: Words, left: float) -> Iterator[Layer]:
    """Yield window, kernel and the sum; the products too where there is room."""
    room, zoom = WIDTH - left, shown.zoom
    both = room >= BOTH
    wide, high = (room / 2, 180.0) if both else (room, 186.0)
    second = (left + wide, 0, wide, high) if both else (left, high + 44, wide, high)
    seen = grey_cells(shown.levels, _inner((left, 0, wide, high)), zoom)
    yield from _titled(words.window, left + wide / 2, 0, seen)
    laid = weight_cells(shown.weights, _inner(second), zoom)
    yield from _titled(words.kernel, second[0] + wide / 2, second[1], laid)
    if not both:
        at = (left + wide / 2, HEIGHT - 5)
        yield Text(at, f"Σ {words.total}", TYPE, "center")
        return
    below = high + 54
    products = shown.levels.double() * shown.weights + 0.0  # no minus zero
    multiplied = weight_cells(products, _inner((left, below, wide, high)), zoom)
    yield from _titled(words.products, left + wide / 2, below, multiplied)
    middle, y = left + 1.5 * wide, below + high / 2
    yield Text((middle, y + 20), "Σ", 34, "center")
    yield Text((middle, y + 64), words.total, 26, "center")


def _inner(box: Box) -> Box:
    """Return where a grid stands in its box, below the title."""
    x, y, wide, high = box
    return x + SIDE, y + TITLE + 10, wide - 2 * SIDE, high


def _titled(
    title: str, middle: float, y: float, cells: Iterator[Layer]
) -> Iterator[Layer]:
    yield Text((middle, y + TITLE), title, TYPE, "center")
    yield from cells


def _scale(shown: Exhibit, box: Box) -> Iterator[Layer]:
    y, high = SCALE
    top = box[1] + box[3] + y - ROOM[3]  # close under the picture
    yield Picture((box[0], top, box[2], high), shown.scale, id="scale")
    for share, text in shown.ticks:
        align = "left" if share == 0 else "right" if share == 1 else "center"
        at = (box[0] + share * box[2], top + high + 18)
        yield Text(at, text, 15, align, muted=True)
