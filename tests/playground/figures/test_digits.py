from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import lenet, saliency
from engine.ink import BACKGROUND, Steps, prepare, stages
from engine.strokes import handwritten, render
from playground.figures import digits as figures
from playground.figures.grids import mosaic
from playground.theme import CLASSES, NEGATIVE

DRAWING = render(handwritten(7, seed=3))
# layer -> (the layer its patches are cut from, how many of its maps, patch size)
SUMS = {"c1": (None, 1, 5), "s2": ("c1", 1, 2), "c3": ("s2", 6, 5), "s4": ("c3", 1, 2)}
TITLES = ("source", "map", "patch", "kernel", "products")


def titles(figure):
    return [note.text for note in figure.layout.annotations]


def values(trace):
    return np.asarray(trace.z)


def enlarged(picture, side=224):
    """A square picture with every pixel copied, as `stage_pictures` shows it."""
    times = side // len(picture)
    return picture.repeat_interleave(times, 0).repeat_interleave(times, 1)


@pytest.fixture(scope="module", params=lenet.VARIANTS)
def net(request):
    return lenet.load(request.param)


@pytest.fixture(scope="module")
def picture():
    return prepare(DRAWING)


@pytest.fixture(scope="module")
def said(net, picture):
    return lenet.activations(net, picture)


@pytest.mark.parametrize("side", [224, 96])
@pytest.mark.parametrize(
    "steps",
    [Steps(), Steps(crop=False), Steps(*[False] * 6)],
    ids=["all", "no crop", "none"],
)
def test_stage_pictures_are_five_grey_squares(steps, side):
    shown = figures.stage_pictures(stages(DRAWING, steps), side)
    assert [(p.dtype, tuple(p.shape)) for p in shown] == [
        (torch.uint8, (side, side))
    ] * 5


def test_stage_pictures_show_the_stages():
    seen = stages(DRAWING)
    cropped, fitted, centred, padded, scaled = figures.stage_pictures(seen)
    assert torch.equal(centred, enlarged(seen.centred.round().to(torch.uint8)))
    assert torch.equal(padded, enlarged(seen.padded.round().to(torch.uint8)))
    assert torch.equal(scaled, padded)  # scaling is linear
    for shown, stage in ((cropped, seen.cropped), (fitted, seen.fitted)):
        height, width = (round(n * 224 / max(stage.shape)) for n in stage.shape)
        top, left = (224 - height) // 2, (224 - width) // 2
        inside = shown[top : top + height, left : left + width].float()
        assert inside.mean().item() == pytest.approx(stage.mean().item(), abs=2)
        margin = shown.clone()
        margin[top : top + height, left : left + width] = figures.MARGIN
        assert margin.unique().tolist() == [figures.MARGIN]
        assert min(height, width) < 224  # there is a margin


def test_stage_pictures_show_a_black_input_as_black():
    """Copying pixels can miss a thin line: nothing is left, and nothing is shown."""
    seen = stages(DRAWING)
    seen = replace(seen, prepared=torch.full_like(seen.prepared, BACKGROUND))
    assert figures.stage_pictures(seen)[-1].unique().tolist() == [0]


def test_probability_bars_show_ten_probabilities():
    probabilities = torch.tensor([0.004, 0.5, 0.25, *[0.035143] * 7])
    figure = figures.probability_bars(
        {"reader": probabilities}, digit="D", probability="P"
    )
    (bars,) = figure.data
    assert list(bars.x) == list(range(10))
    assert list(bars.y) == pytest.approx(probabilities.tolist())
    assert list(bars.text) == ["", "50%", "25%", *["4%"] * 7]
    assert figure.layout.xaxis.title.text == "D"
    assert figure.layout.yaxis.title.text == "P"
    assert figure.layout.yaxis.range[1] > 1  # room for the numbers
    assert not figure.layout.showlegend


def test_probability_bars_tell_two_readers_apart_without_colour():
    answers = {"first": torch.full((10,), 0.1), "second": torch.eye(10)[3]}
    figure = figures.probability_bars(answers, digit="D", probability="P")
    assert figure.layout.showlegend
    assert [bars.name for bars in figure.data] == ["first", "second"]
    patterns = [bars.marker.pattern.shape for bars in figure.data]
    assert patterns[0] == ""
    assert patterns[1] not in ("", None)
    assert [bars.marker.color for bars in figure.data] == list(CLASSES[:2])
    assert list(figure.data[1].y) == answers["second"].tolist()
    assert figure.data[1].text is None


def test_layer_maps_show_every_layer_in_order(said):
    names = {layer: f"<{layer}>" for layer in said}
    figure = figures.layer_maps(said, titles=names)
    assert titles(figure) == [f"<{layer}>" for layer in lenet.LAYERS]
    shown = dict(zip(lenet.LAYERS, map(values, figure.data), strict=True))
    for layer, output in said.items():
        per_row = figures.MOSAICS[layer][0]
        wanted = (
            mosaic(output[0], per_row)
            if output.dim() == 4
            else output[0].reshape(-1, per_row)
        )
        np.testing.assert_array_equal(shown[layer], wanted.numpy())
    # the logits are labelled with their digits
    assert figure.layout.yaxis7.ticktext == tuple("0123456789")


