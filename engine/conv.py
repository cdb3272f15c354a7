"""Convolution from its definition: sizes, padding, the window that slides, the sum.

A picture is [C, *sizes] with one to three axes after the channels, kernels are
[K, C / groups, *kernel]. Like all of deep learning we call cross-correlation a
convolution: the kernel is laid on the picture as it is. True convolution turns it
round first, along every axis.

Source: Dumoulin, Visin, "A guide to convolution arithmetic for deep learning", 2016.
"""

import itertools
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from engine.padding import Pair, named_padding, pad, pair


def extent(kernel: int, dilation: int = 1) -> int:
    """Return how many cells a kernel spans: d(k - 1) + 1."""
    return dilation * (kernel - 1) + 1


def output_size(
    size: int,
    kernel: int,
    padding: int | Pair = 0,
    stride: int = 1,
    dilation: int = 1,
) -> int:
    """Return floor((n + p before + p after - d(k - 1) - 1) / s) + 1 for one axis.

    Args:
        size: n, cells of the input, at least 1.
        kernel: k, at least 1.
        padding: on both sides, or (before, after); 0 or more.
        stride: s, at least 1.
        dilation: d, at least 1.

    Raises:
        ValueError: a number is below its least value, or the kernel spans more than the
            padded input, so that there is no output.
    """
    _require_least(size=size, kernel=kernel, stride=stride, dilation=dilation)
    before, after = pair(padding)
    room, span = size + before + after, extent(kernel, dilation)
    if span > room:
        raise ValueError(f"kernel must span at most {room} padded cells, got {span}")
    return (room - span) // stride + 1


def transposed_output_size(
    size: int,
    kernel: int,
    padding: int | Pair = 0,
    stride: int = 1,
    dilation: int = 1,
    output_padding: int = 0,
) -> int:
    """Return (n - 1)s - p before - p after + d(k - 1) + output padding + 1.

    Args:
        size: n, cells of the input, at least 1.
        kernel: k, at least 1.
        padding: cells cut off the output on both sides, or (before, after).
        stride: s, at least 1.
        dilation: d, at least 1.
        output_padding: cells added at the end, 0 to max(s, d) - 1. It tells apart the
            sizes that a convolution of stride s shrinks to the same one.

    Raises:
        ValueError: a number is out of its range, or no cell of the output is left.
    """
    _require_least(size=size, kernel=kernel, stride=stride, dilation=dilation)
    most = max(stride, dilation) - 1
    if not 0 <= output_padding <= most:
        raise ValueError(
            f"output_padding must lie in [0, {most}], got {output_padding}"
        )
    whole = (size - 1) * stride + extent(kernel, dilation) + output_padding
    cut = sum(pair(padding))
    if cut >= whole:
        raise ValueError(f"padding must cut less than {whole} cells, got {cut}")
    return whole - cut


def taps(
    padded: Tensor,
    kernel: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
) -> Iterator[tuple[tuple[int, ...], Tensor]]:
    """Yield each place of the kernel and what all windows see there.

    Args:
        padded: [C, *sizes], with its padding.
        kernel: k for each axis.
        stride: s for each axis.
        dilation: d for each axis.

    Yields:
        (place in the kernel, [C, *output sizes]), a view; places in reading order.
    """
    counts = [
        output_size(size, k, 0, s, d)
        for size, k, s, d in zip(
            padded.shape[1:], kernel, stride, dilation, strict=True
        )
    ]
    for place in itertools.product(*map(range, kernel)):
        rows = [
            slice(i * d, i * d + (count - 1) * s + 1, s)
            for i, d, s, count in zip(place, dilation, stride, counts, strict=True)
        ]
        yield place, padded[(slice(None), *rows)]


def patches(
    padded: Tensor,
    kernel: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
) -> Tensor:
    """Return what each window sees, [C, *output sizes, *kernel].

    The arguments are those of `taps`.
    """
    seen = [part for _place, part in taps(padded, kernel, stride, dilation)]
    return torch.stack(seen, dim=-1).unflatten(-1, tuple(kernel))


def turned(kernels: Tensor) -> Tensor:
    """Return kernels [K, C, *kernel] turned round along every axis of the kernel."""
    return kernels.flip(tuple(range(2, kernels.ndim)))


