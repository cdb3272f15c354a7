"""Switching filters off: by fading, and one at a time."""

import pytest
import torch

from engine.ablation import alone, faded
from engine.cifar import CLASSES
from engine.colour_net import LAYERS, activations, load

OFF = {("c1", 3), ("c2", 40), ("c4", 53), ("c4", 0)}


@pytest.fixture(scope="module")
def net():
    return load()


@pytest.fixture(scope="module")
def picture():
    return torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(2))


def test_faded_goes_from_all_on_to_all_off(net, picture):
    said = faded(net, picture, OFF, torch.tensor([0.0, 0.5, 1.0]))
    assert said.shape == (3, len(CLASSES))
    torch.testing.assert_close(said.sum(dim=1), torch.ones(3))
    on = activations(net, picture)["probabilities"]
    off = activations(net, picture, OFF)["probabilities"]
    torch.testing.assert_close(said[0], on)
    torch.testing.assert_close(said[2], off)
    assert (said[1] - on).abs().max() > 1e-3


def test_faded_says_the_same_for_every_share_when_nothing_is_off(net, picture):
    said = faded(net, picture, (), torch.linspace(0, 1, 4))
    assert torch.equal(said, said[:1].expand(4, -1))


def test_faded_scales_the_only_map_that_fades(net, picture):
    """The logits are linear in the maps of c4, so half a map is half its vote."""
    ends = faded(net, picture, {("c4", 5)}, torch.tensor([0.0, 0.5, 1.0])).log()
    ends = ends - ends[:, :1]  # logits, but for a constant
    torch.testing.assert_close(ends[1], (ends[0] + ends[2]) / 2, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("layer", LAYERS)
def test_alone_agrees_with_one_at_a_time(net, picture, layer):
    each = alone(net, picture, layer, OFF)
    assert each.shape == (LAYERS[layer].filters, len(CLASSES))
    for unit in (0, 3, LAYERS[layer].filters - 1):
        said = activations(net, picture, {*OFF, (layer, unit)})["probabilities"]
        torch.testing.assert_close(each[unit], said)


def test_alone_changes_nothing_for_a_filter_that_is_off(net, picture):
    each = alone(net, picture, "c4", OFF)
    said = activations(net, picture, OFF)["probabilities"]
    torch.testing.assert_close(each[53], said)
    assert (each - said).abs().max() > 1e-3  # others do


@pytest.mark.parametrize(
    ("act", "message"),
    [
        pytest.param(
            lambda net, p: faded(net, p, {("c9", 0)}, torch.ones(1)), "c9", id="layer"
        ),
        pytest.param(
            lambda net, p: faded(net, p, {("c1", 24)}, torch.ones(1)), "24", id="unit"
        ),
        pytest.param(lambda net, p: alone(net, p, "output"), "output", id="no filters"),
        pytest.param(
            lambda net, p: alone(net, p[:1], "c1"), r"\[1, 32, 32\]", id="grey"
        ),
    ],
)
def test_unknown_filters_and_pictures_are_refused(net, picture, act, message):
    with pytest.raises(ValueError, match=message):
        act(net, picture)
