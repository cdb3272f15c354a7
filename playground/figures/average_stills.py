"""Stills for slides: a series with its averages, the weights of a day, a use."""

import plotly.graph_objects as go

from engine.averages import Smoothed, weights
from playground import theme
from playground.figures.average_uses import Line
from playground.figures.averages import MOVING, SHADES, Look

MUTED = "#7c8793"  # seen on white and on black
MOST_POINTS = 5000  # of a line: more cannot be told apart
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}


def averages_still(
    shown: Smoothed, look: Look, *, day: str, value: str, moving: str
) -> go.Figure:
    """Return the series as dots with the curves that are shown.

    Args:
        shown: the series and its averages.
        look: what is shown of them.
        day: translated name of the axis of time.
        value: translated name or unit of the other axis.
        moving: translated name of the moving average.
    """
    every = slice(None, None, -(-len(shown.values) // MOST_POINTS))
    days = list(range(1, len(shown.values) + 1))[every]
    lines = [_dots(days, shown.values[every].tolist(), "θ")]
    if "moving" in look.curves:
        mean = shown.moving[every].tolist()
        lines.append(_line(days, mean, f"{moving} {shown.days}", MOVING))
    for index, beta in enumerate(shown.betas):
        shade = SHADES[index]
        if "plain" in look.curves:
            v = shown.v[index, every].tolist()
            lines.append(_line(days, v, f"v, β = {beta:g}", shade, dash=True))
        if "corrected" in look.curves:
            v = shown.corrected[index, every].tolist()
            lines.append(_line(days, v, f"v̂, β = {beta:g}", shade))
    return theme.new_figure(
        lines,
        height=420,
        showlegend=True,
        legend=LEGEND,
        xaxis={"title": {"text": day}},
        yaxis={"title": {"text": value}},
    )


def weights_still(
    betas: tuple[float, ...], *, ago: str, weight: str, most: int = 60
) -> go.Figure:
    """Return what each past day weighs, as lines with dots, one for each β.

    Args:
        betas: in [0, 1).
        ago: translated name of the axis: days ago.
        weight: translated name of the other axis.
        most: days that are shown.
    """
    days = list(range(most))
    lines = [
        _line(days, weights(beta, most).tolist(), f"β = {beta:g}", SHADES[index])
        for index, beta in enumerate(betas)
    ]
    return theme.new_figure(
        lines,
        height=420,
        showlegend=True,
        legend=LEGEND,
        xaxis={"title": {"text": ago}},
        yaxis={"title": {"text": weight}, "rangemode": "tozero"},
    )


def use_still(lines: tuple[Line, ...], *, step: str, title: str) -> go.Figure:
    """Return one chart of a use.

    Args:
        lines: of the chart.
        step: translated name of the axis of time.
        title: translated name of the other axis.
    """
    steps = list(range(1, len(lines[0].values) + 1))
    drawn = [
        _dots(steps, line.values.tolist(), line.label)
        if line.dots
        else _line(steps, line.values.tolist(), line.label, line.color, dash=line.dash)
        for line in lines
    ]
    return theme.new_figure(
        drawn,
        height=420,
        showlegend=True,
        legend=LEGEND,
        xaxis={"title": {"text": step}},
        yaxis={"title": {"text": title}},
    )


def _dots(x: list, y: list, name: str) -> go.Scatter:
    marker = {"size": 4, "color": MUTED}
    return go.Scatter(x=x, y=y, name=name, mode="markers", marker=marker)


def _line(x: list, y: list, name: str, color: str, *, dash: bool = False) -> go.Scatter:
    line = {"color": color, "width": theme.LINE_WIDTH}
    style = line | {"dash": "dash" if dash else "solid"}
    return go.Scatter(x=x, y=y, name=name, mode="lines", line=style)
