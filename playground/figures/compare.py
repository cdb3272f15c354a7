"""Two to nine trainings side by side: a boundary each, their losses in one chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import torch

from engine.history import Checkpoint
from engine.training import Run
from playground import theme
from playground.figures.paint import field, lattice, measures, shape
from playground.player.charts import Curve, Series
from playground.player.scene import (
    Field,
    Points,
    Scene,
    Text,
    Track,
)

SIZE = (900, 430)
CELLS = 64  # along a boundary
SIDES = 20.0  # beside the curves
ROOM = (900.0, 338.0)  # of the boundaries
UNDER = 38.0  # below a boundary: two lines of text
GAP = 14.0
WIDE = 260.0  # pixels that the words beside the numbers need on a projector


@dataclass(frozen=True)
class Words:
    """What the comparison says, translated."""

    epoch: str
    epochs: str
    loss: str
    spoken: str


class ComparePainter:
    """Makes the frames of several networks, those of one run after another.

    Attributes:
        tracks: what a frame holds.
        look: equal for painters whose frames are alike.
        networks: how many are compared.
    """

    def __init__(
        self, runs: Sequence[Run], *, span: tuple[float, float], hard: bool
    ) -> None:
        self._runs, self._hard = runs, hard
        self._points = lattice(span, CELLS)
        self.networks = sum(run.networks for run in runs)
        self.colors = 3 if runs[0].outputs > 1 else 1
        self.look = ("compare", span, hard, *map(shape, runs))
        self.tracks = (
            Track("measures", "f32", 4 * self.networks),
            Track("losses", "f32", self.networks),
            Track("epochs", "f32", self.networks),
            Track("seconds", "f32", self.networks),
            Track("field", "u8", CELLS**2 * self.colors * self.networks),
        )

    def frame(self, moments: Sequence[Checkpoint], seconds: Sequence[float]) -> bytes:
        """Return how all networks looked at a moment.

        Args:
            moments: the checkpoint of each run.
            seconds: how long each run has computed so far, shared by its networks.
        """
        numbers, epochs, clocks, fields = [], [], [], []
        for run, at, clock in zip(self._runs, moments, seconds, strict=True):
            output = run.predict(self._points, at=at)
            for network in range(run.networks):
                numbers.append(measures(at, network))
                epochs.append(float(at.epoch))
                clocks.append(clock / run.networks)
                fields.append(field(output[network], run.task, hard=self._hard))
        table = torch.stack(numbers)  # [networks, 4]
        floats = torch.cat(
            [table.flatten(), table[:, 1], torch.tensor(epochs + clocks)]
        )
        pixels = torch.cat([part.flatten() for part in fields])
        return floats.numpy().tobytes() + pixels.numpy().tobytes()


def comparison(
    painter: ComparePainter,
    names: Sequence[str],
    points: Points,
    words: Words,
) -> Scene:
    """Return the scene of a comparison.

    Args:
        painter: makes the frames.
        names: what each network is called: "tanh", "η = 0.1".
        points: the data, in any box; those trained on are repeated everywhere.
        words: translated texts.
    """
    layers: list = []
    trained = [not hollow for hollow in points.hollow]  # there is no room for more
    xy = tuple(compress(points.xy, trained))
    colors = tuple(compress(points.colors, trained))
    for index, name in enumerate(names):
        x, y, side = _place(index, painter.networks)
        box = (x, y, side, side)
        layers += [
            Field(
                box,
                "field",
                (CELLS, CELLS),
                offset=index * CELLS**2 * painter.colors,
                palette="rgb" if painter.colors == 3 else "diverging",
                line=painter.colors == 1,
            ),
            Points(
                box,
                points.span,
                xy,
                colors,
                (False,) * len(xy),
                radius=max(1.4, side / 100),
            ),
            Text((x, y + side + 16), f"{_mark(index)} {name}", size=15),
            Text((x, y + side + 33), _numbers(index, side, words), muted=True),
        ]
    lines = tuple(
        Series("losses", index, _color(index), _mark(index), dash=index >= 5)
        for index in range(painter.networks)
    )
    top = y + side + UNDER + GAP
    curves = (SIDES, top, SIZE[0] - 2 * SIDES, SIZE[1] - 4 - top)
    layers.append(Curve(curves, lines, label=words.loss))
    return Scene(
        SIZE,
        painter.tracks,
        tuple(layers),
        time=f"{words.epoch} {{time:int}}",
        spoken=words.spoken,
    )


def _place(index: int, count: int) -> tuple[float, float, float]:
    """Return left, top and side of a boundary."""
    columns = count if count <= 4 else -(-count // 2)
    rows = -(-count // columns)
    wide = (ROOM[0] - GAP * (columns - 1)) / columns
    side = min(wide, ROOM[1] / rows - UNDER)
    left = (ROOM[0] - columns * side - (columns - 1) * GAP) / 2
    row, column = divmod(index, columns)
    return left + column * (side + GAP), row * (side + UNDER), side


def _numbers(index: int, side: float, words: Words) -> str:
    """Return what is written under a boundary; less under a small one."""
    loss, epochs = f"{{measures:{4 * index + 1}}}", f"{{epochs:{index}:int}}"
    if side > WIDE:
        loss, epochs = f"{words.loss} {loss}", f"{epochs} {words.epochs}"
    return f"{loss} · {epochs} · {{seconds:{index}:2}} s"


def _mark(index: int) -> str:
    return "①②③④⑤⑥⑦⑧⑨"[index]


def _color(index: int) -> str:
    return theme.CLASSES[index % 5]
