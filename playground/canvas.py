"""The drawing canvas: the one module that knows streamlit-drawable-canvas."""

from dataclasses import dataclass

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from engine.strokes import CANVAS
from playground import drawing, state

# The canvas's own toolbar speaks English only and covers what lies above the canvas:
# it is hidden, the pages have buttons of their own. Its first button is pressed when
# the pen is lifted; left alone, the canvas waits 200 ms before it tells the server.
PLAIN = """
const RULE = ".dc-toolbar, .dc-toolbar-card { display: none !important }";

function make_plain(root) {
  if (root.querySelector("style.plain")) return;
  const style = document.createElement("style");
  style.className = "plain";
  style.textContent = RULE;
  root.append(style);
  const send = () => root.querySelector(".dc-toolbar button")?.click();
  root.addEventListener("mouseup", () => setTimeout(send));
}

export default function ({ data }) {
  const work = () => {
    const host = document.querySelector(`.st-key-${data}`);
    for (const { shadowRoot } of host?.querySelectorAll("*") ?? [])
      if (shadowRoot) make_plain(shadowRoot);
  };
  const timer = setInterval(work, 250);  // the canvas appears when it likes
  work();
  return () => clearInterval(timer);
}
"""

_plain = st.components.v2.component("plain_canvas", js=PLAIN)


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
    if state.unseen(key) or memory.drawn != ink:
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
        _plain(key=f"{key}-plain", data=name)
    memory.drawn = drawing.to_text(drawing.from_canvas(result.json_data))
    return memory.drawn


@st.cache_resource(scope="session", max_entries=16, show_spinner=False)
def _memory(key: str) -> Memory:
    return Memory()
