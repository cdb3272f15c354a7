"""What a cell of a map sees of the picture."""

import torch
from torch import Tensor

from engine.cifar import SIDE

# Layer -> what a cell sees: side, pixels from one cell to the next, where the first
# one begins (below 0: outside the picture).
WINDOWS = {
    "colour": {
        "c1": (7, 1, -3),
        "p1": (8, 2, -3),
        "c2": (12, 2, -5),
        "p2": (14, 4, -5),
        "c3": (22, 4, -9),
        "c4": (30, 4, -13),
    },
    "lenet": {"c1": (5, 1, 0), "s2": (6, 2, 0), "c3": (14, 2, 0), "s4": (16, 4, 0)},
}


def family(name: str) -> str:
    """Return "colour" or "lenet" for a network."""
    return name if name in WINDOWS else "lenet"


def windows(name: str, layer: str, shape: tuple[int, int]) -> Tensor:
    """Return what every cell sees of the picture.

    Args:
        name: of the network.
        layer: with maps.
        shape: rows and columns of a map.

    Returns:
        [rows * columns, 4]: left, top, right, bottom in pixels, within the picture.
    """
    side, stride, start = WINDOWS[family(name)][layer]
    rows, columns = torch.meshgrid(*map(torch.arange, shape), indexing="ij")
    left, top = (part.flatten() * stride + start for part in (columns, rows))
    edges = torch.stack((left, top, left + side, top + side), dim=1)
    return edges.clamp(0, SIDE)
