"""What the sliding view shows and says, and that numbers fit where they stand."""

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from engine.conv_settings import Axis
from playground import theme
from playground.figures import conv_pixels
from playground.figures.conv_grid import Grid, fits, squeezed, type_size
from playground.figures.conv_pixels import DASHED, HATCHED, PLAIN
from playground.figures.conv_scene import PIN
from playground.figures.conv_sentence import result, sentence
from playground.figures.conv_slide import longest, number
from playground.figures.conv_stage import stage
from playground.figures.conv_story import tell
from tests.playground.figures.conv_layers import NAMES, drawn, layer, texts

POOL = (Axis(4, 2, 0, 2),) * 2
UP = {"kind": "transposed", "axes": (Axis(3, 3, 1, 2),) * 2}


def line(given):
    slide = tell(given, NAMES)
    return sentence(slide, "cell", "x · w", "hidden: {count}")


def test_the_kernel_and_the_picture_are_written_out():
    made, slide = drawn(layer())
    shown = texts(made)
    assert shown.count("−1") == 3
    assert [text for text in shown if text.isdecimal()].count("7") == 3
    assert shown[-1] == line(layer()).replace("hidden", "planes not drawn")
    assert "{out:15}" in shown
    assert "Σ = {sums:0}" in shown
    assert made.end == 16
    assert made.time == "cell {place:0:int}, {place:1:int}"
    assert slide.dropped == (0, 0)


def test_a_click_on_the_output_pins_one_of_its_cells():
    made, slide = drawn(layer(axes=(Axis(6), Axis(9))))
    (clicked,) = [part for part in made.layers if getattr(part, "action", "") == PIN]
    assert clicked.span == (0.0, 7.0, 0.0, 4.0)
    assert clicked.box == stage(slide).output.box


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (layer(axes=(Axis(6, 3, 1, 2),) * 2), "striped"),
        (layer("conv1d", (Axis(6, 3, 1, 2),)), "striped"),
        (layer(**UP), "dashed"),
        (layer(), None),
        (layer(axes=(Axis(64, 3, 1, 2),) * 2), "striped"),
    ],
)
def test_what_is_dropped_or_cut_off_is_said(given, word):
    shown = texts(drawn(given)[0])
    assert [text for text in ("striped", "dashed") if text in shown] == (
        [word] if word else []
    )


def test_words_do_not_run_into_each_other():
    for each in (
        layer(axes=(Axis(6, 3, 1, 2),) * 2),
        layer(axes=(Axis(8),) * 2, channels=3, bias=True),
        layer("conv3d", (Axis(8, 5),) * 3, kernel="random"),
        layer("conv1d", (Axis(64, 7, 1, 3),), channels=4, flip=True),
        layer(axes=(Axis(6), Axis(6)), flip=True, filters=5),
        layer(**UP),
    ):
        made, _slide = drawn(each)
        boxes = []
        for part in made.layers:
            if part.kind != "text" or "{" in part.template or part.align == "center":
                continue
            wide = 0.42 * part.size * len(part.template)  # at least
            left = part.at[0] - (wide if part.align == "right" else 0)
            boxes.append((left, part.at[1] - part.size, left + wide, part.at[1]))
        for index, (x1, y1, x2, y2) in enumerate(boxes):
            for a1, b1, a2, b2 in boxes[:index]:
                assert x2 <= a1 or a2 <= x1 or y2 <= b1 or b2 <= y1
        assert all(y2 <= made.size[1] for *_rest, y2 in boxes)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            layer("conv1d", (Axis(5),), bias=True),
            "cell [{place:1:int}]:  {patch:0}·1 + {patch:1}·0 + {patch:2}·(−1) "
            "{place:3:signed} (b) = {place:2}",
        ),
        (
            layer(axes=(Axis(6, 5),) * 2),
            "cell [{place:0:int}, {place:1:int}]:  Σ x · w = {place:2}",
        ),
        (
            layer(channels=2),
            "cell [{place:0:int}, {place:1:int}]:  {sums:0} {sums:1:signed} = "
            "{place:2}",
        ),
        (
            layer(channels=5, bias=True),
            "cell [{place:0:int}, {place:1:int}]:  {sums:0} {sums:1:signed} "
            "{sums:2:signed} {place:3:signed} (hidden: 2, b) = {place:2}",
        ),
        (
            layer("max", POOL),
            "cell [{place:0:int}, {place:1:int}]:  max({patch:0}, {patch:1}, "
            "{patch:2}, {patch:3}) = {place:2}",
        ),
        (
            layer("average", POOL),
            "cell [{place:0:int}, {place:1:int}]:  ({patch:0} + {patch:1} + {patch:2} "
            "+ {patch:3}) / 4 = {place:2}",
        ),
        (
            layer("l2", (Axis(6, 2, 0, 2),)),
            "cell [{place:1:int}]:  √({patch:0}² + {patch:1}²) = {place:2}",
        ),
        (
            layer("max", (Axis(6, 4, 0, 2),) * 3),
            "cell [{place:0:int}, {place:1:int}]:  max({sums:0}, {sums:1}, {sums:2}, …)"
            " = {place:2}",
        ),
        (layer(**UP), "x[{place:0:int}, {place:1:int}] = {patch:0}  →  x · w"),
        (
            layer(channels=2, **UP),
            "x[{place:0:int}, {place:1:int}] = {patch:0}, {patch:9}  →  x · w",
        ),
    ],
)
def test_the_sum_is_told_in_one_line(given, expected):
    assert line(given) == expected


