"""The presets of the page on IoU and NMS: what they open, and what they claim."""

import numpy as np
import pytest
import torch

from engine import boxes
from engine.box_scenes import hand_made
from engine.suppression import Rule
from engine.verdicts import of_class, quality, suppress
from playground.panels.iou_presets import TRIES
from tests.pages.test_iou_nms import visit
from tests.pages.test_pages import notices, state
from tests.pages.told import message, told

MEASURES = {
    "IoU": boxes.pairwise_iou,
    "GIoU": boxes.pairwise_giou,
    "DIoU": boxes.pairwise_diou,
    "CIoU": boxes.pairwise_ciou,
}
PRESETS = {entry.title: entry for entry in TRIES}


def link_of(entry):
    return {
        key: str(int(value)) if isinstance(value, bool) else str(value)
        for key, value in entry.settings.items()
    }


@pytest.mark.parametrize("entry", TRIES, ids=lambda entry: entry.title)
def test_every_preset_opens_what_it_speaks_of(entry):
    link = link_of(entry)
    at = visit(**link)
    assert not notices(at, "en")
    shown = {key: text for key, (text, _usual) in state(at).items()}
    hidden = {"sigma", "grip"}
    assert {k: shown[k] for k in link.keys() - hidden} == {
        k: v for k, v in link.items() if k not in hidden
    }


def frames(at):
    """Return track -> numbers [frames, size] of a page's player."""
    header, data = told(at)
    tracks = header["scene"]["tracks"]
    table = np.frombuffer(data, np.float32).reshape(-1, sum(t["size"] for t in tracks))
    ends = np.cumsum([track["size"] for track in tracks])
    return {
        track["name"]: table[:, end - track["size"] : end]
        for track, end in zip(tracks, ends, strict=True)
    }


def measured(title, **moved):
    """Return name -> measure of the two boxes of a preset, B in another place."""
    settings = PRESETS[title].settings | moved
    a, b = (torch.tensor([[*map(float, settings[k].split())]]) for k in "ab")
    return {name: measure(a, b).item() for name, measure in MEASURES.items()}


def kept(title, **other):
    """Return numbers from 1 -> score left of what a preset keeps; and its scene."""
    settings = PRESETS[title].settings | other
    rule = Rule(
        *(settings[k] for k in ("kind", "overlap", "score", "sigma", "perclass"))
    )
    scene = hand_made(settings["boxes"])
    found = suppress(scene, rule)
    pairs = zip(found.indices, found.scores.tolist(), strict=True)
    return {index + 1: score for index, score in pairs}, scene, found


def judged(title):
    _kept, scene, found = kept(title)
    right = float(PRESETS[title].settings["right"])
    return quality(of_class(found, scene.truth, 0, right)[0])


def test_half_a_width_is_a_third():
    assert measured("Half a width to the side")["IoU"] == pytest.approx(1 / 3)


def test_a_tenth_off_is_not_correct_at_three_quarters():
    iou = measured("Off by a tenth")["IoU"]
    assert iou == pytest.approx(0.6807, abs=5e-5)
    assert 0.6 < iou < 0.75
    assert iou == pytest.approx(0.81 / 1.19)


def test_apart_only_the_others_tell_how_far():
    title = "Apart, and farther apart"
    near, far = measured(title), measured(title, b="220 80 300 160")
    assert near["IoU"] == far["IoU"] == 0
    assert 0 > near["GIoU"] > far["GIoU"] > -1


def test_inside_only_the_distance_matters():
    title = "Inside, but where?"
    places = [
        measured(title, b=f"{x} 80 {x + 80} 160") for x in (60, 80, 100, 120, 140)
    ]
    for name in ("IoU", "GIoU"):
        assert {round(place[name], 6) for place in places} == {0.25}
    for name in ("DIoU", "CIoU"):
        values = [place[name] for place in places]
        assert max(values) == values[2]
        assert values[0] < values[1] < values[2] > values[3] > values[4]


def test_round_one_centre_only_ciou_sees_the_shape():
    found = measured("Same centre, other shape")
    assert found["IoU"] == found["DIoU"] == pytest.approx(1 / 3)
    assert found["DIoU"] - found["CIoU"] == pytest.approx(0.0338, abs=5e-5)


