"""Anchors for slides and tables: sizes with their anchors, the elbow, an assignment."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from torch import Tensor

from engine.anchors import KmeansStep
from playground import theme
from playground.figures.anchor_search import SHADES, Search

LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}


def sizes_still(search: Search, *, width: str, height: str, at: int = 420) -> go.Figure:
    """Return widths and heights, coloured by their anchor at the search's end.

    Args:
        search: that is over.
        width: translated name of the x axis.
        height: translated name of the y axis.
        at: height of the figure in pixels.
    """
    last, traces = search.steps[-1], []
    for index, anchor in enumerate(last.anchors.tolist()):
        members = search.sizes[last.owner == index]
        marker = {"color": SHADES[index], "size": 5, "opacity": 0.6}
        traces.append(
            go.Scatter(
                x=members[:, 0].tolist(),
                y=members[:, 1].tolist(),
                mode="markers",
                marker=marker,
                showlegend=False,
                hoverinfo="skip",
            )
        )
        # From the origin to its size: the anchor as a box.
        traces.append(
            go.Scatter(
                x=[0, anchor[0], anchor[0]],
                y=[anchor[1], anchor[1], 0],
                mode="lines",
                line={"color": SHADES[index], "width": theme.LINE_WIDTH},
                name=f"{index + 1}: {anchor[0]:.4g} × {anchor[1]:.4g}",
            )
        )
    return theme.new_figure(
        traces,
        height=at,
        showlegend=bool(width),
        legend=LEGEND,
        xaxis={"title": {"text": width}, "range": [0, search.reach]},
        yaxis={"title": {"text": height}, "range": [0, search.reach]},
    )


def elbow_still(elbow: Sequence[float], *, count: str, mean: str) -> go.Figure:
    """Return the mean best IoU of the best anchors of every count.

    Args:
        elbow: for 1, 2, … anchors.
        count: translated name of the x axis.
        mean: translated name of the y axis.
    """
    line = go.Scatter(
        x=list(range(1, len(elbow) + 1)),
        y=list(elbow),
        mode="lines+markers",
        line={"color": theme.POSITIVE, "width": theme.LINE_WIDTH},
    )
    return theme.new_figure(
        [line],
        height=420,
        xaxis={"title": {"text": count}, "dtick": 1},
        yaxis={"title": {"text": mean}, "range": [0, 1]},
    )


@dataclass(frozen=True)
class Outline:
    """A box (x1, y1, x2, y2) in pixels, y down, as a line.

    Attributes:
        box: in pixels.
        colour: of the line.
        name: in the legend; "" if it stands for itself.
        dash: of an anchor.
    """

    box: tuple[float, ...]
    colour: str
    name: str = ""
    dash: bool = False


def boxes_still(outlines: Sequence[Outline], side: int, lines: int) -> go.Figure:
    """Return boxes on a square picture with a grid.

    Args:
        outlines: what is drawn, one over the other.
        side: of the picture in pixels.
        lines: rows and columns of its grid.
    """
    traces = []
    for one in outlines:
        x1, y1, x2, y2 = one.box
        dash = "dash" if one.dash else "solid"
        traces.append(
            go.Scatter(
                x=[x1, x2, x2, x1, x1],
                y=[y1, y1, y2, y2, y1],
                mode="lines",
                line={"color": one.colour, "width": theme.LINE_WIDTH, "dash": dash},
                name=one.name,
                showlegend=bool(one.name),
            )
        )
    grid = {"tick0": 0, "dtick": side / lines, "tickformat": ".0f"}
    return theme.new_figure(
        traces,
        height=460,
        showlegend=True,
        legend=LEGEND,
        xaxis=grid | {"range": [0, side], "constrain": "domain", "showgrid": True},
        yaxis=grid | {"range": [side, 0], "scaleanchor": "x"},
    )


def anchors_csv(step: KmeansStep) -> str:
    """Return a row per anchor: its size, how many boxes it has, their mean IoU."""
    rows = []
    for index, (width, height) in enumerate(step.anchors.tolist()):
        own = step.owner == index
        mean = step.best[own].mean().item() if own.any() else float("nan")
        rows.append((index + 1, width, height, int(own.sum()), mean))
    return _csv("anchor,width,height,boxes,mean_iou", rows)


def sizes_csv(sizes: Tensor, step: KmeansStep) -> str:
    """Return a row per box: its size, its anchor, their IoU."""
    parts = (*sizes.T, step.owner + 1, step.best)
    return _csv(
        "width,height,anchor,iou", zip(*(p.tolist() for p in parts), strict=True)
    )


def objects_csv(boxes: Tensor, iou: Tensor, anchor: Tensor, lost: Tensor) -> str:
    """Return a row per object: its box, its IoU with every anchor, which one it wants.

    Args:
        boxes: [N, 4] in pixels.
        iou: [N, K] with every anchor.
        anchor: [N] the one that is wanted.
        lost: bool [N], whether another object has it.
    """
    names = ",".join(f"iou_{index + 1}" for index in range(iou.shape[1]))
    columns = (*boxes.T, *iou.T, anchor + 1, lost.long())
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return _csv(f"x1,y1,x2,y2,{names},anchor,lost", rows)


def dense_csv(anchors: Tensor, label: Tensor, best: Tensor, object_: Tensor) -> str:
    """Return a row per anchor box: its corners, its label, its best object and IoU."""
    columns = (*anchors.T, label, object_ + 1, best)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return _csv("x1,y1,x2,y2,label,object,iou", rows)


def _csv(head: str, rows: Sequence[Sequence[float]]) -> str:
    lines = (",".join(f"{value:.6g}" for value in row) for row in rows)
    return "\n".join((head, *lines)) + "\n"
