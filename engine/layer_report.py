"""What every layer of a network costs, told by the torch modules themselves.

The modules are built and run on torch's "meta" device: shapes are computed, numbers
are not, so VGG-16 takes milliseconds and no memory. Hooks on the innermost modules
note what passes. One multiply is one multiply-add; biases, normalization, pooling and
activation functions are not counted. Batch size 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from math import ceil, prod

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.blocks import Add, Concat
from engine.layer_plan import Layer, Shape, ShapeError, make, names

BYTES = 4  # of a number in single precision
POOLS = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)
POOLS += (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)
ADAPTIVE = (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d)
SAME = (  # what goes out has the shape of what comes in
    *(nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.LocalResponseNorm),
    *(nn.ReLU, nn.Tanh, nn.Dropout, Add),
)
THIN = (*SAME[:-1], nn.Flatten)  # no row of their own: part of the layer before them
# On "meta", these would load torch's compiler: ten seconds for a shape known anyway.
SHORT = dict.fromkeys(SAME, lambda module, x, *others: x) | {
    nn.Linear: lambda module, x: functional.linear(x, module.weight),
    Concat: lambda module, *parts: parts[0].new_empty(
        1, sum(part.shape[1] for part in parts), *parts[0].shape[2:]
    ),
}
SHORT |= dict.fromkeys(
    ADAPTIVE,
    lambda module, x: x.new_empty(*x.shape[:2], *[module.output_size] * (x.dim() - 2)),
)


@dataclass(frozen=True)
class Row:
    """One line of the table of layers.

    Attributes:
        name: "conv1", or "residual2.conv1" inside a block.
        kind: class of the torch module, or kind of the block.
        index: of the layer in the plan.
        block: kind of that layer.
        arrives, shape: what comes in and goes out, without the batch.
        parameters: weights and biases.
        multiplies: multiply-adds for one input.
        memory: bytes of what goes out, in single precision; thin ones work in place.
        field: side of the receptive field, in places of the network's input.
        jump: how many places of the input lie between two neighbours of the output.
        window: (kernel, stride, padding, groups, bias as 0 or 1) of a convolution or
            a pooling, () of anything else.
        thin: an activation, a normalization or the like.
    """

    name: str
    kind: str
    index: int
    block: str
    arrives: Shape
    shape: Shape
    parameters: int
    multiplies: int
    memory: int
    field: int
    jump: float
    window: tuple[int, ...] = ()
    thin: bool = False


@dataclass(frozen=True)
class Report:
    """A network, layer by layer.

    Attributes:
        rows: every innermost module, in the order in which it ran.
        problem: why the network ends early; None if it runs through.
    """

    rows: tuple[Row, ...]
    problem: ShapeError | None = None

    @property
    def parameters(self) -> int:
        """Return all weights and biases."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiplies(self) -> int:
        """Return all multiply-adds."""
        return sum(row.multiplies for row in self.rows)

    @property
    def memory(self) -> int:
        """Return the bytes of everything that the layers hand on."""
        return sum(row.memory for row in self.rows)


def report(layers: tuple[Layer, ...], shape: Shape) -> Report:
    """Return what every layer of a network costs.

    Args:
        layers: the plan.
        shape: of the input, (channels, side, ...).

    Raises:
        ValueError: a number of a layer is impossible for any input; a shape error is
            no exception but the report's `problem`.
    """
    watch = _Watch()
    x = torch.empty(1, *shape, device="meta")
    watch.fields[id(x)] = (x, 1, 1.0)
    with torch.no_grad():
        for index, (name, layer) in enumerate(zip(names(layers), layers, strict=True)):
            try:
                with torch.device("meta"):
                    module = make(layers, index, tuple(x.shape[1:]))
            except ShapeError as problem:
                return Report(tuple(watch.rows), problem)
            x = watch.run(module.eval(), x, Place(index, layer.kind, name))
    return Report(tuple(watch.rows))


def folded(rows: Iterable[Row], level: str) -> tuple[Row, ...]:
    """Return fewer rows.

    Args:
        rows: of a report.
        level: "modules": all of them; "layers": thin ones with the one before;
            "blocks": a row per layer of the plan, thin ones with the one before.
    """
    if level == "modules":
        return tuple(rows)
    if level == "blocks":
        whole = (list(part) for _key, part in groupby(rows, lambda row: row.index))
        rows = [_block(part) for part in whole]
    kept: list[Row] = []
    for row in rows:
        if row.thin and kept:
            kept[-1] = _joined(kept[-1], row)
        else:  # the first of a sequence speaks for all of it: "three", not "three.0"
            kept.append(replace(row, name=row.name.removesuffix(".0")))
    return tuple(kept)


