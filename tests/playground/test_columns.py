"""A reader's own series: what is read, what is left out, what links hold."""

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground import columns
from playground.columns import column, from_text, read_columns, to_text
from playground.tables import MOST_BYTES, TableError

DATED = "date,temp\n2024-01-01 10:00,5.3\n2024-01-02 10:00,n/a\n2024-01-03 10:00,6.5\n"
numbers = st.floats(-columns.LARGEST, columns.LARGEST)


def read(text):
    """Return name -> numbers of each column."""
    table = read_columns(text)
    return {n: v.tolist() for n, v in zip(table.names, table.values, strict=True)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("40\n49\n45", {"1": [40, 49, 45]}, id="bare"),
        pytest.param("40, 49, 45", {"1": [40, 49, 45]}, id="a-list"),
        pytest.param("40 49 45\n", {"1": [40, 49, 45]}, id="a-list-with-spaces"),
        pytest.param("temp\n3,5\n4,1\n", {"temp": [3.5, 4.1]}, id="decimal-commas"),
        pytest.param(
            "a;b\n1,5;2,5\n3;4", {"a": [1.5, 3], "b": [2.5, 4]}, id="semicolons"
        ),
        pytest.param("1,5 2,5\n1,6 2,7", {"1": [1.5, 1.6], "2": [2.5, 2.7]}, id="both"),
        pytest.param("1\t2\n3\t4", {"1": [1, 3], "2": [2, 4]}, id="tabs"),
        pytest.param(
            'a,b\n"1","x"\n"2","y"\n', {"a": [1, 2]}, id="quotes-and-a-column-of-text"
        ),
        pytest.param(
            "a,b\r\n1,2\r\n\r\n3,4\r\n", {"a": [1, 3], "b": [2, 4]}, id="crlf"
        ),
        pytest.param(
            "a,,c\n1,2,3\n4,5,6", {"a": [1, 4], "2": [2, 5], "c": [3, 6]}, id="?"
        ),
    ],
)
def test_read_columns_finds_separators_names_and_decimal_commas(text, expected):
    assert read(text) == expected


def test_gaps_are_named_by_their_lines_and_left_out_or_bridged():
    table = read_columns(DATED)
    assert table.names == ("temp",)
    out = column(table, 0, bridge=False)
    assert (out.values, out.gaps, out.bridged) == ((5.3, 6.5), (3,), 0)
    over = column(table, 0, bridge=True)
    assert (over.values, over.gaps, over.bridged) == ((5.3, 5.9, 6.5), (3,), 1)


def test_gaps_at_the_ends_are_left_out_even_if_others_are_bridged():
    over = column(read_columns("x\nnan\n1\n\n-\n-\n4\ninf\n"), 0, bridge=True)
    assert over.values == (1, 2, 3, 4)
    assert over.gaps == (2, 5, 6, 8)
    assert over.bridged == 2


def test_short_rows_have_gaps_and_long_ones_more_columns():
    table = read_columns("a,b\n1,2\n3\n5,6\n")
    assert math.isnan(table.values[1][1])


def test_a_column_that_only_counts_is_not_looked_at_first():
    assert read_columns("day temp\n1 40\n2 49\n3 45").usual == 1
    assert read_columns("a b\n1 40\n2 49\n4 45").usual == 0
    assert read_columns("1\n2\n3\n4").usual == 0


def test_a_hundred_thousand_rows_are_read_and_more_are_counted():
    text = "x\n" + "\n".join(str(i % 7) for i in range(100_003))
    table = read_columns(text)
    assert table.total == 100_003
    assert len(column(table, 0, bridge=False).values) == columns.MOST_ROWS


def test_numbers_too_large_are_gaps():
    table = read_columns("1\n1e31\n2\n-1e300\n3")
    assert column(table, 0, bridge=False).values == (1, 2, 3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("1" * (MOST_BYTES + 1), "size"),
        ("hello\nworld", "numbers"),
        ("a,b\n1,x\ny,z", "numbers"),
        ("7", "numbers"),
        ("\0\0", "empty"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(text, reason):
    with pytest.raises(TableError) as refused:
        read_columns(text)
    assert refused.value.reason == reason


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
@example('"\n"')
@example("1;2\n,")
def test_any_text_is_read_or_refused(text):
    try:
        table = read_columns(text)
    except TableError:
        return
    for index in range(len(table.names)):
        assert len(column(table, index, bridge=True).values) >= columns.FEWEST


@settings(max_examples=50, deadline=None)
@given(st.lists(numbers, min_size=2, max_size=columns.MOST_LINKED))
def test_a_link_restores_what_was_averaged(values):
    text = to_text(values)
    restored = from_text(text)
    assert to_text(restored) == text
    assert restored == pytest.approx(values, rel=1e-5)


def test_short_series_are_rounded_as_the_link_does_long_ones_are_not():
    short = column(read_columns("0.12345678\n1"), 0, bridge=False)
    assert short.values == (0.123457, 1.0)
    long = column(read_columns("0.12345678\n" * 401), 0, bridge=False)
    assert long.values == (0.12345678,) * 401


@pytest.mark.parametrize(
    "text",
    ["", "1", "1_", "1_x", "1_nan", "1_inf", "1_1e31", "1_2.0", " 1_2", "1_+2"],
)
def test_other_texts_of_links_are_refused(text):
    with pytest.raises(ValueError, match=r"number|float|written"):
        from_text(text)


def test_a_list_longer_than_a_link_is_refused():
    with pytest.raises(ValueError, match="401"):
        from_text("_".join(["1"] * 500))
