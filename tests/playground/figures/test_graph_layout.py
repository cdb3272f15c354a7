"""Where the nodes stand: in layers, apart, on the stage, with few crossings."""

from itertools import pairwise

import pytest
from hypothesis import assume, given, reject, settings

from engine.expressions import ExpressionError, parse
from engine.graph_lines import fold
from engine.graphs import compute
from playground.figures.graph_columns import GAP
from playground.figures.graph_layout import (
    arrange,
    enlarged,
    is_input,
    layers,
)
from tests.engine.formulas import FORMULAS, INPUTS
from tests.playground.figures.graphs import example, own, place


def crossings(layout):
    """Return how many pairs of pieces between the same layers cross."""
    found = 0
    for i, (ax, ay, bx, by) in enumerate(layout.pieces):
        for cx, cy, dx, dy in layout.pieces[:i]:
            found += ax == cx and bx == dx and (ay - cy) * (by - dy) < 0
    return found


def boxes(computed, layout):
    """Return left, top, right, bottom of every node with its title."""
    found = []
    for index, at in enumerate(layout.at):
        if at is not None:
            x, y = at
            above = layout.cell
            if not is_input(computed, index):
                above += layout.title
            half = layout.wide / 2
            found.append((x - half, y - above, x + half, y + layout.cell))
    return found


def test_layers_of_the_course_formula():
    story = example("chain")
    depths = layers(story.computed)
    assert {
        node.name: depth
        for node, depth in zip(story.computed.nodes, depths, strict=True)
        if node.name
    } == {"b": 0, "c": 0, "u": 1, "a": 1, "v": 2, "J": 3}


@pytest.mark.parametrize(
    ("name", "lines", "most"),
    [
        ("chain", False, 0),
        ("paths", False, 0),
        ("logistic", True, 0),
        ("logistic", False, 2),
        ("net", True, 1),
        ("net", False, 4),
        ("own", False, 0),
    ],
)
def test_the_examples_cross_little(name, lines, most):
    assert crossings(example(name, lines=lines).layout) <= most


@pytest.mark.parametrize("lines", [False, True])
def test_the_network_fits_the_first_screen(lines):
    width, height = example("net", lines=lines).layout.size
    assert width <= 808
    assert height <= 385


@settings(deadline=None)
@given(FORMULAS, INPUTS)
def test_nodes_stand_apart_on_the_stage_and_edges_end_at_them(text, inputs):
    try:
        whole = compute(parse(text), inputs)
    except ExpressionError as error:
        assume(error.kind not in {"constant", "number"})
        reject()
    for computed in (whole, fold(whole)):
        layout = arrange(computed)
        width, height = layout.size
        known = boxes(computed, layout)
        for i, (left, top, right, bottom) in enumerate(known):
            assert 0 <= left < right <= width
            assert -0.01 <= top < bottom <= height + 0.01
            for other in known[:i]:
                beside = other[2] <= left or right <= other[0]
                above = other[3] + GAP - 0.01 <= top or bottom + GAP - 0.01 <= other[1]
                assert beside or above
        check_edges(computed, layout)


def check_edges(computed, layout):
    drawn = [
        (p, i)
        for p, node in enumerate(computed.nodes)
        for i, operand in enumerate(node.operands)
        if not computed.is_constant(operand)
    ]
    assert list(layout.edges) == drawn
    for edge, (node, index) in enumerate(layout.edges):
        mine = [
            p for p, of in zip(layout.pieces, layout.of_edge, strict=True) if of == edge
        ]
        x, y = layout.at[computed.nodes[node].operands[index]]
        assert mine[0][:2] == (x + layout.wide / 2, y)
        x, y = layout.at[node]
        assert mine[-1][2] == pytest.approx(x - layout.wide / 2)
        assert abs(mine[-1][3] - y) <= layout.cell
        for one, other in pairwise(mine):
            assert one[2:] == other[:2]
            assert one[0] < one[2]


def test_a_graph_of_many_rows_is_not_blown_up():
    rows = " + ".join(f"x{i}*y{i}" for i in range(7))
    tall = own(rows, **{f"{v}{i}": 1.0 for v in "xy" for i in range(7)}).layout
    assert tall.size[0] == 808
    assert example("chain").layout.size[0] == 600


def test_an_edge_over_layers_goes_around_the_nodes_between():
    story = example("own")  # y is used by u·y and by the last sum
    layout = story.layout
    v = layout.at[place(story, "v")]
    for x0, y0, x1, y1 in layout.pieces:
        if x0 == v[0] - layout.wide / 2 and x1 == v[0] + layout.wide / 2:
            assert y0 == y1
            assert abs(y0 - v[1]) >= layout.cell
            return
    pytest.fail("no edge passes below v")


def test_a_larger_layout_is_the_same_but_larger():
    small = example("paths").layout
    large = enlarged(small, 2.0)
    assert large.size == (2 * small.size[0], 2 * small.size[1])
    assert (large.cell, large.wide) == (2 * small.cell, 2 * small.wide)
    assert large.at[0] == (2 * small.at[0][0], 2 * small.at[0][1])
    assert large.edges == small.edges
    assert crossings(large) == crossings(small)
