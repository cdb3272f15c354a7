"""Points in links and tables: nothing lost, nothing guessed, every bad row named."""

import math
import string
import sys
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground import points
from playground.points import from_text, read_table, snapped, to_text
from playground.tables import TableError

PLACE = 2 * points.REACH / 8190  # between two neighbours on the link's grid
ALPHABET = string.ascii_letters + string.digits + "-_"

coordinates = st.floats(-points.REACH, points.REACH)
labels = st.integers(0, 5).map(float)
clouds = st.lists(st.tuples(coordinates, coordinates, labels), max_size=30).map(tuple)


def table(*lines):
    return read_table("\n".join(lines))


def refused(text):
    with pytest.raises(TableError) as caught:
        read_table(text)
    return caught.value.reason


@settings(deadline=None)
@given(clouds)
def test_link_text_brings_points_back_to_the_nearest_place(cloud):
    back = from_text(to_text(cloud))
    assert len(back) == len(cloud)
    for (x1, x2, label), (y1, y2, kind) in zip(cloud, back, strict=True):
        assert abs(x1 - y1) <= PLACE / 2 + 1e-6
        assert abs(x2 - y2) <= PLACE / 2 + 1e-6
        assert label == kind


@settings(deadline=None)
@given(clouds)
def test_points_that_were_in_a_link_are_no_longer_moved(cloud):
    text = to_text(cloud)
    assert to_text(from_text(text)) == text
    assert snapped(snapped(cloud)) == snapped(cloud)
    assert len(text) <= 6 * len(cloud)
    assert set(text) <= set(ALPHABET)


def test_the_middle_and_the_corners_are_places():
    cloud = ((0.0, 0.0, 0.0), (-3.2, 3.2, 5.0))
    assert snapped(cloud) == cloud


def test_every_place_of_the_grid_is_its_own_nearest():
    every = tuple((x * PLACE - 3.2, 3.2 - x * PLACE, float(x % 6)) for x in range(8191))
    for start in range(0, 8191, 400):
        part = every[start : start + 400]
        assert len(set(snapped(part))) == len(part)


def test_points_beyond_the_plane_stop_at_its_edge():
    assert snapped(((99.0, -99.0, 1.0),)) == ((3.2, -3.2, 1.0),)
    assert snapped(((math.inf, -math.inf, 1.0),)) == ((3.2, -3.2, 1.0),)


def test_link_text_holds_400_points_and_no_more():
    cloud = tuple((0.001 * i, 0.0, 0.0) for i in range(401))
    assert len(from_text(to_text(cloud))) == 400
    assert len(to_text(cloud)) < 2200
    one = to_text(cloud[:3])  # 12 bytes: text without padding, which can be repeated
    with pytest.raises(ValueError, match="points"):
        from_text(one * 134)


@settings(deadline=None)
@given(st.text(ALPHABET, max_size=40) | st.text(max_size=40))
@example("AAAAAA==")  # padding
@example("____wA")  # the place 8191, which is none
@example("AAAAAQ")  # an unused bit
@example("AAAAAB")  # a bit that no byte holds
@example("AAAA+A")  # the other alphabet
@example("\ud800")
@example("A" * 100_000)
def test_text_is_either_what_we_write_or_refused(text):
    try:
        cloud = from_text(text)
    except ValueError:
        return
    assert to_text(cloud) == text
    assert all(abs(x) <= points.REACH for point in cloud for x in point[:2])
    assert {label for _x1, _x2, label in cloud} <= {0.0, 1.0, 2.0, 3.0, 4.0, 5.0}


