"""E networks of one shape that learn from the same batches, step by step.

A step is: forward, gradient of the loss, backward, penalties, clipping, optimizer. What
a run does not use (dropout, penalties, clipping, batch norm) costs it nothing. No step
waits for the processor, so the steps of an epoch can be captured as one CUDA graph.
"""

import torch
from torch import Tensor

from engine.activations import ACTIVATIONS
from engine.features import expand
from engine.grading import grade
from engine.history import Checkpoint
from engine.losses import LOSSES
from engine.models import Network, answer, backward, dropout_masks, forward
from engine.optimizers import OPTIMIZERS
from engine.parameters import Shape, apart, members, starts, views, weights
from engine.sampling import Data, shuffle, targets
from engine.schedules import SCHEDULES
from engine.spec import RATES, Spec

MOST = 2**25  # numbers in the largest tensor: 128 megabytes
# Numbers in the largest tensor while measuring. On a processor, memory for more than
# 128 kB is asked of the system and handed back each time: three times slower.
MEASURED = {"cpu": 30_000}
TINY = 1e-6  # keeps the clipping of a zero gradient finite, as in torch


class Learner:
    """The parameters, the data and the working memory of a run.

    Everything that a step changes lies in `state` [1 + slots, E, P], the parameters and
    then the optimizer's memory, in `running` [2, E, hidden units], batch norm's means
    and variances, and in `steps`, the steps taken.
    """

    def __init__(self, spec: Spec, data: Data, like: Tensor) -> None:
        """Prepare a run on the device and in the float type of `like`."""
        self.spec, self.data = spec, data
        self.loss, self.optimizer = LOSSES[spec.loss], OPTIMIZERS[spec.optimizer]
        if data.task not in self.loss.tasks:
            able = [name for name, loss in LOSSES.items() if data.task in loss.tasks]
            raise ValueError(
                f"loss for {data.task} must be one of {', '.join(able)}, "
                f"got {spec.loss}"
            )
        self.inputs, self.targets = _everything(spec, data, like)
        _require_memory(spec, data)
        sizes = (self.inputs.shape[1], *spec.layers, data.outputs)
        self.shape = Shape(sizes, spec.batch_norm)
        seeds = spec.init_seeds or (spec.seed,) * spec.networks
        first = starts(self.shape, spec.init, seeds).to(like)  # [E, P]
        self.state = torch.cat(
            [first[None], first.new_zeros(self.optimizer.slots, *first.shape)]
        )
        self.parameters = self.state[0]
        self.running = _first_statistics(spec).to(like)
        self.steps, self.rates = 0, {}
        self.network = self.assemble(self.parameters, self.running)
        self._turns, self._by_hand = _changes(spec, self.shape)
        self._allocate()

    def assemble(self, parameters: Tensor, running: Tensor) -> Network:
        """Return the networks that have these parameters and running statistics."""
        names, hidden = self.spec.activations, self.spec.layers
        names = names if len(names) == len(hidden) else names * len(hidden)
        means, variances = running[:, :, None]  # [E, 1, hidden units]
        units = hidden if self.spec.batch_norm else ()
        statistics = zip(means.split(units, 2), variances.split(units, 2), strict=True)
        return Network(
            views(parameters, self.shape),
            [ACTIVATIONS[name] for name in names],
            list(statistics) if units else [],
        )

    def enter(self, epoch: int) -> None:
        """Make the changes of an epoch and take the rates for the epoch after it."""
        for place, value in self._by_hand.get(epoch, ()):
            self.parameters[:, place] = value
        if epoch in self._turns or not self.rates:
            self._take_rates(self.spec.rates(epoch))
        self._set_pace(epoch)

    def load(self, checkpoint: Checkpoint) -> None:
        """Take up another moment, and the rates of the epoch after it."""
        self.state.copy_(checkpoint.state)
        self.running.copy_(checkpoint.running)
        self.steps = checkpoint.steps
        self._take_rates(self.spec.rates(checkpoint.epoch))
        self._set_pace(checkpoint.epoch)

    def keep(self) -> None:
        """Remember this moment for networks that will have to come back to it."""
        self._kept.copy_(self.state)
        self._kept_running.copy_(self.running)

    def restore(self, lost: Tensor) -> None:
        """Bring the networks for which `lost` [E] is true back to that moment."""
        rows = lost.to(self.state.device)
        self.state[:, rows] = self._kept[:, rows]
        self.running[:, rows] = self._kept_running[:, rows]

    def train(self, epoch: int) -> None:
        """Train for epoch 1, 2, ...; the rates are those that were entered last."""
        self.gather(epoch)
        self.take_steps()

    def gather(self, epoch: int) -> None:
        """Bring the training points into the order of an epoch."""
        units = 0 if self._dropout is None else self._draws.shape[1]
        count = len(self._points)
        order, draws = shuffle(count, self.spec.seed, epoch, units)
        order = order.to(self.inputs.device)
        torch.index_select(self.inputs, 0, order, out=self._points)
        torch.index_select(self.targets, 0, order, out=self._labels)
        if units:
            self._draws.copy_(draws)

    def take_steps(self) -> None:
        """Take one step on each batch gathered."""
        self._squares.zero_()
        for batch in self._batches:
            self.differentiate(*batch)
            self._squares.addcmul_(self.gradient, self.gradient)
            self._adjust()
            self.steps += 1
            self.optimizer.step(
                self.parameters, self.gradient, self._slots, self.rates, self.steps
            )

    def differentiate(self, points: Tensor, labels: Tensor, draws: Tensor) -> None:
        """Compute the gradient [E, P] of the mean loss on a batch."""
        masks = self._no_masks
        if self._dropout is not None:
            masks = dropout_masks(draws, self._dropout, self.spec.layers)
        seen, scores = forward(points, self.network, masks)
        d_scores = self.loss.gradient(scores, labels, self.data.task)  # [E, B, K]
        backward(d_scores, self.network, seen, self._gradients)
        torch.cat(self._gradient_rows, 1, out=self.gradient)

    def gradient_norms(self) -> Tensor:
        """Return [E, L], for each layer the root mean square norm of its gradients.

        The mean is over the steps of the last epoch.
        """
        return (self._squares @ self._members).div_(len(self._batches)).sqrt_()

    def first_norms(self) -> Tensor:
        """Return [E, L], the norms in the first step of epoch 1, which is not taken."""
        before = self.running.clone()
        self.gather(1)
        self.differentiate(*self._batches[0])
        self.running.copy_(before)
        torch.mul(self.gradient, self.gradient, out=self._squares)
        return self.gradient_norms() * len(self._batches) ** 0.5

    def marks(self, norms: Tensor) -> Tensor:
        """Return [E, 4 + L + 2] on the CPU: losses, accuracies, norms, and two sizes.

        They are the largest parameter and the sum of the squared scores: a saturated
        loss can be finite when they are not.
        """
        scores = [answer(points, part)[-1] for points, part in self._measured]
        scores = torch.cat(scores) if len(scores) > 1 else scores[0]  # [E, N, K]
        count = len(self._points)
        task, loss = self.data.task, self.loss
        train, right = grade(scores[:, :count], self.targets[:count], task, loss)
        test, right_test = grade(scores[:, count:], self.targets[count:], task, loss)
        grades = torch.stack([train, test, right, right_test], 1)
        sizes = torch.stack(
            [self.parameters.abs().amax(1), scores.square().sum((1, 2))], 1
        )
        marks = torch.cat([grades, norms.to(grades), sizes], 1)
        return marks.to("cpu", torch.float32)

    def _allocate(self) -> None:
        """Make the memory that the steps write into, and the batches, views of it."""
        self.gradient = torch.zeros_like(self.parameters)
        self._squares = torch.zeros_like(self.gradient)
        self._gradients, self._gradient_rows = apart(self.gradient, self.shape)
        self._slots = tuple(self.state[1:])
        self._kept, self._kept_running = self.state.clone(), self.running.clone()
        self._weights = weights(self.shape).to(self.inputs)  # [P], 1 or 0
        self._members = members(self.shape).to(self.inputs)  # [P, L], 1 or 0
        count = len(self.data.train.points)
        self._points = self.inputs[:count].clone()
        self._labels = self.targets[:count].clone()
        self._draws = self.inputs.new_zeros(count, sum(self.spec.layers))
        self._measured = self._groups()
        self._no_masks = [None] * len(self.spec.layers)
        size = self.spec.batch_size or count
        parts = (part.split(size) for part in (self._points, self._labels, self._draws))
        self._batches = [
            (points.expand(self.spec.networks, -1, -1), labels, draws)
            for points, labels, draws in zip(*parts, strict=True)
        ]  # [E, B, in], [B, K], [B, hidden units]

    def _set_pace(self, epoch: int) -> None:
        """Take the learning rate that the schedule has for the epoch after this."""
        self.rates["learning_rate"] = self._pace * SCHEDULES[self.spec.schedule](
            epoch, self.spec.schedule_rate, self.spec.schedule_epochs
        )

    def _take_rates(self, values: dict[str, list[float]]) -> None:
        """Prepare rates as floats or tensors; None for what is off."""
        rates = {name: self._rate(value) for name, value in values.items()}
        decay = rates["l2"] * self._weights  # [P] or [E, P]
        decoupled = "weight_decay" in self.optimizer.rates
        self.rates = {**self.optimizer.rates, **rates, "rho": self.spec.rho}
        self.rates["weight_decay"] = decay
        self._pace = rates["learning_rate"]
        self._l1 = rates["l1"] * self._weights if any(values["l1"]) else None
        self._l2 = decay if any(values["l2"]) and not decoupled else None
        self._dropout = self._clip = None
        if any(values["dropout"]):
            self._dropout = self._tensor(values["dropout"])[:, :, None]
        if any(values["clip"]):
            clip = self._tensor(values["clip"])
            self._clip = torch.where(clip > 0, clip, torch.inf)

    def _groups(self) -> list[tuple[Tensor, Network]]:
        """Return the networks in groups to measure together, each with the points."""
        columns = self.inputs.mT.contiguous()  # [in, N]
        widest = len(self.inputs) * max(self.shape.sizes)
        size = max(1, MEASURED.get(self.inputs.device.type, MOST) // widest)
        parameters = self.parameters.split(size)
        running = self.running.split(size, dim=1)
        return [
            (columns.mT.expand(len(rows), -1, -1), self.assemble(rows, statistics))
            for rows, statistics in zip(parameters, running, strict=True)
        ]

    def _adjust(self) -> None:
        """Add the penalties' gradients, then shorten gradients that are too long.

        L2 is λ/2 Σ w² and L1 λ Σ |w|, over weights only.
        """
        if self._l2 is not None:
            self.gradient.addcmul_(self._l2, self.parameters)
        if self._l1 is not None:
            self.gradient.addcmul_(self._l1, self.parameters.sign())
        if self._clip is not None:
            length = torch.linalg.vector_norm(self.gradient, dim=1, keepdim=True)
            self.gradient.mul_((self._clip / (length + TINY)).clamp_(max=1))

    def _rate(self, values: list[float]) -> float | Tensor:
        """Return one number if all networks have the same, else a tensor [E, 1]."""
        return values[0] if len(set(values)) == 1 else self._tensor(values)

    def _tensor(self, values: list[float]) -> Tensor:
        """Return [E, 1], or [1, 1] if all networks have the same."""
        values = values if len(set(values)) > 1 else values[:1]
        return torch.tensor(values, dtype=torch.float64)[:, None].to(self.inputs)


def _everything(spec: Spec, data: Data, like: Tensor) -> tuple[Tensor, Tensor]:
    """Return features [N, in] and targets [N, K], the training points first."""
    points = torch.cat([data.train.points, data.test.points])
    labels = torch.cat([data.train.labels, data.test.labels])
    return expand(points, spec.features).to(like), targets(labels, data).to(like)


def _changes(
    spec: Spec, shape: Shape
) -> tuple[set[int], dict[int, list[tuple[int, float]]]]:
    """Return the epochs in which rates change, and where which parameters are set."""
    turns = {change.epoch for change in spec.changes if change.name in RATES}
    by_hand: dict[int, list[tuple[int, float]]] = {}
    for change in spec.changes:
        if change.name not in RATES:
            place = shape.position(change.name)
            by_hand.setdefault(change.epoch, []).append((place, change.value))
    return turns, by_hand


def _first_statistics(spec: Spec) -> Tensor:
    """Return [2, E, hidden units]: means 0, variances 1; nothing without batch norm."""
    units = sum(spec.layers) if spec.batch_norm else 0
    ones = torch.ones(spec.networks, units)
    return torch.stack([torch.zeros_like(ones), ones])


def _require_memory(spec: Spec, data: Data) -> None:
    """Raise if the largest tensors of training and measuring would be too large."""
    batch = spec.batch_size or len(data.train.points)
    points = len(data.train.points) + len(data.test.points)
    most = max(batch * max(spec.layers, default=1), points * data.outputs)
    if spec.networks * most > MOST:
        raise ValueError(
            f"networks · points · units must be at most {MOST}, "
            f"got {spec.networks * most}"
        )
