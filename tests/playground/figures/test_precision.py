import numpy as np
import pytest
import torch

from engine.average_precision import Ranking, area_under_curve
from engine.verdicts import Quality
from playground.figures.precision import PLANE, Judged, Words, frames, scene
from playground.figures.precision_still import curve_chart, sweep_chart
from playground.figures.suppression import Exhibit

WORDS = Words(*["word"] * 7)
# Right, wrong, right; a third object is never found.
RANKING = Ranking(
    torch.tensor([0.9, 0.8, 0.4]), torch.tensor([True, False, True]), objects=3
)
PLACES = torch.tensor([[0.0, 0, 10, 10], [50, 0, 60, 10], [20, 0, 30, 10]])
OBJECTS = torch.tensor([[20.0, 0, 30, 9], [0, 0, 10, 9], [90, 0, 99, 9]])
JUDGED = Judged(RANKING, PLACES, OBJECTS, [1, -1, 0])


def read(judged):
    tracks, tape = frames(judged)
    table = np.stack([np.frombuffer(frame, np.float32) for frame in tape])
    ends = np.cumsum([track.size for track in tracks])
    return {
        track.name: table[:, end - track.size : end]
        for track, end in zip(tracks, ends, strict=True)
    }


def visible(numbers):
    rows = numbers.reshape(len(numbers), -1, 4)
    return (rows[:, :, 2] > rows[:, :, 0]).tolist()


def test_predictions_appear_one_by_one_as_right_or_wrong():
    tape = read(JUDGED)
    f, t = False, True
    assert visible(tape["right"]) == [[f, f, f], [t, f, f], [t, f, f], [t, f, t]]
    assert visible(tape["wrong"]) == [[f, f, f], [f, f, f], [f, t, f], [f, t, f]]
    assert visible(tape["seen"]) == [[f, f, f], [f, t, f], [f, t, f], [t, t, f]]


def test_the_numbers_count_hits_errors_and_misses():
    now = read(JUDGED)["now"]
    assert now[:, 1:4].tolist() == [[0, 0, 3], [1, 0, 2], [1, 1, 2], [2, 1, 1]]
    assert np.isnan(now[0, [0, 4]]).all()  # nothing taken: no score, no precision
    assert now[3].tolist() == pytest.approx([0.4, 2, 1, 1, 2 / 3, 2 / 3, 2 / 3])


def test_the_way_begins_at_recall_0_and_precision_1():
    way = read(JUDGED)["way"]
    expected = [[0, 1], [1 / 3, 1], [1 / 3, 1 / 2], [2 / 3, 2 / 3]]
    assert np.allclose(way, expected)


def test_the_shaded_rectangles_are_the_area_under_the_envelope():
    tracks, tape = frames(JUDGED)
    exhibit = Exhibit(PLACES, [0, 0, 0], ("person",), numbers=(4, 2, 7))
    shown = scene(JUDGED, exhibit, tracks, WORDS)
    assert {len(frame) for frame in tape} == {shown.frame_bytes}
    shade = next(layer for layer in shown.layers if layer.id == "area")
    area = sum((x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in shade.xyxy)
    assert area / (PLANE[2] * PLANE[3]) == pytest.approx(area_under_curve(RANKING))
    tags = [x.template for x in shown.layers if x.id.startswith("tag")]
    assert tags == ["4", "2", "7"]


def test_nothing_said_has_a_single_frame():
    none = torch.zeros(0)
    judged = Judged(Ranking(none, none.bool(), 3), torch.zeros(0, 4), OBJECTS, [])
    tracks, tape = frames(judged)
    assert len(tape) == 1
    assert scene(judged, Exhibit(torch.zeros(0, 4), [], ("",)), tracks, WORDS)


def test_the_chart_of_thresholds_tells_its_lines_apart_without_colour():
    found = [Quality(1.0, 0.6, 0.75, 0.6), Quality(0.7, 1.0, 0.82, 1.0)]
    names = {"precision": "P", "recall": "R", "f1": "F1", "average_precision": "AP"}
    figure = sweep_chart((0.2, 0.8), found, 0.5, axis="IoU", names=names)
    assert [line.name for line in figure.data] == ["P", "R", "F1", "AP"]
    assert list(figure.data[3].y) == [0.6, 1.0]
    assert len({line.line.dash for line in figure.data}) == 4
    assert figure.layout.shapes[0].x0 == 0.5


def test_the_chart_of_the_curve_has_its_envelope():
    figure = curve_chart(RANKING, recall="R", precision="P")
    stairs, way = figure.data
    assert list(way.y) == pytest.approx([1, 1, 1 / 2, 2 / 3])
    assert list(stairs.y) == pytest.approx([1, 1, 2 / 3, 2 / 3, 0])
