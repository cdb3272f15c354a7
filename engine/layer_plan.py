"""Networks as readable plans: a tuple of layers, each made for the shape that arrives.

A shape is (channels, side, ...) with one, two or three sides, or (numbers,) once the
volume has been flattened. The number of sides decides whether a convolution is 1-D,
2-D or 3-D.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields

from torch import nn

from engine.blocks import (
    CONVOLUTIONS,
    MAX_POOLS,
    NORMS,
    Bottleneck,
    Branches,
    Inception,
    Residual,
)

Shape = tuple[int, ...]
AVERAGE_POOLS = {1: nn.AvgPool1d, 2: nn.AvgPool2d, 3: nn.AvgPool3d}
ADAPTIVE = {1: nn.AdaptiveAvgPool1d, 2: nn.AdaptiveAvgPool2d, 3: nn.AdaptiveAvgPool3d}
MOST_FILTERS, MOST_KERNEL, MOST_STRIDE, MOST_PADDING = 120_000, 64, 32, 64
MOST_NUMBERS = 10**11  # in one volume: beyond, torch cannot count its bytes


@dataclass(frozen=True)
class Layer:
    """One layer of a plan; a kind reads only the numbers it needs (`KINDS`).

    Attributes:
        kind: a key of `KINDS`.
        filters: what leaves: channels, or numbers of a fully connected layer.
        kernel: side of the window; of "adaptive", the side that leaves.
        stride: step of the window.
        padding: ring around the input.
        groups: parts the channels are split into.
        inputs: what the layer was made for, channels or numbers; 0 = what arrives.
        bias: whether a convolution or a fully connected layer has one.
        branches: of an inception module.
        name: what it is called; "" = its kind, numbered.
    """

    kind: str
    filters: int = 0
    kernel: int = 0
    stride: int = 1
    padding: int = 0
    groups: int = 1
    inputs: int = 0
    bias: bool = True
    branches: Branches | None = None
    name: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of layer.

    Attributes:
        uses: numbers it reads, names of `Layer`'s fields.
        make: (layer, shape that arrives) -> module; the shape has been checked.
        takes: "volume", "line" (flat numbers) or "any".
    """

    uses: tuple[str, ...]
    make: Callable[[Layer, Shape], nn.Module]
    takes: str = "volume"


class ShapeError(ValueError):
    """A layer cannot take what arrives.

    Attributes:
        index: of the layer in the plan.
        reason: "volume", "line", "inputs", "kernel", "padding", "groups", "filters",
            "large".
        arrives: shape before the layer.
        wanted: the number that would fit, or that the layer was made for; 0 if none.
    """

    def __init__(self, index: int, reason: str, arrives: Shape, wanted: int) -> None:
        super().__init__(index, reason, arrives, wanted)  # so that it can be copied
        self.index, self.reason = index, reason
        self.arrives, self.wanted = arrives, wanted

    def __str__(self) -> str:
        return (
            f"layer {self.index} cannot take shape {self.arrives}: {self.reason}, "
            f"wanted {self.wanted}"
        )


def _axes(shape: Shape) -> int:
    return len(shape) - 1


def _convolution(layer: Layer, shape: Shape) -> nn.Module:
    return CONVOLUTIONS[_axes(shape)](
        shape[0],
        layer.filters,
        layer.kernel,
        layer.stride,
        layer.padding,
        groups=layer.groups,
        bias=layer.bias,
    )


def _pool(modules: dict[int, type[nn.Module]]) -> Callable[[Layer, Shape], nn.Module]:
    def make(layer: Layer, shape: Shape) -> nn.Module:
        return modules[_axes(shape)](layer.kernel, layer.stride, layer.padding)

    return make


