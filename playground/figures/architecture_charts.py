"""Two costs side by side, and how much of the gradient each layer gets."""

from collections.abc import Sequence

import plotly.graph_objects as go

from engine.residual import Descent
from playground import theme

HEIGHT = 300  # pixels
FLOOR = 1e-30  # what is exactly 0 stands here, as a cross


def costs(
    names: Sequence[str],
    numbers: Sequence[tuple[str, Sequence[int]]],
) -> go.Figure:
    """Draw bars on a logarithmic axis, each with its exact number.

    Args:
        names: what is compared, translated.
        numbers: (title, a number for each of the names).
    """
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
            text=[f"{value:,}" for value in values],
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
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        bargap=0.3,
        xaxis={
            "type": "log",
            "range": _decades([n for _title, values in numbers for n in values]),
            "dtick": 1,
            "exponentformat": "power",
            "showgrid": True,
        },
        yaxis={"autorange": "reversed"},
        margin={"l": 8, "r": 110, "t": 8, "b": 8},
    )


def gradients(
    descents: Sequence[tuple[str, Descent]], *, layer: str, length: str
) -> go.Figure:
    """Draw the length of ∂L/∂W of every convolution, on a logarithmic axis.

    Args:
        descents: (name, what came down), plain first.
        layer: translated title of the axis of layers.
        length: title of the other axis.
    """
    styles = (
        (theme.CLASSES[4], "solid", "square"),
        (theme.CLASSES[0], "dash", "circle"),
    )
    traces = []
    for (name, descent), (colour, dash, symbol) in zip(descents, styles, strict=True):
        values = descent.gradient.tolist()
        traces.append(
            go.Scatter(
                x=list(range(1, len(values) + 1)),
                y=[max(value, FLOOR) for value in values],
                name=name,
                mode="lines+markers",
                line={"color": colour, "dash": dash, "width": theme.LINE_WIDTH},
                marker={
                    "size": 8,
                    "symbol": [symbol if value else "x" for value in values],
                },
                hovertemplate=f"{layer} %{{x}}: %{{y:.4g}}<extra>{name}</extra>",
            )
        )
    count = len(descents[0][1].gradient)
    return theme.new_figure(
        traces,
        height=HEIGHT + 60,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        xaxis={"title": {"text": layer}, "range": [0, count + 1]},
        yaxis={
            "type": "log",
            "title": {"text": length},
            "exponentformat": "power",
            "showgrid": True,
            "nticks": 8,
        },
    )


def _decades(values: Sequence[int]) -> list[float]:
    """Return the range of a logarithmic axis: whole powers of ten around the values."""
    return [0, len(str(max(*values, 1))) + 0.2]
