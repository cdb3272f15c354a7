"""The YOLO grid: objects written as one tensor [S, S, A, 5 + C], and read from it.

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

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.anchors import require_sizes, shape_iou


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
    _require_labels(labels, len(boxes), classes)
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
    grid = _require_tensor(tensor)
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


def in_cells(
    boxes: Tensor, *, image: tuple[int, int], grid: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the row and column [N] of each box, and its b_x, b_y, b_h, b_w [N, 4].

    Raises:
        ValueError: as `assigned`.
    """
    _require_boxes(boxes, image)
    if grid < 1:
        raise ValueError(f"grid must be at least 1, got {grid}")
    size = boxes.new_tensor(image)  # [2]
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2 * grid / size  # [N, 2] x, y in cells
    sides = (boxes[:, 2:] - boxes[:, :2]) * grid / size  # [N, 2] width, height
    cell = middle.floor().clamp(max=grid - 1)
    columns, rows = cell.long().unbind(dim=1)
    return rows, columns, torch.cat([middle - cell, sides.flip(1)], dim=1)


def from_cells(
    numbers: Tensor,
    rows: Tensor,
    columns: Tensor,
    *,
    image: tuple[int, int],
    grid: int,
) -> Tensor:
    """Return the boxes [N, 4] of b_x, b_y, b_h, b_w [N, 4] in these cells [N]."""
    unit = numbers.new_tensor(image) / grid  # [2] width and height of a cell
    middle = (numbers[:, :2] + torch.stack([columns, rows], dim=1)) * unit
    half = numbers[:, 2:].flip(1) * unit / 2
    return torch.cat([middle - half, middle + half], dim=1)


def best_anchor(boxes: Tensor, anchors: Tensor) -> Tensor:
    """Return int64 [N]: the anchor of the shape nearest to each box's, or the first."""
    require_sizes(anchors)
    if not len(anchors):
        raise ValueError("at least one anchor is needed, got none")
    return shape_iou(boxes[:, 2:] - boxes[:, :2], anchors.to(boxes)).argmax(dim=1)


def taken(slots: Tensor) -> Tensor:
    """Return [N]: whether the same number stands earlier among `slots`, int64 [N]."""
    _distinct, which = slots.unique(return_inverse=True)  # [N]
    place = torch.arange(len(slots), device=slots.device)
    first = torch.full_like(place, len(slots)).scatter_reduce(0, which, place, "amin")
    return first[which] != place


def _require_boxes(boxes: Tensor, image: tuple[int, int]) -> None:
    if boxes.dim() != 2 or boxes.shape[1] != 4 or not boxes.is_floating_point():
        raise ValueError(
            f"boxes must be float [N, 4], got {boxes.dtype} {list(boxes.shape)}"
        )
    if min(image) < 1:
        raise ValueError(f"the picture must be at least 1 x 1, got {image}")
    good = boxes.isfinite().all(dim=1) & (boxes[:, 2:] > boxes[:, :2]).all(dim=1)
    if not good.all():
        raise ValueError(
            "boxes must be finite with x2 > x1 and y2 > y1, "
            f"got {boxes[~good][0].tolist()}"
        )
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = ((middle >= 0) & (middle <= boxes.new_tensor(image))).all(dim=1)
    if not inside.all():
        raise ValueError(
            f"midpoints must lie within {image[0]} x {image[1]} pixels, "
            f"got {middle[~inside][0].tolist()}"
        )


def _require_labels(labels: Tensor, count: int, classes: int) -> None:
    if labels.shape != (count,) or labels.dtype != torch.int64:
        raise ValueError(
            f"labels must be int64 [{count}], got {labels.dtype} {list(labels.shape)}"
        )
    if classes < 1:
        raise ValueError(f"classes must be at least 1, got {classes}")
    if count and not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(
            f"labels must lie in [0, {classes - 1}], got {labels.unique().tolist()}"
        )


def _require_tensor(tensor: Tensor) -> int:
    """Return the cells per side of a tensor [S, S, A, 5 + C]."""
    shape = list(tensor.shape)
    square = len(shape) == 4 and shape[0] == shape[1] and shape[2] >= 1
    if not square or shape[3] < 6 or not tensor.is_floating_point():
        raise ValueError(
            f"the tensor must be float [S, S, A, 5 + C], got {tensor.dtype} {shape}"
        )
    return shape[0]
