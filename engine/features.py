"""Features: numbers computed from the two coordinates before the network sees them.

`degree_N`, N from 1 to 8, is every product x₁ᵖ x₂ᵠ of total degree d = p + q from 1 to
N. It is divided by 3ᵈ⁻¹: where the coordinates lie in [-3, 3], so does it. (Plain
powers would reach 6,561 and drown the others.) The single features are as they read.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

MOST_DEGREE = 8
REACH = 3  # the coordinates lie about in [-REACH, REACH]
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Feature:
    """Columns made from coordinates [M] and [M]; one label per column."""

    labels: tuple[str, ...]
    columns: Callable[[Tensor, Tensor], list[Tensor]]


def expand(points: Tensor, names: tuple[str, ...]) -> Tensor:
    """Return the features of points, in the order of `names`.

    Args:
        points: [M, 2] float, (x₁, x₂), any M.
        names: at least one key of `FEATURES`.

    Returns:
        [M, F], as many columns as `labels(names)` is long.

    Raises:
        ValueError: the points are not [M, 2], or a name is missing or unknown.
    """
    _require(names)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points must be [M, 2], got {list(points.shape)}")
    x1, x2 = points.unbind(dim=1)
    columns = [column for name in names for column in FEATURES[name].columns(x1, x2)]
    return torch.stack(columns, dim=1)  # [M, F]


def labels(names: tuple[str, ...]) -> list[str]:
    """Return how people write each column of `expand`, such as "x₁²" or "sin x₁".

    Args:
        names: at least one key of `FEATURES`.

    Raises:
        ValueError: a name is missing or unknown.
    """
    _require(names)
    return [label for name in names for label in FEATURES[name].labels]


def _monomials(degree: int) -> Feature:
    """Return all products of total degree 1 to `degree`: x₁, x₂, x₁², x₁x₂, x₂² ..."""
    powers = [(d - q, q) for d in range(1, degree + 1) for q in range(d + 1)]

    def columns(x1: Tensor, x2: Tensor) -> list[Tensor]:
        first, second = (
            [(x / REACH) ** p for p in range(degree + 1)] for x in (x1, x2)
        )
        return [REACH * first[p] * second[q] for p, q in powers]

    return Feature(tuple(_written(p, q) for p, q in powers), columns)


def _written(p: int, q: int) -> str:
    """Return x₁ᵖ x₂ᵠ / 3ᵈ⁻¹ as people write it."""
    below = _power(str(REACH), p + q - 1)
    return _power("x₁", p) + _power("x₂", q) + (f"/{below}" if below else "")


def _power(base: str, exponent: int) -> str:
    if exponent == 0:
        return ""
    return base if exponent == 1 else base + str(exponent).translate(RAISED)


FEATURES = {
    "x1": Feature(("x₁",), lambda x1, x2: [x1]),
    "x2": Feature(("x₂",), lambda x1, x2: [x2]),
    "x1_squared": Feature(("x₁²",), lambda x1, x2: [x1 * x1]),
    "x2_squared": Feature(("x₂²",), lambda x1, x2: [x2 * x2]),
    "x1_x2": Feature(("x₁x₂",), lambda x1, x2: [x1 * x2]),
    "sin_x1": Feature(("sin x₁",), lambda x1, x2: [x1.sin()]),
    "sin_x2": Feature(("sin x₂",), lambda x1, x2: [x2.sin()]),
    "cos_x1": Feature(("cos x₁",), lambda x1, x2: [x1.cos()]),
    "cos_x2": Feature(("cos x₂",), lambda x1, x2: [x2.cos()]),
    **{f"degree_{n}": _monomials(n) for n in range(1, MOST_DEGREE + 1)},
}


def _require(names: tuple[str, ...]) -> None:
    unknown = [name for name in names if name not in FEATURES]
    if unknown or not names:
        raise ValueError(
            f"names must be at least one of {list(FEATURES)}, got {list(names)}"
        )
