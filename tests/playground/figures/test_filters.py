"""Responses as pictures, grids of numbers, formulas, and the stage itself."""

import io
import struct

import numpy as np
import pytest
import torch
from PIL import Image

from engine.filters import Filter, kernel
from playground import theme
from playground.figures import filters_paint as paint
from playground.figures.filters_cells import fitted, grey_cells, short, weight_cells
from playground.figures.filters_scene import (
    PIN,
    STEPS,
    Exhibit,
    Words,
    frames,
    scene,
)
from playground.figures.filters_still import still
from playground.figures.filters_tex import product_formula, sum_formula, total_of
from playground.figures.png import blended
from playground.player.charts import Curtain, Picture
from playground.player.scene import Boxes, Text

SOBEL = kernel(Filter("sobel"))
WORDS = Words("before", "after", "window", "kernel", "x w", "= 7", "", "")


def colour(response, at):
    return response.painted.rgb()[at].tolist()


def test_a_png_reads_back_as_it_was_painted():
    levels = torch.arange(256).reshape(8, 32)
    painted = paint.direction(levels.float(), levels.flip(0).float()).painted
    read = Image.open(io.BytesIO(painted.png())).convert("RGB")
    assert np.array_equal(np.array(read), painted.rgb())
    assert painted.address().startswith("data:image/png;base64,iVBOR")


def test_blended_colours_go_from_stop_to_stop():
    ramp = blended(((0, 0, 0), (100, 200, 50)), 3)
    assert ramp.tolist() == [[0, 0, 0], [50, 100, 25], [100, 200, 50]]


def test_a_picture_is_cut_to_grey_levels():
    shown = paint.picture(torch.tensor([[-40.0, 0.0, 99.6, 300.0]]))
    assert shown.painted.rgb()[0, :, 0].tolist() == [0, 0, 100, 255]


def test_signs_are_orange_and_blue_and_zero_is_paper():
    shown = paint.signed(torch.tensor([[-8.0, 0.0, 8.0, 4.0]]))
    low, zero, high = theme.rgb(theme.NEGATIVE, theme.PAPER, theme.POSITIVE)
    assert shown.peak == 8
    assert colour(shown, (0, 0)) == low
    assert np.abs(np.array(colour(shown, (0, 1))) - zero).max() <= 2
    assert colour(shown, (0, 2)) == high


def test_absolute_is_the_same_for_both_signs_and_magnitude_for_all_directions():
    shown = paint.absolute(torch.tensor([[-8.0, 0.0, 8.0]]))
    assert shown.painted.rgb()[0, :, 0].tolist() == [255, 0, 255]
    steep = paint.magnitude(torch.tensor([[3.0, 5.0, 0]]), torch.tensor([[4.0, 0, 0]]))
    assert steep.painted.rgb()[0, :, 0].tolist() == [255, 255, 0]


def test_directions_differ_in_hue_and_steepness_in_brightness():
    along = torch.tensor([[10.0, 0.0, -10.0, 0.0, 0.0, 1.0]])
    down = torch.tensor([[0.0, -10.0, 0.0, 10.0, 0.0, 0.0]])
    shown = paint.direction(along, down)
    colours = [tuple(colour(shown, (0, i))) for i in range(6)]
    assert len(set(colours)) == 6
    assert max(colours[4]) == 0  # flat
    assert max(colours[5]) < max(colours[0])
    bar = shown.scale.rgb()[0]  # the colour under its angle
    for quarter in range(4):
        assert tuple(bar[quarter * 64]) == colours[quarter]


def test_a_scale_leaves_out_a_few_extremes_but_never_divides_by_zero():
    many = torch.ones(1000)
    many[0] = 500
    assert paint.reach(many) == 1
    assert paint.reach(torch.zeros(9)) > 0
    flat = paint.signed(torch.zeros(3, 3)).painted.rgb()
    assert np.abs(flat.astype(int) - theme.rgb(theme.PAPER)[0]).max() <= 2


def texts(layers):
    return [layer.template for layer in layers if isinstance(layer, Text)]


def test_cells_show_numbers_where_they_fit():
    box = (0.0, 0.0, 180.0, 180.0)
    assert " ".join(texts(weight_cells(SOBEL, box))) == "−1 0 1 −2 0 2 −1 0 1"
    assert texts(grey_cells(torch.full((3, 3), 255), box)) == ["255"] * 9
    mean = list(weight_cells(kernel(Filter("box", size=3)), box))
    assert set(texts(mean)) == {".1111"}
    assert texts(weight_cells(kernel(Filter("gaussian", sigma=1.0)), box)) == []
    five = torch.full((5, 5), 240)
    assert texts(grey_cells(five, box)) == ["240"] * 25
    assert texts(grey_cells(five, box, zoom=1.4)) == []
    assert texts(weight_cells(torch.ones(11, 11), box)) == []


@pytest.mark.parametrize("shape", [(3, 3), (1, 9), (9, 1), (31, 31)])
def test_cells_are_square_and_stay_in_their_box(shape):
    box = (10.0, 20.0, 200.0, 150.0)
    x, y, wide, high = fitted(shape, box)
    assert wide / shape[1] == pytest.approx(high / shape[0])
    assert x >= 10
    assert y >= 20
    assert x + wide <= 210.001
    assert y + high <= 170.001
    for layer in (
        *weight_cells(torch.ones(shape), box),
        *grey_cells(torch.ones(shape, dtype=torch.uint8), box),
    ):
        if isinstance(layer, Picture):
            assert layer.box == fitted(shape, box)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(-0.125, 4, "−.125"), (0.0131, 2, ".013"), (12.0, 4, "12"), (0.0, 2, "0")],
)
def test_short_numbers(value, digits, text):
    assert short(value, digits) == text


