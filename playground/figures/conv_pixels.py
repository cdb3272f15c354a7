"""Cells of a grid as a picture that lies on any ground, light or dark."""

import base64
import struct
import zlib

import numpy as np
import torch
from torch import Tensor

from playground import theme

SHARP = 2  # pixels of a picture per logical pixel
GAP = 2  # pixels between cells
STRIPE = 10  # pixels from one stripe of a hatched cell to the next
LINE = (127, 137, 147, 170)  # dashes and stripes: seen on light and dark
VEIL = (127, 137, 147, 90)
CLEAR = (0, 0, 0, 0)
FAINT, STRONG = 0.1, 0.55  # opacity of 0 and of the largest number
PLAIN, DASHED, HATCHED = 0, 1, 2  # how a cell is drawn


def tiles(values: Tensor, marks: Tensor, cell: tuple[float, float]) -> np.ndarray:
    """Return cells tinted by their numbers: orange below 0, blue above.

    Args:
        values: [R, C]; the largest is painted strongest.
        marks: [R, C] of PLAIN; DASHED: an outline and no tint; HATCHED: stripes.
        cell: width and height of a cell, logical pixels.

    Returns:
        uint8 [height, width, 4]: red, green, blue, opacity.
    """
    wide, high = (max(1, round(SHARP * size)) for size in cell)
    rows, columns = values.shape
    tints = _tints(values)
    tints[marks.numpy() == DASHED] = CLEAR
    pixels = tints.repeat(high, axis=0).repeat(wide, axis=1)
    if min(wide, high) <= 4 * GAP:  # too small for lines between them
        return pixels
    y, x = np.arange(rows * high) % high, np.arange(columns * wide) % wide
    kind = marks.numpy().repeat(high, axis=0).repeat(wide, axis=1)
    stripes = (np.add.outer(y, x) % STRIPE) < 2
    pixels[stripes & (kind == HATCHED)] = LINE
    inner = np.logical_or.outer(y < GAP, x < GAP) | np.logical_or.outer(
        y >= high - GAP, x >= wide - GAP
    )
    edge = np.logical_or.outer((y < 2 * GAP), (x < 2 * GAP)) | np.logical_or.outer(
        y >= high - 2 * GAP, x >= wide - 2 * GAP
    )
    dashes = (np.add.outer(y, x) % 12) < 7
    pixels[edge & dashes & (kind == DASHED)] = LINE
    pixels[inner] = CLEAR
    return pixels


def veil(marks: Tensor, cell: tuple[float, float]) -> np.ndarray:
    """Return what lies over a surface: grey where DASHED, stripes where HATCHED.

    Args:
        marks: [R, C], as of `tiles`.
        cell: width and height of a cell, logical pixels.

    Returns:
        uint8 [height, width, 4], clear elsewhere.
    """
    wide, high = (max(1, round(SHARP * size)) for size in cell)
    kind = marks.numpy().repeat(high, axis=0).repeat(wide, axis=1)
    rows, columns = kind.shape
    stripes = np.add.outer(np.arange(rows), np.arange(columns)) % STRIPE < STRIPE / 2
    pixels = np.zeros((rows, columns, 4), dtype=np.uint8)
    pixels[kind == DASHED] = VEIL
    pixels[(kind == HATCHED) & stripes] = LINE
    return pixels


def surface(values: Tensor) -> np.ndarray:
    """Return one pixel per number, uint8 [R, C, 4]: for grids too fine for numbers."""
    share = _share(values)
    paper, low, high = np.array(
        theme.rgb(theme.PAPER, theme.NEGATIVE, theme.POSITIVE), dtype=float
    )
    ends = np.where(share[..., None] < 0, low, high)
    mixed = paper + np.abs(share)[..., None] * (ends - paper)
    opaque = np.full((*share.shape, 1), 255.0)
    return np.concatenate((mixed, opaque), axis=-1).round().astype(np.uint8)


def address(pixels: np.ndarray) -> str:
    """Return red, green, blue, opacity [H, W, 4] as a data address of a PNG."""
    height, width, _four = pixels.shape
    raw = np.zeros((height, 1 + 4 * width), dtype=np.uint8)  # filter 0 in each row
    raw[:, 1:] = pixels.reshape(height, -1)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = (
        (b"IHDR", head),
        (b"IDAT", zlib.compress(raw.tobytes(), 3)),
        (b"IEND", b""),
    )
    data = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)
    return "data:image/png;base64," + base64.b64encode(data).decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def _tints(values: Tensor) -> np.ndarray:
    share = _share(values)
    low, zero, high = theme.rgb(theme.NEGATIVE, "#7f8993", theme.POSITIVE)
    colours = np.where(share[..., None] < 0, low, high)
    colours = np.where(share[..., None] == 0, zero, colours)
    opacity = 255 * (FAINT + (STRONG - FAINT) * np.abs(share))
    return np.concatenate((colours, opacity[..., None]), -1).round().astype(np.uint8)


def _share(values: Tensor) -> np.ndarray:
    """Return numbers as shares of the largest, in [-1, 1]."""
    finite = values.nan_to_num(neginf=0.0)  # what pads a maximum stays pale
    peak = finite.abs().max().clamp(min=torch.finfo(values.dtype).tiny)
    return (finite / peak).double().numpy()
