"""Feature maps as bytes and scenes: the overview, one layer, their colour scales."""

import math

import numpy as np
import pytest
import torch

from engine import colour_net, lenet
from playground import theme
from playground.figures import learned_layer, learned_overview
from playground.figures.learned_scales import levels, spans
from playground.figures.learned_still import filters_still, maps_still
from playground.figures.learned_tiles import lit

PICTURE = "data:image/png;base64,"


def grain(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def inside(layer, size):
    x, y, wide, high = layer.box
    return x >= 0 and y >= 0 and x + wide <= size[0] and y + high <= size[1]


def test_maps_are_painted_in_the_colours_of_the_theme():
    ends = np.array([[0, 255]], dtype=np.uint8)
    first, last = lit([ends], signed=True)[0, 0].tolist()
    assert [first, last] == theme.rgb(theme.NEGATIVE, theme.POSITIVE)
    first, last = lit([ends], signed=False)[0, 0].tolist()
    assert [first, last] == theme.rgb(theme.SEQUENTIAL[0], theme.SEQUENTIAL[-1])


def test_scales_reach_to_the_largest_of_map_layer_or_network():
    layers = {
        "c1": torch.tensor([[[0.0, 1.0]], [[0.5, 2.0]]]),
        "mean": torch.tensor([0.0, 5.0, 3.0]),
    }
    assert spans(layers, "map") == {
        "c1": ((0.0, 1.0), (0.0, 2.0)),
        "mean": ((0.0, 5.0),),
    }
    assert spans(layers, "layer")["c1"] == ((0.0, 2.0),) * 2
    assert spans(layers, "network")["c1"] == ((0.0, 5.0),) * 2
    signed = {"c1": torch.tensor([[[-3.0, 1.0]]])}
    assert spans(signed, "layer")["c1"] == ((-3.0, 3.0),)
    with pytest.raises(ValueError, match="scope must be one of"):
        spans(layers, "room")


def test_levels_run_from_the_low_end_to_the_high():
    values = torch.tensor([[0.0, 0.5, 1.0, 9.0]])
    assert levels(values, (0.0, 1.0)).tolist() == [[0, 128, 255, 255]]
    assert levels(values, (-1.0, 1.0)).tolist() == [[128, 191, 255, 255]]
    silent = torch.zeros(1, 2, 2)
    assert levels(silent[0], spans({"c1": silent}, "map")["c1"][0]).max() == 0


def activations(net):
    if net == "colour":
        picture = torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(0))
        said = colour_net.activations(colour_net.load(), picture)
    else:
        found = lenet.activations(lenet.load(net), grain(1, 1, 32, 32))
        said = {name: value[0] for name, value in found.items()}
        said["probabilities"] = said["output"].softmax(dim=0)
    shares = said.pop("probabilities")
    said.pop("output")
    return said, shares


@pytest.mark.parametrize("net", ["colour", "relu", "tanh"])
def test_the_overview_lights_one_layer_after_the_other(net):
    layers, shares = activations(net)
    columns = learned_overview.COLUMNS["colour" if net == "colour" else "lenet"]
    ends = spans(layers, "layer")
    tracks, frames = learned_overview.film(layers, ends, shares, columns)
    found = learned_overview.blocks(layers, columns)
    titles = {name: (name, "size") for name in layers}
    names = [str(number) for number in range(10)]
    told = learned_overview.Words(titles, "p", names, "a", ("0", "1"), "t", "s")
    scene = learned_overview.scene(tracks, found, ends, PICTURE, told, ())
    assert {len(frame) for frame in frames} == {scene.frame_bytes}
    assert len(frames) == len(layers) + 2  # before the first, and the answer
    placed = [layer for layer in scene.layers if hasattr(layer, "box")]
    assert all(inside(layer, scene.size) for layer in placed)
    at = 4
    for step, track in enumerate(tracks[1 : 1 + len(layers)]):
        dark, on = (
            np.frombuffer(frames[moment], np.uint8, track.size, at)
            for moment in (step, step + 1)
        )
        assert len(np.unique(dark)) == 1
        assert len(np.unique(on)) > 10
        at += track.size
    bars = np.frombuffer(frames[-1], np.uint8, offset=at).reshape(10, -1)
    filled = (bars == learned_overview.FULL).sum(axis=1) / learned_overview.BAR
    np.testing.assert_allclose(filled, shares.numpy(), atol=0.51 / learned_overview.BAR)


