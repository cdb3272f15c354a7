"""A whole layer from its settings: its output, and every term of one output cell."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.conv import cross_correlate, patches, transposed_correlate, turned
from engine.conv_settings import Axis, ConvSettings, output_sizes, resolved
from engine.padding import pad
from engine.pooling import POOLS, global_average, pool

Index = tuple[int, ...]


def run(
    settings: ConvSettings,
    image: Tensor,
    kernels: Tensor | None = None,
    bias: Tensor | None = None,
) -> Tensor:
    """Return the output of a layer, [K, *output sizes].

    Args:
        settings: without problems.
        image: [C, *sizes] float.
        kernels: of `settings.weight_shape` and the image's dtype; none for pooling.
        bias: [K]; only if `settings.bias`.

    Raises:
        ValueError: shapes other than the settings say.
    """
    _require_shapes(settings, image, kernels, bias)
    found = _LAYERS.get(settings.kind, _pooled)(settings, image, kernels)
    if bias is None:
        return found
    return found + bias.view(-1, *[1] * len(settings.axes))


def seen_padded(settings: ConvSettings, image: Tensor) -> Tensor:
    """Return what the windows slide over, [C, *padded sizes].

    Max pooling pads with minus infinity; a transposed convolution does not pad.
    """
    if settings.kind in {"transposed", "global"}:
        return image
    pads = [axis.pads for axis in resolved(settings)]
    border = POOLS[settings.kind].border if settings.kind in POOLS else 0.0
    return pad(image, pads, settings.mode, border)


def laid(settings: ConvSettings, kernels: Tensor) -> Tensor:
    """Return the kernels as they are laid on the picture: turned round if flipped."""
    return turned(kernels) if settings.flip else kernels


def windows(settings: ConvSettings, image: Tensor) -> Tensor:
    """Return what every window sees, [C, *output sizes, *kernel].

    Args:
        settings: without problems; no transposed convolution, it has no windows.
        image: [C, *sizes].
    """
    axes = resolved(settings)
    return patches(
        seen_padded(settings, image),
        [axis.kernel for axis in axes],
        [axis.stride for axis in axes],
        [axis.dilation for axis in axes],
    )


@dataclass(frozen=True)
class Terms:
    """How one number of the output comes about: a sum of T products per channel.

    Attributes:
        channels: C', the input channels that take part.
        places: T places in the padded input, in the order of the kernel; in the input
            itself for a transposed convolution.
        taps: T places in the kernel as it is laid, one for each place.
        values: [C', T], what stands there.
        weights: [C', T]. Of pooling: 1 / T for a mean, 1 for the maximum and 0 for the
            rest, the values once more for L2.
        products: [C', T].
        sums: [C'], of the products.
        bias: 0 where there is none.
        total: sum of the sums and the bias; for L2, the root of that.
    """

    channels: range
    places: tuple[Index, ...]
    taps: tuple[Index, ...]
    values: Tensor
    weights: Tensor
    products: Tensor
    sums: Tensor
    bias: float
    total: float


def terms(
    settings: ConvSettings,
    image: Tensor,
    kernels: Tensor | None,
    index: Index,
    bias: Tensor | None = None,
) -> Terms:
    """Return the products of one output cell.

    Args:
        settings: without problems.
        image: [C, *sizes].
        kernels: as `run`; None for pooling.
        index: (output channel, *place in the output).
        bias: as `run`.

    Raises:
        ValueError: shapes other than the settings say, or an index outside the output.
    """
    _require_shapes(settings, image, kernels, bias)
    shape = (settings.outputs, *output_sizes(settings))
    inside = len(index) == len(shape) and all(
        0 <= at < count for at, count in zip(index, shape, strict=True)
    )
    if not inside:
        raise ValueError(f"index must lie inside {shape}, got {index}")
    channels = _channels(settings, index[0])
    pairs = list(_meet(settings, index[1:]))
    places, taps = tuple(place for place, _tap in pairs), tuple(t for _p, t in pairs)
    padded = seen_padded(settings, image)[channels.start : channels.stop]
    values = _gather(padded, places)
    weights = _weights(settings, kernels, index[0], taps, values)
    # Minus infinity times 0 would be no number; what is not chosen counts 0.
    products = torch.where(weights == 0, 0, values * weights)
    sums = products.sum(dim=1)
    added = 0.0 if bias is None else bias[index[0]].item()
    total = sums.sum().item() + added
    return Terms(
        channels,
        places,
        taps,
        values,
        weights,
        products,
        sums,
        added,
        math.sqrt(total) if settings.kind == "l2" else total,
    )


def _convolved(settings: ConvSettings, image: Tensor, kernels: Tensor) -> Tensor:
    axes = resolved(settings)
    return cross_correlate(
        image,
        kernels,
        padding=[axis.pads for axis in axes],
        stride=[axis.stride for axis in axes],
        dilation=[axis.dilation for axis in axes],
        padding_mode=settings.mode,
        groups=settings.groups,
        flip=settings.flip,
    )


def _transposed(settings: ConvSettings, image: Tensor, kernels: Tensor) -> Tensor:
    axes = resolved(settings)
    return transposed_correlate(
        image,
        laid(settings, kernels),
        padding=[axis.pads[0] for axis in axes],
        stride=[axis.stride for axis in axes],
        dilation=[axis.dilation for axis in axes],
        output_padding=[axis.output_padding for axis in axes],
        groups=settings.groups,
    )


def _pooled(settings: ConvSettings, image: Tensor, _kernels: None) -> Tensor:
    if settings.kind == "global":
        return global_average(image)
    axes = resolved(settings)
    return pool(
        image,
        settings.kind,
        [axis.kernel for axis in axes],
        padding=[axis.pads for axis in axes],
        stride=[axis.stride for axis in axes],
        dilation=[axis.dilation for axis in axes],
    )


_LAYERS = {
    "conv1d": _convolved,
    "conv2d": _convolved,
    "conv3d": _convolved,
    "transposed": _transposed,
}


def _channels(settings: ConvSettings, output: int) -> range:
    """Return the input channels that one output channel looks at."""
    if not settings.learns:
        return range(output, output + 1)
    each = settings.channels // settings.groups
    group = output // (settings.filters // settings.groups)
    return range(group * each, (group + 1) * each)


def _meet(settings: ConvSettings, at: Index) -> Iterator[tuple[Index, Index]]:
    """Yield (place in the input, place in the kernel) for all that meet in one cell."""
    meet = _spread_axis if settings.kind == "transposed" else _window_axis
    along = [
        meet(axis, cell) for axis, cell in zip(resolved(settings), at, strict=True)
    ]
    for combination in itertools.product(*along):
        yield tuple(p for p, _tap in combination), tuple(t for _p, t in combination)


def _window_axis(axis: Axis, cell: int) -> list[tuple[int, int]]:
    start = cell * axis.stride
    return [(start + tap * axis.dilation, tap) for tap in range(axis.kernel)]


def _spread_axis(axis: Axis, cell: int) -> list[tuple[int, int]]:
    """Input i puts kernel cell t on output i s + t d - p."""
    shifts = [
        (cell + axis.pads[0] - tap * axis.dilation, tap) for tap in range(axis.kernel)
    ]
    return [
        (shift // axis.stride, tap)
        for shift, tap in shifts
        if shift % axis.stride == 0 and 0 <= shift // axis.stride < axis.size
    ]


def _gather(volume: Tensor, places: tuple[Index, ...]) -> Tensor:
    """Return [C, T], what stands at each place of a volume [C, *sizes]."""
    if not places:
        return volume.new_zeros(len(volume), 0)
    columns = torch.tensor(places).T
    return volume[(slice(None), *columns)]


def _weights(
    settings: ConvSettings,
    kernels: Tensor | None,
    output: int,
    taps: tuple[Index, ...],
    values: Tensor,
) -> Tensor:
    if settings.kind == "l2":
        return values
    if settings.kind == "max":
        # Where several are largest, the first is taken.
        return torch.zeros_like(values).scatter_(1, values.argmax(1, keepdim=True), 1)
    if not settings.learns:
        return torch.full_like(values, 1 / len(taps))
    kernels = laid(settings, kernels)
    if settings.kind != "transposed":
        return _gather(kernels[output], taps)
    channels = _channels(settings, output)
    within = output % (settings.filters // settings.groups)
    return _gather(kernels[channels.start : channels.stop, within], taps)


def _require_shapes(
    settings: ConvSettings,
    image: Tensor,
    kernels: Tensor | None,
    bias: Tensor | None,
) -> None:
    shape = (settings.channels, *(axis.size for axis in settings.axes))
    if image.shape != shape:
        raise ValueError(f"image must be {list(shape)}, got {list(image.shape)}")
    given = () if kernels is None else tuple(kernels.shape)
    if given != settings.weight_shape:
        raise ValueError(f"kernels must be {settings.weight_shape}, got {given}")
    expected = (settings.filters,) if settings.learns and settings.bias else ()
    given = () if bias is None else tuple(bias.shape)
    if given != expected:
        raise ValueError(f"bias must be {expected}, got {given}")
