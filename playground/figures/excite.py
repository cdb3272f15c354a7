"""The stage of "What excites a unit": all units, nine pictures, and one that grows."""

import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from engine.growth import Snapshot
from playground.figures.conv_pixels import address
from playground.figures.places import nearest_tile
from playground.player.charts import Curve, Picture, Series
from playground.player.scene import Box, Boxes, Field, Layer, Scene, Text, Track
from playground.theme import OUTLINE, PAPER

PICK = "pick"  # the action of a click on the row of units
WIDTH, HEIGHT = 920, 470
COLUMNS = {10: 10, 24: 24, 48: 24, 96: 32}  # units -> in a row
NAMED = 92.0  # pixels from one class to the next: its name stands under it
GAP = 0.06  # between two units, as a share of one
ABOVE = 30.0  # room of a title above its pictures
CAPTION = 20.0  # under each of the nine
NINE = 3  # in a row
WIDE = 120.0  # pixels from one of them to the next
SMALL = 11.5  # type of what stands under them, which grows on a projector
GROWN = (368.0, 300.0)  # x of the picture that grows, its largest side
PLOT = (708.0, 210.0)  # x and width of the curve
LOWEST = 0.1  # end of the axis, at least
SPEED = 12.0  # steps a second


@dataclass(frozen=True)
class Patch:
    """One of the nine: data address of the picture, what stands under it.

    `frame` is (x1, y1, x2, y2) of the window in pixels of the picture, if there is
    more to see than the window, and `side` the picture's side.
    """

    png: str
    caption: str
    frame: Box | None = None
    side: float = 32.0


@dataclass(frozen=True)
class Exhibit:
    """What the stage shows.

    Attributes:
        strip: data address of `strip`.
        count: units of the layer.
        names: what stands under each of them; () for nothing.
        chosen: number of the unit.
        patches: nine.
        shots: of the ascent, so far; the first is its start.
        best: strongest answer to a real picture; None if nobody knows.
    """

    strip: str
    count: int
    names: tuple[str, ...]
    chosen: int
    patches: tuple[Patch, ...]
    shots: Sequence[Snapshot]
    best: float | None


@dataclass(frozen=True)
class Words:
    """Everything that the stage says, translated."""

    nine: str
    grown: str
    peak: str
    best: str
    clock: str
    spoken: str


