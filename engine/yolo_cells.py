"""Boxes in the cells of a YOLO grid: which cell, where in it, which anchor.

The conventions are those of `engine.yolo`.
"""

import torch
from torch import Tensor

from engine.anchors import require_sizes, shape_iou


def in_cells(
    boxes: Tensor, *, image: tuple[int, int], grid: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the row and column [N] of each box, and its b_x, b_y, b_h, b_w [N, 4].

    Args:
        boxes: [N, 4] float, midpoints within the picture.
        image: width and height of the picture in pixels.
        grid: cells per side, at least 1.

    Raises:
        ValueError: one of these is not so.
    """
    require_boxes(boxes, image)
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


def require_boxes(boxes: Tensor, image: tuple[int, int]) -> None:
    """Raise a ValueError unless boxes are [N, 4], sound, and centred in the picture."""
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


def require_labels(labels: Tensor, count: int, classes: int) -> None:
    """Raise a ValueError unless labels are int64 [count], 0 to classes - 1."""
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


def require_tensor(tensor: Tensor) -> int:
    """Return the cells per side; a ValueError unless float [S, S, A, 5 + C]."""
    shape = list(tensor.shape)
    square = len(shape) == 4 and shape[0] == shape[1] and shape[2] >= 1
    if not square or shape[3] < 6 or not tensor.is_floating_point():
        raise ValueError(
            f"the tensor must be float [S, S, A, 5 + C], got {tensor.dtype} {shape}"
        )
    return shape[0]
