"""Numbers to slide a kernel over: course examples, edges, seeded digits."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

# A course's 6 x 6 picture; larger ones repeat it, further channels shift it.
COURSE = (
    (3, 0, 1, 2, 7, 4),
    (1, 5, 8, 9, 3, 1),
    (2, 7, 2, 5, 1, 3),
    (0, 1, 3, 1, 7, 8),
    (4, 2, 1, 6, 2, 8),
    (2, 4, 5, 2, 3, 9),
)
BRIGHT = 10.0
LARGEST_SEED = 9999


def _course(sizes: Sequence[int], channel: int) -> Tensor:
    rows = torch.tensor(COURSE, dtype=torch.float64)
    *_depth, high, wide = (1, 1, *sizes)
    down = torch.arange(high)[:, None] + channel
    across = torch.arange(wide)[None] + 2 * channel
    plane = rows[down % 6, across % 6]
    if len(sizes) == 1:
        return plane[0]
    if len(sizes) == 2:
        return plane
    shifts = [plane.roll((z, z), (0, 1)) for z in range(sizes[0])]
    return torch.stack(shifts)


def _left_bright(sizes: Sequence[int], _channel: int) -> Tensor:
    across = torch.arange(sizes[-1]).expand(*sizes)
    return torch.where(across < (sizes[-1] + 1) // 2, BRIGHT, 0.0).double()


def _right_bright(sizes: Sequence[int], channel: int) -> Tensor:
    return BRIGHT - _left_bright(sizes, channel)


def _quadrants(sizes: Sequence[int], channel: int) -> Tensor:
    left = _left_bright(sizes, channel)
    if len(sizes) == 1:
        return left
    high = sizes[-2]
    upper = (torch.arange(high) < (high + 1) // 2)[:, None]
    return torch.where(upper, left, BRIGHT - left)


def _counting(sizes: Sequence[int], channel: int) -> Tensor:
    count = torch.Size(sizes).numel()
    return (torch.arange(count) + channel * count).double().view(*sizes)


PICTURES: dict[str, Callable[[Sequence[int], int], Tensor]] = {
    "course": _course,
    "bright_dark": _left_bright,
    "dark_bright": _right_bright,
    "quadrants": _quadrants,
    "counting": _counting,
}


def picture(name: str, sizes: Sequence[int], channels: int, seed: int = 0) -> Tensor:
    """Return an image [C, *sizes] float64.

    Args:
        name: in `PICTURES`, or "random": whole numbers from 0 to 9.
        sizes: one to three axes.
        channels: at least 1.
        seed: of random numbers.

    Raises:
        ValueError: there is no such name.
    """
    if name == "random":
        drawn = torch.Generator().manual_seed(seed)
        return torch.randint(0, 10, (channels, *sizes), generator=drawn).double()
    if name not in PICTURES:
        raise ValueError(f"name must be random or in {list(PICTURES)}, got {name!r}")
    return torch.stack([PICTURES[name](sizes, c) for c in range(channels)])


def _steps(size: int) -> Tensor:
    """Return 1 before the middle, 0 in it, -1 after it."""
    return ((size - 1) / 2 - torch.arange(size)).sign().double()


def _vertical(sizes: Sequence[int]) -> Tensor:
    return _steps(sizes[-1]).expand(*sizes)


def _horizontal(sizes: Sequence[int]) -> Tensor:
    if len(sizes) == 1:
        return _steps(sizes[0])
    return _steps(sizes[-2])[:, None].expand(*sizes)


def _sobel(sizes: Sequence[int]) -> Tensor:
    """Return a vertical edge, its rows weighed 1 2 1."""
    if len(sizes) == 1:
        return _vertical(sizes)
    rows = 1.0 + torch.minimum(torch.arange(sizes[-2]), torch.arange(sizes[-2]).flip(0))
    return rows.double()[:, None] * _vertical(sizes)


def _mean(sizes: Sequence[int]) -> Tensor:
    count = torch.Size(sizes).numel()
    return torch.full(tuple(sizes), 1 / count, dtype=torch.float64)


def _ones(sizes: Sequence[int]) -> Tensor:
    return torch.ones(*sizes, dtype=torch.float64)


KERNELS: dict[str, Callable[[Sequence[int]], Tensor]] = {
    "vertical": _vertical,
    "horizontal": _horizontal,
    "sobel": _sobel,
    "mean": _mean,
    "ones": _ones,
}


def kernels(name: str, shape: Sequence[int], seed: int = 0) -> Tensor:
    """Return weights of a shape as torch has them, [first, second, *kernel] float64.

    Args:
        name: in `KERNELS`, the same for every channel and filter; or "random": whole
            numbers from -2 to 2.
        shape: of the weights.
        seed: of random numbers.

    Raises:
        ValueError: there is no such name.
    """
    if name == "random":
        drawn = torch.Generator().manual_seed(seed)
        return torch.randint(-2, 3, tuple(shape), generator=drawn).double()
    if name not in KERNELS:
        raise ValueError(f"name must be random or in {list(KERNELS)}, got {name!r}")
    return KERNELS[name](shape[2:]).expand(*shape).clone()


def fitted(planes: Sequence[Tensor], shape: Sequence[int]) -> Tensor:
    """Return given matrices as a tensor: cut, or filled with 0, to its shape.

    Args:
        planes: matrices of any size; they fill the first axes in reading order.
        shape: at least two axes, the last two those of a matrix.
    """
    *before, high, wide = shape
    room = torch.zeros(torch.Size(before).numel(), high, wide, dtype=torch.float64)
    for place, given in zip(room, planes, strict=False):
        part = given[:high, :wide]
        place[: part.shape[0], : part.shape[1]] = part
    return room.view(*shape)