def test_duplicates_go():
    assert list(kept("Duplicates go")[0]) == [1, 2]
    assert hand_made("duplicates").scores[5].item() == pytest.approx(0.55)
    assert 6 in kept("Duplicates go", score=0.0, overlap=0.6)[0]


def test_hard_suppression_deletes_a_true_one_and_soft_keeps_it():
    hard, scene, _found = kept("A true one is deleted")
    assert 2 not in hard
    overlap = boxes.pairwise_iou(scene.boxes, scene.boxes)[0, 1].item()
    assert overlap == pytest.approx(0.536, abs=5e-5)
    soft, _scene, _found = kept("Soft suppression keeps it")
    assert soft[2] == pytest.approx(0.408, abs=5e-4)
    assert 3 not in soft
    weak = kept("Soft suppression keeps it", score=0.0)[0]
    assert weak[3] == pytest.approx(0.235, abs=5e-4)


def test_distance_spares_the_neighbour():
    found, scene, _kept = kept("Distance counts")
    assert list(found) == [1, 2]
    assert list(kept("Distance counts", kind="hard")[0]) == [1]
    assert boxes.pairwise_iou(scene.boxes, scene.boxes)[0, 1].item() == pytest.approx(
        0.5385, abs=5e-5
    )
    assert boxes.pairwise_diou(scene.boxes, scene.boxes)[0, 1].item() == pytest.approx(
        0.4946, abs=5e-5
    )


def test_the_car_goes_unless_classes_are_apart():
    found, scene, _kept = kept("A person in a car")
    assert list(found) == [1]
    assert boxes.pairwise_iou(scene.boxes, scene.boxes)[0, 1].item() == pytest.approx(
        0.7214, abs=5e-5
    )
    assert list(kept("A person in a car", perclass=True)[0]) == [1, 2]


def test_the_dropped_drop_nobody():
    found, scene, _kept = kept("The dropped drop nobody")
    assert list(found) == [1, 3]
    overlaps = boxes.pairwise_iou(scene.boxes, scene.boxes)
    assert overlaps[0, 1].item() == pytest.approx(0.4112, abs=5e-5)
    assert overlaps[1, 2].item() == pytest.approx(0.4112, abs=5e-5)


@pytest.mark.parametrize("overlap", [0.2, 0.5, 0.95])
def test_boxes_inside_a_box_stay(overlap):
    assert list(kept("Boxes inside a box", overlap=overlap)[0]) == [1, 2, 3]


def test_the_detector_says_more_than_what_is_kept():
    at = visit(**link_of(PRESETS["A real detector"]))
    layers = message(at)["scene"]["layers"]
    rows = [x["template"] for x in layers if x["id"].startswith("row")]
    scores = frames(at)["scores"][-1]
    assert sum(score >= 0.5 for score in scores) > 2
    (end,) = (m.value for m in at.markdown if m.value.startswith("Nothing waits"))
    kept = [int(number) for number in end.partition(": ")[2].rstrip(".").split(", ")]
    assert sorted(rows[number - 1][-1] for number in kept) == ["3", "7"]


def test_a_low_threshold_costs_recall_a_high_one_precision():
    low, high = judged("Threshold too low"), judged("Threshold too high")
    assert (low.precision, low.recall) == (1, 0.6)
    assert low.average_precision == pytest.approx(0.604, abs=5e-4)
    assert high.recall == 1
    assert high.precision == pytest.approx(5 / 7)
    assert high.average_precision == 1


def test_nothing_is_right_at_nineteen_twentieths():
    found = judged("Right at 0.5, wrong at 0.95")
    assert (found.recall, found.average_precision) == (0, 0)
    _kept, scene, shown = kept("Right at 0.5, wrong at 0.95")
    assert quality(of_class(shown, scene.truth, 0, 0.5)[0]).average_precision == 1
    best = boxes.pairwise_iou(shown.boxes, scene.truth.boxes).max().item()
    assert best == pytest.approx(0.946, abs=5e-4)
