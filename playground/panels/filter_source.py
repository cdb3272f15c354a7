"""The picture to filter: a photograph, a drawing, or the reader's own."""

import hashlib
from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from engine.responses import noisy
from engine.strokes import render
from playground import drawing, state, widgets
from playground.canvas import canvas
from playground.i18n import _
from playground.panels.filter_settings import INK
from playground.photos import PHOTOS, SIDE, grey_photo
from playground.uploads import PICTURES, PictureError, grey_picture

SMALLEST = 32  # pixels of a side: kernels have up to 31
NOISE = (0, 60, 5)  # grey levels


@dataclass(frozen=True)
class Source:
    """Where a picture is from.

    Attributes:
        kind: "photo", "draw" or "own".
        name: key of `PHOTOS`, the drawing's text, or a digest of the file.
        noise: standard deviation of what is added, in grey levels.
    """

    kind: str
    name: str
    noise: int = 0


def source_controls() -> tuple[Source, Tensor] | None:
    """Show where the picture is from; return it, uint8 [H, W]; None while it lacks."""
    names = {"photo": _("Photos"), "draw": _("Draw"), "own": _("Your own")}
    kind = widgets.segments(_("Picture"), names, key="source")
    ways = {"photo": _photo, "draw": _drawn, "own": _own}
    return ways[kind]()


def with_noise(source: Source, levels: Tensor, noise: int) -> tuple[Source, Tensor]:
    """Return the picture with noise, which its source then tells."""
    seen = noisy(levels, noise) if noise else levels
    return Source(source.kind, source.name, noise), seen


def credit(source: Source) -> str:
    """Return a line that says whose picture it is, translated."""
    if source.kind == "own":
        return _("The picture is read and forgotten; a link cannot carry it.")
    if source.kind == "draw":
        return _("Your drawing travels in the link.")
    photo = PHOTOS[source.name]
    free = _("public domain") if photo.free == "public" else photo.free
    text = _("Photo: {name}, {licence}, from scikit-image.")
    return text.format(name=photo.credit, licence=free)


def photo_names() -> dict[str, str]:
    """Return the photographs, key of `PHOTOS` -> translated name."""
    return {
        "camera": _("Photographer"),
        "astronaut": _("Astronaut"),
        "chelsea": _("Cat"),
        "coffee": _("Coffee"),
        "brick": _("Brick wall"),
        "rocket": _("Rocket"),
    }


def _photo() -> tuple[Source, Tensor]:
    name = widgets.choice(_("Photo"), photo_names(), key="photo")
    return Source("photo", name), _read(name)


@st.cache_data(max_entries=len(PHOTOS), show_spinner=False)
def _read(name: str) -> Tensor:
    return grey_photo(name)


def _drawn() -> tuple[Source, Tensor]:
    before = state.recall("ink", INK, _checked)
    ink = canvas(before, key="filters_pad", brush=20)
    state.remember("ink", ink, INK)
    st.button(
        _("Clear"),
        icon=":material/delete:",
        disabled=not ink,
        on_click=state.settings,
        kwargs={"ink": ""},
    )
    return Source("draw", ink), render(drawing.from_text(ink))


def _checked(text: str) -> str:
    """Return the text of a drawing; ValueError if it is none."""
    drawing.from_text(text)
    return text


def _own() -> tuple[Source, Tensor] | None:
    label = _("A picture, up to 20 megapixels")
    file = widgets.upload(label, _("Choose a picture"), PICTURES, key="filters_own")
    if file is None:
        return None
    try:
        levels = grey_picture(file, SIDE)
    except PictureError as error:
        reasons = {
            "size": _("This picture has more than 20 million pixels: shrink it first."),
            "format": _("This file cannot be read as a picture: try PNG or JPEG."),
        }
        st.warning(reasons[error.reason])
        return None
    if min(levels.shape) < SMALLEST:
        text = _("This picture is too small: each side needs {count} pixels.")
        st.warning(text.format(count=SMALLEST))
        return None
    digest = hashlib.sha256(levels.numpy().tobytes()).hexdigest()
    return Source("own", digest), levels
