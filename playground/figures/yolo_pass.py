"""One convolutional pass: every layer as a map, and the window that each place sees."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.sliding import KERNEL, WINDOW, Costs
from playground import theme
from playground.figures.conv_pixels import address
from playground.figures.learned_tiles import LIGHTS
from playground.figures.numerals import grouped, plain
from playground.player.charts import Picture
from playground.player.scene import Box, Boxes, Layer, Scene, Text, Track

WIDTH, HEIGHT = 920, 426
WIDTHS = (236, 186, 136, 92, 92, 92)  # of the maps, logical pixels
GAP = 17
TOP = 62.0  # of the maps: two lines of type above them
SCORES = HEIGHT - 14.0  # baseline of the line of scores
MIDDLE = TOP + WIDTHS[0] / 2
TRACKS = (
    Track("window", "f32", 4),
    Track("conv", "f32", 4),
    Track("pool", "f32", 4),
    Track("place", "f32", 4),
    Track("scores", "f32", 8),
    Track("spent", "f32", 3),
)
DENSE = 2  # the layer that was the first fully connected one, from 0
LONG = 10**7  # whole numbers from here on are written with a power of ten
COLOURS = (theme.NEGATIVE, theme.POSITIVE, theme.CLASSES[2], theme.CLASSES[3])


@dataclass(frozen=True)
class Words:
    """What the stage says, translated; the templates are those of the player."""

    picture: str
    dense: str  # "was FC {count}", fully connected
    multiplies: str
    alone: str
    shared: str
    clock: str
    spoken: str


@dataclass(frozen=True, eq=False)
class Passed:
    """A picture that went through, and what every window alone would say.

    Attributes:
        picture: [3, side, side] float in [0, 1].
        maps: of each layer, [K, h, w].
        alone: [4, n, n] scores of the windows one by one.
        costs: of both ways.
        stride: pixels from window to window.
    """

    picture: Tensor
    maps: Sequence[Tensor]
    alone: Tensor
    costs: Costs
    stride: int


def frames(shown: Passed) -> tuple[list[bytes], list[float]]:
    """Return the tape: one frame per window, row by row, and its times from 1."""
    places, stride = shown.alone.shape[-1], shown.stride
    made, conv, pooled = [], WINDOW - KERNEL + 1, (WINDOW - KERNEL + 1) // stride
    each = shown.costs.alone // shown.costs.windows
    for number in range(places**2):
        row, column = divmod(number, places)
        numbers = [
            *_square(column * stride, row * stride, WINDOW),
            *_square(column * stride, row * stride, conv),
            *_square(column, row, pooled),
            *_square(column, row, 1),
            *shown.alone[:, row, column].tolist(),
            *shown.maps[-1][:, row, column].tolist(),
            *(column * stride, row * stride, (number + 1) * each),
        ]
        made.append(np.array(numbers, dtype="<f4").tobytes())
    return made, [float(number + 1) for number in range(places**2)]


def scene(shown: Passed, words: Words, metrics: tuple[tuple[str, str], ...]) -> Scene:
    """Return the stage; `frames` is its tape."""
    return Scene(
        (WIDTH, HEIGHT),
        TRACKS,
        tuple(_layers(shown, words)),
        time=words.clock,
        rate=max(2.0, shown.costs.windows / 10),
        metrics=metrics,
        spoken=words.spoken,
    )


def _square(x: float, y: float, side: float) -> tuple[float, ...]:
    return x, y, x + side, y + side


def _layers(shown: Passed, words: Words) -> Iterator[Layer]:
    pictures = [_photo(shown.picture), *map(_lights, shown.maps[:-1])]
    pictures.append(_winners(shown.maps[-1]))
    shapes = [shown.picture.shape, *(one.shape for one in shown.maps)]
    tracks = ("window", "conv", "pool", "place", "place", "place")
    heads = (("", words.picture), *_heads(shown, words))
    left = 0.0
    for at, (width, (title, under)) in enumerate(zip(WIDTHS, heads, strict=True)):
        box: Box = (left, MIDDLE - width / 2, width, width)
        middle, (depth, side, _side) = left + width / 2, shapes[at]
        yield Picture(box, address(pictures[at]), smooth=False, id=f"map{at}")
        span = (0.0, float(side))
        for colour, dash in ((theme.OUTLINE, False), (theme.PAPER, True)):
            yield Boxes(box, span, (colour,), ("",), (dash,), track=tracks[at])
        yield Text((middle, 18.0), title, 16, "center")
        yield Text((middle, 40.0), under, 14, "center", muted=True)
        below = MIDDLE + WIDTHS[0] / 2
        yield Text((middle, below + 26), f"{side}×{side}×{depth}", 17, "center")
        cost = _cost(shown, at) if at else words.multiplies
        yield Text((middle, below + 50), cost, 14, "center", muted=True)
        left += width + GAP
    yield from _said(words)


def _cost(shown: Passed, at: int) -> str:
    """Return the multiply-adds of a layer, from 1."""
    cost = shown.costs.rows[at - 1].multiplies
    return grouped(cost) if cost < LONG else plain(cost)


def _heads(shown: Passed, words: Words) -> Iterator[tuple[str, str]]:
    """Yield the two lines above each map but the picture."""
    for at, row in enumerate(shown.costs.rows):
        kernel = row.window[0]
        name = "max" if row.kind.startswith("Max") else "conv"
        under = words.dense.format(count=row.shape[0]) if at >= DENSE else ""
        yield f"{name} {kernel}×{kernel}", under


def _said(words: Words) -> Iterator[Layer]:
    """Yield the scores of the window on show, alone and from the single pass."""
    for line, (title, start) in enumerate(((words.alone, 0), (words.shared, 4))):
        numbers = "   ".join(f"{{scores:{start + k}}}" for k in range(4))
        y = SCORES - 24 * (1 - line)
        yield Text((0.0, y), title, 16)
        yield Text((380.0, y), numbers, 16)


def _photo(picture: Tensor) -> np.ndarray:
    levels = (picture.permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
    return _opaque(levels)


def _lights(maps: Tensor) -> np.ndarray:
    """Return the mean of all maps of a layer, dark to bright."""
    mean = maps.mean(dim=0)
    low, high = mean.min(), mean.max()
    share = (mean - low) / (high - low).clamp(min=1e-9)
    return _opaque(LIGHTS[(share * 255).round().to(torch.uint8).numpy()])


def _winners(scores: Tensor) -> np.ndarray:
    """Return the colour of the class with the highest score in each place."""
    palette = np.array(theme.rgb(*COLOURS), dtype=np.uint8)
    return _opaque(palette[scores.argmax(dim=0).numpy()])


def _opaque(levels: np.ndarray) -> np.ndarray:
    full = np.full((*levels.shape[:2], 1), 255, dtype=np.uint8)
    return np.concatenate((levels, full), axis=-1)
