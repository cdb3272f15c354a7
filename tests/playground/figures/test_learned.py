"""Learned filters over a training: bytes, sheets and the scene."""

import itertools

import numpy as np
import pytest
import torch

from engine import colour_net, lenet_history
from playground.figures import learned_scene
from playground.figures.learned_film import NUMBERS, Manner, Moment, film, likeness
from playground.figures.learned_tiles import (
    ENLARGED,
    coloured,
    enlarged,
    peaks,
    shades,
    sheet,
)

PICTURE = "data:image/png;base64,"
OWN, SHARED = Manner(False, True), Manner(True, False)


def grain(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def colour_moments():
    return tuple(
        Moment(kept.epoch, kept.accuracy, {"c1": kept.filters}, grain(32, 32))
        for kept in colour_net.checkpoints()
    )


def lenet_moments():
    kept = lenet_history.checkpoints("relu")
    return tuple(
        Moment(
            one.epoch,
            one.accuracy,
            {name: one.weights[f"{name}.weight"] for name in ("c1", "c3")},
            grain(10, 10),
        )
        for one in (kept[0], kept[-1])
    )


CASES = {
    "colour": (colour_moments, ("c1", 3)),
    "first layer": (lenet_moments, ("c1", 5)),
    "second layer": (lenet_moments, ("c3", 9)),
}
cases = pytest.mark.parametrize(
    ("moments", "chosen"), list(CASES.values()), ids=list(CASES)
)


def words(*layers):
    titles, peaks = dict.fromkeys(layers, "filters"), dict.fromkeys(layers, "± 1")
    planes = ("r", "g", "b")
    return learned_scene.Words(titles, peaks, "m", "a", "b", "c", planes, *"defg"[:3])


def test_exact_pixels_are_copies_and_smooth_ones_are_not():
    values = grain(2, 3, 5, 5)
    sharp = enlarged(values, smooth=False)
    assert torch.equal(sharp[..., ::ENLARGED, ::ENLARGED], values)
    assert torch.equal(sharp[..., 0, 0], sharp[..., ENLARGED - 1, ENLARGED - 1])
    assert len(enlarged(values, smooth=True)[0, 0, 0].unique()) > 5


def test_zero_is_the_middle_and_the_peak_the_end_of_the_bytes():
    values = torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0])
    assert shades(values, 1.0).tolist() == [0, 0, 128, 255, 255]
    weights = torch.zeros(1, 3, 2, 2)
    weights[0, 2, 0, 1] = 0.5  # blue, at the right above
    pixels = coloured(weights, peaks(weights))
    assert pixels.shape == (1, 2, 2, 3)
    assert pixels[0, 0, 1].tolist() == [128, 128, 255]
    assert pixels[0, 1, 0].tolist() == [128, 128, 128]
    assert peaks(torch.zeros(1, 3, 2, 2)).item() > 0  # and never a division by 0


def test_a_sheet_lays_pictures_in_rows_on_a_clear_ground():
    pictures = np.arange(3, dtype=np.uint8)[:, None, None, None].repeat(3, axis=3)
    pixels = sheet(pictures + 1, 2, 0.25)
    assert pixels.shape == (2 * 64 + 16, 2 * 64 + 16, 4)
    for row, column, level in ((0, 0, 1), (0, 80, 2), (80, 0, 3)):
        assert pixels[row, column].tolist() == [level, level, level, 255]
    assert pixels[0, 70].tolist() == [0, 0, 0, 0]  # between two pictures
    assert pixels[100, 100].tolist() == [0, 0, 0, 0]  # where there is no fourth


@cases
@pytest.mark.parametrize("manner", [OWN, SHARED])
def test_frames_hold_what_the_scene_reads(moments, chosen, manner):
    seen = moments()
    tracks, frames = film(seen, chosen, manner)
    scene = learned_scene.scene(
        tracks, seen, chosen, PICTURE, words(*seen[0].layers), ()
    )
    assert {len(frame) for frame in frames} == {scene.frame_bytes}
    assert len(frames) == len(seen)
    numbers = np.frombuffer(frames[-1], np.float32, NUMBERS)
    weights = seen[-1].layers[chosen[0]][chosen[1]]
    answer = seen[-1].answer.abs().max()
    expected = (
        seen[-1].epoch,
        seen[-1].accuracy,
        weights.abs().max(),
        weights.norm(),
        1.0,
        answer,
    )
    np.testing.assert_allclose(numbers, expected, rtol=1e-5)


def test_a_shared_scale_shows_growth_and_own_scales_do_not():
    small, large = (scale * grain(4, 3, 7, 7) for scale in (0.1, 1.0))
    seen = tuple(
        Moment(epoch, 0.5, {"c1": weights}, grain(8, 8))
        for epoch, weights in ((0.0, small), (1.0, large))
    )

    def contrast(manner, frame):
        _tracks, frames = film(seen, ("c1", 0), manner)
        tiles = np.frombuffer(frames[frame], np.uint8, offset=4 * NUMBERS)
        return np.ptp(tiles[: 4 * (7 * ENLARGED) ** 2 * 3])

    assert contrast(Manner(False, False), 0) == contrast(Manner(False, False), 1) > 200
    assert contrast(Manner(True, False), 0) < 0.2 * contrast(Manner(True, False), 1)


def test_likeness_is_the_cosine():
    one = grain(3, 5, 5)
    assert likeness(one, 4 * one) == pytest.approx(1)
    assert likeness(one, -one) == pytest.approx(-1)
    assert likeness(torch.zeros(3, 5, 5), one) == 0


@cases
def test_a_click_on_a_filter_chooses_it(moments, chosen):
    for grid in learned_scene.grids(moments()[-1]):
        x, y, wide, high = grid.box
        for number, kernel in itertools.product(
            range(grid.filters), range(grid.kernels)
        ):
            left, top, side, _side = grid.tile(number, kernel)
            across = (left + side / 2 - x) / wide * grid.columns
            down = (1 - (top + side / 2 - y) / high) * grid.rows
            assert learned_scene.picked(grid, across, down) == number
        assert learned_scene.picked(grid, grid.columns + 0.5, 0.5) is None


def inside(layer, size):
    x, y, wide, high = layer.box
    return x >= 0 and y >= 0 and x + wide <= size[0] and y + high <= size[1]


@cases
def test_the_stage_holds_all_its_layers(moments, chosen):
    seen = moments()
    tracks, _frames = film(seen, chosen, OWN)
    scene = learned_scene.scene(
        tracks, seen, chosen, PICTURE, words(*seen[0].layers), ()
    )
    placed = [layer for layer in scene.layers if hasattr(layer, "box")]
    assert all(inside(layer, scene.size) for layer in placed)
    curve = scene.layers[-1]
    epochs = [float(text) for _time, text in curve.ticks]
    assert epochs == sorted(epochs)
    assert [seen[int(time)].epoch for time, _text in curve.ticks] == epochs
