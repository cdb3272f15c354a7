"""Responses as pictures: grey, signed, absolute, steep, and by direction."""

import colorsys
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.responses import angles
from playground import theme
from playground.figures.png import Painted, blended

LOOKS = ("picture", "signed", "absolute", "magnitude", "direction")
HUES, LEVELS = 32, 8  # of directions, and from flat to steep
CUT = 0.995  # the share of pixels within a scale; a few extremes are beyond it
BAR = 256  # pixels of a colour scale

GREYS = blended(((0, 0, 0), (255, 255, 255)))
SIGNS = blended(theme.rgb(theme.NEGATIVE, theme.PAPER, theme.POSITIVE))


@dataclass(frozen=True)
class Response:
    """A picture of a response, with its colour scale.

    Attributes:
        painted: the picture.
        scale: one row of the colours, from the left end to the right.
        peak: what is painted strongest; numbers beyond it look the same.
    """

    painted: Painted
    scale: Painted
    peak: float


def grey(levels: Tensor) -> Painted:
    """Return grey levels [H, W] as a picture, cut to 0 … 255."""
    return Painted(levels.round().clamp(0, 255).to(torch.uint8).numpy(), GREYS)


def picture(response: Tensor) -> Response:
    """Return a response [H, W] as an image editor shows it: cut to 0 … 255."""
    return Response(grey(response), _bar(GREYS), 255.0)


def signed(response: Tensor) -> Response:
    """Return a response [H, W]: orange below 0, blue above, pale at 0."""
    peak = reach(response)
    share = (127.5 + response * (127.5 / peak)).round().clamp(0, 255)
    painted = Painted(share.to(torch.uint8).numpy(), SIGNS)
    return Response(painted, _bar(SIGNS), peak)


def absolute(response: Tensor) -> Response:
    """Return the size of a response [H, W]: black at 0, white where it is largest."""
    peak = reach(response)
    return Response(grey(response.abs() * (255 / peak)), _bar(GREYS), peak)


def magnitude(along: Tensor, down: Tensor) -> Response:
    """Return how steep slopes [H, W] are: black is flat."""
    return absolute(torch.hypot(along, down))


def direction(along: Tensor, down: Tensor) -> Response:
    """Return where slopes [H, W] point: a hue each, brighter where it is steeper."""
    steep = torch.hypot(along, down)
    peak = reach(steep)
    level = (steep * (LEVELS / peak)).sqrt() * LEVELS**0.5  # faint edges are seen too
    level = level.floor().clamp(0, LEVELS - 1)
    hue = (angles(along, down) * (HUES / 360)).round() % HUES
    index = (hue * LEVELS + level).to(torch.uint8)
    wheel = _wheel()
    across = np.arange(BAR) * HUES // BAR
    scale = (across * LEVELS + LEVELS - 1).astype(np.uint8)[None]
    return Response(Painted(index.numpy(), wheel), Painted(scale, wheel), peak)


def reach(response: Tensor) -> float:
    """Return the size that all but the largest half percent of numbers stay within.

    At least a thousandth of a grey level: what is 0 everywhere is painted as 0.
    """
    sizes = response.abs().flatten().numpy()
    place = min(int(CUT * sizes.size), sizes.size - 1)
    return max(float(np.partition(sizes, place)[place]), 1e-3)


def _bar(palette: np.ndarray) -> Painted:
    return Painted(np.arange(BAR, dtype=np.uint8)[None], palette)


def _wheel() -> np.ndarray:
    """Return a colour for every hue and level; level 0 is nearly black."""
    colours = [
        colorsys.hsv_to_rgb(hue / HUES, 0.72, level / (LEVELS - 1))
        for hue in range(HUES)
        for level in range(LEVELS)
    ]
    return (255 * np.array(colours)).round().astype(np.uint8)
