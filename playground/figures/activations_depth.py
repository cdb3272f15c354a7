"""A signal in a deep network: its size layer by layer, and one layer's histograms."""

import math
from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from torch import Tensor

from engine.depth import Propagation, histogram
from engine.forms import FLAT
from playground import theme

HEIGHT = 372  # pixels
BINS = 48
UPPER, LOWER = (0.58, 0.94), (0.0, 0.36)  # where two charts lie, one above the other
PATTERNS = ("", "/")  # of bars: where g still moves, where it is saturated


@dataclass(frozen=True)
class Words:
    """What the charts say, translated."""

    layer: str
    spread: str
    difference: str
    gradient: str
    before: str
    after: str
    active: str
    saturated: str


@dataclass(frozen=True)
class Line:
    """How one quantity is drawn: its numbers, name, colour, dash, marker and axis."""

    values: Tensor
    name: str
    color: str
    dash: str
    symbol: str
    axis: str


def signal(found: Propagation, layer: int, words: Words) -> go.Figure:
    """Draw the activations on their way up and the gradient on its way down.

    Both axes are logarithmic; what is exactly 0 stands at the bottom as a cross.

    Args:
        found: what became of the signal.
        layer: marked, 1 to L.
        words: translated texts.
    """
    blue, _orange, green, _pink, red, *_rest = theme.CLASSES
    lines = (
        Line(found.spread, words.spread, blue, "solid", "circle", "y2"),
        Line(found.difference, words.difference, green, "dash", "diamond", "y2"),
        Line(found.gradient, words.gradient, red, "solid", "square", "y"),
    )
    spans = {
        "y2": _decades(torch.cat([found.spread, found.difference])),
        "y": _decades(found.gradient),
    }
    zeros = "   ✕ 0" if any((line.values == 0).any() for line in lines) else ""
    return theme.new_figure(
        [
            trace
            for line in lines
            for trace in _traces(line, spans[line.axis][0], words.layer)
        ],
        height=HEIGHT,
        annotations=[
            _title(f"{words.spread} ●, {words.difference} ◆{zeros}", UPPER[1]),
            _title(f"{words.gradient} ■{zeros}", LOWER[1]),
        ],
        shapes=[_marker(layer, axis) for axis in spans],
        xaxis={
            "title": {"text": words.layer},
            "range": [-0.5, len(found.z) + 0.5],
            "dtick": max(1, len(found.z) // 5),
        },
        yaxis=_log(spans["y"], LOWER),
        yaxis2=_log(spans["y2"], UPPER),
    )


def histograms(found: Propagation, layer: int, words: Words) -> go.Figure:
    """Draw what one layer's units are given, above what they make of it.

    Numbers where |g'| < 0.1 are hatched, before and after.

    Args:
        found: what became of the signal.
        layer: 1 to L.
        words: translated texts.
    """
    z, a = found.z[layer - 1], found.a[layer]
    flat = found.slopes[layer - 1].abs() < FLAT
    bars = []
    for values, axes in ((z, ("x2", "y2")), (a, ("x", "y"))):
        low, high = _room(values)
        for mask, name, color, pattern in zip(
            (~flat, flat),
            (words.active, words.saturated),
            (theme.POSITIVE, theme.NEGATIVE),
            PATTERNS,
            strict=True,
        ):
            middles, counts = histogram(values[mask], low, high, BINS)
            bars.append(
                go.Bar(
                    x=middles.tolist(),
                    y=counts.tolist(),
                    name=name,
                    legendgroup=name,
                    showlegend=axes[1] == "y2",
                    marker={"color": color, "pattern": {"shape": pattern}},
                    xaxis=axes[0],
                    yaxis=axes[1],
                    hovertemplate="%{x:.4g}: %{y}<extra></extra>",
                )
            )
    shared = {"fixedrange": True, "zeroline": False, "automargin": True}
    power = shared | {"exponentformat": "power", "nticks": 6}
    return theme.new_figure(
        bars,
        height=HEIGHT,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        barmode="stack",
        bargap=0.05,
        annotations=[_title(words.before, UPPER[1]), _title(words.after, LOWER[1])],
        xaxis=power,
        xaxis2=power | {"anchor": "y2"},
        yaxis={"domain": LOWER, "nticks": 4},
        yaxis2=shared | {"domain": UPPER, "nticks": 4, "anchor": "x2"},
    )


def _log(span: tuple[float, float], domain: tuple[float, float]) -> dict[str, object]:
    """Return a logarithmic axis with about four powers of ten."""
    low, high = span
    return {
        "type": "log",
        "range": span,
        "domain": domain,
        "dtick": max(1, round((high - low) / 4)),
        "exponentformat": "power",
        "showgrid": True,
        "fixedrange": True,
        "zeroline": False,
        "automargin": True,
    }


def _marker(layer: int, axis: str) -> dict[str, object]:
    """Return the upright line at a layer, as high as one chart."""
    return {
        "type": "line",
        "x0": layer,
        "x1": layer,
        "y0": 0,
        "y1": 1,
        "yref": f"{axis} domain",
        "layer": "below",
        "line": {"color": "#888888", "width": 1.5, "dash": "dot"},
    }


def _title(text: str, top: float) -> dict[str, object]:
    """Return words at the left above a chart that ends at `top`."""
    place = {"x": 0, "xref": "paper", "xanchor": "left"}
    place |= {"y": top, "yref": "paper", "yanchor": "bottom"}
    return place | {"text": text, "showarrow": False}


def _decades(values: Tensor) -> tuple[float, float]:
    """Return the powers of ten between which the values above 0 lie, with some room."""
    above = values[values > 0]
    if not len(above):
        return -1.0, 0.5
    low, high = above.log10().aminmax()
    room = max(0.3, 0.12 * (high - low).item())
    return math.floor(low.item() - room), high.item() + room


def _room(values: Tensor) -> tuple[float, float]:
    """Return where the bins begin and end; equal values get bins beside them too."""
    low, high = values.min().item(), values.max().item()
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-300):
        room = abs(low) / 2 or 1.0
        return low - room, high + room
    return low, high


def _traces(line: Line, floor: float, layer: str) -> list[go.Scatter]:
    """Return a line through what is above 0, and crosses on the floor for zeros."""
    x = list(range(len(line.values)))
    values = line.values.tolist()
    zeros = [at for at, value in zip(x, values, strict=True) if value == 0]
    shared = {"yaxis": line.axis, "name": line.name, "mode": "lines+markers"}
    hover = f"{line.name}<br>{layer} %{{x}}: "
    return [
        go.Scatter(
            x=x,
            y=[value or None for value in values],
            line={"color": line.color, "dash": line.dash, "width": theme.LINE_WIDTH},
            marker={"symbol": line.symbol, "size": 6},
            hovertemplate=hover + "%{y:.4g}<extra></extra>",
            **shared,
        ),
        go.Scatter(
            x=zeros,
            y=[10.0**floor] * len(zeros),
            marker={"symbol": "x", "size": 8, "color": line.color},
            cliponaxis=False,
            hovertemplate=hover + "0<extra></extra>",
            **shared | {"mode": "markers"},
        ),
    ]
