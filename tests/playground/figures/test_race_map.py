import numpy as np
import pytest
import torch

from engine.surfaces import SURFACES, surface
from playground import theme
from playground.figures.race_map import (
    BANDS,
    SIDE,
    lattice,
    map_pixels,
    relief_heights,
    shades,
    ticks,
    window,
)

PLANES = [name for name in SURFACES if name != "parabola"]


def at(ground, x, y):
    """Return row and column of the map's pixel there."""
    x_low, x_high, y_low, y_high = window(ground)
    column = round((x - x_low) / (x_high - x_low) * (SIDE - 1))
    return round((y_high - y) / (y_high - y_low) * (SIDE - 1)), column


@pytest.mark.parametrize("name", PLANES)
def test_shades_rise_with_the_loss_from_0_to_1(name):
    ground = surface(name)
    scale = shades(ground)
    losses = np.linspace(ground.lowest, scale.high, 50)
    shown = scale(losses)
    assert shown[0] == pytest.approx(0, abs=1e-9)
    assert shown[-1] == pytest.approx(1)
    assert (np.diff(shown) > 0).all()
    assert scale(np.array([scale.high * 2 + 1e9])) == 1
    assert np.isnan(scale(np.array([np.nan])))[0]


@pytest.mark.parametrize("name", PLANES)
def test_a_third_of_the_map_lies_in_the_darker_half(name):
    ground = surface(name)
    dark = (shades(ground)(lattice(ground, 72)) < 0.5).mean()
    assert dark <= 0.36


@pytest.mark.parametrize("name", ["bowl", "himmelblau", "rosenbrock"])
def test_the_darkest_band_is_at_the_minima_and_y_points_up(name):
    ground = surface(name)
    pixels = map_pixels(ground).astype(int)
    darkest = np.array(theme.rgb(theme.SEQUENTIAL[0])[0])
    for x, y in ground.minima:
        row, column = at(ground, x, y)
        near = pixels[row - 1 : row + 2, column - 1 : column + 2].reshape(-1, 3)
        assert np.abs(near - darkest).sum(1).min() < 300
        assert near.mean() < pixels.mean()


def test_bands_are_few_colours_with_darker_lines_between():
    pixels = map_pixels(surface("bowl", 4.0))
    colours, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
    flat = counts > SIDE**2 / 1000
    assert BANDS / 2 <= flat.sum() <= 2 * BANDS
    assert len(colours) > flat.sum()


def test_of_one_parameter_the_ground_is_even():
    assert len(np.unique(map_pixels(surface("parabola")).reshape(-1, 3), axis=0)) == 1
    assert relief_heights(surface("parabola")) == ()


def test_relief_has_its_lowest_y_first():
    ground = surface("rosenbrock")
    heights = np.array(relief_heights(ground))
    assert heights.min() >= 0
    assert heights.max() == pytest.approx(1)
    x_low, _x_high, y_low, y_high = window(ground)
    corners = torch.tensor([[x_low, y_low], [x_low, y_high]], dtype=torch.float64)
    expected = shades(ground)(ground.value(corners).numpy())
    assert heights[[0, -1], 0].tolist() == pytest.approx(expected, abs=1e-3)


def test_axes_have_one_scale_unless_the_domain_is_long():
    for name in PLANES:
        x_low, x_high, y_low, y_high = window(surface(name))
        if name == "logistic":
            assert (x_low, x_high, y_low, y_high) == surface(name).domain
        else:
            assert x_high - x_low == pytest.approx(y_high - y_low)
        low_x, high_x, low_y, high_y = surface(name).domain
        assert x_low <= low_x < high_x <= x_high
        assert y_low <= low_y < high_y <= y_high


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-3.0, 3.0, [-2, 0, 2]),
        (-5.12, 5.12, [-4, -2, 0, 2, 4]),
        (-2.0, 2.0, [-2, -1, 0, 1, 2]),
        (0.0, 50.0, [0, 10, 20, 30, 40, 50]),
    ],
)
def test_ticks_are_round_numbers(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)
