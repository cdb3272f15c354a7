"""Filters and feature maps as small pictures: bytes for the player, and sheets."""

import math
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from playground import theme
from playground.figures.png import blended

ENLARGED = 4  # pixels per weight, along each side
TINY = 1e-9  # what is 0 everywhere is painted as 0
SHEET = 64  # pixels: a map on a sheet is at least this large

LIGHTS = blended(theme.rgb(*theme.SEQUENTIAL))
SIGNS = blended(theme.rgb(theme.NEGATIVE, theme.PAPER, theme.POSITIVE))


def enlarged(values: Tensor, *, smooth: bool) -> Tensor:
    """Return pictures [N, C, k, k] with four pixels per number and side.

    Args:
        values: weights.
        smooth: blend them (bicubic), else copy each.
    """
    side = ENLARGED * values.shape[-1]
    if smooth:
        return F.interpolate(values, size=(side, side), mode="bicubic")
    return F.interpolate(values, size=(side, side), mode="nearest-exact")


def peaks(values: Tensor) -> Tensor:
    """Return the largest size in each of [N, ...], as [N, 1, 1, 1], above 0."""
    return values.abs().flatten(1).amax(dim=1).clamp(min=TINY)[:, None, None, None]


def shades(values: Tensor, peak: Tensor | float) -> Tensor:
    """Return numbers as bytes: -peak is 0, 0 is 127 or 128, peak is 255."""
    share = 127.5 + values * (127.5 / peak)
    return share.round().clamp(0, 255).to(torch.uint8)


def coloured(values: Tensor, peak: Tensor | float) -> Tensor:
    """Return filters [N, 3, k, k] as red, green, blue bytes [N, k, k, 3]; 0 is grey."""
    return shades(values, peak).permute(0, 2, 3, 1)


def lit(maps: Sequence[np.ndarray], signed: bool) -> np.ndarray:
    """Return maps of bytes in colours, uint8 [K, h, w, 3].

    Args:
        maps: uint8 [h, w] each, from `learned_scales.levels`.
        signed: orange, pale, blue; else dark to light.
    """
    return (SIGNS if signed else LIGHTS)[np.stack(maps)]


def sheet(pictures: np.ndarray, columns: int, gap: float) -> np.ndarray:
    """Return pictures in rows on a clear ground, uint8 [H, W, 4].

    Args:
        pictures: uint8 [K, h, w, 3].
        columns: pictures in a row.
        gap: between two of them, as a share of a picture's side.

    Returns:
        Pixels are copied, so that they stay sharp where the sheet is shown larger.
    """
    count, high, _wide, _three = pictures.shape
    times = max(1, math.ceil(SHEET / high))
    side, rows = times * high, math.ceil(count / columns)
    room = side + round(gap * side)
    found = np.zeros((rows, room, columns, room, 4), dtype=np.uint8)
    large = pictures.repeat(times, axis=1).repeat(times, axis=2)
    for at, picture in enumerate(large):
        row, column = divmod(at, columns)
        found[row, :side, column, :side, :3] = picture
        found[row, :side, column, :side, 3] = 255
    flat = found.reshape(rows * room, columns * room, 4)
    return flat[: rows * room - (room - side), : columns * room - (room - side)]


def signed_sheet(kernels: Tensor, columns: int, gap: float) -> np.ndarray:
    """Return kernels [C, k, k] as a sheet: orange below 0, blue above, one scale."""
    peak = max(kernels.abs().max().item(), TINY)
    return sheet(SIGNS[shades(kernels, peak).numpy()], columns, gap)


def colour_sheet(kernels: Tensor) -> np.ndarray:
    """Return a filter [3, k, k] in its colours; a weight of 0 is grey."""
    peak = max(kernels.abs().max().item(), TINY)
    return sheet(coloured(kernels[None], peak).numpy(), 1, 0.0)


def scale_bar(*, signed: bool) -> np.ndarray:
    """Return the colours of a scale from its low end to its high, uint8 [1, 256, 4]."""
    colours = SIGNS if signed else LIGHTS
    opaque = np.full((len(colours), 1), 255, dtype=np.uint8)
    return np.concatenate((colours, opaque), axis=1)[None]


def shown(levels: Tensor) -> np.ndarray:
    """Return a picture [H, W, 1] or [H, W, 3] as opaque pixels [H, W, 4]."""
    high, wide, _channels = levels.shape
    opaque = np.full((high, wide, 4), 255, dtype=np.uint8)
    opaque[..., :3] = levels.numpy()
    return opaque
