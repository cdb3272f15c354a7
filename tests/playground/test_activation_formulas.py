"""The formulas on the page say what the engine computes, with its numbers in them."""

import math
import re

import pytest
import torch

from engine.activations import ACTIVATIONS
from engine.forms import SHAPED, Form, breaks, function, kinks
from playground.panels.activation_formulas import FORMULAS, kink_at, letters, worked
from playground.panels.activation_numbers import number, tex

PLACES = (-4.0, -3.0, -1.5, -0.3, 0.0, 0.8, 1.0, 3.0, 5.0)
OWN = {"leaky_relu": (0.2,), "prelu": (-0.5,), "elu": (1.7,), "maxout": (0.5, 1, -2, 1)}
FORMS = [Form(name) for name in ACTIVATIONS]
FORMS += [Form(name, numbers) for name, numbers in OWN.items()]


def computed(text):
    """Work out a LaTeX expression of numbers."""
    text = re.sub(r"\\[td]?frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
    text = re.sub(r"e\^\{([^{}]*)\}", r"math.exp(\1)", text)
    text = re.sub(r"\\[td]?frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
    text = text.replace(r"\tfrac12", "0.5*").replace(r"\cdot10^", "e")
    for latex, python in (
        (r"\cdot", "*"),
        (r"\max", "max"),
        (r"\ln", "math.log"),
        (r"\ ", ""),
        ("^2", "**2"),
        (r"\,", "*"),
        ("{", ""),
        ("}", ""),
    ):
        text = text.replace(latex, python)
    text = text.replace(",*", ",").replace("*(*", "*(")
    text = re.sub(r"\)\(", ")*(", re.sub(r"(\d)\(", r"\1*(", text))
    return eval(text, {"math": math, "max": max})


def test_every_activation_has_a_formula():
    assert set(FORMULAS) | {"maxout"} == set(ACTIVATIONS)


@pytest.mark.parametrize("z", PLACES)
@pytest.mark.parametrize("form", FORMS, ids=str)
def test_numbers_filled_in_give_the_number_at_the_end(form, z):
    there = torch.tensor([z], dtype=torch.float64)
    found = function(form)
    exact = (found.value(there).item(), found.derivative(there).item())
    for said, result in zip(worked(form, z), exact, strict=True):
        head, *middle, last = said.split(" = ")
        assert head.endswith(f"({tex(z)})")
        assert last == tex(result)
        for expression in middle:
            # Four digits went in, and a small difference of large numbers loses some.
            assert computed(expression) == pytest.approx(result, rel=2e-3, abs=2e-3)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_at_a_kink_both_sides_and_no_arithmetic_are_shown(form):
    for place in breaks(form):
        assert worked(form, place)[1].count("=") == 1
    for place in kinks(form):
        assert kink_at(form, place) is not None
    assert kink_at(form, 0.77) is None


def test_kinks_by_hand():
    assert kink_at(Form("relu"), 0.0) == ("0", "1")
    assert kink_at(Form("hardswish"), 3.0) == ("1.5", "1")
    assert kink_at(Form("elu"), 0.0) is None


@pytest.mark.parametrize("name", SHAPED)
def test_letters_hold_the_numbers_that_shape_the_function(name):
    value, slope = letters(Form(name, tuple(0.125 for _ in SHAPED[name][0])))
    assert "0.125" in value
    assert "0.125" in slope
    assert "<" not in (value + slope).replace(r"\lvert z\rvert<3", "")


@pytest.mark.parametrize(
    ("numbers", "value"),
    [
        ((1.0, 0.0, -1.0, 0.0), r"\max(z,\ -z)"),
        ((0.5, 1.0, -2.0, -0.3), r"\max(0.5\,z+1,\ -2\,z-0.3)"),
        ((0.0, 0.5, 1.0, 0.0), r"\max(0.5,\ z)"),
        ((0.0, 0.0, 0.0, 0.0), r"\max(0,\ 0)"),
    ],
)
def test_the_lines_of_a_maxout_are_written_plainly(numbers, value):
    assert letters(Form("maxout", numbers))[0] == value


def test_numbers_as_text_and_as_latex():
    assert tex(-0.0) == "0"
    assert tex(1.5e-7) == r"1.5\cdot10^{-7}"
    assert number(-1.5) == "−1.5"
    assert number(2.25e-13) == "2.25·10⁻¹³"
    assert number(math.nan) == "nan"
    assert (number(math.inf), number(-math.inf)) == ("∞", "−∞")
