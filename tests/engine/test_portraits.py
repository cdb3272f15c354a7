"""The portraits that are committed are those of the network that is committed."""

import pytest
import torch

from engine import colour_net, portraits
from engine.cifar import CLASSES


@pytest.fixture(scope="module")
def found():
    return portraits.load()


def test_every_filter_and_class_has_a_portrait(found):
    shapes = {name: layer.filters for name, layer in colour_net.LAYERS.items()}
    shapes["output"] = len(CLASSES)
    assert {name: len(part) for name, part in found.items()} == shapes
    for name, part in found.items():
        assert part.dtype == torch.uint8
        assert part.shape[1:] == (3, *(portraits.SIDES[name],) * 2)


@pytest.mark.parametrize(("layer", "unit"), [("c1", 3), ("c4", 53)])
def test_portrait_grows_again_as_it_is_kept(found, layer, unit):
    fresh = portraits.portrait(colour_net.load(), layer, unit)
    apart = (fresh.int() - found[layer][unit].int()).abs().float().mean()
    assert apart < 6  # of 255: processors round differently, and steps add up


def test_portraits_of_classes_are_known_by_the_network(found):
    said = colour_net.load()(found["output"].float() / 255).argmax(dim=1)
    assert said.tolist() == list(range(len(CLASSES)))