def test_a_label_that_is_no_class_is_refused():
    with pytest.raises(ValueError, match=r"label must lie in \[0, 5\], got 6"):
        from_text("AAAAGA")


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["1.5,2,A", "3.5,4,B"], id="commas"),
        pytest.param(["1.5, 2, A", "3.5, 4, B"], id="commas and spaces"),
        pytest.param(["1.5;2;A", "3.5;4;B"], id="semicolons"),
        pytest.param(["1,5;2,0;A", "3,5;4,0;B"], id="semicolons, decimal commas"),
        pytest.param(["1.5\t2\tA", "3.5\t4\tB"], id="tabs"),
        pytest.param(["1,5\t2\tA", "3,5\t4\tB"], id="tabs, decimal commas"),
        pytest.param(["1.5 2 A", "3.5 4 B"], id="spaces"),
        pytest.param(["1,5 2,0 A", "3,5 4,0 B"], id="spaces, decimal commas"),
        pytest.param(["  1.5   2   A", " 3.5   4   B  "], id="aligned"),
        pytest.param(['"1.5","2","A"', '"3.5","4","B"'], id="quotes"),
        pytest.param(['"1.5", "2", "A"', '"3.5", "4", "B"'], id="quotes and spaces"),
        pytest.param(["1.5,2,A,9,9", "3.5,4,B,,"], id="more columns"),
        pytest.param(["1.5e0,+2,A", "35e-1,4.,B"], id="exponents"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "mac"])
def test_table_finds_the_columns(lines, end):
    for text in (end.join(lines), end.join(lines) + end):
        found = read_table(text)
        assert found.names == ("A", "B")
        assert found.spans == ((1.5, 3.5), (2.0, 4.0))
        assert found.points == snapped(((-2.7, -2.7, 0.0), (2.7, 2.7, 1.0)))
        assert (found.bad_rows, found.total) == ((), 2)


def test_a_separator_in_quotes_is_part_of_the_label():
    assert table('1,2,"a, b"', "3,4,c").names == ("a, b", "c")
    assert table("x;y;z", "1;2;a b, c", "3;4;d").names == ("a b, c", "d")
    assert table("1, 2, a b", "3, 4, c d").names == ("a b", "c d")


@pytest.mark.parametrize(
    ("lines", "columns", "bad"),
    [
        (["u, v , w", "1,2,a"], ("u", "v", "w"), ()),
        (["petal length,petal width,kind", "1,2,a"], None, ()),
        (["", "u,v,w", "", "1,2,a"], ("u", "v", "w"), ()),
        (["u,v,w", "x,1,a", "1,2,a"], ("u", "v", "w"), (2,)),
        (["u,v,w", "u,v,w", "1,2,a"], ("u", "v", "w"), (2,)),  # pasted twice
        (["1,2,a"], ("x₁", "x₂", "y"), ()),
        (["x,1,a", "1,2,a"], ("x₁", "x₂", "y"), (1,)),
        ([",,a", "1,2,a"], ("x₁", "x₂", "y"), (1,)),
        (["nan,nan,a", "1,2,a"], ("x₁", "x₂", "y"), (1,)),
        (["inf,-inf,a", "1,2,a"], ("x₁", "x₂", "y"), (1,)),
        (["# a remark", "1,2,a"], ("x₁", "x₂", "y"), (1,)),
    ],
)
def test_table_tells_names_from_bad_rows(lines, columns, bad):
    found = table(*lines)
    assert found.columns == (columns or tuple(lines[0].split(",")))
    assert found.bad_rows == bad
    assert found.total == 1


def test_bad_rows_have_the_numbers_that_an_editor_shows():
    good = [f"{i},{i * i},{i % 2}" for i in range(30)]
    lines = ["x,y,kind", *good]
    bad = {
        3: "one,2,0",
        5: "1,,0",
        7: "1,2,",
        8: "1",
        11: "nan,2,0",
        12: "1,inf,0",
        13: "1,2,nan",
        14: "1e400,2,0",
        15: '1,2"',
        16: '"1,2,0',  # a quote never closed
        29: "0x1,2,0",
        31: "True,2,0",
    }
    for number, line in bad.items():
        lines[number - 1] = line
    blank = [19, 20, 26]  # left out without a word
    for number in blank:
        lines[number - 1] = "  "
    for end in ("\n", "\r\n", "\r"):
        found = read_table(end.join(lines))
        assert found.bad_rows == tuple(bad)
        assert found.total == len(lines) - 1 - len(bad) - len(blank)


