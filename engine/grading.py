"""How good E networks are: loss, and accuracy or the share of variance explained."""

import torch
from torch import Tensor

from engine.losses import Loss


def grade(
    scores: Tensor, targets: Tensor, task: str, loss: Loss
) -> tuple[Tensor, Tensor]:
    """Return loss and accuracy of E networks.

    Args:
        scores: [E, N, K], N at least 1.
        targets: [N, K].
        task: see `losses`.
        loss: one that can do the task.

    Returns:
        [E] and [E]. The accuracy is the share of right classes (of equal scores the
        first class wins, and class 0 at a logit of 0); for regression R², the share of
        the targets' variance that is explained, 0 if they do not vary.
    """
    return loss.value(scores, targets, task), _accuracy(scores, targets, task)


def _accuracy(scores: Tensor, targets: Tensor, task: str) -> Tensor:
    if task == "regression":
        missed = (scores - targets).square().sum((1, 2))  # [E]
        spread = (targets - targets.mean()).square().sum()
        return torch.where(spread > 0, 1 - missed / spread, 0.0)
    if task == "binary":
        right = (scores > 0) == (targets > 0.5)  # [E, N, 1]
    else:
        right = scores.argmax(2) == targets.argmax(1)  # [E, N]
    return right.flatten(1).to(scores.dtype).mean(1)
