"""What is true of a layer's maps: sums before the nonlinearity, windows, kernels."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.colour_net import GREY, SPREAD
from playground.panels.learned_maps_windows import family
from playground.panels.learned_source import COLOUR, Subject, activations, network

SOURCES = {  # layer -> the one it reads
    "colour": {"c1": "", "p1": "c1", "c2": "p1", "p2": "c2", "c3": "p2", "c4": "c3"},
    "lenet": {"c1": "", "s2": "c1", "c3": "s2", "s4": "c3"},
}
POOLS = {"p1": "max", "p2": "max", "s2": "mean", "s4": "mean"}


@dataclass(frozen=True)
class Facts:
    """One map of a layer.

    Attributes:
        totals: [h, w], before the nonlinearity; of a pooling layer its values.
        kernels: [C, k, k]; of a pooling layer none, [0, 0, 0].
        bias: 0 of a pooling layer.
    """

    totals: Tensor
    kernels: Tensor
    bias: float


def all_layers(subject: Subject) -> dict[str, Tensor]:
    """Return every layer before the logits: maps [K, h, w] or numbers [K]."""
    said = activations(subject)
    return {k: v for k, v in said.items() if k not in ("output", "probabilities")}


def facts(subject: Subject, layer: str, number: int) -> Facts:
    """Return the sums and the kernels behind one map."""
    net, said = network(subject.network), activations(subject)
    if layer in POOLS:
        return Facts(said[layer][number], torch.zeros(0, 0, 0), 0.0)
    convolution = getattr(net, layer)
    kernels = convolution.weight[number]
    source = said.get(SOURCES[family(subject.network)][layer])
    if source is None:
        source = _input(subject)
    with torch.no_grad():
        totals = convolution(source[None])[0, number]
    return Facts(totals, kernels, convolution.bias[number].item())


def _input(subject: Subject) -> Tensor:
    """Return what the first layer reads."""
    if subject.network != COLOUR:
        return subject.picture
    return (subject.picture - GREY) / SPREAD


def silent(maps: Tensor) -> int:
    """Return how many maps [K, h, w] are 0 everywhere."""
    return int((maps.flatten(1).abs().amax(dim=1) == 0).sum())


def strongest(values: Tensor) -> tuple[int, int]:
    """Return row and column of the largest number of a map [h, w]."""
    row, column = divmod(int(values.argmax()), values.shape[1])
    return row, column
