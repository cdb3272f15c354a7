"""Where data sets lie on this machine."""

import os
from pathlib import Path

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
