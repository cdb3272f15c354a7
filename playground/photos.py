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


def _photo(name: str, mode: str) -> Tensor:
    with (files("skimage") / "data" / PHOTOS[name].file).open("rb") as file:
        picture = Image.open(file).convert(mode)
    picture.thumbnail((SIDE, SIDE))
    return torch.from_numpy(np.array(picture))
