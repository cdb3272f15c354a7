"""Every claim of a preset, computed with the engine."""

import re
from itertools import pairwise

import pytest
import torch

from engine import box_sizes
from engine.anchor_counts import best_by_count, mean_best_iou
from engine.anchors import assign, kmeans_anchors, kmeans_steps
from engine.boxes import pairwise_iou
from engine.dense_anchors import (
    NEGATIVE,
    POSITIVE,
    anchor_boxes,
    match,
    shapes,
    with_best,
)
from engine.plain_kmeans import plain_steps
from playground import size_table
from playground.panels import anchor_data
from playground.panels.anchor_objects import boxes_of, read
from playground.panels.anchor_presets import TRIES
from playground.panels.anchor_shapes import RATIOS

PRESETS = {entry.title: entry for entry in TRIES}
SIDE = 416


def settings(title):
    return PRESETS[title].settings


def given(title):
    """Return the assignment that a preset of one cell shows."""
    chosen = settings(title)
    sizes = re.findall(r"(\d+)×(\d+)", chosen["anchors"])
    anchors = torch.tensor([tuple(map(float, s)) for s in sizes]).double()
    boxes = boxes_of(read(chosen["objs"]))
    return assign(boxes, anchors, grid=chosen["grid"], picture=(SIDE, SIDE))


def rounded(table):
    return [[round(x, 3) for x in row] for row in table.tolist()]


def test_there_are_enough_presets_each_with_a_question():
    assert len(TRIES) >= 10
    assert len(PRESETS) == len(TRIES)
    assert all(entry.question for entry in TRIES)


def test_a_person_and_a_car_get_an_anchor_each():
    got = given("A person before a car")
    assert rounded(got.iou) == [[0.925, 0.202], [0.214, 0.878]]
    assert got.anchor.tolist() == [0, 1]
    assert got.cell.tolist() == [[1, 1]] * 2
    assert not got.lost.any()


def test_one_anchor_learns_the_person_only():
    assert given("One anchor").lost.tolist() == [False, True]


def test_the_third_of_three_objects_is_lost():
    got = given("Three objects, two anchors")
    assert got.cell.tolist() == [[1, 1]] * 3
    assert got.lost.tolist() == [False, False, True]
    assert got.anchor[2] == 0
    assert rounded(got.iou)[2][0] == 0.391


def test_the_second_of_two_people_is_lost_until_the_grid_is_finer():
    got = given("Two people, one cell")
    assert got.anchor.tolist() == [0, 0]
    assert got.lost.tolist() == [False, True]
    finer = given("A finer grid parts them")
    assert finer.cell.tolist() == [[5, 5], [6, 7]]
    assert not finer.lost.any()


def test_an_adult_and_a_child_are_told_apart_by_size():
    got = given("An adult and a child")
    assert got.cell.tolist() == [[1, 1]] * 2
    assert not got.lost.any()
    assert [round(x, 3) for x in got.iou[1, :2].tolist()] == [0.84, 0.336]


def test_the_iou_of_shapes_is_not_that_of_the_boxes_as_they_lie():
    got = given("Where is the anchor's centre?")
    assert rounded(got.iou)[0][0] == 0.925
    person = boxes_of(read(settings("Where is the anchor's centre?")["objs"]))[:1]
    middle, half = torch.tensor([[208.0, 208]]).double(), torch.tensor([[30.0, 100]])
    anchor = torch.cat((middle - half, middle + half), dim=1)
    assert round(pairwise_iou(person, anchor).item(), 3) == 0.308


def means(sizes, most):
    best = best_by_count(sizes, most, starts=4, seed=0)
    return [mean_best_iou(sizes, anchors) for anchors in best]


def test_parcels_have_their_elbow_at_three():
    assert settings("An elbow at three")["sizes"] == "own"
    sizes = torch.tensor(size_table.from_text(anchor_data.START)).double()
    found = means(sizes, 4)
    assert [round(x, 3) for x in found[:3]] == [0.49, 0.715, 0.924]
    assert round(found[3] - found[2], 3) == 0.011


