"""Train E networks side by side, look at any of their epochs again, and go on.

All random numbers come from seeds: the first weights (`parameters.initial`), the points
(`datasets.make`), their split and their order in each epoch (`sampling`). So the state
after an epoch is parameters, optimizer's memory and running statistics, nothing else,
and `Run.back` returns to any epoch exactly.
"""

from bisect import bisect, insort
from dataclasses import replace

import torch
from torch import Tensor

from engine.features import expand
from engine.history import (
    Checkpoint,
    Divergence,
    History,
    Log,
    Measures,
    measures,
    room,
    thinned,
)
from engine.learner import Learner
from engine.losses import output
from engine.models import Network, answer
from engine.sampling import draw
from engine.spec import Change, Spec

__all__ = ["Change", "Checkpoint", "Divergence", "Run", "Spec", "resume", "start"]
RUNAWAY = 1e6  # a weight beyond it will not come back
Device = torch.device | str


def start(
    spec: Spec, *, device: Device = "cpu", dtype: torch.dtype = torch.float32
) -> "Run":
    """Return a run at epoch 0, measured and stored, the changes of epoch 0 made.

    Args:
        spec: what to train.
        device: where to compute.
        dtype: float32, or float64 to check the arithmetic.

    Returns:
        The run.

    Raises:
        ValueError: parts of the spec do not go together, such as a loss that cannot do
            the task or a change of a parameter that the network lacks.
    """
    run = Run(spec, torch.device(device), dtype)
    run.begin()
    return run


def resume(
    spec: Spec,
    checkpoint: Checkpoint,
    *,
    past: "Run | None" = None,
    device: Device | None = None,
) -> "Run":
    """Return a run that goes on from a checkpoint with another spec.

    Networks that had diverged start again from their last finite weights. Another
    optimizer than the checkpoint's starts with an empty memory.

    Args:
        spec: what to train from now on; its changes up to the checkpoint's epoch count
            as made for rates, those of that very epoch are made for parameters too.
        checkpoint: of a run with the same number of networks, inputs, layers, outputs.
        past: the run to take over the history before the checkpoint from; and its
            checkpoints, if the specs differ in later changes only.
        device: where to compute; None: where the checkpoint is.

    Returns:
        The run, at the checkpoint's epoch, measured and stored.

    Raises:
        ValueError: the checkpoint has another shape, or as in `start`.
    """
    place = torch.device(device) if device else checkpoint.state.device
    run = Run(spec, place, checkpoint.state.dtype)
    run.take_over(checkpoint, past)
    return run


