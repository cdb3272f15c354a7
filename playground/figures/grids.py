"""Matrices as coloured squares: side by side, at one scale, with or without numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from torch import Tensor

from playground.theme import DIVERGING, FONT_SIZE, INK, LINE_WIDTH, new_figure

TITLE = 44  # pixels: two lines of type above each panel
GAP = 0.02  # share of the figure's width between two panels


@dataclass(frozen=True)
class Panel:
    """One matrix of a row of panels.

    Attributes:
        values: [H, W] float; NaN stays empty. Orange is below 0, blue above.
        title: translated text above it.
        width: how wide, relative to the other panels.
        picture: draw grey levels, black 0 to white 255, instead of signed colours.
        numbers: write each value into its square.
        rows: labels of the rows, () for none.
    """

    values: Tensor
    title: str
    width: float
    picture: bool = False
    numbers: bool = False
    rows: tuple[str, ...] = ()


def row_of_panels(panels: Sequence[Panel], *, height: int) -> go.Figure:
    """Draw matrices side by side with square cells, centred on one line.

    Args:
        panels: from left to right.
        height: pixels of the figure at normal type size.
    """
    top = 1 - TITLE / (height - 16)  # of the axes; the titles stand above
    share = (1 - GAP * (len(panels) - 1)) / sum(panel.width for panel in panels)
    left, traces, layout, titles = 0.0, [], {}, []
    for index, panel in enumerate(panels, start=1):
        right = min(left + panel.width * share, 1.0)
        traces.append(_heatmap(panel, index))
        layout |= _axes(panel, index, (left, right), top)
        titles.append(_title(panel.title, (left + right) / 2, top))
        left = right + GAP
    return new_figure(traces, height=height, annotations=titles, **layout)


def mosaic(maps: Tensor, per_row: int) -> Tensor:
    """Return maps in rows, with a line of NaN between neighbours.

    Args:
        maps: [N, h, w] float.
        per_row: maps in a row.

    Returns:
        [rows (h + 1) - 1, per_row (w + 1) - 1] float.
    """
    count, height, width = maps.shape
    rows = math.ceil(count / per_row)
    canvas = torch.full((rows * per_row, height + 1, width + 1), math.nan)
    canvas[:count, :height, :width] = maps.detach().cpu()
    tiled = canvas.view(rows, per_row, height + 1, width + 1).transpose(1, 2)
    return tiled.reshape(rows * (height + 1), per_row * (width + 1))[:-1, :-1]


def outline(
    figure: go.Figure, panel: int, corner: tuple[int, int], size: int, colour: str
) -> None:
    """Draw a square around cells of a panel.

    Args:
        figure: from `row_of_panels`; changed in place.
        panel: which panel, from 1.
        corner: row and column of the first cell.
        size: cells per side.
        colour: of the line.
    """
    row, column = corner
    figure.add_shape(
        type="rect",
        x0=column - 0.5,
        x1=column + size - 0.5,
        y0=row - 0.5,
        y1=row + size - 0.5,
        xref=f"x{panel}",
        yref=f"y{panel}",
        line={"color": colour, "width": LINE_WIDTH},
    )


def make_clickable(figure: go.Figure, panel: int, values: Tensor) -> None:
    """Lay an invisible point over each cell: a heatmap itself reports no clicks.

    Args:
        figure: from `row_of_panels`; changed in place.
        panel: which panel, from 1.
        values: [H, W] float, the panel's.
    """
    rows, columns = torch.meshgrid(
        *(torch.arange(length) for length in values.shape), indexing="ij"
    )
    figure.data[panel - 1].update(hoverinfo="skip", hovertemplate=None)
    figure.add_scatter(
        x=columns.flatten().tolist(),
        y=rows.flatten().tolist(),
        customdata=values.flatten().tolist(),
        xaxis=f"x{panel}",
        yaxis=f"y{panel}",
        mode="markers",
        marker={"opacity": 0, "size": 10},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        hovertemplate="%{y}, %{x}: %{customdata:.4f}<extra></extra>",
    )


def _heatmap(panel: Panel, index: int) -> go.Heatmap:
    if panel.picture:
        scale, low, high = INK, 0.0, 255.0
    else:
        peak = panel.values.nan_to_num().abs().max().item() or 1.0
        scale, low, high = DIVERGING, -peak, peak
    return go.Heatmap(
        z=panel.values.cpu().numpy(),
        zmin=low,
        zmax=high,
        colorscale=scale,
        showscale=False,
        xaxis=f"x{index}",
        yaxis=f"y{index}",
        texttemplate="%{z:.2f}" if panel.numbers else None,
        textfont={"size": FONT_SIZE - 4},
        hovertemplate="%{y}, %{x}: %{z:.4f}<extra></extra>",
        hoverongaps=False,
    )


def _axes(panel: Panel, index: int, span: tuple[float, float], top: float) -> dict:
    height, width = panel.values.shape
    bare = {"showgrid": False, "fixedrange": True, "zeroline": False, "ticks": ""}
    bare |= {"showticklabels": False, "constrain": "domain"}
    x_axis = {"domain": span, "anchor": f"y{index}", "range": [-0.5, width - 0.5]}
    y_axis = {"domain": [0, top], "anchor": f"x{index}", "scaleanchor": f"x{index}"}
    y_axis["range"] = [height - 0.5, -0.5]
    if panel.rows:
        y_axis |= {"showticklabels": True, "tickvals": list(range(height))}
        y_axis |= {"ticktext": list(panel.rows)}
    number = "" if index == 1 else index  # plotly's name of the first axis
    return {f"xaxis{number}": bare | x_axis, f"yaxis{number}": bare | y_axis}


def _title(text: str, middle: float, bottom: float) -> dict:
    return {
        "text": text,
        "x": middle,
        "y": bottom,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "center",
        "yanchor": "bottom",
        "showarrow": False,
    }
