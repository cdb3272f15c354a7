"""Pictures made of labelled boxes: a street of silhouettes, and digits by hand.

A thing is drawn into its box and stretched with it, so that whoever moves the box
moves the thing. Pictures are grey levels, 0 black to 255 white.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.strokes import handwritten, render

Box = tuple[float, float, float, float]

FINE = 160  # points along each side of a silhouette before it is stretched
SKY, ROAD, HORIZON = 236.0, 206.0, 0.42  # levels; share of the height that is sky
DARK, PALE = 70.0, 190.0  # levels of a silhouette
HAND = 3  # whose handwriting
INK = 255.0

# Label -> parts in a box of 1 x 1, y down, painted one over the other: an ellipse
# (x, y, half width, half height) or a rectangle (x1, y1, x2, y2), and its level.
PEDESTRIAN = (
    ("ellipse", (0.5, 0.11, 0.25, 0.11), DARK),
    ("rectangle", (0.2, 0.24, 0.8, 0.6), DARK),
    ("rectangle", (0.0, 0.25, 0.14, 0.58), DARK),
    ("rectangle", (0.86, 0.25, 1.0, 0.58), DARK),
    ("rectangle", (0.22, 0.6, 0.46, 1.0), DARK),
    ("rectangle", (0.54, 0.6, 0.78, 1.0), DARK),
)
CAR = (
    ("ellipse", (0.5, 0.4, 0.33, 0.4), DARK),
    ("rectangle", (0.0, 0.42, 1.0, 0.8), DARK),
    ("ellipse", (0.37, 0.4, 0.13, 0.25), PALE),
    ("ellipse", (0.63, 0.4, 0.13, 0.25), PALE),
    ("rectangle", (0.2, 0.42, 0.8, 0.7), DARK),
    *(("ellipse", (x, 0.79, 0.13, 0.21), 30.0) for x in (0.22, 0.78)),
    *(("ellipse", (x, 0.79, 0.05, 0.09), PALE) for x in (0.22, 0.78)),
)
MOTORCYCLE = (
    *(("ellipse", (x, 0.78, 0.19, 0.22), DARK) for x in (0.19, 0.81)),
    *(("ellipse", (x, 0.78, 0.11, 0.13), ROAD) for x in (0.19, 0.81)),
    ("rectangle", (0.2, 0.52, 0.8, 0.72), DARK),
    ("rectangle", (0.7, 0.34, 0.84, 0.6), DARK),
    ("ellipse", (0.5, 0.1, 0.11, 0.1), DARK),
    ("rectangle", (0.36, 0.2, 0.58, 0.6), DARK),
    ("rectangle", (0.5, 0.26, 0.8, 0.36), DARK),
)
THINGS = (PEDESTRIAN, CAR, MOTORCYCLE)


@dataclass(frozen=True)
class Thing:
    """An object: its class, and its box (x1, y1, x2, y2) in pixels, y down."""

    label: int
    box: Box


def street(things: Sequence[Thing], side: int) -> Tensor:
    """Return a street with things on it, uint8 [side, side]; the last is in front.

    Raises:
        ValueError: a label is none of 0 pedestrian, 1 car, 2 motorcycle.
    """
    picture = torch.full((side, side), ROAD)
    picture[: round(HORIZON * side)] = SKY
    for thing in things:
        if not 0 <= thing.label < len(THINGS):
            raise ValueError(f"label must be 0 to {len(THINGS) - 1}, got {thing.label}")
        _lay(picture, thing.box, *_silhouette(thing.label))
    return picture.round().to(torch.uint8)


def digits(things: Sequence[Thing], side: int) -> Tensor:
    """Return white digits on black, uint8 [side, side]; labels are 0 to 9."""
    picture = torch.zeros(side, side)
    for thing in things:
        ink = _ink(thing.label)
        _lay(picture, thing.box, ink, torch.full_like(ink, INK))
    return picture.round().to(torch.uint8)


@cache
def _ink(label: int) -> Tensor:
    """Return a digit's ink in [0, 1], cut to where there is any; not to be changed."""
    ink = render(handwritten(label, HAND)).float() / INK
    rows, columns = (ink.amax(dim=axis).nonzero() for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _silhouette(label: int) -> tuple[Tensor, Tensor]:
    """Return where a thing covers its box, 0 or 1, and its levels: [FINE, FINE]."""
    at = (torch.arange(FINE) + 0.5) / FINE
    y, x = at[:, None], at[None]
    cover, levels = torch.zeros(FINE, FINE), torch.zeros(FINE, FINE)
    for kind, (a, b, c, d), level in THINGS[label]:
        if kind == "ellipse":
            inside = ((x - a) / c) ** 2 + ((y - b) / d) ** 2 <= 1
        else:
            inside = (x >= a) & (x <= c) & (y >= b) & (y <= d)
        cover[inside], levels[inside] = 1.0, level
    return cover, levels


def _lay(picture: Tensor, box: Box, cover: Tensor, levels: Tensor) -> None:
    """Paint something, stretched to its box, over a picture; parts outside are cut."""
    side = picture.shape[0]
    x1, y1, x2, y2 = (round(edge) for edge in box)
    size = (max(y2 - y1, 1), max(x2 - x1, 1))
    stack = torch.stack((cover, cover * levels))[None]
    shares, light = F.interpolate(stack, size=size, mode="bilinear", antialias=True)[0]
    top, left = max(y1, 0), max(x1, 0)
    bottom, right = min(y1 + size[0], side), min(x1 + size[1], side)
    if top >= bottom or left >= right:
        return
    part = (slice(top - y1, bottom - y1), slice(left - x1, right - x1))
    ground = picture[top:bottom, left:right]
    picture[top:bottom, left:right] = ground * (1 - shares[part]) + light[part]
