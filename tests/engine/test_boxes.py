import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.boxes import (
    area,
    nms,
    nms_per_class,
    nms_steps,
    pairwise_ciou,
    pairwise_diou,
    pairwise_giou,
    pairwise_intersection,
    pairwise_iou,
)
from engine.suppression import Rule

MEASURES = (pairwise_iou, pairwise_giou, pairwise_diou, pairwise_ciou)
SQUARE = (0.0, 0.0, 10.0, 10.0)


def box(*sides):
    return torch.tensor([sides], dtype=torch.float64)


def random_boxes(count, seed, *, size=60.0, room=100.0):
    g = torch.Generator().manual_seed(seed)
    corner = torch.rand(count, 2, generator=g) * room
    boxes = torch.cat(
        (corner, corner + 1 + torch.rand(count, 2, generator=g) * size), 1
    )
    # Tenths: equal scores occur.
    scores = (torch.rand(count, generator=g) * 10).round() / 10
    return boxes, scores, torch.randint(3, (count,), generator=g)


numbers = st.integers(-40, 40).map(lambda n: n / 4)
sides = st.tuples(numbers, numbers).map(sorted)
one_box = st.tuples(sides, sides).map(lambda s: (s[0][0], s[1][0], s[0][1], s[1][1]))
some_boxes = st.lists(one_box, max_size=12).map(
    lambda rows: torch.tensor(rows, dtype=torch.float32).reshape(-1, 4)
)


@pytest.mark.parametrize(
    ("other", "iou", "giou", "diou"),
    [
        pytest.param(SQUARE, 1.0, 1.0, 1.0, id="identical"),
        pytest.param(
            (5, 0, 15, 10),
            1 / 3,
            1 / 3,
            1 / 3 - 25 / 325,
            id="half to the side",
        ),
        pytest.param((2, 2, 7, 7), 0.25, 0.25, 0.25 - 0.5 / 200, id="contained"),
        pytest.param((10, 0, 20, 10), 0.0, 0.0, -100 / 500, id="touching"),
        pytest.param((20, 0, 30, 10), 0.0, -1 / 3, -400 / 1000, id="apart"),
        pytest.param(
            (5, 5, 15, 15),
            25 / 175,
            25 / 175 - 50 / 225,
            25 / 175 - 50 / 450,
            id="half to the side and down",
        ),
        pytest.param((3, 4, 3, 4), 0.0, 0.0, -5 / 200, id="a point inside"),
    ],
)
def test_measures_by_hand(other, iou, giou, diou):
    a, b = box(*SQUARE), box(*other)
    assert pairwise_iou(a, b).item() == pytest.approx(iou, abs=1e-12)
    assert pairwise_diou(a, b).item() == pytest.approx(diou, abs=1e-12)
    assert pairwise_giou(a, b).item() == pytest.approx(giou, abs=1e-12)


def test_ciou_subtracts_the_difference_of_shapes():
    a, b = box(0, 0, 10, 10), box(0, 0, 20, 10)
    v = 4 / math.pi**2 * (math.atan(1) - math.atan(2)) ** 2
    expected = 0.5 - 25 / 500 - v * v / (0.5 + v)
    assert pairwise_ciou(a, b).item() == pytest.approx(expected, abs=1e-12)


def test_ciou_of_equal_shapes_is_diou():
    a, b = box(0, 0, 10, 10), box(3, 4, 23, 24)
    assert pairwise_ciou(a, b).item() == pairwise_diou(a, b).item()


def test_intersection_is_a_rectangle_of_the_inner_sides():
    assert pairwise_intersection(box(0, 0, 10, 8), box(6, 5, 20, 20)).item() == 4 * 3
    assert pairwise_intersection(box(0, 0, 10, 8), box(11, 0, 20, 8)).item() == 0


