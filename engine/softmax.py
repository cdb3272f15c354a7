"""Softmax: numbers of any size become probabilities, gently or sharply.

p_i = exp(z_i / T) / Σ_j exp(z_j / T); T is the temperature. All logits are [K] float.

Source: Goodfellow, Bengio, Courville, "Deep Learning", 2016, 4.1 and 6.2.2.3.
"""

import math

import torch
from torch import Tensor


def softmax(logits: Tensor, temperature: float = 1.0) -> Tensor:
    """Return the probabilities, [K]; the largest logit is subtracted before exp.

    That changes nothing, for a common factor cancels, but no exponent is above 0.

    Args:
        logits: [K], finite, K at least 1.
        temperature: above 0; near 0 the largest takes all, far above all are equal.

    Raises:
        ValueError: the logits are no list of finite numbers, or T is not above 0.
    """
    _require(logits, temperature)
    powers = torch.exp((logits - logits.max()) / temperature)
    return powers / powers.sum()


def naive_softmax(logits: Tensor, temperature: float = 1.0) -> Tensor:
    """Return exp(z / T) / Σ exp(z / T) as it is written, [K].

    In float32 exp overflows above 88.7: then inf / inf gives nan. Where every exponent
    is below -104, all are 0 and 0 / 0 gives nan too.

    Args:
        logits: [K], finite, K at least 1.
        temperature: above 0.

    Raises:
        ValueError: the logits are no list of finite numbers, or T is not above 0.
    """
    _require(logits, temperature)
    powers = torch.exp(logits / temperature)
    return powers / powers.sum()


def log_sum_exp(logits: Tensor) -> float:
    """Return log Σ exp(z_j) = m + log Σ exp(z_j - m), m being the largest.

    It lies between m and m + log K.

    Raises:
        ValueError: the logits are no list of finite numbers.
    """
    _require(logits, 1.0)
    largest = logits.max()
    return (largest + torch.exp(logits - largest).sum().log()).item()


def jacobian(probabilities: Tensor, temperature: float = 1.0) -> Tensor:
    """Return ∂p_i/∂z_j = p_i (δ_ij - p_j) / T as [K, K], i down; rows sum to 0.

    Args:
        probabilities: [K], what softmax returned.
        temperature: it was given, above 0.

    Raises:
        ValueError: the probabilities do not sum to 1, or T is not above 0.
    """
    _require(probabilities, temperature)
    if abs(probabilities.sum().item() - 1) > 1e-3:
        raise ValueError(f"probabilities must sum to 1, got {probabilities.tolist()}")
    own = torch.diag(probabilities)
    return (own - torch.outer(probabilities, probabilities)) / temperature


def _require(numbers: Tensor, temperature: float) -> None:
    if numbers.ndim != 1 or not len(numbers) or not numbers.isfinite().all():
        raise ValueError(f"logits must be [K] finite numbers, got {numbers.tolist()}")
    if not (temperature > 0 and math.isfinite(temperature)):
        raise ValueError(f"temperature must lie above 0, got {temperature}")
