"""Optimizers racing down a surface: their ways, their best rates, one step taken apart.

All racers of a course start in the same point and meet the same noise and mini-batches.
A racer is lost once it is farther than `LIMIT` from the origin, or not finite.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.courses import MOST_RACERS, Course, Racer
from engine.dissection import Step, dissect
from engine.runners import Runners
from engine.surfaces import curvature

__all__ = [
    "Course",
    "Limit",
    "Racer",
    "Step",
    "Tuning",
    "Way",
    "dissect",
    "limit",
    "race",
    "tune",
]
LIMIT = 1e6
# Ten learning rates for each factor of ten, rounded to two digits.
GRID = tuple(float(f"{10 ** (tenth / 10):.2g}") for tenth in range(-50, 21))


@dataclass(frozen=True)
class Way:
    """What a racer did; [T] stands for one number in each point, T = steps + 1.

    Args:
        points: float64 [T, D].
        losses: [T], without noise and of all samples.
        slopes: [T], the lengths of the gradients, without noise and of all samples.
        rates: [steps], the learning rate of each step.
        blown: the first step after which the racer was lost, or None. The point it
            reached then is kept if it is finite; what follows is NaN.
    """

    points: Tensor
    losses: Tensor
    slopes: Tensor
    rates: Tensor
    blown: int | None


@dataclass(frozen=True)
class Tuning:
    """How far each learning rate gets.

    Args:
        learning_rates: [R], those tried, the smallest first.
        losses: [R], the loss after the last step, without noise and of all samples;
            infinite where the racer was lost on the way.
        best: the learning rate of the lowest loss; the smallest of them if some are
            equal.
    """

    learning_rates: Tensor
    losses: Tensor
    best: float


@dataclass(frozen=True)
class Limit:
    """How large a learning rate a quadratic bowl bears.

    Args:
        bound: what the learning rate times λmax must stay below.
        at_start, at_minimum: λmax, the largest eigenvalue of the Hessian, in the start
            and in the minimum nearest to it.
    """

    bound: float
    at_start: float
    at_minimum: float

    @property
    def rate_at_start(self) -> float:
        """The largest stable rate in the start; infinite if nothing bends upwards."""
        return self.bound / self.at_start if self.at_start > 0 else float("inf")

    @property
    def rate_at_minimum(self) -> float:
        """The largest rate with which the minimum can be kept."""
        return self.bound / self.at_minimum


def race(course: Course, racers: Sequence[Racer]) -> tuple[Way, ...]:
    """Return the way of each racer.

    Raises:
        ValueError: there are not 1 to 6 racers.
    """
    if not 1 <= len(racers) <= MOST_RACERS:
        raise ValueError(f"racers must be 1 to {MOST_RACERS}, got {len(racers)}")
    path = Runners(
        course, [(racer.optimizer, racer.values, 1) for racer in racers]
    ).run()
    lost = _lost(path)
    for racer, step in enumerate(lost):
        if step is not None:
            path[step + 1 :, racer] = torch.nan
    path[~path.isfinite()] = torch.nan
    losses = course.ground.value(path)
    slopes = torch.linalg.vector_norm(course.ground.gradient(path), dim=-1)
    factors = torch.tensor(course.factors, dtype=torch.float64)
    return tuple(
        Way(
            path[:, i],
            losses[:, i],
            slopes[:, i],
            racer.values["learning_rate"] * factors,
            lost[i],
        )
        for i, racer in enumerate(racers)
    )


def tune(
    course: Course,
    optimizer: str,
    rates: Mapping[str, float],
    grid: Sequence[float] = GRID,
) -> Tuning:
    """Race one optimizer with many learning rates at once; the best ends lowest.

    Args:
        course: where, with how many steps, noise, schedule and clipping.
        optimizer: a key of `OPTIMIZERS`.
        rates: its other rates, as in `Racer`; a learning rate is not looked at.
        grid: the learning rates to try, R of them.

    Raises:
        ValueError: the grid is empty, or a value lies outside its range.
    """
    if not grid:
        raise ValueError("grid must hold at least one learning rate, got none")
    tried = sorted(float(rate) for rate in grid)
    for rate in tried:
        known = Racer(optimizer, tuple({**rates, "learning_rate": rate}.items())).values
    column = torch.tensor(tried, dtype=torch.float64)[:, None]  # [R, 1]
    known["learning_rate"] = column
    path = Runners(course, [(optimizer, known, len(tried))]).run()
    losses = course.ground.value(path[-1])  # [R]
    kept = torch.tensor([step is None for step in _lost(path)])
    losses = torch.where(kept & losses.isfinite(), losses, torch.inf)
    return Tuning(column[:, 0], losses, tried[int(losses.argmin())])


def limit(course: Course, racer: Racer) -> Limit | None:
    """Return the largest stable rate; None for an optimizer without such a law.

    On a quadratic surface (bowl, parabola) a larger rate makes almost every path
    diverge, and the two places agree. Elsewhere no racer with a larger rate comes to
    rest in the minimum. Said of gradients without noise, clipping and schedule.

    Source: the roots of w's recursion along an eigenvector; Goh, "Why Momentum Really
    Works", 2017.
    """
    kept = racer.values.get("momentum", 0.0)
    bounds = {
        "sgd": 2.0,
        "momentum": 2 * (1 + kept),
        "momentum_ema": 2 * (1 + kept) / (1 - kept),
        "nesterov": 2 * (1 + kept) / (1 + 2 * kept),
    }
    if racer.optimizer not in bounds:
        return None
    start = torch.tensor(course.start, dtype=torch.float64)
    minima = torch.tensor(course.ground.minima, dtype=torch.float64)
    nearest = minima[torch.linalg.vector_norm(minima - start, dim=-1).argmin()]
    at_start, at_minimum = (
        curvature(course.ground, place)[-1].item() for place in (start, nearest)
    )
    return Limit(bounds[racer.optimizer], at_start, at_minimum)


def _lost(path: Tensor) -> list[int | None]:
    """Return the first step after which each racer of [T, N, D] is lost."""
    out = ~(torch.linalg.vector_norm(path, dim=-1) <= LIMIT)  # [T, N], true for NaN
    first = out.int().argmax(dim=0).tolist()
    return [step or None for step in first]
