"""A small colour network: ten kinds of things in 32 x 32 pixels, open to view.

Four convolutions, each followed by ReLU; the first two by max pooling as well. The
means of the last maps are the input of the output layer. Names of layers: c1 to c4
(convolution and ReLU), p1 and p2 (pooling), mean, output (logits).

Made by engine/colour_training.py on CIFAR-10 (Krizhevsky, "Learning Multiple Layers
of Features from Tiny Images", 2009).
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.cifar import CLASSES, SIDE

WEIGHTS = Path(__file__).with_name("weights")
COMMAND = "playground train cifar"
GREY, SPREAD = 0.5, 0.25  # pixels are centred and spread before the first layer
POOLED = {"c1": "p1", "c2": "p2"}  # layer -> the pooling that follows it


@dataclass(frozen=True)
class Layer:
    """A convolution: `filters` maps of `size` x `size`, each cell seeing a window.

    The window of the cell (row, column) is `receptive_field` pixels wide and begins
    at row * `stride` + `start`, and may stick out of the picture.
    """

    filters: int
    size: int
    receptive_field: int
    stride: int
    start: int


LAYERS = {
    "c1": Layer(filters=24, size=32, receptive_field=7, stride=1, start=-3),
    "c2": Layer(filters=48, size=16, receptive_field=12, stride=2, start=-5),
    "c3": Layer(filters=96, size=8, receptive_field=22, stride=4, start=-9),
    "c4": Layer(filters=96, size=8, receptive_field=30, stride=4, start=-13),
}


class Patch(NamedTuple):
    """Where a unit answers strongly: a cell of its map for one picture.

    `image` counts pictures of the test set from 0, `row` and `column` cells of the
    map; `score` is the activation there.
    """

    image: int
    row: int
    column: int
    score: float


@dataclass(frozen=True)
class Checkpoint:
    """The first layer at one moment of the training.

    `epoch` counts passes over the data, 0 = before the first step; `filters` is
    [24, 3, 7, 7]; `accuracy` a fraction, on pictures kept out of the training.
    """

    epoch: float
    filters: Tensor
    accuracy: float


class Stage(NamedTuple):
    """One layer at work: `total` before the nonlinearity, `value` after it."""

    name: str
    total: Tensor
    value: Tensor


class ColourNet(nn.Module):
    """Map [N, 3, H, W] pictures in [0, 1] to [N, 10] logits, one per class."""

    def __init__(self) -> None:
        super().__init__()
        sizes = [layer.filters for layer in LAYERS.values()]
        self.c1 = nn.Conv2d(3, sizes[0], 7, padding=3)
        self.c2 = nn.Conv2d(sizes[0], sizes[1], 3, padding=1)
        self.c3 = nn.Conv2d(sizes[1], sizes[2], 3, padding=1)
        self.c4 = nn.Conv2d(sizes[2], sizes[3], 3, padding=1)
        self.output = nn.Linear(sizes[3], len(CLASSES))

    def stages(
        self, pictures: Tensor, off: Collection[tuple[str, int]] = ()
    ) -> Iterator[Stage]:
        """Yield every layer's work in turn, the maps in `off` held at 0."""
        keep = {layer: torch.ones(1, LAYERS[layer].filters) for layer, _ in off}
        for layer, unit in off:
            keep[layer][0, unit] = 0
        return self.damped(pictures, keep)

    def damped(self, pictures: Tensor, keep: Mapping[str, Tensor]) -> Iterator[Stage]:
        """Yield every layer's work in turn, its maps multiplied by what is kept.

        Args:
            pictures: [N, 3, H, W] in [0, 1].
            keep: layer of c1 to c4 -> [M, filters]; M is N, or one of them is 1.
        """
        x = (pictures - GREY) / SPREAD  # [N, 3, H, W]
        for name in LAYERS:
            total = getattr(self, name)(x)  # [N, K, H, W]
            x = torch.relu(total)
            if name in keep:
                x = x * keep[name].to(x)[:, :, None, None]
            yield Stage(name, total, x)
            if name in POOLED:
                x = F.max_pool2d(x, 2)
                yield Stage(POOLED[name], x, x)
        mean = x.mean(dim=(2, 3))  # [N, 96]
        yield Stage("mean", mean, mean)
        logits = self.output(mean)  # [N, 10]
        yield Stage("output", logits, logits)

    def totals(self, pictures: Tensor, layer: str) -> Tensor:
        """Return what a layer says before ReLU; layers after it are not computed."""
        stages = self.stages(pictures)
        return next(stage.total for stage in stages if stage.name == layer)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the logits [N, 10] of pictures [N, 3, H, W]."""
        return self.totals(pictures, "output")


def load() -> ColourNet:
    """Return the trained network that comes with the playground, for looking only.

    Returns:
        A fresh copy on the CPU, in evaluation mode, without gradients, in single
        precision (the file holds half precision).

    Raises:
        FileNotFoundError: the weights have not been trained yet.
    """
    net = empty()
    state = torch.load(
        weights_file("colour_net.pt"), map_location="cpu", weights_only=True
    )
    whole = {name: value.float() for name, value in state.items()}
    net.load_state_dict(whole, assign=True)
    return net.eval().requires_grad_(requires_grad=False)


def empty() -> ColourNet:
    """Return the network without memory for its weights.

    A layer built the usual way draws from the random numbers all visitors share.
    """
    with torch.device("meta"):
        return ColourNet()


def card() -> dict:
    """Return how the trained network was made and what it scores, as plain values."""
    return json.loads(weights_file("colour_net.json").read_text(encoding="utf-8"))


def checkpoints() -> tuple[Checkpoint, ...]:
    """Return the first layer before, during and after the training, in order.

    Raises:
        FileNotFoundError: the network has not been trained yet.
    """
    path = weights_file("colour_net_filters.pt")
    stored = torch.load(path, map_location="cpu", weights_only=True)
    rows = zip(stored["epochs"], stored["filters"], stored["accuracies"], strict=True)
    return tuple(
        Checkpoint(epoch, filters.float(), accuracy)
        for epoch, filters, accuracy in rows
    )


def top_patches() -> dict[str, list[list[Patch]]]:
    """Return, per layer and unit, nine test pictures it answers to most strongly.

    Returns:
        Layer -> unit -> nine patches of different pictures, strongest first. The
        pictures are those of `engine.cifar.read(directory, "test", ...)`, provided
        `engine.patches.same_pictures` agrees.

    Raises:
        FileNotFoundError: the network has not been trained yet.
    """
    stored = json.loads(
        weights_file("colour_net_patches.json").read_text(encoding="utf-8")
    )
    return {
        layer: [[Patch(*row) for row in rows] for rows in stored["patches"][layer]]
        for layer in LAYERS
    }


def brightness() -> list[float]:
    """Return how bright the pictures of `top_patches` are, to know them again.

    Returns:
        What `engine.patches.brightness` said of the test set; compare with
        `engine.patches.same_pictures`.

    Raises:
        FileNotFoundError: the network has not been trained yet.
    """
    stored = json.loads(
        weights_file("colour_net_patches.json").read_text(encoding="utf-8")
    )
    return stored["brightness"]


def activations(
    net: ColourNet, picture: Tensor, off: Collection[tuple[str, int]] = ()
) -> dict[str, Tensor]:
    """Return every layer's output for one picture, filters switched off at will.

    Args:
        net: the network.
        picture: [3, 32, 32] float in [0, 1], red, green, blue.
        off: (layer, unit) pairs whose maps are held at 0, layers c1 to c4.

    Returns:
        c1 [24, 32, 32], p1 [24, 16, 16], c2 [48, 16, 16], p2 [48, 8, 8],
        c3 [96, 8, 8], c4 [96, 8, 8], mean [96], output [10] (logits),
        probabilities [10], summing to 1.

    Raises:
        ValueError: another picture, or a filter the network does not have.
    """
    if picture.shape != (3, SIDE, SIDE) or not picture.is_floating_point():
        raise ValueError(
            f"the picture must be float [3, {SIDE}, {SIDE}], "
            f"got {picture.dtype} {list(picture.shape)}"
        )
    for layer, unit in off:
        require_unit(layer, unit)
    with torch.no_grad():
        said = {name: value[0] for name, _, value in net.stages(picture[None], off)}
    return said | {"probabilities": said["output"].softmax(dim=0)}


def require_unit(layer: str, unit: int) -> None:
    """Raise ValueError where a convolution has no such filter."""
    if layer not in LAYERS:
        raise ValueError(f"layer must be one of {tuple(LAYERS)}, got {layer!r}")
    if not 0 <= unit < LAYERS[layer].filters:
        raise ValueError(
            f"unit must lie in [0, {LAYERS[layer].filters - 1}] in {layer}, got {unit}"
        )


def window(layer: str, row: int, column: int) -> tuple[int, int, int]:
    """Return the pixels that a cell of a map sees: (top, left, side).

    The window may begin before 0 or end after 31: there the network sees padding.

    Raises:
        ValueError: the layer has no maps, or the cell lies outside them.
    """
    require_unit(layer, 0)
    shape = LAYERS[layer]
    if not (0 <= row < shape.size and 0 <= column < shape.size):
        raise ValueError(
            f"row and column must lie in [0, {shape.size - 1}], got ({row}, {column})"
        )
    top, left = (at * shape.stride + shape.start for at in (row, column))
    return top, left, shape.receptive_field


def weights_file(name: str) -> Path:
    """Return a file that was made with the network.

    Raises:
        FileNotFoundError: the network has not been trained yet.
    """
    path = WEIGHTS / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; make it with: {COMMAND}")
    return path
