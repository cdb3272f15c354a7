"""The knobs of the averages: the series, up to three β, the curves."""

from dataclasses import dataclass
from functools import partial

import streamlit as st
from babel.dates import get_month_names
from torch import Tensor

from engine import series
from engine.averages import window
from playground import widgets
from playground.figures.averages import Look, month_ticks
from playground.i18n import _, language
from playground.panels.average_data import own_series
from playground.panels.average_tex import plain

LARGEST_SEED = 9999
# Log-spaced in 1 - β where it matters; the rest lets a link name nearly any β.
BETAS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)
BETAS = (*BETAS, 0.998, 0.999, 0.9999)
USUAL_BETAS = (0.9, 0.98, 0.5)
MOST_DAYS = 1000  # of the moving average
LENGTHS = (10, 20, 30, 60, 100, 200, series.YEAR)
SHORT = 60  # days that are numbered, not named by their month
MADE = {"noise": partial(series.noise, 1.0), "walk": series.walk}


@dataclass(frozen=True)
class Given:
    """A series, as it was chosen.

    Attributes:
        values: [T] float64.
        unit: translated unit of its numbers; "" if they have none.
        ticks: (day, text) along the axis of time; () writes the days themselves.
    """

    values: Tensor
    unit: str
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Knobs:
    """What the controls say."""

    given: Given
    betas: tuple[float, ...]
    curves: tuple[str, ...]
    days: int

    def look(self, focus: int) -> Look:
        """Return what of the averages is shown, with the numbers of one β."""
        return Look(self.curves, focus, self.given.ticks)


def knobs() -> Knobs:
    """Show every control of the averages and return what they say."""
    names = {
        "temperature": _("A year of temperatures"),
        "step": _("A step"),
        "ramp": _("A ramp"),
        "noise": _("Noise"),
        "walk": _("Share price"),
        "own": _("Own table"),
    }
    kind = widgets.choice(_("Series"), names, key="series")
    with st.popover(_("Series settings"), width="stretch"):
        given = _given(kind)
    counts = {count: count for count in "123"}
    count = int(widgets.segments(_("How many β"), counts, key="count"))
    betas = tuple(beta_control(index, several=count > 1) for index in range(count))
    windows = ", ".join(plain(window(beta)) for beta in betas)
    st.caption(_("Window 1/(1 − β), in days: {days}").format(days=windows))
    curves = widgets.several(
        _("Curves"),
        {"corrected": "v̂", "plain": "v", "moving": _("moving average")},
        ("corrected", "plain"),
        key="curves",
        help=_(
            "v̂ is corrected for its start, v is not; the moving average is the plain "
            "mean of the last days."
        ),
    )
    with st.expander(_("More")):
        days = widgets.number(
            _("Days of the moving average"),
            (1, MOST_DAYS, 1),
            10,
            key="days",
            help=_("The plain mean of this many last days; switch its curve on."),
        )
    return Knobs(given, betas, curves, days)


def beta_control(index: int, *, several: bool) -> float:
    """Show the slider of one β and return it."""
    place = "₁₂₃"[index] if several else ""
    return widgets.stepped(
        f"β{place}",
        BETAS,
        USUAL_BETAS[index],
        key=f"beta{index + 1}",
        help=_("The share of yesterday's average that is kept. More: smoother, later."),
    )


def seed_control(key: str) -> int:
    """Show the seed of what is drawn at random, and return it."""
    return widgets.number(_("Seed"), (0, LARGEST_SEED, 1), 0, key=key)


def _given(kind: str) -> Given:
    """Show how a series is made, and return it."""
    if kind == "own":
        return Given(own_series(), "")
    last = int(widgets.stepped(_("Days"), LENGTHS, series.YEAR, key="last"))
    if kind == "temperature":
        return _year(last)
    values = MADE[kind](seed_control("seed")) if kind in MADE else _drawn(kind)
    return Given(values[:last], "")


def _drawn(kind: str) -> Tensor:
    """Show how much noise lies on a step or a ramp, and return it."""
    spread = widgets.slider(
        _("Noise"),
        (0.0, 1.0, 0.05),
        0.0,
        key="spread",
        help=_("The standard deviation of what is added to each day at random."),
    )
    seed = seed_control("seed") if spread else 0
    return {"step": series.step, "ramp": series.ramp}[kind](spread, seed)


def _year(last: int) -> Given:
    """Show how a year of temperatures is made, and return its first days."""
    units = {"f": "°F", "c": "°C"}
    unit = widgets.segments(_("Unit"), units, key="unit")
    values = series.temperatures(seed_control("seed"))
    st.caption(
        _(
            "Made like London's: days 1, 2, 3, 180 and 181 have the 40, 49, 45, 60 "
            "and 56 °F that courses use, whatever the seed."
        )
    )
    if unit == "c":
        values = series.celsius(values)
    names = get_month_names("abbreviated", locale=language())
    months = [names[month].rstrip(".") for month in range(1, 13)]
    ticks = month_ticks(months, last) if last > SHORT else ()
    return Given(values[:last], units[unit], ticks)