def test_without_groups_each_anchor_adds_less_than_the_one_before():
    found = means(box_sizes.draw("even", 150, seed=0), 6)
    gains = [b - a for a, b in pairwise(found)]
    assert all(b < a for a, b in pairwise(gains))
    assert all(b > 0.5 * a for a, b in pairwise(gains))


def test_a_bad_start_ends_lower():
    sizes = box_sizes.draw("street", 150, seed=0)
    ends = []
    for seed in (settings("A bad start")["seed"], 1):
        *_, last = kmeans_steps(sizes, 3, seed=seed)
        ends.append(round(last.mean_iou, 3))
    assert ends == [0.512, 0.583]


def test_the_plain_distance_ends_lower_from_every_seed():
    chosen = settings("Why not the plain distance?")
    sizes = box_sizes.draw(chosen["sizes"], 150, seed=0)
    ends = {}
    for search in (plain_steps, kmeans_steps):
        lasts = [list(search(sizes, chosen["k"], seed=seed))[-1] for seed in range(10)]
        ends[search] = [round(last.mean_iou, 3) for last in lasts]
    assert ends[plain_steps] == [0.501] * 10
    assert max(ends[kmeans_steps]) == 0.583
    assert min(ends[kmeans_steps]) > 0.501
    small = sizes.prod(dim=1).sqrt() < 60
    assert small.float().mean() > 0.6


def test_the_anchors_of_digits_are_higher_than_wide():
    chosen = settings("The detector's own boxes")
    found = kmeans_anchors(box_sizes.detector(), chosen["k"], seed=chosen["seed"])
    assert (found[:, 1] > found[:, 0]).all()
    assert [round(x) for x in found[0].tolist()] == [15, 19]
    assert [round(x) for x in found[-1].tolist()] == [68, 76]


def dense(title, **changed):
    """Return IoUs and matches of a preset of dense anchors."""
    chosen = settings(title) | changed
    ratios = [RATIOS[ratio][1] for ratio in chosen["ratios"]]
    sizes = shapes(list(map(float, chosen["scales"])), ratios)
    stride = int(chosen["stride"])
    anchors = anchor_boxes(sizes, stride=stride, picture=(SIDE, SIDE))
    iou = pairwise_iou(anchors, boxes_of(read(chosen["objs"])))
    got = match(iou, positive=chosen["pos"], negative=chosen["neg"])
    return iou, with_best(got, iou) if chosen["rescue"] else got


def best(iou):
    return [round(x, 3) for x in iou.amax(dim=0).tolist()]


def test_nearly_all_anchors_are_background():
    iou, got = dense("Nearly all is background")
    assert (got.count(NEGATIVE), len(iou)) == (1475, 1521)
    assert round(100 * 1475 / 1521) == 97


def test_no_anchor_reaches_the_threshold_by_itself():
    iou, got = dense("Nobody reaches 0.7")
    assert got.count(POSITIVE) == 0
    assert best(iou) == [0.56, 0.644]
    _iou, saved = dense("Nobody reaches 0.7", rescue=True)
    assert saved.count(POSITIVE) == 2


def test_a_finer_stride_helps_the_car_only():
    iou, _got = dense("A finer stride", rescue=False)
    assert best(iou) == [0.577, 0.761]


def test_the_small_object_s_best_anchor_learns_the_car():
    iou, got = dense("Too small for its anchors")
    assert best(iou)[0] == 0.129
    own = iou[:, 0].argmax()
    assert got.label[own] == POSITIVE
    assert got.object[own] == 1
    positive = got.label == POSITIVE
    assert not (positive & (got.object == 0)).any()
    _iou, more = dense("Too small for its anchors", scales=["32", "64", "128", "256"])
    assert ((more.label == POSITIVE) & (more.object == 0)).any()


@pytest.mark.parametrize("entry", TRIES, ids=lambda entry: entry.title)
def test_numbers_of_a_reason_are_not_left_without_a_test(entry):
    """A number in a reason stands in this file too."""
    with open(__file__, encoding="utf-8") as file:
        source = file.read()
    for number in re.findall(r"\b0\.\d{3}\b", entry.why):
        assert number.rstrip("0") in source, number
