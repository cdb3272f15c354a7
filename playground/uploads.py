"""Pictures from strangers: limits first, then decoding."""

import warnings
from typing import BinaryIO

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

# Endings of the names of pictures.
PICTURES = ("png", "jpg", "jpeg", "webp", "bmp", "gif")
MOST_PIXELS = 20_000_000
SIDE = 280  # pixels: photographs of digits are shrunk to this at once


class PictureError(ValueError):
    """The file is no picture that can be used; `reason` is "size" or "format"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"unusable picture: {reason}")
        self.reason = reason


def grey_picture(file: BinaryIO, side: int = SIDE) -> Tensor:
    """Return an uploaded picture as grey levels, upright and small.

    The number of pixels is read from the header before any is decoded.

    Args:
        file: PNG, JPEG, WebP, BMP or GIF.
        side: pixels of the longer side, at most.

    Returns:
        uint8 [H, W]; transparent parts are white.

    Raises:
        PictureError: above 20 million pixels, or no picture.
    """
    return _levels(file, side, "L")


def colour_picture(file: BinaryIO, side: int = SIDE) -> Tensor:
    """Return an uploaded picture in colour, uint8 [H, W, 3]; see `grey_picture`."""
    return _levels(file, side, "RGB")


def _levels(file: BinaryIO, side: int, mode: str) -> Tensor:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is refused below
            picture = _upright(file, side, mode)
        picture.thumbnail((2 * side, 2 * side))
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        levels = Image.alpha_composite(paper, picture).convert(mode)
        levels.thumbnail((side, side))
    except Image.DecompressionBombError as error:
        raise PictureError("size") from error
    except PictureError:
        raise
    except (OSError, SyntaxError, ValueError) as error:
        raise PictureError("format") from error
    return torch.from_numpy(np.array(levels))


def _upright(file: BinaryIO, side: int, mode: str) -> Image.Image:
    """Return the picture, decoded no larger than needed and turned as its EXIF says."""
    picture = Image.open(file, formats=("PNG", "JPEG", "WEBP", "BMP", "GIF"))
    if picture.width * picture.height > MOST_PIXELS:
        raise PictureError("size")
    picture.draft(mode, (2 * side, 2 * side))  # JPEG decodes small at once
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith("I"):  # 16 bits: Pillow would clip, not scale
        picture = picture.point(lambda level: level * (1 / 257)).convert("L")
    return picture