class Run:
    """A training run: what `start` and `resume` return.

    Its epoch t is the state after t epochs, with the changes of t made. `train` and
    `test` are (points, labels); `task` as in `losses`; `outputs` the units of the last
    layer; `networks` is E; `divergence` has None for each network that goes on;
    `checkpoints` are what `store` kept, in order, old ones thinned if there are many.
    """

    def __init__(self, spec: Spec, device: torch.device, dtype: torch.dtype) -> None:
        data = draw(spec)
        self.spec, self.networks, self.epoch = spec, spec.networks, 0
        self.train, self.test = data.train, data.test
        self.task, self.outputs = data.task, data.outputs
        self.checkpoints: list[Checkpoint] = []
        self.divergence: tuple[Divergence | None, ...] = (None,) * self.networks
        self._learner = Learner(spec, data, torch.empty(0, device=device, dtype=dtype))
        self._log = Log(self.networks, len(spec.layers) + 1)
        self._row = torch.zeros(self.networks, self._log.width)
        self._largest = torch.zeros(self.networks, dtype=torch.float64)

    @property
    def history(self) -> History:
        """The measures of the epochs kept, up to the present one, a copy."""
        return self._log.history(self.epoch, self._row)

    def measure(self) -> Measures:
        """Return what the networks are worth now: the last row of `history`."""
        return measures(self._row)

    @torch.inference_mode()
    def advance(self, epochs: int = 1) -> None:
        """Train for some epochs, 0 or more; fewer if every network diverges.

        A network whose loss is no longer finite, or a weight beyond a million, goes
        back to the epoch before and stays there, and so do its measures; `divergence`
        says when.
        """
        for _epoch in range(epochs):
            if all(self.divergence):
                return
            self._learner.keep()
            self._learner.train(self.epoch + 1)
            self.epoch += 1
            self._learner.enter(self.epoch)
            self._record(self._learner.gradient_norms())

    @torch.inference_mode()
    def store(self) -> Checkpoint:
        """Keep the present state in `checkpoints` and return it."""
        for checkpoint in self.checkpoints:
            if checkpoint.epoch == self.epoch:
                return checkpoint
        learner = self._learner
        checkpoint = Checkpoint(
            epoch=self.epoch,
            steps=learner.steps,
            shape=learner.shape,
            optimizer=self.spec.optimizer,
            state=learner.state.clone(),
            running=learner.running.clone(),
            row=self._row,
            largest_norm=self._largest,
            divergence=self.divergence,
        )
        insort(self.checkpoints, checkpoint, key=_epoch_of)
        if len(self.checkpoints) > room(checkpoint):
            self.checkpoints = thinned(self.checkpoints)
        return checkpoint

    @torch.inference_mode()
    def back(self, epoch: int) -> None:
        """Return to an epoch, bit by bit as it was; to a later one by training.

        The nearest checkpoint at or before it is loaded and trained forward.

        Raises:
            ValueError: the epoch lies before the first checkpoint's.
        """
        before = bisect(self.checkpoints, epoch, key=_epoch_of)
        if not before:
            first = self.checkpoints[0].epoch
            raise ValueError(f"epoch must be at least {first}, got {epoch}")
        nearest = self.checkpoints[before - 1]
        if not nearest.epoch <= self.epoch <= epoch:
            self._load(nearest)
        self.advance(epoch - self.epoch)

    def predict(self, points: Tensor, *, at: Checkpoint | None = None) -> Tensor:
        """Return what every network says about points of the plane.

        Args:
            points: [M, 2] float, (x₁, x₂).
            at: an earlier state of this run; None is the present one.

        Returns:
            [E, M, outputs], the probability of class 1 (binary) or of each class, or
            the value.
        """
        return self.trace(points, at=at)[1]

    def units(self, points: Tensor, *, at: Checkpoint | None = None) -> list[Tensor]:
        """Return the activations of every hidden layer, [E, M, units] each.

        Args: as `predict`.
        """
        return self.trace(points, at=at)[0]

    @torch.inference_mode()
    def trace(
        self, points: Tensor, *, at: Checkpoint | None = None
    ) -> tuple[list[Tensor], Tensor]:
        """Return what `units` and `predict` do, given the same, from one pass."""
        *units, scores = self._answer(points, at)
        return units, output(scores, self.task)

    def layers(self, at: Checkpoint | None = None) -> list[tuple[Tensor, Tensor]]:
        """Return weight [E, in, out] and bias [E, out] of each layer, the output last.

        They are views: those of the present state change when training goes on.
        """
        return [(layer.weight, layer.bias[:, 0]) for layer in self._network(at).layers]

    @torch.inference_mode()
    def begin(self) -> None:
        """Make the changes of epoch 0, measure and store: the last part of `start`."""
        self._learner.enter(0)
        self._record(self._learner.first_norms())
        self.store()

    @torch.inference_mode()
    def take_over(self, checkpoint: Checkpoint, past: "Run | None") -> None:
        """Go on from a checkpoint: the last part of `resume`."""
        learner = self._learner
        wanted = (self.networks, learner.shape)
        got = (checkpoint.state.shape[1], checkpoint.shape)
        if got != wanted:
            raise ValueError(f"checkpoint must be one of {wanted}, got {got}")
        if checkpoint.optimizer == self.spec.optimizer:
            learner.load(checkpoint)
        else:
            memory = learner.state[1:]
            state = torch.cat([checkpoint.state[:1].to(memory), memory])
            learner.load(replace(checkpoint, state=state, steps=0))
        self.epoch, self._largest = checkpoint.epoch, checkpoint.largest_norm
        if past is not None:
            self._log.copy(past._log, self.epoch)
            if _agree_before(self.epoch, past.spec, self.spec):
                self.checkpoints = [
                    kept
                    for kept in past.checkpoints
                    if kept.epoch < self.epoch and not any(kept.divergence)
                ]
        learner.keep()
        learner.enter(self.epoch)
        self._record(measures(checkpoint.row).gradient_norm)
        self.store()

    def _record(self, norms: Tensor) -> None:
        """Measure, send networks that are not finite back, and write the history."""
        marks = self._learner.marks(norms)  # [E, 4 + L + 2]
        row, largest = marks[:, :-2], marks[:, -2]
        lost = ~marks.isfinite().all(1) | (largest > RUNAWAY)
        steepness = torch.linalg.vector_norm(row[:, 4:].double(), dim=1)  # [E]
        steepness = torch.where(steepness.isfinite(), steepness, 0.0)
        self._largest = torch.maximum(self._largest, steepness)
        if lost.any() or any(self.divergence):
            row = self._freeze(row, lost)
        self._row = row
        self._log.add(self.epoch, row)

    def _freeze(self, row: Tensor, lost: Tensor) -> Tensor:
        """Return the row with the last finite measures of all that have diverged."""
        self.divergence = tuple(
            earlier or (Divergence(self.epoch, norm or float("inf")) if now else None)
            for earlier, now, norm in zip(
                self.divergence, lost.tolist(), self._largest.tolist(), strict=True
            )
        )
        frozen = torch.tensor([at is not None for at in self.divergence])
        self._learner.restore(frozen)
        return torch.where(frozen[:, None], self._row, row)

    def _load(self, checkpoint: Checkpoint) -> None:
        self._learner.load(checkpoint)
        self.epoch, self.divergence = checkpoint.epoch, checkpoint.divergence
        self._row, self._largest = checkpoint.row, checkpoint.largest_norm

    def _network(self, at: Checkpoint | None) -> Network:
        if at is None:
            return self._learner.network
        return self._learner.assemble(at.parameters, at.running)

    def _answer(self, points: Tensor, at: Checkpoint | None) -> list[Tensor]:
        inputs = expand(points, self.spec.features).to(self._learner.inputs)  # [M, in]
        return answer(inputs.expand(self.networks, -1, -1), self._network(at))


def _epoch_of(checkpoint: Checkpoint) -> int:
    return checkpoint.epoch


def _agree_before(epoch: int, one: Spec, other: Spec) -> bool:
    """Return whether two runs of these specs are the same up to an epoch."""
    earlier = [
        replace(spec, changes=tuple(c for c in spec.changes if c.epoch < epoch))
        for spec in (one, other)
    ]
    return earlier[0] == earlier[1]
