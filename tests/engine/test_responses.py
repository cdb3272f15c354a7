"""Responses: the definition is the judge, then gradients, ranks and windows."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.conv import cross_correlate
from engine.filters import Filter, gabor, gaussian, kernel, laplacian_of_gaussian
from engine.responses import (
    Setting,
    angles,
    factors,
    noisy,
    respond,
    separated,
    slopes,
    window,
)

BORDERS = ("replicate", "reflect", "zeros")


def picture(high, wide, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (high, wide), generator=generator).to(torch.uint8)


def step(high=9, wide=9, column=4):
    """Dark on the left, bright from this column on."""
    levels = torch.zeros(high, wide, dtype=torch.uint8)
    levels[:, column:] = 200
    return levels


@given(
    st.tuples(st.integers(12, 20), st.integers(12, 20)),
    st.tuples(st.sampled_from((1, 3, 5, 9, 11)), st.sampled_from((1, 3, 7, 11))),
    st.sampled_from(BORDERS),
    st.integers(1, 3),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_respond_is_the_definition(size, shape, border, rank, flip):
    (high, wide), (rows, columns) = size, shape
    levels = picture(high, wide, rows)
    drawn = torch.Generator().manual_seed(columns)
    parts = [
        torch.randn(size, rank, generator=drawn, dtype=torch.float64)
        for size in (rows, columns)
    ]
    weights = parts[0] @ parts[1].T
    chosen = Filter("custom", weights=tuple(map(tuple, weights.tolist())))
    setting = Setting(chosen, border, flip)
    exact = cross_correlate(
        levels.double()[None],
        weights[None, None],
        padding="same",
        padding_mode=border,
        flip=flip,
    )[0]
    got = respond(levels, setting.weights, border)
    scale = 255 * weights.abs().sum().item()
    torch.testing.assert_close(got.double(), exact, rtol=0, atol=1e-6 * scale)


def test_one_sum_by_hand():
    levels = torch.tensor([[1, 2, 3], [4, 5, 6], [7, 8, 19]], dtype=torch.uint8)
    response = respond(levels, kernel(Filter("sobel")))
    assert response[1, 1].item() == (3 + 12 + 19) - (1 + 8 + 7)


@given(
    st.sampled_from((1, 3, 7)),
    st.sampled_from(BORDERS),
    st.integers(0, 11),
    st.integers(0, 13),
)
@settings(max_examples=40, deadline=None)
def test_the_window_times_the_kernel_is_the_response(size, border, row, column):
    levels, weights = picture(12, 14), gaussian(1.0)[:size, :size]
    seen = window(levels, (row, column), (size, size), border)
    total = (seen * weights).sum().item()
    assert total == pytest.approx(
        respond(levels, weights, border)[row, column].item(), rel=1e-5, abs=1e-4
    )


@pytest.mark.parametrize("place", [(-1, 0), (0, 14), (12, 0)])
def test_no_window_outside_the_picture(place):
    with pytest.raises(ValueError, match="12 x 14"):
        window(picture(12, 14), place, (3, 3))


@pytest.mark.parametrize(
    ("weights", "rank"),
    [
        pytest.param(gaussian(2.0), 1, id="gaussian"),
        pytest.param(kernel(Filter("scharr")), 1, id="scharr"),
        pytest.param(kernel(Filter("laplacian")), 2, id="laplacian"),
        pytest.param(laplacian_of_gaussian(1.4), 2, id="log"),
        pytest.param(gabor(0.0, 6.0), 1, id="upright gabor"),
        pytest.param(gabor(30.0, 6.0), 3, id="slanted gabor"),
        pytest.param(torch.zeros(3, 5, dtype=torch.float64), 1, id="zeros"),
    ],
)
def test_factors_are_the_fewest_and_add_up(weights, rank):
    upright, level = factors(weights)
    assert len(upright) == len(level) == rank
    torch.testing.assert_close(upright.T @ level, weights, atol=1e-9, rtol=0)


@pytest.mark.parametrize(
    ("chosen", "column", "row"),
    [
        (Filter("sobel"), [1, 2, 1], [-1, 0, 1]),
        (Filter("sobel", axis="y"), [1, 0, -1], [-1, -2, -1]),
        (Filter("scharr", axis="y"), [1, 0, -1], [-3, -10, -3]),
        (Filter("box", size=3), [1 / 3] * 3, [1 / 3] * 3),
        (Filter("identity"), [0, 1, 0], [0, 1, 0]),
        (Filter("custom", weights=((2.0,), (4.0,), (6.0,))), [2, 4, 6], [1]),
    ],
    ids=lambda part: part.kind if isinstance(part, Filter) else "",
)
def test_a_kernel_of_rank_one_comes_apart_in_plain_numbers(chosen, column, row):
    got = separated(kernel(chosen))
    for part, wanted in zip(got, (column, row), strict=True):
        assert part.tolist() == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("kind", ["laplacian", "log", "emboss"])
def test_other_kernels_do_not_come_apart(kind):
    assert separated(kernel(Filter(kind))) is None


def test_a_kernel_of_zeros_has_no_column_and_row():
    assert separated(torch.zeros(3, 3, dtype=torch.float64)) is None


@pytest.mark.parametrize(
    ("turns", "angle"), [(0, 0.0), (1, 90.0), (2, 180.0), (3, 270.0)]
)
@pytest.mark.parametrize("kind", ["sobel", "identity", "gaussian"])
def test_the_gradient_points_from_dark_to_bright(kind, turns, angle):
    levels = step().rot90(turns)  # anticlockwise, as angles go
    along, down = slopes(levels, Setting(Filter(kind)))
    steep = along.hypot(down)
    edge = steep > 0.9 * steep.max()
    assert angles(along, down)[edge].tolist() == pytest.approx(
        [angle] * int(edge.sum()), abs=1e-3
    )


def test_slopes_of_an_edge_filter_are_its_two_responses():
    levels = picture(12, 14)
    pair = slopes(levels, Setting(Filter("scharr", axis="y"), "zeros"))
    for axis, part in zip("xy", pair, strict=True):
        wanted = respond(levels, kernel(Filter("scharr", axis=axis)), "zeros")
        torch.testing.assert_close(part, wanted)


def test_slopes_of_a_plane_are_its_own():
    rows, columns = torch.meshgrid(torch.arange(20), torch.arange(20), indexing="ij")
    plane = 3 * columns + 2 * rows
    along, down = slopes(plane, Setting(Filter("identity")))
    assert along[5:15, 5:15].unique().tolist() == [3]
    assert down[5:15, 5:15].unique().tolist() == [2]


def test_true_convolution_turns_gradients_round():
    levels = picture(12, 14)
    plain = slopes(levels, Setting(Filter("sobel")))
    turned = slopes(levels, Setting(Filter("sobel"), flip=True))
    for one, other in zip(plain, turned, strict=True):
        torch.testing.assert_close(one, -other)


def test_noise_has_its_spread_and_is_the_same_each_time():
    grey = torch.full((200, 200), 128, dtype=torch.uint8)
    seen = noisy(grey, 20)
    assert seen.float().std().item() == pytest.approx(20, rel=0.03)
    assert torch.equal(seen, noisy(grey, 20))
    assert not torch.equal(seen, noisy(grey, 20, seed=1))
    assert torch.equal(noisy(grey, 0), grey)


def test_noise_stays_within_grey_levels_and_cannot_be_negative():
    black = torch.zeros(50, 50, dtype=torch.uint8)
    assert 0.4 < (noisy(black, 60) == 0).float().mean().item() < 0.6
    with pytest.raises(ValueError, match="-1"):
        noisy(black, -1)
