"""The detector's answer to ink on the stage, or to a scene whose truth is known."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.yolo_net import GRID
from playground import drawing, state, widgets
from playground.dial import dial
from playground.figures import yolo_prediction as figures
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels import yolo_prediction_words as words
from playground.panels.picture_input import checked_drawing, ink_buttons
from playground.panels.yolo_seen import Seen, View, anchors, changed, looked, written
from playground.panels.yolo_settings import INK, SCENES
from playground.player.player import Still, player
from playground.player.scene import Scene

KEY = "yolo_prediction"
SCORE, OVERLAP = (0.05, 0.95, 0.05), (0.0, 1.0, 0.05)
PEN = (8, 30, 1)


def prediction_view(controls: DeltaGenerator) -> TakeAway:
    """Show what the detector answers; return what can be taken away."""
    with controls:
        names = {"draw": _("Draw"), "sample": _("Known scene")}
        ink, seed, pen = state.recall("ink", INK, checked_drawing), None, PEN[0]
        if widgets.segments(_("Digits"), names, key="from") == "draw":
            buttons = st.container(horizontal=True)
            pen = widgets.slider(_("Brush width"), PEN, 14, key="pen")
            with buttons:
                ink_buttons(drawing.from_text(ink))
        else:
            help = _("Digits as a mouse writes them; the detector never learned them.")
            span = (0, SCENES, 1)
            seed = widgets.number(_("Scene"), span, 4, key="scene", help=help)
        state.remember("ink", ink, INK)
        help = _("Boxes with a lower score, p_c times the class's share, are dropped.")
        score = dial(_("Threshold"), SCORE, 0.5, key="score", player=KEY, help=help)
        help = _("Of two boxes of a class that overlap more, the weaker is dropped.")
        overlap = dial(
            _("Largest IoU"), OVERLAP, 0.45, key="overlap", player=KEY, help=help
        )
    slot = state.remember("slot", state.recall("slot", "", _checked), "")
    view = View(ink, seed, pen, score, overlap, _slot(slot))
    seen = looked(view)
    _play(view, seen)
    words.formulas(seen.shown)
    if seen.terms is not None:
        words.losses(seen.terms, seen.shown)
    return words.take_away(seen.drawn.drawing, seen.shown, view.score, view.overlap)


def _play(view: View, seen: Seen) -> None:
    """Show the stage: ink, dials and clicks are answered before the page runs."""

    def hear(event: Mapping[str, object]) -> None:
        if event["kind"] == "ink":
            state.settings(ink=written(event["ink"]))
        elif event["kind"] == "place":
            slot = figures.slot_at(anchors(), event["x"], event["y"])
            state.settings(slot=".".join(map(str, slot)))

    scene, source = staged(seen)
    player(
        scene,
        key=KEY,
        source=source,
        on_event=hear,
        answer=lambda question: staged(looked(changed(view, question))),
    )


def staged(seen: Seen) -> tuple[Scene, Still]:
    """Return the stage with its tape, after suppression at first."""
    made, times = figures.frames(seen.shown)
    scene = figures.scene(
        seen.shown, words.scene_words(seen.shown), words.numbers(seen.shown, seen.terms)
    )
    return scene, Still(made, times, goto=times[-1])


def _checked(text: str) -> str:
    parts = text.split(".")
    if len(parts) != 3 or not all(
        part.isascii() and part.isdecimal() and int(part[:4]) < GRID for part in parts
    ):
        raise ValueError(f"must be row.column.anchor, got {text[:20]}")
    return ".".join(str(int(part)) for part in parts)


def _slot(text: str) -> tuple[int, int, int] | None:
    if not text:
        return None
    row, column, anchor = map(int, text.split("."))
    return row, column, anchor
