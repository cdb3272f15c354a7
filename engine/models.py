"""A fully connected network, E copies at once: start values, forward, backward.

Shapes: E networks, B points, `in` and `out` the units of two neighbouring layers.
Points are rows, so a layer computes Z = A W + b with A [E, B, in] and W [E, in, out];
within a hidden layer the order is linear, batch norm, activation, dropout. All
parameters of a network lie side by side in one row of a flat [E, P] tensor: layer by
layer the weight, row by row, the bias, batch norm's gain and shift. Layers are views.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from engine.activations import Activation

EPSILON = 1e-5  # added to a variance before its root is taken, as in torch
KEEP = 0.1  # share of the newest batch in the running statistics, as in torch
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


class Network(NamedTuple):
    """E networks of one shape."""

    layers: list[Layer]  # hidden ones, then the output
    activations: Sequence[Activation]  # one for each hidden layer
    running: list[tuple[Tensor, Tensor]]  # batch norm's means and variances [E, 1, out]


class Seen(NamedTuple):
    """What a hidden layer leaves behind in the forward pass for the backward pass."""

    inputs: Tensor  # A of the layer below, [E, B, in]
    z: Tensor  # what the activation was given, [E, B, out]
    a: Tensor  # what it returned, before dropout, [E, B, out]
    mask: Tensor | None  # [E or 1, B, out], 0 where dropped, 1 / (1 - rate) where kept
    normalized: Tensor | None  # batch norm's ẑ, [E, B, out]
    scale: Tensor | None  # batch norm's 1 / sqrt(variance + ε), [E, 1, out]


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


def forward(
    points: Tensor, network: Network, masks: Sequence[Tensor | None]
) -> tuple[list[Seen], Tensor]:
    """Return what each layer saw and the scores, while training.

    Batch norm uses the mean and variance of this batch, and moves its running
    statistics towards them.

    Args:
        points: [E, B, in], the inputs of the batch.
        network: the networks.
        masks: dropout's mask for each hidden layer, see `dropout_masks`, or None.

    Returns:
        One `Seen` for each layer (the output's has inputs and scores only), and the
        scores [E, B, K].
    """
    a, seen = points, []
    for index, activation in enumerate(network.activations):
        inputs, layer = a, network.layers[index]
        z = torch.bmm(inputs, layer.weight).add_(layer.bias)  # Z = A W + b, [E, B, out]
        normalized = scale = None
        if layer.gain is not None:
            normalized, scale = _normalize(z, *network.running[index])
            z = torch.addcmul(layer.shift, layer.gain, normalized)  # γ ẑ + β
        a = activation.value(z)  # A = g(Z)
        seen.append(Seen(inputs, z, a, masks[index], normalized, scale))
        if masks[index] is not None:
            a = a * masks[index]
    output = network.layers[-1]
    scores = torch.bmm(a, output.weight).add_(output.bias)  # [E, B, K]
    seen.append(Seen(a, scores, scores, None, None, None))
    return seen, scores


def backward(
    d_scores: Tensor, network: Network, seen: list[Seen], gradients: list[Layer]
) -> None:
    """Write the gradient of the loss by every parameter into `gradients`.

    d stands for the derivative of the loss: dZ is ∂L/∂Z.

    Args:
        d_scores: [E, B, K], the derivative by the scores.
        network: the networks, as they were in the forward pass.
        seen: what `forward` returned.
        gradients: like the network's layers; overwritten.
    """
    dz = d_scores
    for index in reversed(range(len(seen))):
        into = gradients[index]
        torch.bmm(
            seen[index].inputs.mT, dz, out=into.weight
        )  # dW = Aᵀ dZ, [E, in, out]
        torch.sum(dz, 1, keepdim=True, out=into.bias)  # db = Σ dZ over the batch
        if index == 0:
            return
        below = seen[index - 1]
        da = torch.bmm(dz, network.layers[index].weight.mT)  # dA = dZ Wᵀ, [E, B, in]
        if below.mask is not None:
            da.mul_(below.mask)
        slope = network.activations[index - 1].slope(below.z, below.a)
        dz = da.mul_(slope)  # dZ = dA ∘ g′(Z)
        if below.normalized is not None:
            gain = network.layers[index - 1].gain
            dz = _normalize_backward(dz, below, gain, gradients[index - 1])


def answer(points: Tensor, network: Network) -> list[Tensor]:
    """Return the activations of every hidden layer and the scores, in evaluation.

    Nothing is dropped, and batch norm uses its running statistics.

    Args:
        points: [E, M, in].
        network: the networks.

    Returns:
        [E, M, out] for each layer; the last are the scores.
    """
    a, units = points, []
    for index, activation in enumerate(network.activations):
        layer = network.layers[index]
        z = torch.bmm(a, layer.weight).add_(layer.bias)
        if layer.gain is not None:
            mean, variance = network.running[index]
            scale = layer.gain * (variance + EPSILON).rsqrt()  # [E, 1, out]
            z.sub_(mean).mul_(scale).add_(layer.shift)
        a = activation.value(z)
        units.append(a)
    output = network.layers[-1]
    return [*units, torch.bmm(a, output.weight).add_(output.bias)]


def dropout_masks(
    draws: Tensor, rate: Tensor, widths: Sequence[int]
) -> tuple[Tensor, ...]:
    """Return what the units of a batch are multiplied by: 0 or 1 / (1 - rate).

    Args:
        draws: [B, all hidden units], uniform in [0, 1), shared by the networks.
        rate: [E, 1, 1] or [1, 1, 1], the share dropped, in [0, 1).
        widths: units of each hidden layer.

    Returns:
        One mask [E or 1, B, width] for each hidden layer.

    Source: Srivastava et al., "Dropout", JMLR 2014 (here inverted: scaled in training).
    """
    kept = (draws >= rate).to(draws.dtype)  # [E or 1, B, all hidden units]
    return kept.div_(1 - rate).split(list(widths), dim=2)


def _normalize(z: Tensor, mean: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
    """Return ẑ = (z - μ) / sqrt(σ² + ε) and 1 / sqrt(σ² + ε); update the averages.

    Source: Ioffe, Szegedy, "Batch Normalization", ICML 2015.
    """
    batch = z.shape[1]
    now_variance, now_mean = torch.var_mean(z, 1, correction=0, keepdim=True)
    mean.lerp_(now_mean, KEEP)  # [E, 1, out]
    variance.lerp_(now_variance * (batch / max(batch - 1, 1)), KEEP)  # unbiased
    scale = (now_variance + EPSILON).rsqrt_()
    return z.sub_(now_mean).mul_(scale), scale


def _normalize_backward(dy: Tensor, seen: Seen, gain: Tensor, into: Layer) -> Tensor:
    """Return dZ of the linear part, given the derivative by y = γ ẑ + β."""
    batch = dy.shape[1]
    torch.sum(dy, 1, keepdim=True, out=into.shift)  # dβ = Σ dy
    torch.sum(dy * seen.normalized, 1, keepdim=True, out=into.gain)  # dγ = Σ dy ẑ
    along = into.shift + seen.normalized * into.gain  # what moves mean and variance
    return (dy - along.div_(batch)).mul_(gain * seen.scale)
