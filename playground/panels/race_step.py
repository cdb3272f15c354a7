"""One step of one runner, with its numbers in the formulas."""

import streamlit as st

from engine.dissection import dissect
from playground.figures.race_formulas import formulas
from playground.i18n import _
from playground.layout import presenting
from playground.panels.race_controls import Knobs
from playground.panels.race_runs import shown
from playground.panels.race_view import run, step_player


def step_view(knobs: Knobs) -> None:
    """Show the chosen runner's way to the playhead, and the step that led there."""
    wide = 2.0 if presenting() else 1.75  # with larger type, formulas need more room
    left, right = st.columns([1, wide], gap="medium")
    with left:
        t = max(1, step_player(knobs))
    racer, course = knobs.racers[knobs.chosen], knobs.course
    runner = shown(knobs.racers)[knobs.chosen]
    (way,) = run(course, (racer,)).ways
    with right:
        st.markdown(
            _(
                "**{name}**, step $t = {t}$: from $w_{{{before}}}$ to $w_{{{t}}}$"
            ).format(name=f"{runner.number} {runner.name}", before=t - 1, t=t)
        )
        if way.blown is not None and t > way.blown:
            st.info(
                _("It was lost after step {step}: go back to see why.").format(
                    step=way.blown
                )
            )
            return
        lines = formulas(course, racer, dissect(course, racer, t))
        st.latex((r"\scriptsize" if presenting() else r"\small") + lines)
        st.caption(
            _(
                "The arrow points downhill, along −∇L, from where the step began. "
                "Squares, roots and quotients are taken in each coordinate by itself."
            )
        )
