"""Names, numbers and formulas, as text and as LaTeX."""

import math

import pytest

from engine.expressions import parse
from playground.figures.graph_words import (
    PLAIN,
    TEX,
    bracketed,
    formula,
    has_working,
    number,
    plain,
    slope,
    tex,
    tex_number,
)


@pytest.mark.parametrize(
    ("name", "text", "latex"),
    [
        ("a", "a", "a"),
        ("w12", "w₁₂", "w_{12}"),
        ("x_1", "x₁", "x_{1}"),
        ("theta", "θ", r"\theta"),
        ("eta2", "η₂", r"\eta_{2}"),
        ("yhat", "ŷ", r"\hat{y}"),
        ("what3", "ŵ₃", r"\hat{w}_{3}"),
        ("that", "t\N{COMBINING CIRCUMFLEX ACCENT}", r"\hat{t}"),
        ("loss", "loss", r"\mathrm{loss}"),
        ("w_out", "w_out", r"w_{\mathrm{out}}"),
        ("a_b_c", "a_b_c", r"a_{\mathrm{b\_c}}"),
        ("h1b", "h_1b", r"h_{\mathrm{1b}}"),
        ("θ1", "θ₁", "θ_{1}"),
    ],
)
def test_names(name, text, latex):
    assert plain(name) == text
    assert tex(name) == latex


@pytest.mark.parametrize(
    ("value", "text", "latex"),
    [
        (6.0, "6", "6"),
        (-0.0048024, "−0.004802", "-0.004802"),
        (-0.0, "0", "0"),
        (33.0, "33", "33"),
        (123456.0, "123456", "123456"),
        (-0.00024013, "−2.401·10⁻⁴", r"-2.401 \cdot 10^{-4}"),
        (1e6, "1.000·10⁶", r"1.000 \cdot 10^{6}"),
        (math.nan, "–", r"\text{–}"),
    ],
)
def test_numbers_have_four_digits_and_a_true_minus(value, text, latex):
    assert number(value) == text
    assert tex_number(value) == latex


def test_what_torch_calls_infinite_is_written_so():
    assert (number(math.inf), number(-math.inf)) == ("∞", "−∞")


def test_more_digits_can_be_asked_for():
    assert number(0.7729759, 6) == "0.772976"


def written(text, style, **values):
    """Return the last line's formula, with the numbers of some names."""
    nodes = parse(text).nodes

    def leaf(place):
        node = nodes[place]
        if node.operation == "constant":
            return number(node.number)
        if not node.own:
            return None
        return values.get(node.name, node.name)

    return formula(nodes, len(nodes) - 1, leaf, style)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a*b + c", "a·b+c"),
        ("(a + b)*c", "(a+b)·c"),
        ("a - (b - c)", "a−(b−c)"),
        ("a - b - c", "a−b−c"),
        ("a/(b*c)", "a/(b·c)"),
        ("a/b/c", "a/b/c"),
        ("(y - z)^2/2", "(y−z)²/2"),
        ("a^b", "a^b"),
        ("(a^b)^c", "(a^b)^c"),
        ("-(a + b)", "−(a+b)"),
        ("-a*b", "(−a)·b"),
        ("sigmoid(a)^2", "σ(a)²"),
        ("max(a, b + c)", "max(a, b+c)"),
        ("2*relu(-a)", "2·relu(−a)"),
        ("a + -2*b", "a+(−2)·b"),
    ],
)
def test_formulas_as_text_have_the_brackets_they_need(text, shown):
    assert written(text, PLAIN) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a/(b + c)", r"\frac{a}{b + c}"),
        ("(a/b)^2", r"\left(\frac{a}{b}\right)^{2}"),
        ("a^(b + 1)", "a^{b + 1}"),
        ("sigmoid(a)", r"\sigma\left(a\right)"),
        ("a*(b - c)", r"a \cdot \left(b - c\right)"),
    ],
)
def test_formulas_as_latex(text, shown):
    assert written(text, TEX) == shown


def test_numbers_below_0_and_powers_of_ten_get_brackets():
    assert written("a*b", TEX, b="-2") == r"a \cdot \left(-2\right)"
    assert written("a + b", TEX, a="-2", b="-3") == r"-2 + \left(-3\right)"
    power = r"2 \cdot 10^{-4}"
    assert written("a^2", TEX, a=power) == rf"\left({power}\right)^{{2}}"
    assert bracketed("-3") == r"\left(-3\right)"
    assert bracketed("3") == "3"


@pytest.mark.parametrize(
    ("operation", "index", "operands", "shown"),
    [
        ("add", 2, ["a", "b", "c"], "1"),
        ("sub", 1, ["a", "b"], "-1"),
        ("mul", 0, ["a", "b"], "b"),
        ("div", 1, ["a", "b"], r"-\frac{v}{b}"),
        ("pow", 0, ["a", "3"], r"3 \cdot a^{2}"),
        ("pow", 0, ["a", "2"], r"2 \cdot a"),
        ("pow", 0, ["a", "1"], "1"),
        ("pow", 0, ["a", "b"], r"b \cdot a^{b - 1}"),
        ("pow", 1, ["a", "b"], r"v \cdot \log(a)"),
        ("sigmoid", 0, ["a"], r"v \cdot (1 - v)"),
        ("log", 0, ["a"], r"\frac{1}{a}"),
    ],
)
def test_slopes_of_operations(operation, index, operands, shown):
    assert slope(operation, index, operands, "v") == shown


def test_only_slopes_that_are_worked_out_need_their_numbers():
    assert has_working("sigmoid", 0)
    assert has_working("pow", 0)
    assert not has_working("mul", 1)
    assert not has_working("add", 5)
