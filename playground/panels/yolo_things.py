"""Objects of the YOLO page as text for the link: `0.40.120.110.330~1.150.190.360.310`.

Class and box (x1, y1, x2, y2) of each, whole pixels.
"""

import re
from collections.abc import Iterable

from engine.street import Thing

MOST = 60  # objects in a picture
FAR = 2000  # pixels: no edge lies farther from the picture's corner
LEAST = 4  # pixels of a side
ONE = re.compile(
    r"([0-9]{1,2})\.(-?[0-9]{1,4})\.(-?[0-9]{1,4})\.(-?[0-9]{1,4})\.(-?[0-9]{1,4})"
)


def to_text(things: Iterable[Thing]) -> str:
    """Return objects as the link holds them; places are rounded."""
    return "~".join(
        ".".join(str(round(number)) for number in (thing.label, *thing.box))
        for thing in things
    )


def from_text(text: str, classes: int) -> tuple[Thing, ...]:
    """Return the objects that `to_text` wrote.

    Raises:
        ValueError: an object cannot be read, has another class or no area, lies too
            far away, or there are more than 60.
    """
    parts = text[: 30 * MOST + 1].split("~") if text else []
    if len(parts) > MOST:
        raise ValueError(f"there must be at most {MOST} objects")
    return tuple(_one(part, classes) for part in parts)


def _one(text: str, classes: int) -> Thing:
    found = ONE.fullmatch(text)
    if not found:
        raise ValueError(f"not a class and four numbers: {text[:20]!r}")
    label, *box = map(int, found.groups())
    x1, y1, x2, y2 = box
    if label >= classes:
        raise ValueError(f"class must be 0 to {classes - 1}, got {label}")
    if x2 - x1 < LEAST or y2 - y1 < LEAST or max(map(abs, box)) > FAR:
        raise ValueError(f"not a box of at least {LEAST} pixels a side: {box}")
    return Thing(label, tuple(map(float, box)))
