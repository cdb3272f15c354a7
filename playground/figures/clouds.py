"""The points that a network learns from and is tested on, as a layer of a scene."""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.training import Run
from playground import theme
from playground.player.scene import Brush, Points


def data(
    run: Run,
    box: tuple[float, float, float, float],
    span: tuple[float, float],
    *,
    brush: Sequence[int] = (),
    empty: bool = False,
) -> tuple[Points, ...]:
    """Return the data over a decision boundary: discs to train on, rings to test on.

    Args:
        run: whose data.
        box: of the boundary.
        span: lowest and highest coordinate in it.
        brush: classes the reader may paint; the data are then the reader's.
        empty: whether to hide the points.
    """
    parts = (
        (run.train,) if run.train.points is run.test.points else (run.train, run.test)
    )
    points = torch.cat([part.points for part in parts])
    labels = torch.cat([part.labels for part in parts])
    return (
        Points(
            box,
            span,
            () if empty else tuple(map(tuple, points.tolist())),
            () if empty else colors(labels, run.task),
            ()
            if empty
            else tuple(i >= len(run.train.points) for i in range(len(points))),
            radius=min(4.5, max(2.6, 50 / len(points) ** 0.5)),
            brush=Brush(tuple(brush)) if brush else None,
        ),
    )


def colors(labels: Tensor, task: str) -> tuple[str | int, ...]:
    """Return the colour of every label: its class, or its place from -1 to 1."""
    if task != "regression":
        return tuple(int(label) for label in labels)
    ends = torch.tensor(theme.rgb(theme.NEGATIVE, theme.PAPER, theme.POSITIVE)).float()
    place = labels.clamp(-1, 1)[:, None]
    mixed = torch.where(
        place < 0,
        torch.lerp(ends[1], ends[0], -place),
        torch.lerp(ends[1], ends[2], place),
    )
    return tuple(f"rgb({r:.0f},{g:.0f},{b:.0f})" for r, g, b in mixed.tolist())
