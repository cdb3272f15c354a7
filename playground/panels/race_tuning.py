"""Fair tuning: every learning rate of a grid, for every runner, on the same course."""

import math
from collections.abc import Sequence

import streamlit as st

from engine.courses import Course
from playground.figures.numerals import exact, plain, tex
from playground.figures.race_tuning import Found, tuning_chart
from playground.i18n import _
from playground.layout import chart, presenting
from playground.panels.race_controls import Knobs
from playground.panels.race_editor import tune_all, tuned, tuned_all
from playground.panels.race_runs import shown
from playground.panels.race_view import run


def tuning_view(knobs: Knobs) -> None:
    """Show how the last loss depends on the learning rate, and what is best."""
    course, racers = knobs.course, knobs.racers
    found = [
        Found(
            runner,
            tuned(course, racer),
            racer.values["learning_rate"],
            way.losses[-1],
        )
        for runner, racer, way in zip(
            shown(racers), racers, run(course, racers).ways, strict=True
        )
    ]
    chart(
        tuning_chart(
            found,
            course.ground.lowest,
            rate=_("Learning rate α"),
            loss=_("L − L min at the end"),
            best=_("best"),
            now=_("now"),
        ),
        key="tuning",
        alt=_("Loss after the last step against the learning rate, for each runner."),
    )
    places = (st.container(), st.container())
    left, right = places if presenting() else st.columns([1.5, 1], gap="medium")
    left.markdown(_table(found, course.ground.lowest))
    right.markdown(_terms(course, found[0].tuning.learning_rates.tolist()))
    right.button(
        _("Use the best rates"),
        icon=":material/balance:",
        disabled=tuned_all(course, racers) == racers,
        on_click=tune_all,
        args=(course, racers, knobs.chosen),
    )


def _terms(course: Course, tried: list[float]) -> str:
    """Return in sentences what is tuned, how, and what counts."""
    text = _(
        "Only the learning rate is tuned: {count} were tried from {low} to {high}, "
        "ten for each factor of ten. The lowest loss after {steps} steps wins, from "
        "this start, with this noise; other rates stay as they are. Rings: best; "
        "crosses: now. Where a line is missing the runner got lost."
    )
    return text.format(
        count=len(tried),
        low=f"${tex(tried[0])}$",
        high=f"${tex(tried[-1])}$",
        steps=course.steps,
    )


def _table(found: Sequence[Found], lowest: float) -> str:
    """Return a table: each runner's learning rate and loss, now and at its best."""
    head = (_("Runner"), _("α now"), _("L − L min"), _("best α"), _("L − L min"))
    rows = [head, ("---", *["---:"] * 4)]
    rows += [
        (
            f"{one.runner.number} {one.runner.name}",
            exact(one.rate),
            _above(one.loss.item(), lowest),
            exact(one.tuning.best),
            _above(one.tuning.losses.min().item(), lowest),
        )
        for one in found
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _above(loss: float, lowest: float) -> str:
    if not math.isfinite(loss):
        return _("lost")
    return plain(loss - lowest)
