"""Train the detector on scenes composed of MNIST's digits as they are needed.

Source: Loshchilov, Hutter, "Decoupled Weight Decay Regularization", ICLR 2019; Smith,
Topin, "Super-Convergence", 2018 (one cycle).
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.anchors import kmeans_anchors
from engine.colour_training import PRECISIONS, rounding, triangle
from engine.lenet_training import CPU, Step
from engine.resuming import captured, take_up
from engine.scenes import Digits, Scenes, compose
from engine.yolo_loss import loss
from engine.yolo_net import SIDE, YoloNet, new_net, softened

SAMPLE = 500  # scenes whose boxes decide the anchors
LONGEST = 10.0  # a gradient's norm is cut to this


@dataclass(frozen=True)
class Recipe:
    """All that decides a training run, besides the data.

    An epoch is `steps` batches of `batch_size` scenes; none is ever seen twice.
    `pens` is the share of scenes written with a pen. `learning_rate` is the peak of
    the cycle. What is shipped is a running mean of the weights: each step replaces
    1 - `memory` of it. `kept_out` digits are not trained on.
    """

    epochs: int = 12
    steps: int = 500
    batch_size: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    memory: float = 0.998
    anchors: int = 4
    pens: float = 0.6
    kept_out: int = 5000
    precision: str = "bfloat16"
    seed: int = 0


class Training:
    """A run that can be watched, left at any step and taken up again.

    The network in `net` changes with every step, `mean` follows it slowly. All random
    numbers come from one generator on the CPU, so a seed means the same run each time
    on the same machine.
    """

    def __init__(
        self,
        recipe: Recipe,
        source: Digits,
        *,
        device: torch.device = CPU,
        resume: dict | None = None,
    ) -> None:
        _require(recipe, source)
        self.recipe, self.device = recipe, device
        self.generator = torch.Generator().manual_seed(recipe.seed)
        order = torch.randperm(len(source.labels), generator=self.generator)
        self.kept_out = source[order[: recipe.kept_out]]
        self.source = source[order[recipe.kept_out :]]
        sizes = self._sizes()
        anchors = kmeans_anchors(sizes, recipe.anchors, seed=recipe.seed)
        self.net = new_net(anchors, self.generator).to(
            device, memory_format=torch.channels_last
        )
        self.mean = copy.deepcopy(self.net).requires_grad_(requires_grad=False)
        self.optimizer = torch.optim.AdamW(
            self.net.parameters(),
            lr=recipe.learning_rate,
            weight_decay=recipe.weight_decay,
        )
        self.epoch = 0  # epochs finished
        if resume is not None:
            self._take_up(resume)
        self._saved = self._capture()

    def run(self) -> Iterator[Step]:
        """Yield one `Step` per batch until the recipe's last epoch ends.

        Whoever stops iterating stops the training. A step's `accuracy` is the mean IoU
        of the boxes with the objects that they should find.
        """
        steps, epochs = self.recipe.steps, self.recipe.epochs
        total = steps * epochs
        self.net.train()
        for index in range(self.epoch * steps + 1, total + 1):
            rate = triangle(index - 1, total, self.recipe.learning_rate)
            cost, overlap = self._learn(rate)
            self._remember(index)
            if index % steps == 0:
                self.epoch = index // steps
                self._saved = self._capture()
            yield Step(index, total, (index - 1) // steps + 1, cost, overlap)

    def state(self) -> dict:
        """Return all that `resume` needs, as it was when the last epoch ended."""
        return self._saved

    def shipped(self) -> YoloNet:
        """Return the network as it is shipped, on the CPU: the mean, folded, rounded.

        Weights are rounded to half precision, as in the file.
        """
        net = self.mean.eval().folded()
        return net.half().float()

    def _learn(self, rate: float) -> tuple[float, float]:
        """Take one step; return the loss and the mean IoU before it."""
        scenes = self._scenes(self.recipe.batch_size)
        pictures = softened(scenes.pictures.to(self.device))
        with rounding(self.device, self.recipe.precision):
            raw = self.net(pictures.contiguous(memory_format=torch.channels_last))
        told = [part.to(self.device) for part in (scenes.boxes, scenes.labels)]
        there = scenes.there.to(self.device)
        cost, overlap = loss(raw.float(), *told, there, self.net.anchors)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad()
        cost.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), LONGEST)
        self.optimizer.step()
        return cost.item(), overlap.item()

    def _remember(self, index: int) -> None:
        """Move the mean a little towards the network; at first, more than a little."""
        share = 1 - min(self.recipe.memory, index / (index + 10))
        now = self.net.state_dict()
        for name, mean in self.mean.state_dict().items():
            if mean.is_floating_point():  # a count of batches is not
                mean.lerp_(now[name], share)

    def _scenes(self, count: int) -> Scenes:
        return compose(
            self.source,
            count,
            side=SIDE,
            pens=self.recipe.pens,
            generator=self.generator,
        )

    def _sizes(self) -> Tensor:
        """Return widths and heights [N, 2] of boxes as they will come."""
        scenes = self._scenes(SAMPLE)
        boxes = scenes.boxes[scenes.there]
        return boxes[:, 2:] - boxes[:, :2]

    def _capture(self) -> dict:
        return captured(self) | {"mean": copy.deepcopy(self.mean.state_dict())}

    def _take_up(self, state: dict) -> None:
        take_up(self, state)
        self.mean.load_state_dict(state["mean"])


def _require(recipe: Recipe, source: Digits) -> None:
    if recipe.precision not in PRECISIONS:
        raise ValueError(
            f"precision must be one of {tuple(PRECISIONS)}, got {recipe.precision!r}"
        )
    least = min(recipe.epochs, recipe.steps, recipe.batch_size, recipe.anchors)
    if min(least, recipe.kept_out) < 1 or not recipe.learning_rate > 0:
        raise ValueError(
            "epochs, steps, batch_size, anchors and kept_out must be at least 1 and "
            f"learning_rate above 0, got {recipe}"
        )
    if not 0 <= recipe.pens <= 1:
        raise ValueError(f"pens must lie in [0, 1], got {recipe.pens}")
    if len(source.labels) <= recipe.kept_out:
        raise ValueError(
            f"beside the {recipe.kept_out} kept out, digits must be left to train on, "
            f"got {len(source.labels)}"
        )
