"""A box that slides through a picture: where it can be, one place for each pixel."""

import torch
from torch import Tensor

from engine.boxes import as_boxes

DIRECTIONS = {"x": (1, 0), "y": (0, 1), "xy": (1, 1)}  # to the right, down, both


def slide(
    box: Tensor, direction: str, size: tuple[float, float]
) -> tuple[Tensor, Tensor]:
    """Return every place of a box that slides, in steps of one pixel, and the steps.

    Args:
        box: [4], inside the picture, see `engine.boxes`.
        direction: key of `DIRECTIONS`.
        size: width and height of the picture.

    Returns:
        steps [T] float, rising, 0 among them; places [T, 4], all inside the picture.

    Raises:
        ValueError: unknown direction, or the box reaches out of the picture.
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"direction must be in {tuple(DIRECTIONS)}, got {direction!r}")
    (x1, y1, x2, y2) = as_boxes(box[None])[0].tolist()
    if x1 < 0 or y1 < 0 or x2 > size[0] or y2 > size[1]:
        raise ValueError(f"the box must lie in {size}, got {box.tolist()}")
    along = DIRECTIONS[direction]
    backward = min(low for low, on in zip((x1, y1), along, strict=True) if on)
    ends = (size[0] - x2, size[1] - y2)
    forward = min(room for room, on in zip(ends, along, strict=True) if on)
    steps = torch.arange(-int(backward), int(forward) + 1).float()  # [T]
    way = torch.tensor([*along, *along], dtype=torch.float32)
    return steps, box + steps[:, None] * way
