"""How wrong a numerical derivative is, over the size of its step: both in powers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from playground import theme
from playground.theme import FONT_SIZE, LINE_WIDTH, new_figure

ANCHOR = 0.01  # the largest ε whose error is taken for a power of ε
FLATTEST = 1e-6  # the lowest number of an axis, of its highest
CLEAR = 10.0  # times as large as rounding: an error that is not rounding alone


@dataclass(frozen=True)
class Words:
    """What the figure says, translated; the guides are named after their slopes."""

    error: str
    one: str
    two: str
    first: str
    second: str
    rounding: str


def error_plot(
    steps: Sequence[float],
    one: Sequence[float],
    two: Sequence[float],
    floor: float,
    now: float,
    words: Words,
) -> go.Figure:
    """Return both errors over ε, with guides of slope 1, 2 and −1.

    Args:
        steps: ε, rising, > 0.
        one: error of the one-sided difference at each; what is 0 or NaN is left out.
        two: of the two-sided difference.
        floor: size of a rounding error of the result; divided by ε it is the guide of
            slope −1.
        now: ε that is chosen.
        words: translated texts.
    """
    guides = [
        (_line(steps, one, 1, floor), words.first, theme.NEGATIVE),
        (_line(steps, two, 2, floor), words.second, theme.POSITIVE),
        ([floor / step for step in steps], words.rounding, "gray"),
    ]
    traces = [_guide(steps, *guide) for guide in guides if any(guide[0])]
    traces.append(_errors(steps, one, words.one, theme.NEGATIVE, "circle"))
    traces.append(_errors(steps, two, words.two, theme.POSITIVE, "diamond"))
    known = [error for error in (*one, *two) if error > 0]
    high = max(known, default=1.0)
    low = min([*known, high * FLATTEST])
    line = {"color": "gray", "width": 1.5, "dash": "dot"}
    chosen = {"type": "line", "yref": "paper", "line": line}
    log = {"type": "log", "exponentformat": "power"}
    return new_figure(
        traces,
        height=320,
        showlegend=True,
        legend={"font": {"size": FONT_SIZE}},
        shapes=[chosen | {"x0": now, "x1": now, "y0": 0, "y1": 1}],
        xaxis=log | {"title": {"text": "ε"}, "dtick": 2},
        yaxis=log
        | {"title": {"text": words.error}, "dtick": 2}
        | {"range": [math.log10(low) - 1, math.log10(high) + 1]},
    )


def _line(
    steps: Sequence[float], errors: Sequence[float], order: int, floor: float
) -> list[float]:
    """Return the power of ε that the errors follow; empty if they follow none.

    It goes through the error of the largest step that is small enough for a power.
    """
    anchor = max(index for index, step in enumerate(steps) if step <= ANCHOR)
    (near, far), (small, large) = (
        (row[anchor], row[anchor + 1]) for row in (errors, steps)
    )
    if not near * small > CLEAR * floor or not far > 0:
        return []
    found = math.log(far / near) / math.log(large / small)
    if abs(found - order) > 0.3:
        return []
    return [near * (step / small) ** order for step in steps]


def _guide(
    steps: Sequence[float], heights: Sequence[float], name: str, colour: str
) -> go.Scatter:
    line = {"color": colour, "width": 1.5, "dash": "dash"}
    return go.Scatter(
        x=list(steps), y=list(heights), name=name, line=line, hoverinfo="skip"
    )


def _errors(
    steps: Sequence[float], errors: Sequence[float], name: str, colour: str, mark: str
) -> go.Scatter:
    return go.Scatter(
        x=list(steps),
        y=[error if error > 0 else None for error in errors],
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": LINE_WIDTH},
        marker={"symbol": mark, "size": 7},
        hovertemplate="ε = %{x:.3g}<br>%{y:.3g}<extra></extra>",
    )
