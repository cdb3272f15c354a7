"""A network as a row of volumes, and under it where its numbers sit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from engine.layer_plan import Shape
from engine.layer_report import Row
from playground import theme

HEIGHT = 380  # pixels
TALLEST, WIDEST, THINNEST = 0.56, 0.5, 0.07  # of a volume, in its place
LEAN = (0.3, 0.32)  # how far the far side is moved, of the height: right, up
ROOMY, CROWDED = 13, 26  # layers up to which all is labelled; more: only changes
BARS = ((0.36, 0.47), (0.18, 0.29), (0.0, 0.11))  # where each row of bars lies
PATTERNS = ("", "/", ".")


@dataclass(frozen=True)
class Words:
    """What the picture says, translated."""

    input: str
    parameters: str
    multiplies: str
    memory: str


@dataclass(frozen=True)
class Solid:
    """A volume as it is drawn: x and y of the corners of its three visible faces."""

    front: tuple[tuple[float, float], ...]
    top: tuple[tuple[float, float], ...]
    side: tuple[tuple[float, float], ...]


def sides(shape: Shape) -> str:
    """Return the sides of a volume, "28×28"; of a line of numbers, nothing."""
    return "×".join(map(str, shape[1:]))


def solids(shapes: Sequence[Shape]) -> list[Solid]:
    """Return volumes side by side, at x = 0, 1, 2, ...

    The height is the root of the side, the width the logarithm of the channels: both
    in proportion to the largest of the row. A line of numbers is a thin column.
    """
    longest = max((max(shape[1:]) for shape in shapes if len(shape) > 1), default=1)
    most = max((shape[0] for shape in shapes if len(shape) > 1), default=2)
    drawn = []
    for place, shape in enumerate(shapes):
        if len(shape) > 1:
            high = TALLEST * math.sqrt(max(shape[1:]) / longest)
            wide = THINNEST + WIDEST * math.log(shape[0] + 1) / math.log(most + 1)
            flat = len(shape) == 2  # a signal has no second side
        else:
            high = TALLEST * min(1.0, math.log(shape[0] + 1) / math.log(5000))
            wide, flat = THINNEST, True
        deep = 0.08 if flat else high
        drawn.append(_solid(place, wide, max(high, 0.03), deep))
    return drawn


def picture(shape: Shape, rows: Sequence[Row], chosen: int, words: Words) -> go.Figure:
    """Draw the volumes of a network and three rows of bars: each layer's share.

    Args:
        shape: of the input.
        rows: of the report, perhaps none.
        chosen: number of the layer that is marked, from 1; 0 for none.
        words: translated texts.
    """
    shapes = [shape, *(row.shape for row in rows)]
    names = [words.input, *(row.name for row in rows)]
    turned = len(shapes) > ROOMY
    traces = [*_faces(solids(shapes), chosen), _handles(shapes, names)]
    measures = (
        (words.parameters, [row.parameters for row in rows], theme.CLASSES[0]),
        (words.multiplies, [row.multiplies for row in rows], theme.CLASSES[1]),
        (words.memory, [row.memory for row in rows], theme.CLASSES[2]),
    )
    notes, axes = list(_labels(shapes)), {}
    for number, (title, values, colour) in enumerate(measures):
        traces.append(_bars(number, values, names, colour))
        top = BARS[number][1]
        notes.append(_title(title, top, colour))
        axes[f"yaxis{number + 2}"] = {
            "domain": BARS[number],
            "range": [0, 1.05 * max([*values, 1])],
            "visible": False,
            "fixedrange": True,
        }
    return theme.new_figure(
        traces,
        height=HEIGHT,
        annotations=notes,
        shapes=[_mark(chosen)] if chosen else [],
        bargap=0.25,
        hovermode="closest",
        xaxis={
            "range": [-0.6, len(shapes) - 0.2],
            "tickvals": list(range(len(shapes))),
            "ticktext": names,
            "tickangle": -60 if turned else 0,
            "tickfont": {"size": 14 if len(shapes) <= CROWDED else 10},
            "showgrid": False,
            "anchor": "y4",
        },
        yaxis={"domain": [0.53, 1.0], "range": [-0.14, 1.02], "visible": False},
        **axes,
    )


def sketch(shapes: Sequence[Shape], height: int) -> go.Figure:
    """Draw volumes alone, without a word.

    Args:
        shapes: from the input to the last layer.
        height: pixels.
    """
    return theme.new_figure(
        _faces(solids(shapes), 0),
        height=height,
        xaxis={"visible": False, "range": [-0.6, len(shapes) - 0.2]},
        yaxis={"visible": False, "range": [-0.02, 0.8]},
    )


def _solid(place: float, wide: float, high: float, deep: float) -> Solid:
    left, right = place - wide / 2, place + wide / 2
    lean, rise = LEAN[0] * deep, LEAN[1] * deep
    front = ((left, 0), (right, 0), (right, high), (left, high))
    back = [(x + lean, y + rise) for x, y in front]
    return Solid(
        front,
        (front[3], front[2], back[2], back[3]),
        (front[1], back[1], back[2], front[2]),
    )


def _faces(drawn: Sequence[Solid], chosen: int) -> list[go.Scatter]:
    """Return the volumes face by face; the one chosen in orange."""
    traces = []
    for marked, colour in ((False, theme.POSITIVE), (True, theme.NEGATIVE)):
        solids = [
            solid
            for place, solid in enumerate(drawn)
            if (place == chosen and chosen > 0) == marked
        ]
        for face, opacity in (("front", 0.85), ("top", 0.35), ("side", 0.55)):
            corners = [
                corner
                for solid in solids
                for corner in (*getattr(solid, face), (None, None))
            ]
            if corners:
                x, y = zip(*corners, strict=True)
                traces.append(_filled(x, y, colour, opacity))
    return traces


def _filled(x: Sequence, y: Sequence, colour: str, opacity: float) -> go.Scatter:
    ((red, green, blue),) = theme.rgb(colour)
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        fill="toself",
        fillcolor=f"rgba({red},{green},{blue},{opacity})",
        line={"color": colour, "width": 1},
        hoverinfo="skip",
    )


def _handles(shapes: Sequence[Shape], names: Sequence[str]) -> go.Scatter:
    """Return unseen points on the volumes, to click on and to ask for their shape."""
    return go.Scatter(
        x=list(range(len(shapes))),
        y=[0.2] * len(shapes),
        mode="markers",
        marker={"size": 30, "opacity": 0.0},
        selected={"marker": {"opacity": 0.0}},
        unselected={"marker": {"opacity": 0.0}},
        text=[
            f"{name}: {'×'.join(map(str, shape))}"
            for name, shape in zip(names, shapes, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _bars(
    number: int, values: Sequence[int], names: Sequence[str], colour: str
) -> go.Bar:
    """Return one row of bars with each layer's share of the whole."""
    whole = sum(values) or 1
    shares = [value / whole for value in values]
    largest = max(shares, default=0)
    return go.Bar(
        x=list(range(1, len(values) + 1)),
        y=list(values),
        marker={"color": colour, "pattern": {"shape": PATTERNS[number]}},
        unselected={"marker": {"opacity": 1.0}},  # a click does not pale the others
        text=[f"{s:.0%}" if s and s == largest else "" for s in shares],
        textposition="inside",
        insidetextanchor="end",
        textangle=0,
        textfont={"size": 14, "color": theme.OUTLINE},
        customdata=[
            [name, f"{value:,}", f"{share:.1%}"]
            for name, value, share in zip(names[1:], values, shares, strict=True)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} "
        "(%{customdata[2]})<extra></extra>",
        yaxis=f"y{number + 2}",
    )


