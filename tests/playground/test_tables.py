"""Tables from strangers: what is refused, and how lines, cells and numbers are read."""

import math

import pandas as pd
import pytest

from playground import tables
from playground.tables import TableError, cells, decoded, is_number, numbered_lines


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("día;1".encode(), "día;1"),
        ("día;1".encode("utf-8-sig"), "día;1"),
        ("día;1".encode("cp1252"), "día;1"),
        (b"\x81", "\ufffd"),
    ],
)
def test_decoded_reads_what_spreadsheets_write(data, text):
    assert decoded(data) == text


def test_require_text_names_the_reason():
    with pytest.raises(TableError) as nothing:
        tables.require_text(" \n\t")
    assert nothing.value.reason == "empty"
    with pytest.raises(TableError) as giant:
        tables.require_text("1" * (tables.MOST_BYTES + 1))
    assert giant.value.reason == "size"
    tables.require_text("1")


def test_numbered_lines_counts_as_an_editor_does_and_skips_empty_lines():
    assert numbered_lines("a\r\n\r\n \nb\0") == {1: "a\n", 4: "b"}


def test_an_open_quote_swallows_its_own_line_only():
    assert cells('"a;1', ";") == ["a;1"]
    assert cells('"a;b"; 1', ";") == ["a;b", "1"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("1", True), ("-1,5", True), ("1e3", True), ("nan", True), ("x", False)],
)
def test_is_number(cell, expected):
    assert is_number(cell) is expected


def test_numbers_reads_decimal_commas_and_drops_the_rest():
    read = tables.numbers(pd.Series([" 1,5 ", "2.5", "", "x", "1e301", "inf", "nan"]))
    assert read[:2].tolist() == [1.5, 2.5]
    assert all(math.isnan(value) for value in read[2:])
