"""One step of each optimizer, in place, for E networks at once.

Shapes: parameters, gradient and every tensor of the state are [E, P]: one row per
network. A rate is a float, or a tensor [E, 1] with one value per network
(`weight_decay` also [E, P], to spare some parameters). Conventions and defaults are
those of torch.optim; the state starts at zero and t counts the steps from 1.

The gradient is scratch paper: after the step it holds nothing of use.

Source: Sutskever et al., "On the Importance of Initialization and Momentum", 2013;
Duchi et al., "Adaptive Subgradient Methods", 2011 (Adagrad); Hinton, Coursera lecture
6e, 2012 (RMSprop); Kingma, Ba, "Adam", 2015; Loshchilov, Hutter, "Decoupled Weight
Decay Regularization", 2019 (AdamW).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor

State = tuple[Tensor, ...]
Rates = Mapping[str, Tensor | float]


@dataclass(frozen=True)
class Optimizer:
    """An update rule: `step` needs `slots` tensors of state and these `rates`.

    `step` takes (parameters, gradient, state, rates, t) and changes the first three.
    `rates` names what it reads from the mapping, with usual values.
    """

    slots: int
    step: Callable[[Tensor, Tensor, State, Rates, int], None]
    rates: Mapping[str, float]


def sgd(params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int) -> None:
    """Take w ← w - α g."""
    params.sub_(gradient.mul_(rates["learning_rate"]))


def momentum(
    params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int
) -> None:
    """Take v ← μ v + g, w ← w - α v: a heavy ball rolling.

    Courses often write v ← β v + (1 - β) g: the same path with α (1 - β) for α.
    """
    (velocity,) = state
    velocity.mul_(rates["momentum"]).add_(gradient)
    params.sub_(velocity * rates["learning_rate"])


def nesterov(
    params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int
) -> None:
    """Take v ← μ v + g, w ← w - α (g + μ v): momentum that looks one step ahead."""
    (velocity,) = state
    velocity.mul_(rates["momentum"]).add_(gradient)
    gradient.add_(velocity * rates["momentum"])
    params.sub_(gradient.mul_(rates["learning_rate"]))


def adagrad(
    params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int
) -> None:
    """Take s ← s + g², w ← w - α g / (√s + ε)."""
    (squares,) = state
    squares.addcmul_(gradient, gradient)
    size = squares.sqrt().add_(rates["epsilon"])
    params.addcdiv_(gradient.mul_(rates["learning_rate"]), size, value=-1)


def rmsprop(
    params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int
) -> None:
    """Take s ← ρ s + (1 - ρ) g², w ← w - α g / (√s + ε)."""
    (squares,) = state
    squares.lerp_(gradient.square(), 1 - rates["rho"])
    size = squares.sqrt().add_(rates["epsilon"])
    params.addcdiv_(gradient.mul_(rates["learning_rate"]), size, value=-1)


def adam(params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int) -> None:
    """Take m ← β₁ m + (1 - β₁) g, s ← β₂ s + (1 - β₂) g², w ← w - α m̂ / (√ŝ + ε).

    m̂ = m / (1 - β₁ᵗ) and ŝ = s / (1 - β₂ᵗ) make up for the start at zero. Both are
    moved into the rates here: multiply above and below by √(1 - β₂ᵗ).
    """
    mean, squares = state
    beta1, beta2 = rates["beta1"], rates["beta2"]
    mean.lerp_(gradient, 1 - beta1)
    squares.lerp_(gradient.square_(), 1 - beta2)
    root = (1 - beta2**t) ** 0.5
    size = squares.sqrt().add_(rates["epsilon"] * root)
    rate = rates["learning_rate"] * root / (1 - beta1**t)
    params.addcdiv_(mean * rate, size, value=-1)


def adamw(params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int) -> None:
    """Shrink w by the factor 1 - α λ, λ = weight_decay, then take Adam's step."""
    params.mul_(1 - rates["learning_rate"] * rates["weight_decay"])
    adam(params, gradient, state, rates, t)


ADAM = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
OPTIMIZERS = {
    "sgd": Optimizer(0, sgd, {"learning_rate": 1e-3}),
    "momentum": Optimizer(1, momentum, {"learning_rate": 1e-3, "momentum": 0.9}),
    "nesterov": Optimizer(1, nesterov, {"learning_rate": 1e-3, "momentum": 0.9}),
    "adagrad": Optimizer(1, adagrad, {"learning_rate": 1e-2, "epsilon": 1e-10}),
    "rmsprop": Optimizer(
        1, rmsprop, {"learning_rate": 1e-2, "rho": 0.99, "epsilon": 1e-8}
    ),
    "adam": Optimizer(2, adam, ADAM),
    "adamw": Optimizer(2, adamw, {**ADAM, "weight_decay": 1e-2}),
}
