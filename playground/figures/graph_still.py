"""A computation graph as a figure: every value, every slope, every gradient."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from engine.graphs import gradients
from playground import theme
from playground.figures.graph_film import along, cell, has_room, slope_labels
from playground.figures.graph_layout import is_input
from playground.figures.graph_scene import title
from playground.figures.graph_story import Story
from playground.figures.graph_words import number, plain

BEND = tuple(share / 12 for share in range(13))


def graph_still(story: Story, *, height: int) -> go.Figure:
    """Return the graph after the way back: values above, gradients below.

    Args:
        story: what is shown.
        height: pixels at normal type size.
    """
    found, tall = _back(story), story.layout.cell
    texts: list[tuple[float, float, str, str]] = []
    for place, (x, y) in _drawn(story):
        value = number(story.computed.values[place])
        if is_input(story.computed, place):
            value = f"{plain(story.computed.nodes[place].name)} = {value}"
        else:
            texts.append((x, y - tall - 11, title(story, place), "gray"))
        texts.append((x, y - tall / 2, value, theme.POSITIVE))
        texts.append((x, y + tall / 2, number(found[place]), theme.NEGATIVE))
    if not math.isnan(story.computed.values[-1]):
        for text, (x, y) in slope_labels(story) if has_room(story.layout) else ():
            texts.append((x, y - 4, text, "gray"))
    return _figure(story, [_edges(story), *_written(texts)], height)


def graph_sketch(story: Story, *, height: int) -> go.Figure:
    """Return the graph alone, without a word: for a picture too small to read."""
    places = [at for _place, at in _drawn(story)]
    dots = go.Scatter(
        x=[x for x, _y in places],
        y=[y for _x, y in places],
        mode="markers",
        marker={"size": 13, "color": theme.POSITIVE, "symbol": "square"},
    )
    return _figure(story, [_edges(story), dots], height, boxes=False)


def _drawn(story: Story) -> list[tuple[int, tuple[float, float]]]:
    return [(place, at) for place, at in enumerate(story.layout.at) if at]


def _back(story: Story) -> Sequence[float]:
    if math.isnan(story.computed.values[-1]):
        return (math.nan,) * len(story.computed.nodes)
    return gradients(story.computed)


def _edges(story: Story) -> go.Scatter:
    x: list[float] = []
    y: list[float] = []
    for piece in story.layout.pieces:
        way = [along(piece, share) for share in BEND]
        x += [*(px for px, _py in way), math.nan]
        y += [*(py for _px, py in way), math.nan]
    line = {"color": theme.NEGATIVE, "width": 1.5}
    return go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip")


def _written(texts: list[tuple[float, float, str, str]]) -> list[go.Scatter]:
    """Return one trace of text per colour."""
    return [
        go.Scatter(
            x=[x for x, _y, _text, c in texts if c == colour],
            y=[y for _x, y, _text, c in texts if c == colour],
            text=[text for _x, _y, text, c in texts if c == colour],
            mode="text",
            textfont={"color": colour, "size": theme.FONT_SIZE},
            hoverinfo="skip",
        )
        for colour in dict.fromkeys(colour for *_rest, colour in texts)
    ]


def _figure(
    story: Story, traces: list[go.Scatter], height: int, *, boxes: bool = True
) -> go.Figure:
    width, tall = story.layout.size
    shapes = []
    for place, _at in _drawn(story) if boxes else []:
        for upper, colour in ((True, theme.POSITIVE), (False, theme.NEGATIVE)):
            left, top, right, bottom = cell(story.layout, place, upper=upper)
            corners = {"x0": left, "y0": top, "x1": right, "y1": bottom}
            line = {"color": colour, "width": 1.5}
            shapes.append({"type": "rect", **corners, "line": line})
    return theme.new_figure(
        traces,
        height=height,
        shapes=shapes,
        xaxis={"visible": False, "range": [0, width]},
        yaxis={"visible": False, "range": [tall, 0]},
    )
