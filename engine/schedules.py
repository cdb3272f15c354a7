"""Learning rate schedules: the factor of the rate in each epoch.

Every schedule is called as factor(epoch, rate, total): `epoch` from 0, `rate` the
number that shapes it (each says how), `total` the epochs planned, at least 1. Only the
cosine looks at `total`; the constant looks at nothing. The result is a float, 0 or
more. An argument outside the stated range raises ValueError.

Source: Goodfellow, Bengio, Courville, "Deep Learning", 2016, 8.3; Loshchilov, Hutter,
"SGDR", 2017 (cosine).
"""

import math


def constant(epoch: int, rate: float, total: int) -> float:
    """Return 1."""
    _require(epoch, total)
    return 1.0


def inverse(epoch: int, rate: float, total: int) -> float:
    """Return 1 / (1 + rate · epoch), rate at least 0."""
    _require(epoch, total)
    if not 0 <= rate < math.inf:
        raise ValueError(f"rate must lie in [0, inf), got {rate}")
    return 1 / (1 + rate * epoch)


def exponential(epoch: int, rate: float, total: int) -> float:
    """Return rate ** epoch, rate in (0, 1]."""
    _require(epoch, total)
    if not 0 < rate <= 1:
        raise ValueError(f"rate must lie in (0, 1], got {rate}")
    return rate**epoch


def staircase(epoch: int, rate: float, total: int) -> float:
    """Return 1, halved every `rate` epochs, rate above 0."""
    _require(epoch, total, rate)
    return 0.5 ** (epoch // rate)


def inverse_sqrt(epoch: int, rate: float, total: int) -> float:
    """Return rate / √epoch, rate above 0, and 1 in epoch 0."""
    _require(epoch, total, rate)
    return rate / math.sqrt(epoch) if epoch else 1.0


def cosine(epoch: int, rate: float, total: int) -> float:
    """Return half a wave from 1 in epoch 0 down to 0 in epoch `total` and after."""
    _require(epoch, total)
    return (1 + math.cos(math.pi * min(epoch / total, 1))) / 2


def warmup(epoch: int, rate: float, total: int) -> float:
    """Return (epoch + 1) / rate while that is below 1, then 1; rate above 0.

    It does not begin at 0: an epoch without learning would be lost.
    """
    _require(epoch, total, rate)
    return min((epoch + 1) / rate, 1.0)


SCHEDULES = {
    "constant": constant,
    "inverse": inverse,
    "exponential": exponential,
    "staircase": staircase,
    "inverse_sqrt": inverse_sqrt,
    "cosine": cosine,
    "warmup": warmup,
}


def _require(epoch: int, total: int, rate: float = 1.0) -> None:
    if epoch < 0 or total < 1:
        raise ValueError(
            f"epoch must be at least 0 and total at least 1, got {epoch} and {total}"
        )
    if not 0 < rate < math.inf:
        raise ValueError(f"rate must lie in (0, inf), got {rate}")
