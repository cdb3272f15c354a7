"""One step of each optimizer, in place, for E networks at once.

Shapes: parameters, gradient and every tensor of the state are [E, P]: one row per
network. A rate is a float, or a tensor [E, 1] with one value per network
(`weight_decay` also [E, P], to spare some parameters). Conventions and defaults are
those of torch.optim, except `momentum_ema`, which torch does not have; the state starts
at zero and t counts the steps from 1.

The gradient is scratch paper: after the step it holds nothing of use.

Source: Sutskever et al., "On the Importance of Initialization and Momentum", 2013;
Duchi et al., "Adaptive Subgradient Methods", 2011 (Adagrad); Zeiler, "ADADELTA", 2012;
Hinton, Coursera lecture 6e, 2012 (RMSprop); Kingma, Ba, "Adam", 2015 (and AdaMax);
Dozat, "Incorporating Nesterov Momentum into Adam", 2016 (NAdam); Loshchilov, Hutter,
"Decoupled Weight Decay Regularization", 2019 (AdamW).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine import surfaces
from engine.surfaces import Surface

State = tuple[Tensor, ...]
Rates = Mapping[str, Tensor | float]


@dataclass(frozen=True)
class Optimizer:
    """An update rule: `step` remembers the tensors named in `memory`.

    `step` takes (parameters, gradient, state, rates, t) and changes the first three.
    `rates` names what it reads from the mapping, with usual values.
    """

    memory: tuple[str, ...]
    step: Callable[[Tensor, Tensor, State, Rates, int], None]
    rates: Mapping[str, float]

    @property
    def slots(self) -> int:
        """How many tensors of state there are."""
        return len(self.memory)


def sgd(params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int) -> None:
    """Take w ← w - α g."""
    params.sub_(gradient.mul_(rates["learning_rate"]))


def momentum(
    params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int
) -> None:
    """Take v ← μ v + g, w ← w - α v: a heavy ball rolling.

    Courses often write v ← β v + (1 - β) g, see `momentum_ema`: the same path when
    its α is 1 / (1 - β) times as large.
    """
    (velocity,) = state
    velocity.mul_(rates["momentum"]).add_(gradient)
    params.sub_(velocity * rates["learning_rate"])


def momentum_ema(
    params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int
) -> None:
    """Take v ← β v + (1 - β) g, w ← w - α v: momentum as courses often write it."""
    (velocity,) = state
    velocity.lerp_(gradient, 1 - rates["momentum"])
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


def adadelta(
    params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int
) -> None:
    """Take s ← ρ s + (1 - ρ) g², w ← w - α Δ, Δ = g √(d + ε) / √(s + ε).

    Then d ← ρ d + (1 - ρ) Δ²: the size of past steps gives the size of the next.
    """
    squares, steps = state
    squares.lerp_(gradient.square(), 1 - rates["rho"])
    size = (steps + rates["epsilon"]).sqrt_()
    gradient.mul_(size).div_((squares + rates["epsilon"]).sqrt_())
    steps.lerp_(gradient.square(), 1 - rates["rho"])
    params.sub_(gradient.mul_(rates["learning_rate"]))


def rmsprop(
    params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int
) -> None:
    """Take s ← ρ s + (1 - ρ) g², w ← w - α g / (√s + ε)."""
    (squares,) = state
    squares.lerp_(gradient.square(), 1 - rates["rho"])
    size = squares.sqrt().add_(rates["epsilon"])
    params.addcdiv_(gradient.mul_(rates["learning_rate"]), size, value=-1)


def adam(params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int) -> None:
    """Take v ← β₁ v + (1 - β₁) g, s ← β₂ s + (1 - β₂) g², w ← w - α v̂ / (√ŝ + ε).

    v̂ = v / (1 - β₁ᵗ) and ŝ = s / (1 - β₂ᵗ) make up for the start at zero. Both are
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


def adamax(
    params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int
) -> None:
    """Take v ← β₁ v + (1 - β₁) g, u ← max(β₂ u, |g| + ε), w ← w - α v̂ / u.

    v̂ = v / (1 - β₁ᵗ): Adam with the largest recent |g| instead of a mean square.
    """
    mean, largest = state
    mean.lerp_(gradient, 1 - rates["beta1"])
    largest.mul_(rates["beta2"])
    torch.maximum(largest, gradient.abs_().add_(rates["epsilon"]), out=largest)
    rate = rates["learning_rate"] / (1 - rates["beta1"] ** t)
    params.addcdiv_(mean * rate, largest, value=-1)


