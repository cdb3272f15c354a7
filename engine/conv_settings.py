"""The settings of one layer that slides a window, and what follows from them.

An axis has the letters of the formulas: n size, k kernel, p padding, s stride, d
dilation. Settings are plain values, checked one by one; whether they fit together is
for `engine.conv_problems.problems` to say. All else here is for settings without any.
"""

import math
from dataclasses import dataclass, replace

from engine.conv import extent, output_size, transposed_output_size
from engine.padding import MODES, PADDINGS, Pair, named_padding, pair
from engine.pooling import POOLS

CONVOLUTIONS = {"conv1d": 1, "conv2d": 2, "conv3d": 3}  # kind -> axes
# Kinds of one to three axes; "global" is the mean of a whole channel.
KINDS = (*CONVOLUTIONS, "transposed", *POOLS, "global")
POOLING = (*POOLS, "global")
NUMBER = "number"  # the padding that each axis gives for itself
BYTES = 4  # of a float32


@dataclass(frozen=True)
class Axis:
    """One axis: cells of the input, and how the window slides along them.

    Attributes:
        size, kernel, stride, dilation: at least 1.
        padding: on both sides, or (before, after), 0 or more. A transposed convolution
            cuts so many cells off its output.
        output_padding: of a transposed convolution, 0 or more; others ignore it.
    """

    size: int
    kernel: int = 3
    padding: int | Pair = 0
    stride: int = 1
    dilation: int = 1
    output_padding: int = 0

    def __post_init__(self) -> None:
        for name in ("size", "kernel", "stride", "dilation"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"{name} must be at least 1, got {getattr(self, name)}"
                )
        if min(*pair(self.padding), self.output_padding) < 0:
            raise ValueError(f"output_padding must be 0 or more, got {self}")

    @property
    def span(self) -> int:
        """d(k - 1) + 1, the cells from a window's first to its last."""
        return extent(self.kernel, self.dilation)

    @property
    def pads(self) -> Pair:
        """The padding as (before, after)."""
        return pair(self.padding)

    @property
    def padded(self) -> int:
        """Return n + p before + p after."""
        return self.size + sum(self.pads)