def test_every_rule_has_a_sign_of_its_own():
    kinds = {"conv2d": "Σ", "max": "max", "average": "Σ/4", "l2": "√Σ"}
    axes = (Axis(4, 2, 0, 2),) * 2
    assert {k: result(tell(layer(k, axes), NAMES)) for k in kinds} == kinds


def test_further_filters_stand_behind_the_output():
    alone, _slide = drawn(layer())
    several, slide = drawn(layer(filters=5))
    assert slide.others == 4
    kinds = [[part.kind for part in made.layers] for made in (alone, several)]
    assert kinds[1].count("picture") == kinds[0].count("picture") + 4
    assert all(
        part.box[0] + part.box[2] <= 900
        for part in several.layers
        if part.kind == "picture"
    )


def test_a_fine_input_shows_the_window_apart_and_a_fine_output_is_a_picture():
    made, slide = drawn(layer(axes=(Axis(64),) * 2))
    place = stage(slide)
    assert (place.readable[0], bool(place.patches)) == (False, True)
    assert "{patch:0}" in texts(made)
    assert not any("{out" in text for text in texts(made))
    small = stage(tell(layer(), NAMES))
    assert all(small.readable)
    assert not small.patches
    assert stage(tell(layer(flip=True), NAMES)).given


def test_type_gets_smaller_and_numbers_shorter_where_cells_are_small():
    assert type_size((54.0, 48.0), 2) == 20
    assert type_size((54.0, 48.0), 6) == 14
    assert fits(2, (20.0, 17.0))
    assert not fits(3, (20.0, 17.0))
    assert squeezed(Grid(0, 0, (22.0, 15.0), (1, 1)), 3)
    assert [number(v) for v in (-2.0, 0.11111, 1e6, -0.0, float("-inf"))] == [
        *("−2", "0.1111", "1e6", "0", "−∞")
    ]
    assert longest(torch.tensor([1.0, -0.11111, 100.0])) == 7


def pixels(address):
    data = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(data)))


def test_pictures_of_cells_are_pngs_with_the_sign_in_their_colour():
    values = torch.tensor([[2.0, -1.0], [0.0, -2.0]])
    shown = pixels(conv_pixels.address(conv_pixels.surface(values)))
    low, high = theme.rgb(theme.NEGATIVE, theme.POSITIVE)
    assert tuple(shown[0, 0]) == (*high, 255)
    assert tuple(shown[1, 1]) == (*low, 255)
    assert tuple(shown[1, 0, :3]) == tuple(theme.rgb(theme.PAPER)[0])
    cells = conv_pixels.tiles(values, torch.full((2, 2), PLAIN), (20.0, 10.0))
    assert cells.shape == (40, 80, 4)
    assert cells[10, 20, 3] > cells[10, 60, 3] > 0  # the largest is strongest
    assert cells[0, 0, 3] == 0  # a gap between cells


def test_padding_and_what_is_dropped_look_different():
    marks = torch.tensor([[PLAIN, DASHED, HATCHED]])
    cells = conv_pixels.tiles(torch.zeros(1, 3), marks, (30.0, 30.0))
    plain, dashed, hatched = np.split(cells, 3, axis=1)
    assert plain[30, 30, 3] > 0
    assert dashed[30, 30, 3] == 0
    assert len(np.unique(hatched[8:-8, 8:-8, 3])) > 1
    over = conv_pixels.veil(marks, (3.0, 3.0))
    plain, dashed, hatched = np.split(over, 3, axis=1)
    assert not plain[..., 3].any()
    assert dashed[..., 3].all()
    assert 0 < (hatched[..., 3] > 0).mean() < 1
