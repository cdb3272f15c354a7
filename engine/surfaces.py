"""Losses of one or two parameters, to watch optimizers at work.

A point is a tensor [..., D], D = 2 or 1; a value has the shape [...] and a gradient
that of the points. float64 is meant: `surface` gives its points as Python floats.

Source: Rosenbrock, 1960; Beale, 1958; Himmelblau, 1972; Rastrigin, 1974; Styblinski,
Tang, 1990. The hours of study are those of Wikipedia, "Logistic regression".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import pi

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.functional import hessian

CONDITIONS = (1.0, 1000.0)
# Hours that twenty students studied, and whether they passed the exam.
# fmt: off
HOURS = (
    0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 1.75, 2.0, 2.25, 2.5,
    2.75, 3.0, 3.25, 3.5, 4.0, 4.25, 4.5, 4.75, 5.0, 5.5,
)
PASSED = (0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1)
# fmt: on


@dataclass(frozen=True)
class Surface:
    """A loss to go down on.

    Args:
        value: points [..., D] -> losses [...].
        gradient: points [..., D] -> gradients [..., D].
        domain: x low, x high, y low, y high of a map; for one parameter the range of
            the parameter and that of the loss.
        start: where a race starts by itself, D numbers.
        minima: where the loss is lowest, each D numbers.
        samples: points [..., D] -> the gradient of each sample's loss [..., N, D], for
            mini-batches; None where the loss is no mean over samples.
        size: samples, N; 0 without any.
    """

    value: Callable[[Tensor], Tensor]
    gradient: Callable[[Tensor], Tensor]
    domain: tuple[float, float, float, float]
    start: tuple[float, ...]
    minima: tuple[tuple[float, ...], ...]
    samples: Callable[[Tensor], Tensor] | None = None
    size: int = 0

    @property
    def dimensions(self) -> int:
        """How many parameters there are, D."""
        return len(self.start)

    @property
    def lowest(self) -> float:
        """The loss at the minima."""
        return self.value(torch.tensor(self.minima[0], dtype=torch.float64)).item()


def bowl(condition: float) -> Surface:
    """Return ½ (x² + κ y²): a bowl κ times as steep along y as along x.

    Args:
        condition: κ, the ratio of the curvatures, in [1, 1000].
    """

    def value(points: Tensor) -> Tensor:
        x, y = points.unbind(-1)
        return (x * x + condition * (y * y)) / 2

    def gradient(points: Tensor) -> Tensor:
        x, y = points.unbind(-1)
        return torch.stack((x, condition * y), -1)

    return Surface(value, gradient, (-3.0, 3.0, -2.0, 2.0), (-2.5, 1.0), ((0.0, 0.0),))


def saddle() -> Surface:
    """Return ½ x² + ¼ (y² - 1)²: a saddle in the origin between two minima."""

    def value(points: Tensor) -> Tensor:
        x, y = points.unbind(-1)
        return x * x / 2 + (y * y - 1).square() / 4

    def gradient(points: Tensor) -> Tensor:
        x, y = points.unbind(-1)
        return torch.stack((x, y * (y * y - 1)), -1)

    minima = ((0.0, -1.0), (0.0, 1.0))
    return Surface(value, gradient, (-2.0, 2.0, -2.0, 2.0), (-1.5, 0.001), minima)


def plateau() -> Surface:
    """Return q / (1 + q), q = x²/4 + 25 y²: flat at 1, cut by a narrow valley."""

    def value(points: Tensor) -> Tensor:
        x, y = points.unbind(-1)
        q = x * x / 4 + 25 * (y * y)
        return q / (1 + q)

    def gradient(points: Tensor) -> Tensor:
        x, y = points.unbind(-1)
        q = x * x / 4 + 25 * (y * y)
        return torch.stack((x / 2, 50 * y), -1) / (1 + q).square()[..., None]

    return Surface(value, gradient, (-4.0, 4.0, -2.0, 2.0), (-3.0, 1.2), ((0.0, 0.0),))


def rosenbrock() -> Surface:
    """Return (1 - x)² + 100 (y - x²)²: a bent valley, steep walls, a flat floor."""

    def value(points: Tensor) -> Tensor:
        x, y = points.unbind(-1)
        return (1 - x).square() + 100 * (y - x * x).square()

    def gradient(points: Tensor) -> Tensor:
        x, y = points.unbind(-1)
        off = 200 * (y - x * x)
        return torch.stack((2 * (x - 1) - 2 * x * off, off), -1)

    return Surface(value, gradient, (-2.0, 2.0, -1.0, 3.0), (-1.2, 1.0), ((1.0, 1.0),))


def beale() -> Surface:
    """Return Σ (c - x + x yᵏ)², c = 1.5, 2.25, 2.625 for k = 1, 2, 3."""

    def parts(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        square = y * y
        return (
            1.5 - x + x * y,
            2.25 - x + x * square,
            2.625 - x + x * (square * y),
        )

    def value(points: Tensor) -> Tensor:
        a, b, c = parts(*points.unbind(-1))
        return a * a + b * b + c * c

    def gradient(points: Tensor) -> Tensor:
        x, y = points.unbind(-1)
        a, b, c = parts(x, y)
        square = y * y
        along_x = a * (y - 1) + b * (square - 1) + c * (square * y - 1)
        along_y = x * (a + 2 * (b * y) + 3 * (c * square))
        return 2 * torch.stack((along_x, along_y), -1)

    return Surface(value, gradient, (-4.5, 4.5, -4.5, 4.5), (1.0, 1.5), ((3.0, 0.5),))


def himmelblau() -> Surface:
    """Return (x² + y - 11)² + (x + y² - 7)²: four minima, all equally low."""

    def value(points: Tensor) -> Tensor:
        x, y = points.unbind(-1)
        return (x * x + y - 11).square() + (x + y * y - 7).square()

    def gradient(points: Tensor) -> Tensor:
        x, y = points.unbind(-1)
        a, b = x * x + y - 11, x + y * y - 7
        return 2 * torch.stack((2 * (x * a) + b, a + 2 * (y * b)), -1)

    minima = (
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286169),
        (3.5844283403304917, -1.8481265269644036),
    )
    return Surface(value, gradient, (-6.0, 6.0, -6.0, 6.0), (0.0, 0.0), minima)


def rastrigin() -> Surface:
    """Return 20 + Σ (w² - 10 cos 2πw): a bowl full of dents, one by whole numbers."""

    def value(points: Tensor) -> Tensor:
        return (points * points - 10 * (2 * pi * points).cos() + 10).sum(-1)

    def gradient(points: Tensor) -> Tensor:
        return 2 * points + 20 * pi * (2 * pi * points).sin()

    return Surface(
        value, gradient, (-5.12, 5.12, -5.12, 5.12), (3.4, -2.6), ((0.0, 0.0),)
    )


def styblinski_tang() -> Surface:
    """Return ½ Σ (w⁴ - 16 w² + 5 w): four minima, one of them lower than the rest."""

    def value(points: Tensor) -> Tensor:
        square = points * points
        return (square * square - 16 * square + 5 * points).sum(-1) / 2

    def gradient(points: Tensor) -> Tensor:
        return 2 * (points * points * points) - 16 * points + 2.5

    minimum = -2.903534027771177
    return Surface(
        value, gradient, (-5.0, 5.0, -5.0, 5.0), (0.5, -0.5), ((minimum, minimum),)
    )


def logistic() -> Surface:
    """Return the cross-entropy of σ(w · hours + b) for who passed; a point is (w, b).

    The real loss of the smallest network, with all its parameters: one unit, fed with
    `HOURS` to tell `PASSED`. The mean over the 20 samples.
    """
    hours = torch.tensor(HOURS, dtype=torch.float64)
    passed = torch.tensor(PASSED, dtype=torch.float64)

    def value(points: Tensor) -> Tensor:
        z = points[..., :1] * hours + points[..., 1:]  # [..., N]
        return F.softplus((1 - 2 * passed) * z).mean(-1)

    def errors(points: Tensor) -> Tensor:
        z = points[..., :1] * hours + points[..., 1:]  # [..., N]
        # torch.sigmoid rounds in two ways, depending on how many points it is given.
        return 1 / (1 + (-z).exp()) - passed

    def gradient(points: Tensor) -> Tensor:
        off = errors(points)
        return torch.stack(((off * hours).mean(-1), off.mean(-1)), -1)

    def samples(points: Tensor) -> Tensor:
        off = errors(points)
        return torch.stack((off * hours, off), -1)

    return Surface(
        value=value,
        gradient=gradient,
        domain=(-1.0, 4.0, -9.0, 3.0),
        start=(0.0, 0.0),
        # Where Newton's method stops; a test asks for a gradient of 0 there.
        minima=((1.5046454283733337, -4.0777134310876315),),
        samples=samples,
        size=len(HOURS),
    )


def parabola() -> Surface:
    """Return w² - 10 w + 25 = (w - 5)², a loss of one parameter."""

    def value(points: Tensor) -> Tensor:
        return (points[..., 0] - 5).square()

    def gradient(points: Tensor) -> Tensor:
        return 2 * points - 10

    return Surface(value, gradient, (-2.0, 12.0, 0.0, 50.0), (0.0,), ((5.0,),))


SURFACES: dict[str, Callable[..., Surface]] = {
    "bowl": bowl,
    "saddle": saddle,
    "plateau": plateau,
    "rosenbrock": rosenbrock,
    "beale": beale,
    "himmelblau": himmelblau,
    "rastrigin": rastrigin,
    "styblinski_tang": styblinski_tang,
    "logistic": logistic,
    "parabola": parabola,
}


@lru_cache(maxsize=64)
def surface(name: str, condition: float = 10.0) -> Surface:
    """Return a surface by name.

    Args:
        name: a key of `SURFACES`.
        condition: of the bowl, in [1, 1000]; the others do not look at it.

    Raises:
        ValueError: the name is unknown or the condition outside its range.
    """
    if name not in SURFACES:
        raise ValueError(f"surface must be one of {', '.join(SURFACES)}, got {name}")
    low, high = CONDITIONS
    if not low <= condition <= high:
        raise ValueError(f"condition must lie in [{low:g}, {high:g}], got {condition}")
    return bowl(condition) if name == "bowl" else SURFACES[name]()


def curvature(surface: Surface, point: Tensor | Sequence[float]) -> Tensor:
    """Return the eigenvalues of the Hessian in a point, [D], the smallest first.

    Above 0 the surface bends upwards along an eigenvector, below 0 downwards.
    """
    place = torch.as_tensor(point, dtype=torch.float64)
    return torch.linalg.eigvalsh(hessian(surface.value, place))
