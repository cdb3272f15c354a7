"""Where this machine keeps real data sets: some tests exist only with them."""

import os
from collections.abc import Callable
from pathlib import Path


def data_set(name: str, present: Callable[[Path], bool]) -> Path | None:
    """Return the folder of a data set that is here, None if it is not.

    Args:
        name: of its folder.
        present: tells whether a folder has its files.
    """
    given = os.environ.get("PLAYGROUND_DATA")
    places = [Path(given) / name, Path(given)] if given else []
    places.append(Path(__file__).parents[2] / "shared" / "data" / name)
    return next(filter(present, places), None)
