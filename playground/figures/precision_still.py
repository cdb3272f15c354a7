"""Stills: what every threshold gives, and the curve of precision over recall."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from engine.average_precision import Ranking, envelope
from engine.verdicts import Quality
from playground import theme

MUTED = "rgba(124, 135, 147, 1)"  # seen on white and on black
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
# attribute of Quality -> colour, dash, symbol
LOOKS = {
    "precision": (theme.CLASSES[0], "dash", "circle"),
    "recall": (theme.CLASSES[1], "dot", "square"),
    "f1": (theme.CLASSES[3], "dashdot", "diamond"),
    "average_precision": (theme.CLASSES[2], "solid", "cross"),
}


def sweep_chart(
    limits: Sequence[float],
    found: Sequence[Quality],
    now: float,
    *,
    axis: str,
    names: Mapping[str, str],
) -> go.Figure:
    """Return precision, recall, F1 and AP over the threshold, which is marked.

    Args:
        limits: the thresholds.
        found: the quality at each.
        now: the threshold chosen.
        axis: translated name of the threshold.
        names: attribute of Quality -> translated name.
    """
    lines = [
        go.Scatter(
            x=list(limits),
            y=[getattr(one, name) for one in found],
            name=names[name],
            mode="lines+markers",
            line={"color": color, "dash": dash, "width": theme.LINE_WIDTH},
            marker={"symbol": symbol, "size": 7},
        )
        for name, (color, dash, symbol) in LOOKS.items()
    ]
    chosen = {"type": "line", "x0": now, "x1": now, "y0": 0, "y1": 1}
    return theme.new_figure(
        lines,
        height=300,
        showlegend=True,
        legend=LEGEND,
        xaxis={"title": {"text": axis}},
        yaxis={"range": [-0.03, 1.05]},
        shapes=[chosen | {"line": {"color": MUTED, "dash": "dot", "width": 2}}],
    )


def curve_chart(ranking: Ranking, *, recall: str, precision: str) -> go.Figure:
    """Return precision over recall with its envelope, the area under it shaded.

    Args:
        ranking: of one class, with objects.
        recall: translated name.
        precision: translated name.
    """
    across, up = ranking.recall().tolist(), ranking.precision().tolist()
    top = envelope(ranking.precision()).tolist()
    width = theme.LINE_WIDTH
    stairs = go.Scatter(
        x=[0.0, *across, across[-1] if across else 0.0],
        y=[top[0] if top else 0.0, *top, 0.0],
        name="max",
        mode="lines",
        fill="tozeroy",
        line={"color": theme.CLASSES[2], "shape": "vh", "dash": "dash", "width": width},
    )
    way = go.Scatter(
        x=[0.0, *across],
        y=[1.0, *up],
        mode="lines+markers",
        line={"color": theme.CLASSES[0], "width": width},
    )
    return theme.new_figure(
        [stairs, way],
        height=420,
        xaxis={"title": {"text": recall}, "range": [-0.02, 1.05]},
        yaxis={"title": {"text": precision}, "range": [-0.02, 1.08]},
    )
