"""Formulas from anyone: read, refused with a reason, never run."""

import warnings

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.expressions import (
    LONGEST,
    MOST_INPUTS,
    MOST_NODES,
    ExpressionError,
    parse,
    tidy,
)
from engine.graphs import CONSTANT, INPUT, evaluate

KINDS = {
    *("empty", "long", "character", "syntax", "product", "function", "arguments"),
    *("operation", "number", "exponent", "constant", "name", "taken", "target"),
    *("unnamed", "twice", "unused", "nothing", "inputs", "nodes", "deep"),
}
AT = {"a": 5.0, "b": 3.0, "c": 2.0, "x": 0.5, "θ": 2.0}


def value(text):
    graph = parse(text)
    return evaluate(graph, {name: AT[name] for name in graph.inputs})


def operations(text):
    return [node.operation for node in parse(text).nodes if node.operands]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3*(a + b*c)", 33),
        ("u = b*c; v = a + u; J = 3*v", 33),
        ("u = b*c\nv = a + u\r\nJ = 3*v", 33),
        ("(a+b)*3*b", 72),
        ("a - b - c", 0),
        ("a / b / c", 5 / 6),
        ("-a^c", -25),
        ("a^-c", 0.04),
        ("b^c^c", 81),
        ("a**2", 25),
        ("a² − b³", -2),
        ("a × b · c ÷ 2", 15),
        ("+a - -b", 8),
        ("ln(e^a)", 5),
        ("cos(pi*a)", -1),
        ("max(a, b) + relu(b - a)", 5),
        ("1e1*a + .5*b", 51.5),
        ("θ*θ", 4),
    ],
)
def test_formulas_are_read_as_mathematics_does(text, expected):
    assert value(text) == pytest.approx(expected)


def test_a_sum_of_terms_is_one_node_but_brackets_are_kept():
    assert operations("a + b + c + a") == ["add"]
    assert operations("a + (b + c)") == ["add", "add"]


def test_a_part_written_twice_is_two_nodes_but_a_name_is_one():
    assert operations("(a + b)*(a + b)") == ["add", "add", "mul"]
    assert operations("u = a + b; u*u") == ["add", "mul"]


def test_constants_are_computed_at_once_and_unused_ones_are_gone():
    nodes = parse("2*3*a").nodes
    assert [n.number for n in nodes if n.operation == CONSTANT] == [6]
    assert len(nodes) == 3


def test_nodes_without_a_name_get_one_that_confuses_with_no_other():
    graph = parse("u1 = a*b; s*u1 + v*u1 + p")
    names = [node.name for node in graph.nodes if node.operation != CONSTANT]
    assert len(set(names)) == len(names)
    made = {node.name for node in graph.nodes if node.operands and not node.own}
    assert not made & {"u", "s", "v", "p"}  # u would be taken for u1
    assert parse("a*b*c").nodes[-1].name == "f"
    assert parse("f*b*c").nodes[-1].name == "J"
    assert parse("f*J*L*f1").nodes[-1].name == "f2"


def test_inputs_are_listed_in_the_order_of_their_first_use():
    assert parse("z*a + b*z").inputs == ("z", "a", "b")


