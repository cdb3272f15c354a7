"""How far every learning rate takes every runner."""

from collections.abc import Sequence

import plotly.graph_objects as go
import torch

from engine.races import Tuning
from playground import theme
from playground.figures.race import Runner

FLOOR = 1e-16  # below it is rounding


def tuning_chart(
    found: Sequence[tuple[Runner, Tuning, float]],
    lowest: float,
    *,
    rate: str,
    loss: str,
    best: str,
    now: str,
) -> go.Figure:
    """Return the last loss against the learning rate, a line for each runner.

    A line has gaps where the runner was lost; a ring marks the best learning rate, a
    cross the one it runs with, if that was tried.

    Args:
        found: (runner, its tuning, its learning rate) of each.
        lowest: the loss at the surface's minimum.
        rate: translated name of the learning rate.
        loss: translated name of the loss above the lowest.
        best: translated word for a best learning rate.
        now: translated word for the learning rate it runs with.
    """
    data = []
    for runner, tuning, current in found:
        rates = tuning.learning_rates.tolist()
        above = (tuning.losses - lowest).clamp(min=FLOOR)
        heights = torch.where(above.isfinite(), above, torch.nan).tolist()
        color = theme.LABELS[runner.color]
        name = f"{runner.number} {runner.name}"
        dash = "dash" if runner.dash else "solid"
        line = {"color": color, "width": theme.LINE_WIDTH, "dash": dash}
        data.append(go.Scatter(x=rates, y=heights, mode="lines", name=name, line=line))
        marks = ((tuning.best, "circle-open", best), (current, "x", now))
        data += [
            go.Scatter(
                x=[value],
                y=[heights[rates.index(value)]],
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
            for value, symbol, word in marks
            if value in rates
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
