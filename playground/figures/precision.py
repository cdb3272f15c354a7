"""Predictions taken one by one, best first: hits, misses, the curve they draw."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.average_precision import Ranking, envelope
from playground import theme
from playground.figures.suppression import (
    SPAN,
    WHOLE,
    Exhibit,
    ground,
    rectangles,
    tags,
)
from playground.figures.suppression_film import PICTURE, SIZE
from playground.player.charts import Line, Trail
from playground.player.scene import Box, Boxes, Layer, Scene, Text, Track
from playground.player.shapes import Shade

PLANE: Box = (530.0, 34.0, 340.0, 270.0)
UNIT = (0.0, 1.0, 0.0, 1.0)
RIGHT, WRONG = theme.CLASSES[2], theme.CLASSES[4]
TICKS = (0.0, 0.5, 1.0)
RATE = 1.0  # predictions per second at speed 1


@dataclass(frozen=True)
class Words:
    """What the scene says, translated."""

    taken: str
    score: str
    precision: str
    recall: str
    area: str
    key: str
    spoken: str


@dataclass(frozen=True)
class Judged:
    """The predictions of one class, best first, and what each of them found.

    Attributes:
        ranking: which are right.
        places: [N, 4], the predictions on the stage.
        objects: [M, 4], the objects on the stage.
        finds: [N], index of the object that each found, −1 for none.
    """

    ranking: Ranking
    places: Tensor
    objects: Tensor
    finds: Sequence[int]


def frames(judged: Judged) -> tuple[tuple[Track, ...], list[bytes]]:
    """Return the tracks, and a frame for every number of predictions taken, from 0."""
    count = len(judged.finds)
    taken = torch.arange(count + 1)[:, None] > torch.arange(count)  # [K + 1, K]
    found = torch.tensor(judged.finds, dtype=torch.int64)
    seen = torch.stack(
        [(taken & (found == index)).any(dim=1) for index in range(len(judged.objects))],
        dim=1,
    )  # [K + 1, M]
    columns = {
        "right": _shown(judged.places, taken & (found >= 0)),
        "wrong": _shown(judged.places, taken & (found < 0)),
        "seen": _shown(judged.objects, seen),
        "way": _way(judged.ranking),
        "now": _numbers(judged.ranking),
    }
    tracks = tuple(Track(name, "f32", x.shape[1]) for name, x in columns.items())
    table = np.hstack([x.numpy().astype(np.float32) for x in columns.values()])
    return tracks, [row.tobytes() for row in table]


def scene(
    judged: Judged, exhibit: Exhibit, tracks: tuple[Track, ...], words: Words
) -> Scene:
    """Return the scene: the picture at the left, precision over recall at the right.

    Args:
        judged: what is shown.
        exhibit: the same predictions with their names, and the picture.
        tracks: of `frames`.
        words: translated texts.
    """
    return Scene(
        SIZE,
        tracks,
        (*_picture(judged, exhibit, words), *_plane(judged.ranking, words)),
        time=words.taken,
        rate=RATE,
        metrics=(
            (words.score, "{now:0}"),
            ("TP · FP · FN", "{now:1:int} · {now:2:int} · {now:3:int}"),
            (words.precision, "{now:4}"),
            (words.recall, "{now:5}"),
        ),
        spoken=words.spoken,
    )


def _picture(judged: Judged, exhibit: Exhibit, words: Words) -> Iterator[Layer]:
    yield from ground(exhibit)
    count, objects = len(judged.finds), len(judged.objects)
    yield Shade(
        WHOLE, SPAN, ("ink",) * objects, rectangles(judged.objects), 0.1, id="objects"
    )
    yield Shade(WHOLE, SPAN, (RIGHT,) * objects, track="seen", alpha=0.25, id="seen")
    ghosts = rectangles(judged.places)
    yield Boxes(WHOLE, SPAN, ("faint",) * count, xyxy=ghosts, id="ghosts")
    yield Boxes(WHOLE, SPAN, (RIGHT,) * count, track="right", id="right")
    dash = (True,) * count
    yield Boxes(WHOLE, SPAN, (WRONG,) * count, dash=dash, track="wrong", id="wrong")
    yield from tags(exhibit)
    yield Text((PICTURE[0], SIZE[1] - 6), words.key, muted=True)


def _plane(ranking: Ranking, words: Words) -> Iterator[Layer]:
    """Yield the axes, the area that is the average precision, the curve."""
    x, y, width, height = PLANE
    yield Shade(
        WHOLE, SPAN, (RIGHT,) * len(ranking.hits), _steps(ranking), 0.16, id="area"
    )
    edge = ((x, y, x + width, y + height),)
    yield Boxes(WHOLE, SPAN, ("faint",), xyxy=edge, id="plane")
    for tick in TICKS:
        across, down = x + tick * width, y + (1 - tick) * height
        yield Text((across, y + height + 18), f"{tick:g}", align="center", muted=True)
        yield Text((x - 8, down + 5), f"{tick:g}", align="right", muted=True)
    yield Text((x + width / 2, y + height + 40), words.recall, 15.0, "center")
    yield Text((x - 34, y - 16), words.precision, 15.0)
    yield Text((x + width / 2, y - 16), "F1 = {now:6:3}", 15.0, "center")
    yield Text((x + width, y - 16), words.area, 15.0, "right")
    yield Line(PLANE, UNIT, _corners(ranking), "muted", dash=True, id="envelope")
    yield Trail(PLANE, UNIT, "way", 0, theme.POSITIVE, dots=True, id="way")


def _corners(ranking: Ranking) -> tuple[tuple[float, float], ...]:
    """Return the corners of the envelope, from recall 0 to the last one reached."""
    corners, last = [], 0.0
    pairs = zip(
        ranking.recall().tolist(), envelope(ranking.precision()).tolist(), strict=True
    )
    for recall, precision in pairs:
        corners += [(last, precision), (recall, precision)]
        last = recall
    return (*corners, (last, 0.0)) if corners else ((0.0, 0.0), (0.0, 0.0))


def _steps(ranking: Ranking) -> tuple[Box, ...]:
    """Return the area under the envelope as rectangles of the stage."""
    x, y, width, height = PLANE
    corners = _corners(ranking)
    pairs = zip(corners[::2], corners[1::2], strict=False)
    return tuple(
        (x + a * width, y + (1 - top) * height, x + b * width, y + height)
        for (a, top), (b, _top) in pairs
    )[: len(ranking.hits)]


def _shown(places: Tensor, there: Tensor) -> Tensor:
    """Return boxes [K, 4 * N], those that are not there shrunk to their centres."""
    centre = ((places[:, :2] + places[:, 2:]) / 2).repeat(1, 2)
    return torch.where(there[:, :, None], places, centre).flatten(1)


def _way(ranking: Ranking) -> Tensor:
    """Return recall and precision [K + 1, 2]; with nothing taken, 0 and 1."""
    way = torch.stack((ranking.recall(), ranking.precision()), dim=1)
    return torch.cat((torch.tensor([[0.0, 1.0]]).double(), way))


def _numbers(ranking: Ranking) -> Tensor:
    """Return score, TP, FP, FN, precision, recall and F1 of each frame, [K + 1, 7]."""
    hits = torch.cat((torch.zeros(1), ranking.hits.float())).cumsum(dim=0)  # [K + 1]
    taken = torch.arange(len(hits))
    nan = torch.tensor([torch.nan])
    return torch.stack(
        (
            torch.cat((nan, ranking.scores.float())),
            hits,
            taken - hits,
            ranking.objects - hits,
            torch.cat((nan, ranking.precision().float())),
            hits / ranking.objects,
            torch.cat((torch.zeros(1), ranking.f1().float())),
        ),
        dim=1,
    )
