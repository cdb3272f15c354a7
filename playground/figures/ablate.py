"""The stage of "Switch filters off": a layer's maps, and the classes' probabilities."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from playground import theme
from playground.figures.ablate_bars import TRACKS, bar_frame, bars
from playground.figures.conv_pixels import address
from playground.figures.places import nearest_tile
from playground.figures.png import blended
from playground.player.charts import Curve, Picture, Series
from playground.player.scene import Box, Boxes, Layer, Scene, Text

PICK = "pick"  # the action of a click on a map
WIDTH, HEIGHT = 920, 470
PICTURE: Box = (0.0, 30.0, 176.0, 176.0)
CURVE: Box = (0.0, 264.0, 190.0, 190.0)
GRID = (214.0, 30.0, 372.0)  # x, y, width
BARS: Box = (612.0, 30.0, 308.0, 420.0)
COLUMNS = {24: 5, 48: 7, 96: 10}  # maps -> in a row
LIGHTS = blended(theme.rgb(*theme.SEQUENTIAL))
TINY = 1e-9  # a layer that is silent is painted dark
PIXELS = 32  # of a map on the sheet, per side
GAP = 2  # pixels between two maps
FADED = 0.25  # of its colour is left of a map that is off
STEPS = 20  # of the fading
RATE = 50.0  # percent a second


@dataclass(frozen=True)
class Exhibit:
    """What the stage shows.

    Attributes:
        picture: data address.
        maps: [K, h, w], what the layer says with every filter of it on.
        off: numbers of its filters that are switched off.
        named: those that move the answer most -> whether it rises without them.
        said: [S, 10], probabilities while they fade; the first row is before.
        names: translated, of the classes.
    """

    picture: str
    maps: Tensor
    off: Collection[int]
    named: Mapping[int, bool]
    said: Tensor
    names: Sequence[str]


@dataclass(frozen=True)
class Words:
    """Everything that the stage says, translated."""

    picture: str
    grid: str
    bars: str
    clock: str
    spoken: str


def frames(said: Tensor) -> tuple[list[bytes], list[float]]:
    """Return the tape of probabilities [S, 10], and the percent faded as times."""
    times = [100.0 * at / (len(said) - 1) for at in range(len(said))]
    return [bar_frame(row, BARS) for row in said], times


def scene(shown: Exhibit, words: Words, metrics: tuple[tuple[str, str], ...]) -> Scene:
    """Return the stage; its tape is `frames`."""
    first, second = _rivals(shown.said)
    down = -(-len(shown.maps) // COLUMNS[len(shown.maps)])
    across = COLUMNS[len(shown.maps)]
    step = GRID[2] / across
    grid = (GRID[0], GRID[1], GRID[2], step * down)
    series = (
        Series("said", first, "positive", shown.names[first]),
        Series("said", second, "negative", shown.names[second], dash=True),
    )
    layers = (
        Text((0.0, 18.0), words.picture, 16.0),
        Picture(PICTURE, shown.picture, smooth=False, id="picture"),
        Curve(CURVE, series, span=(0.0, 1.0), whole=True, id="curve"),
        Text((GRID[0], 18.0), words.grid, 16.0),
        Picture(
            grid,
            address(maps_sheet(shown.maps, shown.off)),
            (0.0, float(across), 0.0, float(down)),
            PICK,
            smooth=False,
            id="maps",
        ),
        *_frames(shown.named, across, step),
        Text((BARS[0] + 10, 18.0), words.bars, 16.0),
        *bars(shown.said[0], BARS, shown.names, first),
    )
    return Scene(
        (WIDTH, HEIGHT),
        TRACKS,
        layers,
        time=words.clock,
        rate=RATE,
        metrics=metrics,
        spoken=words.spoken,
    )


def map_at(count: int, x: float, y: float) -> int:
    """Return the number of the map at a place of the grid, in maps across and up."""
    return nearest_tile(count, COLUMNS[count], x, y)


def maps_sheet(maps: Tensor, off: Collection[int]) -> np.ndarray:
    """Return maps [K, h, w] at one scale in rows, uint8 [H, W, 4]; those off crossed.

    The scale runs from 0 to the layer's largest number.
    """
    count, high, _wide = maps.shape
    across, times = COLUMNS[count], PIXELS // high
    peak = maps.max().clamp(min=TINY)
    tiles = LIGHTS[(255 * maps / peak).round().byte().numpy()]  # [K, h, w, 3]
    tiles = tiles.repeat(times, axis=1).repeat(times, axis=2)
    cross = _cross()
    ground = np.array(theme.rgb(theme.PAPER)[0])
    ink = theme.rgb(theme.OUTLINE)[0]
    side, down = PIXELS + GAP, -(-count // across)
    found = np.zeros((down, side, across, side, 4), dtype=np.uint8)
    for at, tile in enumerate(tiles):
        shown = tile
        if at in off:
            shown = (FADED * tile + (1 - FADED) * ground).astype(np.uint8)
            shown[cross] = ink
        row, column = divmod(at, across)
        found[row, :PIXELS, column, :PIXELS, :3] = shown
        found[row, :PIXELS, column, :PIXELS, 3] = 255
    return found.reshape(down * side, across * side, 4)


def _frames(named: Mapping[int, bool], across: int, step: float) -> Iterator[Layer]:
    """Yield frames: orange where the answer falls, blue and dashed where it rises."""
    side = step * PIXELS / (PIXELS + GAP)
    for unit, rises in named.items():
        y, x = (step * at for at in divmod(unit, across))
        edges = (x, y, x + side, y + side)
        box, span = (*GRID, GRID[2]), (0.0, GRID[2])
        colour = "positive" if rises else "negative"
        for look, dash in (("paper", False), (colour, rises)):
            yield Boxes(box, span, (look,), ("",), (dash,), (edges,))


def _cross() -> np.ndarray:
    """Return where a cross of two pixels' width runs, bool [32, 32]."""
    y, x = np.mgrid[:PIXELS, :PIXELS]
    return (np.abs(y - x) <= 1) | (np.abs(y + x - PIXELS + 1) <= 1)


def _rivals(said: Tensor) -> tuple[int, int]:
    """Return the class on top at first, and that on top at last or the next one."""
    first, second = said[0].topk(2).indices.tolist()
    last = int(said[-1].argmax())
    return first, second if last == first else last