@dataclass(frozen=True)
class Place:
    """Where a module stands: index, kind and name of its layer in the plan."""

    index: int
    block: str
    name: str


class _Watch:
    """Notes every innermost module that runs, and how far each tensor sees.

    Attributes:
        rows: so far.
        fields: id of a tensor -> (the tensor, kept alive so that its id stays its
            own; receptive field; jump).
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.fields: dict[int, tuple[Tensor, int, float]] = {}

    def run(self, module: nn.Module, x: Tensor, place: Place) -> Tensor:
        """Return the module's answer; its parts are noted."""
        for path, part in module.named_modules():
            if not any(part.children()):
                name = f"{place.name}.{path}" if path else place.name
                part.register_forward_hook(self._hook(replace(place, name=name)))
                if type(part) in SHORT:
                    part.forward = partial(SHORT[type(part)], part)
        return module(x)

    def _hook(self, place: Place) -> object:
        def note(module: nn.Module, given: tuple[Tensor, ...], answer: Tensor) -> None:
            seen = [self.fields[id(x)][1:] for x in given]
            field = max(size for size, _jump in seen)
            field, jump = _grown(module, field, seen[0][1], given[0])
            self.fields[id(answer)] = (answer, field, jump)
            if isinstance(module, nn.Identity):
                return
            shape, thin = tuple(answer.shape[1:]), isinstance(module, THIN)
            self.rows.append(
                Row(
                    place.name,
                    type(module).__name__,
                    place.index,
                    place.block,
                    tuple(given[0].shape[1:]),
                    shape,
                    sum(weight.numel() for weight in module.parameters()),
                    _multiplies(module, shape),
                    0 if thin else BYTES * prod(shape),
                    field,
                    jump,
                    _window(module),
                    thin,
                )
            )

        return note


def _grown(
    module: nn.Module, field: int, jump: float, given: Tensor
) -> tuple[int, float]:
    """Return receptive field and jump after a module; a layer adds (k − 1) · jump."""
    side = given.shape[-1] if given.dim() > 2 else 1
    if isinstance(module, nn.Flatten):
        return field + round((side - 1) * jump), jump
    if isinstance(module, ADAPTIVE):
        out = module.output_size
        spans = (ceil((i + 1) * side / out) - i * side // out for i in range(out))
        return field + round((max(spans) - 1) * jump), jump * side / out
    if window := _window(module):
        kernel, stride = window[:2]
        return field + round((kernel - 1) * jump), jump * stride
    return field, jump


def _multiplies(module: nn.Module, shape: Shape) -> int:
    """Return the multiply-adds: for each number that leaves, one filter's weights."""
    if hasattr(module, "weight") and not isinstance(module, THIN):
        return prod(shape) * module.weight[0].numel()
    return 0


def _window(module: nn.Module) -> tuple[int, ...]:
    """Return (kernel, stride, padding, groups, bias) of what slides; else ()."""
    if isinstance(module, POOLS):
        numbers = (module.kernel_size, module.stride, module.padding)
        return (*map(_first, numbers), 1, 0)
    if hasattr(module, "kernel_size"):
        numbers = (module.kernel_size, module.stride, module.padding)
        bias = int(module.bias is not None)
        return (*map(_first, numbers), module.groups, bias)
    return ()


def _first(number: int | tuple[int, ...]) -> int:
    return number if isinstance(number, int) else number[0]


def _joined(row: Row, other: Row) -> Row:
    """Return a layer together with a thin one behind it."""
    return replace(row, parameters=row.parameters + other.parameters)


def _block(rows: list[Row]) -> Row:
    """Return one row for all that one layer of the plan consists of."""
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        return first
    return replace(
        last,
        name=first.name.partition(".")[0],
        kind=first.block,
        arrives=first.arrives,
        parameters=sum(row.parameters for row in rows),
        multiplies=sum(row.multiplies for row in rows),
        memory=sum(row.memory for row in rows),
        window=(),
        thin=False,
    )