def test_a_click_in_the_overview_finds_its_map():
    layers, _shares = activations("relu")
    columns = learned_overview.COLUMNS["lenet"]
    block = {b.name: b for b in learned_overview.blocks(layers, columns)}["c3"]
    for number in range(16):
        row, column = divmod(number, block.columns)
        place = column + 0.5, block.rows - row - 0.5
        assert learned_overview.picked(block, *place) == number
    assert learned_overview.picked(block, 1.5, 0.5) is None  # no 17th map
    assert learned_overview.picked(block, -0.5, 0.5) is None


@pytest.mark.parametrize(
    ("count", "across"), [(6, 3), (16, 4), (24, 6), (48, 8), (96, 12), (1, 1)]
)
def test_maps_of_a_layer_are_as_large_as_can_be(count, across):
    assert learned_layer.columns(count) == across
    _x, _y, wide, high = learned_layer.area(count)
    assert wide <= learned_layer.ROOM
    assert high <= learned_layer.TALL
    for number in range(count):
        row, column = divmod(number, across)
        place = column + 0.5, math.ceil(count / across) - row - 0.5
        assert learned_layer.picked(count, *place) == number
    assert learned_layer.picked(count, across + 0.5, 0.5) is None


@pytest.mark.parametrize(
    ("kernels", "ids"),
    [
        ((3, 7, 7), {"colours", "kernels"}),
        ((96, 3, 3), {"kernels"}),
        ((0, 0, 0), set()),
    ],
)
def test_a_layer_shows_its_maps_one_from_near_and_its_kernels(kernels, ids):
    maps = grain(24, 4, 4).relu()
    study = learned_layer.Study(
        "c1",
        maps,
        grain(4, 4),
        7,
        spans({"c1": maps}, "map")["c1"],
        torch.arange(64.0).view(16, 4),
        grain(*kernels),
        PICTURE,
    )
    told = learned_layer.Words(*"abcdefg")
    scene = learned_layer.scene(study, told, ())
    frames, times = learned_layer.film(study)
    assert len(frames) == len(times) == 16
    assert len(frames[0]) == scene.frame_bytes
    numbers = np.frombuffer(frames[6], np.float32)
    cell = (1, 2)
    assert numbers[:2].tolist() == [1, 2]
    assert numbers[2:4].tolist() == [study.totals[cell], maps[7][cell]]
    assert numbers[4:].tolist() == [2, 1, 3, 2, 24, 25, 26, 27]
    named = {layer.id for layer in scene.layers}
    assert named & {"colours", "kernels"} == ids
    placed = [layer for layer in scene.layers if hasattr(layer, "box")]
    assert all(inside(layer, scene.size) for layer in placed)


def test_stills_show_a_whole_layer():
    figure = filters_still(colour_net.checkpoints()[-1].filters, None, 6)
    (image,) = figure.layout.images
    assert image.sizex / image.sizey == pytest.approx(6 / 4, rel=0.02)
    figure = filters_still(lenet.load().c3.weight, 1.0, 6)
    (image,) = figure.layout.images
    assert image.sizex / image.sizey == pytest.approx(16 / 6, rel=0.02)
    maps = grain(16, 5, 5).relu()
    figure = maps_still(maps, spans({"s4": maps}, "layer")["s4"], 4)
    assert figure.layout.images[0].source.startswith("data:image/png")
