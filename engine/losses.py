"""Losses on the raw output of a network, and their gradients.

Shapes: scores [E, B, K], E networks, B points, K outputs; targets [B, K] float, shared
by the networks. `task` says what the scores mean:

- "binary": K = 1, the logit z of class 1; targets 0 or 1; probability σ(z).
- "classes": K logits; targets one-hot; probabilities softmax(z).
- "regression": K = 1, the value itself.

mse and huber compare probabilities (or values) with the targets, summed over K;
cross_entropy and hinge need classes. Every loss is a mean over the B points. A kink has
the slope of its flat side: 0.

Source: Goodfellow, Bengio, Courville, "Deep Learning", 2016, 6.2; Crammer, Singer,
"On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines", 2001.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

TASKS = ("binary", "classes", "regression")


@dataclass(frozen=True)
class Loss:
    """A loss: `value` [E], `gradient` [E, B, K] of that mean, the `tasks` it can do.

    Both functions take (scores, targets, task) and raise ValueError for a task that is
    not among `tasks`. `gradient` returns a new tensor.
    """

    value: Callable[[Tensor, Tensor, str], Tensor]
    gradient: Callable[[Tensor, Tensor, str], Tensor]
    tasks: tuple[str, ...]


def output(scores: Tensor, task: str) -> Tensor:
    """Return what the network says: probabilities, or the value itself.

    Args:
        scores: [..., K] float, raw.
        task: one of `TASKS`.

    Returns:
        [..., K]: σ(z) in [0, 1] for "binary"; for "classes" numbers in [0, 1] that sum
        to 1 over K; `scores` itself for "regression".

    Raises:
        ValueError: `task` is unknown.
    """
    _require(task, TASKS)
    if task == "binary":
        return torch.sigmoid(scores)
    return torch.softmax(scores, dim=-1) if task == "classes" else scores


def cross_entropy(scores: Tensor, targets: Tensor, task: str) -> Tensor:
    """Return the mean of -log(probability given to the right class), in nats, [E].

    softplus((1 - 2y) z) and log-softmax stay finite where log σ(z) would not.
    """
    _require(task, ("binary", "classes"))
    if task == "binary":
        return F.softplus((1 - 2 * targets) * scores).mean(dim=(1, 2))
    chosen = torch.log_softmax(scores, dim=-1) * targets  # [E, B, K]
    return chosen.sum(dim=(1, 2)) / -scores.shape[1]


def cross_entropy_gradient(scores: Tensor, targets: Tensor, task: str) -> Tensor:
    """Return (probability - target) / B: the famous dz = a - y, [E, B, K]."""
    _require(task, ("binary", "classes"))
    return output(scores, task).sub_(targets).div_(scores.shape[1])


def mse(scores: Tensor, targets: Tensor, task: str) -> Tensor:
    """Return the mean over the points of the squared error summed over K, [E]."""
    error = output(scores, task) - targets
    return error.square_().sum(dim=(1, 2)) / scores.shape[1]


def mse_gradient(scores: Tensor, targets: Tensor, task: str) -> Tensor:
    """Return 2 (output - target) / B, carried back to the scores, [E, B, K]."""
    given = output(scores, task)
    return _to_scores((given - targets).mul_(2 / scores.shape[1]), given, task)


def huber(scores: Tensor, targets: Tensor, task: str) -> Tensor:
    """Return the mean of e²/2 where |e| < 1 and |e| - 1/2 beyond, [E].

    Errors of probabilities never leave [-1, 1]: there it is half the mse.
    """
    away = (output(scores, task) - targets).abs_()
    small = away.clamp(max=1)
    return (small * (away - small / 2)).sum(dim=(1, 2)) / scores.shape[1]


def huber_gradient(scores: Tensor, targets: Tensor, task: str) -> Tensor:
    """Return the error cut to [-1, 1] over B, carried back to the scores, [E, B, K]."""
    given = output(scores, task)
    error = (given - targets).clamp_(-1, 1).div_(scores.shape[1])
    return _to_scores(error, given, task)


def hinge(scores: Tensor, targets: Tensor, task: str) -> Tensor:
    """Return by how much, on average, the right side misses a margin of 1, [E].

    Binary: max(0, 1 - (2y - 1) z). Classes: the same for every wrong class j with
    z_right - z_j, summed and divided by K.
    """
    _require(task, ("binary", "classes"))
    if task == "binary":
        return (1 - (2 * targets - 1) * scores).clamp_(min=0).mean(dim=(1, 2))
    return _missing(scores, targets).clamp_(min=0).sum(dim=2).mean(1) / scores.shape[2]


def hinge_gradient(scores: Tensor, targets: Tensor, task: str) -> Tensor:
    """Return the gradient of `hinge`: a constant for each margin missed, [E, B, K]."""
    _require(task, ("binary", "classes"))
    count, outputs = scores.shape[1:]
    if task == "binary":
        sides = 1 - 2 * targets
        return torch.where(sides * scores > -1, sides / count, 0.0)
    missed = (_missing(scores, targets) > 0).to(scores.dtype)
    rights = targets * missed.sum(dim=2, keepdim=True)
    return missed.sub_(rights).div_(count * outputs)


LOSSES = {
    "cross_entropy": Loss(cross_entropy, cross_entropy_gradient, ("binary", "classes")),
    "mse": Loss(mse, mse_gradient, TASKS),
    "hinge": Loss(hinge, hinge_gradient, ("binary", "classes")),
    "huber": Loss(huber, huber_gradient, TASKS),
}


def _to_scores(gradient: Tensor, given: Tensor, task: str) -> Tensor:
    """Carry a gradient by the outputs back to the scores, through σ or softmax."""
    if task == "binary":
        return gradient.mul_(torch.addcmul(given, given, given, value=-1))  # p - p²
    if task == "classes":
        along = (gradient * given).sum(dim=-1, keepdim=True)
        return gradient.sub_(along).mul_(given)
    return gradient


def _missing(scores: Tensor, targets: Tensor) -> Tensor:
    """Return 1 - z_right + z_j for every wrong class j, 0 for the right one."""
    right = (scores * targets).sum(dim=2, keepdim=True)  # [E, B, 1]
    return (scores - right).add_(1).mul_(1 - targets)


def _require(task: str, known: tuple[str, ...]) -> None:
    if task not in known:
        raise ValueError(f"task must be one of {known}, got {task!r}")
