"""Shapes as solids in a row: tall with many places, wide with many channels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from engine.layer_plan import Shape
from playground import theme

TALLEST, WIDEST, THINNEST = 0.56, 0.5, 0.07  # of a volume, in its place
LEAN = (0.3, 0.32)  # how far the far side is moved, of the height: right, up


@dataclass(frozen=True)
class Solid:
    """A volume as it is drawn: x and y of the corners of its three visible faces."""

    front: tuple[tuple[float, float], ...]
    top: tuple[tuple[float, float], ...]
    side: tuple[tuple[float, float], ...]


def sides(shape: Shape) -> str:
    """Return the sides of a volume, "28×28"; of a line of numbers, nothing."""
    return "×".join(map(str, shape[1:]))


def solids(shapes: Sequence[Shape]) -> list[Solid]:
    """Return volumes side by side, at x = 0, 1, 2, ...

    The height is the root of the side, the width the logarithm of the channels: both
    in proportion to the largest of the row. A line of numbers is a thin column.
    """
    longest = max((max(shape[1:]) for shape in shapes if len(shape) > 1), default=1)
    most = max((shape[0] for shape in shapes if len(shape) > 1), default=2)
    drawn = []
    for place, shape in enumerate(shapes):
        if len(shape) > 1:
            high = TALLEST * math.sqrt(max(shape[1:]) / longest)
            wide = THINNEST + WIDEST * math.log(shape[0] + 1) / math.log(most + 1)
            flat = len(shape) == 2  # a signal has no second side
        else:
            high = TALLEST * min(1.0, math.log(shape[0] + 1) / math.log(5000))
            wide, flat = THINNEST, True
        deep = 0.08 if flat else high
        drawn.append(_solid(place, wide, max(high, 0.03), deep))
    return drawn


def faces(drawn: Sequence[Solid], chosen: int) -> list[go.Scatter]:
    """Return the volumes face by face.

    Args:
        drawn: the volumes.
        chosen: index of the one in orange; 0 for none.
    """
    traces = []
    for marked, colour in ((False, theme.POSITIVE), (True, theme.NEGATIVE)):
        solids = [
            solid
            for place, solid in enumerate(drawn)
            if (place == chosen and chosen > 0) == marked
        ]
        for face, opacity in (("front", 0.85), ("top", 0.35), ("side", 0.55)):
            corners = [
                corner
                for solid in solids
                for corner in (*getattr(solid, face), (None, None))
            ]
            if corners:
                x, y = zip(*corners, strict=True)
                traces.append(_filled(x, y, colour, opacity))
    return traces


def _solid(place: float, wide: float, high: float, deep: float) -> Solid:
    left, right = place - wide / 2, place + wide / 2
    lean, rise = LEAN[0] * deep, LEAN[1] * deep
    front = ((left, 0), (right, 0), (right, high), (left, high))
    back = [(x + lean, y + rise) for x, y in front]
    return Solid(
        front,
        (front[3], front[2], back[2], back[3]),
        (front[1], back[1], back[2], front[2]),
    )


def _filled(x: Sequence, y: Sequence, colour: str, opacity: float) -> go.Scatter:
    ((red, green, blue),) = theme.rgb(colour)
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        fill="toself",
        fillcolor=f"rgba({red},{green},{blue},{opacity})",
        line={"color": colour, "width": 1},
        hoverinfo="skip",
    )
