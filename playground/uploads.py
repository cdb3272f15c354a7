"""Pictures from strangers: limits first, then decoding."""

import warnings
from typing import BinaryIO

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

MOST_PIXELS = 20_000_000
SIDE = 280  # pixels: photographs are shrunk to this before anything else sees them


class PictureError(ValueError):
    """The file is no picture that can be used; `reason` is "size" or "format"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"unusable picture: {reason}")
        self.reason = reason


def grey_picture(file: BinaryIO) -> Tensor:
    """Return an uploaded picture as grey levels, upright and small.

    The number of pixels is read from the header before any is decoded.

    Args:
        file: PNG, JPEG, WebP, BMP or GIF.

    Returns:
        uint8 [H, W], the longer side at most 280; transparent parts are white.

    Raises:
        PictureError: above 20 million pixels, or no picture.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is below Pillow's
            picture = Image.open(file, formats=("PNG", "JPEG", "WEBP", "BMP", "GIF"))
        if picture.width * picture.height > MOST_PIXELS:
            raise PictureError("size")
        picture.draft("L", (2 * SIDE, 2 * SIDE))  # JPEG decodes small at once
        picture = ImageOps.exif_transpose(picture)
        picture.thumbnail((2 * SIDE, 2 * SIDE))
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        grey = Image.alpha_composite(paper, picture).convert("L")
        grey.thumbnail((SIDE, SIDE))
    except Image.DecompressionBombError as error:
        raise PictureError("size") from error
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise PictureError("format") from error
    return torch.from_numpy(np.array(grey))
