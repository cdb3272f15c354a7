"""Anchor sizes by k-means."""

from itertools import combinations, pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.anchors import (
    best_by_count,
    by_area,
    kmeans_anchors,
    kmeans_steps,
    lloyd,
    mean_best_iou,
    shape_iou,
)

side = st.floats(1, 500, allow_nan=False, width=32)
sizes_of = st.lists(st.tuples(side, side), min_size=1, max_size=30)


def sizes(*rows):
    return torch.tensor(rows, dtype=torch.float64)


@pytest.mark.parametrize(
    ("a", "b", "iou"),
    [
        pytest.param((10, 20), (10, 20), 1.0, id="equal"),
        pytest.param((10, 10), (20, 20), 100 / 400, id="inside"),
        pytest.param((10, 20), (20, 10), 100 / 300, id="crossed"),
        pytest.param((10, 20), (20, 40), 200 / 800, id="twice as large"),
    ],
)
def test_shape_iou_is_that_of_boxes_with_one_centre(a, b, iou):
    assert shape_iou(sizes(a), sizes(b)).item() == pytest.approx(iou)


def test_shape_iou_has_a_row_per_size_and_a_column_per_anchor():
    table = shape_iou(sizes((10, 10), (20, 20), (10, 20)), sizes((10, 10), (20, 20)))
    want = sizes((1, 0.25), (0.25, 1), (0.5, 0.5))
    torch.testing.assert_close(table, want)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(torch.ones(3), id="no table"),
        pytest.param(torch.ones(3, 4), id="boxes instead of sizes"),
        pytest.param(sizes((1, 0)), id="no height"),
        pytest.param(sizes((-1, 2)), id="negative"),
        pytest.param(sizes((float("nan"), 2)), id="NaN"),
        pytest.param(sizes((float("inf"), 2)), id="infinite"),
    ],
)
def test_sizes_that_are_none_are_refused(bad):
    with pytest.raises(ValueError, match=r"sizes must be|widths and heights"):
        kmeans_anchors(bad, 1, seed=0)


@pytest.mark.parametrize("count", [0, 4])
def test_more_anchors_than_sizes_or_none_are_refused(count):
    with pytest.raises(ValueError, match=rf"\[1, 3\], got {count}"):
        kmeans_anchors(sizes((1, 2), (3, 4), (5, 6)), count, seed=0)
    with pytest.raises(ValueError, match="needs sizes and anchors, got 0, 1"):
        list(lloyd(torch.zeros(0, 2), sizes((1, 2))))


def test_one_anchor_is_the_median_of_widths_and_of_heights():
    given = sizes((10, 30), (20, 20), (30, 40), (22, 28), (24, 26))
    assert kmeans_anchors(given, 1, seed=0).tolist() == [[22.0, 28.0]]


def test_two_groups_get_an_anchor_each_smallest_first():
    small = sizes((9, 20), (10, 22), (11, 21))
    wide = sizes((58, 29), (60, 30), (62, 31))
    found = kmeans_anchors(torch.cat((wide, small)), 2, seed=3)
    assert found.tolist() == [[10.0, 21.0], [60.0, 30.0]]


def test_as_many_anchors_as_sizes_are_the_sizes():
    given = sizes((30, 10), (10, 10), (20, 50))
    assert kmeans_anchors(given, 3, seed=1).tolist() == [[10, 10], [30, 10], [20, 50]]


def test_fewer_different_sizes_than_anchors_repeat_one():
    found = kmeans_anchors(sizes((10, 10), (10, 10), (20, 20)), 3, seed=0)
    assert {tuple(row) for row in found.tolist()} == {(10.0, 10.0), (20.0, 20.0)}


def test_the_dtype_and_the_input_stay():
    given = torch.rand(20, 2, generator=torch.Generator().manual_seed(0)) + 1
    before = given.clone()
    assert kmeans_anchors(given, 3, seed=0).dtype == torch.float32
    assert torch.equal(given, before)


def test_the_same_seed_gives_the_same_anchors_and_leaves_the_global_one_alone():
    given = torch.rand(50, 2, generator=torch.Generator().manual_seed(0)) * 50 + 5
    state = torch.random.get_rng_state()
    assert torch.equal(
        kmeans_anchors(given, 4, seed=7), kmeans_anchors(given, 4, seed=7)
    )
    assert torch.equal(state, torch.random.get_rng_state())


def test_an_anchor_without_sizes_jumps_to_the_size_that_fits_worst():
    given = sizes((10, 10), (11, 11), (50, 10))
    first, second, *_ = lloyd(given, sizes((10, 10), (1000, 1000)))
    assert first.owner.tolist() == [0, 0, 0]
    assert second.anchors[1].tolist() == [50.0, 10.0]
    assert second.owner.tolist() == [0, 0, 1]


@given(rows=sizes_of, count=st.integers(1, 6), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_mean_best_iou_never_falls_and_every_size_is_with_its_best(
    rows, count, seed
):
    table = sizes(*rows)
    count = min(count, len(rows))
    steps = list(kmeans_steps(table, count, seed=seed))
    means = [step.mean_iou for step in steps]
    assert all(b >= a - 1e-9 for a, b in pairwise(means))
    overlap = shape_iou(table, steps[-1].anchors)
    assert torch.equal(overlap.argmax(dim=1), steps[-1].owner)
    areas = kmeans_anchors(table, count, seed=seed).prod(dim=1)
    assert (areas.diff() >= 0).all()
    assert len(areas) == count


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


def test_by_area_puts_the_narrower_of_equals_first():
    given = sizes((20, 10), (10, 20), (5, 5))
    assert by_area(given).tolist() == [[5, 5], [10, 20], [20, 10]]


def test_no_start_is_refused():
    with pytest.raises(ValueError, match="at least 1, got 0"):
        best_by_count(sizes((1, 1)), 1, starts=0, seed=0)