WINDOW = ("kernel", "stride", "padding")
KINDS = {
    "conv": Kind(("filters", *WINDOW, "groups", "inputs", "bias"), _convolution),
    "max": Kind(WINDOW, _pool(MAX_POOLS)),
    "avg": Kind(WINDOW, _pool(AVERAGE_POOLS)),
    "adaptive": Kind(
        ("kernel",), lambda layer, shape: ADAPTIVE[_axes(shape)](layer.kernel)
    ),
    "norm": Kind((), lambda layer, shape: NORMS[_axes(shape)](shape[0])),
    "lrn": Kind(("kernel",), lambda layer, shape: nn.LocalResponseNorm(layer.kernel)),
    "relu": Kind((), lambda layer, shape: nn.ReLU(), "any"),
    "tanh": Kind((), lambda layer, shape: nn.Tanh(), "any"),
    "dropout": Kind((), lambda layer, shape: nn.Dropout(), "any"),
    "flatten": Kind((), lambda layer, shape: nn.Flatten(), "any"),
    "linear": Kind(
        ("filters", "inputs", "bias"),
        lambda layer, shape: nn.Linear(shape[0], layer.filters, bias=layer.bias),
        "line",
    ),
    "residual": Kind(
        ("filters", "stride"),
        lambda layer, shape: Residual(
            _axes(shape), shape[0], layer.filters, layer.stride
        ),
    ),
    "bottleneck": Kind(
        ("filters", "stride"),
        lambda layer, shape: Bottleneck(
            _axes(shape), shape[0], layer.filters, layer.stride
        ),
    ),
    "inception": Kind(
        ("branches",),
        lambda layer, shape: Inception(_axes(shape), shape[0], layer.branches),
    ),
}
LIMITS = {  # of the numbers that a kind uses: (least, most)
    "filters": (1, MOST_FILTERS),
    "kernel": (1, MOST_KERNEL),
    "stride": (1, MOST_STRIDE),
    "padding": (0, MOST_PADDING),
    "groups": (1, MOST_FILTERS),
    "inputs": (0, 10**9),
    "bias": (0, 1),
}


def make(layers: tuple[Layer, ...], index: int, arrives: Shape) -> nn.Module:
    """Return the module of one layer of a plan.

    Raises:
        ShapeError: the layer cannot take what arrives.
        ValueError: a number of the layer is outside `LIMITS`, or its kind is unknown.
    """
    layer = layers[index]
    require(layer)
    for reason, wanted in _problems(layer, arrives):
        raise ShapeError(index, reason, arrives, wanted)
    return KINDS[layer.kind].make(layer, arrives)


def require(layer: Layer) -> None:
    """Refuse a layer that no input could suit.

    Raises:
        ValueError: a number that its kind uses is outside `LIMITS`; unknown kind.
    """
    if layer.kind not in KINDS:
        raise ValueError(f"kind must be one of {list(KINDS)}, got {layer.kind!r}")
    for field in fields(Layer):
        if field.name in LIMITS and field.name in KINDS[layer.kind].uses:
            low, high = LIMITS[field.name]
            value = getattr(layer, field.name)
            if not low <= value <= high:
                raise ValueError(
                    f"{field.name} of {layer.kind} must lie in [{low}, {high}], "
                    f"got {value}"
                )


def names(layers: tuple[Layer, ...]) -> tuple[str, ...]:
    """Return what each layer is called: its own name, else conv1, conv2, max1, ..."""
    counts: dict[str, int] = {}
    called = []
    for layer in layers:
        counts[layer.kind] = counts.get(layer.kind, 0) + 1
        called.append(layer.name or f"{layer.kind}{counts[layer.kind]}")
    return tuple(called)


def _problems(layer: Layer, arrives: Shape) -> list[tuple[str, int]]:
    """Return (reason, number that was wanted) of what is wrong, the worst first."""
    takes, flat = KINDS[layer.kind].takes, len(arrives) == 1
    if math.prod(arrives) > MOST_NUMBERS:
        return [("large", MOST_NUMBERS)]
    if takes == "volume" and flat:
        return [("volume", 0)]
    if takes == "line" and not flat:
        return [("line", math.prod(arrives))]
    if "inputs" in KINDS[layer.kind].uses and layer.inputs not in (0, arrives[0]):
        return [("inputs", layer.inputs)]
    return _window_problems(layer, arrives)


def _window_problems(layer: Layer, arrives: Shape) -> list[tuple[str, int]]:
    """Return what is wrong with a window that slides; see `_problems`."""
    if "padding" not in KINDS[layer.kind].uses:
        return []
    if layer.kind == "conv":
        for reason, number in (("groups", arrives[0]), ("filters", layer.filters)):
            if number % layer.groups:
                return [(reason, number)]
    elif 2 * layer.padding > layer.kernel:
        return [("padding", layer.kernel // 2)]
    room = min(arrives[1:]) + 2 * layer.padding
    return [("kernel", room)] if layer.kernel > room else []
