"""Activation functions over their slopes: a scene whose time is z, and a still."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from torch import Tensor

from engine.forms import JUMPS, Form, flat, function
from playground import theme
from playground.player.charts import Curve, Line, Series
from playground.player.scene import Box, Layer, Scene, Text, Track

SIZE = (900, 396)  # logical pixels of the stage
ABOVE: Box = (0.0, 0.0, 660.0, 206.0)  # of the functions
BELOW: Box = (0.0, 206.0, 660.0, 190.0)  # of their slopes
SIDE, ROW = 704.0, 92.0  # left of the numbers, and from one function's to the next
# How far z goes both ways -> a frame every, lowest and highest g(z) ever drawn, a tick
# every.
REACHES = {
    3: (0.05, (-1.5, 2.5), 1),
    6: (0.05, (-1.5, 3.5), 1),
    10: (0.1, (-2.5, 5.5), 2),
}
SECONDS = 8.0  # that a tape plays
LEAST = (-0.2, 1.2)  # span of either plot
DASHES = ("solid", "dash", "solid", "dash")


@dataclass(frozen=True)
class Chosen:
    """What is drawn: up to four functions, their names, a key of `REACHES`."""

    forms: tuple[Form, ...]
    names: tuple[str, ...]
    reach: int


@dataclass(frozen=True)
class Words:
    """What the scene says, translated."""

    value: str
    slope: str
    shaded: str
    spoken: str


def times(reach: int) -> list[float]:
    """Return every z of a tape: multiples of its step, 0 among them."""
    step, _height, _every = REACHES[reach]
    count = round(reach / step)
    return [round(index * step, 4) for index in range(-count, count + 1)]


def frames(chosen: Chosen) -> list[bytes]:
    """Return a frame for each z: every g(z), every g'(z)."""
    values, slopes = table(chosen.forms, _line(chosen.reach))
    rows = torch.cat([values, slopes], dim=1).float()  # [T, 2 K]
    return [row.numpy().tobytes() for row in rows]


def table(forms: Sequence[Form], z: Tensor) -> tuple[Tensor, Tensor]:
    """Return g(z) and g'(z) of K functions at T places, each [T, K]."""
    functions = [function(form) for form in forms]
    return (
        torch.stack([one.value(z) for one in functions], dim=1),
        torch.stack([one.derivative(z) for one in functions], dim=1),
    )


def scene(chosen: Chosen, words: Words) -> Scene:
    """Return the functions over their slopes; the playhead is z.

    Where the first function is flat, both plots are shaded.

    Args:
        chosen: what is drawn.
        words: translated texts.
    """
    count = len(chosen.forms)
    return Scene(
        SIZE,
        (Track("g", "f32", count), Track("d", "f32", count)),
        (
            _curve(ABOVE, "g", chosen, words.value, value_span(chosen)),
            _curve(BELOW, "d", chosen, words.slope, slope_span(chosen)),
            *_numbers(chosen.names),
            Text((SIDE, SIZE[1] - 6.0), words.shaded, muted=True),
        ),
        time="z = {time:3}",
        rate=2 * chosen.reach / SECONDS,
        end=float(chosen.reach),
        spoken=words.spoken,
    )


def value_span(chosen: Chosen) -> tuple[float, float]:
    """Return between which heights the functions are drawn; what is beyond is cut."""
    values, _slopes = table(chosen.forms, _line(chosen.reach))
    _step, (lowest, highest), _every = REACHES[chosen.reach]
    low, high = _roomy(values)
    return max(low, lowest), min(high, highest)


def slope_span(chosen: Chosen) -> tuple[float, float]:
    """Return between which heights the slopes are drawn: all of them."""
    _values, slopes = table(chosen.forms, _line(chosen.reach))
    return _roomy(slopes)


def _line(reach: int) -> Tensor:
    return torch.tensor(times(reach), dtype=torch.float64)