def test_a_label_over_two_lines_is_two_bad_rows():
    found = table("1,2,a", '3,4,"b', 'c"', "5,6,a", "x,6,a")
    assert found.bad_rows == (3, 5)
    assert found.total == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n\t\n", "empty"),
        ("\0", "columns"),
        ("1,2", "columns"),
        ("1,2\n3,4\n", "columns"),
        ("hello", "columns"),
        ("x,y,z", "rows"),
        ("x,y,z\n", "rows"),
        ("a,b,c\nd,e,f", "rows"),
        ("1,nan,a\n2,,b", "rows"),
        ("1e308,1,a\n-1e308,2,b", "rows"),  # their difference is no number
        ("\n".join(f"1,2,{name}" for name in "abcdefg"), "classes"),
        ("1,2,a\n" * 1_000_000, "size"),
        ('"' + "1,2," * 100_000, "columns"),  # a field longer than csv allows
        (',"' * 100_000, "rows"),
    ],
)
def test_table_says_why_it_is_none(text, reason):
    assert refused(text) == reason


@settings(deadline=None)
@given(st.text(st.sampled_from("01.,;\t \n\r\"'-einfa\0"), max_size=60))
@example("1,2,a\n3,4," + "b" * 200_000)
def test_any_text_is_a_table_or_has_a_reason(text):
    try:
        found = read_table(text)
    except TableError as error:
        reasons = {"empty", "size", "columns", "rows", "classes"}
        assert error.reason in reasons  # noqa: PT017 - any text may also be a table
        return
    assert found.total >= len(found.points) >= 1
    assert all(abs(x) <= 2.71 for point in found.points for x in point[:2])
    assert not found.names or len(found.names) <= 6


def test_classes_are_numbered_in_order_numbers_before_words():
    found = table("1,2,pear", "2,3,10", "3,4,9", "4,5,apple")
    assert found.names == ("9", "10", "apple", "pear")
    assert [label for _x1, _x2, label in found.points] == [3, 1, 0, 2]
    assert table("1,2,b", "2,3,a", "3,4,c").names == ("a", "b", "c")


def test_six_numbers_are_classes_and_seven_are_values():
    six = table(*(f"{i},0,{i}" for i in range(6)))
    assert six.names == ("0", "1", "2", "3", "4", "5")
    seven = table(*(f"{i};0;{i},5" for i in range(7)))
    assert seven.names == ()
    third = [label for _x1, _x2, label in seven.points]
    assert third == pytest.approx([i / 3 - 1 for i in range(7)])


def test_values_to_predict_leave_words_out_and_name_their_rows():
    lines = [f"{i},0,{i * i}" for i in range(20)]
    lines[4], lines[9], lines[10] = "4,0,unknown", "9,0,", "10,0,inf"
    found = table(*lines)
    assert found.names == ()
    assert found.bad_rows == (5, 10, 11)
    assert table(*lines[:7], *["1,0,"] * 30).total == 6  # though most have no label


def test_columns_are_stretched_and_a_constant_one_is_put_in_the_middle():
    found = table("10,7,a", "20,7,b", "15,7,a")
    assert found.points == snapped(((-2.7, 0, 0), (2.7, 0, 1), (0, 0, 0)))
    assert found.spans == ((10, 20), (7, 7))
    assert table("5,5,a").points == ((0, 0, 0),)


def test_a_hundred_thousand_rows_are_thinned_evenly():
    lines = [f"{i},{i % 7},{i % 2}" for i in range(100_000)]
    lines[77_776] = "bad"
    found = table(*lines)
    assert found.bad_rows == (77_777,)
    assert found.total == 99_999
    assert len(found.points) == 2000
    x1 = [point[0] for point in found.points]
    steps = {round(b - a, 4) for a, b in pairwise(x1)}
    assert len(steps) <= 2  # one is wider: over the bad row
    assert (x1[0], x1[-1]) == (-2.7, pytest.approx(2.7, abs=0.01))


@pytest.mark.parametrize("count", [400, 401])
def test_only_what_fits_into_the_link_is_moved_to_its_places(count):
    found = table(*(f"{math.sqrt(i)},{i},{i % 3}" for i in range(count)))
    assert (snapped(found.points) == found.points) is (count == 400)


def test_greatest_numbers_stay_finite():
    found = table("1e300,0,a", "-1e300,1e-300,b", f"0,{sys.float_info.min},b")
    assert all(map(math.isfinite, (x for point in found.points for x in point)))
