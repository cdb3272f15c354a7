"""What is kept of a run: measures of its epochs, and checkpoints to return to."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from engine.parameters import Shape

Item = TypeVar("Item")
NAMES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
MOST_ROWS, MOST_CHECKPOINTS = 2000, 240  # kept at most, if they are small
MEMORY = 64 * 2**20  # bytes that rows, and checkpoints, may take


@dataclass(frozen=True)
class Divergence:
    """When a network's loss stopped being finite, and how steep it had become.

    `epoch` is the epoch after which the loss was not finite, or a weight was beyond a
    million; `gradient_norm` the largest finite one so far, inf if there was none.
    """

    epoch: int
    gradient_norm: float


@dataclass(frozen=True)
class Measures:
    """What E networks of L layers were worth after an epoch, on the CPU.

    Losses are those of the data, without penalties; accuracies fractions, or R² for
    regression; both in evaluation mode. `gradient_norm` [E, L] is the root mean square,
    over the steps of the epoch, of the norm of the loss's gradient by the parameters of
    a layer, before penalties and clipping; for epoch 0, which has no steps, it is the
    norm in the first step to come.
    """

    train_loss: Tensor  # [E], or [T, E] in a History
    test_loss: Tensor
    train_accuracy: Tensor
    test_accuracy: Tensor
    gradient_norm: Tensor  # [E, L], or [T, E, L]


@dataclass(frozen=True)
class History(Measures):
    """The measures after `epochs` [T] int64, ascending; each has T in front."""

    epochs: Tensor


@dataclass(frozen=True)
class Checkpoint:
    """All that is needed to go on from an epoch.

    `state` [1 + slots, E, P] holds the parameters and what the optimizer remembers,
    `running` [2, E, units] batch norm's means and variances, `row` the measures,
    `largest_norm` [E] the largest finite gradient norm so far, `steps` the steps taken.
    `shape` and `optimizer` say which runs can take it up.
    """

    epoch: int
    steps: int
    shape: Shape
    optimizer: str
    state: Tensor
    running: Tensor
    row: Tensor
    largest_norm: Tensor
    divergence: tuple[Divergence | None, ...]

    @property
    def parameters(self) -> Tensor:
        """The parameters [E, P]."""
        return self.state[0]

    @property
    def measures(self) -> Measures:
        """What the networks were worth."""
        return measures(self.row)


class Log:
    """Rows of measures, epoch by epoch; when full, every second old one is dropped."""

    def __init__(self, networks: int, layers: int) -> None:
        self.width = len(NAMES) + layers
        fitting = MEMORY // (4 * networks * self.width)
        self._epochs: list[int] = []
        room = min(max(fitting, 16), MOST_ROWS)
        self._rows = torch.empty(room, networks, self.width)

    def add(self, epoch: int, row: Tensor) -> None:
        """Keep a row [E, 4 + L], unless one of a later epoch is there already."""
        if self._epochs and epoch <= self._epochs[-1]:
            return  # an epoch that is lived through again, exactly as before
        if len(self._epochs) == len(self._rows):
            kept = thinned(list(range(len(self._epochs))))
            self._rows[: len(kept)] = self._rows[kept]
            self._epochs = [self._epochs[index] for index in kept]
        self._rows[len(self._epochs)] = row
        self._epochs.append(epoch)

    def copy(self, other: "Log", epoch: int) -> None:
        """Begin with the rows of another log before an epoch."""
        count = bisect_left(other._epochs, epoch)
        self._epochs = other._epochs[:count]
        self._rows[:count] = other._rows[:count]

    def history(self, epoch: int, row: Tensor) -> History:
        """Return a copy of the rows before an epoch, and then the row of that epoch."""
        count = bisect_left(self._epochs, epoch)
        rows = torch.cat([self._rows[:count], row[None]])  # [T, E, 4 + L]
        epochs = torch.tensor([*self._epochs[:count], epoch])
        return History(*_columns(rows), epochs=epochs)


def measures(row: Tensor) -> Measures:
    """Return the measures that lie side by side in a row [E, 4 + L]."""
    return Measures(*_columns(row))


def thinned(items: list[Item]) -> list[Item]:
    """Return every second item of the older half, the first included, and the rest."""
    half = len(items) // 2
    return items[:half:2] + items[half:]


def room(checkpoint: Checkpoint) -> int:
    """Return how many checkpoints like this one may be kept, at least 8."""
    size = 4 * (checkpoint.state.numel() + checkpoint.running.numel())
    return min(max(MEMORY // size, 8), MOST_CHECKPOINTS)


def _columns(rows: Tensor) -> list[Tensor]:
    """Return the losses, the accuracies [..., E] and the norms [..., E, L] of rows."""
    first = len(NAMES)
    return [*rows[..., :first].unbind(-1), rows[..., first:]]
