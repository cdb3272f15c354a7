import numpy as np
import pytest
import torch

from engine.box_scenes import HAND_MADE, at_random, hand_made
from engine.boxes import nms_steps
from engine.suppression import KINDS, Rule, Step
from playground.figures import suppression
from playground.figures.suppression_film import (
    ACT,
    COLUMN,
    MEASURE,
    PASS,
    PICK,
    PICTURE,
    SIZE,
    SORT,
    SPARE,
    film,
    moments,
    row_at,
    view_of,
)
from playground.figures.suppression_still import still

WORDS = suppression.Words(tuple(f"line {number}" for number in range(6)), *["word"] * 8)
VIEW = view_of(320, 240)


def told(name, **rule):
    scene = hand_made(name) if isinstance(name, str) else at_random(name)
    rule = Rule(**({"min_score": 0.6} | rule))
    steps = list(nms_steps(scene.boxes, scene.scores, rule, scene.labels))
    return scene, moments(steps)


def shot(name, **rule):
    """Return the moments, the scene and every frame as track -> numbers."""
    scene, all_told = told(name, **rule)
    places = VIEW.place(scene.boxes)
    tracks, frames = film(all_told, places)
    exhibit = suppression.Exhibit(places, scene.labels.tolist(), ("person", "car"))
    shown = suppression.scene(exhibit, tracks, WORDS)
    ends = np.cumsum([track.size for track in tracks])
    assert {len(frame) for frame in frames} == {shown.frame_bytes}
    read = [
        {
            track.name: row[end - track.size : end]
            for track, end in zip(tracks, ends, strict=True)
        }
        for row in (np.frombuffer(frame, np.float32) for frame in frames)
    ]
    return all_told, shown, read


def boxes(numbers):
    return numbers.reshape(-1, 4)


def visible(numbers):
    """Return which boxes have an area."""
    rows = boxes(numbers)
    return ((rows[:, 2] > rows[:, 0]) & (rows[:, 3] > rows[:, 1])).tolist()


def test_every_comparison_is_measured_before_it_is_decided():
    _scene, all_told = told("duplicates")
    seen = [(m.step.action, m.decided, m.line) for m in all_told]
    assert seen[:6] == [
        ("start", False, SORT),
        ("start", True, SORT),
        ("pick", True, PICK),
        ("compare", True, PASS),  # box 2 is a car: there is nothing to measure
        ("compare", False, MEASURE),
        ("compare", True, ACT),
    ]
    assert seen[-1] == ("end", True, SORT)


def test_without_low_scores_the_start_is_one_frame():
    _scene, all_told = told("duplicates", min_score=0.0)
    assert [m.step.action for m in all_told[:2]] == ["start", "pick"]


def test_a_pair_that_stays_is_told_by_its_own_line():
    _scene, all_told = told("nested", min_score=0.0)
    assert {m.line for m in all_told if m.step.action == "compare"} == {MEASURE, SPARE}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [*HAND_MADE, 0, 1, 2])
def test_the_last_frame_shows_what_is_kept(name, kind):
    all_told, _shown, frames = shot(name, kind=kind, min_score=0.3)
    end: Step = all_told[-1].step
    kept = [index in end.kept for index in range(len(end.states))]
    assert visible(frames[-1]["kept"]) == kept
    assert not any(visible(frames[-1]["waiting"]))
    marks = {name: ~np.isnan(boxes(frames[-1][name])[:, 0]) for name in ("yes", "no")}
    assert marks["yes"].tolist() == kept
    assert marks["no"].tolist() == [not one for one in kept]
    assert frames[-1]["scores"].tolist() == pytest.approx(end.scores)
    assert frames[-1]["now"][5] == len(end.kept)
    assert frames[-1]["now"][7] == 0


def test_a_dropped_box_leaves_its_ghost_only():
    all_told, shown, frames = shot("duplicates")
    place = next(i for i, m in enumerate(all_told) if m.line == ACT)
    dropped = all_told[place].step.other
    assert visible(frames[place - 1]["waiting"])[dropped]
    assert not visible(frames[place]["waiting"])[dropped]
    ghosts = next(layer for layer in shown.layers if layer.id == "ghosts")
    assert all(ghosts.dash)
    assert len(ghosts.xyxy) == len(all_told[0].step.states)


