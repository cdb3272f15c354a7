"""What a curve g(z) is like: its numbers, kinks, flat stretches, range, mean output.

A form is the name of an activation with the numbers that shape it: the slope of a leak,
the two lines of a maxout. Everything here is true of the function alone, before there
is any network.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.activations import (
    ACTIVATIONS,
    LEAK,
    SELU_ALPHA,
    SELU_SCALE,
    Activation,
    elu,
    leaky,
    maxout,
)

FLAT = 0.1  # a slope nearer to 0 than this is called saturated
FAR = 40.0  # beyond, every curve is as good as straight
# name -> its numbers with their usual values, and the function that takes them.
SHAPED: dict[str, tuple[dict[str, float], Callable[..., Activation]]] = {
    "leaky_relu": ({"leak": LEAK}, leaky),
    "prelu": ({"a": 0.25}, leaky),
    "elu": ({"alpha": 1.0}, elu),
    "maxout": ({"w1": 1.0, "b1": 0.0, "w2": -1.0, "b2": 0.0}, maxout),
}
INF = math.inf


@dataclass(frozen=True)
class Bounds:
    """Between which numbers g(z) lies, and whether it ever takes them."""

    low: float
    high: float
    takes_low: bool
    takes_high: bool


RANGES = {  # of those that no number shapes
    "step": Bounds(0.0, 1.0, True, True),
    "sign": Bounds(-1.0, 1.0, True, True),
    "linear": Bounds(-INF, INF, False, False),
    "sigmoid": Bounds(0.0, 1.0, False, False),
    "tanh": Bounds(-1.0, 1.0, False, False),
    "softsign": Bounds(-1.0, 1.0, False, False),
    "relu": Bounds(0.0, INF, True, False),
    "selu": Bounds(-SELU_SCALE * SELU_ALPHA, INF, False, False),
    "gelu": Bounds(-0.16997120747985, INF, True, False),  # at z = -0.7518
    "gelu_tanh": Bounds(-0.17004075057122, INF, True, False),  # at z = -0.7525
    "silu": Bounds(-0.27846454276105, INF, True, False),  # at z = -1.2785
    "softplus": Bounds(0.0, INF, False, False),
    "hardswish": Bounds(-0.375, INF, True, False),  # at z = -1.5
}
JUMPS = ("step", "sign")  # not even continuous
HINGES = ("step", "sign", "relu", "leaky_relu", "prelu", "elu", "selu")  # turn at 0


@dataclass(frozen=True)
class Form:
    """An activation with its numbers.

    `name` is a key of `ACTIVATIONS`; `numbers` are in the order of `SHAPED`, none for
    the usual ones.
    """

    name: str
    numbers: tuple[float, ...] = ()

    def named(self) -> dict[str, float]:
        """Return the numbers by name; empty if nothing shapes this activation."""
        usual, _make = SHAPED.get(self.name, ({}, None))
        return dict(zip(usual, self.numbers or usual.values(), strict=True))


def function(form: Form) -> Activation:
    """Return the activation of a form.

    Raises:
        ValueError: no such activation, or its numbers are too many, too few, or not
            finite.
    """
    if form.name not in ACTIVATIONS:
        raise ValueError(f"name must be one of {list(ACTIVATIONS)}, got {form.name!r}")
    wanted = len(SHAPED[form.name][0]) if form.name in SHAPED else 0
    if len(form.numbers) not in (0, wanted) or not all(
        map(math.isfinite, form.numbers)
    ):
        raise ValueError(
            f"{form.name} takes {wanted} finite numbers, got {form.numbers}"
        )
    if not form.numbers:
        return ACTIVATIONS[form.name]
    return SHAPED[form.name][1](*form.numbers)


def breaks(form: Form) -> tuple[float, ...]:
    """Return where one formula ends and the next begins, rising; often a kink."""
    if form.name in HINGES:
        return (0.0,)
    if form.name == "hardswish":
        return (-3.0, 3.0)
    if form.name == "maxout":
        w1, b1, w2, b2 = form.named().values()
        return ((b2 - b1) / (w1 - w2),) if w1 != w2 else ()
    return ()


def sides(form: Form, z: float) -> tuple[float, float]:
    """Return the slopes just left and just right of z; they differ at a kink."""
    near = torch.tensor([z - 1e-7, z + 1e-7], dtype=torch.float64)
    left, right = function(form).derivative(near).tolist()
    return left, right


def kinks(form: Form) -> tuple[float, ...]:
    """Return where the slope is a convention: a corner, or a jump."""
    return tuple(
        z
        for z in breaks(form)
        if form.name in JUMPS or not math.isclose(*sides(form, z), abs_tol=1e-6)
    )


def flat(
    form: Form, low: float, high: float, below: float = FLAT
) -> list[tuple[float, float]]:
    """Return the stretches of [low, high] where |g'| < below, from left to right.

    Their ends are found to eight decimals.

    Raises:
        ValueError: low is not below high.
    """
    if not low < high:
        raise ValueError(f"low must be below high, got {low} and {high}")
    slope = function(form).derivative

    def is_flat(z: Tensor) -> Tensor:
        return slope(z).abs() < below

    z = torch.linspace(low, high, 4001, dtype=torch.float64)
    now = is_flat(z)
    change = (now[1:] != now[:-1]).nonzero().flatten()
    left, right = z[change], z[change + 1]
    for _halving in range(24):
        middle = (left + right) / 2
        same = is_flat(middle) == now[change]
        left, right = torch.where(same, middle, left), torch.where(same, right, middle)
    ends = [round(end, 8) + 0.0 for end in right.tolist()]
    ends = [low, *ends] if now[0] else ends
    ends = [*ends, high] if len(ends) % 2 else ends
    return list(zip(ends[::2], ends[1::2], strict=True))


def steepest(form: Form) -> float:
    """Return the largest |g'| there is."""
    z = torch.linspace(-FAR, FAR, 80_001, dtype=torch.float64)
    return function(form).derivative(z).abs().max().item()


def mean_output(form: Form) -> float:
    """Return the mean of g(z) for z from N(0, 1): 0 where g is zero-centred.

    It is a sum over the middles of narrow stretches, so that a jump at 0 is halved.
    """
    edges = torch.linspace(-12, 12, 24_001, dtype=torch.float64)
    z = (edges[1:] + edges[:-1]) / 2
    weight = torch.exp(-z * z / 2)
    return (function(form).value(z) @ weight / weight.sum()).item()


def bounds(form: Form) -> Bounds:
    """Return the range of g over all z."""
    if form.name in RANGES:
        return RANGES[form.name]
    if form.name == "maxout":
        return _maxout_bounds(*form.named().values())
    (number,) = form.named().values()
    if number <= 0:  # what lies left of 0 is not below 0
        return Bounds(0.0, INF, True, False)
    low = -number if form.name == "elu" else -INF
    return Bounds(low, INF, False, False)


def _maxout_bounds(w1: float, b1: float, w2: float, b2: float) -> Bounds:
    if w1 == w2 == 0:
        return Bounds(max(b1, b2), max(b1, b2), True, True)
    if w1 * w2 > 0:  # both rise, or both fall
        return Bounds(-INF, INF, False, False)
    cross = (b2 - b1) / (w1 - w2)
    return Bounds(w1 * cross + b1, INF, True, False)
