"""Distort pictures of digits as other hands would have written them."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Ranges:
    """How far `distort` goes; each picture draws its own values, evenly.

    rotation: degrees, to either side.
    smallest, largest: factors of size, drawn apart for width and height.
    squeeze: how far width and height may differ, as a fraction to either side.
    slant: shift to the side per unit of height, to either side.
    shift: pixels, to either side, along each axis.
    thickness: 0 leaves strokes alone, 1 swells or thins them by up to a pixel.
    """

    rotation: float = 10.0
    smallest: float = 0.85
    largest: float = 1.12
    squeeze: float = 0.08
    slant: float = 0.12
    shift: float = 1.5
    thickness: float = 0.25


def distort(pictures: Tensor, *, ranges: Ranges, generator: torch.Generator) -> Tensor:
    """Return each picture turned, scaled, slanted, shifted, swollen or thinned.

    Args:
        pictures: [N, S, S] or [N, 1, S, S] float, 0 (background) to 1 (ink), N >= 1.
        ranges: how far to go.
        generator: random numbers, on the CPU, so that every device gets the same.

    Returns:
        The same shape, still 0 to 1; what moves in from outside is background.

    Raises:
        ValueError: the pictures have another shape.
    """
    if pictures.dim() not in (3, 4) or (pictures.dim() == 4 and pictures.shape[1] != 1):
        raise ValueError(
            f"pictures must be [N, S, S] or [N, 1, S, S], got {list(pictures.shape)}"
        )
    size = pictures.shape[-1]
    stack = pictures.reshape(-1, 1, size, pictures.shape[-2])  # [N, 1, S, S]
    uniform = torch.rand(7, len(stack), generator=generator).to(stack.device)
    swell = (2 * uniform[6] - 1) * ranges.thickness  # [N]
    stack = _swell(stack, swell[:, None, None, None])
    places = _inverse_maps(uniform[:6], ranges, size)  # [N, 2, 3]
    grid = F.affine_grid(places, list(stack.shape), align_corners=False)
    moved = F.grid_sample(stack, grid, align_corners=False)
    return moved.reshape(pictures.shape)


def _inverse_maps(uniform: Tensor, ranges: Ranges, size: int) -> Tensor:
    """Return [N, 2, 3]: where in the old picture each place of the new one looks.

    Places run from -1 to 1 across the picture, x first.
    """
    signed = 2 * uniform - 1  # [6, N]
    angle = signed[0] * math.radians(ranges.rotation)
    size_factor = ranges.smallest + uniform[1] * (ranges.largest - ranges.smallest)
    wide = size_factor * (1 + signed[2] * ranges.squeeze)
    tall = size_factor * (1 - signed[2] * ranges.squeeze)
    slant = signed[3] * ranges.slant
    shift = signed[4:6] * (2 * ranges.shift / size)  # [2, N]
    cos, sin = angle.cos(), angle.sin()
    rows = [
        torch.stack([(cos - slant * sin) / wide, (sin + slant * cos) / wide, shift[0]]),
        torch.stack([-sin / tall, cos / tall, shift[1]]),
    ]
    return torch.stack(rows).permute(2, 0, 1)


def _swell(stack: Tensor, amount: Tensor) -> Tensor:
    """Return pictures mixed with their thick (amount > 0) or thin (< 0) versions."""
    thick = F.max_pool2d(stack, 3, 1, 1)
    thin = -F.max_pool2d(-stack, 3, 1, 1)
    target = torch.where(amount > 0, thick, thin)
    return torch.lerp(stack, target, amount.abs())
