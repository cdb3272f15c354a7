"""The stage of "Cover a place": a square slides over a picture, the answer moves."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from engine.cifar import SIDE
from playground.figures.ablate_bars import TRACKS, bar_frame, bars
from playground.figures.conv_pixels import address
from playground.figures.filters_paint import SIGNS
from playground.figures.numerals import plain
from playground.figures.png import Painted
from playground.player.charts import Picture
from playground.player.scene import Box, Boxes, Layer, Scene, Text, Track
from playground.theme import OUTLINE, PAPER

PICK = "place"  # the action of a click on picture or map
WIDTH, HEIGHT = 920, 470
LEFT: Box = (0.0, 30.0, 284.0, 284.0)
MAP: Box = (308.0, 30.0, 284.0, 284.0)
BARS: Box = (612.0, 30.0, 308.0, 420.0)
SCALE = (12.0, 12.0)  # y below the map and height of the scale of colours
RATE = 24.0  # places a second
SMALLEST = 1e-4  # what moves less is painted as 0
PLACE = Track("square", "f32", 8)  # the square, and the cell of the map


@dataclass(frozen=True)
class Exhibit:
    """What the stage shows.

    Attributes:
        picture: data address.
        before: [10], probabilities of the whole picture.
        said: [rows, columns, 10], with the square at each place.
        answer: the class whose losses are painted.
        names: translated, of the classes.
        size: side of the square in pixels.
        stride: pixels from one place to the next.
    """

    picture: str
    before: Tensor
    said: Tensor
    answer: int
    names: Sequence[str]
    size: int
    stride: int

    @property
    def losses(self) -> Tensor:
        """What the answer's probability loses, [rows, columns]."""
        return self.before[self.answer] - self.said[..., self.answer]


@dataclass(frozen=True)
class Words:
    """Everything that the stage says, translated."""

    picture: str
    map: str
    bars: str
    less: str
    more: str
    clock: str
    spoken: str


def centre(place: int, stride: int) -> int:
    """Return the pixel that the square of a row or column of places is centred on."""
    return stride // 2 + place * stride


def nearest(pixel: float, stride: int, count: int) -> int:
    """Return the row or column of places whose centre is nearest to a pixel."""
    return min(max(round((pixel - stride // 2) / stride), 0), count - 1)


def frames(shown: Exhibit) -> tuple[list[bytes], list[float]]:
    """Return the tape: a frame per place, row by row, and their numbers as times."""
    rows, columns, _classes = shown.said.shape
    found = []
    for row in range(rows):
        for column in range(columns):
            square = _edges((row, column), shown.size, shown.stride)
            cell = _edges((row, column), shown.stride, shown.stride)
            found.append(
                bar_frame(shown.said[row, column], BARS)
                + struct.pack("<8f", *square, *cell)
            )
    return found, [float(at) for at in range(len(found))]


def loss_map(losses: Tensor) -> tuple[Painted, float]:
    """Return losses [rows, columns] in colours, and what the strongest ones mean."""
    peak = max(losses.abs().max().item(), SMALLEST)
    share = (127.5 + losses * (127.5 / peak)).round().clamp(0, 255)
    return Painted(share.byte().numpy(), SIGNS), peak


def scene(shown: Exhibit, words: Words, metrics: tuple[tuple[str, str], ...]) -> Scene:
    """Return the stage; its tape is `frames`."""
    seen, peak = loss_map(shown.losses)
    span = (0.0, float(SIDE), 0.0, float(SIDE))
    reach = centre(shown.said.shape[0] - 1, shown.stride) + shown.stride // 2 + 1
    wide = MAP[2] * min(reach, SIDE) / SIDE
    layers = (
        Text((LEFT[0], 18.0), words.picture, 16.0),
        Picture(LEFT, shown.picture, span, PICK, smooth=False, id="picture"),
        *_square(LEFT, 0),
        Text((MAP[0], 18.0), words.map, 16.0),
        Picture((*MAP[:2], wide, wide), seen.address(), smooth=False, id="map"),
        Picture(MAP, CLEAR, span, PICK, id="pick"),
        *_square(MAP, 4),
        *_scale(peak, words),
        Text((BARS[0] + 10, 18.0), words.bars, 16.0),
        *bars(shown.before, BARS, shown.names, shown.answer),
    )
    return Scene(
        (WIDTH, HEIGHT),
        (*TRACKS, PLACE),
        layers,
        time=words.clock,
        rate=RATE,
        metrics=metrics,
        spoken=words.spoken,
    )


def _edges(place: tuple[int, int], size: int, stride: int) -> tuple[float, ...]:
    """Return (x1, y1, x2, y2) of a square at a place, within the picture."""
    y, x = (centre(at, stride) - size // 2 for at in place)
    inner = (min(max(at, 0), SIDE) for at in (x, y, x + size, y + size))
    return tuple(float(at) for at in inner)


def _square(box: Box, offset: int) -> Iterator[Layer]:
    """Yield the frame that moves: light within dark, seen on any picture."""
    for number, (colour, dash) in enumerate(((OUTLINE, False), (PAPER, True))):
        name = f"square{offset + number}"
        yield Boxes(
            box,
            (0.0, float(SIDE)),
            (colour,),
            ("",),
            (dash,),
            (),
            "square",
            offset,
            id=name,
        )


def _scale(peak: float, words: Words) -> Iterator[Layer]:
    x, y, wide, high = MAP
    top = y + high + SCALE[0]
    bar = Painted(np.arange(256, dtype=np.uint8)[None], SIGNS)
    yield Picture((x, top, wide, SCALE[1]), bar.address(), id="scale")
    most = f"{plain(float(f'{100 * peak:.3g}'))} %"
    for share, text, align in (
        (0.0, f"−{most}", "left"),
        (0.5, "0", "center"),
        (1.0, f"+{most}", "right"),
    ):
        yield Text((x + share * wide, top + SCALE[1] + 18), text, 15.0, align)
    yield Text((x, top + SCALE[1] + 40), words.less, 14.0, muted=True)
    yield Text((x + wide, top + SCALE[1] + 60), words.more, 14.0, "right", muted=True)


CLEAR = address(np.zeros((1, 1, 4), dtype=np.uint8))
