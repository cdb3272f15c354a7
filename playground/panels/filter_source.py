"""The picture to filter: a photograph, a drawing, or the reader's own."""

import hashlib
from dataclasses import dataclass
from functools import partial

import streamlit as st
from torch import Tensor

from engine.responses import noisy
from engine.strokes import render
from playground import drawing, widgets
from playground.i18n import _
from playground.panels.filter_settings import INK
from playground.panels.picture_input import drawn_text, own_picture
from playground.photos import PHOTOS, SIDE, grey_photo
from playground.uploads import grey_picture

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
    ink = drawn_text(INK, key="ink", pad="filters_pad")
    return Source("draw", ink), render(drawing.from_text(ink))


def _own() -> tuple[Source, Tensor] | None:
    label = _("A picture, up to 20 megapixels")
    levels = own_picture(label, partial(grey_picture, side=SIDE), key="filters_own")
    if levels is None:
        return None
    if min(levels.shape) < SMALLEST:
        text = _("This picture is too small: each side needs {count} pixels.")
        st.warning(text.format(count=SMALLEST))
        return None
    digest = hashlib.sha256(levels.numpy().tobytes()).hexdigest()
    return Source("own", digest), levels
