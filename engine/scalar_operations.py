"""Operations on single numbers: value, slope by each operand, the same in torch.

Python's errors (ValueError, ZeroDivisionError, OverflowError) mean: no such number.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        value: of its operands.
        slope: (number of the operand, value, *operands) -> derivative by this operand.
        tensor: the same for float64 tensors of one number.
    """

    value: Callable[..., float]
    slope: Callable[..., float]
    tensor: Callable[..., Tensor]


def sigmoid(x: float) -> float:
    """Return 1 / (1 + e^−x), without overflow for any finite x."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return math.exp(x) / (1 + math.exp(x))


def _slope_of_product(index: int, _value: float, a: float, b: float) -> float:
    return (b, a)[index]


def _slope_of_quotient(index: int, value: float, _a: float, b: float) -> float:
    return 1 / b if index == 0 else -value / b


def _slope_of_power(index: int, value: float, base: float, exponent: float) -> float:
    if index == 0:
        return exponent * math.pow(base, exponent - 1) if exponent else 0.0
    if base == 0 and exponent >= 0:
        return 0.0
    return value * math.log(base)


def _slope_of_max(index: int, _value: float, a: float, b: float) -> float:
    if a == b:
        return 0.5
    return float((a > b) == (index == 0))


def _of_value(slope: Callable[[float], float]) -> Callable[..., float]:
    """Return the slope of an operation where its value is enough to know it."""
    return lambda _index, value, _x: slope(value)


def _of_operand(slope: Callable[[float], float]) -> Callable[..., float]:
    return lambda _index, _value, x: slope(x)


def _sum(*terms: Tensor) -> Tensor:
    return torch.stack(terms).sum()


OPERATIONS = {
    "add": Operation(lambda *terms: math.fsum(terms), lambda *_known: 1.0, _sum),
    "sub": Operation(
        lambda a, b: a - b, lambda index, *_known: 1.0 - 2.0 * index, torch.sub
    ),
    "mul": Operation(lambda a, b: a * b, _slope_of_product, torch.mul),
    "div": Operation(lambda a, b: a / b, _slope_of_quotient, torch.div),
    "pow": Operation(math.pow, _slope_of_power, torch.pow),
    "neg": Operation(lambda x: -x, lambda *_known: -1.0, torch.neg),
    "exp": Operation(math.exp, _of_value(lambda value: value), torch.exp),
    "log": Operation(math.log, _of_operand(lambda x: 1 / x), torch.log),
    "sin": Operation(math.sin, _of_operand(math.cos), torch.sin),
    "cos": Operation(math.cos, _of_operand(lambda x: -math.sin(x)), torch.cos),
    "tanh": Operation(math.tanh, _of_value(lambda value: 1 - value**2), torch.tanh),
    "sigmoid": Operation(
        sigmoid, _of_value(lambda value: value * (1 - value)), torch.sigmoid
    ),
    "relu": Operation(
        lambda x: max(x, 0.0), _of_operand(lambda x: float(x > 0)), torch.relu
    ),
    "max": Operation(max, _slope_of_max, torch.maximum),
}
