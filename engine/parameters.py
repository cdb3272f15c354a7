"""The parameters of E networks in one flat tensor, and the values they start with.

All parameters of a network lie side by side in one row of [E, P]: layer by layer the
weight [in, out], row by row, the bias, and batch norm's gain and shift. A layer is made
of views into the rows, so that an optimizer sees one tensor and a formula sees W and b.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

# name -> standard deviation of the normal distribution of a layer's first weights, for
# n_in units below and n_out in the layer.
DEVIATIONS: dict[str, Callable[[int, int], float]] = {
    "zeros": lambda n_in, n_out: 0.0,
    "small": lambda n_in, n_out: 0.01,
    "lecun": lambda n_in, n_out: (1 / n_in) ** 0.5,
    "xavier": lambda n_in, n_out: (2 / (n_in + n_out)) ** 0.5,
    "he": lambda n_in, n_out: (2 / n_in) ** 0.5,
}
INITS = (*DEVIATIONS, "uniform")


class Layer(NamedTuple):
    """The parameters of one layer in E networks, or their gradients."""

    weight: Tensor  # [E, in, out]
    bias: Tensor  # [E, 1, out]
    gain: Tensor | None = None  # [E, 1, out], γ of batch norm
    shift: Tensor | None = None  # [E, 1, out], β of batch norm


class Shape(NamedTuple):
    """The sizes of a network.

    `sizes` are the units of the input, the hidden layers and the output, each at
    least 1; `batch_norm` says whether the hidden layers have gains and shifts.
    """

    sizes: tuple[int, ...]
    batch_norm: bool = False

    def blocks(self) -> list[list[tuple[int, int]]]:
        """Return rows and columns of each layer's weight, bias, gain and shift."""
        pairs = list(pairwise(self.sizes))
        norm = 2 if self.batch_norm else 0
        hidden = [[(rows, out), *[(1, out)] * (1 + norm)] for rows, out in pairs[:-1]]
        rows, out = pairs[-1]
        return [*hidden, [(rows, out), (1, out)]]

    def spans(self) -> list[tuple[int, int]]:
        """Return where each layer begins and ends in a row of parameters."""
        ends = [0]
        for blocks in self.blocks():
            ends.append(ends[-1] + sum(rows * out for rows, out in blocks))
        return list(pairwise(ends))

    def position(self, name: str) -> int:
        """Return where "w.<layer>.<from>.<to>" or "b.<layer>.<to>" lies in a row.

        Raises:
            ValueError: the network has no such layer or unit.
        """
        kind, *numbers = name.split(".")
        layer, *place = map(int, numbers)
        if layer < len(self.sizes) - 1:
            rows, out = self.sizes[layer : layer + 2]
            row, unit = place if kind == "w" else (rows, *place)
            if unit < out and row < rows + (kind == "b"):
                return self.spans()[layer][0] + row * out + unit
        raise ValueError(f"a parameter of {self.sizes} is needed, got {name}")


def views(flat: Tensor, shape: Shape) -> list[Layer]:
    """Return the layers that lie in [E, P] parameters; they share its memory."""
    layers = []
    for (start, end), blocks in zip(shape.spans(), shape.blocks(), strict=True):
        sizes = [rows * out for rows, out in blocks]
        parts = flat[:, start:end].split(sizes, dim=1)  # [E, rows·out] each
        pairs = zip(parts, blocks, strict=True)
        layers.append(Layer(*(part.view(-1, *size) for part, size in pairs)))
    return layers


def apart(like: Tensor, shape: Shape) -> tuple[list[Layer], list[Tensor]]:
    """Return layers of zeros whose parts do not share memory, and each part as rows.

    Small products are written several times faster into memory without gaps; joined
    along dimension 1, the rows [E, in·out], [E, out], ... are the flat tensor [E, P].
    """
    layers = [
        Layer(*(like.new_zeros(len(like), rows, out) for rows, out in blocks))
        for blocks in shape.blocks()
    ]
    parts = [part for layer in layers for part in layer if part is not None]
    return layers, [part.view(len(like), -1) for part in parts]


def initial(shape: Shape, init: str, seed: int) -> Tensor:
    """Return the first parameters of one network.

    One generator, seeded once, draws the weights layer by layer, each as a tensor
    [in, out]; biases and shifts are 0, gains 1.

    Args:
        shape: sizes of the network.
        init: "zeros"; "uniform" in [-½, ½]; else normal with mean 0 and variance 0.01²
            ("small"), 1 / in ("lecun"), 2 / (in + out) ("xavier") or 2 / in ("he").
        seed: decides the weights, at least 0.

    Returns:
        [P] float32.

    Raises:
        ValueError: there is no such init.

    Source: LeCun et al., "Efficient BackProp", 1998; Glorot, Bengio, AISTATS 2010;
    He et al., "Delving Deep into Rectifiers", ICCV 2015.
    """
    if init not in INITS:
        raise ValueError(f"init must be one of {', '.join(INITS)}, got {init}")
    generator = torch.Generator().manual_seed(seed)
    parameters = torch.zeros(1, shape.spans()[-1][1])
    for layer in views(parameters, shape):
        weight = torch.empty(layer.weight.shape[1:])  # [in, out]
        if init == "uniform":
            weight.uniform_(-0.5, 0.5, generator=generator)
        else:
            weight.normal_(0.0, DEVIATIONS[init](*weight.shape), generator=generator)
        layer.weight.copy_(weight)
        if layer.gain is not None:
            layer.gain.fill_(1.0)
    return parameters[0]


def starts(shape: Shape, init: str, seeds: tuple[int, ...]) -> Tensor:
    """Return [E, P], the first parameters for each seed; see `initial`."""
    rows = {seed: initial(shape, init, seed) for seed in set(seeds)}
    return torch.stack([rows[seed] for seed in seeds])


def weights(shape: Shape) -> Tensor:
    """Return [P] float32, 1 where a parameter is a weight, 0 elsewhere."""
    parameters = torch.zeros(1, shape.spans()[-1][1])
    for layer in views(parameters, shape):
        layer.weight.fill_(1.0)
    return parameters[0]


def members(shape: Shape) -> Tensor:
    """Return [P, L] float32, 1 where a parameter belongs to a layer, 0 elsewhere."""
    return torch.block_diag(*(torch.ones(end - at, 1) for at, end in shape.spans()))
