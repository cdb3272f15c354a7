"""Where data sets lie on this machine, and the one that comes with a library."""

import io
import os
from pathlib import Path

import numpy as np
import plotly.data
from PIL import Image

from engine import cifar
from playground.points import Point, read_table

VARIABLE = "PLAYGROUND_DATA"  # environment variable: a folder with data sets


def mnist_directory() -> Path:
    """Return the folder for MNIST, which may be empty or missing.

    That is `mnist` in the folder that PLAYGROUND_DATA names, or that folder itself;
    without it, a folder in the user's cache.
    """
    return _directory("mnist")


def cifar_directory() -> Path:
    """Return the folder for CIFAR-10, found like that for MNIST; it is `cifar10`."""
    return _directory("cifar10")


def cifar_pictures(directory: Path, split: str) -> cifar.Pictures:
    """Return one part of CIFAR-10, from JPEG files or in its official form.

    Args:
        directory: as for `engine.cifar.read`.
        split: "train" or "test".

    Raises:
        FileNotFoundError: it does not lie there.
        ValueError: a file is damaged, or the split unknown.
    """
    return cifar.read(directory, split, _jpeg)


def _directory(name: str) -> Path:
    named = os.environ.get(VARIABLE)
    if not named:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        return cache / "deep-learning-playground" / name
    inner = Path(named) / name
    return inner if inner.is_dir() else Path(named)


def _jpeg(content: bytes) -> np.ndarray:
    """Return uint8 [32, 32, 3] for a JPEG file; its size is looked at first."""
    try:
        picture = Image.open(io.BytesIO(content), formats=("JPEG",))
        if picture.size != (cifar.SIDE, cifar.SIDE):
            raise ValueError(f"a picture must be 32 x 32, got {picture.size}")
        return np.array(picture.convert("RGB"))
    except (OSError, SyntaxError) as error:  # Pillow's words for a damaged file
        raise ValueError(f"a picture cannot be decoded: {error}") from None


IRIS = ("petal_length", "petal_width", "sepal_length", "sepal_width")


def iris(across: str, upward: str) -> tuple[Point, ...]:
    """Return Fisher's 150 irises, two of their four measurements, as points.

    Args:
        across: member of `IRIS`, scaled to the plane as x1.
        upward: member of `IRIS`, scaled to the plane as x2; labels are 0, 1, 2.
    """
    table = plotly.data.iris()[[across, upward, "species_id"]]
    return read_table(table.to_csv(index=False)).points
