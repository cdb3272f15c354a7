"""The elbow curve: the best anchors of every count."""

from itertools import combinations, pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.anchor_counts import best_by_count, mean_best_iou
from engine.anchors import shape_iou

side = st.floats(1, 500, allow_nan=False, width=32)
sizes_of = st.lists(st.tuples(side, side), min_size=1, max_size=30)


def sizes(*rows):
    return torch.tensor(rows, dtype=torch.float64)


@given(rows=sizes_of, seed=st.integers(0, 9))
@settings(max_examples=25, deadline=None)
def test_the_elbow_curve_never_falls(rows, seed):
    table = sizes(*rows)
    found = best_by_count(table, min(5, len(rows)), starts=2, seed=seed)
    means = [mean_best_iou(table, anchors) for anchors in found]
    assert all(b >= a - 1e-9 for a, b in pairwise(means))
    assert [len(anchors) for anchors in found] == list(range(1, len(found) + 1))


def test_the_best_of_several_starts_is_near_the_best_of_all_pairs():
    """Oracle: every pair of a lattice of sizes as anchors, tried one after another."""
    given = torch.rand(24, 2, generator=torch.Generator().manual_seed(5)) * 40 + 8
    lattice = [sizes((w, h)) for w in range(8, 48, 3) for h in range(8, 48, 3)]
    overlap = torch.cat([shape_iou(given.double(), size) for size in lattice], dim=1)
    best = max(
        torch.maximum(overlap[:, i], overlap[:, j]).mean().item()
        for i, j in combinations(range(len(lattice)), 2)
    )
    found = best_by_count(given, 2, starts=8, seed=0)[1]
    assert mean_best_iou(given.double(), found) >= best - 0.01


def test_no_start_is_refused():
    with pytest.raises(ValueError, match="at least 1, got 0"):
        best_by_count(sizes((1, 1)), 1, starts=0, seed=0)


def test_the_mean_of_the_best_is_taken_over_sizes():
    given = sizes((10, 10), (10, 20))
    assert mean_best_iou(given, sizes((10, 10))) == pytest.approx((1 + 0.5) / 2)
    with pytest.raises(ValueError, match="needs sizes and anchors"):
        mean_best_iou(given, torch.zeros(0, 2))
