"""Widths and heights of boxes, drawn at random: what k-means looks for anchors in.

Sizes are [N, 2] in pixels, float64, rounded to a tenth. Each kind has its picture size.
"""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

# What a street camera sees: share, height in metres, width over height, its spread.
STREET = (
    (0.45, 1.72, 0.40, 0.12),  # people
    (0.40, 1.50, 1.90, 0.25),  # cars, from the front and from the side
    (0.15, 3.20, 1.30, 0.30),  # lorries and buses
)
FOCUS = 500.0  # pixels per metre at a distance of one metre
NEAREST, FARTHEST = 8.0, 40.0  # metres


def digits(count: int, random: Generator) -> Tensor:
    """Return sizes of handwritten digits on a picture of 128 pixels.

    Heights from 11 to 34, all sizes equally likely on a logarithmic scale; one in ten
    is a 1, a third as wide as high, the others are three quarters as wide.
    """
    height = 11 * (34 / 11) ** torch.rand(count, generator=random, dtype=torch.float64)
    narrow = torch.rand(count, generator=random) < 0.1
    shape = torch.where(narrow, 0.32, 0.74)
    return _shaped(height, shape, torch.where(narrow, 0.15, 0.14), random)


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


# kind -> (draws sizes, side of the picture)
KINDS: dict[str, tuple[Callable[[int, Generator], Tensor], int]] = {
    "street": (street, 416),
    "digits": (digits, 128),
    "even": (even, 416),
}


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
    make, side = KINDS[kind]
    sizes = make(count, Generator().manual_seed(seed))
    return sizes.clamp(1, side).round(decimals=1)


def _shaped(height: Tensor, shape: Tensor, spread: Tensor, random: Generator) -> Tensor:
    """Return sizes of these heights; width over height scatters around `shape`."""
    noise = torch.randn(len(height), generator=random, dtype=torch.float64)
    return torch.stack((height * shape * (spread * noise).exp(), height), dim=1)
