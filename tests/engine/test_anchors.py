"""Anchor sizes by k-means, objects given to anchors, offsets there and back."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.anchors import (
    assign,
    by_area,
    decode,
    encode,
    kmeans_anchors,
    kmeans_steps,
    lloyd,
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


def test_by_area_puts_the_narrower_of_equals_first():
    given = sizes((20, 10), (10, 20), (5, 5))
    assert by_area(given).tolist() == [[5, 5], [10, 20], [20, 10]]


STREET = sizes((130, 60, 180, 260), (60, 120, 260, 200))  # a person before a car
TALL_AND_WIDE = sizes((50, 200), (200, 80))


def test_two_objects_with_one_midpoint_get_an_anchor_each():
    """The course's person and car: both midpoints in the middle, two anchors."""
    given = assign(STREET, TALL_AND_WIDE, grid=3, picture=(320, 320))
    assert given.cell.tolist() == [[1, 1], [1, 1]]
    assert given.anchor.tolist() == [0, 1]
    assert given.holder.tolist() == [0, 1]
    assert given.lost.tolist() == [False, False]
    torch.testing.assert_close(given.iou, sizes((1, 4 / 22), (4 / 22, 1)))


def test_one_anchor_for_two_objects_loses_the_second():
    given = assign(STREET, TALL_AND_WIDE[:1], grid=3, picture=(320, 320))
    assert given.holder.tolist() == [0, 0]
    assert given.lost.tolist() == [False, True]


def test_three_objects_on_two_anchors_collide_whatever_their_shapes():
    boxes = torch.cat((STREET, sizes((110, 110, 210, 210))))
    given = assign(boxes, TALL_AND_WIDE, grid=3, picture=(320, 320))
    assert given.lost.sum() == 1
    apart = assign(boxes, TALL_AND_WIDE, grid=160, picture=(320, 320))
    assert apart.cell.unique(dim=0).tolist() == [[80, 77], [80, 80]]


def test_two_objects_of_one_shape_collide_though_an_anchor_is_free():
    boxes = sizes((140, 60, 180, 260), (150, 62, 192, 258))
    given = assign(boxes, TALL_AND_WIDE, grid=3, picture=(320, 320))
    assert given.anchor.tolist() == [0, 0]
    assert given.lost.tolist() == [False, True]
    finer = assign(boxes, TALL_AND_WIDE, grid=64, picture=(320, 320))
    assert not finer.lost.any()


@pytest.mark.parametrize(
    ("middle", "cell"),
    [
        pytest.param((0, 0), [0, 0], id="corner"),
        pytest.param((100, 99.9), [0, 1], id="on a line: right of it"),
        pytest.param((250, 100), [1, 2], id="row first"),
        pytest.param((300, 300), [2, 2], id="last edge: last cell"),
    ],
)
def test_the_midpoint_decides_the_cell(middle, cell):
    x, y = middle
    box = sizes((x - 10, y - 10, x + 10, y + 10))
    given = assign(box, TALL_AND_WIDE, grid=3, picture=(300, 300))
    assert given.cell.tolist() == [cell]


def test_no_object_is_no_assignment_and_bad_ones_are_refused():
    none = assign(torch.zeros(0, 4), TALL_AND_WIDE, grid=3, picture=(300, 300))
    assert none.iou.shape == (0, 2)
    assert none.lost.tolist() == []
    for box in [(10, 10, 10, 20), (20, 10, 10, 20), (float("nan"), 0, 1, 1)]:
        with pytest.raises(ValueError, match=r"positive|must be finite"):
            assign(sizes(box), TALL_AND_WIDE, grid=3, picture=(300, 300))
    with pytest.raises(ValueError, match="within"):
        assign(sizes((290, 0, 330, 10)), TALL_AND_WIDE, grid=3, picture=(300, 300))
    with pytest.raises(ValueError, match="got 0, 2"):
        assign(STREET, TALL_AND_WIDE, grid=0, picture=(300, 300))


def test_encode_is_in_units_of_the_anchor():
    anchor, box = sizes((0, 0, 40, 100)), sizes((10, 30, 90, 130))
    got = encode(box, anchor)
    want = sizes((30 / 40, 30 / 100, math.log(2), 0))
    torch.testing.assert_close(got, want)
    assert encode(anchor, anchor).tolist() == [[0, 0, 0, 0]]


place = st.floats(-300, 300)
box_of = st.tuples(place, place, side, side)


@given(rows=st.lists(st.tuples(box_of, box_of), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_decode_returns_what_was_encoded_and_encode_what_was_decoded(rows):
    boxes, anchors = (
        sizes(*((x, y, x + w, y + h) for x, y, w, h in part))
        for part in zip(*rows, strict=True)
    )
    offsets = encode(boxes, anchors)
    near = {"rtol": 1e-9, "atol": 1e-8}
    torch.testing.assert_close(decode(offsets, anchors), boxes, **near)
    torch.testing.assert_close(
        encode(decode(offsets, anchors), anchors), offsets, **near
    )


def test_any_finite_offset_is_a_box_and_others_are_refused():
    anchor = sizes((0, 0, 40, 100))
    made = decode(sizes((-3, 2, -5, 1)), anchor)
    assert (made[:, 2:] > made[:, :2]).all()
    for offsets in [(float("nan"), 0, 0, 0), (0, 0, 1e4, 0)]:
        with pytest.raises(ValueError, match="finite"):
            decode(sizes(offsets), anchor)
    with pytest.raises(ValueError, match="one anchor for each"):
        encode(torch.cat((anchor, anchor)), anchor)
