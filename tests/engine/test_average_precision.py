import math
from dataclasses import dataclass

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from engine.average_precision import (
    COCO_RECALLS,
    Ranking,
    Truth,
    area_under_curve,
    average_precision,
    average_precisions,
    envelope,
    match,
    mean_average_precision,
    rankings,
)


@dataclass
class Found:
    boxes: Tensor
    scores: Tensor
    labels: Tensor


def ranking(hits, objects):
    scores = torch.arange(len(hits), 0, -1.0)
    return Ranking(scores, torch.tensor(hits, dtype=torch.bool), objects)


def scenes(seed, *, images=12, classes=3):
    """Return predictions near objects, far from them, doubled and of a wrong class."""
    g = torch.Generator().manual_seed(seed)

    def rand(*shape):
        return torch.rand(*shape, generator=g, dtype=torch.float64)

    found, truth = [], []
    for _ in range(images):
        count = int(torch.randint(6, (1,), generator=g))
        corner = rand(count, 2) * 80
        boxes = torch.cat((corner, corner + 10 + rand(count, 2) * 30), dim=1)
        labels = torch.randint(classes, (count,), generator=g)
        truth.append(Truth(boxes, labels))
        twice = torch.cat((boxes, boxes))
        near = twice + 6 * (rand(2 * count, 4) - 0.5)
        far = torch.cat((rand(4, 2) * 40, 50 + rand(4, 2) * 40), dim=1)
        guess = torch.cat((labels, labels, torch.randint(classes, (4,), generator=g)))
        wrong = rand(len(guess)) < 0.2
        guess[wrong] = (guess[wrong] + 1) % classes
        found.append(Found(torch.cat((near, far)), rand(len(guess)), guess))
    return found, truth


def test_a_perfect_detector_has_precision_one():
    _found, truth = scenes(0)
    perfect = [Found(t.boxes, torch.ones(len(t.boxes)), t.labels) for t in truth]
    assert average_precisions(perfect, truth, 0.95) == {0: 1.0, 1: 1.0, 2: 1.0}
    assert mean_average_precision(perfect, truth, 1.0) == 1.0


def test_who_finds_nothing_has_precision_zero():
    truth = [Truth(torch.tensor([[0.0, 0, 9, 9]]), torch.tensor([4]))]
    nothing = [Found(torch.zeros(0, 4), torch.zeros(0), torch.zeros(0))]
    assert average_precisions(nothing, truth) == {4: 0.0}
    assert rankings(nothing, truth)[4].objects == 1


def test_without_objects_there_is_no_mean():
    nothing = Truth(torch.zeros(0, 4), torch.zeros(0))
    wrong = Found(torch.tensor([[0.0, 0, 9, 9]]), torch.ones(1), torch.zeros(1))
    assert average_precisions([wrong], [nothing]) == {}
    assert math.isnan(mean_average_precision([wrong], [nothing]))
    assert math.isnan(average_precision(rankings([wrong], [nothing])[0]))
    assert math.isnan(area_under_curve(rankings([wrong], [nothing])[0]))


def test_curve_and_areas_by_hand():
    # Right, wrong, right, wrong; a third object is never found.
    four = ranking([True, False, True, False], 3)
    assert four.precision().tolist() == pytest.approx([1, 1 / 2, 2 / 3, 1 / 2])
    assert four.recall().tolist() == pytest.approx([1 / 3, 1 / 3, 2 / 3, 2 / 3])
    expected = [1, 2 / 3, 2 / 3, 1 / 2]
    assert envelope(four.precision()).tolist() == pytest.approx(expected)
    assert area_under_curve(four) == pytest.approx(1 / 3 + 2 / 9)
    # The recalls 0 to 0.33 have precision 1, those to 0.66 have 2/3, the rest 0.
    assert average_precision(four) == pytest.approx((34 + 33 * 2 / 3) / 101)


def test_recalls_are_those_of_numpys_linspace():
    assert len(COCO_RECALLS) == 101
    assert COCO_RECALLS[57].item() == 57 * 0.01 > 0.57
    assert COCO_RECALLS[-1].item() == 1.0


def test_the_surest_prediction_takes_the_object():
    truth = Truth(torch.tensor([[0.0, 0, 10, 10]]), torch.tensor([0]))
    boxes = torch.tensor([[0.0, 0, 10, 10], [1, 0, 11, 10], [0, 0, 10, 10]])
    found = Found(boxes, torch.tensor([0.5, 0.9, 0.7]), torch.tensor([0, 0, 1]))
    assert match(found, truth, 0.5).tolist() == [-1, 0, -1]
    assert match(found, truth, 0.9).tolist() == [0, -1, -1]  # the surest is not exact


def test_a_prediction_takes_the_free_object_that_it_fits_best():
    objects = torch.tensor([[0.0, 0, 10, 10], [3, 0, 13, 10]])
    truth = Truth(objects, torch.zeros(2))
    boxes = torch.tensor([[1.0, 0, 11, 10], [1, 0, 11, 10]])
    found = Found(boxes, torch.tensor([0.9, 0.8]), torch.zeros(2))
    assert match(found, truth, 0.5).tolist() == [0, 1]


def test_an_overlap_of_exactly_the_limit_is_right():
    truth = Truth(torch.tensor([[0.0, 0, 10, 10]]), torch.zeros(1))
    half = Found(torch.tensor([[0.0, 0, 10, 5]]), torch.ones(1), torch.zeros(1))
    assert match(half, truth, 0.5).tolist() == [0]
    assert match(half, truth, 0.501).tolist() == [-1]


@given(
    st.lists(st.booleans(), max_size=30),
    st.integers(0, 5),
)
def test_average_precisions_are_fractions_that_agree(hits, missed):
    objects = sum(hits) + missed
    if not objects:
        return
    both = ranking(hits, objects)
    coarse, exact = average_precision(both), area_under_curve(both)
    assert 0 <= coarse <= 1 + 1e-12
    assert 0 <= exact <= 1 + 1e-12
    # Sampled at 101 places, a curve that never rises is off by less than two steps.
    assert abs(coarse - exact) <= 0.02


@given(st.lists(st.booleans(), min_size=1, max_size=20), st.integers(0, 3))
def test_area_is_the_sum_over_its_corners(hits, missed):
    objects = sum(hits) + missed
    if not objects:
        return
    whole, right = 0.0, 0
    points = []
    for seen, hit in enumerate(hits, 1):
        right += hit
        points.append((right / objects, right / seen))
    for place in range(1, right + 1):
        whole += max(p for r, p in points if r >= place / objects - 1e-9) / objects
    assert area_under_curve(ranking(hits, objects)) == pytest.approx(whole)


def test_what_does_not_fit_is_refused():
    found, truth = scenes(1, images=2)
    with pytest.raises(ValueError, match="as many"):
        mean_average_precision(found, truth[:1])
    for overlap in (0.0, 1.1, math.nan):
        with pytest.raises(ValueError, match="min_overlap"):
            match(found[0], truth[0], overlap)
    one = found[0]
    with pytest.raises(ValueError, match="scores and labels"):
        match(Found(one.boxes, one.scores[1:], one.labels), truth[0], 0.5)
    with pytest.raises(ValueError, match="labels must be"):
        match(one, Truth(truth[0].boxes, torch.zeros(99)), 0.5)
    with pytest.raises(ValueError, match="finite"):
        match(Found(one.boxes, one.scores * math.nan, one.labels), truth[0], 0.5)
