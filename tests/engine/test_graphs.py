"""Values there, gradients back: the course by hand, torch on random formulas."""

import math

import pytest
from hypothesis import assume, given, reject, settings

from engine.expressions import ExpressionError, parse
from engine.graph_lines import fold
from engine.graphs import (
    autograd,
    compute,
    descend,
    edges_back,
    evaluate,
    first_undefined,
    gradients,
    steps,
)
from tests.engine.formulas import FORMULAS, INPUTS

J = "u = b*c; v = a + u; J = 3*v"
NET = (
    "s1 = w1*x1 + w3*x2 + b1; a1 = sigmoid(s1); s2 = w2*x1 + w4*x2 + b2;"
    "a2 = sigmoid(s2); s3 = w5*a1 + w6*a2 + b3; yhat = sigmoid(s3);"
    "E = (y - yhat)^2 / 2"
)
AT = {"x1": 0.05, "x2": 0.1, "y": 1.0, "w1": 0.15, "w2": 0.2, "w3": 0.25, "w4": 0.3}
AT |= {"w5": 0.5, "w6": 0.55, "b1": 0.35, "b2": 0.35, "b3": 0.6}
WEIGHTS = tuple(name for name in AT if name[0] in "wb")


def computed(text, **inputs):
    return compute(parse(text), inputs)


def slopes(result):
    """Return name -> gradient of every node that has a name."""
    found = zip(result.nodes, gradients(result), strict=True)
    return {node.name: slope for node, slope in found if node.name}


def values(result):
    known = zip(result.nodes, result.values, strict=True)
    return {node.name: value for node, value in known if node.name}


def test_j_of_the_course():
    result = computed(J, a=5.0, b=3.0, c=2.0)
    assert values(result) | {"u": 6, "v": 11, "J": 33} == values(result)
    assert slopes(result) == {"a": 3, "b": 6, "c": 9, "u": 3, "v": 3, "J": 1}


def test_f_of_the_course_adds_its_two_paths():
    result = computed("u = a + b; v = 3*b; f = u*v", a=5.0, b=3.0)
    assert values(result) == {"a": 5, "b": 3, "u": 8, "v": 9, "f": 72}
    assert slopes(result) == {"a": 9, "b": 33, "u": 9, "v": 8, "f": 1}


def test_the_gradient_of_x_squared_y_plus_y():
    for x, y in ((2.0, 3.0), (-1.5, 0.0)):
        found = slopes(computed("x^2*y + y", x=x, y=y))
        assert (found["x"], found["y"]) == (2 * x * y, x**2 + 1)


def test_the_logistic_loss_sends_answer_minus_truth():
    text = "z = w*x + b; a = sigmoid(z); L = -(y*log(a) + (1-y)*log(1-a))"
    for y in (0.0, 1.0):
        result = computed(text, w=0.7, x=2.0, b=-0.3, y=y)
        found, known = slopes(result), values(result)
        assert found["z"] == pytest.approx(known["a"] - y, rel=1e-12)
        assert found["w"] == pytest.approx(2 * found["z"])
        assert found["b"] == found["z"]


@pytest.mark.parametrize("folded", [False, True])
def test_the_network_of_the_course(folded):
    result = compute(parse(NET), AT)
    result = fold(result) if folded else result
    known, found = values(result), slopes(result)
    expected = {"s1": 0.3825, "a1": 0.594476, "s2": 0.39, "a2": 0.596283}
    expected |= {"s3": 1.225193, "yhat": 0.772976, "E": 0.025770}
    assert {name: round(known[name], 6) for name in expected} == expected
    expected = {"s3": -0.039839, "s1": -0.004802, "s2": -0.005275}
    expected |= {"w1": -0.000240, "w2": -0.000264, "w3": -0.000480, "w4": -0.000527}
    expected |= {"w5": -0.023683, "w6": -0.023755}
    assert {name: round(found[name], 6) for name in expected} == expected


def test_a_step_of_the_course():
    after = descend(parse(NET), AT, WEIGHTS, 0.1)
    expected = {"w5": 0.502368, "w6": 0.552376, "b3": 0.603984}
    expected |= {"b1": 0.350480, "b2": 0.350527, "x1": 0.05, "x2": 0.1, "y": 1.0}
    assert {name: round(after[name], 6) for name in expected} == expected
    assert round(values(compute(parse(NET), after))["yhat"], 6) == 0.774191


def read(text):
    """Return the graph; constants alone may make a number that does not exist."""
    try:
        return parse(text)
    except ExpressionError as error:
        return reject() if error.kind in {"constant", "number"} else None


