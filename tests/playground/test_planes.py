"""Matrices in links and out of spreadsheets: nothing lost, nothing guessed."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.planes import LARGEST, LONGEST, MOST, from_text, read_matrix, to_text
from playground.tables import TableError

cells = st.one_of(
    st.integers(-999_999, 999_999).map(float),
    st.floats(-LARGEST, LARGEST).map(lambda v: float(f"{v:.6g}")),
)


@st.composite
def matrices(draw):
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    row = st.lists(cells, min_size=columns, max_size=columns)
    return torch.tensor(
        draw(st.lists(row, min_size=rows, max_size=rows)), dtype=torch.float64
    )


@settings(deadline=None, max_examples=50)
@given(st.lists(matrices(), min_size=1, max_size=3))
def test_a_link_brings_six_digits_back(planes):
    back = from_text(to_text(planes))
    assert all(a.equal(b) for a, b in zip(planes, back, strict=True))


def test_a_links_text_is_short():
    vertical = torch.tensor([[1.0, 0.0, -1.0]] * 2)
    assert to_text([vertical, torch.tensor([[0.5]])]) == "1_0_-1~1_0_-1!0.5"


def test_what_does_not_fit_a_link_is_refused():
    with pytest.raises(ValueError, match=f"at most {MOST} numbers"):
        to_text([torch.zeros(1, MOST + 1)])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1_",
        "1_x",
        "1~2_3",
        "nan",
        "inf",
        "1e7",
        "_".join(["1"] * 65),
        "~".join(["1"] * 65),
        "!".join(["_".join(["1"] * 61)] * 20),
        "1" * (LONGEST + 1),
    ],
)
def test_other_texts_in_links_are_refused(text):
    with pytest.raises(ValueError, match=r"must|at most|lie in|convert"):
        from_text(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1\t2\n3\t-4,5\n", [[1, 2], [3, -4.5]]),
        ("1;2\r\n3;4", [[1, 2], [3, 4]]),
        ("1, 2\n\n3, 4", [[1, 2], [3, 4]]),
        ("1 2\n3 4", [[1, 2], [3, 4]]),
        ("5\n6\n7", [[5], [6], [7]]),
        ("−1\t2", [[-1, 2]]),
    ],
)
def test_spreadsheets_are_read_however_they_separate(text, expected):
    assert read_matrix(text).tolist() == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("   \n", "empty"),
        ("1\t2\n3", "rows"),
        ("1\tcat", "numbers"),
        ("1\t\t2", "numbers"),
        ("1e9", "numbers"),
        ("\t".join(["1"] * 65), "wide"),
        ("\n".join(["1"] * 65), "wide"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(text, reason):
    with pytest.raises(TableError) as caught:
        read_matrix(text)
    assert caught.value.reason == reason
