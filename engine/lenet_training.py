"""Train LeNet-5 on MNIST: batches, one-cycle learning rate, AdamW, step by step.

Source: Loshchilov, Hutter, "Decoupled Weight Decay Regularization", ICLR 2019;
Smith, Topin, "Super-Convergence", 2018 (one cycle).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.augment import Ranges, distort
from engine.ink import FRAME, INPUT, prepare, to_input_range
from engine.lenet import LeNet5, from_mnist, new
from engine.resuming import captured, take_up
from engine.strokes import drawings

CPU = torch.device("cpu")
RANGES = Ranges()
WARM_UP = 0.3  # share of the steps in which the learning rate rises


@dataclass(frozen=True)
class Recipe:
    """All that decides a training run, besides the data.

    `learning_rate` is the peak of the cycle; `ranges` = None trains on the pictures
    as they are.
    """

    variant: str = "relu"
    epochs: int = 30
    batch_size: int = 128
    learning_rate: float = 3e-3
    weight_decay: float = 0.01
    ranges: Ranges | None = RANGES
    seed: int = 0


@dataclass(frozen=True)
class Step:
    """One batch: its number from 1, how many there are, its epoch from 1, its score.

    `loss` is the cross-entropy in nats and `accuracy` a fraction, both on the batch
    before the step.
    """

    index: int
    total: int
    epoch: int
    loss: float
    accuracy: float


class Training:
    """A run that can be watched, left at any step and taken up again.

    The network in `net` changes with every step. All random numbers come from one
    generator on the CPU, so a seed means the same run each time.
    """

    def __init__(
        self,
        recipe: Recipe,
        images: Tensor,
        labels: Tensor,
        *,
        device: torch.device = CPU,
        resume: dict | None = None,
    ) -> None:
        _require_data(recipe, images, labels)
        self.recipe = recipe
        self.images, self.labels = images.to(device), labels.to(device)
        self.net = new(recipe.variant, recipe.seed).to(device)
        self.optimizer = torch.optim.AdamW(
            self.net.parameters(), weight_decay=recipe.weight_decay
        )
        self.generator = torch.Generator().manual_seed(recipe.seed)
        self.epoch = 0  # epochs finished
        if resume is not None:
            take_up(self, resume)
        self._saved = captured(self)

    def run(self) -> Iterator[Step]:
        """Yield one `Step` per batch until the recipe's last epoch ends.

        Whoever stops iterating stops the training.
        """
        batches = math.ceil(len(self.images) / self.recipe.batch_size)
        total = batches * self.recipe.epochs
        for epoch in range(self.epoch + 1, self.recipe.epochs + 1):
            order = torch.randperm(len(self.images), generator=self.generator)
            chunks = order.to(self.images.device).split(self.recipe.batch_size)
            for index, rows in enumerate(chunks, start=(epoch - 1) * batches + 1):
                rate = one_cycle(index - 1, total, self.recipe.learning_rate)
                loss, accuracy = self._learn(rows, rate)
                if index == epoch * batches:
                    self.epoch = epoch
                    self._saved = captured(self)
                yield Step(index, total, epoch, loss, accuracy)

    def state(self) -> dict:
        """Return all that `resume` needs, as it was when the last epoch ended."""
        return self._saved

    def _learn(self, rows: Tensor, rate: float) -> tuple[float, float]:
        """Take one step on the pictures in `rows`; return loss and accuracy before."""
        labels = self.labels[rows]
        logits = self.net(self._pictures(rows))
        loss = F.cross_entropy(logits, labels)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        hits = (logits.argmax(dim=1) == labels).float().mean()
        return loss.item(), hits.item()

    def _pictures(self, rows: Tensor) -> Tensor:
        """Return the network's input for some images, distorted by the recipe."""
        if self.recipe.ranges is None:
            return from_mnist(self.images[rows])
        grey = self.images[rows].to(torch.float32) / 255  # [B, 28, 28]
        grey = distort(grey, ranges=self.recipe.ranges, generator=self.generator)
        padded = F.pad(grey * 255, [(INPUT - FRAME) // 2] * 4)
        return to_input_range(padded)[:, None]


def train(
    recipe: Recipe,
    images: Tensor,
    labels: Tensor,
    *,
    device: torch.device = CPU,
    resume: dict | None = None,
) -> Iterator[Step]:
    """Yield the steps of a `Training` whose network is of no further interest.

    Args:
        recipe: what to do.
        images: uint8 [N, 28, 28], N at least 1.
        labels: int64 [N], 0 to 9.
        device: where to compute.
        resume: the `state` of an earlier run of the same recipe.

    Returns:
        An iterator; each step is taken when it is asked for.

    Raises:
        ValueError: data, recipe and state do not go together.
    """
    return Training(recipe, images, labels, device=device, resume=resume).run()


def one_cycle(step: int, total: int, peak: float) -> float:
    """Return the learning rate: up from peak / 25, then down to nearly nothing.

    Args:
        step: 0 to total - 1.
        total: steps in the run.
        peak: the largest rate, reached after 30 % of the steps.

    Returns:
        The rate, along two half waves of a cosine; peak / 250,000 at the last step.
    """
    top, last = WARM_UP * total - 1, total - 1
    start, end = peak / 25, peak / 250_000
    if step <= top:
        return _half_wave(start, peak, step / top)
    return _half_wave(peak, end, (step - top) / (last - top))


def evaluate(
    net: LeNet5, pictures: Tensor, labels: Tensor, *, batch_size: int = 1000
) -> tuple[float, Tensor]:
    """Return the share of right answers and who was taken for whom.

    Args:
        net: the network.
        pictures: [N, 1, 32, 32] float, N at least 1, on the network's device.
        labels: int64 [N], 0 to 9, on the same device.
        batch_size: pictures looked at together.

    Returns:
        A fraction in [0, 1], and int64 [10, 10] on the CPU: row = the digit meant,
        column = the answer.
    """
    with torch.no_grad():
        answers = [net(part).argmax(dim=1) for part in pictures.split(batch_size)]
    pairs = (labels * 10 + torch.cat(answers)).cpu()
    confusion = torch.bincount(pairs, minlength=100).view(10, 10)
    return confusion.diag().sum().item() / len(labels), confusion


def drawn_set(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return mouse-drawn digits prepared as a visitor's would be, to test on.

    Args:
        count: how many, at least 1; 0 to 9 in turn.
        seed: which drawings.

    Returns:
        [count, 1, 32, 32] float and int64 [count].
    """
    pairs = [(prepare(drawing), digit) for drawing, digit in drawings(count, seed)]
    pictures, digits = zip(*pairs, strict=True)
    return torch.cat(pictures), torch.tensor(digits)


def _half_wave(start: float, end: float, share: float) -> float:
    """Return the value `share` (0 to 1) along half a cosine from start to end."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


def _require_data(recipe: Recipe, images: Tensor, labels: Tensor) -> None:
    if images.dtype != torch.uint8 or images.shape[1:] != (FRAME, FRAME):
        raise ValueError(
            f"images must be uint8 [N, 28, 28], got {images.dtype} {list(images.shape)}"
        )
    if len(images) != len(labels) or not len(images):
        raise ValueError(
            f"as many labels as images are needed, at least one, "
            f"got {len(images)} images and {len(labels)} labels"
        )
    if min(recipe.epochs, recipe.batch_size) < 1 or not recipe.learning_rate > 0:
        raise ValueError(
            "epochs and batch_size must be at least 1 and learning_rate above 0, "
            f"got {recipe}"
        )
