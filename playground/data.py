"""Where data sets lie on this machine, and the one that comes with a library."""

import os
from pathlib import Path

import plotly.data

from playground.points import Point, read_table

VARIABLE = "PLAYGROUND_DATA"  # environment variable: a folder with data sets


def mnist_directory() -> Path:
    """Return the folder for MNIST, which may be empty or missing.

    That is `mnist` in the folder that PLAYGROUND_DATA names, or that folder itself;
    without it, a folder in the user's cache.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        return cache / "deep-learning-playground" / "mnist"
    inner = Path(named) / "mnist"
    return inner if inner.is_dir() else Path(named)


IRIS = ("petal_length", "petal_width", "sepal_length", "sepal_width")


def iris(across: str, upward: str) -> tuple[Point, ...]:
    """Return Fisher's 150 irises, two of their four measurements, as points.

    Args:
        across: member of `IRIS`, scaled to the plane as x1.
        upward: member of `IRIS`, scaled to the plane as x2; labels are 0, 1, 2.
    """
    table = plotly.data.iris()[[across, upward, "species_id"]]
    return read_table(table.to_csv(index=False)).points
