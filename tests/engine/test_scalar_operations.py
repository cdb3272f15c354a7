"""Every operation's value and slopes, against torch."""

import math

import pytest
import torch

from engine.scalar_operations import OPERATIONS, sigmoid

UNARY = (-2.5, -1.0, -0.3, 0.0, 0.4, 1.0, 3.0)
PAIRS = [(a, b) for a in UNARY for b in UNARY]
TWO = {"add", "sub", "mul", "div", "pow", "max"}
CASES = [
    (name, operands)
    for name in OPERATIONS
    for operands in (PAIRS if name in TWO else [(x,) for x in UNARY])
]


def ours(name, operands):
    """Return value and slopes; NaN where there is none."""
    operation = OPERATIONS[name]

    def tried(function, *numbers):
        try:
            return function(*numbers)
        except (ValueError, ZeroDivisionError, OverflowError):
            return math.nan

    value = tried(operation.value, *operands)
    places = range(len(operands))
    return value, [tried(operation.slope, i, value, *operands) for i in places]


def theirs(name, operands):
    tensors = [
        torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in operands
    ]
    value = OPERATIONS[name].tensor(*tensors)
    value.backward()
    return value.item(), [tensor.grad.item() for tensor in tensors]


@pytest.mark.parametrize(("name", "operands"), CASES)
def test_values_and_slopes_are_those_of_torch_wherever_they_exist(name, operands):
    value, slopes = ours(name, operands)
    expected, expected_slopes = theirs(name, operands)
    assert math.isnan(value) == (not math.isfinite(expected))
    if not math.isnan(value):
        assert value == pytest.approx(expected, abs=1e-15)
        for slope, other in zip(slopes, expected_slopes, strict=True):
            known = other if math.isfinite(other) else math.nan
            assert slope == pytest.approx(known, abs=1e-15, nan_ok=True)


def test_a_sum_takes_any_number_of_terms():
    assert ours("add", (1.0, 2.0, 3.5, -1.0)) == (5.5, [1.0] * 4)


def test_kinks_follow_the_conventions_of_torch():
    assert ours("relu", (0.0,)) == (0.0, [0.0])
    assert ours("max", (2.0, 2.0)) == (2.0, [0.5, 0.5])


@pytest.mark.parametrize("x", [-1e308, -745.0, 0.0, 745.0, 1e308])
def test_the_sigmoid_never_overflows(x):
    expected = torch.tensor(x, dtype=torch.float64).sigmoid().item()
    assert sigmoid(x) == pytest.approx(expected, abs=1e-300)
