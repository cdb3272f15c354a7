"""What the presets of the backpropagation page say is so."""

import math

import pytest

from engine.expressions import parse
from engine.gradient_check import (
    one_sided,
    overwrite,
    relative_error,
    two_sided,
    verdict,
)
from engine.graphs import compute, descend, gradients
from playground.panels.backprop_examples import EXAMPLES, OWN
from playground.panels.backprop_presets import TRIES

PRESETS = {entry.title: entry.settings for entry in TRIES}


def shown(words):
    """Return graph and inputs of the one preset whose title begins like this."""
    (given,) = (s for title, s in PRESETS.items() if title.startswith(words))
    name = given["formula"]
    graph = parse(given["expr"] if name == OWN else EXAMPLES[name].text)
    return graph, {n: given[f"{name}_{n}"] for n in graph.inputs}, given


def known(graph, inputs):
    """Return name -> (value, gradient)."""
    computed = compute(graph, inputs)
    rows = zip(computed.nodes, computed.values, gradients(computed), strict=True)
    return {node.name: (value, slope) for node, value, slope in rows}


def nudged(graph, inputs, name, by):
    moved = {**inputs, name: inputs[name] + by}
    return compute(graph, moved).values[-1] - compute(graph, inputs).values[-1]


def test_every_preset_asks_before_it_answers():
    assert len(TRIES) >= 8
    assert all(entry.question and entry.why for entry in TRIES)
    assert sum(entry.title.startswith("Fails") for entry in TRIES) >= 3


def test_a_path_multiplies():
    graph, inputs, _given = shown("A path multiplies")
    assert compute(graph, inputs).values[-1] == 33
    assert nudged(graph, inputs, "b", 0.01) == pytest.approx(0.06)
    assert known(graph, inputs)["b"][1] == 3 * 1 * inputs["c"] == 6


def test_two_paths_add_up():
    graph, inputs, _given = shown("Two paths")
    found = known(graph, inputs)
    assert found["b"][1] == 33 == found["u"][1] * 1 + found["v"][1] * 3
    assert (found["u"][1], found["v"][1]) == (9, 8)


def test_answer_minus_truth():
    graph, inputs, _given = shown("Answer minus")
    found = known(graph, inputs)
    assert found["z"][1] == pytest.approx(found["a"][0] - inputs["y"])
    assert round(found["z"][1], 4) == -0.4378


def test_a_network_takes_a_step():
    graph, inputs, given = shown("A network")
    after = descend(graph, inputs, EXAMPLES["net"].weights, given["rate"])
    moved = {name: abs(after[name] - inputs[name]) for name in inputs}
    assert max(moved, key=moved.get) == "b3"
    assert 90 < moved["w6"] / moved["w1"] < 110
    answers = [known(graph, at)["yhat"][0] for at in (inputs, after)]
    assert [round(answer, 4) for answer in answers] == [0.7730, 0.7742]


def test_one_way_is_open():
    found = known(*shown("One way")[:2])
    slopes = {name: found[name][1] for name in "abcd"}
    assert {name for name, slope in slopes.items() if slope} == {"b", "c"}


def test_a_saturated_unit_is_deaf_to_the_squared_error_alone():
    graph, inputs, _given = shown("Fails: wrong")
    found = known(graph, inputs)
    assert round(found["a"][0], 4) == 0.0003
    assert round(abs(found["w"][1]), 4) == 0.0007
    logistic = parse("z = w*x; a = sigmoid(z); -(y*log(a) + (1-y)*log(1-a))")
    assert known(logistic, inputs)["z"][1] == pytest.approx(-1, abs=1e-3)


def test_five_sigmoids_leave_less_than_a_thousandth():
    assert 0 < known(*shown("Fails: five")[:2])["w"][1] < 1 / 1024


def test_five_relus_leave_all_unless_x_is_negative():
    graph, inputs, _given = shown("Works: five")
    assert known(graph, inputs)["w"][1] == 1
    assert known(graph, {**inputs, "x": -1.0})["w"][1] == 0


def test_one_side_or_two():
    graph, inputs, given = shown("One side")
    differences = [
        f(graph, inputs, "theta", given["epsilon"]) for f in (one_sided, two_sided)
    ]
    assert [round(x, 6) for x in differences] == [3.0301, 3.0001]


def test_epsilon_can_be_too_small():
    graph, inputs, given = shown("Fails: ε")
    assert given["epsilon"] == 1e-12
    wrong, right = (
        abs(two_sided(graph, inputs, "theta", epsilon) - 3) for epsilon in (1e-12, 1e-5)
    )
    assert wrong > 1000 * right


def test_a_bug_is_caught_and_turns_the_verdict():
    graph, inputs, given = shown("A bug")
    assert (given["bug"], given["check_paths"]) == ("overwrite", "b")
    computed = compute(graph, inputs)
    names = [node.name for node in computed.nodes]
    a, b = names.index("a"), names.index("b")
    measured = tuple(two_sided(graph, inputs, n, given["epsilon"]) for n in ("a", "b"))
    buggy, right = overwrite(computed), gradients(computed)
    assert (buggy[a], buggy[b]) == (9, 9)
    assert (right[a], right[b]) == (9, 33)
    said = [
        verdict(relative_error(measured, (slopes[a], slopes[b])))
        for slopes in (buggy, right)
    ]
    assert said == ["wrong", "fine"]


def test_a_kink_deceives_the_check():
    graph, inputs, given = shown("Fails: a kink")
    assert known(graph, inputs)["x"][1] == 0
    differences = [
        f(graph, inputs, "x", given["epsilon"]) for f in (one_sided, two_sided)
    ]
    assert differences == pytest.approx([1, 0.5])
    assert all(verdict(relative_error((d,), (0.0,))) == "wrong" for d in differences)
    beside = {"x": 0.1}
    assert math.isclose(two_sided(graph, beside, "x", given["epsilon"]), 1)
    assert known(graph, beside)["x"][1] == 1
