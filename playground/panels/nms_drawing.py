"""Everything that the detector sees in a reader's drawing, before suppression."""

import streamlit as st

from engine import yolo
from engine.box_scenes import BoxScene, ordered
from engine.strokes import CANVAS, render
from playground import drawing
from playground.i18n import _
from playground.panels.nms_given import Given
from playground.panels.nms_ink import START
from playground.panels.nms_picture import grey_ink
from playground.panels.picture_input import drawn_text

LOWEST = 0.05  # score of the detector's boxes that are looked at
NAMES = tuple(map(str, range(10)))
FRAME = (0.0, 0.0, float(CANVAS), float(CANVAS))


def drawn() -> Given:
    """Show a canvas; return what the detector takes for digits in it."""
    st.caption(_("Several digits, anywhere. Shown is all that the detector says."))
    ink = drawn_text(START, key="ink", pad="nms_pad")
    scene, picture = _seen(ink)
    return Given(f"ink {ink}", scene, NAMES, FRAME, picture)


@st.cache_data(max_entries=64, show_spinner=False)
def _seen(ink: str) -> tuple[BoxScene, str]:
    """Return the detector's boxes and the drawing as a data address."""
    pixels = render(drawing.from_text(ink))
    found = yolo.candidates(pixels, min_score=LOWEST)
    scene = ordered(found.boxes, found.scores, found.labels, None)
    return scene, grey_ink(pixels)