@settings(deadline=None, max_examples=300)
@given(FORMULAS, INPUTS)
def test_gradients_are_those_of_torch(text, inputs):
    graph = read(text)
    result = compute(graph, inputs)
    assume(not any(map(math.isnan, result.values)))
    found, expected = slopes(result), autograd(graph, inputs)
    for name, theirs in expected.items():
        if math.isfinite(theirs):
            assert found[name] == pytest.approx(theirs, rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(FORMULAS, INPUTS)
def test_folding_lines_changes_no_value_and_no_gradient(text, inputs):
    whole = compute(read(text), inputs)
    lines = fold(whole)
    assert {node.name for node in lines.nodes} == {
        node.name for node in whole.nodes if node.own
    }
    for mine, theirs in (
        (values(lines), values(whole)),
        (slopes(lines), slopes(whole)),
    ):
        for name, number in mine.items():
            assert number == pytest.approx(
                theirs[name], rel=1e-9, abs=1e-9, nan_ok=True
            )


@settings(deadline=None)
@given(FORMULAS, INPUTS)
def test_the_last_step_holds_every_value_and_every_gradient(text, inputs):
    result = compute(read(text), inputs)
    moments = list(steps(result))
    last = moments[-1]
    assert last.values == pytest.approx(result.values, nan_ok=True)
    if math.isnan(result.values[-1]):
        assert last.kind == "forward"
        assert set(last.gradients) == {None}
        return
    for place, slope in enumerate(gradients(result)):
        if not result.is_constant(place):
            assert last.gradients[place] == pytest.approx(slope, nan_ok=True)


def test_steps_go_node_by_node_there_and_edge_by_edge_back():
    result = computed(J, a=5.0, b=3.0, c=2.0)
    names = [node.name for node in result.nodes]
    told = []
    for step in steps(result):
        if step.kind == "backward":
            operand = result.nodes[step.node].operands[step.operand]
            told.append(f"{names[step.node]}→{names[operand]}")
        else:
            told.append(f"{step.kind} {names[step.node] if step.node >= 0 else ''}")
    assert told[:5] == ["start ", "forward u", "forward v", "forward J", "seed J"]
    assert told[5:] == ["J→v", "v→a", "v→u", "u→b", "u→c"]


def test_a_gradient_grows_path_by_path():
    result = computed("u = a + b; v = 3*b; f = u*v", a=5.0, b=3.0)
    b = [node.name for node in result.nodes].index("b")
    seen = [step.gradients[b] for step in steps(result)]
    assert list(dict.fromkeys(seen)) == [None, 24, 33]


def test_a_node_used_twice_by_one_other_gets_both():
    assert slopes(computed("x*x", x=3.0))["x"] == 6
    assert slopes(computed("max(x, x)", x=3.0))["x"] == 1


def test_every_edge_is_walked_once_after_all_that_need_it():
    result = compute(parse(NET), AT)
    walked = list(edges_back(result))
    assert len(walked) == len(set(walked))
    for position, (place, _index) in enumerate(walked):
        into = [(p, i) for p, i in walked if result.nodes[p].operands[i] == place]
        assert all(walked.index(edge) < position for edge in into)


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("u = log(x); u*2 + y", {"x": -1.0, "y": 1.0}),
        ("u = y/x; u + 1", {"x": 0.0, "y": 1.0}),
        ("u = x^y; u + 1", {"x": -2.0, "y": 0.5}),
        ("u = exp(x); u + y", {"x": 1000.0, "y": 1.0}),
    ],
)
def test_a_number_that_does_not_exist_is_nan_and_so_is_what_it_makes(text, inputs):
    result = computed(text, **inputs)
    place = first_undefined(result)
    assert result.nodes[place].name == "u"
    assert math.isnan(result.values[-1])
    assert math.isnan(evaluate(parse(text), inputs))
    assert not any(math.isnan(values(result)[name]) for name in inputs)
    after = descend(parse(text), inputs, list(inputs), 0.1)
    assert all(map(math.isnan, after.values()))


def test_a_slope_that_does_not_exist_is_nan_where_the_value_does():
    result = computed("x^0.5 + y", x=0.0, y=1.0)
    assert result.values[-1] == 1
    found = slopes(result)
    assert math.isnan(found["x"])
    assert found["y"] == 1


@pytest.mark.parametrize("inputs", [{}, {"a": math.nan}, {"a": math.inf}])
def test_an_input_needs_a_finite_number(inputs):
    with pytest.raises(ValueError, match="a must be a finite number"):
        compute(parse("a*2"), inputs)


@pytest.mark.parametrize("rate", [0.0, -1.0, math.nan])
def test_a_rate_must_be_above_0(rate):
    with pytest.raises(ValueError, match="rate must be above 0"):
        descend(parse("a*2"), {"a": 1.0}, ["a"], rate)


def test_constants_are_no_inputs_and_get_no_gradient():
    result = computed("2*a", a=1.0)
    assert parse("2*a").inputs == ("a",)
    constant = [p for p in range(3) if result.is_constant(p)]
    assert [gradients(result)[p] for p in constant] == [0.0]