def _roomy(numbers: Tensor) -> tuple[float, float]:
    """Return the ends of an axis with one decimal, so that both plots begin alike."""
    low = min(LEAST[0], math.floor(10 * numbers.min().item() - 0.5) / 10)
    high = max(LEAST[1], math.ceil(10 * numbers.max().item() + 0.5) / 10)
    return low - 0.1 * low.is_integer(), high + 0.1 * high.is_integer()


def still(chosen: Chosen, words: Words) -> go.Figure:
    """Return the same plots as a chart that can be saved: functions over slopes."""
    every = REACHES[chosen.reach][2]
    z = _line(chosen.reach)
    columns = table(chosen.forms, z)
    lines = [
        go.Scatter(
            x=z.tolist(),
            y=_parted(column[:, index], form, z),
            mode="lines",
            name=name,
            legendgroup=name,
            showlegend=axis == "y2",
            line={
                "color": theme.CLASSES[index],
                "dash": DASHES[index],
                "width": theme.LINE_WIDTH,
            },
            yaxis=axis,
        )
        for axis, column in zip(("y2", "y"), columns, strict=True)
        for index, (form, name) in enumerate(
            zip(chosen.forms, chosen.names, strict=True)
        )
    ]
    grid = {"showgrid": True, "zeroline": True, "fixedrange": True}
    return theme.new_figure(
        lines,
        height=460,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        shapes=_shades(chosen),
        xaxis={"title": {"text": "z"}, "dtick": every, "zeroline": True},
        yaxis=grid
        | {
            "title": {"text": words.slope},
            "range": slope_span(chosen),
            "domain": [0, 0.46],
        },
        yaxis2=grid
        | {
            "title": {"text": words.value},
            "range": value_span(chosen),
            "domain": [0.54, 1],
        },
    )


def _parted(values: Tensor, form: Form, z: Tensor) -> list[float | None]:
    """Return the values with a gap where the function jumps."""
    jumps = form.name in JUMPS
    return [
        None if jumps and at == 0 else value
        for at, value in zip(z.tolist(), values.tolist(), strict=True)
    ]


def _shades(chosen: Chosen) -> list[dict[str, object]]:
    """Return grey stretches over the whole height where the first function is flat."""
    reach = float(chosen.reach)
    return [
        {
            "type": "rect",
            "x0": left,
            "x1": right,
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "fillcolor": theme.PAPER,
            "opacity": 0.35,
            "layer": "below",
            "line": {"width": 0},
        }
        for left, right in flat(chosen.forms[0], -reach, reach)
    ]


def _curve(
    box: Box, track: str, chosen: Chosen, label: str, span: tuple[float, float]
) -> Curve:
    """Return one plot with a line for each function; one that jumps is dotted."""
    reach = chosen.reach
    every = REACHES[reach][2]
    first = -(reach // every) * every
    return Curve(
        box,
        tuple(
            Series(
                track,
                index,
                theme.CLASSES[index],
                name,
                dash=DASHES[index] == "dash",
                dots=form.name in JUMPS,
            )
            for index, (form, name) in enumerate(
                zip(chosen.forms, chosen.names, strict=True)
            )
        ),
        label=label,
        span=span,
        ticks=tuple(
            (float(at), str(at).replace("-", "−"))
            for at in range(first, reach + 1, every)
        ),
        bands=tuple(flat(chosen.forms[0], -float(reach), float(reach))),
        whole=True,
        id=track,
    )


def _numbers(names: Sequence[str]) -> Iterator[Layer]:
    """Yield the numbers at the playhead, under a sample of each function's line."""
    for index, name in enumerate(names):
        top = 22.0 + ROW * index
        sample: Box = (SIDE, top - 11, 26.0, 12.0)
        yield Line(
            sample,
            (0.0, 1.0, 0.0, 1.0),
            ((0.0, 0.5), (1.0, 0.5)),
            theme.CLASSES[index],
            dash=DASHES[index] == "dash",
        )
        yield Text((SIDE + 34, top), name, size=16, muted=True)
        yield Text((SIDE, top + 27), f"g(z) = {{g:{index}}}", size=20)
        yield Text((SIDE, top + 55), f"g′(z) = {{d:{index}}}", size=20)
