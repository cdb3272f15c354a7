"""The drawing canvas: the one module that knows streamlit-drawable-canvas."""

from dataclasses import dataclass

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from engine.strokes import CANVAS
from playground import drawing, widgets
from playground.i18n import _

# The canvas's own toolbar speaks English only: its tooltips are written over.
TOOLTIPS = """
function translate(root, words) {
  for (const button of root.querySelectorAll("button[title]")) {
    const text = words[button.dataset.english ??= button.title];
    if (text && button.title !== text) {
      button.title = text;
      button.setAttribute("aria-label", text);
    }
  }
}

function roots(node) {
  const inner = [...node.querySelectorAll("*")].filter(e => e.shadowRoot);
  return [node, ...inner.map(e => e.shadowRoot)];
}

export default function ({ data }) {
  const host = document.querySelector(`.st-key-${data.canvas}`);
  if (!host) return;
  const work = () => roots(host).forEach(root => translate(root, data.words));
  const timer = setInterval(work, 500);  // the toolbar appears when it likes
  work();
  return () => clearInterval(timer);
}
"""

_tooltips = st.components.v2.component("canvas_tooltips", js=TOOLTIPS)


@dataclass
class Memory:
    """What one reader's canvas was given and gave: a new `turn` is a new canvas."""

    start: str = ""
    drawn: str = ""
    turn: int = 0


def canvas(ink: str, *, key: str, brush: int) -> str:
    """Show a black canvas and return what the reader has drawn on it in white.

    The canvas keeps its own drawing. When `ink` is something it did not draw itself
    (a link, a preset, Clear), it starts anew from there.

    Args:
        ink: the drawing to show, as `drawing.to_text` writes it.
        key: name of the canvas on its page.
        brush: width of the pen in pixels.

    Returns:
        The drawing now, in the same form.
    """
    memory = _memory(key)
    if widgets.unseen(key) or memory.drawn != ink:
        memory.start, memory.turn = ink, memory.turn + 1
    name = f"{key}-{memory.turn}"
    with st.container(gap=None):
        result = st_canvas(
            fill_color="rgba(0, 0, 0, 0)",
            stroke_width=brush,
            stroke_color="#ffffff",
            background_color="#000000",
            width=CANVAS,
            height=CANVAS,
            initial_drawing=drawing.to_canvas(drawing.from_text(memory.start)),
            key=name,
        )
        _tooltips(key=f"{key}-tooltips", data={"canvas": name, "words": _words()})
    memory.drawn = drawing.to_text(drawing.from_canvas(result.json_data))
    return memory.drawn


def _words() -> dict[str, str]:
    """Return the toolbar's English tooltips -> the reader's language."""
    return {
        "Update the app with this drawing": _("Read the drawing"),
        "Undo": _("Undo"),
        "Redo": _("Redo"),
        "Edit": _("Move and resize strokes"),
        "Bring forward": _("Bring forward"),
        "Send backward": _("Send backward"),
        "Delete selected": _("Delete selected strokes"),
        "Reset canvas & history": _("Clear"),
    }


@st.cache_resource(scope="session", max_entries=16, show_spinner=False)
def _memory(key: str) -> Memory:
    return Memory()
