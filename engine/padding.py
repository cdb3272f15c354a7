"""Padding: what is put around a picture before a window slides over it.

Padding of an axis is a number, for both sides, or a pair (before, after).
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Pair = tuple[int, int]  # before the first and after the last cell of an axis

# Name -> padding of one axis, from how far a kernel reaches beyond one cell: d(k - 1).
# Where "same" cannot split evenly, the end gets one more, as in torch.
PADDINGS: dict[str, Callable[[int], Pair]] = {
    "valid": lambda _reach: (0, 0),
    "same": lambda reach: (reach // 2, reach - reach // 2),
    "full": lambda reach: (reach, reach),
}

# Mode -> which cell of an axis of n the padding copies; places may be negative.
COPIES: dict[str, Callable[[Tensor, int], Tensor]] = {
    "reflect": lambda place, n: (n - 1) - ((n - 1) - place.abs()).abs(),
    "replicate": lambda place, n: place.clamp(0, n - 1),
    "circular": lambda place, n: place % n,
}
MODES = ("zeros", *COPIES)


def named_padding(name: str, reach: int) -> Pair:
    """Return the padding before and after one axis for a name in `PADDINGS`.

    Args:
        name: "valid", "same" (as many outputs as inputs, at stride 1) or "full" (every
            window that meets the input).
        reach: d(k - 1), how far the kernel reaches beyond one cell.

    Raises:
        ValueError: there is no such name.
    """
    if name not in PADDINGS:
        raise ValueError(f"padding must be one of {tuple(PADDINGS)}, got {name!r}")
    return PADDINGS[name](reach)


def pair(padding: int | Pair) -> Pair:
    """Return padding as (before, after).

    Raises:
        ValueError: there is a negative one.
    """
    before, after = (padding, padding) if isinstance(padding, int) else padding
    if min(before, after) < 0:
        raise ValueError(f"padding must be 0 or more, got {padding}")
    return before, after


def padded_from(size: int, padding: int | Pair, mode: str = "zeros") -> Tensor:
    """Return for each cell of a padded axis which cell of the input it shows.

    Args:
        size: cells of the input.
        padding: on both sides, or (before, after).
        mode: in `MODES`.

    Returns:
        [p before + n + p after] int64, 0 to n - 1; -1 where it is a zero.

    Raises:
        ValueError: unknown mode; reflect needs padding < n, circular padding <= n.
    """
    before, after = pair(padding)
    place = torch.arange(-before, size + after)
    if mode == "zeros":
        return torch.where((place >= 0) & (place < size), place, -1)
    if mode not in COPIES:
        raise ValueError(f"mode must be one of {MODES}, got {mode!r}")
    most = {"reflect": size - 1, "circular": size}.get(mode, max(before, after))
    if max(before, after) > most:
        raise ValueError(f"{mode} padding must be at most {most}, got {padding}")
    return COPIES[mode](place, size)


def pad(
    image: Tensor,
    paddings: Sequence[int | Pair],
    mode: str = "zeros",
    border: float = 0,
) -> Tensor:
    """Return [C, *sizes] with cells added around it.

    Args:
        image: [C, *sizes].
        paddings: one for each axis.
        mode: in `MODES`.
        border: what stands there in the mode "zeros".

    Raises:
        ValueError: as `padded_from`.
    """
    for axis, padding in enumerate(paddings, start=1):
        source = padded_from(image.shape[axis], padding, mode)
        shape = [-1 if dim == axis else 1 for dim in range(image.ndim)]
        copied = image.index_select(axis, source.clamp(min=0))
        image = torch.where(source.view(shape) >= 0, copied, border)
    return image
