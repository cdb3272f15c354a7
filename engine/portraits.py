"""A small picture of what excites each filter and class, grown once for all.

They say what a filter is about where many stand in a row; `engine.growth` grows one
large and live.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.cifar import CLASSES
from engine.colour_net import LAYERS, ColourNet, weights_file
from engine.excite import Recipe, climb

SIDES = {"c1": 18, "c2": 18, "c3": 18, "c4": 18, "output": 32}  # pixels
NAME = "colour_net_portraits.pt"
# Deep filters see more pixels; for a class many places count, not one.
RECIPES = {
    "c1": Recipe(steps=64, jitter=0, smoothness=0.1, aim="cell", size=16),
    "c2": Recipe(steps=64, jitter=0, smoothness=0.1, aim="cell", size=16),
    "c3": Recipe(steps=64, jitter=1, smoothness=0.1, aim="cell", size=24),
    "c4": Recipe(steps=64, jitter=1, smoothness=0.1, aim="cell", size=32),
    "output": Recipe(steps=96, jitter=4, smoothness=0.15, aim="map", size=32),
}


def portrait(net: ColourNet, layer: str, unit: int) -> Tensor:
    """Return what excites a filter or a class, uint8 [3, S, S], S of `SIDES`.

    Raises:
        ValueError: there is no such filter or class.
    """
    *_, last = climb(net, layer, unit, RECIPES[layer])
    size = (SIDES[layer],) * 2
    small = F.interpolate(
        last.picture[None], size=size, mode="bilinear", antialias=True
    )[0]
    return (255 * small).round().to(torch.uint8)


def portraits(net: ColourNet) -> dict[str, Tensor]:
    """Return layer -> [units, 3, S, S] uint8; takes a minute."""
    counts = {layer: LAYERS[layer].filters for layer in LAYERS}
    counts["output"] = len(CLASSES)
    return {
        layer: torch.stack([portrait(net, layer, unit) for unit in range(count)])
        for layer, count in counts.items()
    }


def load() -> dict[str, Tensor]:
    """Return the portraits that come with the playground, as `portraits` does.

    Raises:
        FileNotFoundError: the network has not been trained yet.
    """
    return torch.load(weights_file(NAME), map_location="cpu", weights_only=True)
