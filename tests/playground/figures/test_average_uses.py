"""The scene of a use: two charts with one playhead over the numbers given."""

import numpy as np
import pytest
import torch

from playground.figures.average_stills import averages_still, use_still, weights_still
from playground.figures.average_uses import Line, Story, frames, scene
from playground.figures.averages import CURVES, Look
from tests.playground.figures.test_averages import shown

STEPS = torch.arange(1.0, 101)
STORY = Story(
    (Line(STEPS, "g", "muted", dots=True), Line(STEPS * 2, "v", dash=True)),
    (Line(STEPS * 3, "step"),),
    ("above", "below"),
    0.9,
    "settled",
)


def made(story=STORY):
    return scene(story, frames(story)[0], step="step", spoken="{above:0}")


def test_frames_hold_the_numbers_of_every_line():
    tracks, tape = frames(STORY)
    assert [(track.name, track.size) for track in tracks] == [
        ("above", 2),
        ("below", 1),
    ]
    assert {len(frame) for frame in tape} == {made().frame_bytes}
    rows = np.stack([np.frombuffer(frame, np.float32) for frame in tape])
    np.testing.assert_array_equal(rows, np.outer(STEPS, [1, 2, 3]))


def test_the_charts_stand_one_above_the_other_with_their_lines():
    upper, lower = made().layers
    assert upper.box[1] + upper.box[3] <= lower.box[1]
    assert [(line.label, line.dots, line.dash) for line in upper.series] == [
        ("g", True, False),
        ("v", False, True),
    ]
    assert [line.label for line in lower.series] == ["step"]
    assert upper.window == pytest.approx(10)
    assert upper.marks == ((44.0, "settled"),)


def test_a_mark_beyond_the_last_step_is_left_out():
    slow = Story(STORY.above, STORY.below, STORY.titles, 0.99, "settled")
    assert made(slow).layers[0].marks == ()


def test_the_numbers_below_are_the_averages_and_what_is_made_of_them():
    assert made().metrics == (("v", "{above:1}"), ("step", "{below:0}"))


def test_the_still_shows_the_curves_asked_for():
    some = shown((0.9, 0.98))
    words = {"day": "day", "value": "°F", "moving": "mean of"}
    figure = averages_still(some, Look(CURVES, 0, ()), **words)
    assert [trace.name for trace in figure.data] == [
        "θ",
        "mean of 10",
        "v, β = 0.9",
        "v̂, β = 0.9",
        "v, β = 0.98",
        "v̂, β = 0.98",
    ]
    np.testing.assert_array_equal(figure.data[3].y, some.corrected[0])
    only = averages_still(some, Look(("plain",), 0, ()), **words)
    assert [trace.name for trace in only.data] == ["θ", "v, β = 0.9", "v, β = 0.98"]


def test_the_still_of_a_long_series_is_thinned():
    some = shown((0.9,), torch.ones(20_000))
    words = {"day": "day", "value": "", "moving": ""}
    figure = averages_still(some, Look(("plain",), 0, ()), **words)
    assert len(figure.data[0].x) == 5000


def test_the_still_of_weights_has_a_line_for_each_beta():
    figure = weights_still((0.9, 0.5), ago="ago", weight="weight", most=20)
    assert figure.data[1].y == pytest.approx([0.5**k for k in range(1, 21)])
    assert figure.data[0].y[0] == pytest.approx(0.1)


def test_the_still_of_a_use_has_its_lines():
    figure = use_still(STORY.above, step="step", title="above")
    assert [(trace.name, trace.mode) for trace in figure.data] == [
        ("g", "markers"),
        ("v", "lines"),
    ]
    np.testing.assert_array_equal(figure.data[1].y, STEPS * 2)
