"""The film of the sliding view holds what the engine computes, frame by frame."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.conv_layer import run
from engine.conv_settings import Axis, output_sizes, resolved
from playground.figures.conv_frames import BARS, MOST_TOLD, spread
from playground.figures.conv_scene import scene
from playground.figures.conv_slide import FEWEST, MOST_STEPS, SPREAD, SUM, frame_of
from playground.figures.conv_stage import WIDTH
from playground.figures.conv_story import Layer, channels_seen, plane_count, tell
from tests.engine.conv_cases import layers, possible, tensors
from tests.playground.figures.conv_layers import NAMES, WORDS, filmed, layer

ZEROS = {"rtol": 1e-4, "atol": 1e-4}


def plane(given, whole):
    """Return the part of the whole output that is shown, as rows and columns."""
    shown = whole[given.channel]
    shown = shown[given.depth] if len(given.settings.axes) == 3 else shown
    return shown[None] if shown.ndim == 1 else shown


def whole_stage(place):
    return {
        "input": place.inputs,
        "patch": place.patches,
        "given": place.given,
        "kernel": place.kernels,
        "products": place.products,
        "output": (place.output,),
    }


@settings(max_examples=50, deadline=None)
@given(layers().map(possible), st.data())
def test_film_of_any_layer_ends_with_the_layers_output(each, data):
    image, weights, bias = tensors(each)
    channel = data.draw(st.integers(0, each.outputs - 1))
    depth = 0
    if len(each.axes) == 3:
        depth = data.draw(st.integers(0, output_sizes(each)[0] - 1))
    shown = Layer(
        each, image, weights, bias, channel, depth, data.draw(st.integers(0, 5))
    )
    slide = tell(shown, NAMES)
    place, tracks, named, times = filmed(slide)
    expected = plane(shown, run(each, image, weights, bias))
    if slide.output.numel() <= MOST_TOLD:
        last = torch.from_numpy(named["out"][-1]).view(*slide.output.shape)
        if slide.rule == SPREAD:
            top, _bottom, left, _right = slide.padding
            last = last[top:, left:][: expected.shape[0], : expected.shape[1]]
        torch.testing.assert_close(last.double(), expected, **ZEROS)
    assert times == list(range(1, math.prod(slide.moved) + 1))
    if slide.rule == SUM:
        sums = named["sums"].sum(axis=1) + named["place"][:, 3]
        np.testing.assert_allclose(sums, named["place"][:, 2], **ZEROS)
        np.testing.assert_allclose(named["place"][:, 2], expected.flatten(), **ZEROS)
    for grid in sum(whole_stage(place).values(), ()):
        x, y, wide, high = grid.box
        assert x >= 0
        assert x + wide <= WIDTH + 1e-6
        assert 0 < y < y + high <= place.height
    scene(slide, place, tracks, WORDS, ())  # every layer finds its numbers


@settings(max_examples=60, deadline=None)
@given(layers().map(possible))
def test_planes_kernels_and_output_stand_side_by_side(each):
    slide = tell(Layer(each, *tensors(each)), NAMES)
    if slide.flat:
        return
    place = filmed(slide)[0]
    boxes = [grids[0].box for grids in whole_stage(place).values() if grids]
    for left, right in pairwise(boxes):
        assert left[0] + left[2] < right[0]


def test_windows_and_cells_by_hand():
    padded = (Axis(6, 3, 1, 2), Axis(6, 3, 1, 2))
    place, _tracks, named, times = filmed(tell(layer(axes=padded), NAMES))
    grid, out = place.inputs[0], place.output
    wide, high = grid.cell
    assert len(times) == 9
    assert grid.size == (8, 8)
    left, top, right, bottom = named["window"][5]  # second row, third column
    assert [left, top] == pytest.approx([4 * wide, grid.y + 2 * high], rel=1e-5)
    assert [right - left, bottom - top] == pytest.approx([3 * wide, 3 * high], rel=1e-4)
    assert named["cell"][5, 0] == pytest.approx(out.x + 2 * out.cell[0], rel=1e-5)
    assert named["place"][5].tolist() == [2, 3, 3, 0]
    np.testing.assert_array_equal(named["patch"][0], [0, 0, 0, 0, 3, 0, 0, 1, 5])
    np.testing.assert_array_equal(named["product"][0], [0, 0, 0, 0, 0, 0, 0, 0, -5])
    assert named["out"][0].tolist()[0] == -5
    assert np.isnan(named["out"][0][1:]).all()


def test_holes_of_a_dilated_kernel_have_a_box_for_every_number():
    wide = filmed(tell(layer(axes=(Axis(7, dilation=2),) * 2), NAMES))
    place, _tracks, named, _times = wide
    assert named["taps"].shape[1] == 9 * 4
    corner = named["taps"][0].reshape(9, 4)
    cell = place.inputs[0].cell
    assert corner[1, 0] - corner[0, 0] == pytest.approx(2 * cell[0], rel=1e-4)
    assert "taps" not in filmed(tell(layer(), NAMES))[2]


def test_only_the_largest_number_has_a_bar_in_a_maximum():
    each = layer("max", (Axis(4, 2, 0, 2),) * 2)
    named = filmed(tell(each, NAMES))[2]
    assert named["patch"][0].tolist() == [3, 0, 1, 5]
    weigh = named["weigh"][0]
    assert np.isnan(weigh[:3]).all()
    assert weigh[3] == pytest.approx(BARS * 5 / 9)
    assert named["sums"][:, 0].tolist() == named["place"][:, 2].tolist() == [5, 9, 7, 5]


def test_a_transposed_layer_adds_up_what_every_number_spreads():
    each = layer("transposed", (Axis(2, 2, 0, 1),) * 2, "counting", "ones", bias=True)
    moments = spread(tell(each, NAMES))
    assert moments[0].tolist() == [[2, 2, 2]] * 3
    assert moments[1].tolist() == [[2, 3, 3], [2, 3, 3], [2, 2, 2]]
    assert moments[-1].tolist() == [[2, 3, 3], [4, 8, 6], [4, 7, 5]]
    named = filmed(tell(each, NAMES))[2]
    np.testing.assert_array_equal(named["out"], moments.flatten(1))


def test_a_cell_of_a_transposed_layer_is_done_when_nothing_reaches_it_any_more():
    each = layer("transposed", (Axis(3, 3, 1, 2),) * 2)
    slide = tell(each, NAMES)
    moments = spread(slide).flatten(1)
    for cell in range(49):
        done = frame_of(slide, cell)
        assert (moments[done:, cell] == moments[-1, cell]).all()
    assert frame_of(slide, 0) == 0
    assert frame_of(slide, 48) == 8


def test_a_large_picture_skips_places_but_not_the_pinned_one():
    each = layer(axes=(Axis(64), Axis(64)))
    slide = tell(each, NAMES)
    named, times = filmed(slide, 1001)[2:]
    assert len(times) <= MOST_STEPS + 1
    heavy = tell(layer(axes=(Axis(64, 15),) * 2, channels=3), NAMES)
    assert FEWEST <= len(heavy.steps(7)) < 300
    assert 1002.0 in times
    assert "out" not in named
    row, column, value, _rest = named["place"][times.index(1002.0)]
    assert (row, column) == (1001 // 62 + 1, 1001 % 62 + 1)
    assert value == slide.output[1001 // 62, 1001 % 62]


def test_only_the_channels_of_a_group_are_seen():
    each = layer(channels=4, filters=4, groups=2, channel=2)
    assert channels_seen(each.settings, 2) == range(2, 4)
    slide = tell(each, NAMES)
    assert [p.name for p in slide.planes] == ["channel 3", "channel 4"]
    assert slide.planes[0].values.equal(each.image[2])
    assert (slide.others, slide.hidden, slide.rest) == (3, 0, None)
    pooled = tell(layer("max", (Axis(4, 2),) * 2, channels=3, channel=1), NAMES)
    assert len(pooled.planes) == 1


def test_slices_of_a_volume_are_planes_and_the_rest_is_told():
    axes = (Axis(7, 4, 0, 2),) * 3
    slide = tell(layer("conv3d", axes, depth=1, bias=True), NAMES)
    assert [p.name for p in slide.planes] == ["slice 3", "slice 4", "slice 5"]
    assert (slide.hidden, slide.bias) == (1, 2)
    later = tell(layer("conv3d", axes, depth=1, first=9, channels=2), NAMES)
    assert [p.name for p in later.planes] == [f"ch. 2, slice {n}" for n in (4, 5, 6)]
    assert later.hidden == 5
    assert plane_count(layer("conv3d", axes, channels=2).settings, 0, 1) == 8
    up = layer("transposed", (Axis(2, 3, 0, 2),) * 3)
    assert [plane_count(up.settings, 0, depth) for depth in range(5)] == [1, 1, 2, 1, 1]


def test_a_slice_that_nothing_reaches_is_the_bias():
    axes = (Axis(2, 1, 0, 3),) * 3
    slide = tell(layer("transposed", axes, depth=1, bias=True), NAMES)
    assert slide.output.unique().tolist() == [2]
    assert [p.kernel.tolist() for p in slide.planes] == [[[0]]]
    assert filmed(slide)[2]["out"][-1].tolist() == [2] * 16


def test_dropped_rows_and_the_padding_are_known():
    rectangle = (Axis(6, 3, 1, 2), Axis(12, 5, 0, 3))
    slide = tell(layer(axes=rectangle), NAMES)
    assert (slide.dropped, slide.padding) == ((1, 1), (1, 1, 0, 0))
    assert slide.field == (3, 5)
    assert resolved(layer(axes=rectangle).settings)[0].padded == 8
