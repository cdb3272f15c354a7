"""Both convolutions of LeNet-5 while it was trained: weights at moments of the run."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from engine import lenet
from engine.lenet import ACTIVATIONS, VARIANTS
from engine.lenet_training import Step, Training, evaluate

# Batches of the first epoch after which a look is taken: filters change fastest
# then. Every whole epoch is one as well.
EARLY = (5, 15, 30, 60, 117, 234)
KEPT = ("c1.weight", "c1.bias", "c3.weight", "c3.bias")


@dataclass(frozen=True)
class Checkpoint:
    """The convolutions at one moment: `epoch` counts passes over the data from 0.

    `weights` has "c1.weight" [6, 1, 5, 5], "c1.bias" [6], "c3.weight" [16, 6, 5, 5]
    and "c3.bias" [16]; `accuracy` is a fraction, on pictures kept out of the training.
    """

    epoch: float
    weights: dict[str, Tensor]
    accuracy: float


class Watched:
    """A training that is looked at: `checkpoints` grows while it runs.

    Args:
        training: at its start, or taken up again with the same state.
        pictures: [N, 1, 32, 32], to measure the accuracy.
        labels: int64 [N].
        resume: the `state` of an earlier run, if the training took one up.
    """

    def __init__(
        self,
        training: Training,
        pictures: Tensor,
        labels: Tensor,
        resume: dict | None = None,
    ) -> None:
        self._training = training
        self._pictures, self._labels = pictures, labels
        kept = (resume or {}).get("checkpoints", [])
        self.checkpoints = [Checkpoint(*row) for row in kept]
        if resume is None:
            self._look(0.0)

    @property
    def epoch(self) -> int:
        """Epochs finished."""
        return self._training.epoch

    def run(self) -> Iterator[Step]:
        """Yield one `Step` per batch, looking where it is time to."""
        for step in self._training.run():
            batches = step.total // self._training.recipe.epochs
            if step.index % batches == 0 or step.index in EARLY:
                self._look(step.index / batches)
            yield step

    def state(self) -> dict:
        """Return all that is needed to take the run up after its last epoch."""
        rows = [
            (kept.epoch, kept.weights, kept.accuracy)
            for kept in self.checkpoints
            if kept.epoch <= self.epoch
        ]
        return self._training.state() | {"checkpoints": rows}

    def _look(self, epoch: float) -> None:
        accuracy, _confusion = evaluate(
            self._training.net, self._pictures, self._labels
        )
        weights = self._training.net.state_dict()
        kept = {name: weights[name].cpu().half() for name in KEPT}  # copies
        self.checkpoints.append(Checkpoint(epoch, kept, accuracy))


def packed(checkpoints: list[Checkpoint]) -> dict:
    """Return checkpoints as they are stored, in half precision."""
    stacks = {
        name: torch.stack([kept.weights[name] for kept in checkpoints]).half()
        for name in KEPT
    }
    return stacks | {
        "epochs": [kept.epoch for kept in checkpoints],
        "accuracies": [kept.accuracy for kept in checkpoints],
    }


def checkpoints(variant: str = "relu") -> tuple[Checkpoint, ...]:
    """Return the convolutions before, during and after the training, in order.

    Raises:
        ValueError: the variant is unknown.
        FileNotFoundError: the network has not been trained yet.
    """
    path = history_file(lenet.WEIGHTS, variant)
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing; make it with: "
            f"playground train lenet --variant {variant}"
        )
    stored = torch.load(path, map_location="cpu", weights_only=True)
    rows = zip(stored["epochs"], stored["accuracies"], strict=True)
    return tuple(
        Checkpoint(epoch, {name: stored[name][at].float() for name in KEPT}, accuracy)
        for at, (epoch, accuracy) in enumerate(rows)
    )


def history_file(folder: Path, variant: str) -> Path:
    """Return where the checkpoints of a variant lie.

    Raises:
        ValueError: the variant is unknown.
    """
    if variant not in ACTIVATIONS:
        raise ValueError(f"variant must be one of {VARIANTS}, got {variant!r}")
    return folder / f"lenet_{variant}_filters.pt"


def maps(kept: Checkpoint, variant: str, picture: Tensor) -> dict[str, Tensor]:
    """Return what both convolutions said at a moment, after the nonlinearity.

    Args:
        kept: the moment.
        variant: "relu" or "tanh".
        picture: [1, 32, 32], the network's input.

    Returns:
        c1 [6, 28, 28] and c3 [16, 10, 10].
    """
    squash, weights = ACTIVATIONS[variant], kept.weights
    first = squash(F.conv2d(picture[None], weights["c1.weight"], weights["c1.bias"]))
    halved = F.avg_pool2d(first, 2)  # [1, 6, 14, 14]
    second = squash(F.conv2d(halved, weights["c3.weight"], weights["c3.bias"]))
    return {"c1": first[0], "c3": second[0]}
