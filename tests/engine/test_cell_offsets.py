"""Offsets from the anchor of a cell, there and back."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cell_offsets import decode_in_cell, encode_in_cell


def rows(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def test_offsets_of_a_box_by_hand():
    """Midpoint (150, 225) in cells of 100: column 1, row 2, at .5 and .25 of them."""
    got = encode_in_cell(
        rows((110, 205, 190, 245)), rows((40, 80)), rows((2, 1)), pitch=100
    )
    want = rows((0, math.log(0.25 / 0.75), math.log(2), math.log(0.5)))
    torch.testing.assert_close(got, want)


def test_a_midpoint_on_the_edge_needs_infinity_and_comes_back_all_the_same():
    box, anchor, cell = rows((90, 190, 110, 210)), rows((20, 20)), rows((2, 1))
    got = encode_in_cell(box, anchor, cell, pitch=100)
    assert got.tolist() == [[-math.inf, -math.inf, 0, 0]]
    assert decode_in_cell(got, anchor, cell, pitch=100).tolist() == box.tolist()


part = st.floats(0.001, 0.999)
side = st.floats(1, 400)


size = st.tuples(side, side)


@given(place=st.tuples(part, part), box=size, shape=size, cell=st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_decode_returns_what_was_encoded(place, box, shape, cell):
    (x, y), (w, h), (pw, ph) = place, box, shape
    middle_x, middle_y = (cell + x) * 32, (2 + y) * 32
    box = rows((middle_x - w / 2, middle_y - h / 2, middle_x + w / 2, middle_y + h / 2))
    anchor, at = rows((pw, ph)), rows((2, cell))
    offsets = encode_in_cell(box, anchor, at, pitch=32)
    back = decode_in_cell(offsets, anchor, at, pitch=32)
    torch.testing.assert_close(back, box, rtol=1e-9, atol=1e-6)


def test_what_is_no_box_in_its_cell_is_refused():
    box, anchor = rows((110, 205, 190, 245)), rows((40, 80))
    with pytest.raises(ValueError, match=r"in \[0, 1\] of their cells"):
        encode_in_cell(box, anchor, rows((1, 1)), pitch=100)
    with pytest.raises(ValueError, match="positive and finite"):
        encode_in_cell(rows((110, 205, 110, 245)), anchor, rows((2, 1)), pitch=100)
    with pytest.raises(ValueError, match="finite"):
        decode_in_cell(rows((0, 0, math.nan, 0)), anchor, rows((2, 1)), pitch=100)
