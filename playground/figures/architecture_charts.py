"""Two costs side by side, and how much of the gradient each layer gets."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from torch import Tensor

from playground import theme
from playground.figures.numerals import grouped

HEIGHT = 320  # pixels
FLOOR = 1e-30  # what is exactly 0 stands here, as a cross


@dataclass(frozen=True)
class Texts:
    """The titles of a chart's axes, translated."""

    across: str
    up: str


def costs(
    names: Sequence[str],
    numbers: Sequence[tuple[str, Sequence[int]]],
    *,
    title: str,
    font: int = theme.FONT_SIZE,
) -> go.Figure:
    """Draw bars on a logarithmic axis, each with its exact number.

    Args:
        names: what is compared, translated.
        numbers: (title, a number for each of the names).
        title: of the axis.
        font: size of the type.
    """
    type_ = {"size": font}
    bars = [
        go.Bar(
            x=list(values),
            y=list(names),
            name=title,
            orientation="h",
            marker={
                "color": theme.CLASSES[place],
                "pattern": {"shape": ("", "/")[place]},
            },
            text=[grouped(value) for value in values],
            textfont=type_,
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"%{{y}}: %{{text}} {title}<extra></extra>",
        )
        for place, (title, values) in enumerate(numbers)
    ]
    return theme.new_figure(
        bars,
        height=HEIGHT,
        showlegend=True,
        legend=_legend(font),
        bargap=0.3,
        xaxis={
            "type": "log",
            "title": {"text": title, "font": type_},
            "range": _decades([n for _title, values in numbers for n in values]),
            "dtick": 1,
            "exponentformat": "power",
            "showgrid": True,
            "tickfont": type_,
        },
        yaxis={"autorange": "reversed", "tickfont": type_},
    )


def gradients(
    lengths: Mapping[str, Tensor],
    texts: Texts,
    *,
    first: int,
    font: int = theme.FONT_SIZE,
) -> go.Figure:
    """Draw the length of a gradient at every layer, on a logarithmic axis.

    Args:
        lengths: name -> [layers], plain first, then residual.
        texts: titles of the axes.
        first: number of the first layer.
        font: size of the type.
    """
    type_ = {"size": font}
    styles = ((theme.CLASSES[4], "square"), (theme.CLASSES[0], "circle"))
    traces = []
    for (name, tensor), (colour, symbol) in zip(lengths.items(), styles, strict=True):
        values = tensor.tolist()
        traces.append(
            go.Scatter(
                x=list(range(first, first + len(values))),
                y=[max(value, FLOOR) for value in values],
                name=name,
                mode="lines+markers",
                line={"color": colour, "width": theme.LINE_WIDTH},
                marker={
                    "size": 9,
                    "symbol": [symbol if value else "x" for value in values],
                },
                hovertemplate=f"{texts.across} %{{x}}: %{{y:.4g}}<extra>{name}</extra>",
            )
        )
    every = [math.log10(value) for trace in traces for value in trace.y]
    low, high = math.floor(min(every)), math.ceil(max(every))
    return theme.new_figure(
        traces,
        height=HEIGHT + 40,
        showlegend=True,
        legend=_legend(font),
        xaxis={
            "title": {"text": texts.across, "font": type_},
            "range": [first - 0.6, first + len(traces[0].x) - 0.4],
            "tickfont": type_,
        },
        yaxis={
            "type": "log",
            "title": {"text": texts.up, "font": type_},
            "exponentformat": "power",
            "showgrid": True,
            "range": [low - 0.2, high + 0.2],
            "dtick": max(1, round((high - low) / 6)),
            "tickfont": type_,
        },
    )


def _legend(font: int) -> dict[str, object]:
    place = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    return place | {"font": {"size": font}}


def _decades(values: Sequence[int]) -> list[float]:
    """Return the range of a logarithmic axis, with room for the longest number."""
    return [0, 1.25 * len(str(max(*values, 1)))]