def strip(units: Tensor) -> np.ndarray:
    """Return pictures of a layer's units [K, 3, S, S] in rows, uint8 [H, W, 4]."""
    count, _three, side, _side = units.shape
    across = COLUMNS[count]
    step, down = side + max(1, round(GAP * side)), -(-count // across)
    found = np.zeros((down, step, across, step, 4), dtype=np.uint8)
    for at, unit in enumerate(units.permute(0, 2, 3, 1).numpy()):
        row, column = divmod(at, across)
        found[row, :side, column, :side, :3] = unit
        found[row, :side, column, :side, 3] = 255
    flat = found.reshape(down * step, across * step, 4)
    return flat[: down * step - (step - side), : across * step - (step - side)]


def unit_at(count: int, x: float, y: float) -> int:
    """Return the number of the unit at a place of the strip, in units across, down."""
    return nearest_tile(count, COLUMNS[count], x, y)


def picture(levels: Tensor) -> str:
    """Return float [3, H, W] in [0, 1] as a data address."""
    rgb = (255 * levels).round().clamp(0, 255).byte().permute(1, 2, 0).numpy()
    opaque = np.full((*rgb.shape[:2], 1), 255, dtype=np.uint8)
    return address(np.concatenate((rgb, opaque), axis=2))


def frames(shots: Sequence[Snapshot], best: float | None) -> list[bytes]:
    """Return the tape: of every snapshot its numbers and its pixels."""
    line = float("nan") if best is None else best
    return [
        struct.pack("<fff", shot.reached, shot.peak, line)
        + (255 * shot.picture).round().byte().permute(1, 2, 0).numpy().tobytes()
        for shot in shots
    ]


def scene(shown: Exhibit, words: Words, metrics: tuple[tuple[str, str], ...]) -> Scene:
    """Return the stage; its tape is `frames`, its time the steps."""
    side = shown.shots[0].picture.shape[-1]
    tracks = (Track("numbers", "f32", 3), Track("pixels", "u8", 3 * side * side))
    row, below = _row(shown)
    top = below + 12.0
    room = HEIGHT - top - ABOVE
    large = min(room - 4, GROWN[1])
    grown = (GROWN[0], top + ABOVE, large, large)
    series = [Series("numbers", 1, "positive", words.peak)]
    if shown.best is not None:
        series.append(Series("numbers", 2, "negative", words.best, dash=True))
    layers = (
        *row,
        Text((0.0, top + 18), words.nine, 16.0),
        *_nine(shown, top + ABOVE, room / NINE),
        Text((GROWN[0], top + 18), words.grown, 16.0),
        Field(grown, "pixels", (side, side), palette="rgb", id="grown"),
        Curve(
            (PLOT[0], top + ABOVE + 34, PLOT[1], large - 64),
            tuple(series),
            span=(0.0, _top(shown)),
            id="curve",
        ),
    )
    return Scene(
        (WIDTH, HEIGHT),
        tracks,
        layers,
        time=words.clock,
        rate=SPEED,
        metrics=metrics,
        spoken=words.spoken,
    )


def _top(shown: Exhibit) -> float:
    """Return where the curve's axis ends: two digits, above all that is drawn."""
    peaks = [shot.peak for shot in shown.shots if not math.isnan(shot.peak)]
    most = max([*peaks, shown.best or 0.0, LOWEST])
    unit = 10.0 ** (math.floor(math.log10(most)) - 1)
    return round((math.floor(most / unit) + 1) * unit, 9)


def _row(shown: Exhibit) -> tuple[list[Layer], float]:
    """Return the row of all units, and where it ends."""
    count = shown.count
    across = COLUMNS[count]
    step = NAMED if shown.names else WIDTH / across
    side = step / (1 + GAP)
    down = -(-count // across)
    high = step * down - (step - side)
    span = (0.0, float(across), 0.0, float(down))
    box = (0.0, 0.0, step * across, step * down)
    layers: list[Layer] = [
        Picture((0.0, 0.0, box[2] - (step - side), high), shown.strip, id="units"),
        Picture(box, CLEAR, span, PICK, id="pick"),
    ]
    y, x = divmod(shown.chosen, across)
    layers += _framed((0.0, 0.0, float(WIDTH), 1.0), (step * x, step * y, side), WIDTH)
    for place, name in enumerate(shown.names):
        at = (step * place + side / 2, side + 18)
        layers.append(Text(at, name, 14.0, "center", muted=place != shown.chosen))
    return layers, high + (CAPTION if shown.names else 0)


def _framed(
    box: Box, square: tuple[float, float, float], units: float
) -> Iterator[Layer]:
    """Yield a frame around (left, top, side): dark and light, seen on any picture."""
    left, top, side = square
    for colour, out in ((OUTLINE, 1.5), (PAPER, -1.0)):
        edges = (left - out, top - out, left + side + out, top + side + out)
        yield Boxes(box, (0.0, float(units)), (colour,), ("",), (False,), (edges,))


def _nine(shown: Exhibit, top: float, step: float) -> Iterator[Layer]:
    side = min(step - CAPTION, 96.0)
    for place, patch in enumerate(shown.patches):
        row, column = divmod(place, NINE)
        x, y = WIDE * column, top + step * row
        box = (x, y, side, side)
        yield Picture(box, patch.png, id=f"patch{place}")
        if patch.frame:
            for colour, out in ((OUTLINE, 0.7), (PAPER, 0.0)):
                a, b, c, d = patch.frame
                edges = (a - out, b - out, c + out, d + out)
                span = (0.0, patch.side)
                yield Boxes(box, span, (colour,), ("",), (False,), (edges,))
        yield Text((x, y + side + 15), patch.caption, SMALL)


CLEAR = address(np.zeros((1, 1, 4), dtype=np.uint8))
