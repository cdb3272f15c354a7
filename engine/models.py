"""A fully connected network, E copies at once: forward and backward.

Shapes: E networks, B points, `in` and `out` the units of two neighbouring layers.
Points are rows, so a layer computes Z = A W + b with A [E, B, in] and W [E, in, out];
within a hidden layer the order is linear, batch norm, activation, dropout.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from engine.activations import Activation
from engine.parameters import Layer

EPSILON = 1e-5  # added to a variance before its root is taken, as in torch
KEEP = 0.1  # share of the newest batch in the running statistics, as in torch


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
        inputs, into = seen[index].inputs, gradients[index]
        torch.bmm(inputs.mT, dz, out=into.weight)  # dW = Aᵀ dZ, [E, in, out]
        if seen[index].normalized is None:
            torch.sum(dz, 1, keepdim=True, out=into.bias)  # db = Σ dZ over the batch
        else:
            into.bias.zero_()  # batch norm takes any bias away; rounding moves none
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

    Nothing is dropped, and batch norm uses its running statistics. There are more
    points than units here, so they are columns inside: long rows are added faster.

    Args:
        points: [E, M, in].
        network: the networks.

    Returns:
        [E, M, out] for each layer; the last are the scores.
    """
    a, layers = points.mT, []  # [E, in, M]
    for index, layer in enumerate(network.layers):
        z = torch.bmm(layer.weight.mT, a).add_(layer.bias.mT)  # Wᵀ A + b, [E, out, M]
        if layer.gain is not None:
            mean, variance = network.running[index]
            scale = layer.gain * (variance + EPSILON).rsqrt()  # [E, 1, out]
            z.sub_(mean.mT).mul_(scale.mT).add_(layer.shift.mT)
        last = index == len(network.activations)
        a = z if last else network.activations[index].value(z)
        layers.append(a.mT)
    return layers


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
