"""Paired bars of class probabilities on a stage: as it was, and as it is now."""

import struct
from collections.abc import Iterator, Sequence

import numpy as np
from torch import Tensor

from playground import theme
from playground.figures.conv_pixels import address
from playground.player.charts import Picture
from playground.player.scene import Box, Boxes, Layer, Text, Track

CLASSES = 10
NAMES, NUMBERS = 96.0, 62.0  # pixels left and right of the bars
HIGH = 0.6  # of a row is its bar
PALE = 110  # opacity, of 255, of what was
TYPE = 15.0
TRACKS = (Track("said", "f32", CLASSES), Track("bars", "f32", 4 * CLASSES))


def bars(before: Tensor, box: Box, names: Sequence[str], top: int) -> Iterator[Layer]:
    """Yield the bars: filled as it was, outlined as it is now.

    Args:
        before: [10] probabilities.
        box: of names, bars and numbers.
        names: translated, of the classes.
        top: the class whose number is not muted.
    """
    x, y, wide, high = box
    row, room = high / CLASSES, wide - NAMES - NUMBERS
    inner = (x + NAMES, y, room, high)
    for place, (name, share) in enumerate(zip(names, before.tolist(), strict=True)):
        middle, muted = y + row * (place + 0.5), place != top
        yield Text((x + NAMES - 8, middle + 5), name, TYPE, "right", muted=muted)
        tall = HIGH * row
        if share * room >= 0.5:
            yield Picture((inner[0], middle - tall / 2, share * room, tall), FILLED)
        number = f"{{said:{place}:percent}}"
        yield Text((x + wide, middle + 5), number, TYPE, "right", muted=muted)
    yield Boxes(inner, (0.0, 1.0), ("ink",) * CLASSES, track="bars", id="bars")


def bar_frame(said: Tensor, box: Box) -> bytes:
    """Return the numbers of both tracks for probabilities [10]."""
    row, room = box[3] / CLASSES, box[2] - NAMES - NUMBERS
    middles = (np.arange(CLASSES) + 0.5) * row
    corners = np.zeros((CLASSES, 4), dtype=np.float32)
    corners[:, 1] = (middles - HIGH * row / 2) / room  # y in units of the width
    corners[:, 3] = (middles + HIGH * row / 2) / room
    corners[:, 2] = said.numpy()
    return struct.pack(f"<{CLASSES}f", *said.tolist()) + corners.tobytes()


def _filled() -> str:
    pixel = [*theme.rgb(theme.POSITIVE)[0], PALE]
    return address(np.array([[pixel]], dtype=np.uint8))


FILLED = _filled()
