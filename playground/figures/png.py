"""Pictures of at most 256 colours as PNG files, fast enough for a slider."""

import base64
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FAST = 1  # zlib's level: half as large again as the smallest, four times as fast


@dataclass(frozen=True)
class Painted:
    """A picture: the number of a colour for every pixel, and the colours.

    Attributes:
        pixels: uint8 [H, W].
        palette: uint8 [colours, 3], red, green and blue, at most 256.
    """

    pixels: np.ndarray
    palette: np.ndarray

    def rgb(self) -> np.ndarray:
        """Return red, green and blue, uint8 [H, W, 3]."""
        return self.palette[self.pixels]

    def png(self) -> bytes:
        """Return the picture as a PNG file."""
        height, width = self.pixels.shape
        raw = np.zeros((height, 1 + width), dtype=np.uint8)  # filter 0 in each row
        raw[:, 1:] = self.pixels
        head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
        parts = (
            (b"IHDR", head),
            (b"PLTE", self.palette.tobytes()),
            (b"IDAT", zlib.compress(raw.tobytes(), FAST)),
            (b"IEND", b""),
        )
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)

    def address(self) -> str:
        """Return the PNG as a data address."""
        return "data:image/png;base64," + base64.b64encode(self.png()).decode()


def blended(stops: Sequence[Sequence[float]], count: int = 256) -> np.ndarray:
    """Return `count` colours from the first stop to the last, uint8 [count, 3].

    Args:
        stops: red, green and blue, 0 to 255, evenly apart.
        count: of colours.
    """
    places = np.linspace(0, len(stops) - 1, count)
    table = np.asarray(stops, dtype=float)
    columns = [np.interp(places, range(len(stops)), part) for part in table.T]
    return np.stack(columns, axis=-1).round().astype(np.uint8)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check
