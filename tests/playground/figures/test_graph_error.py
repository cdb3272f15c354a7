"""The errors over ε, and the powers they follow."""

import math

import pytest

from playground.figures.graph_error import Words, error_plot

STEPS = tuple(10 ** (power / 4) for power in range(-48, -3))
FLOOR = 1e-16
WORDS = Words("error", "one", "two", "first", "second", "rounding")


def plot(one, two, now=0.01):
    return error_plot(STEPS, one, two, FLOOR, now, WORDS)


def names(figure):
    return [trace.name for trace in figure.data]


def trace(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


ONE = [3 * step + FLOOR / step for step in STEPS]
TWO = [step**2 + FLOOR / step for step in STEPS]


@pytest.mark.parametrize(("name", "order"), [("first", 1), ("second", 2)])
def test_the_guides_have_the_slope_of_their_power(name, order):
    guide = trace(plot(ONE, TWO), name)
    rise = math.log10(guide.y[-1] / guide.y[0]) / math.log10(guide.x[-1] / guide.x[0])
    assert rise == pytest.approx(order)


def test_rounding_has_the_slope_of_minus_one():
    guide = trace(plot(ONE, TWO), "rounding")
    assert guide.y[0] * guide.x[0] == pytest.approx(FLOOR)
    assert guide.y[-1] * guide.x[-1] == pytest.approx(FLOOR)


def test_errors_that_follow_no_power_have_no_guide():
    constant = [24.0] * len(STEPS)
    assert names(plot(constant, constant)) == ["rounding", "one", "two"]
    nothing = [0.0] * len(STEPS)  # a straight line: both differences are exact
    assert names(plot(nothing, nothing)) == ["rounding", "one", "two"]


def test_what_is_0_or_does_not_exist_is_left_out():
    one = [math.nan, 0.0, *ONE[2:]]
    assert trace(plot(one, TWO), "one").y[:2] == (None, None)


def test_the_axes_are_logarithmic_and_the_choice_is_marked():
    figure = plot(ONE, TWO, now=1e-3)
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    assert figure.layout.shapes[0].x0 == 1e-3
    low, high = figure.layout.yaxis.range
    assert low < math.log10(min(TWO)) < math.log10(max(ONE)) < high
