"""From a layer and its numbers to what the sliding view shows of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.conv import cross_correlate, transposed_correlate
from engine.conv_layer import laid, run, seen_padded
from engine.conv_settings import NUMBER, Axis, ConvSettings, dropped, resolved
from playground.figures.conv_slide import (
    MAXIMUM,
    MEAN,
    MOST_PLANES,
    ROOT,
    SPREAD,
    SUM,
    Plane,
    Slide,
)

RULES = {
    "transposed": SPREAD,
    "max": MAXIMUM,
    "average": MEAN,
    "global": MEAN,
    "l2": ROOT,
}


@dataclass(frozen=True)
class Layer:
    """A layer with its numbers, and which part of it is shown.

    Attributes:
        settings: without problems.
        image: [C, *sizes] float64.
        kernels: of settings.weight_shape; None for pooling.
        bias: [K], or None.
        channel: of the output, from 0.
        depth: slice of a volume's output, from 0.
        first: of the planes drawn, from 0.
    """

    settings: ConvSettings
    image: Tensor
    kernels: Tensor | None = None
    bias: Tensor | None = None
    channel: int = 0
    depth: int = 0
    first: int = 0

    def output(self) -> Tensor:
        """Return the channel of the output that is shown, [*output sizes]."""
        return run(*_one(self))[0]


@dataclass(frozen=True)
class Names:
    """What planes are called: templates with {number}, and {channel}, {depth}."""

    channel: str
    depth: str
    both: str


def tell(layer: Layer, names: Names) -> Slide:
    """Return what the sliding view shows of a layer."""
    settings, image, kernels, bias = _one(layer)
    axes = resolved(settings)
    every = list(_planes(layer, settings, image, kernels, names))
    start = min(layer.first, max(0, len(every) - MOST_PLANES))
    shown = tuple(every[start : start + MOST_PLANES])
    if len(axes) == 3:
        output = _slice(settings, image, kernels, bias, depth=layer.depth)
    else:
        output = _whole(settings, image, kernels, bias)
    flat = len(axes) == 1
    output = output[None] if flat else output
    high, wide = (Axis(1, 1), axes[0]) if flat else axes[-2:]
    slide = Slide(
        RULES.get(settings.kind, SUM),
        shown,
        output,
        (high.kernel, wide.kernel),
        (high.stride, wide.stride),
        (high.dilation, wide.dilation),
        (*high.pads, *wide.pads),
        bias=None if bias is None else bias.item(),
        hidden=len(every) - len(shown),
        others=layer.settings.outputs - 1,
        flat=flat,
    )
    if settings.kind != "transposed":
        slide = replace(slide, dropped=(len(dropped(high)), len(dropped(wide))))
    if slide.rule in (SUM, SPREAD) and (slide.hidden or bias is not None):
        slide = replace(slide, rest=output - _drawn(slide))
    return slide


def channels_seen(settings: ConvSettings, channel: int) -> range:
    """Return the channels of the input that a channel of the output sums."""
    if not settings.learns:
        return range(channel, channel + 1)
    each = settings.channels // settings.groups
    group = channel // (settings.filters // settings.groups)
    return range(group * each, (group + 1) * each)


def plane_count(settings: ConvSettings, channel: int, depth: int) -> int:
    """Return how many planes there are under the kernel, drawn or not."""
    slices = 1
    if len(settings.axes) == 3:
        slices = max(1, len(list(_slices(settings, depth))))
    return slices * len(channels_seen(settings, channel))


def _one(layer: Layer) -> tuple[ConvSettings, Tensor, Tensor | None, Tensor | None]:
    """Return the layer as if it had the channel shown only."""
    settings, channel = layer.settings, layer.channel
    seen = channels_seen(settings, channel)
    image = layer.image[seen.start : seen.stop]
    small = replace(settings, channels=len(seen), filters=1, groups=1)
    if layer.kernels is None:
        return small, image, None, None
    bias = None if layer.bias is None else layer.bias[channel : channel + 1]
    if settings.kind == "transposed":
        within = channel % (settings.filters // settings.groups)
        kernels = layer.kernels[seen.start : seen.stop, within : within + 1]
    else:
        kernels = layer.kernels[channel : channel + 1]
    return small, image, kernels, bias


def _whole(
    settings: ConvSettings, image: Tensor, kernels: Tensor | None, bias: Tensor | None
) -> Tensor:
    """Return the output; rows and columns that a transposed one cuts off included."""
    if settings.kind == "transposed":
        uncut = (replace(axis, padding=0) for axis in settings.axes[-2:])
        settings = replace(settings, axes=(*settings.axes[:-2], *uncut))
    return run(settings, image, kernels, bias)[0]


def _slice(
    settings: ConvSettings,
    image: Tensor,
    kernels: Tensor | None,
    bias: Tensor | None,
    *,
    depth: int,
) -> Tensor:
    """Return one slice of a volume's output, without computing the others."""
    if settings.kind in ("transposed", "global"):
        return _whole(settings, image, kernels, bias)[depth]
    first, *_rest = resolved(settings)
    start = depth * first.stride
    seen = seen_padded(settings, image)[:, start : start + first.span]
    axes = tuple(
        replace(axis, size=size, padding=0)
        for axis, size in zip(settings.axes, seen.shape[1:], strict=True)
    )
    settings = replace(settings, axes=axes, padding=NUMBER, mode="zeros")
    return run(settings, seen, kernels, bias)[0, 0]


