"""Where training averages: what optimizers and batch norm keep, step by step.

Gradients are [T], those of one weight. Everything is float64, so that a difference
between two conventions cannot be mistaken for rounding.

Source: Sutskever et al., "On the Importance of Initialization and Momentum", 2013;
Hinton, Coursera lecture 6e, 2012 (RMSprop); Kingma, Ba, "Adam", 2015; Ioffe, Szegedy,
"Batch Normalization", 2015.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.optimizers import OPTIMIZERS

SLOPE, RATE, BATCH, NOISE = 2.0, 0.05, 4, 1.0  # of the regression that makes gradients
CENTRE, SPREAD, FEATURE_BATCH = 3.0, 1.0, 8  # of the feature that batch norm sees


def noisy_gradients(steps: int, seed: int = 0) -> Tensor:
    """Return the gradients of one weight in a training with mini-batches, [steps].

    The weight w of ŷ = w x learns y = 2 x + noise from four fresh samples a step, by
    gradient descent from 0; torch differentiates the mean squared error.

    Args:
        steps: at least 1.
        seed: of the samples.
    """
    generator = torch.Generator().manual_seed(seed)
    x, extra = torch.randn(2, steps, BATCH, generator=generator, dtype=torch.float64)
    w = torch.zeros((), dtype=torch.float64, requires_grad=True)
    gradients = []
    for samples, answers in zip(x, SLOPE * x + NOISE * extra, strict=True):
        loss = (w * samples - answers).square().mean()
        (gradient,) = torch.autograd.grad(loss, w)
        gradients.append(gradient)
        w = (w - RATE * gradient).detach().requires_grad_()
    return torch.stack(gradients).round(decimals=4)


@dataclass(frozen=True)
class Replay:
    """What an optimizer keeps, and where it steps, on gradients known beforehand.

    Attributes:
        kept: [S, T] its averages after each step; Adam's are m and s.
        steps: [T] how far the weight moved at learning rate 1, positive where it went
            against a positive gradient.
    """

    kept: Tensor
    steps: Tensor


def replay(optimizer: str, gradients: Tensor, **rates: float) -> Replay:
    """Return what an optimizer makes of these gradients, in torch's conventions.

    Args:
        optimizer: key of `engine.optimizers.OPTIMIZERS`.
        gradients: [T], handed over one by one.
        rates: over the optimizer's usual ones; the learning rate is 1.

    Raises:
        ValueError: no such optimizer, or it has no such rate.
    """
    if optimizer not in OPTIMIZERS:
        known = list(OPTIMIZERS)
        raise ValueError(f"optimizer must be one of {known}, got {optimizer!r}")
    rule = OPTIMIZERS[optimizer]
    if unknown := set(rates) - set(rule.rates):
        raise ValueError(f"{optimizer} has no rate {sorted(unknown)}")
    chosen = {**rule.rates, **rates, "learning_rate": 1.0}
    w = torch.zeros(1, 1, dtype=torch.float64)
    state = tuple(torch.zeros_like(w) for _ in range(rule.slots))
    rows = []
    for t, gradient in enumerate(gradients.double(), start=1):
        before = w.clone()
        rule.step(w, gradient.clone().view(1, 1), state, chosen, t)
        rows.append(torch.cat([*state, before - w]).flatten())
    columns = torch.stack(rows, dim=1)  # [S + 1, T]
    return Replay(columns[:-1], columns[-1])


def feature_batches(steps: int, seed: int = 0) -> Tensor:
    """Return mini-batches of one feature, normal around 3: [steps, 8] float64."""
    generator = torch.Generator().manual_seed(seed)
    size = (steps, FEATURE_BATCH)
    drawn = torch.randn(size, generator=generator, dtype=torch.float64)
    return (CENTRE + SPREAD * drawn).round(decimals=4)


@dataclass(frozen=True)
class Running:
    """What batch norm keeps after each batch, all [T] float64.

    Attributes:
        means: of the batches.
        mean: the running mean, started at 0.
        variance: the running variance, started at 1.
        centre: what the layer in use makes of the feature's true mean, which is 0 once
            the running mean has arrived.
    """

    means: Tensor
    mean: Tensor
    variance: Tensor
    centre: Tensor


def batch_norm(batches: Tensor, beta: float) -> Running:
    """Return what nn.BatchNorm1d keeps while it trains on these batches.

    Torch calls 1 - β the momentum of the layer.

    Args:
        batches: [T, N] of one feature, N at least 2.
        beta: in [0, 1).

    Raises:
        ValueError: β lies outside [0, 1).
    """
    if not 0 <= beta < 1:
        raise ValueError(f"beta must lie in [0, 1), got {beta}")
    layer = nn.BatchNorm1d(1, momentum=1 - beta, affine=False, dtype=torch.float64)
    truth = torch.tensor([[CENTRE]], dtype=torch.float64)
    rows = []
    with torch.no_grad():
        for batch in batches.double():
            layer.train()
            layer(batch[:, None])
            layer.eval()
            kept = (batch.mean()[None], layer.running_mean, layer.running_var)
            rows.append(torch.cat([*kept, layer(truth)[0]]))
        return Running(*torch.stack(rows, dim=1))
