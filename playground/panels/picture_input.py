"""What the pages ask of a reader's own picture: a drawing, or a file."""

from collections.abc import Callable
from typing import BinaryIO

import streamlit as st
from torch import Tensor

from engine.strokes import Stroke
from playground import drawing, state, widgets
from playground.canvas import canvas
from playground.i18n import _
from playground.uploads import PICTURES, PictureError

BRUSH = 20  # pixels


def drawn_text(start: str, *, key: str, pad: str) -> str:
    """Show a canvas with a button that clears it; return the drawing's text.

    Args:
        start: the drawing at first.
        key: parameter of the link.
        pad: key of the canvas.
    """
    ink = canvas(state.recall(key, start, checked_drawing), key=pad, brush=BRUSH)
    state.remember(key, ink, start)
    st.button(
        _("Clear"),
        icon=":material/delete:",
        disabled=not ink,
        on_click=state.settings,
        kwargs={key: ""},
    )
    return ink


def ink_buttons(strokes: tuple[Stroke, ...]) -> None:
    """Show the buttons that take ink away, the last stroke or all of it.

    Args:
        strokes: of the drawing that the link keeps as "ink".
    """
    st.button(
        _("Undo"),
        icon=":material/undo:",
        disabled=not strokes,
        on_click=state.settings,
        kwargs={"ink": drawing.to_text(strokes[:-1])},
    )
    st.button(
        _("Clear"),
        icon=":material/delete:",
        disabled=not strokes,
        on_click=state.settings,
        kwargs={"ink": ""},
    )


def checked_drawing(text: str) -> str:
    """Return the text of a drawing; ValueError if it is none."""
    drawing.from_text(text)
    return text


def own_picture(
    label: str, read: Callable[[BinaryIO], Tensor], *, key: str
) -> Tensor | None:
    """Show a field for a picture file; return what is read, None if there is nothing.

    Args:
        label: translated text above the field.
        read: of `playground.uploads`: PictureError says why a file is refused.
        key: of the field.
    """
    file = widgets.upload(label, _("Choose a picture"), PICTURES, key=key)
    if file is None:
        return None
    try:
        return read(file)
    except PictureError as error:
        reasons = {
            "size": _("This picture has more than 20 million pixels: shrink it first."),
            "format": _("This file cannot be read as a picture: try PNG or JPEG."),
        }
        st.warning(reasons[error.reason])
        return None
