import pytest
import torch

from engine import yolo_scores
from engine.mouse_scenes import mouse_scenes
from engine.yolo import Detections
from engine.yolo_scores import score


@pytest.fixture(scope="module")
def scenes():
    return list(mouse_scenes(40, seed=2))


def said(scenes, monkeypatch, answer):
    """Score a detector that gives `answer(scene)`: boxes, scores and labels."""
    by_drawing = {id(scene.drawing): scene for scene in scenes}

    def detect(drawing, *, min_score, max_overlap, net):
        assert min_score < 0.05
        boxes, scores, labels = answer(by_drawing[id(drawing)])
        slots = torch.zeros(len(boxes), 3).long()
        return Detections(boxes, torch.tensor(scores), labels, slots)

    monkeypatch.setattr(yolo_scores, "detect", detect)
    return score(scenes)


def test_a_perfect_detector_scores_one(scenes, monkeypatch):
    found = said(
        scenes, monkeypatch, lambda s: (s.boxes, [0.9] * len(s.boxes), s.labels)
    )
    assert found["map"] == 1
    assert found["scenes"] == 40
    assert found["digits"] == sum(len(scene.boxes) for scene in scenes)
    assert set(found["recall"].values()) == {1}
    assert len(found["recall"]) == 5
    assert found["false"] == 0


def test_wrong_classes_are_false_and_find_nothing(scenes, monkeypatch):
    found = said(
        scenes,
        monkeypatch,
        lambda s: (s.boxes, [0.9] * len(s.boxes), (s.labels + 1) % 10),
    )
    assert found["map"] == 0
    assert set(found["recall"].values()) == {0}
    assert found["false"] == pytest.approx(found["digits"] / 40, abs=1e-4)


def test_unsure_boxes_count_for_the_precision_but_are_not_shown(scenes, monkeypatch):
    found = said(
        scenes, monkeypatch, lambda s: (s.boxes, [0.4] * len(s.boxes), s.labels)
    )
    assert found["map"] == 1
    assert set(found["recall"].values()) == {0}
    assert found["false"] == 0


def test_recall_is_told_by_height(scenes, monkeypatch):
    def small_only(scene):
        small = scene.boxes[:, 3] - scene.boxes[:, 1] <= 0.25 * 280
        return scene.boxes[small], [0.9] * int(small.sum()), scene.labels[small]

    found = said(scenes, monkeypatch, small_only)["recall"]
    expected = {"to 15%": 1, "to 25%": 1, "to 40%": 0, "to 60%": 0, "larger": 0}
    assert found == expected
