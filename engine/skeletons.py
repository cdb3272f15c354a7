"""The midline of written strokes, and how far each pixel lies from it.

With the distance from the midline a digit can be written again with any pen: ink is
where the distance is less than half the pen's width.

Source: Zhang, Suen, "A Fast Parallel Algorithm for Thinning Digital Patterns", Comm.
ACM 1984.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

FINE = 2  # midlines are found at twice the pictures' resolution
REACH = 16.0  # fine pixels: farther ones count as this far
CHUNK = 1000  # pictures worked on together
# The eight neighbours of a pixel as (down, right), clockwise from the one above.
AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
# Of the neighbours above, right, below and left (0, 2, 4, 6), each half of a round
# spares a pixel if all of these three are ink.
SPARED = (((0, 2, 4), (2, 4, 6)), ((0, 2, 6), (0, 4, 6)))


def nearness(pictures: Tensor) -> Tensor:
    """Return how near each fine pixel is to the midline of the strokes.

    Args:
        pictures: uint8 [N, S, S], white ink on black; ink is what is at least half
            white.

    Returns:
        uint8 [N, 2 S, 2 S]: 255 on the midline, falling evenly to 0 at a distance of
        16 fine pixels; 0 everywhere in a picture without ink.
    """
    size = FINE * pictures.shape[-1]
    parts = [
        (255 * (1 - distance(thin(_ink(part))).clamp(max=REACH) / REACH)).round()
        for part in pictures.split(CHUNK)
    ]
    return torch.cat([torch.zeros(0, size, size), *parts]).to(torch.uint8)


def thin(ink: Tensor) -> Tensor:
    """Return strokes thinned to lines one pixel wide.

    Args:
        ink: bool [N, H, W].

    Returns:
        bool [N, H, W], part of the ink; what was connected still is.
    """
    tables = [_removable(spared) for spared in SPARED]
    while True:
        before = ink
        for table in tables:
            ink = ink & ~table[_neighbours(ink)]
        if torch.equal(ink, before):
            return ink


def distance(marked: Tensor) -> Tensor:
    """Return the distance of each pixel from the nearest marked one, in pixels.

    First along columns, then along rows: the square of the distance is the smallest
    sum of the squares of both.

    Args:
        marked: bool [N, H, W].

    Returns:
        float [N, H, W]; very large where nothing is marked.
    """
    height, width = marked.shape[1:]
    far = float(height + width) ** 2
    down = torch.where(marked, 0.0, far)
    for row in range(1, height):
        down[:, row] = torch.minimum(down[:, row], down[:, row - 1] + 1)
    for row in reversed(range(height - 1)):
        down[:, row] = torch.minimum(down[:, row], down[:, row + 1] + 1)
    squared = torch.full_like(down, far**2)
    places = torch.arange(width, dtype=torch.float32)
    for column in range(width):
        along = (places - column) ** 2  # [W]
        squared = torch.minimum(squared, down[:, :, column, None] ** 2 + along)
    return squared.sqrt()


def _ink(pictures: Tensor) -> Tensor:
    """Return bool [N, 2 S, 2 S] of uint8 [N, S, S]."""
    fine = F.interpolate(pictures[:, None].float(), scale_factor=FINE, mode="bilinear")
    return fine[:, 0] >= 128


def _neighbours(ink: Tensor) -> Tensor:
    """Return int [N, H, W]: which of the eight neighbours are ink, as bits."""
    height, width = ink.shape[1:]
    padded = F.pad(ink.to(torch.uint8), (1, 1, 1, 1))
    bits = torch.zeros_like(ink, dtype=torch.uint8)
    for bit, (down, right) in enumerate(AROUND):
        shifted = padded[:, 1 + down : 1 + down + height, 1 + right : 1 + right + width]
        bits += shifted << bit
    return bits.int()


def _removable(spared: tuple[tuple[int, ...], ...]) -> Tensor:
    """Return bool [256]: whether a pixel with these neighbours may go.

    It must lie on a rim: two to six neighbours are ink, in one run around it.
    """
    bits = (torch.arange(256)[:, None] >> torch.arange(8)) & 1  # [256, 8]
    count = bits.sum(dim=1)
    runs = ((bits == 0) & (bits.roll(-1, dims=1) == 1)).sum(dim=1)
    rim = (count >= 2) & (count <= 6) & (runs == 1)
    for three in spared:
        rim &= ~bits[:, list(three)].all(dim=1)
    return rim
