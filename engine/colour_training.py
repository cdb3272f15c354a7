"""Train the colour network on CIFAR-10: step by step, with looks at its first layer.

The first layer alone is held back by a strong weight decay: what the answer does not
need fades from its filters, and edges and blobs of colour remain.

Source: Smith, Topin, "Super-Convergence", 2018 (one cycle).
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.cifar import CLASSES, SIDE
from engine.colour_learner import Learner, jostle, new_learner
from engine.colour_net import Checkpoint
from engine.lenet_training import CPU, Step
from engine.resuming import captured, take_up

WARM_UP = 0.2  # share of the steps in which the learning rate rises
PRECISIONS = {"bfloat16": torch.bfloat16, "float32": torch.float32}
# Epochs of the checkpoints within the first one, when the filters change fastest;
# every whole epoch is one as well.
EARLY = (0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75)


@dataclass(frozen=True)
class Recipe:
    """All that decides a training run, besides the data.

    `learning_rate` is the peak of the cycle, `first_decay` the weight decay of the
    first layer, `weight_decay` that of all others. `kept_out` pictures are not
    trained on: the recipe was chosen by them. `precision` is that of the products:
    "bfloat16" halves the time on processors that have it, "float32" runs everywhere.
    """

    epochs: int = 24
    batch_size: int = 128
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 5e-4
    first_decay: float = 1e-2
    kept_out: int = 5000
    precision: str = "bfloat16"
    seed: int = 0


class Training:
    """A run that can be watched, left at any step and taken up again.

    The network in `net` changes with every step; `checkpoints` grows. All random
    numbers come from one generator on the CPU, so a seed means the same run each
    time on the same machine.
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
        _require(recipe, images, labels)
        self.recipe, self.device = recipe, device
        self.generator = torch.Generator().manual_seed(recipe.seed)
        order = torch.randperm(len(images), generator=self.generator)
        self.images, self.labels = images.to(device), labels.to(device)
        self.kept_out = order[: recipe.kept_out].to(device)
        self.rows = order[recipe.kept_out :]
        self.net = new_learner(self.generator).to(
            device, memory_format=torch.channels_last
        )
        self.optimizer = _optimizer(self.net, recipe)
        self.epoch = 0  # epochs finished
        self.checkpoints: list[Checkpoint] = []
        if resume is not None:
            self._take_up(resume)
        self._saved = self._capture()

    def run(self) -> Iterator[Step]:
        """Yield one `Step` per batch until the recipe's last epoch ends.

        Whoever stops iterating stops the training.
        """
        size, epochs = self.recipe.batch_size, self.recipe.epochs
        batches = len(self.rows) // size  # what is left over waits for another epoch
        total = batches * epochs
        looks = {round(at * batches) for at in (*EARLY, *range(1, epochs + 1))}
        if self.epoch == 0:
            self._look(0)
        for epoch in range(self.epoch + 1, epochs + 1):
            order = torch.randperm(len(self.rows), generator=self.generator)
            chunks = self.rows[order][: batches * size].split(size)
            for index, rows in enumerate(chunks, start=(epoch - 1) * batches + 1):
                rate = triangle(index - 1, total, self.recipe.learning_rate)
                loss, accuracy = self._learn(rows.to(self.device), rate)
                if index in looks:
                    self._look(index / batches)
                if index == epoch * batches:
                    self.epoch = epoch
                    self._saved = self._capture()
                yield Step(index, total, epoch, loss, accuracy)

    def state(self) -> dict:
        """Return all that `resume` needs, as it was when the last epoch ended."""
        return self._saved

    def _learn(self, rows: Tensor, rate: float) -> tuple[float, float]:
        """Take one step on the pictures in `rows`; return loss and accuracy before."""
        pictures = jostle(self.images[rows], self.generator)
        self.net.train()
        with rounding(self.device, self.recipe.precision):
            logits = self.net(_laid_out(pictures))
        labels = self.labels[rows]
        loss = F.cross_entropy(logits.float(), labels)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        hits = (logits.argmax(dim=1) == labels).float().mean()
        return loss.item(), hits.item()

    def _look(self, epoch: float) -> None:
        """Keep the first layer and what the network scores on pictures kept out."""
        self.net.eval()
        with rounding(self.device, self.recipe.precision):
            accuracy, _ = evaluate(
                self.net, self.images[self.kept_out], self.labels[self.kept_out]
            )
        filters = self.net.fold().c1.weight.half()  # as the shipped file keeps them
        self.checkpoints.append(Checkpoint(epoch, filters, accuracy))

    def _capture(self) -> dict:
        kept = [asdict(checkpoint) for checkpoint in self.checkpoints]
        return captured(self) | {"checkpoints": kept}

    def _take_up(self, state: dict) -> None:
        take_up(self, state)
        self.checkpoints = [Checkpoint(**kept) for kept in state["checkpoints"]]


