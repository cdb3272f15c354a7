"""Stills of a race for slides: the paths on the map, the losses against the step."""

from collections.abc import Iterator, Sequence

import numpy as np
import plotly.graph_objects as go
import torch

from engine.races import Way
from engine.surfaces import Surface
from playground import theme
from playground.figures.race import NAMES, Runner
from playground.figures.race_film import FLOOR, up_to_the_border
from playground.figures.race_map import BANDS, PALE, lattice, shades, window

CELLS = 90  # along the map
HEIGHT = 460


def map_still(
    surface: Surface, runners: Sequence[Runner], ways: Sequence[Way]
) -> go.Figure:
    """Return the map with all paths, each with its number where it ends."""
    names, span = NAMES[surface.dimensions], window(surface)
    ground = _bands(surface) if surface.dimensions == 2 else _profile(surface)
    places = [_places(surface, way) for way in ways]
    paths = [
        trace
        for runner, place in zip(runners, places, strict=True)
        for trace in _path(runner, *place)
    ]
    heads = _heads(runners, [(x[-1], y[-1]) for x, y in places])
    return theme.new_figure(
        [*ground, *paths, heads],
        height=HEIGHT,
        xaxis={"title": {"text": names[0]}, "range": span[:2], "constrain": "domain"},
        yaxis={"title": {"text": names[1]}, "range": span[2:]},
    )


def losses_still(
    surface: Surface,
    runners: Sequence[Runner],
    ways: Sequence[Way],
    *,
    step: str,
    loss: str,
) -> go.Figure:
    """Return how far each loss is above the lowest one, against the step.

    Args:
        surface: on which they run.
        runners: how they appear.
        ways: theirs, in the same order.
        step: translated name of the axis of steps.
        loss: translated name of the loss above the lowest.
    """
    data = []
    for runner, way in zip(runners, ways, strict=True):
        above = (way.losses - surface.lowest).numpy()
        heights = np.where(above >= FLOOR, above, np.nan).tolist()
        steps = list(range(len(heights)))
        data.append(_line(runner, steps, heights))
    return theme.new_figure(
        data,
        height=HEIGHT,
        showlegend=True,
        xaxis={"title": {"text": step}},
        yaxis={"title": {"text": loss}, "type": "log", "exponentformat": "power"},
    )


def _line(runner: Runner, x: list[float], y: list[float]) -> go.Scatter:
    dash = "dash" if runner.dash else "solid"
    color = theme.LABELS[runner.color]
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        name=f"{runner.number} {runner.name}",
        line={"color": color, "width": theme.LINE_WIDTH, "dash": dash},
    )


def _bands(surface: Surface) -> Iterator[go.Contour | go.Scatter]:
    """Yield the coloured map with crosses in its minima."""
    x_low, x_high, y_low, y_high = window(surface)
    pale = [
        [i / (len(theme.SEQUENTIAL) - 1), _paler(colour)]
        for i, colour in enumerate(theme.SEQUENTIAL)
    ]
    yield go.Contour(
        z=shades(surface)(lattice(surface, CELLS)),
        x=np.linspace(x_low, x_high, CELLS),
        y=np.linspace(y_low, y_high, CELLS),
        colorscale=pale,
        contours={"start": 1 / BANDS, "end": 1 - 1 / BANDS, "size": 1 / BANDS},
        line={"width": 0.5, "color": theme.OUTLINE},
        showscale=False,
        hoverinfo="skip",
    )
    x, y = zip(*surface.minima, strict=True)
    marker = {"symbol": "x-thin", "size": 10, "line": {"width": 3, "color": "white"}}
    yield go.Scatter(x=x, y=y, mode="markers", marker=marker, hoverinfo="skip")


def _profile(surface: Surface) -> Iterator[go.Scatter]:
    """Yield a loss of one parameter as a curve."""
    w = torch.linspace(*surface.domain[:2], 101, dtype=torch.float64)
    line = {"color": "#888888", "width": theme.LINE_WIDTH}
    y = surface.value(w[:, None]).tolist()
    yield go.Scatter(x=w.tolist(), y=y, mode="lines", line=line, hoverinfo="skip")


def _places(surface: Surface, way: Way) -> tuple[list[float], list[float]]:
    """Return x and y of a path, up to the map's border."""
    points = way.points.numpy()
    if surface.dimensions == 1:
        points = np.stack((points[:, 0], way.losses.numpy()), axis=1)
    places = up_to_the_border(points[:, None], window(surface))[:, 0]
    x, y = places[np.isfinite(places).all(1)].T.tolist()
    return x, y


def _path(runner: Runner, x: list[float], y: list[float]) -> Iterator[go.Scatter]:
    """Yield a path, on an edge with which it is seen on every ground."""
    edge = {"color": "rgba(255,255,255,0.75)", "width": 1.8 * theme.LINE_WIDTH}
    yield go.Scatter(x=x, y=y, mode="lines", line=edge, hoverinfo="skip")
    yield _line(runner, x, y)


def _heads(
    runners: Sequence[Runner], ends: Sequence[tuple[float, float]]
) -> go.Scatter:
    """Return the runners' numbers where their paths end."""
    x, y = zip(*ends, strict=True)
    return go.Scatter(
        x=x,
        y=y,
        mode="markers+text",
        text=[str(runner.number) for runner in runners],
        textfont={"color": theme.OUTLINE, "size": 12},
        marker={
            "size": 18,
            "color": [theme.LABELS[runner.color] for runner in runners],
            "line": {"color": "white", "width": 1.5},
        },
        hoverinfo="skip",
        cliponaxis=False,
    )


def _paler(colour: str) -> str:
    """Return a colour mixed with white as on the map."""
    ((r, g, b),) = np.array(theme.rgb(colour))
    r, g, b = (round(c + PALE * (255 - c)) for c in (r, g, b))
    return f"rgb({r},{g},{b})"
