"""Seeded series to average: a year of temperatures, a step, a ramp, noise, a walk.

A series is float64 [T], day 1 first, rounded as such numbers are written down.
"""

import math

import torch
from torch import Tensor

YEAR = 365
# Day of the year -> °F: the days that courses name, in every year that is made here.
ANCHORS = {1: 40.0, 2: 49.0, 3: 45.0, 180: 60.0, 181: 56.0}
MEAN, SWING, COLDEST = 52.5, 12.0, 24  # °F, °F, day: London's year
WEATHER, MEMORY = 4.5, 2.5  # °F of its noise, and days after which 1/e of it is left
CHANGE = 101  # day of the step: the first with its new value
PRICE, MOVE = 100.0, 0.015  # of a walk: its first value, and the spread of a day's move
DECIMALS = 4
FREEZING, DEGREES = 32.0, 1.8  # °F at 0 °C, and °F per °C


def temperatures(seed: int = 0) -> Tensor:
    """Return a year of daily temperatures as in London, whole °F, [365].

    A cosine for the seasons and weather that lasts some days: Gaussian noise with the
    correlation exp(-days / 2.5), drawn once and then moved by as little as it takes to
    meet the five days of `ANCHORS` (conditioning by kriging).

    Args:
        seed: of the weather.
    """
    days = torch.arange(1, YEAR + 1, dtype=torch.float64)
    season = MEAN - SWING * torch.cos(2 * math.pi * (days - COLDEST) / YEAR)
    fixed = torch.tensor(list(ANCHORS), dtype=torch.float64)
    wanted = torch.tensor(list(ANCHORS.values()), dtype=torch.float64)
    fade = math.exp(-1 / MEMORY)
    fresh = _normal(YEAR, seed) * WEATHER
    weather = [fresh[0].item()]
    for shock in fresh[1:].tolist():
        weather.append(fade * weather[-1] + (1 - fade**2) ** 0.5 * shock)
    free = torch.tensor(weather, dtype=torch.float64)
    at = fixed.long() - 1
    missing = wanted - season[at] - free[at]  # [5]
    among = torch.exp(-(fixed[:, None] - fixed).abs() / MEMORY)  # [5, 5]
    reach = torch.exp(-(days[:, None] - fixed).abs() / MEMORY)  # [365, 5]
    return (season + free + reach @ torch.linalg.solve(among, missing)).round()


def celsius(fahrenheit: Tensor) -> Tensor:
    """Return temperatures in °C, to a tenth as thermometers show them."""
    return ((fahrenheit - FREEZING) / DEGREES).round(decimals=1)


def step(noise: float = 0.0, seed: int = 0) -> Tensor:
    """Return 0 for 100 days, then 1, with Gaussian noise of this spread, [365]."""
    jump = (torch.arange(1, YEAR + 1) >= CHANGE).double()
    return _rounded(jump + noise * _normal(YEAR, seed))


def ramp(noise: float = 0.0, seed: int = 0) -> Tensor:
    """Return t / 100 on day t: 1 more in 100 days, with Gaussian noise, [365]."""
    slope = torch.arange(1, YEAR + 1, dtype=torch.float64) / 100
    return _rounded(slope + noise * _normal(YEAR, seed))


def noise(spread: float = 1.0, seed: int = 0) -> Tensor:
    """Return white Gaussian noise around 0, [365]."""
    return _rounded(spread * _normal(YEAR, seed))


def walk(seed: int = 0) -> Tensor:
    """Return a price that moves by a random share every day, from 100, [365]."""
    moves = 1 + MOVE * _normal(YEAR, seed)
    moves[0] = 1.0
    return (PRICE * moves.clamp(min=0.5).cumprod(dim=0)).round(decimals=2)


def _normal(count: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, generator=generator, dtype=torch.float64)


def _rounded(values: Tensor) -> Tensor:
    return values.round(decimals=DECIMALS)
