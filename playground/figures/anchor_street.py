"""The street under anchors: its picture, boxes cut at its edge, a box on its way."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.street import Thing, street
from playground import theme
from playground.figures.png import Painted, blended
from playground.player.charts import Line
from playground.player.scene import Box, Colour, Layer, Mesh, Track

SIDE = 416  # pixels of the picture
GROUND: Box = (0.0, 0.0, 416.0, 416.0)  # where it is on the stage
SPAN = (0.0, float(SIDE))
ACTION = "object"  # of a box that is moved
MOST_OBJECTS = 6
LEAST = 8.0  # pixels of an object's side
LINE = 150  # grey level of the grid's lines
STEPS = 12  # frames of a box on its way, less one
# A light line between dark ones, seen on any picture: how far each is from the box.
LIGHT, DARK = (-0.8, 0.0, 0.8), (-1.9, 1.9)
CORNERS = 5  # of a closed line
GHOST = Track("ghost", "f32", 2 * CORNERS * len(LIGHT + DARK))


def names(count: int) -> tuple[str, ...]:
    """Return A, B, …: the names of objects."""
    return tuple(chr(ord("A") + index) for index in range(count))


def picture(things: Sequence[Thing], grid: int) -> str:
    """Return the street with its things and a grid's lines, as a data address."""
    pixels = street(things, SIDE).numpy().copy()
    lines = [min(round(k * SIDE / grid), SIDE - 1) for k in range(grid + 1)]
    pixels[lines] = np.minimum(pixels[lines], LINE)
    pixels[:, lines] = np.minimum(pixels[:, lines], LINE)
    return Painted(pixels, blended(((0, 0, 0), (255, 255, 255)))).address()


def dashed(boxes: Tensor, colours: Sequence[Colour], name: str) -> Iterator[Layer]:
    """Yield boxes [K, 4] as dashed lines, cut where they leave the picture.

    Args:
        boxes: in pixels of the picture, y down.
        colours: of each.
        name: id of their layers.
    """
    span = (0.0, float(SIDE), 0.0, float(SIDE))
    for box, colour in zip(_closed(boxes).tolist(), colours, strict=True):
        yield Line(GROUND, span, tuple(map(tuple, box)), colour, dash=True, id=name)


def ghost_rows(boxes: Tensor) -> Tensor:
    """Return the numbers of the track `GHOST` for a box on its way, [T, 50].

    Args:
        boxes: [T, 4] where it is in every frame.
    """
    out = boxes.new_tensor((-1, -1, 1, 1))
    copies = [_closed(boxes + out * by).flatten(1) for by in LIGHT + DARK]
    return torch.cat(copies, dim=1)


def ghost() -> Iterator[Layer]:
    """Yield the box on its way, cut where it leaves the picture."""
    light = 2 * CORNERS * len(LIGHT)
    for first, count, colour in (
        (light, len(DARK), theme.OUTLINE),
        (0, len(LIGHT), theme.PAPER),
    ):
        yield Mesh(GROUND, SPAN, GHOST.name, first, count, CORNERS, colour, id="ghost")


def _closed(boxes: Tensor) -> Tensor:
    """Return the corners of boxes [K, 4] one after the other, y up, [K, 5, 2]."""
    x1, y1, x2, y2 = boxes.unbind(dim=1)
    x = torch.stack((x1, x2, x2, x1, x1), dim=1)
    y = SIDE - torch.stack((y1, y1, y2, y2, y1), dim=1)
    return torch.stack((x, y), dim=2)
