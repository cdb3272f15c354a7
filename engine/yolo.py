"""The YOLO grid: objects written as one tensor [S, S, A, 5 + C], and read from it.

And a small network that writes this tensor for drawings of digits: `load`, `detect`.

Boxes are (x1, y1, x2, y2) in pixels, y down, x2 > x1 and y2 > y1; NaN, infinite,
inverted and empty boxes are refused with a ValueError. A picture's size is (width,
height) in pixels; the grid cuts it into S rows and S columns of equal cells. Anchors
are [A, 2] widths and heights in pixels. The first index of the tensor is the row.

Each slot (a cell's anchor) holds p_c, b_x, b_y, b_h, b_w and C class probabilities:
p_c = 1 where an object is; b_x and b_y are the place of its midpoint within the cell,
in [0, 1); b_h and b_w its size in units of a cell, which may exceed 1. Where p_c is 0
the rest does not count; it is written as 0. The cell that contains the midpoint takes
the object, with the anchor whose shape overlaps it most. A midpoint on a line of the
grid belongs to the cell on the right or below; on the right or lower edge of the
picture, to the last cell, where b_x or b_y is 1.

Source: Redmon, Divvala, Girshick, Farhadi, "You Only Look Once", CVPR 2016; Redmon,
Farhadi, "YOLO9000: Better, Faster, Stronger", CVPR 2017.
"""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from engine.boxes import nms_per_class
from engine.yolo_cells import (
    best_anchor,
    from_cells,
    in_cells,
    require_labels,
    require_tensor,
    taken,
)
from engine.yolo_net import SIDE, YoloNet, fitted, opened, placed, restored, softened

WEIGHTS = Path(__file__).with_name("weights")
NAME = "yolo"
COMMAND = "playground train yolo"


@dataclass(frozen=True, eq=False)
class Assignment:
    """Which slot each of N objects belongs to.

    `rows`, `columns` and `anchors` are int64 [N]. `lost` [N] is true where an earlier
    object has the slot already: such an object cannot be written.
    """

    rows: Tensor
    columns: Tensor
    anchors: Tensor
    lost: Tensor


@dataclass(frozen=True, eq=False)
class Detections:
    """Objects that were found.

    `boxes` [N, 4] in pixels, `scores` [N] in [0, 1], `labels` int64 [N], and `slots`
    int64 [N, 3]: the row, the column and the anchor that each was read from.
    """

    boxes: Tensor
    scores: Tensor
    labels: Tensor
    slots: Tensor

    def __len__(self) -> int:
        return len(self.boxes)

    def __getitem__(self, rows: Tensor) -> "Detections":
        """Return the chosen ones: `rows` are positions, or a mask [N]."""
        return Detections(
            self.boxes[rows], self.scores[rows], self.labels[rows], self.slots[rows]
        )


def assigned(
    boxes: Tensor, *, image: tuple[int, int], grid: int, anchors: Tensor
) -> Assignment:
    """Return the slot of each object; of two objects for one slot, the later is lost.

    Of anchors that overlap an object's shape equally, the first takes it.

    Args:
        boxes: [N, 4] float, midpoints within the picture; none is allowed.
        image: width and height of the picture in pixels.
        grid: cells per side, S.
        anchors: [A, 2] in pixels, at least one.

    Raises:
        ValueError: boxes or anchors that are none, a midpoint outside the picture, or
            a picture or grid smaller than 1.
    """
    rows, columns, _numbers = in_cells(boxes, image=image, grid=grid)
    anchor = best_anchor(boxes, anchors)
    slots = (rows * grid + columns) * len(anchors) + anchor
    return Assignment(rows, columns, anchor, taken(slots))


def encode(
    boxes: Tensor,
    labels: Tensor,
    *,
    image: tuple[int, int],
    grid: int,
    anchors: Tensor,
    classes: int,
) -> Tensor:
    """Return the tensor that a perfect network would answer for these objects.

    Args:
        boxes: [N, 4] float, midpoints within the picture; none is allowed.
        labels: int64 [N], 0 to classes - 1.
        image: width and height of the picture in pixels.
        grid: cells per side, S.
        anchors: [A, 2] in pixels; a single one where each cell has a single slot.
        classes: C, at least 1.

    Returns:
        [S, S, A, 5 + C]; objects that are lost (see `assigned`) are not in it.

    Raises:
        ValueError: as `assigned`, or a label outside its range.
    """
    require_labels(labels, len(boxes), classes)
    found = assigned(boxes, image=image, grid=grid, anchors=anchors)
    _rows, _columns, numbers = in_cells(boxes, image=image, grid=grid)
    kept = ~found.lost
    slots = (found.rows[kept], found.columns[kept], found.anchors[kept])
    one_hot = torch.eye(classes).to(boxes)[labels[kept]]  # [n, C]
    p_c = torch.ones_like(numbers[kept, :1])  # [n, 1]
    target = boxes.new_zeros(grid, grid, len(anchors), 5 + classes)
    target[slots] = torch.cat([p_c, numbers[kept], one_hot], dim=1)
    return target