@dataclass(frozen=True)
class ConvSettings:
    """A layer.

    Attributes:
        kind: in `KINDS`.
        axes: depth, row, column (the last ones); as many as the kind has, or 1 to 3.
        channels: of the input, at least 1.
        filters: channels of the output, at least 1; pooling keeps the input's.
        groups: of channels and filters, at least 1; pooling ignores them.
        padding: "number" (each axis has its own) or a name in `PADDINGS`.
        mode: of the padding, in `MODES`.
        flip: turn the kernels round: true convolution.
        bias: whether each filter adds a number.
    """

    kind: str
    axes: tuple[Axis, ...]
    channels: int = 1
    filters: int = 1
    groups: int = 1
    padding: str = NUMBER
    mode: str = "zeros"
    flip: bool = False
    bias: bool = False

    def __post_init__(self) -> None:
        menus = {"kind": KINDS, "padding": (NUMBER, *PADDINGS), "mode": MODES}
        for name, menu in menus.items():
            if getattr(self, name) not in menu:
                raise ValueError(
                    f"{name} must be one of {menu}, got {getattr(self, name)!r}"
                )
        for name in ("channels", "filters", "groups"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"{name} must be at least 1, got {getattr(self, name)}"
                )
        count = CONVOLUTIONS.get(self.kind)
        if len(self.axes) != count and (count or not 1 <= len(self.axes) <= 3):
            raise ValueError(
                f"{self.kind} has {count or '1 to 3'} axes, got {len(self.axes)}"
            )

    @property
    def learns(self) -> bool:
        """Whether there are kernels; pooling has none."""
        return self.kind not in POOLING

    @property
    def outputs(self) -> int:
        """Channels of the output."""
        return self.filters if self.learns else self.channels

    @property
    def weight_shape(self) -> tuple[int, ...]:
        """The kernels as torch holds them; () where there are none.

        [K, C / groups, *kernel], for a transposed convolution [C, K / groups, *kernel].
        """
        if not self.learns:
            return ()
        first, second = self.filters, self.channels
        if self.kind == "transposed":
            first, second = second, first
        return (first, second // self.groups, *(axis.kernel for axis in self.axes))


def resolved(settings: ConvSettings) -> tuple[Axis, ...]:
    """Return the axes as they count: padding in pairs, the global window in full."""
    if settings.kind == "global":
        return tuple(Axis(axis.size, kernel=axis.size) for axis in settings.axes)
    return tuple(
        replace(axis, padding=_pads(settings.padding, axis)) for axis in settings.axes
    )


def output_sizes(settings: ConvSettings) -> tuple[int, ...]:
    """Return the size of the output along each axis.

    Raises:
        ValueError: there is no output.
    """
    if settings.kind == "transposed":
        return tuple(
            transposed_output_size(
                a.size, a.kernel, a.padding, a.stride, a.dilation, a.output_padding
            )
            for a in resolved(settings)
        )
    return tuple(map(_windows, resolved(settings)))


def dropped(axis: Axis) -> range:
    """Return the cells at the end of a padded axis that no window reaches.

    The floor in the formula drops them: what is left is too short for one more stride.
    A transposed convolution drops none.

    Args:
        axis: of `resolved`; cells are counted from 0 at the start of the padding.
    """
    return range((_windows(axis) - 1) * axis.stride + axis.span, axis.padded)


@dataclass(frozen=True)
class Counts:
    """What a layer costs for one picture.

    Attributes:
        parameters: weights and biases.
        multiplies: multiplications; biases add, and are not counted, zeros of the
            padding are. Choosing a maximum takes none, a mean one (by 1 / cells), L2
            pooling one square for each cell of the window.
        input_bytes, parameter_bytes, output_bytes: in memory as float32, 4 bytes each.
        receptive_field: for each axis, the cells from the first to the last that one
            output can depend on.
    """

    parameters: int
    multiplies: int
    input_bytes: int
    parameter_bytes: int
    output_bytes: int
    receptive_field: tuple[int, ...]

    @property
    def memory(self) -> int:
        """Bytes of input, parameters and output together."""
        return self.input_bytes + self.parameter_bytes + self.output_bytes


def counts(settings: ConvSettings) -> Counts:
    """Return what a layer costs.

    Raises:
        ValueError: there is no output.
    """
    axes, sizes = resolved(settings), output_sizes(settings)
    inputs = settings.channels * math.prod(axis.size for axis in axes)
    outputs = settings.outputs * math.prod(sizes)
    weights = math.prod(settings.weight_shape) if settings.learns else 0
    parameters = weights + settings.filters * (settings.learns and settings.bias)
    return Counts(
        parameters=parameters,
        multiplies=_multiplies(settings, inputs, outputs),
        input_bytes=BYTES * inputs,
        parameter_bytes=BYTES * parameters,
        output_bytes=BYTES * outputs,
        receptive_field=tuple(_field(settings.kind, axis) for axis in axes),
    )


def _pads(name: str, axis: Axis) -> Pair:
    if name == NUMBER:
        return axis.pads
    return named_padding(name, axis.span - 1)


def _windows(axis: Axis) -> int:
    return output_size(axis.size, axis.kernel, axis.padding, axis.stride, axis.dilation)


def _multiplies(settings: ConvSettings, inputs: int, outputs: int) -> int:
    """Return multiplications for as many input and output numbers."""
    window = math.prod(axis.kernel for axis in resolved(settings))
    channels, filters = settings.channels, settings.filters
    return {
        # Each input is multiplied by every weight that looks at its channel.
        "transposed": inputs * filters // settings.groups * window,
        "max": 0,
        "average": outputs,
        "global": outputs,
        "l2": outputs * window,
    }.get(settings.kind, outputs * channels // settings.groups * window)


def _field(kind: str, axis: Axis) -> int:
    """Return the cells between the first and the last input of one output."""
    if kind != "transposed":
        return axis.span
    # Only every t-th cell of the kernel falls on whole steps of the input.
    common = math.gcd(axis.stride, axis.dilation)
    every = axis.stride // common
    return (math.ceil(axis.kernel / every) - 1) * (axis.dilation // common) + 1
