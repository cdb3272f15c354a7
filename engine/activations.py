"""Activation functions g(z) and their slopes g'(z), element by element.

At a kink the derivative is a convention. Ours is the slope on the left of it (ReLU 0,
leaky ReLU 0.01, SELU 1.7581 at 0; maxout the smaller of its two); step and sign have
slope 0 everywhere; hard swish has slope 0 at -3 and 1 at 3. All work on float tensors
of any shape and leave z alone; `linear` returns z itself.

Source: Goodfellow, Bengio, Courville, "Deep Learning", 2016, 6.3; Klambauer et al.,
"Self-Normalizing Neural Networks", 2017 (SELU); Hendrycks, Gimpel, "Gaussian Error
Linear Units", 2016; Howard et al., "Searching for MobileNetV3", 2019 (hard swish);
He et al., "Delving Deep into Rectifiers", 2015 (PReLU); Goodfellow et al., "Maxout
Networks", 2013.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

LEAK = 0.01  # slope of the leaky ReLU below 0
LEARNED = ("prelu", "maxout")  # their numbers are trained with the weights
SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


@dataclass(frozen=True)
class Activation:
    """A function and two ways to its derivative.

    `value` and `derivative` take z. `slope` takes z and a = value(z) and gives the
    derivative too, in as few operations as the two allow: it is what training calls.
    """

    value: Callable[[Tensor], Tensor]
    derivative: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor, Tensor], Tensor]


def _from_input(
    value: Callable[[Tensor], Tensor], derivative: Callable[[Tensor], Tensor]
) -> Activation:
    """Return an activation whose value does not help to find its slope."""
    return Activation(value, derivative, lambda z, a: derivative(z))


def _step(z: Tensor) -> Tensor:
    return (z > 0).to(z.dtype)


def _sigmoid_derivative(z: Tensor) -> Tensor:
    a = torch.sigmoid(z)
    return a * (1 - a)


def _selu_derivative(z: Tensor) -> Tensor:
    left = SELU_SCALE * SELU_ALPHA * z.clamp(max=0).exp()
    return torch.where(z > 0, SELU_SCALE, left)


def _gelu_derivative(z: Tensor) -> Tensor:
    """Return Φ(z) + z φ(z), Φ and φ being those of the standard normal."""
    density = torch.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return torch.special.ndtr(z) + z * density


def _gelu_tanh_derivative(z: Tensor) -> Tensor:
    """Return the slope of z (1 + tanh u) / 2, u = √(2/π) (z + 0.044715 z³)."""
    factor = math.sqrt(2 / math.pi)
    t = torch.tanh(factor * (z + 0.044715 * z**3))
    inner = factor * (1 + 3 * 0.044715 * z * z)
    # t reaches 1 long before z² overflows: without clamp, 0 · inf would be nan.
    return (1 + t) / 2 + z * (1 - t * t) / 2 * inner.clamp(max=1e6)


def _silu_derivative(z: Tensor) -> Tensor:
    s = torch.sigmoid(z)
    return s * (1 + z * (1 - s))


def _silu_slope(z: Tensor, a: Tensor) -> Tensor:
    """Return s + a (1 - s), s = σ(z)."""
    s = torch.sigmoid(z)
    return torch.addcmul(a + s, a, s, value=-1)


def _hardswish_derivative(z: Tensor) -> Tensor:
    return torch.where(z.abs() < 3, z / 3 + 0.5, _step(z))


def leaky(slope: float) -> Activation:
    """Return z above 0 and slope · z below: leaky ReLU with a slope of its own, PReLU.

    Args:
        slope: any finite number; 0 is ReLU, 1 the straight line.
    """
    return _from_input(
        lambda z: F.leaky_relu(z, slope), lambda z: torch.where(z > 0, 1.0, slope).to(z)
    )


def elu(alpha: float) -> Activation:
    """Return z above 0 and α (eᶻ - 1) below, which levels off at -α.

    Args:
        alpha: any finite number; only 1 has no kink.
    """
    return _from_input(
        lambda z: F.elu(z, alpha),
        lambda z: torch.where(z > 0, 1.0, alpha * z.clamp(max=0).exp()),
    )


def maxout(w1: float, b1: float, w2: float, b2: float) -> Activation:
    """Return the larger of two lines, max(w₁z + b₁, w₂z + b₂).

    Where they cross the slope is the smaller one, that on the left.

    Args:
        w1: slope of the first line, finite.
        b1: its height at z = 0.
        w2: slope of the second line, finite.
        b2: its height at z = 0.
    """

    def slope(z: Tensor) -> Tensor:
        first, second = w1 * z + b1, w2 * z + b2
        chosen = torch.where(first > second, w1, w2)
        return torch.where(first == second, min(w1, w2), chosen).to(z)

    return _from_input(lambda z: torch.maximum(w1 * z + b1, w2 * z + b2), slope)


# PyTorch's own backward kernels: one operation in the place of five or more.
def _gelu_slope(z: Tensor, a: Tensor) -> Tensor:
    return torch.ops.aten.gelu_backward(torch.ones_like(z), z)


def _gelu_tanh_slope(z: Tensor, a: Tensor) -> Tensor:
    return torch.ops.aten.gelu_backward(torch.ones_like(z), z, approximate="tanh")


def _hardswish_slope(z: Tensor, a: Tensor) -> Tensor:
    return torch.ops.aten.hardswish_backward(torch.ones_like(z), z)


ACTIVATIONS = {
    "step": _from_input(_step, torch.zeros_like),
    "sign": _from_input(torch.sign, torch.zeros_like),
    "linear": _from_input(lambda z: z, torch.ones_like),
    "sigmoid": Activation(
        torch.sigmoid,
        _sigmoid_derivative,
        lambda z, a: torch.addcmul(a, a, a, value=-1),  # a - a²
    ),
    "tanh": Activation(
        torch.tanh,
        lambda z: 1 - torch.tanh(z) ** 2,
        lambda z, a: 1 - a * a,
    ),
    "softsign": Activation(
        F.softsign,
        lambda z: 1 / (1 + z.abs()) ** 2,
        lambda z, a: a.abs().sub_(1).square_(),
    ),
    "relu": Activation(torch.relu, _step, lambda z, a: a.sign()),
    "leaky_relu": _from_input(
        lambda z: F.leaky_relu(z, LEAK),
        lambda z: z.sign().clamp_(min=LEAK),  # -1, 0, 1 -> 0.01, 0.01, 1
    ),
    "elu": Activation(
        F.elu,
        lambda z: z.clamp(max=0).exp(),
        lambda z, a: a.clamp(max=0).add_(1),
    ),
    "selu": Activation(
        F.selu,
        _selu_derivative,
        lambda z, a: torch.where(z > 0, SELU_SCALE, a + SELU_SCALE * SELU_ALPHA),
    ),
    "gelu": Activation(F.gelu, _gelu_derivative, _gelu_slope),
    "gelu_tanh": Activation(
        lambda z: F.gelu(z, approximate="tanh"), _gelu_tanh_derivative, _gelu_tanh_slope
    ),
    "silu": Activation(F.silu, _silu_derivative, _silu_slope),
    "softplus": _from_input(F.softplus, torch.sigmoid),
    "hardswish": Activation(F.hardswish, _hardswish_derivative, _hardswish_slope),
    "prelu": leaky(0.25),  # where PyTorch lets it start
    "maxout": maxout(1.0, 0.0, -1.0, 0.0),  # |z|
}
