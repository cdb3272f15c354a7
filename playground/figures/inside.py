"""Inside a network: its input plane as a hidden layer sees it, gradients, mistakes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.history import Checkpoint
from engine.training import Run
from playground import theme
from playground.figures.network import SIZE, metrics
from playground.figures.network import Words as NetworkWords
from playground.figures.paint import measures, per_layer, shape
from playground.player.charts import Curve, Series
from playground.player.scene import (
    Boxes,
    Layer,
    Mesh,
    Points,
    Scene,
    Text,
    Track,
)

SPACE = (10.0, 34.0, 340.0, 340.0)
NORMS = (376.0, 30.0, 284.0, 350.0)
MATRIX = (704.0, 64.0, 190.0)  # x, y, side
POSITIVE = {"step", "sigmoid", "relu", "softplus"}  # never below 0
LINES, CORNERS = 13, 25  # of the input grid, each way
LETTERS = "ABCDEF"


@dataclass(frozen=True)
class Words:
    """What the view says, translated."""

    space: str
    norms: str
    layer: str
    matrix: str
    said: str
    truly: str


class InsidePainter:
    """Makes the frames of the inside view of one network.

    Attributes:
        tracks: what a frame holds.
        look: equal for painters whose frames are alike.
        seen: hidden layer and two units whose space is shown, or None.
    """

    def __init__(
        self,
        runs: Sequence[Run],
        *,
        span: tuple[float, float],
        seen: tuple[int, int, int] | None,
    ) -> None:
        """Prepare the frames.

        Args:
            runs: one training.
            span: lowest and highest coordinate of the plane.
            seen: hidden layer and two of its units, counted from 0; None if it has
                none.
        """
        (run,) = runs
        self._run, self.seen = run, seen
        self._corners = _grid(span)
        self._data = run.train[0]
        moving = 2 * (len(self._corners) + len(self._data)) if seen else 0
        classes = max(run.outputs, 2) if run.task != "regression" else 0
        self._classes = classes
        self.look = ("inside", span, seen, len(self._data), shape(run))
        self.tracks = tuple(
            track
            for track in (
                Track("measures", "f32", 4),
                Track("norms", "f32", len(run.spec.layers) + 1),
                Track("space", "f32", moving),
                Track("confusion", "f32", classes**2),
            )
            if track.size
        )

    def frame(self, moments: Sequence[Checkpoint], seconds: Sequence[float]) -> bytes:
        """Return how the inside looked at a moment."""
        (at,) = moments
        parts = [measures(at), at.measures.gradient_norm[0].float()]
        if self.seen:
            layer, *pair = self.seen
            points = torch.cat([self._corners, self._data])
            units = self._run.units(points, at=at)[layer][0][:, pair]  # [M, 2]
            parts.append((units / units.abs().amax().clamp(min=1e-6)).flatten())
        if self._classes:
            parts.append(self._confusion(at).flatten())
        return torch.cat([part.float().cpu() for part in parts]).numpy().tobytes()

    def _confusion(self, at: Checkpoint) -> Tensor:
        """Return [true, said]: how many test points of each kind, float."""
        points, labels = self._run.test
        output = self._run.predict(points, at=at)[0]
        said = (output[:, 0] > 0.5).long() if output.shape[1] == 1 else output.argmax(1)
        pairs = labels.long() * self._classes + said
        return torch.bincount(pairs, minlength=self._classes**2).float()


def inside(
    painter: InsidePainter,
    run: Run,
    words: Words,
    common: NetworkWords,
    colors: Sequence[str],
) -> Scene:
    """Return the scene: warped space, gradient norms, confusion matrix.

    Args:
        painter: makes the frames.
        run: what is shown.
        words: translated texts of this view.
        common: translated texts shared with the diagram.
        colors: CSS colour of every training point.
    """
    layers: list[Layer] = []
    if painter.seen:
        name = per_layer(run)[painter.seen[0]]
        span = (-0.08, 1.05) if name in POSITIVE else (-1.05, 1.05)
        layers += _space(span, words, colors)
    lines = tuple(
        Series(
            "norms",
            index,
            theme.CLASSES[index % len(theme.CLASSES)],
            str(index + 1),
            dash=index >= len(theme.CLASSES),
        )
        for index in range(len(run.spec.layers) + 1)
    )
    layers.append(Text((NORMS[0], 18.0), words.norms, size=15))
    layers.append(Curve(NORMS, lines, log=True, label=words.layer))
    if run.task != "regression":
        layers += _matrix(max(run.outputs, 2), words)
    return Scene(
        SIZE,
        painter.tracks,
        tuple(layers),
        time=f"{common.epoch} {{time:int}}",
        metrics=metrics(run, common),
        spoken=common.spoken,
    )


def _space(
    span: tuple[float, float], words: Words, colors: Sequence[str]
) -> Iterator[Layer]:
    size, corners = 2 * LINES, CORNERS
    yield Text((SPACE[0], 18.0), words.space, size=15)
    yield Mesh(SPACE, span, "space", 0, size, corners)
    yield Points(
        SPACE,
        span,
        colors=tuple(colors),
        hollow=(False,) * len(colors),
        track="space",
        offset=2 * size * corners,
    )


def _matrix(classes: int, words: Words) -> Iterator[Layer]:
    """Yield the confusion matrix: numbers in a grid, right answers outlined."""
    left, top, side = MATRIX
    cell = side / classes
    places = [(row, column) for row in range(classes) for column in range(classes)]
    yield Text((left, 18.0), words.matrix, size=15)
    yield Text((left + side / 2, top - 22), words.said, align="center", muted=True)
    yield Text((left, top + side + 22), words.truly, muted=True)
    yield Boxes(
        (left, top, side, side),
        (0.0, float(classes)),
        colors=tuple("ink" if row == column else "muted" for row, column in places),
        dash=tuple(row != column for row, column in places),
        xyxy=tuple((c + 0.04, r + 0.04, c + 0.96, r + 0.96) for r, c in places),
    )
    for row, column in places:
        at = (left + cell * (column + 0.5), top + cell * (row + 0.5) + 6)
        number = f"{{confusion:{row * classes + column}:int}}"
        yield Text(at, number, size=18, align="center")
    for index in range(classes):
        middle = cell * (index + 0.5)
        yield Text((left + middle, top - 5), LETTERS[index], align="center")
        yield Text((left - 8, top + middle + 5), LETTERS[index], align="right")


def _grid(span: tuple[float, float]) -> Tensor:
    """Return the corners of upright and level lines over the plane: [M, 2]."""
    low, high = span
    lines = torch.linspace(low, high, LINES)
    along = torch.linspace(low, high, CORNERS)
    upright = torch.cartesian_prod(lines, along)
    return torch.cat([upright, upright.flip(1)])
