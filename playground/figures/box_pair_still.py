"""Stills of two boxes: the picture, and every measure over the shift."""

import plotly.graph_objects as go
import torch

from engine.box_slide import slide
from playground import theme
from playground.figures.box_pair import HEIGHT, MEASURES, SHADES, WIDTH, Pair

LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
GREY = "rgba(124, 135, 147, 0.55)"  # seen on white and on black
VEIL = 0.22


def pair_still(pair: Pair) -> go.Figure:
    """Return two boxes with what they share, and dashed what encloses them."""
    a, b = pair.a, pair.b
    hull = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    common = (max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))
    shapes = [_box(hull, GREY, dash="dash")]
    if common[0] < common[2] and common[1] < common[3]:
        shapes.append(_box(common, GREY, fill=GREY))
    shapes += [_box(box, shade) for box, shade in zip((a, b), SHADES, strict=True)]
    notes = [
        {"x": box[0], "y": box[1], "text": name, "showarrow": False}
        | {"xanchor": "left", "yanchor": "bottom"}
        for name, box in zip("AB", (a, b), strict=True)
    ]
    return theme.new_figure(
        height=420,
        shapes=shapes,
        annotations=notes,
        xaxis={"range": [0, WIDTH], "constrain": "domain"},
        yaxis={"range": [HEIGHT, 0], "scaleanchor": "x"},
    )


def curve_still(pair: Pair, *, axis: str) -> go.Figure:
    """Return IoU, GIoU, DIoU and CIoU over the shift of B.

    Args:
        pair: the boxes, and the way B slides.
        axis: translated name of the shift.
    """
    a, b = pair.boxes()
    steps, places = slide(b[0], pair.way, (WIDTH, HEIGHT))
    lines = [
        go.Scatter(
            x=(pair.shift + steps).tolist(),
            y=torch.flatten(measure(a, places)).tolist(),
            name=name,
            mode="lines",
            line={
                "color": color,
                "dash": "dash" if dash else "solid",
                "width": theme.LINE_WIDTH,
            },
        )
        for name, (measure, color, dash) in MEASURES.items()
    ]
    return theme.new_figure(
        lines,
        height=420,
        showlegend=True,
        legend=LEGEND,
        xaxis={"title": {"text": axis}},
        yaxis={"range": [-1.03, 1.03]},
    )


def _box(
    box: tuple[float, ...], color: str, *, dash: str = "solid", fill: str | None = None
) -> dict[str, object]:
    x0, y0, x1, y1 = box
    line = {"color": color, "dash": dash, "width": theme.LINE_WIDTH}
    shape = {"type": "rect", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": line}
    return shape | ({"fillcolor": fill} if fill else {})