def _labels(shapes: Sequence[Shape]) -> list[dict[str, object]]:
    """Return the sizes written at the volumes: sides above, channels below."""
    notes, before, last = [], None, -9
    roomy = len(shapes) <= ROOMY
    for place, (shape, solid) in enumerate(zip(shapes, solids(shapes), strict=True)):
        whole = sides(shape) if roomy and len(shape) < 4 else f"{shape[-1]}"
        above = whole if len(shape) > 1 else ""
        fresh = above != before and place - last > 1
        if above and (roomy or fresh):
            notes.append(_note(place, solid.top[2][1], above, "bottom"))
            before, last = above, place
        if len(shapes) <= CROWDED:
            notes.append(_note(place, 0, f"{shape[0]}", "top"))
    return notes


def _note(x: float, y: float, text: str, anchor: str) -> dict[str, object]:
    return {
        "x": x,
        "y": y,
        "text": text,
        "yanchor": anchor,
        "showarrow": False,
        "font": {"size": 14},
    }


def _title(text: str, y: float, colour: str) -> dict[str, object]:
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": y,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": -4,
        "text": f'<span style="color:{colour}">■</span> {text}',
        "showarrow": False,
    }


def _mark(chosen: int) -> dict[str, object]:
    """Return a pale band over the layer chosen, through all charts."""
    return {
        "type": "rect",
        "x0": chosen - 0.48,
        "x1": chosen + 0.48,
        "y0": 0,
        "y1": 0.5,
        "yref": "paper",
        "fillcolor": theme.NEGATIVE,
        "opacity": 0.14,
        "line": {"width": 0, "color": "rgba(0,0,0,0)"},
        "layer": "below",
    }
