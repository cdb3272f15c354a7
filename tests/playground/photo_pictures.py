"""Photographs as the colour network sees them."""

import torch

from engine.ink import resize
from playground.photos import colour_photo

SIDE = 32


def photo(name):
    """Return the middle square of a photograph, float [3, 32, 32] in [0, 1]."""
    levels = colour_photo(name)
    height, width, _three = levels.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    planes = levels[top : top + side, left : left + side].float().unbind(2)
    small = [resize(plane, SIDE, SIDE, antialias=True) for plane in planes]
    return torch.stack(small).round().clamp(0, 255) / 255