@pytest.mark.parametrize("measure", MEASURES)
def test_points_and_lines_have_a_measure(measure):
    boxes = torch.tensor([[1.0, 1, 1, 1], [1, 1, 5, 1], [1, 1, 1, 5], [0, 0, 4, 4]])
    values = measure(boxes, boxes)
    assert values.isfinite().all()
    assert pairwise_iou(boxes[:3], boxes).eq(0).all()


@given(some_boxes, some_boxes)
def test_iou_is_symmetric_and_a_fraction(a, b):
    iou = pairwise_iou(a, b)
    assert iou.shape == (len(a), len(b))
    assert torch.equal(iou, pairwise_iou(b, a).T)
    assert iou.ge(0).all()
    assert iou.le(1).all()
    assert torch.equal(pairwise_iou(a, a).diagonal(), (area(a) > 0).float())


@given(some_boxes, some_boxes)
def test_the_other_measures_are_symmetric_and_below_iou(a, b):
    iou = pairwise_iou(a, b)
    for measure in MEASURES[1:]:
        assert torch.allclose(measure(a, b), measure(b, a).T, atol=1e-6)
        assert measure(a, b).le(iou + 1e-6).all()
        assert measure(a, b).ge(-2).all()


@given(some_boxes, st.integers(-8, 8), st.sampled_from([0.5, 2.0, 4.0]))
def test_iou_does_not_change_when_all_is_moved_and_enlarged(boxes, shift, scale):
    moved = scale * boxes + shift
    assert torch.allclose(pairwise_iou(boxes, boxes), pairwise_iou(moved, moved))


def test_whole_numbers_and_half_floats_are_boxes_too():
    ints = torch.tensor([[0, 0, 10, 10], [5, 0, 15, 10]])
    assert pairwise_iou(ints, ints)[0, 1].item() == pytest.approx(1 / 3)
    large = torch.tensor([[0, 0, 1000, 1000]], dtype=torch.float16)  # area > 65504
    assert pairwise_iou(large, large).item() == 1


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param([[5.0, 0, 1, 1]], id="x inverted"),
        pytest.param([[0.0, 5, 1, 1]], id="y inverted"),
        pytest.param([[0.0, 0, math.nan, 1]], id="NaN"),
        pytest.param([[0.0, 0, math.inf, 1]], id="infinite"),
        pytest.param([[0.0, 0, 1e30, 1e30]], id="an area without end"),
        pytest.param([[0.0, 0, 1]], id="three numbers"),
        pytest.param([0.0, 0, 1, 1], id="not a list of boxes"),
    ],
)
def test_what_is_no_box_is_refused(bad):
    good = torch.tensor([SQUARE])
    for call in (pairwise_intersection, *MEASURES):
        with pytest.raises(ValueError, match="box"):
            call(good, torch.tensor(bad))
        with pytest.raises(ValueError, match="box"):
            call(torch.tensor(bad), good)
    with pytest.raises(ValueError, match="box"):
        nms(torch.tensor(bad), torch.ones(len(bad)), 0.5)


def test_nms_by_hand():
    boxes = torch.tensor(
        [[0.0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10], [0, 1, 10, 11]]
    )
    scores = torch.tensor([0.8, 0.9, 0.7, 0.6])
    assert nms(boxes, scores, 0.5).tolist() == [1, 2]
    assert nms(boxes, scores, 0.5, min_score=0.75).tolist() == [1]
    assert nms(boxes, scores, 0.5, 0.95).tolist() == []
    assert nms(boxes, scores, 0.5).dtype == torch.int64


def test_nms_prefers_the_lower_index_of_equal_scores():
    boxes = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 10], [50, 0, 60, 10]])
    assert nms(boxes, torch.ones(3), 0.5).tolist() == [0, 2]


def test_nms_keeps_a_pair_exactly_at_the_limit():
    boxes = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 5]])  # IoU 0.5
    scores = torch.tensor([0.9, 0.8])
    assert nms(boxes, scores, 0.5).tolist() == [0, 1]
    assert nms(boxes, scores, 0.499).tolist() == [0]


