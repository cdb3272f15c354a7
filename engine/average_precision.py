"""How good a detector is: matches, precision and recall, average precision, mAP.

A prediction is right if it overlaps an object of its class enough, and no better
prediction has taken that object. Everything is as in COCO's evaluation, but for its
limit of 100 predictions per image, which is not made, and for crowds, which there are
none: pycocotools gives the same numbers.

Sources: Lin et al., "Microsoft COCO: Common Objects in Context", 2014; Everingham et
al., "The PASCAL Visual Object Classes (VOC) Challenge", 2010.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from engine.boxes import as_boxes, pairwise_iou

# Multiples of 0.01 as floats have them, as in pycocotools: 57 of 100 is below the 57th.
COCO_RECALLS = torch.arange(101, dtype=torch.float64) * 0.01


class Found(Protocol):
    """What a detector says of one image."""

    @property
    def boxes(self) -> Tensor:
        """[N, 4], (x1, y1, x2, y2) in pixels, y down."""

    @property
    def scores(self) -> Tensor:
        """[N], the higher the surer."""

    @property
    def labels(self) -> Tensor:
        """[N], the class of each box."""


@dataclass(frozen=True)
class Truth:
    """What is in one image: boxes [M, 4] in pixels, y down, and their labels [M]."""

    boxes: Tensor
    labels: Tensor


@dataclass(frozen=True)
class Ranking:
    """The predictions of one class in many images, surest first.

    Attributes:
        scores: [N] float.
        hits: [N] bool, whether each found an object.
        objects: how many there are to find.
    """

    scores: Tensor
    hits: Tensor
    objects: int

    def recall(self) -> Tensor:
        """Return [N]: of all objects, the part found by the predictions so far."""
        found = self.hits.double().cumsum(dim=0)
        return (
            found / self.objects if self.objects else torch.full_like(found, math.nan)
        )

    def precision(self) -> Tensor:
        """Return [N]: of the predictions so far, the part that found an object."""
        so_far = torch.arange(1, len(self.hits) + 1, device=self.hits.device)
        return self.hits.double().cumsum(dim=0) / so_far

    def f1(self) -> Tensor:
        """Return [N]: 2PR / (P + R), the harmonic mean of precision and recall."""
        so_far = torch.arange(1, len(self.hits) + 1, device=self.hits.device)
        return 2 * self.hits.double().cumsum(dim=0) / (so_far + self.objects)


def match(found: Found, truth: Truth, min_overlap: float) -> Tensor:
    """Return which object each prediction of one image finds.

    The surest prediction chooses first: of the objects of its class that are still
    free, the one with the highest IoU, if that is at least min_overlap.

    Args:
        found: what the detector says; of equal scores the lower index comes first.
        truth: what there is.
        min_overlap: in (0, 1].

    Returns:
        [N] int64, index of the object, −1 for a prediction that finds none.

    Raises:
        ValueError: see `engine.boxes.as_boxes`; min_overlap out of its range; scores
            that are not finite; lengths that differ.
    """
    _check(found, truth)
    if not 0 < min_overlap <= 1:
        raise ValueError(f"min_overlap must lie in (0, 1], got {min_overlap}")
    overlaps = pairwise_iou(found.boxes, truth.boxes)  # [N, M]
    overlaps[found.labels[:, None] != truth.labels[None, :]] = -1.0
    finds = torch.full((len(overlaps),), -1, device=overlaps.device)
    if not overlaps.shape[1]:
        return finds
    for index in found.scores.argsort(descending=True, stable=True):
        overlap, best = overlaps[index].max(dim=0)
        if overlap >= min_overlap:
            finds[index] = best
            overlaps[:, best] = -1.0  # taken
    return finds


def rankings(
    found: Sequence[Found], truth: Sequence[Truth], min_overlap: float = 0.5
) -> dict[int, Ranking]:
    """Return the predictions of each class in all images, and which are right.

    Args:
        found: what the detector says, one per image.
        truth: what there is, one per image.
        min_overlap: see `match`.

    Returns:
        label -> its predictions, labels rising; every class found or to be found.

    Raises:
        ValueError: see `match`; as many predictions as truths are needed.
    """
    if len(found) != len(truth):
        raise ValueError(
            f"there must be as many predictions as truths, got {len(found)} and "
            f"{len(truth)}"
        )
    pairs = list(zip(found, truth, strict=True))
    hits = _joined([match(*pair, min_overlap) >= 0 for pair in pairs]).bool()
    scores = _joined([one.scores for one in found])
    labels = _joined([one.labels for one in found])
    there = _joined([one.labels for one in truth])
    order = scores.argsort(descending=True, stable=True)
    scores, hits, labels = scores[order], hits[order], labels[order]
    return {
        int(label): Ranking(
            scores[labels == label],
            hits[labels == label],
            int((there == label).sum()),
        )
        for label in torch.cat((labels, there)).unique()
    }


def envelope(precision: Tensor) -> Tensor:
    """Return the highest precision [N] from each place on: it never rises."""
    return precision.flip(0).cummax(dim=0).values.flip(0)


def average_precision(ranking: Ranking) -> float:
    """Return COCO's average precision: the mean over the recalls 0, 0.01, …, 1.

    At each of them counts the highest precision with that recall or more, 0 if there is
    none.

    Args:
        ranking: of one class.

    Returns:
        A number in [0, 1]; NaN if there is no object of the class.
    """
    if not ranking.objects:
        return math.nan
    precision = torch.cat((envelope(ranking.precision()), torch.zeros(1).double()))
    first = torch.searchsorted(ranking.recall(), COCO_RECALLS)  # first recall as high
    return precision[first].mean().item()


def area_under_curve(ranking: Ranking) -> float:
    """Return VOC's average precision since 2010: the area under the envelope.

    Args:
        ranking: of one class.

    Returns:
        A number in [0, 1]; NaN if there is no object of the class.
    """
    if not ranking.objects:
        return math.nan
    widths = ranking.recall().diff(prepend=torch.zeros(1).double())
    return (widths * envelope(ranking.precision())).sum().item()


def average_precisions(
    found: Sequence[Found], truth: Sequence[Truth], min_overlap: float = 0.5
) -> dict[int, float]:
    """Return COCO's average precision of every class that has an object somewhere.

    Args:
        found: what the detector says, one per image.
        truth: what there is, one per image.
        min_overlap: the IoU from which on a prediction is right, in (0, 1].

    Returns:
        label -> a number in [0, 1], labels rising.

    Raises:
        ValueError: see `rankings`.
    """
    return {
        label: average_precision(ranking)
        for label, ranking in rankings(found, truth, min_overlap).items()
        if ranking.objects
    }


def mean_average_precision(
    found: Sequence[Found], truth: Sequence[Truth], min_overlap: float = 0.5
) -> float:
    """Return mAP: the mean of `average_precisions`; NaN if there is no object at all.

    Args:
        found: what the detector says, one per image.
        truth: what there is, one per image.
        min_overlap: the IoU from which on a prediction is right, in (0, 1].

    Raises:
        ValueError: see `rankings`.
    """
    each = average_precisions(found, truth, min_overlap).values()
    return sum(each) / len(each) if each else math.nan


def _joined(parts: Sequence[Tensor]) -> Tensor:
    return torch.cat([torch.zeros(0), *(part.detach().cpu() for part in parts)])


def _check(found: Found, truth: Truth) -> None:
    as_boxes(truth.boxes)
    count, objects = (len(as_boxes(found.boxes)),), (len(truth.boxes),)
    if found.scores.shape != count or found.labels.shape != count:
        raise ValueError(
            f"scores and labels must be {list(count)}, got "
            f"{list(found.scores.shape)} and {list(found.labels.shape)}"
        )
    if truth.labels.shape != objects:
        raise ValueError(
            f"labels must be {list(objects)}, got {list(truth.labels.shape)}"
        )
    if not found.scores.isfinite().all():
        raise ValueError(f"scores must be finite, got {found.scores.tolist()}")
