"""What the buttons of learned filters promise, computed again."""

import pytest
import torch

from engine import colour_net, lenet, lenet_history
from playground.figures.learned_film import likeness
from playground.panels.learned_filters_presets import TRIES
from playground.panels.learned_maps_windows import WINDOWS, windows
from playground.photos import PHOTOS, colour_photo, grey_photo, squared

SETTINGS = {entry.title: entry.settings for entry in TRIES}


@pytest.fixture(scope="module")
def net():
    return colour_net.load()


def said(net, title):
    levels = squared(colour_photo(SETTINGS[title]["lphoto"]))
    return colour_net.activations(net, levels.permute(2, 0, 1).float() / 255)


def test_filters_that_look_like_noise_already_help():
    settings = SETTINGS["Still noise, and already useful"]
    kept = colour_net.checkpoints()
    at = kept[int(settings["lmoment"])]
    assert at.epoch == pytest.approx(0.5, abs=0.01)
    assert at.accuracy == pytest.approx(0.425, abs=0.0005)
    like = [likeness(*two) for two in zip(at.filters, kept[-1].filters, strict=True)]
    assert sum(like) / len(like) < 0.2
    later = next(one for one in kept if one.epoch == 5)
    like = [likeness(*two) for two in zip(later.filters, kept[-1].filters, strict=True)]
    assert sum(like) / len(like) > 0.6


def test_ten_filters_fade_on_a_shared_scale():
    assert SETTINGS["Few filters are strong"]["lrgb"] == "layer"
    largest = colour_net.checkpoints()[-1].filters.abs().amax(dim=(1, 2, 3))
    assert (largest < largest.max() / 10).sum() == 10


def test_a_wall_leaves_eight_filters_below_their_threshold(net):
    maps = said(net, "Maps that stay silent")["c1"]
    silent = maps.amax(dim=(1, 2)) == 0
    assert silent.sum() == 8
    assert (net.c1.bias[silent] < 0).all()
    levels = squared(colour_photo("astronaut")).permute(2, 0, 1).float() / 255
    awake = colour_net.activations(net, levels)["c1"]
    assert (awake.amax(dim=(1, 2)) > 0).all()


def test_a_bright_spot_may_be_a_weak_answer(net):
    title = "Bright is not strong"
    maps = said(net, title)["c1"]
    assert SETTINGS[title]["lat"] == "c1.2"
    assert maps[2].max() == pytest.approx(0.03, abs=0.005)
    assert 0.005 < maps[2].max() / maps.max() < 0.015


def test_the_border_is_an_edge_for_a_filter_that_looks_for_blue(net):
    title = "A frame nobody photographed"
    assert SETTINGS[title]["lat"] == "c1.4"
    values = said(net, title)["c1"][4]
    inner = values[1:-1, 1:-1].sum()
    assert (1 - inner / values.sum()).item() == pytest.approx(0.88, abs=0.005)
    red, _green, blue = net.c1.weight[4][:, 1:-1, 1:-1].mean(dim=(1, 2))
    assert blue > 0 > red
    red, _green, blue = squared(colour_photo("chelsea")).float().mean(dim=(0, 1))
    assert blue < 128 < red  # brown, against the grey around it


@pytest.mark.parametrize("layer", WINDOWS["colour"])
def test_windows_are_where_the_colour_network_looks(net, layer):
    picture = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    picture.requires_grad_()
    maps = next(s.total for s in net.stages(picture) if s.name == layer)
    check(picture, maps[0], windows("colour", layer, tuple(maps.shape[2:])))


@pytest.mark.parametrize("layer", WINDOWS["lenet"])
def test_windows_are_where_lenet_looks(layer):
    picture = torch.rand(1, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    picture.requires_grad_()
    maps = lenet.load("tanh").trace(picture)[layer]
    check(picture, maps[0], windows("tanh", layer, tuple(maps.shape[2:])))


def check(picture, maps, edges):
    """Every pixel that moves a cell lies in its window, and the outermost ones do."""
    high, wide = maps.shape[1:]
    for row, column in ((0, 0), (high // 2, wide // 2 + 1), (high - 1, wide - 1)):
        sums = maps[:, row, column].square().sum()
        (slope,) = torch.autograd.grad(sums, picture, retain_graph=True)
        moved = slope[0].abs().sum(dim=0) > 0
        left, top, right, bottom = edges[row * wide + column].tolist()
        rows, columns = (moved.any(dim=at).nonzero().flatten() for at in (1, 0))
        found = [part[at].item() for at in (0, -1) for part in (columns, rows)]
        known = [left, top, right - 1, bottom - 1]
        assert found == pytest.approx(known, abs=1)  # a pool may pass over the last
        assert all(low >= edge for low, edge in zip(found[:2], known[:2], strict=True))
        assert all(up <= edge for up, edge in zip(found[2:], known[2:], strict=True))


def test_the_last_layer_sees_nearly_everything():
    assert SETTINGS["How much one cell sees"]["lshow"] == "c4"
    sides = {layer: side for layer, (side, *_rest) in WINDOWS["colour"].items()}
    assert [sides[layer] for layer in ("c4", "c3", "c2", "c1")] == [30, 22, 12, 7]
    for layer, known in colour_net.LAYERS.items():
        stored = known.receptive_field, known.stride, known.start
        assert WINDOWS["colour"][layer] == stored


def test_an_astronaut_is_a_truck(net):
    shares = said(net, "Only ten words")["probabilities"]
    assert colour_net.CLASSES[int(shares.argmax())] == "truck"
    assert shares.max() == pytest.approx(0.59, abs=0.006)


def test_lenet_keeps_its_first_kernels_nearly():
    assert SETTINGS["LeNet hardly moves"]["lmoment"] == "0"
    kept = lenet_history.checkpoints("relu")
    first, last = (one.weights["c1.weight"] for one in (kept[0], kept[-1]))
    like = [likeness(*two) for two in zip(first, last, strict=True)]
    assert sum(like) / 6 == pytest.approx(0.77, abs=0.005)
    kept = colour_net.checkpoints()
    pairs = zip(kept[0].filters, kept[-1].filters, strict=True)
    like = [likeness(*two) for two in pairs]
    assert sum(like) / 24 == pytest.approx(0.05, abs=0.005)


def test_photographs_become_small_squares_of_their_middle():
    for name in PHOTOS:
        levels = squared(colour_photo(name))
        assert levels.shape == (32, 32, 3)
        assert levels.dtype == torch.uint8
    assert squared(grey_photo("camera")).shape == (32, 32, 1)
    picture = torch.zeros(4, 12, dtype=torch.uint8)
    picture[:, 4:6] = 200
    picture[:, :4] = 90  # beside the middle square
    assert squared(picture, 2)[..., 0].tolist() == [[200, 0], [200, 0]]
