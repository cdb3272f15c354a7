"""Settings that cannot be: which inequality fails, and the nearest value that holds.

The rules are those of torch's own layers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from engine.conv_settings import (
    CONVOLUTIONS,
    NUMBER,
    Axis,
    ConvSettings,
    resolved,
)

# Kind of a problem -> the condition that fails. Letters: n, k, p, s, d of the axis, p0
# and p1 its padding before and after, e its output padding, C channels, K filters, g
# groups. `left` and `right` of a `Problem` are the two sides.
CONDITIONS = {
    "window": "d(k - 1) + 1 <= n + p0 + p1",
    "same_stride": "s = 1",  # padding "same"
    "reflect": "max(p0, p1) < n",
    "circular": "max(p0, p1) <= n",
    "channel_groups": "C mod g = 0",
    "filter_groups": "K mod g = 0",
    "output_padding": "e < max(s, d)",
    "transposed_output": "p0 + p1 < (n - 1)s + d(k - 1) + e + 1",
    "max_padding": "2p <= k",  # whatever the dilation
    "average_padding": "2p <= k",
    "l2_padding": "p = 0",  # torch has none
    "average_size": "k <= n",  # of three axes: there torch does not count the padding
    "dilation": "d = 1",  # average and L2 pooling
    "uneven": "p0 = p1",  # only convolutions pad the two sides differently
    "padding_name": "",  # only convolutions have "same" and "full"
    "mode": "",  # only convolutions have other modes than zeros
}


@dataclass(frozen=True)
class Problem:
    """A condition that fails.

    Attributes:
        kind: in `CONDITIONS`.
        control: the field of `Axis`, or of `ConvSettings`, that can mend it.
        nearest: the nearest value of that field with which the condition holds; of two
            as near, the smaller.
        left, right: the two sides of the condition, 0 where it has none.
        axis: which axis; None if it is about the whole layer.
    """

    kind: str
    control: str
    nearest: int | tuple[int, int] | str
    left: int = 0
    right: int = 0
    axis: int | None = None


def problems(settings: ConvSettings) -> tuple[Problem, ...]:
    """Return every condition that fails; none if torch can do it.

    What a kind of layer does not have at all is told first, alone: sizes would only
    confuse. A global pooling cannot fail.
    """
    if settings.kind == "global":
        return ()
    if absent := tuple(_absent(settings)):
        return absent
    found = list(_of_groups(settings)) if settings.learns else []
    for number, axis in enumerate(resolved(settings)):
        for check in _checks(settings):
            found += [replace(each, axis=number) for each in check(settings, axis)]
    return tuple(found)


def mended(settings: ConvSettings, problem: Problem) -> ConvSettings:
    """Return the settings with the nearest value in place. Others may fail still."""
    change = {problem.control: problem.nearest}
    if problem.axis is None:
        return replace(settings, **change)
    axes = list(settings.axes)
    axes[problem.axis] = replace(axes[problem.axis], **change)
    return replace(settings, axes=tuple(axes))


Check = Callable[[ConvSettings, Axis], Iterator[Problem]]


def _checks(settings: ConvSettings) -> tuple[Check, ...]:
    if settings.kind in CONVOLUTIONS:
        return (_same, _copied, _window)
    if settings.kind == "transposed":
        return (_uneven, _output_padding, _transposed_output)
    return (_uneven, _dilation, _pool_padding, _average_size, _window)


def _absent(settings: ConvSettings) -> Iterator[Problem]:
    if settings.kind in CONVOLUTIONS:
        return
    if settings.padding not in {NUMBER, "valid"}:
        yield Problem("padding_name", "padding", NUMBER)
    if settings.mode != "zeros":
        yield Problem("mode", "mode", "zeros")


def _of_groups(settings: ConvSettings) -> Iterator[Problem]:
    channels, filters, groups = settings.channels, settings.filters, settings.groups
    fitting = [
        g
        for g in range(1, min(channels, filters) + 1)
        if channels % g == 0 and filters % g == 0
    ]
    nearest = min(fitting, key=lambda g: (abs(g - groups), g))
    for kind, number in (("channel_groups", channels), ("filter_groups", filters)):
        if number % groups:
            yield Problem(kind, "groups", nearest, left=number % groups)


def _window(_settings: ConvSettings, axis: Axis) -> Iterator[Problem]:
    if axis.span > axis.padded:
        most = (axis.padded - 1) // axis.dilation + 1
        yield Problem("window", "kernel", most, axis.span, axis.padded)


def _same(settings: ConvSettings, axis: Axis) -> Iterator[Problem]:
    if settings.padding == "same" and axis.stride > 1:
        yield Problem("same_stride", "stride", 1, axis.stride, 1)


def _copied(settings: ConvSettings, axis: Axis) -> Iterator[Problem]:
    """Reflected padding cannot reach beyond the picture, circular not twice around."""
    most = {"reflect": axis.size - 1, "circular": axis.size}.get(settings.mode)
    widest = max(axis.pads)
    if most is None or widest <= most:
        return
    if settings.padding == NUMBER:
        control, nearest = "padding", _at_most(axis.pads, most)
    else:
        # Named padding follows the kernel; "same" shares d(k - 1) between two sides.
        sides = 2 if settings.padding == "same" else 1
        control, nearest = "kernel", sides * most // axis.dilation + 1
    yield Problem(settings.mode, control, nearest, widest, axis.size)


def _uneven(_settings: ConvSettings, axis: Axis) -> Iterator[Problem]:
    before, after = axis.pads
    if before != after:
        yield Problem("uneven", "padding", min(axis.pads), before, after)


def _output_padding(_settings: ConvSettings, axis: Axis) -> Iterator[Problem]:
    limit = max(axis.stride, axis.dilation)
    if axis.output_padding >= limit:
        yield Problem(
            "output_padding", "output_padding", limit - 1, axis.output_padding, limit
        )


def _transposed_output(_settings: ConvSettings, axis: Axis) -> Iterator[Problem]:
    whole = (axis.size - 1) * axis.stride + axis.span + axis.output_padding
    cut = sum(axis.pads)
    if cut >= whole:
        nearest = _at_most(axis.pads, (whole - 1) // 2)
        yield Problem("transposed_output", "padding", nearest, cut, whole)


def _dilation(settings: ConvSettings, axis: Axis) -> Iterator[Problem]:
    if settings.kind != "max" and axis.dilation > 1:
        yield Problem("dilation", "dilation", 1, axis.dilation, 1)


def _pool_padding(settings: ConvSettings, axis: Axis) -> Iterator[Problem]:
    """More padding than this, and a window could see nothing else."""
    room = 0 if settings.kind == "l2" else axis.kernel
    widest = max(axis.pads)
    if 2 * widest > room:
        nearest = _at_most(axis.pads, room // 2)
        yield Problem(f"{settings.kind}_padding", "padding", nearest, 2 * widest, room)


def _average_size(settings: ConvSettings, axis: Axis) -> Iterator[Problem]:
    volume = settings.kind == "average" and len(settings.axes) == 3
    if volume and axis.size < axis.kernel <= axis.padded:
        yield Problem("average_size", "kernel", axis.size, axis.kernel, axis.size)


def _at_most(pads: tuple[int, int], most: int) -> int | tuple[int, int]:
    """Return padding cut to what is allowed; one number if both sides agree."""
    before, after = (min(side, most) for side in pads)
    return before if before == after else (before, after)
