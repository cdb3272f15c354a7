"""Anchors found by k-means: sizes on a plane, who takes which, the curve, the elbow."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.anchors import KmeansStep, shape_iou
from playground import theme
from playground.player.charts import Curve, Line, Series, Trail
from playground.player.scene import (
    Box,
    Boxes,
    Dots,
    Field,
    Layer,
    Points,
    Scene,
    Text,
    Track,
)

SIZE = (900, 414)  # logical pixels of the stage
PLANE: Box = (46.0, 4.0, 366.0, 366.0)
CURVE: Box = (466.0, 0.0, 434.0, 150.0)
ELBOW: Box = (500.0, 194.0, 190.0, 176.0)
NEST: Box = (722.0, 192.0, 178.0, 178.0)
SIDE = 100  # places along each side of the plane whose anchor is painted
GOOD = 0.5  # IoU from which a size counts as covered
LONGEST = 12.0  # seconds that a tape plays
PALE = 0.62  # share of white in a region's colour
MOST = 9  # anchors that can be told apart
SHADES = (*theme.CLASSES, theme.SEQUENTIAL[4], theme.SEQUENTIAL[6])  # of anchors 1 to 9
LARGEST_STEP = 5  # ticks along an axis, at most


@dataclass(frozen=True, eq=False)
class Search:
    """A search for anchors, ready to be shown.

    Attributes:
        sizes: [N, 2] widths and heights in pixels.
        steps: of the search, the anchors numbered by their area at its end.
        elbow: mean best IoU of the best anchors found, for 1, 2, … of them.
        pull: sizes [N, 2], anchors [K, 2] -> how much each anchor attracts each size.
    """

    sizes: Tensor
    steps: tuple[KmeansStep, ...]
    elbow: tuple[float, ...]
    pull: Callable[[Tensor, Tensor], Tensor] = shape_iou

    @property
    def count(self) -> int:
        """The number of anchors."""
        return len(self.steps[0].anchors)

    @property
    def reach(self) -> float:
        """The end of both axes, in pixels."""
        return 1.04 * self.sizes.max().item()


@dataclass(frozen=True)
class Words:
    """What the scene says, translated."""

    step: str
    width: str
    height: str
    mean: str
    elbow: str
    count: str
    shapes: str
    covered: str
    worst: str
    known: str
    spoken: str


def by_last_area(steps: Sequence[KmeansStep]) -> tuple[KmeansStep, ...]:
    """Return the steps with their anchors numbered by their area at the end."""
    order = steps[-1].anchors.prod(dim=1).argsort(stable=True)
    rank = order.argsort()
    return tuple(
        KmeansStep(step.anchors[order], rank[step.owner], step.best) for step in steps
    )


def film(search: Search) -> tuple[tuple[Track, ...], list[bytes]]:
    """Return the tracks of a search, and a frame for each of its steps."""
    count = search.count
    tracks = (
        Track("anchors", "f32", 2 * count),
        Track("nest", "f32", 4 * count),
        Track("run", "f32", 2),
        Track("numbers", "f32", 3),
        Track("regions", "u8", 3 * SIDE * SIDE),
    )
    return tracks, [_frame(search, step) for step in search.steps]


def scene(search: Search, tracks: tuple[Track, ...], words: Words) -> Scene:
    """Return the scene of a search.

    Args:
        search: what is shown.
        tracks: of its film.
        words: translated texts.
    """
    last = len(search.steps) - 1
    return Scene(
        SIZE,
        tracks,
        (
            *_plane(search, words),
            _curve(words),
            *_elbow(search, words),
            *_nest(search, words),
        ),
        time=f"{words.step} {{time:int}}",
        rate=max(1.5, last / LONGEST),
        end=float(last),
        metrics=(
            (words.mean, "{numbers:0}"),
            (words.covered, "{numbers:1:percent}"),
            (words.worst, "{numbers:2}"),
            (words.known, f"{search.elbow[search.count - 1]:.4f}"),
        ),
        spoken=words.spoken,
    )


def _frame(search: Search, step: KmeansStep) -> bytes:
    half = step.anchors / 2
    middle = nest_side(search) / 2
    nest = torch.cat((middle - half, middle + half), dim=1)
    best = step.best
    numbers = (best.mean(), (best >= GOOD).double().mean(), best.min())
    parts = (
        step.anchors.flatten(),
        nest.flatten(),
        torch.tensor((search.count, step.mean_iou), dtype=torch.float64),
        torch.stack(numbers),
    )
    values = torch.cat(parts).numpy().astype(np.float32)
    return values.tobytes() + regions(search, step.anchors).tobytes()


def regions(search: Search, anchors: Tensor) -> np.ndarray:
    """Return the colour of the anchor that attracts each width and height most.

    Args:
        search: whose plane it is.
        anchors: [K, 2], K at most `MOST`.

    Returns:
        uint8 [SIDE, SIDE, 3], the largest height in the first row.
    """
    at = (torch.arange(SIDE, dtype=torch.float64) + 0.5) / SIDE * search.reach
    height, width = torch.meshgrid(at.flip(0), at, indexing="ij")
    sizes = torch.stack((width, height), dim=2).view(-1, 2)
    owner = search.pull(sizes, anchors).argmax(dim=1).view(SIDE, SIDE).numpy()
    full = np.array(theme.rgb(*SHADES))
    colours = (PALE * 255 + (1 - PALE) * full).round().astype(np.uint8)
    return colours[owner]


def _plane(search: Search, words: Words) -> Iterator[Layer]:
    """Yield the regions, the sizes, the axes and the anchors' ways."""
    reach = search.reach
    yield Field(PLANE, "regions", (SIDE, SIDE), palette="rgb", id="regions")
    xy = tuple(map(tuple, search.sizes.tolist()))
    radius = 3.2 if len(xy) <= 150 else 2.2
    dark, none = (theme.OUTLINE,) * len(xy), (False,) * len(xy)
    yield Points(PLANE, (0.0, reach), xy, dark, none, radius=radius, id="sizes")
    yield from _axes(reach, words)
    span = (0.0, reach, 0.0, reach)
    for index in range(search.count):
        shade, label = SHADES[index], str(index + 1)
        yield Trail(PLANE, span, "anchors", 2 * index, shade, label, id="way")


