"""Widths and heights of boxes, real and drawn: what k-means looks for anchors in.

Sizes are [N, 2] in pixels, float64, rounded to a tenth.
"""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

# What a street camera sees: share, height in metres, width over height, its spread.
STREET = (
    (0.45, 1.72, 0.40, 0.12),  # people
    (0.40, 1.50, 1.90, 0.25),  # cars, from the front and from the side
    (0.15, 3.20, 1.30, 0.15),  # lorries and buses
)
FOCUS = 500.0  # pixels per metre at a distance of one metre
NEAREST, FARTHEST = 8.0, 40.0  # metres
DETECTOR_SIDE = 160  # pixels of the detector's pictures
# Boxes that `engine.scenes.compose` gives the detector to learn from: the first 200 of
# seed 0, made of MNIST's first 1500 training digits, 60 % of the scenes with a pen.
DETECTOR = (
    "95.4x88.2 42.5x39.2 9.3x19 43.1x36.2 25.2x45.9 13.7x61.8 11.7x20.2 36.1x45 "
    "22.6x72 20x23.6 46.2x86.6 45.8x70.3 22.6x18.6 17.7x20.2 32.7x32.6 26x31.9 "
    "28x54.2 30.6x29.7 48.7x30.2 58.7x102.7 24.5x27.5 80.7x41.4 15.7x18.6 14.2x21.8 "
    "147.7x119.9 20.8x31.3 31.6x35.7 32.1x33 18.7x35.5 9.7x17.2 32.1x84.3 26.5x55.9 "
    "25.7x50.1 101x66.3 41.9x60.1 16.6x22.7 26x22.5 21x36.4 82.8x57.1 4.1x15.8 "
    "15.2x24.5 37.7x60.6 21.5x31.7 13.9x19.5 40x45 22.3x27.4 55.9x52.9 17.5x23.7 "
    "38.8x52.5 14.9x17.5 87.8x63 41.1x70.4 37.2x85.6 33.2x21.8 27.3x23.8 16x17.9 "
    "44.9x42.5 25.8x56 17.6x33.9 16.8x18.3 15.7x16.9 42.1x48.1 35.8x37.1 30.1x35.9 "
    "17x19 35.4x68.1 48.1x52.1 47.7x62 33x65.3 25.9x37.1 16.7x15.7 12x16.9 26x54.2 "
    "20.1x29.7 15x20.3 29.2x37.1 124.1x127.1 13.1x22.6 11.4x20.2 47.6x55.3 14.5x24 "
    "15x20.8 39.1x50.7 15.4x19 18.6x23.9 16.5x28.8 76x112.9 23.5x21.2 38.2x37.2 "
    "16x24.2 21.7x35.2 17.9x20.4 22.5x19.9 77.3x127.8 16.8x20.4 18.5x18 26.5x23.5 "
    "11x54 14.7x15.7 42.7x52.9 41.9x52.4 12.5x19.1 30.1x23.2 19.5x16.2 75.2x121.8 "
    "16x30 21.7x17.2 22.6x27.3 11x18.5 15.5x25.4 16.4x24.4 19.5x19.8 46.9x34.4 "
    "34.7x48.6 22x31 22x22.8 53.5x31.4 13.6x28.6 7.8x15.2 34x39.3 53.7x74.9 "
    "44.1x58.8 67.2x115.9 18.4x16.3 27.5x20.7 40.6x27.6 24x25.9 70x60.9 15x18.8 "
    "31.9x30.3 12.8x29.6 34.5x67.8 59.6x63.7 36.7x44.5 43.1x76.3 14.5x19.5 "
    "40.7x34.5 15.8x20.2 37.5x39.8 13.7x18.8 123.9x54.7 27.5x20 21x22.9 29.9x40.6 "
    "64.1x89.7 55.4x47.1 25x35 17.8x18.5 25.7x43.5 20x29.6 32.4x39 38.5x35.7 "
    "24.3x29.9 32x41.6 14.8x24.8 21.8x22.7 43.7x72.3 13.2x17.1 57.6x84.4 17.3x27.2 "
    "19x21.9 30.8x23.1 18.7x34.4 48.3x67.4 20x25.5 21x23.7 137.8x131 8.1x16.9 "
    "62.5x106.7 92.8x74.8 12.3x17.9 148.1x93.1 42.4x33.6 12x19.7 21.9x16.2 "
    "14.7x19.5 25.7x23.2 45.5x37.6 138.3x134.7 18.1x26.6 12.7x31.4 42.1x72.4 "
    "13.4x32.9 63.3x39.6 28.8x19.7 48.6x45.8 11.1x17.1 26x22.4 16.1x19.7 19.9x31 "
    "36x30.4 27.4x31.1 67.9x94 27.5x40.1 11.9x24.4 57.3x51.1 35.3x46.4 31.9x53.3 "
    "23.5x19.3 80.9x72.7"
)


def detector() -> Tensor:
    """Return 200 of the boxes that this project's digit detector learned from."""
    rows = [tuple(map(float, size.split("x"))) for size in DETECTOR.split()]
    return torch.tensor(rows, dtype=torch.float64)


def street(count: int, random: Generator) -> Tensor:
    """Return sizes of people, cars and lorries on a picture of 416 pixels.

    The farther away they are, the smaller; distances from 8 to 40 metres are equally
    likely on a logarithmic scale.
    """
    share, metres, shape, spread = torch.tensor(STREET, dtype=torch.float64).T
    kind = torch.multinomial(share, count, replacement=True, generator=random)
    along = torch.rand(count, generator=random, dtype=torch.float64)
    far = NEAREST * (FARTHEST / NEAREST) ** along
    return _shaped(FOCUS * metres[kind] / far, shape[kind], spread[kind], random)


def even(count: int, random: Generator) -> Tensor:
    """Return widths and heights from 10 to 200, all equally likely: no groups at all.

    The picture has 416 pixels.
    """
    return 10 + 190 * torch.rand(count, 2, generator=random, dtype=torch.float64)


SIDE = 416  # pixels of the pictures of all that is drawn
KINDS: dict[str, Callable[[int, Generator], Tensor]] = {"street": street, "even": even}


def draw(kind: str, count: int, *, seed: int) -> Tensor:
    """Return `count` sizes of a kind, [count, 2] float64, none larger than its picture.

    Args:
        kind: of `KINDS`.
        count: at least 1.
        seed: of the draw.

    Raises:
        ValueError: an unknown kind, or fewer than one size.
    """
    if kind not in KINDS or count < 1:
        raise ValueError(
            f"needs a kind of {list(KINDS)} and a count, got {kind, count}"
        )
    sizes = KINDS[kind](count, Generator().manual_seed(seed))
    return sizes.clamp(1, SIDE).round(decimals=1)


def _shaped(height: Tensor, shape: Tensor, spread: Tensor, random: Generator) -> Tensor:
    """Return sizes of these heights; width over height scatters around `shape`."""
    noise = torch.randn(len(height), generator=random, dtype=torch.float64)
    return torch.stack((height * shape * (spread * noise).exp(), height), dim=1)