def _planes(
    layer: Layer,
    settings: ConvSettings,
    image: Tensor,
    kernels: Tensor | None,
    names: Names,
) -> Iterator[Plane]:
    """Yield every plane under the kernel: channels, of volumes their slices."""
    padded = seen_padded(settings, image)
    weights = _by_channel(settings, kernels, turn=True)
    given = _by_channel(settings, kernels, turn=False) if settings.flip else None
    flat, volume = len(settings.axes) == 1, len(settings.axes) == 3
    start = channels_seen(layer.settings, layer.channel).start
    slices = list(_slices(settings, layer.depth)) if volume else [(None, None)]
    if not slices:  # a transposed layer's holes: nothing reaches this slice
        slices, weights = [(0, 0)], torch.zeros_like(weights)
    for channel in range(len(padded)):
        for at, tap in slices:
            place = (channel,) if at is None else (channel, at)
            piece = (channel,) if tap is None else (channel, tap)

            def cut(values: Tensor | None, where: tuple[int, ...]) -> Tensor | None:
                if values is None:
                    return None
                return values[where][None] if flat else values[where]

            name = names.channel.format(number=start + channel + 1)
            if volume:
                name = names.depth.format(number=at + 1)
                if len(padded) > 1:
                    name = names.both.format(channel=start + channel + 1, depth=at + 1)
            yield Plane(
                name, cut(padded, place), cut(weights, piece), cut(given, piece)
            )


def _slices(settings: ConvSettings, depth: int) -> Iterator[tuple[int, int]]:
    """Yield (slice of the padded input, slice of the kernel) that meet in `depth`."""
    axis = resolved(settings)[0]
    for tap in range(axis.kernel):
        if settings.kind != "transposed":
            yield depth * axis.stride + tap * axis.dilation, tap
            continue
        shift = depth + axis.pads[0] - tap * axis.dilation
        if shift % axis.stride == 0 and 0 <= shift // axis.stride < axis.size:
            yield shift // axis.stride, tap


def _by_channel(
    settings: ConvSettings, kernels: Tensor | None, *, turn: bool
) -> Tensor | None:
    """Return the one filter as [C, *kernel]."""
    if kernels is None:
        return None
    kernels = laid(settings, kernels) if turn else kernels
    return kernels[:, 0] if settings.kind == "transposed" else kernels[0]


def _drawn(slide: Slide) -> Tensor:
    """Return what the planes drawn give, [h, w]."""
    values = torch.stack([plane.values for plane in slide.planes])
    weights = torch.stack([plane.kernel for plane in slide.planes])
    how = {"stride": slide.stride, "dilation": slide.dilation}
    if slide.rule == SUM:
        return cross_correlate(values, weights[None], **how)[0]
    found = transposed_correlate(values, weights[:, None], **how)[0]
    room = torch.zeros_like(slide.output)
    room[: found.shape[0], : found.shape[1]] = found
    return room
