"""Racers on their way, all at one moment, step by step.

All start in the same point and meet the same noise and the same mini-batches.
"""

from collections.abc import Sequence
from itertools import chain, count, islice

import torch
from torch import Tensor

from engine.courses import Course
from engine.optimizers import OPTIMIZERS, Rates
from engine.sampling import batches

TINY = 1e-6  # keeps the clipping of a zero gradient finite, as in torch


class Runners:
    """All racers at one moment, and how they go on.

    A team is an optimizer's name, its rates and how many racers have them; a rate is a
    float, or [E, 1] with one value for each of E racers.
    """

    def __init__(self, course: Course, teams: Sequence[tuple[str, Rates, int]]) -> None:
        self.course, self.ground = course, course.ground
        sizes = [size for _name, _rates, size in teams]
        start = torch.tensor([course.start], dtype=torch.float64)
        self.weights = start.repeat(sum(sizes), 1)  # [N, D]
        self.sizes, self.factors = sizes, course.factors
        self.rates = [rates for _name, rates, _size in teams]
        self.rules = [OPTIMIZERS[name] for name, _rates, _size in teams]
        self.parts = self.weights.split(sizes)
        self.slots = [
            tuple(torch.zeros_like(part) for _slot in rule.memory)
            for rule, part in zip(self.rules, self.parts, strict=True)
        ]
        generator = torch.Generator().manual_seed(course.seed)
        shape = course.steps, len(course.start)
        self.noise = torch.randn(shape, generator=generator, dtype=torch.float64)
        self.batches = _batches(course)

    def slope(self, t: int) -> Tensor:
        """Return the gradients [N, D] that the racers meet in step t, from 1."""
        if self.batches:
            each = self.ground.samples(self.weights)  # [N, samples, D]
            gradient = each[:, self.batches[t - 1]].mean(1)
        else:
            gradient = self.ground.gradient(self.weights)
        if self.course.noise:
            gradient = gradient + self.course.noise * self.noise[t - 1]
        return gradient

    def clip(self, gradient: Tensor) -> Tensor:
        """Return gradients [N, D] that are not too large."""
        most = self.course.clip_at
        if self.course.clip == "norm":
            length = torch.linalg.vector_norm(gradient, dim=-1, keepdim=True)
            return gradient * (most / (length + TINY)).clamp(max=1)
        if self.course.clip == "value":
            return gradient.clamp(-most, most)
        return gradient

    def move(self, t: int, gradient: Tensor) -> None:
        """Take step t with these gradients [N, D], which hold nothing of use after."""
        factor = self.factors[t - 1]
        teams = zip(self.rules, self.rates, self.slots, strict=True)
        parts = zip(self.parts, gradient.split(self.sizes), strict=True)
        for (rule, rates, slots), (part, slope) in zip(teams, parts, strict=True):
            now = {**rates, "learning_rate": rates["learning_rate"] * factor}
            rule.step(part, slope, slots, now, t)

    def run(self) -> Tensor:
        """Take all steps; return all points, [steps + 1, N, D]."""
        path = self.weights.new_empty(self.course.steps + 1, *self.weights.shape)
        path[0] = self.weights
        with torch.inference_mode():  # a tenth faster
            for t in range(1, self.course.steps + 1):
                self.move(t, self.clip(self.slope(t)))
                path[t] = self.weights
        return path


def _batches(course: Course) -> tuple[Tensor, ...]:
    """Return the samples that each step is told of; nothing if it is all of them."""
    size = course.ground.size
    if not course.batch or course.batch == size:
        return ()
    epochs = (batches(size, course.batch, course.seed, e) for e in count(1))
    return tuple(islice(chain.from_iterable(epochs), course.steps))
