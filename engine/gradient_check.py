"""Is a gradient right? Compare it with what small changes of the inputs do.

One-sided: (f(θ + ε) − f(θ)) / ε, wrong by a multiple of ε. Two-sided: (f(θ + ε) −
f(θ − ε)) / 2ε, wrong by a multiple of ε². Both are wrong by a multiple of 1/ε too:
the result is rounded, and the rounding is divided by ε.

Source: Nocedal, Wright, "Numerical Optimization", 2nd edition, 2006, section 8.1.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from engine.graphs import Computed, Graph, edges_back, evaluate

FINE, WRONG = 1e-7, 1e-3  # relative errors: up to the first, above the second


def one_sided(
    graph: Graph, inputs: Mapping[str, float], name: str, epsilon: float
) -> float:
    """Return the slope of the result by an input, from a step to one side.

    Args:
        graph: any.
        inputs: a finite number for each input's name.
        name: of the input that is changed.
        epsilon: > 0.

    Returns:
        NaN where one of the two results does not exist.

    Raises:
        ValueError: epsilon is not above 0, or too small to change the input.
    """
    there = inputs[name]
    ahead = _moved(there, epsilon)
    change = evaluate(graph, {**inputs, name: ahead}) - evaluate(graph, inputs)
    return change / epsilon


def two_sided(
    graph: Graph, inputs: Mapping[str, float], name: str, epsilon: float
) -> float:
    """Return the slope of the result by an input, from steps to both sides.

    See `one_sided`.
    """
    there = inputs[name]
    ahead, behind = _moved(there, epsilon), _moved(there, -epsilon)
    change = evaluate(graph, {**inputs, name: ahead})
    change -= evaluate(graph, {**inputs, name: behind})
    return change / (2 * epsilon)


def relative_error(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    """Return ‖first − second‖ / (‖first‖ + ‖second‖), in [0, 1]; 0 if both are 0."""
    apart = math.dist(first, second)
    size = math.hypot(*first) + math.hypot(*second)
    return apart / size if apart else 0.0


def verdict(error: float) -> str:
    """Return "fine" up to FINE, "wrong" above WRONG, "doubtful" between; NaN: "none".

    Args:
        error: relative, as `relative_error` returns it.
    """
    if math.isnan(error):
        return "none"
    if error <= FINE:
        return "fine"
    return "wrong" if error > WRONG else "doubtful"


def errors(
    difference: Callable[..., float],
    graph: Graph,
    inputs: Mapping[str, float],
    claim: tuple[str, float],
    epsilons: Sequence[float],
) -> list[float]:
    """Return how far a difference is from a claimed slope, for every epsilon.

    Args:
        difference: `one_sided` or `two_sided`.
        graph: any.
        inputs: a finite number for each input's name.
        claim: an input's name, and what the slope by it is said to be.
        epsilons: each > 0.

    Returns:
        NaN where a result does not exist, or epsilon is too small to change the input.
    """
    name, claimed = claim
    return [
        abs(difference(graph, inputs, name, epsilon) - claimed)
        if inputs[name] + epsilon != inputs[name]
        else math.nan
        for epsilon in epsilons
    ]


def overwrite(computed: Computed) -> tuple[float, ...]:
    """Return gradients where the last path counts alone: = was written for +=."""
    found = [0.0] * len(computed.nodes)
    found[-1] = 1.0
    for place, index in edges_back(computed):
        operand = computed.nodes[place].operands[index]
        found[operand] = found[place] * computed.slopes[place][index]
    return tuple(found)


def unsigned(computed: Computed) -> Computed:
    """Return slopes that have lost their minus signs."""
    slopes = tuple(tuple(map(abs, known)) for known in computed.slopes)
    return replace(computed, slopes=slopes)


def doubled(computed: Computed, name: str) -> Computed:
    """Return slopes of which one is doubled: the first by the input `name`."""
    slopes, done = [], False
    for node, known in zip(computed.nodes, computed.slopes, strict=True):
        changed = list(known)
        for index, operand in enumerate(node.operands):
            if computed.nodes[operand].name == name and not done:
                changed[index], done = 2 * known[index], True
        slopes.append(tuple(changed))
    return replace(computed, slopes=tuple(slopes))


def _moved(there: float, step: float) -> float:
    moved = there + step
    if not step or moved == there:
        raise ValueError(f"epsilon must change {there}, got {abs(step)}")
    return moved
