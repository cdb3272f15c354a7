"""Exponentially weighted averages: what they forget, and how their start is mended.

A series is a tensor [T] of floats; day t counts from 1 and is values[t - 1]. β lies in
[0, 1): the share of yesterday's average that is kept.

Source: Roberts, "Control Chart Tests Based on Geometric Moving Averages", 1959; the
correction: Kingma, Ba, "Adam", 2015, section 3.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


def ewa(values: Tensor, beta: float, corrected: bool = False) -> Tensor:
    """Return the exponentially weighted average v of every day, started at v₀ = 0.

    v_t = β v_{t-1} + (1 - β) θ_t. Because v₀ = 0 is no measurement, the first averages
    are too near to 0: their weights sum to 1 - βᵗ only. Divided by this sum they are
    corrected.

    Args:
        values: [T] the series θ; NaN spreads to all later days.
        beta: in [0, 1).
        corrected: return v_t / (1 - βᵗ).

    Returns:
        [T] float64.

    Raises:
        ValueError: the series is not [T], or β lies outside [0, 1).
    """
    _require(values, beta)
    average, averages = 0.0, []
    for value in values.tolist():
        average = beta * average + (1 - beta) * value
        averages.append(average)
    v = torch.tensor(averages, dtype=torch.float64)
    return v / weight_sums(beta, len(v)) if corrected else v


def weight_sums(beta: float, days: int) -> Tensor:
    """Return 1 - βᵗ for t = 1 … days: the sum of all weights on day t, float64 [days].

    Raises:
        ValueError: β lies outside [0, 1), or there are fewer than 0 days.
    """
    t = torch.arange(1, _count(days) + 1, dtype=torch.float64)
    return 1 - torch.pow(_beta(beta), t)


def weights(beta: float, days: int) -> Tensor:
    """Return (1 - β) βᵏ for k = 0 … days - 1: what the day k days ago weighs in v.

    Raises:
        ValueError: β lies outside [0, 1), or there are fewer than 0 days.
    """
    k = torch.arange(_count(days), dtype=torch.float64)
    return (1 - _beta(beta)) * torch.pow(beta, k)


def moving_average(values: Tensor, days: int) -> Tensor:
    """Return the mean of the last `days` values, of all there are on the first days.

    Args:
        values: [T] the series.
        days: at least 1.

    Returns:
        [T] float64.

    Raises:
        ValueError: the series is not [T], or there are fewer than 1 day.
    """
    _require(values, 0.0)
    if days < 1:
        raise ValueError(f"days must be at least 1, got {days}")
    series = values.double()
    if not len(series):
        return series
    padded = torch.cat((series.new_zeros(min(days, len(series)) - 1), series))
    sums = padded.unfold(0, min(days, len(series)), 1).sum(dim=1)  # [T]
    return sums / torch.arange(1, len(series) + 1).clamp(max=days)


def window(beta: float) -> float:
    """Return 1 / (1 - β), the days that v is said to average over.

    The day this many days ago weighs about 1/e of today, because β^(1/(1-β)) tends to
    1/e as β tends to 1.

    Raises:
        ValueError: β lies outside [0, 1).
    """
    return 1 / (1 - _beta(beta))


def lag(beta: float) -> float:
    """Return β / (1 - β): the mean age of what v has seen, and how far it lags a ramp.

    Raises:
        ValueError: β lies outside [0, 1).
    """
    return _beta(beta) / (1 - beta)


def noise_left(beta: float) -> float:
    """Return (1 - β) / (1 + β): the share of white noise's variance that v keeps.

    Raises:
        ValueError: β lies outside [0, 1).
    """
    return (1 - _beta(beta)) / (1 + beta)


def settled(beta: float, tolerance: float = 0.01) -> int:
    """Return the first day on which the correction changes v by less than a share.

    v is the share βᵗ below its corrected value: the first t with βᵗ < tolerance.

    Args:
        beta: in [0, 1).
        tolerance: share, in (0, 1].

    Raises:
        ValueError: β or the tolerance lies outside its range.
    """
    if not 0 < tolerance <= 1:
        raise ValueError(f"tolerance must lie in (0, 1], got {tolerance}")
    if not _beta(beta):
        return 1
    day = max(1, math.ceil(math.log(tolerance) / math.log(beta)))
    while beta**day >= tolerance:  # the logarithms were rounded
        day += 1
    return day


@dataclass(frozen=True)
class Smoothed:
    """A series, its averages for several β, and its plain moving average.

    Attributes:
        values: [T] the series θ.
        betas: B numbers in [0, 1).
        v: [B, T] averages as they are.
        corrected: [B, T] the same, divided by the sums of their weights.
        sums: [B, T] these sums, 1 - βᵗ.
        moving: [T] mean of the last `days` values.
        days: of the moving average.
    """

    values: Tensor
    betas: tuple[float, ...]
    v: Tensor
    corrected: Tensor
    sums: Tensor
    moving: Tensor
    days: int


def smooth(values: Tensor, betas: Sequence[float], days: int) -> Smoothed:
    """Return all averages of a series.

    Args:
        values: [T] the series.
        betas: at least one number in [0, 1).
        days: of the moving average, at least 1.

    Raises:
        ValueError: as `ewa` and `moving_average` do.
    """
    v = torch.stack([ewa(values, beta) for beta in betas])
    sums = torch.stack([weight_sums(beta, len(values)) for beta in betas])
    moving = moving_average(values, days)
    return Smoothed(values, tuple(betas), v, v / sums, sums, moving, days)


def _beta(beta: float) -> float:
    if not 0 <= beta < 1:
        raise ValueError(f"beta must lie in [0, 1), got {beta}")
    return beta


def _count(days: int) -> int:
    if days < 0:
        raise ValueError(f"days must be at least 0, got {days}")
    return days


def _require(values: Tensor, beta: float) -> None:
    if values.dim() != 1:
        raise ValueError(f"values must be [T], got {list(values.shape)}")
    _beta(beta)
