import math

import pytest
import torch

from playground.figures.numerals import (
    each,
    exact,
    factor,
    grouped,
    in_bytes,
    percent,
    plain,
    short,
    tex,
    tex_grouped,
    times,
    vector,
)


@pytest.mark.parametrize(
    ("value", "latex", "text"),
    [
        (0.0, "0", "0"),
        (1.0, "1", "1"),
        (-1.5, "-1.5", "−1.5"),
        (0.0123456, "0.01235", "0.01235"),
        (9999.6, "10000", "10000"),
        (123456.0, "123456", "123456"),
        (1e-8, "10^{-8}", "10⁻⁸"),
        (-1e-8, "-10^{-8}", "−10⁻⁸"),
        (1.5e-7, r"1.5\cdot 10^{-7}", "1.5·10⁻⁷"),
        (-2.5e9, r"-2.5\cdot 10^{9}", "−2.5·10⁹"),
        (math.inf, r"\infty", "∞"),
        (-math.inf, r"-\infty", "−∞"),
        (math.nan, r"\text{–}", "–"),
    ],
)
def test_numbers_have_four_significant_digits(value, latex, text):
    assert tex(value) == latex
    assert plain(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (2.0, "2"),
        (0.0123456789, "0.0123456789"),
        (1e-8, "10⁻⁸"),
        (1.5e-7, "1.5·10⁻⁷"),
        (-3e20, "−3·10²⁰"),
    ],
)
def test_an_exact_number_keeps_its_digits(value, text):
    assert exact(value) == text


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (999, "999"),
        (9_999_999, "9 999 999"),
        (13_824_000, "13.82 M"),
        (216_000_000_000, "216 G"),
    ],
)
def test_large_numbers_are_rounded(number, shown):
    assert short(number) == shown.replace(" ", "\u202f")


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (528_230_000, "528.2 MB")],
)
def test_memory_has_a_unit(count, shown):
    assert in_bytes(count) == shown.replace(" ", "\u202f")


def test_thousands_stand_apart():
    assert grouped(61_706) == "61\u202f706"
    assert (grouped(2416), tex_grouped(-2416)) == ("2416", "-2416")
    assert tex_grouped(61_706) == r"61\,706"
    assert percent(0.4609) == "46.1\u202f%"


def test_a_vector_is_a_column_and_a_single_number_stands_alone():
    pair, single = torch.tensor([1.0, -2.0]), torch.tensor([-2.0])
    assert vector(pair) == r"\begin{pmatrix}1\\-2\end{pmatrix}"
    assert vector(single) == "-2"
    assert factor(single) == r"\left(-2\right)"
    assert times(single) == r"\cdot \left(-2\right)"
    assert times(pair) == vector(pair)


def test_a_pattern_is_filled_row_by_row():
    a, b = torch.tensor([1.0, 2.0]), torch.tensor([4.0, -9.0])
    assert each(r"#1/\sqrt{#2}", a, b) == (
        r"\begin{pmatrix}1/\sqrt{4}\\2/\sqrt{-9}\end{pmatrix}"
    )