def decode(tensor: Tensor, *, image: tuple[int, int], min_score: float) -> Detections:
    """Return the objects that the tensor tells of, row by row.

    A slot tells of one object, of its most probable class (the first of equals). Its
    score is p_c times the probability of that class.

    Args:
        tensor: [S, S, A, 5 + C] float, as `encode` writes it.
        image: width and height of the picture in pixels.
        min_score: the lowest score that counts, in [0, 1]; a score of 0 never does.

    Returns:
        Boxes in the picture's pixels, which may reach over its edges; not sorted.

    Raises:
        ValueError: the tensor has another shape, or a number outside its range.
    """
    grid = require_tensor(tensor)
    if not 0 <= min_score <= 1:
        raise ValueError(f"min_score must lie in [0, 1], got {min_score}")
    chance, label = tensor[..., 5:].max(dim=-1)  # [S, S, A]
    score = tensor[..., 0] * chance
    slots = ((score >= min_score) & (score > 0)).nonzero()  # [N, 3]
    rows, columns, anchors = slots.unbind(dim=1)
    numbers = tensor[rows, columns, anchors, 1:5]  # [N, 4]
    boxes = from_cells(numbers, rows, columns, image=image, grid=grid)
    at = (rows, columns, anchors)
    return Detections(boxes, score[at], label[at], slots)


def load() -> YoloNet:
    """Return the trained detector that comes with the playground, for looking only.

    Returns:
        A fresh copy on the CPU, in evaluation mode, without gradients, in single
        precision (the file holds half precision). Its `anchors` are in pixels of its
        input of 160 x 160, which it cuts into 10 x 10 cells.

    Raises:
        FileNotFoundError: the weights have not been trained yet.
    """
    path = _weights_file(f"{NAME}.pt")
    return restored(torch.load(path, map_location="cpu", weights_only=True))


def card() -> dict:
    """Return how the detector was made and what it scores, as plain values."""
    return json.loads(_weights_file(f"{NAME}.json").read_text(encoding="utf-8"))


def answer(drawing: Tensor, *, net: YoloNet | None = None) -> Tensor:
    """Return the whole tensor that the detector writes for a drawing.

    The drawing is shrunk or enlarged until its longer side is 160 pixels, put in the
    middle of a black square, and blurred a little: cells are those of this square.

    Args:
        drawing: uint8 [H, W], white ink on black, any size.
        net: a detector other than the one that comes with the playground.

    Returns:
        [10, 10, A, 15] float, as `encode` writes it with 10 classes, but every number
        is a guess: p_c, b_x and b_y lie in (0, 1), the class probabilities of a slot
        add up to 1.

    Raises:
        ValueError: the drawing is not uint8 [H, W] with at least one pixel.
        FileNotFoundError: the weights have not been trained yet.
    """
    if drawing.dtype != torch.uint8 or drawing.dim() != 2 or not drawing.numel():
        raise ValueError(
            "a drawing must be uint8 [H, W] with H, W >= 1, "
            f"got {drawing.dtype} {list(drawing.shape)}"
        )
    net = net or _shipped()
    with torch.no_grad():
        raw = net(softened(fitted(drawing)[None]))
        return opened(raw, net.anchors)[0]


def candidates(
    drawing: Tensor, *, min_score: float, net: YoloNet | None = None
) -> Detections:
    """Return all that the detector takes for a digit, before any suppression.

    Args:
        drawing: as in `answer`.
        net: as in `answer`.
        min_score: the lowest score that counts, in [0, 1].

    Returns:
        At most one for each slot, best score first, boxes in the drawing's pixels and
        within it. A score is p_c times the probability of the class.

    Raises:
        ValueError, FileNotFoundError: as `answer`; min_score outside its range.
    """
    return told(answer(drawing, net=net), drawing, min_score=min_score)


def told(tensor: Tensor, drawing: Tensor, *, min_score: float) -> Detections:
    """Return what `candidates` returns, of a tensor that is `answer(drawing)`."""
    found = decode(tensor, image=(SIDE, SIDE), min_score=min_score)
    found = found[found.scores.argsort(descending=True, stable=True)]
    return replace(found, boxes=placed(found.boxes, *drawing.shape))


def detect(
    drawing: Tensor,
    *,
    min_score: float,
    max_overlap: float,
    net: YoloNet | None = None,
) -> Detections:
    """Return the digits that the detector finds in a drawing, best score first.

    Args:
        drawing: as in `answer`.
        net: as in `answer`.
        min_score: the lowest score that counts, in [0, 1].
        max_overlap: the largest IoU of two boxes of one class, in [0, 1].

    Returns:
        Boxes in the drawing's pixels and within it.

    Raises:
        ValueError, FileNotFoundError: as `answer`; a number outside its range.
    """
    found = candidates(drawing, min_score=min_score, net=net)
    kept = nms_per_class(found.boxes, found.scores, found.labels, max_overlap)
    return found[kept]


@cache
def _shipped() -> YoloNet:
    """Return the detector for reading only: all visitors share it."""
    return load()


def _weights_file(name: str) -> Path:
    path = WEIGHTS / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; make it with: {COMMAND}")
    return path
