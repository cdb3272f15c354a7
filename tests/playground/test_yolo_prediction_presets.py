"""What the presets of the detector claim, asked of the detector."""

import pytest

from engine.strokes import render
from playground.drawing import from_text
from playground.panels.yolo_prediction_presets import PREDICTION
from playground.panels.yolo_seen import View, looked


def seen(title):
    (entry,) = [entry for entry in PREDICTION if entry.title == title]
    found = entry.settings
    seed = found["scene"] if found["from"] == "sample" else None
    return looked(View(found["ink"], seed, 14, found["score"], found["overlap"], None))


def reading(shown):
    """Return the digits that are left, from left to right."""
    said = shown.raw[shown.kept]
    return said.labels[said.boxes[:, 0].argsort()].tolist()


def truth(drawn):
    return drawn.labels[drawn.boxes[:, 0].argsort()].tolist()


def test_a_handful_of_slots_propose_boxes_for_two_digits():
    shown = seen("Two digits, 400 slots").shown
    assert shown.answer[..., 0].numel() == 400
    assert 2 < len(shown.raw) < 12
    assert reading(shown) == [3, 7]


def test_a_scene_that_is_read_whole_still_costs():
    found = seen("Five digits, all found")
    assert reading(found.shown) == truth(found.drawn)
    assert len(found.drawn.labels) == 5
    terms = found.terms
    total = terms.total * int(terms.there.sum())
    assert 0 < terms.total < 0.6
    assert terms.box.sum().item() > 0.5 * total


def test_a_misread_digit_costs_in_its_class():
    found = seen("A one that is read as a seven")
    said, meant = reading(found.shown), truth(found.drawn)
    wrong = [pair for pair in zip(said, meant, strict=True) if pair[0] != pair[1]]
    assert wrong == [(7, 1)]
    dear = found.terms.label.max().item()
    assert dear > 0.7  # as probable as not, at least
    assert found.terms.object[found.terms.label == dear].item() < 0.5


def test_without_suppression_each_digit_is_read_twice():
    shown = seen("Without suppression").shown
    assert int(shown.kept.sum()) == int(shown.over.sum()) == 4
    assert reading(shown) == [3, 3, 7, 7]


def test_two_threes_stay_or_one_goes_with_the_limit():
    assert reading(seen("Two threes, both kept").shown) == [3, 3]
    assert reading(seen("Suppression deletes a true one").shown) == [3]


def test_the_smaller_seven_is_not_seen():
    found = seen("Too small to be seen")
    assert reading(found.shown) == [7]
    ink = render(from_text(PREDICTION[6].settings["ink"])) >= 128
    rows = ink[:, :100].any(dim=1), ink[:, 100:].any(dim=1)
    tall = [int(part.sum()) for part in rows]
    assert tall == [pytest.approx(20, abs=4), pytest.approx(8, abs=3)]
    (box,) = found.shown.raw[found.shown.kept].boxes
    assert box[0] < 100  # the larger one


@pytest.mark.parametrize(
    ("title", "digit", "sure"), [("An A is a 4", 4, 0.9), ("A 6 on its head", 9, 0.9)]
)
def test_what_is_no_digit_or_turned_is_still_named(title, digit, sure):
    shown = seen(title).shown
    assert reading(shown) == [digit]
    assert shown.raw.scores[shown.kept].item() > sure


def test_a_low_threshold_invents_digits():
    found = seen("Everything that looks like something")
    assert len(found.drawn.labels) == 5
    assert int(found.shown.kept.sum()) > 5
