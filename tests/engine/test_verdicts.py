import math

import pytest
import torch

from engine.average_precision import Ranking, mean_average_precision
from engine.box_scenes import HAND_MADE, at_random, hand_made
from engine.boxes import nms_per_class
from engine.suppression import Rule
from engine.verdicts import of_class, quality, suppress, sweep


@pytest.mark.parametrize(
    "scene", [*map(hand_made, HAND_MADE), *map(at_random, range(8))]
)
def test_hard_suppression_keeps_what_nms_keeps(scene):
    found = suppress(scene, Rule(max_overlap=0.4, min_score=0.3))
    expected = nms_per_class(
        scene.boxes, scene.scores, scene.labels, 0.4, min_score=0.3
    )
    assert list(found.indices) == expected.tolist()
    assert torch.equal(found.boxes, scene.boxes[expected])


def test_soft_suppression_sorts_by_the_scores_that_are_left():
    found = suppress(hand_made("close"), Rule("linear", min_score=0.0))
    assert found.scores.diff().le(0).all()
    assert found.scores[1].item() == pytest.approx(0.88 * (1 - 0.5360), abs=1e-4)


def test_nothing_above_the_score_is_nothing():
    found = suppress(hand_made("close"), Rule(min_score=0.99))
    assert found.indices == ()
    assert found.boxes.shape == (0, 4)


def test_one_class_at_a_time_is_judged():
    scene = hand_made("duplicates")
    found = suppress(scene, Rule(max_overlap=0.6))
    ranking, mine, finds = of_class(found, scene.truth, 1, 0.5)
    assert found.labels[mine].eq(1).all()
    assert ranking.objects == 1
    assert finds == [1, -1, -1]
    assert ranking.hits.tolist() == [True, False, False]


def test_quality_by_hand():
    ranking = Ranking(torch.tensor([0.9, 0.8]), torch.tensor([True, False]), 4)
    found = quality(ranking)
    assert (found.precision, found.recall) == (0.5, 0.25)
    assert found.f1 == pytest.approx(2 * 0.5 * 0.25 / 0.75)
    assert found.f1 == ranking.f1()[-1].item()


def test_nothing_said_has_no_precision():
    none = torch.zeros(0)
    found = quality(Ranking(none, none.bool(), 3))
    assert math.isnan(found.precision)
    assert (found.recall, found.f1, found.average_precision) == (0, 0, 0)
    nowhere = quality(Ranking(none, none.bool(), 0))
    assert math.isnan(nowhere.recall)
    assert math.isnan(nowhere.f1)


@pytest.mark.parametrize("kind", ["hard", "linear", "diou"])
def test_a_sweep_is_suppression_at_each_threshold(kind):
    scene = hand_made("crowd")
    rule = Rule(kind, min_score=0.3)
    found = sweep(scene, rule, (0.2, 0.5, 0.8), 0, 0.5)
    assert [one.recall for one in found][1:] == [1, 1]
    alone = suppress(scene, Rule(kind, 0.2, 0.3))
    expected = mean_average_precision([alone], [scene.truth])
    assert found[0].average_precision == pytest.approx(expected)


def test_a_sweep_of_gaussian_suppression_changes_its_width():
    narrow, wide = sweep(
        hand_made("crowd"), Rule("gaussian", min_score=0.5), (0.1, 2.0), 0, 0.5
    )
    assert narrow.recall < wide.recall
