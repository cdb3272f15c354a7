"""Sizes of boxes from a table, and from a link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.size_table import MOST_LINKED, MOST_ROWS, from_text, read_sizes, to_text
from playground.tables import TableError


@pytest.mark.parametrize(
    ("text", "sizes", "corners"),
    [
        ("10,20\n30,40", ((10, 20), (30, 40)), False),
        ("w;h\n10,5;20\n30;40", ((10.5, 20), (30, 40)), False),
        ("10 20 40 80\n0 0 5 6", ((30, 60), (5, 6)), True),
        ("x1,y1,x2,y2\n10,20,40,80\n0,0,5,6", ((30, 60), (5, 6)), True),
        ("x,y,w,h\n10,20,40,80\n0,0,5,6", ((40, 80), (5, 6)), False),
        ("class,xmin,ymin,xmax,ymax\n3,1,2,4,8\n5,1,2,3,4", ((3, 6), (2, 2)), True),
        ("Ancho\tAlto\n1.04\t2.06\n3\t4", ((1.0, 2.1), (3, 4)), False),
    ],
)
def test_a_table_of_boxes_is_read(text, sizes, corners):
    table = read_sizes(text)
    assert table.sizes == sizes
    assert table.corners is corners
    assert table.bad == ()
    assert table.total == 2


def test_rows_that_are_no_box_are_named_by_their_line():
    text = "w,h\n10,20\n0,5\n-3,4\n\nnan,7\n30,x\n50,60\n1e30,5\n"
    table = read_sizes(text)
    assert table.sizes == ((10, 20), (50, 60))
    assert table.bad == (3, 4, 6, 7, 9)


def test_inverted_corners_are_no_box():
    assert read_sizes("1,1,5,5\n5,5,1,1\n0,0,2,2").bad == (2,)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("hello", "numbers"),
        ("1,2,3\n4,5,6", "columns"),
        ("1\n2\n3", "columns"),
        ("0,0\n-1,2", "boxes"),
        ("5,5,1,1\n6,6,2,2", "boxes"),
    ],
)
def test_what_is_no_table_of_boxes_is_refused(text, reason):
    with pytest.raises(TableError) as error:
        read_sizes(text)
    assert error.value.reason == reason


def test_of_many_rows_evenly_spaced_ones_are_taken():
    table = read_sizes("\n".join(f"{i},{i}" for i in range(1, 2 * MOST_ROWS + 2)))
    assert table.total == 2 * MOST_ROWS + 1
    assert len(table.sizes) <= MOST_ROWS
    assert table.sizes[:2] == ((1, 1), (4, 4))


side = st.integers(1, 5000).map(lambda tenths: tenths / 10)


@given(st.lists(st.tuples(side, side), min_size=1, max_size=MOST_LINKED))
def test_a_link_restores_the_sizes(sizes):
    text = to_text(tuple(sizes))
    assert from_text(text) == tuple(sizes)


MANY = "_".join(["5x5"] * (MOST_LINKED + 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "5x",
        "5x0",
        "-1x5",
        "nanx5",
        "5x5x5",
        "axb",
        "5x5__5x5",
        MANY,
        "9" * 5000,
    ],
)
def test_other_text_is_refused(text):
    with pytest.raises(ValueError, match=r"size|could not convert|sides"):
        from_text(text)
