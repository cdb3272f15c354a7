"""The scene of the averages: its frames are the numbers, its bars their weights."""

from dataclasses import fields

import numpy as np
import pytest
import torch

from engine import series
from engine.averages import smooth, weights
from playground import theme
from playground.figures import averages
from playground.figures.averages import CURVES, Look, days_shown, frames, month_ticks

WORDS = averages.Words(
    day="day",
    value="°F",
    moving="mean of",
    weight="weights in {average}, {beta}",
    settled="{beta} correction < 1 %",
    short="{beta} < 1 %",
    spoken="{time:int} {v:{focus}}",
)
YEAR = series.temperatures()


def shown(betas=(0.9, 0.98, 0.5), values=YEAR, days=10):
    return smooth(values, betas, days)


def look(curves=CURVES, focus=0, ticks=()):
    return Look(curves, focus, ticks)


def scene(some, how=None):
    return averages.scene(some, frames(some)[0], how or look(), WORDS)


def layers(made, kind):
    return [layer for layer in made.layers if layer.kind == kind]


def numbers(some):
    """Return every track's numbers, [frames, size]."""
    tracks, tape = frames(some)
    rows = np.stack([np.frombuffer(frame, np.float32) for frame in tape])
    cuts = np.cumsum([track.size for track in tracks])[:-1]
    parts = np.split(rows, cuts, axis=1)
    return {track.name: part for track, part in zip(tracks, parts, strict=True)}


@pytest.mark.parametrize("betas", [(0.9,), (0.9, 0.0), (0.9, 0.98, 0.9999)])
@pytest.mark.parametrize("count", [1, 2, 365, 1400])
def test_every_series_makes_frames_that_its_scene_can_show(betas, count):
    some = shown(betas, torch.rand(count, generator=torch.Generator().manual_seed(0)))
    made = scene(some)
    tape = frames(some)[1]
    assert {len(frame) for frame in tape} == {made.frame_bytes}
    assert len(tape) == len(days_shown(count))
    assert made.end == count


def test_frames_hold_the_averages_of_their_day():
    some = shown()
    tracks = numbers(some)
    for name, expected in (
        ("theta", some.values[None]),
        ("v", some.v),
        ("corrected", some.corrected),
        ("sums", some.sums),
        ("inverse", 1 / some.sums),
        ("moving", some.moving[None]),
    ):
        np.testing.assert_allclose(tracks[name], expected.T.numpy(), rtol=1e-6)


@pytest.mark.parametrize("count", [1, 599, 600, 601, 1000, 100_000])
def test_days_shown_end_at_the_last_day_and_are_evenly_spaced(count):
    days = days_shown(count)
    assert days[-1] == count
    assert 1 <= days[0] <= days.step
    assert min(count, 300) <= len(days) <= averages.MOST_FRAMES


def test_a_frame_of_a_long_series_holds_the_average_over_all_rows():
    values = torch.randn(5000, generator=torch.Generator().manual_seed(0)).double()
    some = shown((0.9,), values)
    days = days_shown(5000)
    exact = some.v[0, torch.tensor(days) - 1]
    np.testing.assert_allclose(numbers(some)["v"][:, 0], exact.numpy(), rtol=1e-6)


def test_bars_are_the_weights_as_far_as_they_can_be_seen():
    (strip,) = layers(scene(shown((0.9,))), "lags")
    expected = weights(0.9, 365)
    kept = len(strip.weights)
    torch.testing.assert_close(torch.tensor(strip.weights).double(), expected[:kept])
    assert expected[kept] < 1e-3 * expected[0] <= expected[kept - 1]
    assert strip.under == "chart"


def test_bars_of_a_long_series_weigh_all_rows_of_their_frame():
    stride = days_shown(6000).step
    assert stride == 10
    (strip,) = layers(scene(shown((0.999,), torch.ones(6000))), "lags")
    expected = weights(0.999, 6000).view(-1, stride).sum(dim=1)
    torch.testing.assert_close(
        torch.tensor(strip.weights).double(), expected[: len(strip.weights)]
    )


