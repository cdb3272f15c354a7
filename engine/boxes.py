"""Boxes: how much two of them overlap, and which of many to keep.

Everywhere in this project a box is (x1, y1, x2, y2): its left, upper, right and lower
side in pixels, y down, and its area is (x2 − x1)(y2 − y1). A box may be a line or a
point: its area is 0, and so is its IoU with every box, even with itself. A box with
x2 < x1 or y2 < y1, with NaN or an infinite number is refused. Whole numbers are taken
as float.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from engine.suppression import Rule, Step, trace

BLOCK = 128  # boxes that are decided on at once


def as_boxes(boxes: Tensor) -> Tensor:
    """Return boxes as float, at least 32 bits.

    Args:
        boxes: [N, 4], see the module.

    Raises:
        ValueError: not [N, 4], or a box has x2 < x1 or y2 < y1, or a side that is not
            finite, or an area too large for its type.
    """
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ValueError(f"boxes must be [N, 4], got {list(boxes.shape)}")
    boxes = boxes.to(torch.promote_types(boxes.dtype, torch.float32))
    sides = boxes[:, 2:] - boxes[:, :2]  # [N, 2]
    # A comparison with NaN is false, so that "all are fine" finds NaN too.
    fine = (sides >= 0).all(dim=1) & area(boxes).isfinite()
    fine &= boxes.isfinite().all(dim=1)
    if not fine.all():
        raise ValueError(
            "a box must be finite with x1 <= x2 and y1 <= y2, "
            f"got {boxes[~fine][0].tolist()}"
        )
    return boxes


def area(boxes: Tensor) -> Tensor:
    """Return the areas [N] of boxes [N, 4] in square pixels."""
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def pairwise_intersection(a: Tensor, b: Tensor) -> Tensor:
    """Return the area common to every box in `a` and every box in `b`.

    Args:
        a: [N, 4], see the module.
        b: [M, 4].

    Returns:
        [N, M] float, square pixels; 0 where two boxes only touch.

    Raises:
        ValueError: see `as_boxes`.
    """
    a, b = as_boxes(a), as_boxes(b)
    (left, top, right, bottom), (left_b, top_b, right_b, bottom_b) = _sides(a, b)
    width = torch.minimum(right, right_b) - torch.maximum(left, left_b)  # [N, M]
    height = torch.minimum(bottom, bottom_b) - torch.maximum(top, top_b)  # [N, M]
    return width.clamp(min=0) * height.clamp(min=0)


def pairwise_iou(a: Tensor, b: Tensor) -> Tensor:
    """Return the intersection over union of every box in `a` with every box in `b`.

    Args:
        a: [N, 4], see the module.
        b: [M, 4].

    Returns:
        [N, M] float, a fraction in [0, 1]; 0 where both boxes are empty.

    Raises:
        ValueError: see `as_boxes`.

    Source: Everingham et al., "The PASCAL Visual Object Classes (VOC) Challenge", 2010.
    """
    a, b = as_boxes(a), as_boxes(b)
    common = pairwise_intersection(a, b)
    union = area(a)[:, None] + area(b)[None, :] - common  # [N, M]
    return torch.where(union > 0, common / union, 0.0)


def pairwise_giou(a: Tensor, b: Tensor) -> Tensor:
    """Return GIoU: IoU minus the part of the enclosing box that neither box fills.

    Args:
        a: [N, 4], see the module.
        b: [M, 4].

    Returns:
        [N, M] float in (−1, 1]; apart and far it goes to −1; where the enclosing box
        has no area it is the IoU.

    Raises:
        ValueError: see `as_boxes`.

    Source: Rezatofighi et al., "Generalized Intersection over Union", CVPR 2019.
    """
    a, b = as_boxes(a), as_boxes(b)
    union = area(a)[:, None] + area(b)[None, :] - pairwise_intersection(a, b)
    width, height = _enclosing_sides(a, b)
    whole = width * height  # [N, M]
    empty = torch.where(whole > 0, (whole - union) / whole, 0.0)
    return pairwise_iou(a, b) - empty


def pairwise_diou(a: Tensor, b: Tensor) -> Tensor:
    """Return DIoU: IoU minus the squared distance of the centres over the diagonal's.

    The diagonal is the enclosing box's.

    Args:
        a: [N, 4], see the module.
        b: [M, 4].

    Returns:
        [N, M] float in (−1, 1]; the IoU where both boxes are one point.

    Raises:
        ValueError: see `as_boxes`.

    Source: Zheng et al., "Distance-IoU Loss", AAAI 2020.
    """
    a, b = as_boxes(a), as_boxes(b)
    gap = (a[:, None, :2] + a[:, None, 2:] - b[None, :, :2] - b[None, :, 2:]) / 2
    width, height = _enclosing_sides(a, b)
    diagonal = width.square() + height.square()  # [N, M]
    apart = torch.where(diagonal > 0, gap.square().sum(dim=-1) / diagonal, 0.0)
    return pairwise_iou(a, b) - apart


def pairwise_ciou(a: Tensor, b: Tensor) -> Tensor:
    """Return CIoU: DIoU minus αv, which grows as the shapes differ.

    v = 4/π² (atan w/h − atan w′/h′)² and α = v / (1 − IoU + v).

    Args:
        a: [N, 4], see the module.
        b: [M, 4].

    Returns:
        [N, M] float in (−2, 1]; of a box that is a point, atan w/h counts as 0.

    Raises:
        ValueError: see `as_boxes`.

    Source: Zheng et al., "Distance-IoU Loss", AAAI 2020.
    """
    a, b = as_boxes(a), as_boxes(b)
    lean = _lean(a)[:, None] - _lean(b)[None, :]
    v = 4 / math.pi**2 * lean.square()  # [N, M]
    rest = 1 - pairwise_iou(a, b) + v
    penalty = torch.where(v > 0, v * v / rest, 0.0)
    return pairwise_diou(a, b) - penalty


def nms(
    boxes: Tensor, scores: Tensor, max_overlap: float, min_score: float = 0.0
) -> Tensor:
    """Return which boxes non-max suppression keeps.

    The best box is kept; those with IoU > max_overlap with it are dropped; then the
    best of the rest, and so on. A pair at max_overlap exactly is kept, as in
    torchvision; Ng's course drops it.

    Args:
        boxes: [N, 4], see the module.
        scores: [N], any finite numbers.
        max_overlap: largest IoU that two kept boxes may have, in [0, 1].
        min_score: boxes with a lower score are dropped at once.

    Returns:
        LongTensor of indices, best score first; of equal scores the lower index first.

    Raises:
        ValueError: see `as_boxes`; scores that do not fit the boxes or are not finite;
            max_overlap not in [0, 1].

    Source: Felzenszwalb et al., "Object Detection with Discriminatively Trained
    Part-Based Models", 2010.
    """
    return nms_per_class(
        boxes, scores, torch.zeros_like(scores), max_overlap, min_score=min_score
    )


def nms_per_class(
    boxes: Tensor,
    scores: Tensor,
    labels: Tensor,
    max_overlap: float,
    *,
    min_score: float = 0.0,
) -> Tensor:
    """Return what `nms` keeps if a box only drops boxes of its own class.

    Args:
        boxes: [N, 4], see the module.
        scores: [N], any finite numbers.
        labels: [N], the class of each box.
        max_overlap: largest IoU of two kept boxes of one class, in [0, 1].
        min_score: boxes with a lower score are dropped at once.

    Returns:
        LongTensor of indices, best score first.

    Raises:
        ValueError: as `nms`, or labels that do not fit the boxes.
    """
    boxes = as_boxes(boxes)
    _check(boxes, scores, labels)
    if not 0 <= max_overlap <= 1:
        raise ValueError(f"max_overlap must lie in [0, 1], got {max_overlap}")
    order = scores.argsort(descending=True, stable=True)
    order = order[scores[order] >= min_score]

    def dropped(by: Tensor, others: Tensor) -> Tensor:
        """Return [N, M]: which of N boxes, if kept, drops which of M others."""
        same = labels[by][:, None] == labels[others][None, :]
        return same & (pairwise_iou(boxes[by], boxes[others]) > max_overlap)

    kept = [order[:0]]
    while len(order):  # the best at once: memory grows with N, not with N²
        kept.append(_best_of(order[:BLOCK], dropped))
        order = order[BLOCK:]
        order = order[~dropped(kept[-1], order).any(dim=0)]
    return torch.cat(kept)


def nms_steps(
    boxes: Tensor, scores: Tensor, rule: Rule, labels: Tensor | None = None
) -> Iterator[Step]:
    """Yield every step of non-max suppression: picks, comparisons and their outcome.

    With the rule "hard" what is kept in the end is what `nms` keeps, or with
    `rule.per_class` what `nms_per_class` keeps.

    Args:
        boxes: [N, 4], see the module.
        scores: [N], any finite numbers.
        rule: the kind of suppression and its thresholds.
        labels: [N], the class of each box; None if all are of one.

    Raises:
        ValueError: as `nms_per_class`.
    """
    boxes = as_boxes(boxes)
    labels = torch.zeros_like(scores) if labels is None else labels
    _check(boxes, scores, labels)
    pairwise = pairwise_diou if rule.kind == "diou" else pairwise_iou
    return trace(scores, pairwise(boxes, boxes), labels, rule)


def _best_of(order: Tensor, dropped: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """Return those of a few boxes that are kept, best first as they are."""
    matrix = dropped(order, order).numpy(force=True)  # [N, N]
    alive = np.ones(len(order), dtype=bool)
    for best in range(len(order)):
        if alive[best]:
            alive[best + 1 :] &= ~matrix[best, best + 1 :]
    return order[torch.from_numpy(alive).to(order.device)]


def _check(boxes: Tensor, scores: Tensor, labels: Tensor) -> None:
    count = (len(boxes),)
    if scores.shape != count or labels.shape != count:
        raise ValueError(
            f"scores and labels must be {list(count)}, got {list(scores.shape)} and "
            f"{list(labels.shape)}"
        )
    if not scores.isfinite().all():
        raise ValueError(f"scores must be finite, got {scores.tolist()}")


def _enclosing_sides(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return width and height [N, M] of the smallest box around each pair."""
    (left, top, right, bottom), (left_b, top_b, right_b, bottom_b) = _sides(a, b)
    width = torch.maximum(right, right_b) - torch.minimum(left, left_b)  # [N, M]
    height = torch.maximum(bottom, bottom_b) - torch.minimum(top, top_b)  # [N, M]
    return width, height


def _sides(a: Tensor, b: Tensor) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """Return the four sides of `a`, each [N, 1], and of `b`, each [1, M]."""
    return a[:, None].unbind(dim=-1), b[None, :].unbind(dim=-1)


def _lean(boxes: Tensor) -> Tensor:
    """Return atan(width / height) [N], from 0 (upright line) to π/2 (flat line)."""
    return torch.atan2(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
