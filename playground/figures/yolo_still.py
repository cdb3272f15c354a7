"""The YOLO target as a chart to take away: picture, grid, cells and boxes."""

from collections.abc import Sequence

import plotly.graph_objects as go

from playground import theme
from playground.figures.yolo_target import Shown, colour

HEIGHT = 420  # pixels


def target_still(shown: Shown, names: Sequence[str]) -> go.Figure:
    """Draw objects under their grid; the cells that own one are tinted.

    Args:
        shown: what the stage shows.
        names: of the classes, translated; "" leaves a label out.
    """
    wide, high = shown.size
    corners = shown.boxes.tolist()
    dots = go.Scatter(
        x=[(x1 + x2) / 2 for x1, _y1, x2, _y2 in corners],
        y=[(y1 + y2) / 2 for _x1, y1, _x2, y2 in corners],
        mode="markers",
        marker={
            "size": 10,
            "color": [colour(label) for label in shown.labels],
            "line": {"color": theme.PAPER, "width": 2},
        },
        hoverinfo="skip",
    )
    picture = {"source": shown.picture, "layer": "below", "sizing": "stretch"}
    picture |= {"x": 0, "y": 0, "sizex": wide, "sizey": high, "xref": "x", "yref": "y"}
    bare = {"visible": False, "constrain": "domain"}
    return theme.new_figure(
        [dots],
        height=HEIGHT,
        images=[picture],
        shapes=[*_cells(shown), *_grid(shown), *_boxes(shown)],
        annotations=_labels(shown, names),
        xaxis=bare | {"range": [0, wide]},
        yaxis=bare | {"range": [high, 0], "scaleanchor": "x"},
    )


def _rectangle(edges: Sequence[float], line: dict, **more: object) -> dict:
    x0, y0, x1, y1 = edges
    place = {"type": "rect", "x0": x0, "y0": y0, "x1": x1, "y1": y1}
    return place | {"line": line} | more


def _cells(shown: Shown) -> list[dict]:
    """Return the cells that own an object, in the colours of their classes."""
    grid, (wide, high) = shown.target.shape[0], shown.size
    found = []
    for at, index in enumerate(shown.inside):
        row, column = int(shown.slots.rows[at]), int(shown.slots.columns[at])
        edges = (column * wide, row * high, (column + 1) * wide, (row + 1) * high)
        tint = colour(shown.labels[index])
        none = {"width": 0, "color": tint}
        edges = [edge / grid for edge in edges]
        found.append(_rectangle(edges, none, fillcolor=tint, opacity=0.4))
    return found


def _grid(shown: Shown) -> list[dict]:
    grid, (wide, high) = shown.target.shape[0], shown.size
    line = {"color": theme.OUTLINE, "width": 1.5 if grid < 9 else 0.75}
    inner = range(grid + 1)
    return [
        *(_rectangle((k * wide / grid, 0, k * wide / grid, high), line) for k in inner),
        *(_rectangle((0, k * high / grid, wide, k * high / grid), line) for k in inner),
    ]


def _boxes(shown: Shown) -> list[dict]:
    return [
        _rectangle(box, {"color": colour(label), "width": theme.LINE_WIDTH})
        for box, label in zip(shown.boxes.tolist(), shown.labels, strict=True)
    ]


def _labels(shown: Shown, names: Sequence[str]) -> list[dict]:
    return [
        {
            "x": box[0],
            "y": box[1],
            "text": f"{number}: {names[label]}",
            "xanchor": "left",
            "yanchor": "bottom",
            "showarrow": False,
            "bgcolor": colour(label),
            "font": {"color": theme.OUTLINE},
        }
        for number, (box, label) in enumerate(
            zip(shown.boxes.tolist(), shown.labels, strict=True), start=1
        )
        if names[label]
    ]
