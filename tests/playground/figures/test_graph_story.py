"""Each step in LaTeX, with the numbers of the course."""

import pytest

from playground.figures.graph_story import (
    backward,
    definitions,
    forward,
    gradient,
    local,
    partial_of,
    paths,
)
from tests.playground.figures.graphs import example, own, place


def back(story, node, operand):
    """Return the moments in which gradient goes from one name to another."""
    nodes = story.computed.nodes
    return [
        moment
        for moment in story.moments
        if moment.kind == "backward"
        and nodes[moment.node].name == node
        and nodes[nodes[moment.node].operands[moment.operand]].name == operand
    ]


def test_definitions_have_no_numbers_but_constants():
    assert definitions(example("chain")) == [
        r"u = b \cdot c",
        "v = a + u",
        r"J = 3 \cdot v",
    ]
    assert definitions(example("net", lines=True))[0] == (
        r"s_{1} = w_{1} \cdot x_{1} + w_{3} \cdot x_{2} + b_{1}"
    )


def test_a_value_is_letters_then_numbers_then_value():
    story = example("chain")
    assert forward(story, place(story, "u")) == r"u = b \cdot c = 3 \cdot 2 = 6"
    story = example("net", lines=True)
    assert forward(story, place(story, "s1")) == (
        r"s_{1} = w_{1} \cdot x_{1} + w_{3} \cdot x_{2} + b_{1}"
        r" = 0.15 \cdot 0.05 + 0.25 \cdot 0.1 + 0.35 = 0.3825"
    )


def test_the_chain_rule_with_numbers():
    story = example("chain")
    (moment,) = back(story, "u", "b")
    by = partial_of
    assert backward(story, moment) == (
        rf"{by('J', 'b')} = {by('J', 'u')} \cdot {by('u', 'b')} = 3 \cdot 2 = 6"
    )
    assert local(story, moment) == f"{by('u', 'b')} = c = 2"


def test_paths_that_meet_are_a_sum_with_dots_for_those_to_come():
    story = example("paths")
    (first,), (second,) = back(story, "v", "b"), back(story, "u", "b")
    assert paths(story, first)[1:] == (1,)
    assert paths(story, second)[1:] == (2,)
    assert len(paths(story, second)[0]) == 2
    assert backward(story, first).endswith(r"= 8 \cdot 3 + \dots = 24 + \dots")
    assert backward(story, second).endswith(r"= 8 \cdot 3 + 9 \cdot 1 = 33")


def test_a_number_used_twice_by_one_node_comes_along_two_edges():
    story = own("x*x", x=3.0)
    one, two = back(story, "f", "x")
    assert backward(story, one).endswith(r"= 1 \cdot 3 + \dots = 3 + \dots")
    assert backward(story, two).endswith(r"= 1 \cdot 3 + 1 \cdot 3 = 6")


@pytest.mark.parametrize(
    ("text", "operand", "shown"),
    [
        ("sigmoid(x)", "x", r"f \cdot (1 - f) = 0.8808 \cdot (1 - 0.8808) = 0.105"),
        ("x^3", "x", r"3 \cdot x^{2} = 3 \cdot 2^{2} = 12"),
        ("x^2", "x", r"2 \cdot x = 2 \cdot 2 = 4"),
        ("y/x", "x", r"-\frac{f}{x} = -\frac{\left(-1.5\right)}{2} = 0.75"),
        ("log(x)", "x", r"\frac{1}{x} = \frac{1}{2} = 0.5"),
        ("y - x", "x", "-1"),
        ("x + y", "x", "1"),
        ("max(x, y)", "x", "1"),
        ("relu(y) + x", "y", "0"),
    ],
)
def test_the_slope_of_an_edge_is_rule_numbers_and_value(text, operand, shown):
    story = own(text, x=2.0, y=-3.0)
    moment = next(
        m
        for m in story.moments
        if m.kind == "backward"
        and story.computed.nodes[story.computed.nodes[m.node].operands[m.operand]].name
        == operand
    )
    assert local(story, moment).split(" = ", 1)[1] == shown


def test_the_gradient_is_listed_as_asked_for():
    by = partial_of
    assert gradient(example("paths"), ["b", "a"]) == [
        f"{by('f', 'b')} = 33",
        f"{by('f', 'a')} = 9",
    ]


def test_delta_of_the_course_is_the_gradient_at_the_sum():
    story = example("net", lines=True)
    (found,) = gradient(story, ["s3"])
    assert found.endswith("= -0.03984")
