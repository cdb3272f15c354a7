"""What each filter of a layer does to one probability, as a chart."""

import plotly.graph_objects as go
from torch import Tensor

from playground.theme import NEGATIVE, POSITIVE, new_figure

HEIGHT = 200


def influence(change: Tensor, *, names: tuple[str, str]) -> go.Figure:
    """Return a bar for every filter: down where the probability falls without it.

    Args:
        change: [K], fractions.
        names: translated, of the axis of filters and of the class.
    """
    percent = (100 * change).tolist()
    axis, name = names
    bars = go.Bar(
        x=list(range(len(percent))),
        y=percent,
        marker={"color": [NEGATIVE if p < 0 else POSITIVE for p in percent]},
        hovertemplate=f"%{{x}}: %{{y:+.2f}} %<extra>{name}</extra>",
    )
    return new_figure(
        [bars],
        height=HEIGHT,
        bargap=0.15,
        xaxis={"title": {"text": axis}, "range": [-0.7, len(percent) - 0.3]},
        yaxis={"title": {"text": f"Δp, {name}"}, "ticksuffix": " %", "zeroline": True},
    )