def nadam(params: Tensor, gradient: Tensor, state: State, rates: Rates, t: int) -> None:
    """Take Adam's v and s, then w ← w - α v̂ / (√ŝ + ε) with v̂ one step ahead.

    v̂ = μ' v / (1 - P μ') + (1 - μ) g / (1 - P), where μ = β₁ (1 - ½ · 0.96^(t ψ)) is
    the momentum of step t, μ' that of step t + 1, P the product of all μ up to now and
    ψ the momentum decay. The state keeps p = 1 - P, which starts at zero.
    """
    mean, squares, past = state
    beta1, beta2, decay = rates["beta1"], rates["beta2"], rates["momentum_decay"]
    now = beta1 * (1 - 0.5 * 0.96 ** (t * decay))
    ahead = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * decay))
    past.add_((1 - past) * (1 - now))
    mean.lerp_(gradient, 1 - beta1)
    squares.lerp_(gradient.square(), 1 - beta2)
    size = (squares / (1 - beta2**t)).sqrt_().add_(rates["epsilon"])
    gradient.mul_(1 - now).div_(past)
    gradient.add_(mean * ahead / (1 - (1 - past) * ahead))
    params.addcdiv_(gradient.mul_(rates["learning_rate"]), size, value=-1)


def trajectory(
    surface: Surface | str,
    optimizer: str,
    start: Sequence[float],
    steps: int,
    *,
    lr: float,
    **hyper: float,
) -> Tensor:
    """Return the points an optimizer visits on a surface, float64 [steps + 1, D].

    Args:
        surface: with D parameters, or its name in `SURFACES`.
        optimizer: a key of `OPTIMIZERS`.
        start: the first point, D numbers.
        steps: at least 0.
        lr: the learning rate.
        hyper: the optimizer's other rates; what is not given has its usual value.

    Returns:
        The start, and the point after each step. A path that diverges ends in numbers
        that are not finite.

    Raises:
        ValueError: the name of a surface, an optimizer or a rate is unknown, or the
            start does not lie on the surface.
    """
    ground = surfaces.surface(surface) if isinstance(surface, str) else surface
    rule = _rule(optimizer, hyper)
    if len(start) != ground.dimensions or steps < 0:
        raise ValueError(
            f"start must have {ground.dimensions} numbers and steps be at least 0, "
            f"got {tuple(start)} and {steps}"
        )
    rates = {**rule.rates, **hyper, "learning_rate": lr}
    point = torch.tensor([list(start)], dtype=torch.float64)  # [1, D]
    state = tuple(torch.zeros_like(point) for _name in rule.memory)
    path = [point.clone()]
    for t in range(1, steps + 1):
        rule.step(point, ground.gradient(point), state, rates, t)
        path.append(point.clone())
    return torch.cat(path)


ADAM = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
BALL = {"learning_rate": 1e-3, "momentum": 0.9}
OPTIMIZERS = {
    "sgd": Optimizer((), sgd, {"learning_rate": 1e-3}),
    "momentum": Optimizer(("v",), momentum, BALL),
    "momentum_ema": Optimizer(("v",), momentum_ema, BALL),
    "nesterov": Optimizer(("v",), nesterov, BALL),
    "adagrad": Optimizer(("s",), adagrad, {"learning_rate": 1e-2, "epsilon": 1e-10}),
    "adadelta": Optimizer(
        ("s", "d"), adadelta, {"learning_rate": 1.0, "rho": 0.9, "epsilon": 1e-6}
    ),
    "rmsprop": Optimizer(
        ("s",), rmsprop, {"learning_rate": 1e-2, "rho": 0.99, "epsilon": 1e-8}
    ),
    "adam": Optimizer(("v", "s"), adam, ADAM),
    "adamw": Optimizer(("v", "s"), adamw, {**ADAM, "weight_decay": 1e-2}),
    "adamax": Optimizer(("v", "u"), adamax, {**ADAM, "learning_rate": 2e-3}),
    "nadam": Optimizer(
        ("v", "s", "p"),
        nadam,
        {**ADAM, "learning_rate": 2e-3, "momentum_decay": 4e-3},
    ),
}


def _rule(name: str, hyper: Mapping[str, float]) -> Optimizer:
    if name not in OPTIMIZERS:
        raise ValueError(
            f"optimizer must be one of {', '.join(OPTIMIZERS)}, got {name}"
        )
    rule = OPTIMIZERS[name]
    unknown = set(hyper) - (set(rule.rates) - {"learning_rate"})
    if unknown:
        raise ValueError(
            f"rates of {name} must be lr or one of {', '.join(rule.rates)}, "
            f"got {', '.join(sorted(unknown))}"
        )
    return rule
