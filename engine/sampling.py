"""The points a network learns from, and the order in which it meets them.

One number, the seed, decides everything here. A generator seeded with
`stream(seed, 0)` splits the points, one seeded with `stream(seed, t)` shuffles them for
epoch t = 1, 2, ...; so any epoch can be repeated without the epochs before it.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from engine import datasets
from engine.spec import Spec

TINY = 4  # so few points are not split


class Samples(NamedTuple):
    """Points [N, 2] float32 and their labels [N]: int64 classes or float32 values."""

    points: Tensor
    labels: Tensor


class Data(NamedTuple):
    """What to learn: `task` as in `losses`, `outputs` the units of the last layer."""

    train: Samples
    test: Samples
    task: str
    outputs: int


def stream(seed: int, epoch: int) -> torch.Generator:
    """Return the source of all random numbers of one epoch; epoch 0 is the split."""
    return torch.Generator().manual_seed(seed * 1_000_003 + epoch)


def draw(spec: Spec) -> Data:
    """Return the points of a run, split, in the order of a random permutation.

    Args:
        spec: its data, count, noise, classes, balance, train_share, points, own_task
            and seed decide. The first round(share · N) points of the permutation are
            for training, but at least one and not all; up to 4 points are for both.

    Returns:
        Training and test points, task and number of outputs: 1 for two classes and for
        values, else one for each class. Own points have as many classes as their
        largest label says, at least 2.

    Raises:
        ValueError: the data set cannot be made with these numbers.
    """
    own = spec.own_task if spec.points else datasets.TASKS[spec.data]
    points, labels = _own(spec) if spec.points else _made(spec)
    train, test = _split(Samples(points, labels), spec.train_share, spec.seed)
    if own == "regression":
        return Data(train, test, "regression", 1)
    classes = max(2, int(labels.max()) + 1) if spec.points else spec.classes
    if classes == 2:
        return Data(train, test, "binary", 1)
    return Data(train, test, "classes", classes)


def targets(labels: Tensor, data: Data) -> Tensor:
    """Return labels [N] as a loss wants them: [N, 1], or one-hot [N, outputs] float."""
    if data.task == "classes":
        return F.one_hot(labels, data.outputs).to(torch.float32)
    return labels[:, None].to(torch.float32)


def shuffle(count: int, seed: int, epoch: int, units: int = 0) -> tuple[Tensor, Tensor]:
    """Return the order of the points in an epoch, and dropout's random numbers.

    Args:
        count: points trained on, at least 1.
        seed: of the run, at least 0.
        epoch: from 1.
        units: hidden units that may be dropped; 0 draws nothing.

    Returns:
        [count] int64, a permutation, and then from the same generator [count, units]
        float32, uniform in [0, 1): row i is for the i-th point of the permutation.
    """
    generator = stream(seed, epoch)
    order = torch.randperm(count, generator=generator)
    return order, torch.rand(count, units, generator=generator)


def batches(count: int, size: int, seed: int, epoch: int) -> tuple[Tensor, ...]:
    """Return which points each step of an epoch is trained on.

    Args:
        count: points trained on, at least 1.
        size: points per step; 0 for all. The last step takes what is left.
        seed: of the run, at least 0.
        epoch: from 1.

    Returns:
        int64 [size], ..., the rows of the training points.
    """
    order, _draws = shuffle(count, seed, epoch)
    return order.split(size or count)


def _own(spec: Spec) -> tuple[Tensor, Tensor]:
    rows = torch.tensor(spec.points, dtype=torch.float32)  # [N, 3]
    kind = torch.int64 if spec.own_task == "classification" else torch.float32
    return rows[:, :2].contiguous(), rows[:, 2].to(kind)


def _made(spec: Spec) -> tuple[Tensor, Tensor]:
    return datasets.make(
        spec.data,
        spec.count,
        noise=spec.noise,
        seed=spec.seed,
        classes=spec.classes,
        balance=spec.balance,
    )


def _split(samples: Samples, share: float, seed: int) -> tuple[Samples, Samples]:
    count = len(samples.points)
    if count <= TINY:
        return samples, samples
    order = torch.randperm(count, generator=stream(seed, 0))
    first = min(max(round(share * count), 1), count - 1)
    train, test = order[:first], order[first:]
    points, labels = samples
    return Samples(points[train], labels[train]), Samples(points[test], labels[test])
