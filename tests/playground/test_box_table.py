import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.box_table import MOST_ROWS, Row, from_text, read_boxes, to_text
from playground.tables import TableError

CSV = """x1,y1,x2,y2,score,label
10,20,110,220,0.9,cat
12,22,108,230,,cat
"""


def test_a_table_with_a_heading_scores_and_objects():
    table = read_boxes(CSV)
    assert table.rows == (
        Row((10, 20, 110, 220), 0.9, "cat"),
        Row((12, 22, 108, 230), None, "cat"),
    )
    assert (table.bad, table.total) == ((), 2)


@pytest.mark.parametrize(
    "text",
    ["1 2 3 4 0.5 a", "1\t2\t3\t4\t0.5\ta", "1;2;3;4;0,5;a", "1, 2, 3, 4, 0.5, a"],
)
def test_columns_may_be_separated_in_several_ways(text):
    assert read_boxes(text).rows == (Row((1, 2, 3, 4), 0.5, "a"),)


def test_four_numbers_are_an_object_without_a_name():
    assert read_boxes("1,2,3,4").rows == (Row((1, 2, 3, 4), None, ""),)


def test_rows_that_are_no_boxes_are_named_with_their_reason():
    text = "1,2,3,4\n3,2,1,4,0.5\n1,2,x,4\n1,2,3\n1,2,3,4,7,a\nnan,2,3,4\n1,2,3,1e9\n"
    table = read_boxes(text)
    assert len(table.rows) == 1
    assert table.bad == (
        (2, "inverted"),
        (3, "numbers"),
        (4, "numbers"),
        (5, "score"),
        (6, "numbers"),
        (7, "numbers"),
    )
    assert table.total == 7


def test_labels_are_kept_short_and_plain():
    rows = read_boxes('1,2,3,4,0.5,"<b>{time}</b> a_b ~ grey  elephant"').rows
    assert rows[0].label == "btimeb ab gr"


def test_a_long_table_is_cut():
    table = read_boxes("1,2,3,4,0.5\n" * 100)
    assert (len(table.rows), table.total) == (MOST_ROWS, 100)


@pytest.mark.parametrize(
    ("text", "reason"), [(" \n", "empty"), ("\0", "empty"), ("1" * 5_000_001, "size")]
)
def test_what_is_no_table_is_refused(text, reason):
    with pytest.raises(TableError) as caught:
        read_boxes(text)
    assert caught.value.reason == reason


whole = st.integers(-999, 999)
rows = st.builds(
    lambda x, y, w, h, score, label: Row((x, y, x + w, y + h), score, label),
    whole,
    whole,
    st.integers(0, 999),
    st.integers(0, 999),
    st.none() | st.integers(0, 100).map(lambda n: n / 100),
    st.sampled_from(["", "cat", "a dog", "caña", "x-1"]),
)


@given(st.lists(rows, min_size=1, max_size=MOST_ROWS))
def test_the_link_restores_the_rows(rows):
    assert from_text(to_text(rows)) == tuple(rows)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "banana",
        "1_2_3",
        "1_2_3_4",
        "3_2_1_4_0.5_a",
        "1_2_3_4_0.50_a",
        "1_2_3_4_0.5_a_b",
        "1_2_3_4_nan_a",
        "1_2_3_4_0.5_<b>",
        "~".join(["1_2_3_4_0.5_a"] * (MOST_ROWS + 1)),
    ],
)
def test_what_the_link_never_says_is_refused(text):
    with pytest.raises(ValueError, match="box"):
        from_text(text)
