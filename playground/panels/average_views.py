"""The averages on the stage: the chart with its day, and the days as a table."""

import pandas as pd
import streamlit as st

from engine.averages import Smoothed, settled, smooth, weights, window
from playground import widgets
from playground.figures import averages
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.average_controls import Knobs
from playground.panels.average_exports import averages_to_take
from playground.panels.average_player import day_field, play
from playground.panels.average_tex import aligned, braced, factor, tex, written
from playground.player.scene import Track

USUAL_DAY = 20
LONGEST_SUM = 3  # days that are written out in the sum of all days
MOST_ROWS = 1000  # of the table


def average_view(chosen: Knobs) -> TakeAway:
    """Show the averages over time and the formulas of one day; return what to keep."""
    shown, tracks, frames = _film(chosen)
    stage, below = st.container(), st.columns([1.1, 5], vertical_alignment="top")
    number_at, focus_at = below[0].container(), below[0].container()
    with focus_at:
        focus = _focus(shown)
    look = chosen.look(focus)
    words = averages.Words(
        day=_("Day"),
        value=chosen.given.unit,
        moving=_("mean of"),
        weight=_("weights in {average}, β = {beta}"),
        settled=_("β = {beta}: correction < 1 %"),
        short=_("β = {beta}: < 1 %"),
        spoken=_("Day {time:int}: θ = {theta:0}, v = {v:{focus}}."),
    )
    days = averages.days_shown(len(shown.values))
    with stage:
        day = play(
            averages.scene(shown, tracks, look, words),
            frames,
            days,
            key="day",
            number=(number_at, _("Day"), USUAL_DAY),
        )
    with below[1]:
        st.latex(_formulas(shown, focus, day))
        if days.step > 1:
            text = _("There are {count} days: the chart shows one in {stride}.")
            st.caption(text.format(count=len(shown.values), stride=days.step))
    return averages_to_take(shown, look, chosen.given.unit, day)


def table_view(chosen: Knobs) -> TakeAway:
    """Show every day with its numbers in the formulas; return what to keep."""
    shown, _tracks, _frames = _film(chosen)
    left, right, _rest = st.columns([1, 1, 3])
    with left:
        days = range(1, len(shown.values) + 1)
        day = day_field(days, _("Day"), USUAL_DAY, key="day")
    with right:
        focus = _focus(shown)
    st.latex(_sum(shown, focus, day))
    st.dataframe(
        _table(shown, focus, day),
        hide_index=True,
        height=420,
        alt=_("Every day with its average, as it is and corrected."),
    )
    return averages_to_take(shown, chosen.look(focus), chosen.given.unit, day)


@st.cache_data(max_entries=32, show_spinner=False)
def _filmed(
    values: bytes, betas: tuple[float, ...], days: int
) -> tuple[Smoothed, tuple[Track, ...], list[bytes]]:
    shown = smooth(averages.unpacked(values), betas, days)
    return shown, *averages.frames(shown)


def _film(chosen: Knobs) -> tuple[Smoothed, tuple[Track, ...], list[bytes]]:
    """Return the averages chosen and their frames, computed once for all readers."""
    values = chosen.given.values.numpy().tobytes()
    return _filmed(values, chosen.betas, chosen.days)


def _focus(shown: Smoothed) -> int:
    """Let the reader choose the β whose numbers are written out."""
    count = len(shown.betas)
    if count == 1:
        return 0
    names = {str(i): f"{beta:g}" for i, beta in enumerate(shown.betas)}
    return int(widgets.choice(_("Numbers of β"), names, key=f"focus{count}"))


def _formulas(shown: Smoothed, focus: int, day: int) -> str:
    """Return the three formulas of a day with their numbers, as LaTeX."""
    beta = shown.betas[focus]
    v = shown.v[focus]
    last = v[day - 2].item() if day > 1 else 0.0
    theta, now = shown.values[day - 1].item(), v[day - 1].item()
    share, mended = shown.sums[focus, day - 1].item(), shown.corrected[focus, day - 1]
    b, rest, days = tex(beta), tex(1 - beta), tex(window(beta))
    power = tex(beta ** window(beta))
    end = settled(beta)
    lines = (
        rf"v_{{{day}}} &= \beta\,v_{{{day - 1}}} + (1-\beta)\,\theta_{{{day}}} = "
        rf"{b}\cdot {braced(last)} + {rest}\cdot {braced(theta)} = {tex(now)}",
        rf"\hat v_{{{day}}} &= \frac{{v_{{{day}}}}}{{1-\beta^{{{day}}}}} = "
        rf"\frac{{{tex(now)}}}{{{tex(share)}}} = {tex(mended)}"
        rf" \qquad \beta^t < 0.01 \iff t \geq {end}",
        rf"\tfrac{{1}}{{1-\beta}} &= {days} \qquad "
        rf"\beta^{{1/(1-\beta)}} = {b}^{{{days}}} = {power} "
        r"\xrightarrow{\beta\to 1} \tfrac1e = 0.3679",
    )
    return aligned(lines)


def _sum(shown: Smoothed, focus: int, day: int) -> str:
    """Return the average of a day as the sum of all days before it, as LaTeX."""
    beta, values = shown.betas[focus], shown.values
    parts = [
        rf"{tex(weight)}\cdot {braced(values[day - 1 - k].item())}"
        for k, weight in enumerate(weights(beta, min(day, LONGEST_SUM)).tolist())
    ]
    dots = r" + \dots" if day > LONGEST_SUM else ""
    total = rf"\textstyle\sum_{{k=0}}^{{{day - 1}}}"
    lines = (
        rf"v_{{{day}}} &= {total} (1-\beta)\,\beta^k\,\theta_{{{day}-k}}",
        rf"&= {' + '.join(parts)}{dots} = {tex(shown.v[focus, day - 1])}",
        rf"1-\beta^{{{day}}} &= {total} (1-\beta)\,\beta^k = "
        rf"1 - {tex(beta)}^{{{day}}} = {tex(shown.sums[focus, day - 1])}",
    )
    return aligned(lines)


def _table(shown: Smoothed, focus: int, day: int) -> pd.DataFrame:
    """Return the days, from a little before the one chosen on, as text and numbers."""
    beta = shown.betas[focus]
    first = max(1, day - 2)
    until = min(len(shown.values), first + MOST_ROWS - 1)
    part = slice(first - 1, until)
    v, sums = shown.v[focus], shown.sums[focus, part].tolist()
    before = [v[first - 2].item() if first > 1 else 0.0, *v[part].tolist()]
    b, rest = written(beta), written(1 - beta)
    thetas, now = shown.values[part].tolist(), v[part].tolist()
    means = shown.moving[part].tolist()
    return pd.DataFrame(
        {
            _("Day"): range(first, until + 1),
            "θ": [written(theta) for theta in thetas],
            "v = β·v + (1 − β)·θ": [
                f"{b}·{factor(old)} + {rest}·{factor(theta)} = {written(new)}"
                for old, theta, new in zip(before, thetas, now, strict=False)
            ],
            "1 − βᵗ": [written(share) for share in sums],
            "v̂ = v / (1 − βᵗ)": [
                written(new / share) for new, share in zip(now, sums, strict=True)
            ],
            _("moving average"): [written(mean) for mean in means],
        }
    )
