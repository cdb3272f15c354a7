"""A unit's story, its film and its scene: what is written is what was learned."""

from dataclasses import fields, replace

import numpy as np
import pytest
import torch

from engine.datasets import domain, make
from engine.units import MODES, RULES, Plan, least_squares
from playground import theme
from playground.figures import unit
from playground.figures.unit_frames import film, rows_shown
from playground.figures.unit_story import MOST_MOMENTS, stride_of, tell

SPAN = domain("and")
LINE = (torch.tensor([[0.0], [1.0], [2.0], [3.0]]), torch.tensor([1.0, 1.5, 3.0, 3.5]))
WORDS = unit.Words(**{field.name: field.name for field in fields(unit.Words)})


def story(gate="and", **plan):
    plan = {"rate": 0.3 if plan.get("rule") in ("adaline", "logistic") else 1.0} | plan
    return tell(*make(gate, 4, noise=0.0, seed=0), Plan(**plan), SPAN)


def line(**plan):
    return tell(*LINE, Plan(**{"rule": "linear", "rate": 0.05} | plan), (0.0, 4.0))


def tracks(told):
    """Return every track's numbers, [T, size]."""
    layout, frames = film(told)
    floats = sum(track.size for track in layout if track.kind == "f32")
    rows = np.stack(
        [np.frombuffer(frame[: 4 * floats], np.float32) for frame in frames]
    )
    numbers, start = {}, 0
    for track in layout[:-1]:
        numbers[track.name] = rows[:, start : start + track.size]
        start += track.size
    bytes_ = [np.frombuffer(frame[4 * floats :], np.uint8) for frame in frames]
    return numbers | {"field": np.stack(bytes_)}


def texts(scene):
    return [layer.template for layer in scene.layers if layer.kind == "text"]


EVERY = [
    pytest.param(story(rule=rule, mode=mode), id=f"{rule}-{mode}")
    for rule in RULES
    if rule != "linear"
    for mode in MODES
] + [pytest.param(line(mode=mode), id=f"linear-{mode}") for mode in MODES]


@pytest.mark.parametrize("told", EVERY)
def test_every_story_makes_a_film_that_its_scene_can_show(told):
    layout, frames = film(told)
    scene = unit.scene(told, layout, WORDS)
    assert {len(frame) for frame in frames} == {scene.frame_bytes}
    assert len(frames) == len(told.times) == scene.end + 1


@pytest.mark.parametrize("told", EVERY)
def test_the_update_written_is_the_next_moments_weight(told):
    numbers = tracks(told)
    np.testing.assert_array_equal(numbers["next"][:-1], numbers["w"][1:])
    rate = told.plan.rate
    if RULES[told.plan.rule].averaged:
        rate /= told.rows
    update = numbers["w"] + rate * numbers["total"]
    np.testing.assert_allclose(update, numbers["next"], atol=1e-5)


@pytest.mark.parametrize("told", EVERY)
def test_the_sum_and_the_error_written_add_up(told):
    numbers, size = tracks(told), told.inputs
    rows = numbers["samples"].reshape(len(told.times), rows_shown(told), size + 5)
    x, z, answer, due, error = np.split(
        rows[:, 0, 1:], [size, *range(size + 1, size + 4)], 1
    )
    w, b = numbers["w"][:, :size], numbers["w"][:, size:]
    np.testing.assert_allclose((w * x).sum(1, keepdims=True) + b, z, atol=1e-5)
    hit = answer if told.plan.rule in ("perceptron", "logistic") else z
    np.testing.assert_allclose(due - hit, error, atol=1e-5)
    np.testing.assert_allclose(numbers["minus"], -z, atol=1e-6)


