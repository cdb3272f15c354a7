"""Colours, type and line widths of every figure, and the canvas they start from."""

import plotly.graph_objects as go
import torch
from torch import Tensor

NEGATIVE = "#f59322"  # orange: below zero, class A
POSITIVE = "#0877bd"  # blue: above zero, class B
PAPER = "#e8eaeb"  # zero, in both themes
MUTED = "#8a949e"  # what is there but does not count
# Okabe and Ito's set, readable with any colour vision.
CLASSES = ("#0877bd", "#f59322", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442")
SEQUENTIAL = "Cividis"

FONT_SIZE = 15  # points of a chart's text, of 16 px page type
LINE_WIDTH = 2.5
PRESENTATION_TYPE = 22 / 16  # larger type for the last row of a classroom
PRESENTATION_LINES = 1.6

_CIVIDIS = torch.tensor(
    [
        (0, 32, 76),
        (0, 52, 110),
        (58, 75, 107),
        (89, 98, 111),
        (119, 121, 119),
        (151, 145, 119),
        (184, 171, 111),
        (220, 200, 95),
        (255, 233, 69),
    ],
    dtype=torch.float32,
)


def blank_figure(*, height: int = 320) -> go.Figure:
    """Return an empty figure with the house's type, margins and axes.

    Args:
        height: pixels at normal type size.
    """
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font={"size": FONT_SIZE},
        showlegend=False,
        hoverlabel={"font": {"size": FONT_SIZE}},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    figure.update_xaxes(automargin=True, zeroline=False)
    figure.update_yaxes(automargin=True, zeroline=False)
    return figure


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


def diverging(values: Tensor, limit: float) -> Tensor:
    """Colour signed numbers: orange below zero, paper at zero, blue above.

    Args:
        values: [..., H, W] float.
        limit: the magnitude that gets the full colour; larger ones are the same.
    Returns:
        [..., H, W, 3] uint8 red, green, blue.
    """
    ends = torch.stack([_rgb(NEGATIVE), _rgb(PAPER), _rgb(POSITIVE)])
    return _blend(ends, (values / max(limit, 1e-12)).clamp(-1, 1) / 2 + 0.5)


def sequential(values: Tensor, limit: float) -> Tensor:
    """Colour numbers in [0, limit] with cividis: dark blue is 0, yellow the limit.

    Args:
        values: [..., H, W] float.
        limit: the value that gets the last colour.
    Returns:
        [..., H, W, 3] uint8 red, green, blue.
    """
    return _blend(_CIVIDIS, (values / max(limit, 1e-12)).clamp(0, 1))


def _blend(stops: Tensor, position: Tensor) -> Tensor:
    scaled = position.cpu().float() * (len(stops) - 1)
    lower = scaled.floor().clamp(max=len(stops) - 2).long()
    weight = (scaled - lower)[..., None]
    mixed = stops[lower] * (1 - weight) + stops[lower + 1] * weight
    return mixed.round().to(torch.uint8)


def _rgb(colour: str) -> Tensor:
    return torch.tensor([int(colour[i : i + 2], 16) for i in (1, 3, 5)]).float()
