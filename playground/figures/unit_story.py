"""What a single unit went through while it learned, moment by moment.

A moment stands between two steps: the unit as it is, the samples it looks at next, and
what the rule will make of its weights. So all that is seen at once agrees.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.losses import LOSSES
from engine.units import RULES, Plan, Step, learn

MOST_MOMENTS = 600
LARGEST = 100.0  # of a weight that goes down a gradient: beyond it, it diverges


@dataclass(frozen=True)
class Story:
    """How a unit learned: T moments, N samples, D inputs (1 or 2), R samples a step.

    Attributes:
        plan: rule, mode, rate, passes.
        points: [N, D]; labels: [N], as given.
        span: lowest and highest coordinate of the plane shown.
        times: steps done in each moment, rising from 0.
        looks: the step that comes next in each moment.
        turns: passes begun in each moment.
        weights: [T, D + 1], the bias last; coming: the same, one step later.
        z: [T, N]; wrong: [T] samples on the wrong side (regression has none).
        loss: [T] of all samples; for the perceptron, how many are wrong.
        steps: how many there were, though not every one is a moment.
        diverged: whether the weights grew without bounds, where the story then ends.
    """

    plan: Plan
    points: Tensor
    labels: Tensor
    span: tuple[float, float]
    times: tuple[int, ...]
    looks: tuple[Step, ...]
    turns: tuple[int, ...]
    weights: Tensor
    coming: Tensor
    z: Tensor
    wrong: Tensor
    loss: Tensor
    steps: int
    diverged: bool

    @property
    def inputs(self) -> int:  # noqa: D102 - its name says it
        return self.points.shape[1]

    @property
    def rows(self) -> int:
        """Return the most samples looked at in one step."""
        return max(len(look.rows) for look in self.looks)

    @property
    def settled(self) -> int | None:
        """Return the moment from which on no sample is wrong, None if there is none."""
        last = torch.cat((torch.tensor([1]), self.wrong)).nonzero()[-1].item()
        return last if last < len(self.times) else None


def tell(
    points: Tensor, labels: Tensor, plan: Plan, span: tuple[float, float]
) -> Story:
    """Let a unit learn and return its story.

    Args:
        points: [N, D], D = 2; for the rule "linear" D = 1.
        labels: [N], 0 or 1; for the rule "linear" any number.
        plan: the passes are told in full, however many frames that takes.
        span: lowest and highest coordinate of the plane shown.

    Raises:
        ValueError: see `engine.units.learn`.
    """
    # One pass more, for what the last moment looks at.
    every = list(learn(points, labels, replace(plan, passes=plan.passes + 1)))
    after = torch.tensor([(*step.weights, step.bias) for step in every]).double()
    weights = torch.cat((torch.zeros_like(after[:1]), after))  # before each step
    count = sum(step.turn <= plan.passes for step in every)
    far = (weights[: count + 1].abs() > LARGEST).any(dim=1)
    diverged = RULES[plan.rule].averaged and far.any().item()
    steps = int(far.nonzero()[0].item()) if diverged else count
    times = _kept(steps)
    inputs = torch.cat((points, torch.ones_like(points[:, :1])), dim=1).double()
    z = weights[list(times)] @ inputs.T  # [T, N]
    wrong = ((z > 0) != (labels > 0.5)).sum(dim=1)
    return Story(
        plan,
        points.double(),
        labels.double(),
        span,
        times,
        tuple(every[time] for time in times),
        tuple(every[time - 1].turn if time else 0 for time in times),
        weights[list(times)],
        after[list(times)],
        z,
        wrong,
        wrong if plan.rule == "perceptron" else _loss(plan.rule, z, labels.double()),
        count,
        diverged,
    )


def _kept(steps: int) -> tuple[int, ...]:
    """Return which moments are shown: the first half of them all, then one in k."""
    dense = min(steps + 1, MOST_MOMENTS // 2)
    stride = stride_of(steps)
    late = range(steps, dense - 1, -stride)
    return (*range(dense), *reversed(late))


def stride_of(steps: int) -> int:
    """Return k if of the later steps only one in k is a frame; 1 if all are."""
    half = MOST_MOMENTS // 2
    return max(1, -(-(steps + 1 - half) // half))


def targets(rule: str, labels: Tensor) -> Tensor:
    """Return what z or the answer is to hit: the labels, for ADALINE -1 and 1."""
    return 2 * labels - 1 if rule == "adaline" else labels


def _loss(rule: str, z: Tensor, labels: Tensor) -> Tensor:
    """Return the mean loss that the rule goes down, of all samples, [T]."""
    scores, due = z[:, :, None], targets(rule, labels)[:, None]
    if rule == "logistic":
        return LOSSES["cross_entropy"].value(scores, due, "binary")
    return LOSSES["mse"].value(scores, due, "regression")
