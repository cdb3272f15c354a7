"""What the detector's answer to one picture costs, slot by slot: its training's loss.

Where p_c should be 0 only p_c counts: place, size and class of nothing are free.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.yolo import encode
from engine.yolo_loss import (
    BOX,
    CLASS,
    NEAR,
    OBJECT,
    boxes_of,
    matched_iou,
    nearest_iou,
)
from engine.yolo_net import CLASSES, GRID, SIDE

TINY = 1e-12  # a probability of 0 costs -log of this


@dataclass(frozen=True, eq=False)
class Terms:
    """What every slot costs, each [S, S, A], weights included; 0 where it is free.

    `object` is for p_c, `box` for place and size, `label` for the class. `there` is
    true where an object is; `spared` where p_c should be 0 and is not told off,
    because the slot's box lies on an object that is another slot's. `overlap` is the
    IoU with the slot's object, 0 where there is none.
    """

    object: Tensor
    box: Tensor
    label: Tensor
    there: Tensor
    spared: Tensor
    overlap: Tensor

    @property
    def total(self) -> float:
        """The loss: the sum of all, for one object."""
        whole = self.object.sum() + self.box.sum() + self.label.sum()
        return whole.item() / max(int(self.there.sum()), 1)


def loss_terms(answer: Tensor, boxes: Tensor, labels: Tensor, anchors: Tensor) -> Terms:
    """Return what an answer costs, given the objects in the picture.

    Args:
        answer: [S, S, A, 5 + C] as `engine.yolo.answer` returns it.
        boxes: [N, 4] in pixels of the network's input; none is allowed.
        labels: int64 [N].
        anchors: [A, 2] of the network.

    Raises:
        ValueError: as `engine.yolo.encode`.
    """
    manner = {"image": (SIDE, SIDE), "grid": GRID, "anchors": anchors}
    target = encode(boxes, labels, classes=CLASSES, **manner)
    there = target[..., 0] > 0
    guessed, wanted = (boxes_of(part[None])[0] for part in (answer, target))
    known = torch.ones(1, len(boxes), dtype=torch.bool)
    near = torch.zeros(1, there.numel())
    if len(boxes):
        near = nearest_iou(guessed.reshape(1, -1, 4), boxes[None], known)
    spared = (near.view(there.shape) >= NEAR) & ~there
    p_c = torch.where(there, answer[..., 0], 1 - answer[..., 0])
    of_object = -OBJECT * p_c.clamp(min=TINY).log() * ~spared
    of_box, of_label, overlap = (torch.zeros(there.shape) for _ in range(3))
    overlap[there], apart = matched_iou(guessed[there], wanted[there])
    of_box[there] = BOX * (1 - overlap[there] + apart)
    chance = (answer[..., 5:] * target[..., 5:]).sum(dim=-1)[there]
    of_label[there] = -CLASS * chance.clamp(min=TINY).log()
    return Terms(of_object, of_box, of_label, there, spared, overlap)
