"""How good suppression's choice is: what it kept, held against what is there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.average_precision import Ranking, Truth, average_precision, match
from engine.box_scenes import BoxScene
from engine.boxes import nms_steps
from engine.suppression import Rule


@dataclass(frozen=True)
class Kept:
    """What suppression keeps of a picture, best first, as a detector says it.

    Attributes:
        boxes: [N, 4].
        scores: [N], as suppression left them.
        labels: [N].
        indices: of these boxes in the picture.
    """

    boxes: Tensor
    scores: Tensor
    labels: Tensor
    indices: tuple[int, ...]


@dataclass(frozen=True)
class Quality:
    """How good a choice of one class is; precision is nan where nothing is said."""

    precision: float
    recall: float
    f1: float
    average_precision: float


def suppress(scene: BoxScene, rule: Rule) -> Kept:
    """Return what a rule keeps of a picture, the best score that is left first."""
    *_steps, end = nms_steps(scene.boxes, scene.scores, rule, scene.labels)
    indices = sorted(end.kept, key=lambda index: (-end.scores[index], index))
    scores = torch.tensor([end.scores[index] for index in indices])
    return Kept(scene.boxes[indices], scores, scene.labels[indices], tuple(indices))


def of_class(
    kept: Kept, truth: Truth, label: int, limit: float
) -> tuple[Ranking, list[int], list[int]]:
    """Return the predictions of one class, best first, and what each of them found.

    Args:
        kept: the predictions.
        truth: what there is.
        label: the class.
        limit: the IoU from which on a prediction is right, in (0, 1].

    Returns:
        Their ranking; their indices in `kept`; the index of the object that each
        found, −1 for none.
    """
    finds = match(kept, truth, limit)
    mine = (kept.labels == label).nonzero().flatten()
    objects = int((truth.labels == label).sum())
    ranking = Ranking(kept.scores[mine], finds[mine] >= 0, objects)
    return ranking, mine.tolist(), finds[mine].tolist()


def quality(ranking: Ranking) -> Quality:
    """Return how good all of these predictions are together."""
    count, hits = len(ranking.hits), int(ranking.hits.sum())
    both = count + ranking.objects
    return Quality(
        hits / count if count else float("nan"),
        hits / ranking.objects if ranking.objects else float("nan"),
        2 * hits / both if both else float("nan"),
        average_precision(ranking),
    )


def sweep(
    scene: BoxScene, rule: Rule, limits: Sequence[float], label: int, right: float
) -> list[Quality]:
    """Return the quality of one class for each of several overlap thresholds.

    Args:
        scene: with its truth.
        rule: its `max_overlap` is replaced; of "gaussian", its `sigma`.
        limits: the thresholds.
        label: the class.
        right: the IoU from which on a prediction is right.
    """
    name = "sigma" if rule.kind == "gaussian" else "max_overlap"
    found = []
    for limit in limits:
        kept = suppress(scene, replace(rule, **{name: limit}))
        found.append(quality(of_class(kept, scene.truth, label, right)[0]))
    return found
