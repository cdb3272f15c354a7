"""Anchors around every cell, and what each of them learns."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.boxes import pairwise_iou
from engine.dense_anchors import (
    IGNORED,
    NEGATIVE,
    POSITIVE,
    anchor_boxes,
    match,
    shapes,
    with_best,
)


def rows(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def test_shapes_have_the_area_of_the_scale_and_the_ratio_of_height_to_width():
    got = shapes([64, 128], [0.5, 1.0, 2.0])
    scale = torch.tensor([64.0, 64, 64, 128, 128, 128], dtype=torch.float64)
    torch.testing.assert_close(got.prod(dim=1), scale**2)
    ratio = torch.tensor([0.5, 1, 2] * 2, dtype=torch.float64)
    torch.testing.assert_close(got[:, 1] / got[:, 0], ratio)


@pytest.mark.parametrize("scales", [[0], [-1], [float("nan")]])
def test_a_scale_that_is_none_is_refused(scales):
    with pytest.raises(ValueError, match="positive and finite"):
        shapes(scales, [1.0])


def test_anchor_boxes_stand_around_the_middles_row_by_row():
    got = anchor_boxes(rows((10, 20), (4, 4)), stride=16, picture=(40, 32))
    assert got.shape == (2 * 2 * 2, 4)
    assert got[0].tolist() == [3, -2, 13, 18]
    assert got[1].tolist() == [6, 6, 10, 10]
    assert got[2].tolist() == [19, -2, 29, 18]  # next column
    assert got[4].tolist() == [3, 14, 13, 34]  # next row


@pytest.mark.parametrize("stride", [0, 33])
def test_a_stride_that_leaves_no_cell_is_refused(stride):
    with pytest.raises(ValueError, match=rf"\[1, 32\], got {stride}"):
        anchor_boxes(rows((10, 20)), stride=stride, picture=(40, 32))


def test_thresholds_divide_the_anchors_and_belong_to_the_upper_part():
    iou = rows((0.7, 0.1), (0.69, 0.2), (0.1, 0.3), (0.29, 0.2))
    got = match(iou, positive=0.7, negative=0.3)
    assert got.label.tolist() == [POSITIVE, IGNORED, IGNORED, NEGATIVE]
    assert got.object.tolist() == [0, 0, 1, 0]
    assert got.best.tolist() == [0.7, 0.69, 0.3, 0.29]
    assert got.count(IGNORED) == 2


def test_the_best_anchors_of_an_object_are_rescued_ties_together():
    iou = rows((0.4, 0.0), (0.4, 0.0), (0.1, 0.0), (0.75, 0.2))
    got = match(iou, positive=0.7, negative=0.3)
    assert got.label.tolist() == [IGNORED, IGNORED, NEGATIVE, POSITIVE]
    # The second object's best anchor learns the first object all the same.
    assert with_best(got, iou).label.tolist() == [IGNORED, IGNORED, NEGATIVE, POSITIVE]
    alone = iou[:3]
    saved = with_best(match(alone, positive=0.7, negative=0.3), alone)
    assert saved.label.tolist() == [POSITIVE, POSITIVE, NEGATIVE]  # no anchor touches 2


def test_without_objects_every_anchor_is_negative():
    iou = torch.zeros(5, 0)
    got = with_best(match(iou, positive=0.7, negative=0.3), iou)
    assert got.label.tolist() == [NEGATIVE] * 5


@pytest.mark.parametrize(("positive", "negative"), [(0.3, 0.7), (1.1, 0.3), (0.7, -1)])
def test_thresholds_out_of_order_are_refused(positive, negative):
    with pytest.raises(ValueError, match="0 <= negative <= positive <= 1"):
        match(torch.zeros(1, 1), positive=positive, negative=negative)


corner = st.integers(0, 90)
box = st.tuples(corner, corner, st.integers(5, 60), st.integers(5, 60))


@given(boxes=st.lists(box, min_size=1, max_size=4), stride=st.sampled_from([8, 16, 32]))
@settings(max_examples=30, deadline=None)
def test_every_object_touched_has_a_positive_anchor_and_labels_keep_their_order(
    boxes, stride
):
    true = rows(*((x, y, x + w, y + h) for x, y, w, h in boxes))
    anchors = anchor_boxes(shapes([24], [0.5, 1, 2]), stride=stride, picture=(96, 96))
    iou = pairwise_iou(anchors, true)
    plain = match(iou, positive=0.7, negative=0.3)
    saved = with_best(plain, iou)
    touched = iou.amax(dim=0) > 0
    best = iou.argmax(dim=0)
    assert (saved.label[best][touched] == POSITIVE).all()
    assert (saved.label >= plain.label)[plain.label == POSITIVE].all()
    changed = saved.label != plain.label
    assert (saved.label[changed] == POSITIVE).all()