def test_kernels_show_one_filter_of_c3_per_column(net):
    figure = figures.kernels(net.c1.weight, net.c3.weight, titles=("one", "two"))
    assert titles(figure) == ["one", "two"]
    first, second = map(values, figure.data)
    assert first.shape == (17, 11)
    for index in range(6):
        row, column = 6 * (index // 2), 6 * (index % 2)
        tile = first[row : row + 5, column : column + 5]
        np.testing.assert_array_equal(tile, net.c1.weight[index, 0].numpy())
    assert second.shape == (35, 95)
    for channel in range(6):
        for index in range(16):
            tile = second[6 * channel : 6 * channel + 5, 6 * index : 6 * index + 5]
            np.testing.assert_array_equal(tile, net.c3.weight[index, channel].numpy())


@pytest.mark.parametrize("place", [(0, 0), (3, 4)], ids=["corner", "inside"])
@pytest.mark.parametrize("layer", SUMS)
def test_one_sum_outlines_the_patch_it_multiplies(net, picture, said, layer, place):
    below, maps, size = SUMS[layer]
    channel = 2
    source = (said[below] if below else picture)[0]
    if maps == 1:
        source = source[channel % len(source)][None]
    feature_map = said[layer][0, channel]
    cell = lenet.explain(net, picture, layer, channel, *place)
    figure = figures.one_sum(source, feature_map, place, cell, titles=TITLES)
    assert titles(figure) == list(TITLES)
    *patches, value = figure.layout.shapes
    shown = values(figure.data[0])
    found = []
    for shape in patches:
        assert (shape.xref, shape.yref) == ("x", "y")  # of the first panel
        rows = slice(int(shape.y0 + 0.5), int(shape.y1 + 0.5))
        columns = slice(int(shape.x0 + 0.5), int(shape.x1 + 0.5))
        found.append(shown[rows, columns])
    np.testing.assert_array_equal(np.stack(found), cell.patch.numpy())
    assert cell.patch.shape == (maps, size, size)
    assert (value.y0 + 0.5, value.x0 + 0.5, value.xref) == (*place, "x2")
    assert value.x1 - value.x0 == value.y1 - value.y0 == 1
    assert {shape.line.color for shape in figure.layout.shapes} == {NEGATIVE}
    np.testing.assert_array_equal(values(figure.data[1]), feature_map.numpy())
    lattice = figure.data[-1]
    assert list(lattice.customdata) == feature_map.flatten().tolist()


def test_one_sum_writes_numbers_only_where_there_is_room(net, picture, said):
    written = {}
    for layer, source in (("c1", picture[0]), ("c3", said["s2"][0])):
        cell = lenet.explain(net, picture, layer, 0, 1, 1)
        figure = figures.one_sum(source, said[layer][0, 0], (1, 1), cell, titles=TITLES)
        written[layer] = [bool(trace.texttemplate) for trace in figure.data[:5]]
    assert written == {"c1": [False, False, True, True, True], "c3": [False] * 5}


def test_one_sum_multiplies_patch_and_kernel(net, picture, said):
    cell = lenet.explain(net, picture, "c1", 3, 9, 9)
    figure = figures.one_sum(picture[0], said["c1"][0, 3], (9, 9), cell, titles=TITLES)
    patch, kernel, products = map(values, figure.data[2:5])
    np.testing.assert_allclose(products, patch * kernel, rtol=1e-6)


def test_reasons_draw_the_digit_over_both_answers(net, picture):
    padded = stages(DRAWING).padded
    gradient = saliency.gradient(net, picture, 7)
    occlusion = saliency.occlusion(net, picture, 7)
    figure = figures.reasons(padded, gradient, occlusion, titles=("a", "b", "c"))
    assert titles(figure) == ["a", "b", "c"]
    panels, outlines = figure.data[:3], figure.data[3:]
    for panel, shown in zip(panels, (padded, gradient, occlusion), strict=True):
        np.testing.assert_array_equal(values(panel), shown.numpy())
    assert (panels[0].zmin, panels[0].zmax) == (0, 255)
    assert [(line.xaxis, line.yaxis) for line in outlines] == [
        ("x2", "y2"),
        ("x3", "y3"),
    ]
    for line in outlines:
        np.testing.assert_array_equal(values(line), padded.numpy())
        assert line.contours.coloring == "none"


def test_learning_curve_draws_two_lines_that_differ_in_dash():
    figure = figures.learning_curve(
        [1, 2, 4], [2.3, 1.5, 0.7], [0.1, 0.4, 0.8], titles=("L", "A", "S")
    )
    loss, accuracy = figure.data
    assert (loss.name, list(loss.x), list(loss.y)) == ("L", [1, 2, 4], [2.3, 1.5, 0.7])
    assert (accuracy.name, list(accuracy.y)) == ("A", [0.1, 0.4, 0.8])
    assert loss.line.dash != accuracy.line.dash
    assert figure.layout.xaxis.title.text == "S"
    assert figure.layout.showlegend
