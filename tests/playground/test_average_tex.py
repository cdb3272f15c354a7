"""Numbers in formulas and tables: four significant digits, true minus signs."""

import pytest

from playground.panels.average_tex import aligned, braced, factor, tex, written


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (0.5, "0.5"),
        (-2, "-2"),
        (44.5454, "44.55"),
        (0.00010004, "0.0001"),
        (10_000, "10000"),
        (46_049, "46050"),
        (1e-7, r"1\cdot 10^{-7}"),
        (-1.23456e20, r"-1.235\cdot 10^{20}"),
    ],
)
def test_tex_has_four_significant_digits(value, expected):
    assert tex(value) == expected


def test_negative_factors_stand_in_brackets():
    assert (braced(-2), braced(2)) == ("(-2)", "2")
    assert (factor(-2), factor(2)) == ("(−2)", "2")


def test_tables_have_true_minus_signs():
    assert written(-0.5) == "−0.5"
    assert written(1e-9) == "1e−09"


def test_aligned_lines_stand_under_each_other():
    assert aligned(["a &= 1", "b &= 2"]).count(r"\\") == 1