def _axes(reach: float, words: Words) -> Iterator[Layer]:
    x, y, wide, high = PLANE
    for value in ticks(reach):
        share = value / reach
        at = (x + wide * share, y + high + 17)
        if share < 0.72:  # the axis is named beyond
            yield Text(at, f"{value:g}", align="center", muted=True)
        if 0 < share < 0.9:
            yield Text((x - 6, y + high * (1 - share) + 5), f"{value:g}", align="right")
    yield Text((x + wide, y + high + 17), words.width, align="right")
    yield Text((x - 6, y + 14), words.height, align="right")


def ticks(reach: float) -> list[float]:
    """Return the round numbers from 0 to the end of an axis, at most six."""
    power = 10 ** math.floor(math.log10(reach / LARGEST_STEP))
    step = next(m * power for m in (1, 2, 5, 10) if reach <= m * power * LARGEST_STEP)
    return [step * i for i in range(math.floor(reach / step) + 1)]


def _curve(words: Words) -> Curve:
    line = Series("numbers", 0, theme.POSITIVE, words.mean)
    return Curve(CURVE, (line,), zero=False, whole=True, id="curve")


def _elbow(search: Search, words: Words) -> Iterator[Layer]:
    """Yield the best mean IoU of every count, and this run climbing towards it."""
    x, y, wide, high = ELBOW
    count = len(search.elbow)
    span = (0.4, max(count, search.count) + 0.6, 0.0, 1.0)
    yield Text((x - 34, y - 18), words.elbow)
    for value in (0.0, 0.5, 1.0):
        level = y + high * (1 - value)
        yield Text((x - 6, level + 5), f"{value:g}", align="right", muted=True)
    xy = tuple(enumerate(search.elbow, start=1))
    yield Line(ELBOW, span, xy, theme.POSITIVE, id="elbow")
    places, tips = [], []
    for k, mean in xy:
        place = x + wide * (k - span[0]) / (span[1] - span[0])
        places.append((place, y + high * (1 - mean)))
        tips.append(f"k = {k}: {mean:.4g}")
        yield Text((place, y + high + 17), str(k), align="center", muted=True)
    yield Dots(tuple(places), radius=4.0, tip=tuple(tips), id="counts")
    yield Text((x + wide, y + high + 36), words.count, align="right", muted=True)
    label = str(search.count)
    yield Trail(ELBOW, span, "run", 0, theme.OUTLINE, label, id="run")


def _nest(search: Search, words: Words) -> Iterator[Layer]:
    """Yield the anchors as boxes with one centre."""
    x, y, _wide, _high = NEST
    yield Text((x, y - 16), words.shapes)
    shades = SHADES[: search.count]
    labels, dash = ("",) * search.count, (False,) * search.count
    span = (0.0, nest_side(search))
    yield Boxes(NEST, span, shades, labels, dash, track="nest", id="nest")


def nest_side(search: Search) -> float:
    """Return the side of a square that holds every anchor of the search."""
    return 1.04 * max(step.anchors.max().item() for step in search.steps)
