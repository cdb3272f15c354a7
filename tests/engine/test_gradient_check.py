"""Differences, their order, the verdict, and the mistakes they find."""

import math

import pytest

from engine.expressions import parse
from engine.gradient_check import (
    doubled,
    errors,
    one_sided,
    overwrite,
    relative_error,
    two_sided,
    unsigned,
    verdict,
)
from engine.graphs import compute, gradients

CUBE = parse("theta^3")
PATHS = parse("u = a + b; v = 3*b; f = u*v")
AT = {"a": 5.0, "b": 3.0}


def by_name(computed, slopes):
    return {n.name: s for n, s in zip(computed.nodes, slopes, strict=True) if n.name}


def test_the_cube_of_the_course():
    inputs = {"theta": 1.0}
    assert one_sided(CUBE, inputs, "theta", 0.01) == pytest.approx(3.0301, abs=1e-12)
    assert two_sided(CUBE, inputs, "theta", 0.01) == pytest.approx(3.0001, abs=1e-12)


@pytest.mark.parametrize(("difference", "order"), [(one_sided, 1), (two_sided, 2)])
@pytest.mark.parametrize("text", ["theta^3", "exp(theta)", "sigmoid(2*theta)"])
def test_the_error_falls_with_its_power_of_epsilon(difference, order, text):
    graph, inputs = parse(text), {"theta": 0.7}
    computed = compute(graph, inputs)
    slope = by_name(computed, gradients(computed))["theta"]
    epsilons = (1e-2, 1e-3)
    coarse, fine = errors(difference, graph, inputs, ("theta", slope), epsilons)
    assert math.log10(coarse / fine) == pytest.approx(order, abs=0.05)


def test_rounding_wins_below_some_epsilon():
    claim = ("theta", 3.0)
    good, bad = errors(two_sided, CUBE, {"theta": 1.0}, claim, (1e-5, 1e-12))
    assert bad > 1000 * good


def test_an_epsilon_that_changes_nothing_is_refused_and_its_error_is_nan():
    inputs = {"theta": 1e6}
    with pytest.raises(ValueError, match="epsilon must change"):
        one_sided(CUBE, inputs, "theta", 1e-12)
    with pytest.raises(ValueError, match="epsilon must change"):
        two_sided(CUBE, inputs, "theta", 0.0)
    (error,) = errors(one_sided, CUBE, inputs, ("theta", 3e12), (1e-12,))
    assert math.isnan(error)


def test_a_difference_does_not_exist_where_a_result_does_not():
    inputs = {"x": 0.005}
    assert math.isnan(two_sided(parse("log(x)"), inputs, "x", 0.01))


def test_the_relative_error_is_0_for_equals_and_1_for_opposites():
    assert relative_error((3.0, 4.0), (3.0, 4.0)) == 0
    assert relative_error((0.0, 0.0), (0.0, 0.0)) == 0
    assert relative_error((3.0, 4.0), (-3.0, -4.0)) == 1
    assert relative_error((3.0301,), (3.0,)) == pytest.approx(0.0301 / 6.0301)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (0.0, "fine"),
        (1e-7, "fine"),
        (1.1e-7, "doubtful"),
        (1e-5, "doubtful"),
        (1e-3, "doubtful"),
        (1.1e-3, "wrong"),
        (1.0, "wrong"),
        (math.nan, "none"),
    ],
)
def test_the_verdict_of_the_course(error, said):
    assert verdict(error) == said


def test_overwriting_loses_all_paths_but_the_last():
    computed = compute(PATHS, AT)
    found = by_name(computed, overwrite(computed))
    assert (found["a"], found["b"]) == (9, 9)


def test_lost_signs_spoil_only_what_is_behind_a_minus():
    computed = compute(parse("a - b"), AT)
    found = by_name(computed, gradients(unsigned(computed)))
    assert (found["a"], found["b"]) == (1, 1)


def test_one_doubled_slope_spoils_one_path():
    computed = compute(PATHS, AT)
    found = by_name(computed, gradients(doubled(computed, "b")))
    assert (found["a"], found["b"]) == (9, 33 + 9)


@pytest.mark.parametrize(
    "spoil",
    [
        overwrite,
        lambda computed: gradients(unsigned(computed)),
        lambda computed: gradients(doubled(computed, "b")),
    ],
)
def test_the_check_finds_every_mistake(spoil):
    graph, inputs = parse("u = a - b; v = 3*b; f = u*v"), AT
    computed = compute(graph, inputs)
    claimed = by_name(computed, spoil(computed))
    right = by_name(computed, gradients(computed))
    measured = [two_sided(graph, inputs, name, 1e-5) for name in inputs]
    judged = [
        verdict(relative_error(tuple(measured), tuple(known[n] for n in inputs)))
        for known in (right, claimed)
    ]
    assert judged == ["fine", "wrong"]
