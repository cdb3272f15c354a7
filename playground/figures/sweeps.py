"""The map of a search over two hyperparameters."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from playground.theme import FONT_SIZE, new_figure


def sweep_map(
    pairs: Sequence[tuple[float, float]],
    losses: Sequence[float],
    *,
    across: str,
    upward: str,
    loss: str,
    lost: str,
) -> go.Figure:
    """Return a point for every network, coloured by its loss; crosses diverged.

    Args:
        pairs: value across and value upward of each network.
        losses: last test loss of each; NaN: it diverged.
        across: translated name of the value across.
        upward: translated name of the value upward.
        loss: translated name of the loss.
        lost: translated word for a network that diverged.
    """
    cells = [(x, y, z) for (x, y), z in zip(pairs, losses, strict=True)]
    finite = [cell for cell in cells if not math.isnan(cell[2])]
    broken = [(x, y) for x, y, z in cells if math.isnan(z)]
    side = max(6, min(22, 300 / max(len(pairs), 1) ** 0.5))
    ordered = sorted(z for _x, _y, z in finite) or [0.0]
    figure = go.Scatter(
        x=[x for x, _y, _z in finite],
        y=[y for _x, y, _z in finite],
        mode="markers",
        marker={
            "symbol": "square",
            "size": side,
            "color": [z for _x, _y, z in finite],
            "colorscale": "Cividis",
            "cmin": ordered[0],
            "cmax": ordered[int(0.9 * (len(ordered) - 1))],  # outliers shall not blind
            "colorbar": {"title": {"text": loss}, "tickfont": {"size": FONT_SIZE}},
        },
        customdata=[z for _x, _y, z in finite],
        hovertemplate=f"{across} %{{x}}<br>{upward} %{{y}}<br>"
        f"{loss} %{{customdata:.4g}}<extra></extra>",
    )
    crosses = go.Scatter(
        x=[x for x, _y in broken],
        y=[y for _x, y in broken],
        mode="markers",
        marker={"symbol": "x", "size": side / 2, "color": "#888888"},
        hovertemplate=f"{across} %{{x}}<br>{upward} %{{y}}<br>{lost}<extra></extra>",
    )
    log = {"type": "log", "exponentformat": "power", "dtick": 1}
    return new_figure(
        (figure, crosses),
        height=400,
        xaxis=log | {"title": {"text": across}},
        yaxis=log | {"title": {"text": upward}},
    )