def test_bars_of_v_never_exceed_their_strip_and_those_of_the_corrected_are_scaled():
    plain = layers(scene(shown(), look(("plain", "corrected"))), "lags")
    assert all(strip.weights[0] < strip.top for strip in plain)
    assert {strip.track for strip in plain} == {""}
    mended = layers(scene(shown(), look(("corrected",))), "lags")
    assert [(s.track, s.offset) for s in mended] == [("inverse", i) for i in range(3)]
    assert [s.label.split(",")[0] for s in mended] == ["weights in v̂"] * 3


@pytest.mark.parametrize("count", [1, 2, 3])
def test_strips_stand_under_the_chart_inside_the_stage(count):
    made = scene(shown((0.9, 0.98, 0.5)[:count]))
    boxes = [layers(made, "curve")[0].box, *(s.box for s in layers(made, "lags"))]
    ends = [y + h for _x, y, _w, h in boxes]
    starts = [y for _x, y, _w, _h in boxes]
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))
    assert ends[-1] == pytest.approx(averages.SIZE[1])


@pytest.mark.parametrize(
    ("curves", "labels"),
    [
        (("corrected",), ["θ", "v̂ 0.9", "v̂ 0.5"]),
        (("plain",), ["θ", "v 0.9", "v 0.5"]),
        (("moving",), ["θ", "mean of 10"]),
        (CURVES, ["θ", "mean of 10", "v 0.9", "v̂ 0.9", "v 0.5", "v̂ 0.5"]),
    ],
)
def test_the_chart_has_the_curves_asked_for(curves, labels):
    made = scene(shown((0.9, 0.5)), look(curves))
    lines = layers(made, "curve")[0].series
    assert [line.label for line in lines] == labels
    dashed = [line.label for line in lines if line.dash]
    assert dashed == [label for label in labels if label.startswith("v ")]
    assert [line.label for line in lines if line.dots] == ["θ"]


def test_an_average_and_its_corrected_twin_have_one_colour_and_betas_differ():
    lines = layers(scene(shown()), "curve")[0].series[2:]
    assert [line.color for line in lines[::2]] == [line.color for line in lines[1::2]]
    assert [line.color for line in lines[::2]] == list(theme.CLASSES[:3])


def test_the_day_where_the_correction_is_below_1_percent_is_marked():
    (chart,) = layers(scene(shown()), "curve")
    assert chart.marks == (
        (7.0, "0.5 < 1 %"),
        (44.0, "0.9 < 1 %"),
        (228.0, "0.98 < 1 %"),
    )
    (chart,) = layers(scene(shown((0.9,))), "curve")
    assert chart.marks == ((44.0, "0.9 correction < 1 %"),)
    (chart,) = layers(scene(shown((0.999,))), "curve")
    assert chart.marks == ()  # after the last day
    (chart,) = layers(scene(shown((0.9, 0.91))), "curve")
    assert [text for _day, text in chart.marks] == ["0.9 < 1 %", ""]  # no room


def test_the_window_and_the_numbers_are_those_of_the_beta_in_focus():
    made = scene(shown(), look(focus=1))
    assert layers(made, "curve")[0].window == pytest.approx(50)
    assert [text for _label, text in made.metrics[1:]] == [
        "{v:1}",
        "{sums:1}",
        "{corrected:1}",
    ]
    assert made.spoken == "{time:int} {v:1}"


def test_months_have_their_tick_in_their_middle_as_far_as_the_days_reach():
    names = [str(month) for month in range(1, 13)]
    ticks = month_ticks(names, 365)
    assert ticks[:2] == ((16.0, "1"), (45.5, "2"))
    assert ticks[-1] == (350.0, "12")
    assert len(month_ticks(names, 100)) == 3


def test_words_are_all_used():
    said = {field.name: f"<{field.name}>" for field in fields(averages.Words)}
    words, text = averages.Words(**said), ""
    for some in (shown((0.9,)), shown((0.9, 0.5))):
        text += str(averages.scene(some, frames(some)[0], look(), words).to_json())
    assert [word for word in said.values() if word not in text] == []