def test_the_perceptron_learns_and_from_the_first_corners_on():
    numbers = tracks(story(passes=1))
    by_hand = [[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [1, 1, 1]]
    np.testing.assert_array_equal(numbers["w"], by_hand)
    np.testing.assert_array_equal(numbers["measures"][:, 0], [0, 1, 1, 1, 1])
    np.testing.assert_array_equal(numbers["measures"][:, 1], [1, 1, 1, 1, 3])


def test_a_separable_gate_settles_and_xor_never_does():
    told = story(passes=20)
    assert told.wrong[told.settled - 1] > 0
    assert (told.wrong[told.settled :] == 0).all()
    assert story("xor_corners", passes=100).settled is None


def test_a_long_story_is_thinned_but_begins_dense_and_ends_at_its_end():
    points, labels = make("gaussians", 24, noise=0.3, seed=0)
    told = tell(points, labels, Plan(passes=100), (-3.0, 3.0))
    assert told.steps == told.times[-1] == 2400
    assert len(told.times) <= MOST_MOMENTS
    assert told.times[:300] == tuple(range(300))
    assert set(np.diff(told.times[300:])) == {stride_of(2400)}
    assert [stride_of(steps) for steps in (1, 299, 599, 600)] == [1, 1, 1, 2]
    assert (story(passes=1).times, story(passes=1).steps) == (tuple(range(5)), 4)


def test_a_rate_too_large_ends_the_story():
    told = line(rate=2.0, passes=100)
    assert told.diverged
    assert told.times[-1] < told.steps
    assert told.weights[:-1].abs().max() <= 100 < told.weights[-1].abs().max()


def test_the_line_of_the_plane_is_where_z_is_0():
    told = story(passes=3)
    ends = tracks(told)["line"].reshape(-1, 3, 2, 2)[:, 1]
    w, b = told.weights[:, :2].numpy(), told.weights[:, 2].numpy()
    z = np.einsum("tpi,ti->tp", ends, w) + b[:, None]
    drawn = np.abs(w).sum(1) > 0
    np.testing.assert_allclose(z[drawn], 0, atol=1e-4)
    assert np.isnan(ends[~drawn]).all()


def test_the_field_is_blue_where_the_answer_is_1():
    field = tracks(story(passes=10))["field"].reshape(-1, 48, 48)
    assert (field[0] < 128).all()
    assert field[-1, 0, -1] > 200  # 11
    assert field[-1, -1, 0] < 60  # 00


def test_wrong_samples_are_framed_and_the_looked_at_one_is_ringed():
    told = story("xor_corners", passes=2)
    numbers = tracks(told)
    framed = ~np.isnan(numbers["wrong"].reshape(-1, 4, 4)).any(axis=2)
    np.testing.assert_array_equal(framed.sum(axis=1), told.wrong)
    np.testing.assert_array_equal(numbers["ring"][2], told.points[2])
    assert np.isnan(tracks(story(mode="batch"))["ring"]).all()


def test_the_dashed_line_of_a_regression_is_that_of_least_squares():
    told = line()
    dashes = tracks(told)["best"].reshape(len(told.times), -1, 2)
    (slope,), bias = least_squares(*LINE)
    np.testing.assert_allclose(slope * dashes[..., 0] + bias, dashes[..., 1], atol=1e-5)
    assert unit.best_fit(told) == pytest.approx((slope, bias))


def test_a_batch_writes_out_a_few_samples_and_counts_the_rest():
    points, labels = make("gaussians", 24, noise=0.3, seed=0)
    told = tell(points, labels, Plan(mode="batch", passes=2), (-3.0, 3.0))
    words = replace(WORDS, more="{count} more")
    assert rows_shown(told) == 3
    assert "21 more" in texts(unit.scene(told, film(told)[0], words))


def test_samples_have_the_colours_of_their_classes():
    told = story()
    scene = unit.scene(told, film(told)[0], WORDS)
    (samples,) = [layer for layer in scene.layers if layer.id == "samples"]
    assert samples.colors == (theme.NEGATIVE,) * 3 + (theme.POSITIVE,)


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.5"), (-1.5, "−1.5"), (2, "2"), (1.23456, "1.235")]
)
def test_number_has_a_true_minus_and_four_digits(value, text):
    assert unit.number(value) == text
