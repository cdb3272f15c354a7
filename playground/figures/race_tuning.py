"""How far every learning rate takes every runner."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from torch import Tensor

from engine.races import Tuning
from playground import theme
from playground.figures.race import Runner

FLOOR = 1e-16  # below it is rounding


@dataclass(frozen=True)
class Found:
    """What came of tuning a runner, and its rate and last loss [] now."""

    runner: Runner
    tuning: Tuning
    rate: float
    loss: Tensor


def tuning_chart(
    found: Sequence[Found],
    lowest: float,
    *,
    rate: str,
    loss: str,
    best: str,
    now: str,
) -> go.Figure:
    """Return the last loss against the learning rate, a line for each runner.

    A line has gaps where the runner was lost; a ring marks the best learning rate, a
    cross the one it runs with.

    Args:
        found: what came of tuning each runner.
        lowest: the loss at the surface's minimum.
        rate: translated name of the learning rate.
        loss: translated name of the loss above the lowest.
        best: translated word for a best learning rate.
        now: translated word for the learning rate it runs with.
    """
    data = []
    for one in found:
        runner, tuning = one.runner, one.tuning
        color = theme.LABELS[runner.color]
        name = f"{runner.number} {runner.name}"
        dash = "dash" if runner.dash else "solid"
        line = {"color": color, "width": theme.LINE_WIDTH, "dash": dash}
        heights = _heights(tuning.losses, lowest)
        rates = tuning.learning_rates.tolist()
        data.append(go.Scatter(x=rates, y=heights, mode="lines", name=name, line=line))
        marks = (
            (tuning.best, tuning.losses.min(), "circle-open", best),
            (one.rate, one.loss, "x", now),
        )
        data += [
            go.Scatter(
                x=[value],
                y=_heights(height, lowest),
                mode="markers",
                name=f"{name}, {word}",
                marker={
                    "symbol": symbol,
                    "size": 13,
                    "color": color,
                    "line": {"width": theme.LINE_WIDTH, "color": color},
                },
                showlegend=False,
            )
            for value, height, symbol, word in marks
        ]
    log = {"type": "log", "exponentformat": "power"}
    return theme.new_figure(
        data,
        height=330,
        showlegend=True,
        legend={"orientation": "h", "y": 1.12},
        xaxis=log | {"title": {"text": rate}, "dtick": 1},
        yaxis=log | {"title": {"text": loss}, "nticks": 6},
    )


def _heights(losses: Tensor, lowest: float) -> list[float]:
    """Return how far losses are above the lowest; nan where a runner was lost."""
    above = (losses.reshape(-1) - lowest).clamp(min=FLOOR)
    return torch.where(above.isfinite(), above, torch.nan).tolist()