def test_nms_keeps_everything_when_all_overlap_is_allowed():
    boxes = torch.tensor([SQUARE] * 4)
    assert nms(boxes, torch.ones(4), 1.0).tolist() == [0, 1, 2, 3]


def test_a_dropped_box_drops_nothing():
    row = torch.tensor([[0.0, 0, 10, 10], [4, 0, 14, 10], [8, 0, 18, 10]])
    assert nms(row, torch.tensor([0.9, 0.8, 0.7]), 0.4).tolist() == [0, 2]


def test_nms_of_nothing_is_nothing():
    assert nms(torch.zeros(0, 4), torch.zeros(0), 0.5).tolist() == []


def test_classes_do_not_drop_each_other():
    boxes, scores = torch.tensor([SQUARE] * 3), torch.tensor([0.9, 0.8, 0.7])
    labels = torch.tensor([3, 7, 3])
    assert nms_per_class(boxes, scores, labels, 0.5).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("scores", "overlap", "words"),
    [
        (torch.ones(2), 0.5, "scores"),
        (torch.tensor([math.nan]), 0.5, "finite"),
        (torch.ones(1), 1.5, "max_overlap"),
        (torch.ones(1), math.nan, "max_overlap"),
    ],
)
def test_nms_refuses_what_it_cannot_use(scores, overlap, words):
    with pytest.raises(ValueError, match=words):
        nms(torch.tensor([SQUARE]), scores, overlap)


@given(some_boxes, st.data())
def test_nms_leaves_no_pair_above_the_limit_and_is_idempotent(boxes, data):
    count = len(boxes)
    scores = st.lists(st.integers(0, 5), min_size=count, max_size=count)
    scores = torch.tensor(data.draw(scores), dtype=torch.float32)
    limit = data.draw(st.floats(0, 1))
    kept = nms(boxes, scores, limit)
    among = pairwise_iou(boxes[kept], boxes[kept]).fill_diagonal_(0)
    assert among.le(limit).all()
    again = nms(boxes[kept], scores[kept], limit)
    assert torch.equal(again, torch.arange(len(kept)))
    assert scores[kept].diff().le(0).all()


def test_every_box_that_nms_drops_overlaps_a_better_one():
    boxes, scores, _labels = random_boxes(10_000, 0, size=30, room=500)
    kept = nms(boxes, scores, 0.4)
    assert 1000 < len(kept) < 9000
    dropped = torch.ones(10_000, dtype=torch.bool)
    dropped[kept] = False
    better = scores[kept][None, :] >= scores[dropped][:, None]
    covered = pairwise_iou(boxes[dropped], boxes[kept]) > 0.4
    assert (covered & better).any(dim=1).all()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("per_class", [True, False])
def test_the_trace_ends_with_what_nms_keeps(seed, per_class):
    boxes, scores, labels = random_boxes(40, seed)
    rule = Rule("hard", 0.4, 0.3, per_class=per_class)
    *_others, end = nms_steps(boxes, scores, rule, labels)
    classes = labels if per_class else torch.zeros(40)
    kept = nms_per_class(boxes, scores, classes, 0.4, min_score=0.3)
    assert end.action == "end"
    assert list(end.kept) == kept.tolist()


def test_the_trace_measures_diou_where_the_rule_says_so():
    boxes = torch.tensor([[0.0, 0, 10, 10], [4, 0, 14, 10]])
    scores = torch.tensor([0.9, 0.8])
    taken = {
        kind: next(s for s in nms_steps(boxes, scores, Rule(kind)) if s.other >= 0)
        for kind in ("hard", "diou")
    }
    assert taken["hard"].overlap == pytest.approx(6 / 14)
    assert taken["diou"].overlap == pytest.approx(6 / 14 - 16 / (14**2 + 10**2))


def test_the_trace_refuses_what_nms_refuses():
    with pytest.raises(ValueError, match="box"):
        nms_steps(torch.tensor([[5.0, 0, 1, 1]]), torch.ones(1), Rule())