def exhibit(shape, place=(0, 0)):
    levels = torch.full((3, 3), 10, dtype=torch.uint8)
    parts = ("data:1", "data:2", "data:3", ((0.0, "0"), (1.0, "9")))
    return Exhibit(shape, *parts, SOBEL, levels, place)


def test_the_curtain_covers_the_picture_and_its_tape_is_in_percent():
    shown = scene(exhibit((512, 512)), WORDS, ())
    picture, curtain = shown.layers[:2]
    assert isinstance(curtain, Curtain)
    assert picture.box == curtain.box
    assert (picture.action, picture.span) == (PIN, (0.0, 512.0, 0.0, 512.0))
    tape, times = frames()
    assert times == list(range(STEPS + 1))
    assert all(len(frame) == shown.frame_bytes for frame in tape)
    assert struct.unpack("<f", tape[37]) == (37.0,)


@pytest.mark.parametrize("shape", [(512, 512), (300, 512), (512, 40), (40, 512)])
def test_nothing_leaves_the_stage_and_pictures_keep_their_shape(shape):
    shown = scene(exhibit(shape, (shape[0] - 1, 0)), WORDS, ())
    wide, high = shown.size
    for layer in shown.layers:
        if isinstance(layer, Picture | Curtain):
            x, y, w, h = layer.box
            assert x >= 0
            assert y >= 0
            assert x + w <= wide + 0.001
            assert y + h <= high
        elif isinstance(layer, Text):
            assert 0 <= layer.at[0] <= wide
            assert layer.at[1] <= high
    box = shown.layers[0].box
    assert box[2] / box[3] == pytest.approx(shape[1] / shape[0])


def test_the_frame_stands_around_its_pixel():
    shown = scene(exhibit((400, 400), (100, 30)), WORDS, ())
    dark, light = [layer for layer in shown.layers if isinstance(layer, Boxes)]
    for layer in (dark, light):
        ((left, top, right, bottom),) = layer.xyxy
        assert (left + right) / 2 == pytest.approx(30.5)
        assert (top + bottom) / 2 == pytest.approx(100.5)
        assert right - left >= 3


def test_products_are_shown_where_there_is_room():
    assert "x w" in texts(scene(exhibit((512, 512)), WORDS, ()).layers)
    assert "x w" not in texts(scene(exhibit((300, 512)), WORDS, ()).layers)


LEVELS = torch.tensor([[1, 2, 3], [4, 5, 6], [7, 8, 19]])


def test_a_sum_is_written_out_without_what_is_zero():
    text = sum_formula(LEVELS, SOBEL, "y")
    assert r"1\cdot (-1) + 3\cdot 1 + 4\cdot (-2) + 6\cdot 2" in text
    assert text.endswith(r"= 18\end{aligned}")
    assert "2\\cdot 0" not in text


def test_a_large_sum_is_told_in_one_line():
    weights = kernel(Filter("gaussian", sigma=5.0))
    text = sum_formula(torch.full(weights.shape, 100), weights, "y")
    assert text == r"y = \sum_{u,v} w_{u,v}\,x_{u,v} = 100"
    middle = sum_formula(torch.ones(7, 7), torch.ones(7, 7), "y")
    assert middle.count("&") == 2 * 7 * 6 + 2
    assert middle.endswith(r"&= 49\end{aligned}")


def test_wide_matrices_have_three_decimals_or_are_left_out():
    seven = kernel(Filter("gaussian", sigma=1.0))
    text = sum_formula(torch.ones(7, 7), seven, "y")
    assert ".159" in text
    assert "0.159" not in text
    nine = kernel(Filter("gaussian", sigma=1.3))
    assert sum_formula(torch.ones(9, 9), nine, "y").startswith(r"y = \sum_{u,v}")


def test_rounding_is_no_response():
    weights = kernel(Filter("gabor", angle=30.0))
    assert total_of(torch.full(weights.shape, 200), weights) == 0


def test_a_product_is_a_column_times_a_row():
    column, row = torch.tensor([1.0, 2, 1]), torch.tensor([-1.0, 0, 1])
    text = product_formula(SOBEL, column, row)
    assert text.endswith(
        r"\begin{bmatrix}1\\ 2\\ 1\end{bmatrix} "
        r"\begin{bmatrix}-1 & 0 & 1\end{bmatrix}"
    )
    for shape in ((11, 11), (1, 3), (3, 1)):
        pair = (torch.ones(size) for size in shape)
        assert product_formula(torch.ones(shape), *pair) == ""


def test_the_chart_shows_both_pictures_and_the_kernel():
    levels = torch.randint(0, 255, (20, 30), generator=torch.Generator())
    figure = still(
        paint.grey(levels), SOBEL, paint.signed(levels).painted, ("a", "b", "c")
    )
    assert len(figure.layout.images) == 2
    (cells,) = [trace for trace in figure.data if trace.type == "heatmap"]
    assert np.array_equal(cells.z, SOBEL.numpy())
    assert figure.layout.yaxis2.range == (3, 0)
    assert [note.text for note in figure.layout.annotations] == ["a", "b", "c"]
