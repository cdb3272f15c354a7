"""Non-max suppression step by step: the player, and the reason of the step it shows."""

import streamlit as st
import torch

from engine.box_scenes import BoxScene
from engine.boxes import nms_steps
from engine.suppression import Rule
from playground import state
from playground.figures import suppression
from playground.figures.suppression_film import (
    MOST,
    Moment,
    View,
    film,
    moments,
    view_of,
)
from playground.i18n import _
from playground.panels.nms_controls import Knobs
from playground.panels.nms_given import Given
from playground.panels.nms_words import overlap_tex, reason, words
from playground.player.player import Still, player, rested
from playground.player.scene import Box, Track

KEY = "nms"
END = "end"
LONGEST = 5  # digits of a step in a link


def nms_view(chosen: Knobs, *, truth: bool) -> None:
    """Show suppression as it goes on, and say why.

    Args:
        chosen: what is suppressed, and how.
        truth: whether the objects that are there are painted.
    """
    given, rule = chosen.given, chosen.rule
    count = len(given.scene.boxes)
    if not count:
        st.info(_("There is no box with a score yet, so there is nothing to suppress."))
        return
    told, tracks, frames = _filmed(given.source, rule, view_to(given), given.scene)
    classes = len(set(given.scene.labels[:MOST].tolist()))
    scene = suppression.scene(
        _exhibit(given, truth=truth), tracks, words(rule, classes)
    )
    at = _playhead(len(frames) - 1)
    times = [float(time) for time in range(len(frames))]
    player(scene, key=KEY, source=Still(frames, times, goto=float(at)))
    moment = told[at]
    st.markdown(reason(moment, rule, given))
    formula = overlap_tex(moment, rule, given)
    if formula:
        st.latex(formula)
    if count > MOST:
        text = _("Stepped through are the best {most} of {count} boxes.")
        st.caption(text.format(most=MOST, count=count))
    if rule.kind != "gaussian":
        st.caption(
            _(
                "A pair at {limit} exactly stays, as in torchvision. Ng's course drops "
                "it: IoU ≥ {limit}."
            ).format(limit=f"{rule.max_overlap:g}")
        )


def _exhibit(given: Given, *, truth: bool) -> suppression.Exhibit:
    """Return what stands still on the stage."""
    view, objects = view_to(given), given.scene.truth
    there = None
    if truth and objects:
        there = view.place(objects.boxes), objects.labels.tolist()
    return suppression.Exhibit(
        view.place(given.scene.boxes[:MOST]),
        given.scene.labels[:MOST].tolist(),
        given.names,
        there,
        stage_of(given) if truth or not objects else None,
    )


def stage_of(given: Given) -> tuple[str, Box] | None:
    """Return the picture and its place on the stage; None if there is none."""
    if not given.picture:
        return None
    left, top, width, height = given.frame
    whole = torch.tensor([[left, top, left + width, top + height]])
    x1, y1, x2, y2 = view_to(given).place(whole)[0].tolist()
    return given.picture, (x1, y1, x2 - x1, y2 - y1)


def view_to(given: Given) -> View:
    """Return the view that shows all of a picture."""
    left, top, width, height = given.frame
    return view_of(width, height, left=left, top=top)


@st.cache_data(max_entries=64, show_spinner=False)
def _filmed(
    source: str, rule: Rule, view: View, _scene: BoxScene
) -> tuple[list[Moment], tuple[Track, ...], list[bytes]]:
    """Return the moments, and their film; `source` tells scenes apart."""
    boxes, labels = _scene.boxes[:MOST], _scene.labels[:MOST]
    told = moments(list(nms_steps(boxes, _scene.scores[:MOST], rule, labels)))
    return told, *film(told, view.place(boxes))


def _playhead(last: int) -> int:
    """Return the frame where the playhead rests, and keep it in the link."""
    time = rested(KEY)
    if time is not None:
        state.settings(step=END if time >= last else str(round(time)))
    text = state.recall("step", "0", step_text)
    state.remember("step", text, "0")
    return last if text == END else min(int(text), last)


def step_text(text: str) -> str:
    """Return the text of a step; ValueError if it is none."""
    if text == END:
        return text
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST):
        raise ValueError(f"must be a step or {END}, got {text[:20]}")
    return str(int(text))
