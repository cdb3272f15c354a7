"""Filters and maps for slides: a whole layer as a chart."""

import numpy as np
import plotly.graph_objects as go
from torch import Tensor

from playground.figures.conv_pixels import address
from playground.figures.learned_scales import Span, levels
from playground.figures.learned_tiles import SIGNS, coloured, lit, peaks, shades, sheet
from playground.theme import new_figure

HEIGHT = 420
GAP = 0.08  # between two filters or maps, of their side


def filters_still(filters: Tensor, peak: float | None, columns: int) -> go.Figure:
    """Return filters side by side.

    Args:
        filters: [F, C, k, k]; with three channels in colour, else all kernels.
        peak: the weight that is painted strongest; None: the largest of each filter.
        columns: filters in a row.
    """
    most = peaks(filters) if peak is None else peak
    if filters.shape[1] == 3:
        return _still(sheet(coloured(filters, most).numpy(), columns, GAP))
    tiles = SIGNS[shades(filters, most).numpy()].transpose(1, 0, 2, 3, 4)
    flat = tiles.reshape(-1, *tiles.shape[2:])  # a filter's kernels are a column
    several = filters.shape[1] > 1
    return _still(sheet(flat, len(filters) if several else columns, GAP))


def maps_still(maps: Tensor, spans: tuple[Span, ...], columns: int) -> go.Figure:
    """Return the maps [K, h, w] of a layer side by side, each on its span."""
    parts = [levels(one, span) for one, span in zip(maps, spans, strict=True)]
    return _still(sheet(lit(parts, signed=spans[0][0] < 0), columns, GAP))


def _still(pixels: np.ndarray) -> go.Figure:
    high, wide, _four = pixels.shape
    image = {
        "source": address(pixels),
        "xref": "x",
        "yref": "y",
        "x": 0,
        "y": 0,
        "sizex": wide,
        "sizey": high,
        "sizing": "stretch",
    }
    hidden = {"visible": False, "constrain": "domain"}
    corners = go.Scatter(  # axes without a trace are not drawn
        x=[0, wide],
        y=[0, high],
        mode="markers",
        marker={"opacity": 0},
        hoverinfo="skip",
    )
    return new_figure(
        [corners],
        height=HEIGHT,
        images=[image],
        xaxis=hidden | {"range": [0, wide]},
        yaxis=hidden | {"range": [high, 0], "scaleanchor": "x"},
    )
