"""Pooling: each window of a channel becomes one number, and nothing is learned.

Source: LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998
(average); Sermanet, Chintala, LeCun, "Convolutional Neural Networks Applied to House
Numbers Digit Classification", 2012 (L2); Lin, Chen, Yan, "Network In Network", 2013
(global).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor

from engine.conv import patches
from engine.padding import Pair, pad


@dataclass(frozen=True)
class Pool:
    """What a pooling makes of a window, and what stands around the picture.

    `reduce` takes windows [..., T] and gives [...]; `border` is the padding's number.
    torch counts the zeros around the picture as part of a mean (count_include_pad).
    """

    reduce: Callable[[Tensor], Tensor]
    border: float = 0.0


POOLS = {
    # The border must never win, not even against negative numbers.
    "max": Pool(lambda windows: windows.amax(dim=-1), border=-math.inf),
    "average": Pool(lambda windows: windows.mean(dim=-1)),
    "l2": Pool(lambda windows: windows.square().sum(dim=-1).sqrt()),
}


def pool(
    image: Tensor,
    kind: str,
    kernel: Sequence[int],
    *,
    padding: Sequence[int | Pair],
    stride: Sequence[int],
    dilation: Sequence[int],
) -> Tensor:
    """Return one number for each window of each channel.

    Args:
        image: [C, *sizes] float.
        kind: in `POOLS`.
        kernel: size of the window along each axis.
        padding: of each axis; at most half of the kernel, or a window is all border.
        stride: one number for each axis.
        dilation: one number for each axis.

    Returns:
        [C, *output sizes], sizes as `engine.conv.output_size` says.

    Raises:
        ValueError: unknown kind, or there is no output.
    """
    if kind not in POOLS:
        raise ValueError(f"kind must be one of {tuple(POOLS)}, got {kind!r}")
    padded = pad(image, padding, border=POOLS[kind].border)
    windows = patches(padded, kernel, stride, dilation)  # [C, *output, *kernel]
    return POOLS[kind].reduce(windows.flatten(-len(kernel)))


def global_average(image: Tensor) -> Tensor:
    """Return the mean of each channel of [C, *sizes] as [C, 1, ...]: one window."""
    return image.mean(dim=tuple(range(1, image.ndim)), keepdim=True)
