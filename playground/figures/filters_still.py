"""The picture before and after a filter, with its kernel, as a chart."""

from collections.abc import Sequence

import plotly.graph_objects as go
from torch import Tensor

from playground.figures.numerals import plain
from playground.figures.png import Painted
from playground.theme import DIVERGING, OUTLINE, new_figure

HEIGHT = 320
NUMBERED = 7  # columns of a kernel whose numbers are shown
WIDE = (0.38, 0.24, 0.38)  # shares of the width


def still(
    before: Painted, weights: Tensor, after: Painted, titles: Sequence[str]
) -> go.Figure:
    """Return picture, kernel and response side by side.

    Args:
        before: the picture.
        weights: [rows, columns].
        after: the response.
        titles: translated, one for each; "" for none.
    """
    images, marks, axes = [], [], {}
    for number, painted in ((1, before), (3, after)):
        images.append(_image(painted, number))
    for number, (title, (left, right)) in enumerate(
        zip(titles, _domains(), strict=True), start=1
    ):
        shape = weights.shape if number == 2 else before.pixels.shape
        axes |= _axes(number, (left, right), shape)
        marks.append(
            {
                "x": (left + right) / 2,
                "y": 1.0,
                "text": title,
                "xref": "paper",
                "yref": "paper",
                "yanchor": "bottom",
                "showarrow": False,
            }
        )
    room = {"margin": {"l": 8, "r": 8, "t": 32 if any(titles) else 8, "b": 8}}
    return new_figure(
        [
            _corners(before.pixels.shape, 1),
            _kernel(weights),
            _corners(before.pixels.shape, 3),
        ],
        height=HEIGHT,
        images=images,
        annotations=marks if any(titles) else [],
        **axes,
        **room,
    )


def _domains() -> list[tuple[float, float]]:
    gap = 0.02
    left, found = 0.0, []
    for wide in WIDE:
        found.append((left + gap / 2, left + wide - gap / 2))
        left += wide
    return found


def _image(painted: Painted, number: int) -> dict:
    rows, columns = painted.pixels.shape
    return {
        "source": painted.address(),
        "xref": f"x{number}",
        "yref": f"y{number}",
        "x": 0,
        "y": 0,
        "sizex": columns,
        "sizey": rows,
        "sizing": "stretch",
    }


def _axes(
    number: int, domain: tuple[float, float], shape: tuple[int, int]
) -> dict[str, dict]:
    name = "" if number == 1 else str(number)
    rows, columns = shape
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    return {
        f"xaxis{name}": hidden | {"range": [0, columns], "domain": list(domain)},
        f"yaxis{name}": hidden
        | {"range": [rows, 0], "scaleanchor": f"x{name}", "anchor": f"x{name}"},
    }


def _corners(shape: tuple[int, int], number: int) -> go.Scatter:
    """Return two points nobody sees: axes without a trace are not drawn."""
    return go.Scatter(
        x=[0, shape[1]],
        y=[0, shape[0]],
        xaxis=f"x{number}",
        yaxis=f"y{number}",
        mode="markers",
        marker={"opacity": 0},
        hoverinfo="skip",
    )


def _kernel(weights: Tensor) -> go.Heatmap:
    peak = 1.4 * weights.abs().max().item() or 1.0
    numbered = max(weights.shape) <= NUMBERED
    return go.Heatmap(
        z=weights.tolist(),
        x0=0.5,
        y0=0.5,
        dx=1,
        dy=1,
        xaxis="x2",
        yaxis="y2",
        zmin=-peak,
        zmax=peak,
        colorscale=DIVERGING,
        showscale=False,
        xgap=1,
        ygap=1,
        text=[[plain(float(f"{v:.2g}")) for v in row] for row in weights.tolist()]
        if numbered
        else None,
        texttemplate="%{text}" if numbered else None,
        textfont={"color": OUTLINE},
        hovertemplate="%{z:.4g}<extra></extra>",
    )
