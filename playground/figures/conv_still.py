"""A layer as a chart: input, kernel and output side by side, with their numbers."""

import plotly.graph_objects as go
from torch import Tensor

from playground.figures.conv_slide import SPREAD
from playground.figures.conv_story import Layer, Names, tell
from playground.figures.grids import Panel, row_of_panels
from playground.theme import OUTLINE

FEW = 12  # rows and columns that show their numbers
HEIGHT = 360
SMALLEST = 0.8  # share of a panel beside the widest


def still(layer: Layer, titles: tuple[str, str, str]) -> go.Figure:
    """Draw the first plane of a layer's input, its kernel and the output.

    Args:
        layer: what is drawn, as the sliding view shows it.
        titles: translated, of input, kernel and output.
    """
    slide = tell(layer, Names("", "", ""))
    plane, (input_, kernel, output) = slide.planes[0], titles
    parts = [(plane.values.nan_to_num(neginf=float("nan")), input_)]
    if plane.kernel is not None:
        parts.append((plane.kernel, kernel))
    parts.append((slide.output, output))
    if slide.rule == SPREAD:
        top, bottom, left, right = slide.padding
        rows, columns = slide.output.shape
        kept = slide.output[top : rows - bottom, left : columns - right]
        parts[-1] = (kept, output)
    figure = row_of_panels(
        [_panel(values, title) for values, title in parts], height=HEIGHT
    )
    for trace, (values, _title) in zip(figure.data, parts, strict=True):
        if max(values.shape) <= FEW:
            trace.update(texttemplate="%{z:.4~g}", textfont={"color": OUTLINE})
        trace.update(xgap=2, ygap=2)
    return figure


def _panel(values: Tensor, title: str) -> Panel:
    rows, columns = values.shape
    size = f"{rows} × {columns}" if rows > 1 else str(columns)
    return Panel(values, f"{title}  {size}", max(columns, SMALLEST * rows))
