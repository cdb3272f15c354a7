"""The detector's answer on the page: links, numbers, known scenes."""

import csv
import io

import pytest
import torch

from engine import yolo
from engine.mouse_scenes import mouse_scenes
from engine.strokes import CANVAS, render
from playground.drawing import from_text
from playground.figures.yolo_prediction import slot_at
from playground.panels import yolo_seen as panel
from playground.panels.yolo_prediction_words import take_away
from playground.panels.yolo_settings import INK
from tests.pages.test_pages import failed, open_page, state
from tests.pages.told import message

VIEW = panel.View(INK, None, 14, 0.5, 0.45, None)
DRAWING = render(from_text(INK))


def numbers(at):
    """Return label -> text of the row of numbers."""
    return dict(message(at)["scene"]["metrics"])


def layer(at, name):
    (found,) = [one for one in message(at)["scene"]["layers"] if one["id"] == name]
    return found


def texts(at):
    return [one.get("template") for one in message(at)["scene"]["layers"]]


def test_the_first_drawing_is_read():
    told = numbers(open_page("yolo", "en", view="prediction"))
    assert told["Read, left to right"] == "3 7"
    assert told["After suppression"] == "2"
    assert told["Slots"] == "400"


def test_the_boxes_are_those_of_the_engine():
    at = open_page("yolo", "en", view="prediction", score="0.3", overlap="0.2")
    found = yolo.detect(DRAWING, min_score=0.3, max_overlap=0.2)
    assert numbers(at)["After suppression"] == str(len(found))
    shown = panel.looked(
        panel.View(INK, None, 14, 0.3, 0.2, None),
    ).shown
    assert torch.equal(shown.raw[shown.kept].boxes, found.boxes)
    assert int(shown.over.sum()) == len(yolo.candidates(DRAWING, min_score=0.3))


def test_the_slot_of_the_best_box_is_in_numbers_at_first():
    at = open_page("yolo", "en", view="prediction")
    best = yolo.candidates(DRAWING, min_score=0.02)
    row, column, anchor = best.slots[0].tolist()
    assert f"Cell ({row}, {column}), anchor {anchor}" in texts(at)
    p_c = yolo.answer(DRAWING)[row, column, anchor, 0].item()
    assert f"{p_c:.3f}" in texts(at)


def test_a_link_names_a_slot():
    at = open_page("yolo", "en", view="prediction", slot="2.9.1")
    assert "Cell (2, 9), anchor 1" in texts(at)
    assert state(at)["slot"] == ("2.9.1", False)


@pytest.mark.parametrize("slot", ["1.2", "10.0.0", "a.b.c", "0.0.99", "-1.0.0", "."])
def test_slots_that_are_none_are_named_and_ignored(slot):
    at = open_page("yolo", "en", view="prediction", slot=slot)
    assert not failed(at)
    assert any(slot in warning.value for warning in at.warning)


def test_an_anchor_too_many_is_the_last():
    at = open_page("yolo", "en", view="prediction", slot="0.0.9")
    assert "Cell (0, 0), anchor 3" in texts(at)


def test_an_empty_sheet_has_no_digits():
    at = open_page("yolo", "en", view="prediction", ink="")
    assert not failed(at)
    assert numbers(at)["Read, left to right"] == "–"
    assert layer(at, "ink")["strokes"] == []


def test_a_known_scene_shows_truth_target_and_loss():
    at = open_page("yolo", "en", view="prediction", **{"from": "sample", "scene": "3"})
    (scene,) = mouse_scenes(1, 3)
    assert layer(at, "truth")["xyxy"] == scene.boxes.tolist()
    terms = panel.looked(panel.View("", 3, 14, 0.5, 0.45, None)).terms
    assert numbers(at)["Loss"] == f"{terms.total:.4g}"
    counted = f"{len(scene.labels)} slots with an object"
    assert any(counted in one.value for one in at.markdown)


def test_what_is_changed_while_the_page_waits():
    wrote = panel.changed(VIEW, {"ink": ""})
    assert panel.looked(wrote).shown.strokes == ()
    assert panel.changed(VIEW, {"score": 0.9}).score == 0.9
    assert panel.changed(VIEW, {"overlap": 0.1}).overlap == 0.1
    assert panel.changed(VIEW, {"x": 12.5, "y": 9.5}).slot == (0, 1, 1)
    for question in ({"ink": "!"}, {"other": 1.0}):
        with pytest.raises((ValueError, KeyError)):
            panel.changed(VIEW, question)


def test_a_place_of_the_maps_is_a_slot():
    assert slot_at(4, 0.0, 10.0) == (0, 0, 0)
    assert slot_at(4, 9.99, 0.01) == (9, 9, 0)
    assert slot_at(4, 11.0, 5.5) == (4, 0, 1)
    assert slot_at(4, 43.0, 0.0) == (9, 9, 3)


def test_tables_hold_every_box_and_every_number():
    shown = panel.looked(VIEW).shown
    tables = take_away(DRAWING, shown, 0.5, 0.45).tables
    boxes = list(csv.DictReader(io.StringIO(tables["boxes.csv"])))
    assert len(boxes) == len(shown.raw)
    kept = [row for row in boxes if row["kept"] == "1"]
    assert [int(row["label"]) for row in kept] == shown.raw.labels[shown.kept].tolist()
    answer = list(csv.DictReader(io.StringIO(tables["answer.csv"])))
    assert len(answer) == 400
    last = [float(answer[-1][name]) for name in ("p_c", "b_x", "b_y", "b_h", "b_w")]
    assert last == pytest.approx(shown.answer[9, 9, 3, :5].tolist(), abs=1e-4)


def test_the_sheet_is_the_canvas_that_the_detector_knows():
    shown = panel.looked(VIEW).shown
    assert shown.side == CANVAS
    assert shown.raw.boxes.max() <= CANVAS
