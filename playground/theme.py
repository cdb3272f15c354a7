"""Colours, type and line widths of every figure, and the canvas they start from."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from PIL import Image
from plotly import colors

NEGATIVE = "#f59322"  # orange: below zero, class A
POSITIVE = "#0877bd"  # blue: above zero, class B
PAPER = "#e8eaeb"  # zero, in both themes
OUTLINE = "#1c2733"  # lines on fields, which are equally light in both themes
SEQUENTIAL = tuple(colors.sequential.Cividis)
# Okabe and Ito's set, readable with any colour vision.
CLASSES = ("#0877bd", "#f59322", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442")
# Classes of a data set, in order: class 0 is orange and class 1 blue on every page.
LABELS = (NEGATIVE, POSITIVE, *CLASSES[2:6])
DIVERGING = ((0.0, NEGATIVE), (0.5, PAPER), (1.0, POSITIVE))
INK = ((0.0, "#000000"), (1.0, "#ffffff"))  # pictures: white ink on black

FONT_SIZE = 15  # points of a chart's text, of 16 px page type
LINE_WIDTH = 2.5
PRESENTATION_TYPE = 22 / 16  # larger type for the last row of a classroom
PRESENTATION_LINES = 1.6


def new_figure(
    data: Sequence = (), *, height: int = 320, **layout: object
) -> go.Figure:
    """Return a figure with the house's type, margins and axes.

    Everything is given at once, because plotly takes 50 times longer to change the
    layout of a figure than to make it.

    Args:
        data: traces.
        height: pixels at normal type size.
        layout: plotly's layout properties, over the house's.
    """
    axis = {"automargin": True, "zeroline": False, "fixedrange": True}
    house = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "font": {"size": FONT_SIZE},
        "showlegend": False,
        "hoverlabel": {"font": {"size": FONT_SIZE}},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": axis | layout.pop("xaxis", {}),
        "yaxis": axis | layout.pop("yaxis", {}),
    }
    return go.Figure(list(data), house | layout)


def rgb(*colours: str) -> list[list[int]]:
    """Return colours such as "#f59322" as red, green and blue, 0 to 255."""
    return [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colours]


def shaded(colour: str) -> str:
    """Return a colour such as "#f59322", darker: seen on a field of that colour."""
    ((r, g, b),) = rgb(colour)
    return f"rgb({0.62 * r:.0f},{0.62 * g:.0f},{0.62 * b:.0f})"


def xor_icon() -> Image.Image:
    """Return the picture in the browser's tab: XOR in blue and orange, 32 x 32."""
    orange, blue = rgb(NEGATIVE, POSITIVE)
    squares = np.array([[orange, blue], [blue, orange]], dtype=np.uint8)
    return Image.fromarray(squares.repeat(16, axis=0).repeat(16, axis=1))


def enlarge(figure: go.Figure) -> go.Figure:
    """Return `figure` with the type and lines of the presentation switch."""
    size = round(FONT_SIZE * PRESENTATION_TYPE)
    figure.update_layout(font_size=size, hoverlabel_font_size=size)
    figure.layout.height = round(figure.layout.height * 1.15)
    figure.update_annotations(font_size=size)
    for trace in figure.data:
        line = getattr(trace, "line", None)
        if line is not None and line.width is not None:
            line.width *= PRESENTATION_LINES
    for shape in figure.layout.shapes:
        shape.line.width = (shape.line.width or LINE_WIDTH) * PRESENTATION_LINES
    return figure
