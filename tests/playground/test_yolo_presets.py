"""What the presets of the YOLO page claim, computed."""

import re

import pytest
import torch

from engine.families import Work, families, total
from engine.sliding import Detector, costs, plan
from engine.yolo import assigned, decode, encode
from playground.panels.yolo_presets import FAMILIES, PASS, TARGET
from playground.panels.yolo_settings import ANCHORS, SIDE
from playground.panels.yolo_things import from_text

PICTURE = (SIDE, SIDE)
TRIES = TARGET + PASS + FAMILIES


def preset(title):
    (entry,) = [entry for entry in TRIES if entry.title == title]
    return entry


def target(title):
    """Return the preset, its boxes, their slots and their tensor."""
    entry = preset(title)
    found = entry.settings
    kind = found["source"]
    classes = 10 if kind == "digits" else 3
    things = from_text(found[kind], classes)
    boxes = torch.tensor([thing.box for thing in things])
    labels = torch.tensor([thing.label for thing in things])
    anchors = torch.tensor(ANCHORS[: int(found["anchors"])]).float()
    manner = {"image": PICTURE, "grid": found["grid"], "anchors": anchors}
    slots = assigned(boxes, **manner)
    return entry, boxes, slots, encode(boxes, labels, classes=classes, **manner)


def lost(title):
    return target(title)[2].lost.tolist()


def test_the_courses_target_has_72_numbers():
    entry, boxes, slots, y = target("The course's 3×3×8")
    assert list(y.shape) == [3, 3, 1, 8]
    assert y.numel() == 72
    assert not slots.lost.any()
    assert int(y[..., 0].sum()) == 3
    cell = tuple(map(int, entry.settings["cell"].split(".")))
    assert y[cell][0, 4] == pytest.approx(220 / 140, abs=1e-4)
    assert "1.571" in entry.why
    assert boxes[1, 2] - boxes[1, 0] == 220


def test_a_midpoint_on_a_line_goes_right_and_one_pixel_less_goes_left():
    _entry, boxes, slots, y = target("Midpoint on a border")
    assert (slots.columns.item(), y[1, 1, 0, 1].item()) == (1, 0)
    moved = boxes - torch.tensor([1.0, 0, 1, 0])
    shape = {"image": PICTURE, "grid": 3, "anchors": torch.ones(1, 2)}
    left = encode(moved, torch.tensor([1]), classes=3, **shape)
    assert left[1, 0, 0, 1] == pytest.approx(0.99, abs=0.005)


def test_two_in_one_cell_need_two_anchors_of_their_shapes():
    assert lost("Two in one cell, one anchor") == [False, True]
    _entry, _boxes, slots, y = target("Two in one cell, two anchors")
    assert slots.anchors.tolist() == [1, 0]  # the car wide, the person tall
    assert not slots.lost.any()
    assert list(y.shape) == [3, 3, 2, 8]
    _entry, _boxes, slots, y = target("Two cars, two anchors")
    assert slots.lost.tolist() == [False, True]
    assert slots.anchors.tolist() == [1, 1]
    assert y[1, 1, 0, 0] == 0  # the tall slot stays empty


def test_three_objects_are_too_many_for_two_anchors_until_the_grid_is_finer():
    assert lost("Three objects, two anchors") == [False, False, True]
    _entry, boxes, slots, _y = target("A finer grid parts them")
    assert not slots.lost.any()
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    apart = torch.pdist(middle).min().item()
    assert apart >= 30
    assert pytest.approx(22, abs=0.5) == SIDE / 19


def test_what_is_larger_than_the_picture_is_written():
    _entry, boxes, slots, y = target("Larger than the picture")
    assert not slots.lost.any()
    (x1, y1, x2, y2) = boxes[0].tolist()
    assert x1 < 0
    assert y1 < 0
    assert min(x2, y2) > SIDE
    assert y[int(slots.rows[0]), int(slots.columns[0]), 1, 4] == pytest.approx(
        3.786, abs=5e-4
    )
    found = decode(y, image=PICTURE, min_score=0.5)
    best = (found.boxes - boxes[0]).abs().amax(dim=1).min()
    assert best < 1e-3


def test_a_midpoint_outside_belongs_to_no_cell():
    found = preset("Midpoint outside").settings
    (x1, _y1, x2, _y2) = from_text(found["street"], 3)[0].box
    assert (x1 + x2) / 2 > SIDE
    assert x1 < SIDE - 80  # much of it is seen
    with pytest.raises(ValueError, match="midpoint"):
        target("Midpoint outside")


def test_one_cell_keeps_one_object_per_anchor():
    assert sum(lost("S = 1")) == 1
    assert len(lost("S = 1")) == 3


def test_the_crowd_fits_and_most_numbers_do_not_count():
    _entry, boxes, slots, y = target("S = 19, five anchors")
    assert len(boxes) == 21
    assert not slots.lost.any()
    assert y.numel() == 14_440
    assert y[..., 0].numel() == 1805
    assert y[..., 0].numel() + 7 * len(boxes) == 1952


def test_digits_have_15_numbers_per_slot():
    assert list(target("Digits: ten classes")[3].shape) == [3, 3, 2, 15]


@pytest.mark.parametrize("entry", TARGET, ids=lambda entry: entry.title)
def test_the_cell_in_numbers_is_that_of_the_chosen_object(entry):
    if entry.title == "Midpoint outside":
        return
    _entry, _boxes, slots, _y = target(entry.title)
    at = int(entry.settings["pick"]) - 1
    cell = f"{slots.rows[at]}.{slots.columns[at]}"
    assert entry.settings["cell"] == cell


def work_of(title):
    found = preset(title).settings
    return costs(Detector(found["hidden"], int(found["stride"])), found["side"])


def test_the_courses_pictures_have_4_and_64_answers():
    four, many = work_of("16×16: four windows"), work_of("28×28: 64 windows")
    assert four.rows[-1].shape == (4, 2, 2)
    assert four.saved == pytest.approx(0.17, abs=0.005)
    assert many.rows[-1].shape == (4, 8, 8)
    assert many.saved == pytest.approx(0.25, abs=0.005)


def test_few_hidden_units_save_88_percent():
    assert work_of("Few hidden units").saved == pytest.approx(0.88, abs=0.005)


def test_one_pixel_too_many_costs_and_gives_nothing():
    found = work_of("15×15: one pixel too many")
    assert found.windows == 1
    assert found.shared > found.alone


def test_without_pooling_there_are_225_windows():
    assert work_of("Every pixel").windows == 225
    assert plan(Detector(stride=1))[3].kernel == 10


def totals(title):
    found = preset(title).settings
    work = Work(found["size"], found["searched"], found["proposed"])
    return {key: total(stages) for key, stages in families(work).items()}


def test_r_cnn_needs_274_times_the_work_of_yolo():
    found = totals("2000 regions, one at a time")
    assert round(found["rcnn"] / found["yolo"]) == 274


def test_with_few_regions_the_backbone_is_the_price():
    found = totals("Few regions")
    assert 1.1 < found["fast"] / found["yolo"] < 1.11


def test_on_a_small_picture_only_r_cnn_does_as_much_as_before():
    small, large = totals("A small picture"), totals("2000 regions, one at a time")
    assert small["rcnn"] == large["rcnn"]
    assert 1 / 8 < small["yolo"] / large["yolo"] < 1 / 7
    assert int(small["rcnn"] / small["yolo"]) == 2015


def test_every_preset_asks_first():
    assert len(TRIES) >= 10
    for entry in TRIES:
        assert re.search(r"\?", entry.question), entry.title
