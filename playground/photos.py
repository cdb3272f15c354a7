"""Photographs anyone may use: read from the package scikit-image, which ships them.

Its documentation (`skimage.data`) names their sources and licences. Only its files are
read: its functions would bring SciPy along.
"""

from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.ink import resize

SIDE = 512  # pixels: larger photographs are shrunk to this


@dataclass(frozen=True)
class Photo:
    """One photograph.

    Attributes:
        file: its name in the folder `skimage/data`.
        credit: who took it, or gave it away.
        free: "CC0", or "public": in the public domain.
    """

    file: str
    credit: str
    free: str


PHOTOS = {
    "camera": Photo("camera.png", "Lav Varshney", "CC0"),
    "astronaut": Photo("astronaut.png", "NASA", "public"),
    "chelsea": Photo("chelsea.png", "Stefan van der Walt", "CC0"),
    "coffee": Photo("coffee.png", "Rachel Michetti", "CC0"),
    "brick": Photo("brick.png", "CC0Textures", "CC0"),
    "rocket": Photo("rocket.jpg", "SpaceX", "public"),
}


def grey_photo(name: str) -> Tensor:
    """Return a photograph as grey levels, uint8 [H, W], 512 pixels wide or high.

    Raises:
        KeyError: no photograph has this name.
    """
    return _photo(name, "L")


def colour_photo(name: str) -> Tensor:
    """Return a photograph in colour, uint8 [H, W, 3]; see `grey_photo`.

    Photographs without colour have the same red, green and blue.
    """
    return _photo(name, "RGB")


def squared(levels: Tensor, side: int = 32) -> Tensor:
    """Return the middle square of a picture, shrunk to what networks take.

    Args:
        levels: uint8 [H, W] or [H, W, C], any size.
        side: of the result, pixels.

    Returns:
        uint8 [side, side, C]; a new pixel is the mean of those it covers.
    """
    planes = levels[..., None] if levels.dim() == 2 else levels
    height, width, _channels = planes.shape
    room = min(height, width)
    top, left = (height - room) // 2, (width - room) // 2
    middle = planes[top : top + room, left : left + room].float()
    small = [resize(plane, side, side, antialias=True) for plane in middle.unbind(2)]
    return torch.stack(small, dim=2).round().clamp(0, 255).to(torch.uint8)


def _photo(name: str, mode: str) -> Tensor:
    with (files("skimage") / "data" / PHOTOS[name].file).open("rb") as file:
        picture = Image.open(file).convert(mode)
    picture.thumbnail((SIDE, SIDE))
    return torch.from_numpy(np.array(picture))
