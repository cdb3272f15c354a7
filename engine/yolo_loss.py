"""What the detector's answers cost: too little or too much said, at the wrong place.

Sources: Redmon, Farhadi, "YOLOv3: An Incremental Improvement", 2018; Zheng et al.,
"Distance-IoU Loss", AAAI 2020.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.yolo_cells import best_anchor, in_cells, taken
from engine.yolo_net import CLASSES, GRID, SIDE, opened

BOX, OBJECT, CLASS = 2.0, 1.0, 1.0  # weights of the three parts
# A slot without an object whose box overlaps one more than this is not told off.
NEAR = 0.6


def targets(
    boxes: Tensor, labels: Tensor, there: Tensor, anchors: Tensor
) -> tuple[Tensor, Tensor]:
    """Return which slots of B scenes have an object, and which object.

    As `engine.yolo.encode` does for one scene: the cell of the midpoint, the anchor of
    the nearest shape, the first of two objects for one slot.

    Args:
        boxes: [B, M, 4] in pixels of the network's input.
        labels: int64 [B, M].
        there: bool [B, M], which count.
        anchors: [A, 2].

    Returns:
        int64 [N], the slots counted through all scenes, rows, columns and anchors; and
        [N, 4 + 1] their boxes and labels.
    """
    scene, _ = there.nonzero(as_tuple=True)  # [n]
    chosen = boxes[there]
    rows, columns, _numbers = in_cells(chosen, image=(SIDE, SIDE), grid=GRID)
    cell = (scene * GRID + rows) * GRID + columns
    slots = cell * len(anchors) + best_anchor(chosen, anchors)
    kept = ~taken(slots)
    objects = torch.cat([chosen, labels[there][:, None].to(chosen)], dim=1)
    return slots[kept], objects[kept]


def loss(
    raw: Tensor, boxes: Tensor, labels: Tensor, there: Tensor, anchors: Tensor
) -> tuple[Tensor, Tensor]:
    """Return what raw answers cost, and the mean IoU with the objects they should find.

    Args:
        raw: [B, S, S, A, 5 + C], as the network answers.
        boxes: [B, M, 4], see `targets`.
        labels: int64 [B, M].
        there: bool [B, M].
        anchors: [A, 2].
    """
    slots, objects = targets(boxes, labels, there, anchors)
    answers = opened(raw, anchors)
    everywhere = boxes_of(answers)  # [B, S, S, A, 4]
    near = nearest_iou(everywhere.detach().flatten(1, 3), boxes, there)  # [B, S S A]
    told = raw[..., 0].flatten()
    wanted = torch.zeros_like(told).scatter_(0, slots, 1.0)
    counts = (near.flatten() < NEAR) | (wanted > 0)
    of_object = F.binary_cross_entropy_with_logits(told, wanted, reduction="none")
    overlap, apart = matched_iou(everywhere.view(-1, 4)[slots], objects[:, :4])
    logits = raw.view(-1, 5 + CLASSES)[slots, 5:]
    of_class = F.cross_entropy(logits, objects[:, 4].long(), reduction="sum")
    total = (
        BOX * (1 - overlap + apart).sum()
        + OBJECT * (of_object * counts).sum()
        + CLASS * of_class
    )
    return total / max(len(slots), 1), overlap.detach().mean()


def boxes_of(answers: Tensor) -> Tensor:
    """Return the boxes [B, S, S, A, 4] in pixels of answers [B, S, S, A, 5 + C]."""
    unit = SIDE / GRID
    place = torch.arange(GRID, device=answers.device)
    x = (answers[..., 1] + place[None, None, :, None]) * unit
    y = (answers[..., 2] + place[None, :, None, None]) * unit
    tall, wide = answers[..., 3] * unit / 2, answers[..., 4] * unit / 2
    return torch.stack([x - wide, y - tall, x + wide, y + tall], dim=-1)


def nearest_iou(answers: Tensor, boxes: Tensor, there: Tensor) -> Tensor:
    """Return [B, K]: the largest IoU of boxes [B, K, 4] with [B, M, 4], if there."""
    low = torch.maximum(answers[:, :, None, :2], boxes[:, None, :, :2])
    high = torch.minimum(answers[:, :, None, 2:], boxes[:, None, :, 2:])
    common = (high - low).clamp(min=0).prod(dim=-1)  # [B, K, M]
    areas = [(b[..., 2:] - b[..., :2]).prod(dim=-1) for b in (answers, boxes)]
    union = areas[0][:, :, None] + areas[1][:, None, :] - common
    return (common / union.clamp(min=1e-6) * there[:, None, :]).amax(dim=-1)


def matched_iou(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return IoU [N] of boxes [N, 4] pair by pair, and how far apart they are.

    The distance of the midpoints and the differences of the sides, squared, as shares
    of the enclosing box's: what DIoU and EIoU add, so that boxes that do not touch
    are still drawn to each other.
    """
    low, high = torch.maximum(a[:, :2], b[:, :2]), torch.minimum(a[:, 2:], b[:, 2:])
    common = (high - low).clamp(min=0).prod(dim=1)
    sides = [box[:, 2:] - box[:, :2] for box in (a, b)]
    union = sides[0].prod(dim=1) + sides[1].prod(dim=1) - common
    hull = torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])
    middles = (a[:, :2] + a[:, 2:] - b[:, :2] - b[:, 2:]) / 2
    apart = (middles**2).sum(dim=1) / (hull**2).sum(dim=1).clamp(min=1e-6)
    uneven = (((sides[0] - sides[1]) / hull.clamp(min=1e-3)) ** 2).sum(dim=1)
    return common / union.clamp(min=1e-6), apart + uneven
