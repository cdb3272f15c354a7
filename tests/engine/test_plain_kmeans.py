"""k-means with the plain distance."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.anchors import shape_iou
from engine.plain_kmeans import nearness, plain_steps

side = st.integers(1, 300)


def sizes(*rows):
    return torch.tensor(rows, dtype=torch.float64)


def test_nearness_is_minus_the_distance():
    assert nearness(sizes((3, 5)), sizes((6, 9), (3, 5))).tolist() == [[-5, 0]]


def test_one_anchor_is_the_mean():
    *_, last = plain_steps(sizes((10, 20), (20, 40), (60, 30)), 1, seed=0)
    assert last.anchors.tolist() == [[30, 30]]


def test_two_groups_get_an_anchor_each():
    *_, last = plain_steps(sizes((9, 9), (60, 30), (11, 11), (62, 30)), 2, seed=0)
    assert sorted(last.anchors.tolist()) == [[10, 10], [61, 30]]


@given(
    rows=st.lists(st.tuples(side, side), min_size=1, max_size=30),
    count=st.integers(1, 5),
    seed=st.integers(0, 50),
)
@settings(max_examples=50, deadline=None)
def test_squared_distances_fall_and_the_end_is_a_rest(rows, count, seed):
    table = sizes(*rows)
    count = min(count, len(rows))
    steps = list(plain_steps(table, count, seed=seed))
    sums = [nearness(table, s.anchors).amax(dim=1).square().sum() for s in steps]
    assert all(b <= a + 1e-6 for a, b in pairwise(sums))
    last = steps[-1]
    for index in range(count):
        own = last.owner == index
        if own.any():
            torch.testing.assert_close(last.anchors[index], table[own].mean(dim=0))
    best = shape_iou(table, last.anchors).amax(dim=1)
    torch.testing.assert_close(last.best, best)


@pytest.mark.parametrize("count", [0, 3])
def test_impossible_counts_are_refused(count):
    with pytest.raises(ValueError, match=rf"\[1, 2\], got {count}"):
        list(plain_steps(sizes((1, 2), (3, 4)), count, seed=0))