def cross_correlate(  # noqa: PLR0913 - the settings of torch's own, and the flip
    image: Tensor,
    kernels: Tensor,
    *,
    padding: int | str | Sequence[int | Pair] = 0,
    stride: int | Sequence[int] = 1,
    dilation: int | Sequence[int] = 1,
    padding_mode: str = "zeros",
    groups: int = 1,
    flip: bool = False,
) -> Tensor:
    """Lay the kernels on every window of an image; multiply, and sum all channels.

    Args:
        image: [C, *sizes], one to three axes.
        kernels: [K, C / groups, *kernel], of the image's dtype.
        padding: a number, one for each axis (each a number or a pair before, after), or
            a name in `PADDINGS`.
        stride: one number, or one for each axis.
        dilation: one number, or one for each axis.
        padding_mode: in `MODES`.
        groups: into how many groups channels and kernels are split; a kernel sees only
            the channels of its group.
        flip: turn the kernels round first: true convolution.

    Returns:
        [K, *output sizes], sizes as `output_size` says.

    Raises:
        ValueError: shapes that do not fit; no output; padding too large for its mode.
    """
    stride, dilation = _each(stride, image), _each(dilation, image)
    kernel = kernels.shape[2:]
    _require_groups(image, kernels.shape[1] * groups, kernels, groups)
    if isinstance(padding, str):
        padding = [
            named_padding(padding, extent(k, d) - 1)
            for k, d in zip(kernel, dilation, strict=True)
        ]
    padded = pad(image, _each(padding, image), padding_mode)
    kernels = turned(kernels) if flip else kernels
    split = kernels.unflatten(0, (groups, -1))  # [G, K / G, C / G, *kernel]
    total = 0
    for place, seen in taps(padded, kernel, stride, dilation):
        weights = split[(..., *place)]  # [G, K / G, C / G]
        total = total + torch.einsum(
            "gkc,gc...->gk...", weights, seen.unflatten(0, (groups, -1))
        )
    return total.flatten(0, 1)


def transposed_correlate(  # noqa: PLR0913 - the settings of torch's own
    image: Tensor,
    kernels: Tensor,
    *,
    padding: int | Sequence[int] = 0,
    stride: int | Sequence[int] = 1,
    dilation: int | Sequence[int] = 1,
    output_padding: int | Sequence[int] = 0,
    groups: int = 1,
) -> Tensor:
    """Let every input cell put its number times the kernel on the output; add them up.

    Args:
        image: [C, *sizes], one to three axes.
        kernels: [C, K / groups, *kernel], of the image's dtype.
        padding: cells cut off each side of the output, a number, or one for each axis.
        stride: one number, or one for each axis.
        dilation: one number, or one for each axis.
        output_padding: one number, or one for each axis.
        groups: as in `cross_correlate`.

    Returns:
        [K, *output sizes], sizes as `transposed_output_size` says.

    Raises:
        ValueError: shapes that do not fit; no output; output padding too large.
    """
    settings = [
        _each(each, image) for each in (padding, stride, dilation, output_padding)
    ]
    _require_groups(image, kernels.shape[0], kernels, groups)
    sizes, kernel = image.shape[1:], kernels.shape[2:]
    whole = [
        transposed_output_size(n, k, 0, s, d, extra)
        for n, k, _p, s, d, extra in zip(sizes, kernel, *settings, strict=True)
    ]
    filters = kernels.shape[1] * groups
    canvas = image.new_zeros(groups, filters // groups, *whole)
    split = kernels.unflatten(0, (groups, -1))  # [G, C / G, K / G, *kernel]
    for place in itertools.product(*map(range, kernel)):
        rows = [
            slice(i * d, i * d + (n - 1) * s + 1, s)
            for i, n, s, d in zip(place, sizes, *settings[1:3], strict=True)
        ]
        canvas[(..., *rows)] += torch.einsum(
            "gck,gc...->gk...",
            split[(..., *place)],
            image.unflatten(0, (groups, -1)),
        )
    kept = [
        slice(p, p + transposed_output_size(n, k, p, s, d, extra))
        for n, k, p, s, d, extra in zip(sizes, kernel, *settings, strict=True)
    ]
    return canvas[(..., *kept)].flatten(0, 1)


def _each(value: int | Sequence, image: Tensor) -> Sequence:
    """Return one value for each axis of an image [C, *sizes]."""
    axes = image.ndim - 1
    values = [value] * axes if isinstance(value, int) else value
    if len(values) != axes:
        raise ValueError(f"there must be {axes} numbers, one per axis, got {value}")
    return values


def _require_groups(image: Tensor, channels: int, kernels: Tensor, groups: int) -> None:
    if image.ndim != kernels.ndim - 1 or image.ndim not in {2, 3, 4}:
        raise ValueError(
            "image must be [C, *sizes] with one to three axes, kernels one dimension "
            f"more, got {list(image.shape)} and {list(kernels.shape)}"
        )
    if image.shape[0] != channels:
        raise ValueError(f"kernels are for {channels} channels, got {image.shape[0]}")
    if groups < 1 or kernels.shape[0] % groups or channels % groups:
        raise ValueError(
            f"groups must divide {channels} channels and {kernels.shape[0]} kernels, "
            f"got {groups}"
        )


def _require_least(**numbers: int) -> None:
    for name, number in numbers.items():
        if number < 1:
            raise ValueError(f"{name} must be at least 1, got {number}")