def test_the_two_boxes_in_hand_and_what_they_share_are_shaded():
    all_told, _shown, frames = shot("duplicates")
    place = next(i for i, m in enumerate(all_told) if m.line == MEASURE)
    step = all_told[place].step
    places = VIEW.place(hand_made("duplicates").boxes)
    a, b = places[step.pick], places[step.other]
    assert frames[place]["pick"].tolist() == pytest.approx(a.tolist())
    assert frames[place]["other"].tolist() == pytest.approx(b.tolist())
    common = [*torch.maximum(a[:2], b[:2]), *torch.minimum(a[2:], b[2:])]
    assert frames[place]["common"].tolist() == pytest.approx([float(x) for x in common])
    assert frames[place]["now"][2] == pytest.approx(step.overlap)


def test_boxes_apart_share_nothing():
    all_told, _shown, frames = shot("crowd")
    apart = [i for i, m in enumerate(all_told) if m.step.overlap == 0]
    assert apart
    for place in apart:
        assert not any(visible(frames[place]["common"]))


def test_soft_suppression_shortens_the_bar():
    all_told, _shown, frames = shot("close", kind="linear", min_score=0.0)
    place = next(i for i, m in enumerate(all_told) if m.line == ACT)
    index = all_told[place].step.other

    def length(frame):
        left, _top, right, _bottom = boxes(frame["bars"])[index]
        return right - left

    share = length(frames[place]) / length(frames[place - 1])
    step = all_told[place].step
    assert share == pytest.approx(step.scores[index] / step.before, rel=1e-5)


@pytest.mark.parametrize("count", [1, COLUMN, COLUMN + 1, 2 * COLUMN])
def test_every_row_of_the_list_is_on_the_stage_and_alone(count):
    rows = [row_at(index, count) for index in range(count)]
    assert len({(x, y) for x, y, _wide in rows}) == count
    for x, y, wide in rows:
        assert x + wide <= SIZE[0]
        assert y <= SIZE[1]


@pytest.mark.parametrize("name", [*HAND_MADE, *range(12)])
def test_numbers_stand_in_the_picture_and_cover_none_of_the_others(name):
    scene = hand_made(name) if isinstance(name, str) else at_random(name)
    places = VIEW.place(scene.boxes)
    exhibit = suppression.Exhibit(places, scene.labels.tolist(), ("person", "car"))
    tags = list(suppression.tags(exhibit))
    assert len(tags) == len(places)
    for index, tag in enumerate(tags):
        assert tag.template.startswith(str(index + 1))
        assert 0 <= tag.at[0] <= PICTURE[2]
        assert 0 < tag.at[1] <= PICTURE[3]
    if isinstance(name, str):
        assert len({tag.at for tag in tags}) == len(tags)


def test_classes_are_named_only_where_there_are_several():
    one = suppression.Exhibit(torch.zeros(1, 4), [0], ("person",))
    assert [tag.template for tag in suppression.tags(one)] == ["1"]
    two = suppression.Exhibit(torch.zeros(2, 4), [0, 1], ("person", "car"))
    assert [t.template for t in suppression.tags(two)] == ["1: person", "2: car"]


def test_a_view_shows_all_of_a_picture_wherever_it_begins():
    view = view_of(10, 100, left=-5, top=20)
    whole = view.place(torch.tensor([[-5.0, 20, 5, 120]]))[0].tolist()
    assert whole[:2] == list(PICTURE[:2])
    assert whole[3] == PICTURE[3]
    assert whole[2] <= PICTURE[2]


def test_the_still_tells_kept_from_dropped_by_line_and_name():
    figure = still(hand_made("close"), ("person", ""), {0}, (0, 0, 320, 240))
    dashes = [line.line.dash for line in figure.data]
    assert dashes == ["solid", "dot", "dot", "dot"]
    assert [note.text for note in figure.layout.annotations] == ["1 person 0.92"]
    assert tuple(figure.layout.yaxis.range) == (240, 0)  # y down
