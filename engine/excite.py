"""Grow a picture that excites one filter: gradient ascent on the pixels.

The weighted sum before ReLU is climbed, which has a slope even where the filter is
silent. Two habits keep the picture from turning into grain: it is moved a little
before each step, and differences between neighbouring pixels are smoothed after it.

Source: Erhan et al., "Visualizing Higher-Layer Features of a Deep Network", 2009;
Mahendran, Vedaldi, "Understanding Deep Image Representations by Inverting Them",
CVPR 2015 (total variation); Olah et al., "Feature Visualization", Distill 2017.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.cifar import CLASSES
from engine.colour_net import GREY, LAYERS, ColourNet, require_unit

START = 0.02  # spread of the grain that the picture grows from
RATE = 0.02  # how far the pixels move in a step, on average
TARGETS = (*LAYERS, "output")
# What is climbed, given a filter's map [H, W]. In the first layer the mean only sees
# the sum of the filter's weights, so a flat colour wins; a single cell shows them.
AIMS: dict[str, Callable[[Tensor], Tensor]] = {
    "map": torch.mean,
    "cell": lambda sums: sums[sums.shape[0] // 2, sums.shape[1] // 2],
}
MOST_JITTER = 8  # pixels
SIZES = range(16, 97)  # pixels
SMALLEST = 1e-12  # a slope of nothing stays nothing


@dataclass(frozen=True)
class Recipe:
    """How a picture is grown.

    `seed` decides the grain at the start and every move. `jitter` is the largest move
    before a step, each way, 0 to 8 pixels: what leaves at one side comes in at the
    other. `smoothness` says how far each pixel gives in to the mean of its four
    neighbours after a step, 0 (not at all) to 1 (it becomes that mean): a step down
    the slope of the squared differences. `aim` is "map" (the mean of the filter's
    map) or "cell" (its middle cell); `size` the picture's side, 16 to 96 pixels.
    """

    seed: int = 0
    steps: int = 128
    jitter: int = 4
    smoothness: float = 0.2
    aim: str = "map"
    size: int = 48


PLAIN = Recipe()


@dataclass(frozen=True)
class Ascent:
    """The picture after a step, float [3, size, size] in [0, 1], and its answer.

    `step` counts from 0, the grain before the first step; `activation` is what the
    recipe aims at before ReLU, or a class's logit.
    """

    step: int
    picture: Tensor
    activation: float


def climb(
    net: ColourNet, layer: str, unit: int, recipe: Recipe = PLAIN
) -> Iterator[Ascent]:
    """Yield the picture at its start and after every step of the ascent.

    Args:
        net: the network; its weights' own gradients stay untouched.
        layer: "c1" to "c4", or "output" for a class.
        unit: which filter or class, from 0.
        recipe: how; `recipe.steps` + 1 pictures are yielded.

    Raises:
        ValueError: no such unit, or a number of the recipe outside its range.
    """
    _require_unit(layer, unit)
    _require(recipe)
    generator = torch.Generator().manual_seed(recipe.seed)
    grain = torch.randn(3, recipe.size, recipe.size, generator=generator)
    picture = (GREY + START * grain).clamp(0, 1)
    farthest = recipe.jitter
    for step in range(recipe.steps + 1):
        with torch.no_grad():
            reached = _answer(net, picture, (layer, unit), recipe.aim).item()
        yield Ascent(step, picture, reached)
        move = torch.randint(-farthest, farthest + 1, (2,), generator=generator)
        slope = _slope(net, picture, (layer, unit), recipe.aim, move.tolist())
        length = slope.square().mean().sqrt().clamp(min=SMALLEST)
        picture = picture + RATE * slope / length
        picture = picture + recipe.smoothness * (_neighbours(picture) - picture)
        picture = picture.clamp(0, 1)


def _answer(
    net: ColourNet, picture: Tensor, target: tuple[str, int], aim: str
) -> Tensor:
    layer, unit = target
    said = net.totals(picture[None], layer)[0, unit]  # [H, W], or a lone logit
    return said if layer == "output" else AIMS[aim](said)


def _slope(
    net: ColourNet,
    picture: Tensor,
    target: tuple[str, int],
    aim: str,
    move: list[int],
) -> Tensor:
    """Return the slope [3, H, W] for the pixels, found on the picture moved."""
    with torch.enable_grad():
        pixels = picture.detach().clone().requires_grad_()
        moved = pixels.roll(move, dims=(1, 2))
        return torch.autograd.grad(_answer(net, moved, target, aim), pixels)[0]


def _neighbours(picture: Tensor) -> Tensor:
    """Return the mean of each pixel's four neighbours; at the border, of itself too."""
    wide = F.pad(picture[None], [1] * 4, mode="replicate")[0]
    across = wide[:, 1:-1, :-2] + wide[:, 1:-1, 2:]
    along = wide[:, :-2, 1:-1] + wide[:, 2:, 1:-1]
    return (across + along) / 4


def _require_unit(layer: str, unit: int) -> None:
    if layer not in TARGETS:
        raise ValueError(f"layer must be one of {TARGETS}, got {layer!r}")
    if layer != "output":
        require_unit(layer, unit)
    elif not 0 <= unit < len(CLASSES):
        raise ValueError(f"unit must lie in [0, 9] in output, got {unit}")


def _require(recipe: Recipe) -> None:
    if recipe.steps < 1:
        raise ValueError(f"steps must be at least 1, got {recipe.steps}")
    if not 0 <= recipe.jitter <= MOST_JITTER:
        raise ValueError(f"jitter must lie in [0, {MOST_JITTER}], got {recipe.jitter}")
    if not 0 <= recipe.smoothness <= 1:
        raise ValueError(f"smoothness must lie in [0, 1], got {recipe.smoothness}")
    if recipe.aim not in AIMS:
        raise ValueError(f"aim must be one of {tuple(AIMS)}, got {recipe.aim!r}")
    if recipe.size not in SIZES:
        raise ValueError(
            f"size must lie in [{SIZES[0]}, {SIZES[-1]}], got {recipe.size}"
        )