def rounding(device: torch.device, precision: str) -> torch.autocast:
    """Return the context in which products are computed in one of `PRECISIONS`."""
    kind = PRECISIONS[precision]
    return torch.autocast(device.type, kind, enabled=kind is not torch.float32)


def triangle(step: int, total: int, peak: float) -> float:
    """Return the learning rate: straight up to the peak, straight down to nothing.

    Args:
        step: 0 to total - 1.
        total: steps in the run.
        peak: the largest rate, reached after 20 % of the steps.

    Returns:
        The rate, above 0 and at most `peak`.
    """
    share = (step + 1) / (total + 1)
    if share < WARM_UP:
        return peak * share / WARM_UP
    return peak * (1 - share) / (1 - WARM_UP)


def evaluate(
    net: nn.Module, images: Tensor, labels: Tensor, *, batch_size: int = 500
) -> tuple[float, Tensor]:
    """Return the share of right answers and what was taken for what.

    Args:
        net: maps [N, 3, 32, 32] in [0, 1] to [N, 10] logits.
        images: uint8 [N, 3, 32, 32], N at least 1, on the network's device.
        labels: int64 [N], 0 to 9, on the same device.
        batch_size: pictures looked at together.

    Returns:
        A fraction in [0, 1], and int64 [10, 10] on the CPU: row = the class shown,
        column = the answer.
    """
    with torch.no_grad():
        parts = images.split(batch_size)
        answers = [net(_laid_out(part.float() / 255)).argmax(dim=1) for part in parts]
    count = len(CLASSES)
    pairs = (labels * count + torch.cat(answers)).cpu()
    confusion = torch.bincount(pairs, minlength=count**2).view(count, count)
    return confusion.diag().sum().item() / len(labels), confusion


def _laid_out(pictures: Tensor) -> Tensor:
    """Return the pictures with the channels innermost: processors add them faster."""
    return pictures.contiguous(memory_format=torch.channels_last)


def _optimizer(net: Learner, recipe: Recipe) -> torch.optim.SGD:
    first = [net.c1.weight]
    others = [p for name, p in net.named_parameters() if name != "c1.weight"]
    groups = [
        {"params": first, "weight_decay": recipe.first_decay},
        {"params": others, "weight_decay": recipe.weight_decay},
    ]
    rate, momentum = recipe.learning_rate, recipe.momentum
    return torch.optim.SGD(groups, lr=rate, momentum=momentum, nesterov=momentum > 0)


def _require(recipe: Recipe, images: Tensor, labels: Tensor) -> None:
    if images.dtype != torch.uint8 or images.shape[1:] != (3, SIDE, SIDE):
        raise ValueError(
            f"images must be uint8 [N, 3, {SIDE}, {SIDE}], "
            f"got {images.dtype} {list(images.shape)}"
        )
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images do not match {len(labels)} labels")
    if recipe.precision not in PRECISIONS:
        raise ValueError(
            f"precision must be one of {tuple(PRECISIONS)}, got {recipe.precision!r}"
        )
    least = min(recipe.epochs, recipe.batch_size, recipe.kept_out)
    if least < 1 or not recipe.learning_rate > 0:
        raise ValueError(
            "epochs, batch_size and kept_out must be at least 1 and learning_rate "
            f"above 0, got {recipe}"
        )
    if len(images) - recipe.kept_out < recipe.batch_size:
        raise ValueError(
            f"beside the {recipe.kept_out} kept out, a batch of {recipe.batch_size} "
            f"must be left to train on, got {len(images)} images"
        )
