"""Softmax as pictures: logits beside probabilities, and how each answers to each."""

from dataclasses import dataclass

import plotly.graph_objects as go
from torch import Tensor

from playground import theme

HEIGHT = 340  # pixels


@dataclass(frozen=True)
class Words:
    """What the charts say, translated."""

    logits: str
    scaled: str
    probabilities: str
    class_name: str


def bars(
    logits: Tensor, temperature: float, probabilities: Tensor, words: Words
) -> go.Figure:
    """Draw logits, each divided by the temperature beside it, and the probabilities.

    Args:
        logits: [K].
        temperature: above 0.
        probabilities: [K], what softmax made of them.
        words: translated texts.
    """
    names = class_names(len(logits))
    blue, orange, green, *_rest = theme.CLASSES
    series = [
        (words.logits, logits, blue, "", "x", "3g"),
        (words.probabilities, probabilities, green, "", "x2", "3f"),
    ]
    if temperature != 1:
        series.insert(1, (words.scaled, logits / temperature, orange, "/", "x", "3g"))
    crowded = len(series) * len(names) > 9
    data = [
        go.Bar(
            x=names,
            y=values.tolist(),
            name=name,
            marker={"color": color, "pattern": {"shape": pattern}},
            xaxis=axis,
            yaxis="y" if axis == "x" else "y2",
            text=[_short(value, digits) for value in values.tolist()],
            textposition="outside",
            textangle=0,
            constraintext="none",
            textfont={"size": 11 if crowded else theme.FONT_SIZE},
            cliponaxis=False,
            hovertemplate=f"{name}<br>%{{x}}: %{{y:.6g}}<extra></extra>",
        )
        for name, values, color, pattern, axis, digits in series
    ]
    shared = {"fixedrange": True, "automargin": True}
    return theme.new_figure(
        data,
        height=HEIGHT,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.06, "yanchor": "bottom"},
        xaxis={"domain": [0, 0.46]},
        xaxis2=shared | {"domain": [0.56, 1], "anchor": "y2"},
        yaxis={"zeroline": True, "range": _room(logits, temperature)},
        yaxis2=shared | {"anchor": "x2", "range": [0, 1.12], "dtick": 0.5},
    )


def slopes(jacobian: Tensor, words: Words) -> go.Figure:
    """Draw ∂p_i/∂z_j as a grid of numbers, i down, j across.

    Args:
        jacobian: [K, K].
        words: translated texts.
    """
    names = class_names(len(jacobian))
    largest = max(jacobian.abs().max().item(), 1e-12)
    rows, digits = jacobian.tolist(), "3g" if len(names) < 5 else "2f"
    grid = go.Heatmap(
        x=names,
        y=names,
        z=rows,
        zmin=-largest,
        zmax=largest,
        colorscale=theme.DIVERGING,
        showscale=False,
        text=[[_short(value, digits) for value in row] for row in rows],
        texttemplate="%{text}",
        textfont={"size": theme.FONT_SIZE if len(names) < 6 else 12},
        hovertemplate="∂p(%{y}) / ∂z(%{x}) = %{z:.6g}<extra></extra>",
    )
    return theme.new_figure(
        [grid],
        height=HEIGHT,
        xaxis={"title": {"text": f"{words.class_name} j"}, "side": "bottom"},
        yaxis={"title": {"text": f"{words.class_name} i"}, "autorange": "reversed"},
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        title={"text": "∂pᵢ / ∂zⱼ", "font": {"size": theme.FONT_SIZE}, "x": 0.5},
    )


def class_names(count: int) -> list[str]:
    """Return A, B, C, ..."""
    return list("ABCDEFGH"[:count])


def _room(logits: Tensor, temperature: float) -> list[float]:
    """Return where the axis ends: room for a number beyond every bar, and for 0."""
    drawn = [*logits.tolist(), *(logits / temperature).tolist(), 0.0]
    low, high = min(drawn), max(drawn)
    room = 0.16 * max(high - low, 1e-9)
    return [low - room * (low < 0), high + room * (high > 0)]


def _short(value: float, digits: str) -> str:
    """Return a number as short as it fits over a bar; digits as in "3g" or "2f"."""
    size = abs(value)
    if 0 < size < (0.005 if digits == "2f" else 0.0005):
        return "≈ 0"
    text = f"{value:.0f}" if size >= 1000 else f"{value:.{digits}}"
    return text.replace("-", "−")
