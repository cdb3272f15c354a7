"""How strongly a unit answers to a picture while it grows, as a chart."""

from collections.abc import Sequence

import plotly.graph_objects as go

from engine.growth import Snapshot
from playground.theme import LINE_WIDTH, NEGATIVE, POSITIVE, new_figure


def still(
    shots: Sequence[Snapshot],
    best: float | None,
    *,
    step: str,
    peak: str,
    best_name: str,
) -> go.Figure:
    """Return the strongest answer against the step, and the best real one.

    Args:
        shots: of the ascent.
        best: strongest answer to a real picture, None if nobody knows.
        step: translated name of the axis.
        peak: translated name of the line.
        best_name: translated name of the dashed line.
    """
    steps = [shot.step for shot in shots]
    lines = [
        go.Scatter(
            x=steps,
            y=[shot.peak for shot in shots],
            name=peak,
            line={"color": POSITIVE, "width": LINE_WIDTH},
        )
    ]
    if best is not None:
        lines.append(
            go.Scatter(
                x=steps,
                y=[best] * len(steps),
                name=best_name,
                mode="lines",
                line={"color": NEGATIVE, "width": LINE_WIDTH, "dash": "dash"},
            )
        )
    return new_figure(
        lines,
        height=260,
        showlegend=True,
        legend={"orientation": "h", "y": 1.15},
        xaxis={"title": {"text": step}},
        yaxis={"rangemode": "tozero"},
    )