@pytest.mark.parametrize(
    ("text", "kind", "found", "position"),
    [
        ("", "empty", "", 0),
        (" ;\n ; ", "empty", "", 0),
        ("a +" + " " * LONGEST + "b", "long", None, LONGEST),
        ("a + 'b'", "character", "'", 4),
        ("a & b", "character", "&", 2),
        ("a + * b", "syntax", "* b", 4),
        ("(a + b", "syntax", "(a + b", 0),
        ("a b", "syntax", "b", 2),
        ("a = = b", "syntax", "= b", 4),
        ("a + 2b", "product", "2b", 4),
        ("3(a+b)", "product", "3(a+b)", 0),
        ("a*b; c + 2.5x", "product", "2.5x", 9),
        ("a(b + c)", "function", "a", 0),
        ("a + open(b)", "function", "open", 4),
        ("exp(a, b)", "arguments", "exp(a, b)", 0),
        ("max(a)", "arguments", "max(a)", 0),
        ("exp(x=a)", "arguments", "exp(x=a)", 0),
        ("a.real*2", "operation", "a.real", 0),
        ("a // b", "operation", "a // b", 0),
        ("a == b", "operation", "a == b", 0),
        ("a if b else c", "operation", "a if b else c", 0),
        ("(a, b)", "operation", "(a, b)", 0),
        ("not a", "operation", "not a", 0),
        ("True*a", "operation", "True", 0),
        ("a*1e7", "number", "1e7", 2),
        ("a*1e400", "number", "1e400", 2),
        ("9^9^9*a", "number", "9^9", 2),
        ("a^101", "exponent", "101", 2),
        ("a*log(1-1)", "constant", "log(1-1)", 2),
        ("a + 1/0", "constant", "1/0", 4),
        ("nine_long*a", "name", "nine_long", 0),
        ("_x*2", "name", "_x", 0),
        ("torch*a", "taken", "torch", 0),
        ("sin*a", "taken", "sin", 0),
        ("e = a*b; e*2", "taken", "e", 0),
        ("a + b = c", "syntax", None, 0),
        ("u = v = a*b; u*v", "target", "u", 0),
        ("a*b; c*a", "unnamed", "a*b", 0),
        ("u = a*b; u = u*a", "twice", "u", 9),
        ("a = a*b; a*2", "twice", "a", 0),
        ("u = a*b; c*2", "unused", "u", 0),
        ("a", "nothing", "a", 0),
        ("3 + 4", "nothing", "3 + 4", 0),
        ("u = a*b; u", "nothing", "u", 9),
        ("+".join(f"x{i}" for i in range(MOST_INPUTS + 1)), "inputs", "x14", 46),
        ("a" + "*a" * MOST_NODES, "deep", None, 0),
        ("; ".join(["u = a+b", "u*a+b"]) + "+a*a" * 38, "nodes", None, None),
        ("-" * 40 + "a", "deep", None, None),
        ("sin(" * 32 + "a" + ")" * 32, "deep", None, None),
    ],
)
def test_what_is_no_formula_is_refused_with_kind_and_place(text, kind, found, position):
    with pytest.raises(ExpressionError) as raised:
        parse(text)
    assert raised.value.kind == kind
    assert kind in KINDS
    if found is not None:
        assert raised.value.found == found
    if position is not None:
        assert raised.value.position == position


def test_places_are_those_of_the_text_as_written():
    with pytest.raises(ExpressionError) as raised:
        parse("u = θ²·θ^2\nu + bad(θ)")
    assert (raised.value.found, raised.value.position) == ("bad", 15)


WORDS = ("a", "x1", "3", "(", ")", "+", "-", "*", "/", "^", "=", ";", ",", " ", "log")
WORDS += (
    "max",
    "e",
    ".",
    "2x",
    "__import__",
    "exec",
    "'",
    "lambda",
    ":",
    "[",
    "²",
    "θ",
)


def tried(text):
    """Return the graph, or the reason why there is none."""
    try:
        return parse(text), None
    except ExpressionError as error:
        return None, error


@settings(deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS)).map("".join)))
@example("1if x else 2")
@example("\x00")
@example("(" * 390)
@example("0x1f*a")
@example("a\n b")
@example("1_0*a")
def test_any_text_is_a_graph_or_an_error_that_the_page_can_explain(text):
    graph, error = tried(text)
    if error:
        assert error.kind in KINDS
        assert 0 <= error.position <= len(text)
        return
    assert graph.inputs
    assert len([n for n in graph.nodes if n.operation != CONSTANT]) <= MOST_NODES
    for place, node in enumerate(graph.nodes):
        assert all(operand < place for operand in node.operands)
        assert bool(node.operands) == (node.operation not in (INPUT, CONSTANT))
    used = {operand for node in graph.nodes for operand in node.operands}
    assert used == set(range(len(graph.nodes) - 1))
    assert parse(tidy(text)) == graph


def test_nothing_of_a_formula_is_ever_run(tmp_path):
    trap = tmp_path / "trap"
    for text in (f"open('{trap}', 'w')", "exit()", "a.__class__", "[a for a in b]"):
        with pytest.raises(ExpressionError):
            parse(text)
    assert not trap.exists()


def test_reading_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parse("3*(a + b)").inputs == ("a", "b")
        for text in ("3(a)", "1and a", "0777*a", "a is 3"):
            with pytest.raises(ExpressionError):
                parse(text)


def test_tidy_leaves_one_line_per_line():
    assert tidy("  u = a*b ;\n\n v=u*2;") == "u = a*b\nv=u*2"
