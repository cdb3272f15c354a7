"""A single unit: gates with weights set by hand, and the rules by which it learns.

A unit adds up z = w · x + b. A threshold unit answers 1 where z > 0, else 0. Inputs of
gates are 0 or 1 and listed in the order of counting: 00, 01, 10, 11.

Source: McCulloch, Pitts, "A Logical Calculus of the Ideas Immanent in Nervous
Activity", 1943; Rosenblatt, "The Perceptron", 1958; Widrow, Hoff, "Adaptive Switching
Circuits", 1960 (ADALINE); Minsky, Papert, "Perceptrons", 1969 (XOR).
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Layer:
    """Threshold units side by side: `weights[unit][input]`, `biases[unit]`."""

    weights: tuple[tuple[float, ...], ...]
    biases: tuple[float, ...]


# XOR: "or, but not and": its first layer holds the units of AND and OR.
GATES = {
    "and": (Layer(((1, 1),), (-1.5,)),),
    "or": (Layer(((1, 1),), (-0.5,)),),
    "not": (Layer(((-1,),), (0.5,)),),
    "xor": (Layer(((1, 1), (1, 1)), (-1.5, -0.5)), Layer(((-1, 1),), (-0.5,))),
}


def corners(inputs: int) -> Tensor:
    """Return all inputs of a gate, [2 ** inputs, inputs] of 0 and 1; inputs 1 to 8.

    Raises:
        ValueError: `inputs` is not 1 to 8.
    """
    if not 1 <= inputs <= 8:
        raise ValueError(f"inputs must lie in [1, 8], got {inputs}")
    return torch.tensor(list(itertools.product((0.0, 1.0), repeat=inputs)))


def respond(layers: tuple[Layer, ...], points: Tensor) -> list[Tensor]:
    """Return what the units of each layer answer.

    Args:
        layers: at least one, each with as many inputs as the one before has units.
        points: [N, D] float, D inputs of the first layer.

    Returns:
        One tensor [N, units] of 0 and 1 per layer; the last is the network's answer.

    Raises:
        ValueError: the points do not have the first layer's inputs.
    """
    expected = len(layers[0].weights[0])
    if points.ndim != 2 or points.shape[1] != expected:
        raise ValueError(f"points must be [N, {expected}], got {list(points.shape)}")
    answers = []
    signal = points
    for layer in layers:
        z = signal @ points.new_tensor(layer.weights).T + points.new_tensor(
            layer.biases
        )
        signal = (z > 0).to(points.dtype)  # [N, units]
        answers.append(signal)
    return answers


def separable(truth: tuple[int, ...]) -> bool:
    """Return whether one threshold unit with two inputs can answer like this.

    Whatever a unit answers to the four corners, one of these 36 units answers too. Of
    the sixteen tables, only XOR and its opposite are out of reach. XOR would take
    b ≤ 0, w₁ + b > 0 and w₂ + b > 0: then w₁ + w₂ + b > -b ≥ 0, a 1 where 0 is due.

    Args:
        truth: four answers, 0 or 1, to 00, 01, 10, 11.

    Raises:
        ValueError: there are not four answers of 0 or 1.
    """
    if len(truth) != 4 or not set(truth) <= {0, 1}:
        raise ValueError(f"truth must be four of 0 and 1, got {truth}")
    weights = itertools.product((-1, 0, 1), repeat=2)
    units = itertools.product(weights, (-1.5, -0.5, 0.5, 1.5))
    places = tuple(itertools.product((0, 1), repeat=2))
    return any(
        all(
            (w1 * x1 + w2 * x2 + b > 0) == y
            for (x1, x2), y in zip(places, truth, strict=True)
        )
        for (w1, w2), b in units
    )


@dataclass(frozen=True)
class Rule:
    """How a unit learns: it adds rate · error · x to w and rate · error to b.

    `answer` turns z into the unit's answer, `error` (z, label) into what it is off by.
    Over several samples the steps add up, or are averaged: then they go down the
    gradient of a mean. `binary`: labels are 0 and 1.
    """

    answer: Callable[[Tensor], Tensor]
    error: Callable[[Tensor, Tensor], Tensor]
    averaged: bool = True
    binary: bool = True


def _fires(z: Tensor) -> Tensor:
    return (z > 0).to(z.dtype)


RULES = {
    # Right answers teach nothing, wrong ones move w by the whole sample.
    "perceptron": Rule(_fires, lambda z, y: y - _fires(z), averaged=False),
    # Labels 0 and 1 stand for -1 and 1; z is to hit them, the threshold comes later.
    "adaline": Rule(_fires, lambda z, y: 2 * y - 1 - z),
    # The descent of the cross-entropy, dz = a - y; a is the answer.
    "logistic": Rule(torch.sigmoid, lambda z, y: y - torch.sigmoid(z)),
    # The descent of half the mean squared error.
    "linear": Rule(lambda z: z, lambda z, y: y - z, binary=False),
}


@dataclass(frozen=True)
class Plan:
    """How to learn: a key of `RULES`, one of `MODES`, and their numbers.

    `rate` is above 0; `passes` over the samples, at least 1; `batch_size`, at least 1,
    is for the mode "minibatch"; `seed` for what is random.
    """

    rule: str = "perceptron"
    mode: str = "online"
    rate: float = 1.0
    passes: int = 10
    batch_size: int = 4
    seed: int = 0


@dataclass(frozen=True)
class Step:
    """One update: what was looked at, what came of it, and the unit after it.

    `index` counts the steps and `turn` the passes, both from 1; `rows` are the samples
    looked at, with their `answers` and `errors` before the update; `update` is what was
    added to the weights, last to the bias.
    """

    index: int
    turn: int
    rows: tuple[int, ...]
    answers: tuple[float, ...]
    errors: tuple[float, ...]
    update: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float


# How one pass over n samples is cut into steps, (n, batch size, generator) -> rows.
MODES: dict[str, Callable[[int, int, torch.Generator], tuple[Tensor, ...]]] = {
    "online": lambda n, k, g: torch.arange(n).split(1),
    "random": lambda n, k, g: torch.randint(n, (n,), generator=g).split(1),
    "minibatch": lambda n, k, g: torch.randperm(n, generator=g).split(k),
    "batch": lambda n, k, g: (torch.arange(n),),
}


def learn(points: Tensor, labels: Tensor, plan: Plan) -> Iterator[Step]:
    """Yield the steps in which a unit learns, from w = 0 and b = 0.

    Args:
        points: [N, D] float, N and D at least 1.
        labels: [N]; 0 or 1, for the rule "linear" any number.
        plan: what to do. A rate too large lets the weights of "linear" and "adaline"
            grow until they are infinite, then nan.

    Raises:
        ValueError: points, labels or plan are not as described.
    """
    _require(points, labels, plan)
    return _steps(points.double(), labels.double(), plan)


def _steps(points: Tensor, labels: Tensor, plan: Plan) -> Iterator[Step]:
    rule = RULES[plan.rule]
    generator = torch.Generator().manual_seed(plan.seed)
    inputs = torch.cat((points, torch.ones_like(points[:, :1])), dim=1)  # [N, D + 1]
    weights = torch.zeros_like(inputs[0])  # [D + 1], the bias last
    index = 0
    for turn in range(1, plan.passes + 1):
        for rows in MODES[plan.mode](len(points), plan.batch_size, generator):
            index += 1
            z = inputs[rows] @ weights  # [k]
            errors = rule.error(z, labels[rows])
            update = plan.rate * (errors @ inputs[rows])  # [D + 1]
            if rule.averaged:
                update /= len(rows)
            weights = weights + update
            yield Step(
                index,
                turn,
                tuple(rows.tolist()),
                tuple(rule.answer(z).tolist()),
                tuple(errors.tolist()),
                tuple(update.tolist()),
                tuple(weights[:-1].tolist()),
                weights[-1].item(),
            )


def least_squares(points: Tensor, labels: Tensor) -> tuple[tuple[float, ...], float]:
    """Return the weights and bias with the least squared error, without learning.

    They solve the normal equations, w = (XᵀX)⁻¹ Xᵀy, X with a column of ones.

    Args:
        points: [N, D] float, not all on one line (plane, ...): else no w is the one.
        labels: [N] numbers.

    Raises:
        ValueError: shapes do not fit, or the points leave w open.
    """
    _require_shapes(points, labels)
    inputs = torch.cat((points, torch.ones_like(points[:, :1])), dim=1).double()
    unknowns = inputs.shape[1]
    rank = torch.linalg.matrix_rank(inputs).item()
    if rank < unknowns:
        raise ValueError(f"points must determine {unknowns} numbers, got {rank}")
    weights = torch.linalg.solve(inputs.T @ inputs, inputs.T @ labels.double())
    return tuple(weights[:-1].tolist()), weights[-1].item()


def _require_shapes(points: Tensor, labels: Tensor) -> None:
    if points.ndim != 2 or 0 in points.shape or labels.shape != points.shape[:1]:
        raise ValueError(
            "points must be [N, D] and labels [N], N and D at least 1, "
            f"got {list(points.shape)} and {list(labels.shape)}"
        )


def _require(points: Tensor, labels: Tensor, plan: Plan) -> None:
    _require_shapes(points, labels)
    if plan.rule not in RULES or plan.mode not in MODES:
        raise ValueError(
            f"rule must be one of {list(RULES)} and mode of {list(MODES)}, "
            f"got {plan.rule!r} and {plan.mode!r}"
        )
    if RULES[plan.rule].binary and not ((labels == 0) | (labels == 1)).all():
        raise ValueError(f"labels must be 0 or 1, got {labels.unique().tolist()}")
    if not plan.rate > 0 or min(plan.passes, plan.batch_size) < 1:
        raise ValueError(
            f"rate must be above 0, passes and batch_size at least 1, got {plan}"
        )
