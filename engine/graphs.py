"""Computation graphs of scalars: values forwards, gradients backwards, step by step.

A number that does not exist (log of −1, 1/0, overflow, and all that is made of them)
is NaN. Conventions: the slope of relu at 0 is 0; where both arguments of max are equal,
each has slope ½, as in torch.

Source: Linnainmaa, "The representation of the cumulative rounding error of an
algorithm as a Taylor expansion of the local rounding errors", 1970; Rumelhart, Hinton,
Williams, "Learning representations by back-propagating errors", Nature, 1986.
"""

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.scalar_operations import OPERATIONS

INPUT, CONSTANT, LINE = "input", "constant", "line"


@dataclass(frozen=True)
class Node:
    """One number of a graph.

    Attributes:
        name: unique in its graph; "" of a constant.
        operation: key of `OPERATIONS`, or INPUT, CONSTANT, LINE (several operations).
        operands: places of the nodes it is made of, all before it.
        number: of a constant.
        own: the reader gave it its name; others are used exactly once.
    """

    name: str
    operation: str
    operands: tuple[int, ...] = ()
    number: float = math.nan
    own: bool = True


@dataclass(frozen=True)
class Graph:
    """Nodes in an order in which they can be computed; the last one is the result."""

    nodes: tuple[Node, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs, in the order of their first use."""
        return tuple(node.name for node in self.nodes if node.operation == INPUT)


@dataclass(frozen=True)
class Computed:
    """A graph with its numbers.

    Attributes:
        nodes: of the graph.
        values: of every node.
        slopes: of every node, its derivative by each of its operands.
    """

    nodes: tuple[Node, ...]
    values: tuple[float, ...]
    slopes: tuple[tuple[float, ...], ...]

    def is_constant(self, place: int) -> bool:
        """Return whether the node at this place is a constant."""
        return self.nodes[place].operation == CONSTANT


@dataclass(frozen=True)
class Step:
    """One moment on the way there and back.

    Attributes:
        kind: "start"; "forward": `node` gets its value; "seed": the result's gradient
            by itself is 1; "backward": `node` sends its gradient to its operand number
            `operand`.
        values, gradients: of every node; None where nothing has arrived yet.
    """

    kind: str
    node: int
    operand: int
    values: tuple[float | None, ...]
    gradients: tuple[float | None, ...]


def compute(graph: Graph, inputs: Mapping[str, float]) -> Computed:
    """Return the value of every node and its slopes.

    Args:
        graph: any.
        inputs: a finite number for each input's name; others are not looked at.

    Raises:
        ValueError: an input has no finite number.
    """
    values = _values(graph, inputs)
    slopes = []
    for node, value in zip(graph.nodes, values, strict=True):
        operation = OPERATIONS.get(node.operation)
        operands = [values[place] for place in node.operands]
        slopes.append(
            tuple(
                _defined(operation.slope, index, value, *operands)
                for index in range(len(operands))
            )
        )
    return Computed(graph.nodes, values, tuple(slopes))


def evaluate(graph: Graph, inputs: Mapping[str, float]) -> float:
    """Return the result alone; see `compute`."""
    return _values(graph, inputs)[-1]


def steps(computed: Computed) -> Iterator[Step]:
    """Yield every moment: values node by node, then gradients edge by edge.

    There is no way back from a result that does not exist.
    """
    count = len(computed.nodes)
    known = [not node.operands for node in computed.nodes]
    gradients: list[float | None] = [None] * count

    def moment(kind: str, node: int, operand: int = -1) -> Step:
        values = [v if k else None for v, k in zip(computed.values, known, strict=True)]
        return Step(kind, node, operand, tuple(values), tuple(gradients))

    yield moment("start", -1)
    for place in range(count):
        if not known[place]:
            known[place] = True
            yield moment("forward", place)
    if math.isnan(computed.values[-1]):
        return
    gradients[-1] = 1.0
    yield moment("seed", count - 1)
    for place, index in edges_back(computed):
        operand = computed.nodes[place].operands[index]
        sent = gradients[place] * computed.slopes[place][index]
        gradients[operand] = (gradients[operand] or 0.0) + sent
        yield moment("backward", place, index)


def edges_back(computed: Computed) -> Iterator[tuple[int, int]]:
    """Yield (node, number of its operand) of every edge in the order of the way back.

    A node comes after all nodes that use it, so its gradient is complete.
    """
    for place in reversed(range(len(computed.nodes))):
        for index, operand in enumerate(computed.nodes[place].operands):
            if not computed.is_constant(operand):
                yield place, index


def gradients(computed: Computed) -> tuple[float, ...]:
    """Return the derivative of the result by every node; 0 by constants.

    Where paths meet, what comes along them is added up.
    """
    found = [0.0] * len(computed.nodes)
    found[-1] = 1.0
    for place, index in edges_back(computed):
        operand = computed.nodes[place].operands[index]
        found[operand] += found[place] * computed.slopes[place][index]
    return tuple(found)


def descend(
    graph: Graph, inputs: Mapping[str, float], names: Collection[str], rate: float
) -> dict[str, float]:
    """Return the inputs after a step of gradient descent: w − rate · ∂result/∂w.

    Args:
        graph: any.
        inputs: a finite number for each input's name.
        names: of the inputs that are changed; the others stay.
        rate: of learning, > 0.

    Returns:
        NaN where the gradient does not exist.

    Raises:
        ValueError: an input has no finite number, or the rate is not above 0.
    """
    if not rate > 0:
        raise ValueError(f"rate must be above 0, got {rate}")
    computed = compute(graph, inputs)
    known = zip(computed.nodes, gradients(computed), strict=True)
    by_name = {node.name: slope for node, slope in known}
    undefined = math.isnan(computed.values[-1])
    return {
        name: value - rate * (math.nan if undefined else by_name[name])
        if name in names
        else value
        for name, value in inputs.items()
    }


def autograd(graph: Graph, inputs: Mapping[str, float]) -> dict[str, float]:
    """Return torch's derivative of the result by every own name, in float64.

    Args:
        graph: any.
        inputs: a finite number for each input's name.

    Returns:
        name -> derivative; where there is none torch says NaN or infinity.
    """
    tensors: list[Tensor] = []
    for node in graph.nodes:
        if node.operation in (INPUT, CONSTANT):
            known = inputs[node.name] if node.operation == INPUT else node.number
            needed = node.operation == INPUT
            tensor = torch.tensor(known, dtype=torch.float64, requires_grad=needed)
        else:
            operands = [tensors[place] for place in node.operands]
            tensor = OPERATIONS[node.operation].tensor(*operands)
            tensor.retain_grad()
        tensors.append(tensor)
    tensors[-1].backward()
    own = zip(graph.nodes, tensors, strict=True)
    return {
        node.name: tensor.grad.item()
        for node, tensor in own
        if node.operation != CONSTANT
    }


def first_undefined(computed: Computed) -> int | None:
    """Return the place of the first node whose value does not exist."""
    for place, value in enumerate(computed.values):
        if math.isnan(value):
            return place
    return None


def _values(graph: Graph, inputs: Mapping[str, float]) -> tuple[float, ...]:
    values: list[float] = []
    for node in graph.nodes:
        if node.operation == INPUT:
            value = inputs.get(node.name, math.nan)
            if not math.isfinite(value):
                raise ValueError(f"{node.name} must be a finite number, got {value}")
        elif node.operation == CONSTANT:
            value = node.number
        else:
            operands = [values[place] for place in node.operands]
            value = _defined(OPERATIONS[node.operation].value, *operands)
        values.append(value)
    return tuple(values)


def _defined(function: Callable[..., float], *numbers: float) -> float:
    """Return the function's value, NaN where it has none."""
    if any(map(math.isnan, numbers)):
        return math.nan
    try:
        value = function(*numbers)
    except (ValueError, ZeroDivisionError, OverflowError):
        return math.nan
    return value if math.isfinite(value) else math.nan
