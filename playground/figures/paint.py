"""Frames of a training: what each state of a run looks like, as bytes for the player.

A frame is the numbers of every track, one after another: float32 first, then bytes.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.features import expand
from engine.history import Checkpoint
from engine.training import Run
from playground import theme
from playground.player.scene import Track

SIDE = 96  # cells along the decision boundary
BOUNDED = {"step", "sign", "sigmoid", "tanh", "softsign"}  # within [-1, 1]
FEW_NODES = 64  # up to here a node's field has 32 x 32 cells, beyond it 16 x 16


class Painter:
    """Makes the frames of one network's diagram.

    Attributes:
        side: cells along the decision boundary.
        small: cells along a node's field.
        tracks: what a frame holds.
        look: equal for painters whose frames are alike.
    """

    def __init__(
        self, runs: Sequence[Run], *, span: tuple[float, float], hard: bool
    ) -> None:
        (run,) = runs
        self._run, self.look = run, ("network", span, hard, shape(run))
        features = expand(lattice(span, SIDE), run.spec.features)
        nodes = features.shape[1] + sum(run.spec.layers)
        nodes += run.outputs if run.outputs > 1 else 0
        self.side, self.small = SIDE, 32 if nodes <= FEW_NODES else 16
        self._hard, self._points = hard, lattice(span, SIDE)
        self._few = _every(SIDE, SIDE // self.small)
        self._inputs = levels((features / features.abs().amax(dim=0))[self._few].T)
        weights = sum(w[0].numel() + b[0].numel() for w, b in run.layers())
        self.tracks = (
            Track("measures", "f32", 4),
            Track("weights", "f32", weights),
            Track("field", "u8", SIDE**2 * (3 if run.outputs > 1 else 1)),
            Track("units", "u8", nodes * self.small**2),
        )

    def frame(self, moments: Sequence[Checkpoint], seconds: Sequence[float]) -> bytes:
        """Return how the network looked at a checkpoint."""
        run, (at,) = self._run, moments
        units, output = run.trace(self._points, at=at)
        small = [self._inputs]
        small += [
            levels(_soft(a[0, self._few].T, name))
            for a, name in zip(units, per_layer(run), strict=True)
        ]
        if run.outputs > 1:
            small.append(levels(output[0, self._few].T * 2 - 1))
        weights = [t[0].flatten() for layer in run.layers(at=at) for t in layer]
        return b"".join(
            (
                measures(at).numpy().tobytes(),
                torch.cat(weights).float().cpu().numpy().tobytes(),
                field(output[0], run.task, hard=self._hard).numpy().tobytes(),
                torch.cat(small).numpy().tobytes(),
            )
        )


def shape(run: Run) -> tuple:
    """Return what two runs must share for their frames to be of one kind."""
    return (run.spec.features, run.spec.layers, run.task, run.outputs, run.networks)


def per_layer(run: Run) -> tuple[str, ...]:
    """Return the activation of each hidden layer."""
    chosen, count = run.spec.activations, len(run.spec.layers)
    return chosen * count if len(chosen) == 1 else chosen


def lattice(span: tuple[float, float], side: int) -> Tensor:
    """Return the middles of side x side cells, rows from the top: [side * side, 2]."""
    low, high = span
    middles = low + (torch.arange(side) + 0.5) * (high - low) / side
    x2, x1 = torch.meshgrid(middles.flip(0), middles, indexing="ij")
    return torch.stack([x1.flatten(), x2.flatten()], dim=1)


def measures(at: Checkpoint, network: int = 0) -> Tensor:
    """Return training and test loss, training and test accuracy, float32 [4]."""
    said = at.measures
    numbers = said.train_loss, said.test_loss, said.train_accuracy, said.test_accuracy
    return torch.stack([number[network] for number in numbers]).float()


def field(output: Tensor, task: str, *, hard: bool) -> Tensor:
    """Return the colours of a decision boundary.

    Args:
        output: [M, K] probabilities, or values of a regression.
        task: "binary", "classes" or "regression".
        hard: whether the winning class alone decides, not its probability.

    Returns:
        uint8 [M] on the diverging scale, or [M, 3] red, green, blue of classes.
    """
    if task == "regression":
        return levels(output[:, 0])
    if task == "binary":
        signed = output[:, 0] * 2 - 1
        return levels(torch.where(signed > 0, 0.85, -0.85) if hard else signed)
    palette = torch.tensor(theme.rgb(*theme.LABELS[: output.shape[1]]))  # [K, 3]
    paper = torch.tensor(theme.rgb(theme.PAPER))  # [1, 3]
    most, winner = output.max(dim=1)
    sure = (most - 1 / output.shape[1]) / (1 - 1 / output.shape[1])
    sure = torch.full_like(sure, 0.85) if hard else sure.clamp(0.08, 1)
    mixed = torch.lerp(paper.float(), palette[winner].float(), sure[:, None])
    return mixed.round().to(torch.uint8)


def levels(values: Tensor) -> Tensor:
    """Return values of [-1, 1] as bytes: -1 is 0, 0 is 127 or 128, 1 is 255."""
    return (values * 127.5 + 127.5).clamp_(0, 255).round_().to(torch.uint8).cpu()


def _every(side: int, step: int) -> Tensor:
    """Return the indices of every `step`-th row and column of a lattice."""
    taken = torch.arange(step // 2, side, step)
    return (taken[:, None] * side + taken).flatten()


def _soft(values: Tensor, activation: str) -> Tensor:
    """Return a unit's values in [-1, 1]; without bounds they fade towards them."""
    return values if activation in BOUNDED else 1.25 * values / (1 + values.abs())
