"""How a signal fares in a deep network before any training: forward and backward.

Samples from N(0, 1) go up through L layers of n units, z = a W + b, a = g(z). Then a
gradient of length 1, in a random direction, goes back down from the last layer. All in
float64, so that what float32 would lose or blow up can still be told.

Source: LeCun et al., "Efficient BackProp", 1998; Glorot, Bengio, "Understanding the
difficulty of training deep feedforward neural networks", AISTATS 2010; He et al.,
"Delving Deep into Rectifiers", ICCV 2015.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from engine.forms import FLAT, Form, function
from engine.parameters import DEVIATIONS

SAMPLES = 200
MOST_DEPTH, MOST_WIDTH, LARGEST_BIAS = 50, 256, 5.0
# name -> standard deviation of the weights of n units with n inputs each. All layers
# are equally wide, so Xavier's 2 / (n + n) is 1 / n.
INITS = {
    name: DEVIATIONS[name] for name in ("he", "xavier", "lecun", "small", "zeros")
} | {"large": lambda n_in, n_out: 1.0}


@dataclass(frozen=True)
class Plan:
    """A network to send a signal through.

    Attributes:
        form: what every layer applies.
        init: a key of `INITS`.
        depth: layers, 1 to 50.
        width: units of each layer and inputs, 1 to 256.
        bias: of every unit, -5 to 5.
        seed: decides samples, weights and the gradient's direction, at least 0.
    """

    form: Form
    init: str = "xavier"
    depth: int = 20
    width: int = 64
    bias: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class Propagation:
    """What became of the signal; L layers of n units, N samples.

    Attributes:
        z: [L, N, n], what each activation is given.
        a: [L + 1, N, n], the input and what each layer answers.
        slopes: [L, N, n], g'(z).
        gradient: [L + 1], the length of ∂L/∂a; 1 at the last layer.
    """

    z: Tensor
    a: Tensor
    slopes: Tensor
    gradient: Tensor

    @cached_property
    def spread(self) -> Tensor:
        """Return [L + 1], the standard deviation of all activations of a layer."""
        return self.a.std(dim=(1, 2), correction=0)

    @cached_property
    def difference(self) -> Tensor:
        """Return [L + 1], how much the samples still differ within a unit.

        It is the root of a unit's variance over the samples, averaged over the units:
        where it is 0, every input gets the same answer.
        """
        return self.a.var(dim=1, correction=0).mean(dim=1).sqrt()

    @cached_property
    def flat(self) -> Tensor:
        """Return [L], the share of z where |g'| < 0.1."""
        return (self.slopes.abs() < FLAT).double().mean(dim=(1, 2))

    @cached_property
    def dead(self) -> Tensor:
        """Return [L], the units whose slope is 0 for every sample."""
        return (self.slopes == 0).all(dim=1).sum(dim=1)

    @cached_property
    def back_factor(self) -> float:
        """Return what a layer multiplies the gradient by, the geometric mean.

        It is taken from the last layer to the first one; nan with a single layer.
        """
        return _per_layer(self.gradient[1], self.gradient[-1], len(self.z) - 1)

    @cached_property
    def forward_factor(self) -> float:
        """Return what a layer multiplies the spread by, the geometric mean."""
        return _per_layer(self.spread[-1], self.spread[0], len(self.z))


def propagate(plan: Plan) -> Propagation:
    """Send samples up through a network and a gradient back down.

    One generator, seeded once, draws samples, weights layer by layer, direction.

    Raises:
        ValueError: a number of the plan is outside its range, or a name is unknown.
    """
    _require(plan)
    g, n = function(plan.form), plan.width
    generator = torch.Generator().manual_seed(plan.seed)

    def draw(rows: int) -> Tensor:
        return torch.randn(rows, n, generator=generator, dtype=torch.float64)

    deviation = INITS[plan.init](n, n)
    a, weights = [draw(SAMPLES)], []
    z = []
    for _layer in range(plan.depth):
        weights.append(draw(n) * deviation)  # [n, n]
        z.append(a[-1] @ weights[-1] + plan.bias)  # [N, n]
        a.append(g.value(z[-1]))
    slopes = [g.derivative(each) for each in z]
    da = draw(SAMPLES)
    da = da / da.norm()
    lengths = [da.norm()]
    for slope, weight in zip(reversed(slopes), reversed(weights), strict=True):
        da = (da * slope) @ weight.T  # dA = (dA ∘ g'(Z)) Wᵀ
        lengths.append(da.norm())
    return Propagation(
        torch.stack(z), torch.stack(a), torch.stack(slopes), torch.stack(lengths[::-1])
    )


def histogram(
    values: Tensor, low: float, high: float, bins: int
) -> tuple[Tensor, Tensor]:
    """Return the middles of `bins` equal bins of [low, high] and how many fall in each.

    What lies outside counts in the bin at that end.
    """
    width = (high - low) / bins
    index = ((values.flatten() - low) / width).long().clamp(0, bins - 1)
    middles = low + width * (torch.arange(bins, dtype=torch.float64) + 0.5)
    return middles, torch.bincount(index, minlength=bins)


def _per_layer(after: Tensor, before: Tensor, layers: int) -> float:
    if layers < 1:
        return math.nan
    return (after / before).item() ** (1 / layers)


def _require(plan: Plan) -> None:
    if plan.init not in INITS:
        raise ValueError(f"init must be one of {list(INITS)}, got {plan.init!r}")
    if not (1 <= plan.depth <= MOST_DEPTH and 1 <= plan.width <= MOST_WIDTH):
        raise ValueError(
            f"depth must lie in [1, {MOST_DEPTH}] and width in [1, {MOST_WIDTH}], "
            f"got {plan.depth} and {plan.width}"
        )
    if not abs(plan.bias) <= LARGEST_BIAS or plan.seed < 0:
        raise ValueError(
            f"bias must lie in [-{LARGEST_BIAS}, {LARGEST_BIAS}] and seed be at least "
            f"0, got {plan.bias} and {plan.seed}"
        )
