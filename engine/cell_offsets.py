"""Offsets of a box from the anchor of its cell, as YOLO v2 and v3 write them.

Boxes are (x1, y1, x2, y2) in pixels, y down; a cell is (row, column); an anchor is a
width and a height: the cell lends it its place.

Source: Redmon, Farhadi, "YOLO9000", CVPR 2017, section 2.
"""

import torch
from torch import Tensor

from engine.anchors import require_sizes
from engine.boxes import as_boxes


def encode_in_cell(
    boxes: Tensor, anchors: Tensor, cells: Tensor, *, pitch: float
) -> Tensor:
    """Return t_x, t_y, t_w, t_h of boxes.

    σ(t_x) and σ(t_y) are the place of the midpoint in its cell, from 0 to 1;
    t_w = ln(w / p_w) and t_h = ln(h / p_h). A midpoint on the edge of its cell would
    need -∞ or ∞, which a network can only approach.

    Args:
        boxes: [N, 4] in pixels, each midpoint in its cell.
        anchors: [N, 2] width and height of the anchor of each.
        cells: [N, 2] row and column of the cell of each.
        pitch: side of a cell in pixels, above 0.

    Returns:
        [N, 4]; `decode_in_cell` returns the boxes, those on an edge too.

    Raises:
        ValueError: boxes or anchors are none, or a midpoint lies outside of its cell.
    """
    boxes = as_boxes(boxes)
    sizes = boxes[:, 2:] - boxes[:, :2]
    require_sizes(sizes)
    require_sizes(anchors)
    inner = (boxes[:, :2] + boxes[:, 2:]) / 2 / pitch - cells.flip(1)
    if ((inner < 0) | (inner > 1)).any():
        raise ValueError(f"midpoints must lie in [0, 1] of their cells, got {inner}")
    return torch.cat((inner.logit(), (sizes / anchors).log()), dim=1)


def decode_in_cell(
    offsets: Tensor, anchors: Tensor, cells: Tensor, *, pitch: float
) -> Tensor:
    """Return the boxes [N, 4] that offsets [N, 4] stand for; see `encode_in_cell`.

    Raises:
        ValueError: anchors are none, or an offset is NaN or makes a box without end.
    """
    require_sizes(anchors)
    middle = (offsets[:, :2].sigmoid() + cells.flip(1)) * pitch
    half = anchors * offsets[:, 2:].exp() / 2
    return as_boxes(torch.cat((middle - half, middle + half), dim=1))
