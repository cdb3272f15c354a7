"""What lies under the grid: a street, digits, or the reader's own picture."""

from dataclasses import dataclass
from functools import partial

import streamlit as st
from torch import Tensor

from engine.street import Thing, digits, street
from playground import state, widgets
from playground.figures.filters_paint import grey
from playground.i18n import _
from playground.panels.picture_input import own_picture
from playground.panels.yolo_settings import DIGITS, SIDE, STREET
from playground.panels.yolo_things import MOST, from_text, to_text
from playground.uploads import grey_picture

STARTS = {"street": STREET, "digits": DIGITS, "own": ""}
SMALLEST = 32  # pixels of an own picture's side
PAINT = {"street": street, "digits": digits}


@dataclass(frozen=True, eq=False)
class Source:
    """What the objects are laid on.

    Attributes:
        kind: "street", "digits" or "own".
        levels: uint8 [H, W] of an own picture; else None: the objects are the picture.
    """

    kind: str
    levels: Tensor | None = None

    @property
    def missing(self) -> bool:
        """Whether an own picture has not been chosen yet."""
        return self.kind == "own" and self.levels is None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        high, wide = (SIDE, SIDE) if self.levels is None else self.levels.shape
        return wide, high

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return 10 if self.kind == "digits" else 3


def class_names(kind: str) -> tuple[str, ...]:
    """Return the classes' names, translated."""
    if kind == "digits":
        return tuple(map(str, range(10)))
    return _("pedestrian"), _("car"), _("motorcycle")


def source_controls() -> Source:
    """Let the reader choose what the objects are laid on."""
    names = {"street": _("Street"), "digits": _("Digits"), "own": _("Your own")}
    kind = widgets.segments(_("Picture"), names, key="source")
    if kind != "own":
        return Source(kind)
    label = _("A picture, up to 20 megapixels")
    levels = own_picture(label, partial(grey_picture, side=SIDE), key="yolo_own")
    if levels is not None and min(levels.shape) < SMALLEST:
        text = _("This picture is too small: each side needs {count} pixels.")
        st.warning(text.format(count=SMALLEST))
        levels = None
    return Source(kind, levels)


def picture(source: Source, things: tuple[Thing, ...]) -> str:
    """Return the picture as a data address; things are part of it unless it is own."""
    levels = source.levels
    if levels is None:
        levels = PAINT[source.kind](things, SIDE)
    return grey(levels).address()


def kept_things(source: Source) -> tuple[Thing, ...]:
    """Return the objects of this picture, and keep them in the link."""
    start = STARTS[source.kind]

    def checked(text: str) -> str:
        return to_text(from_text(text, source.classes))

    text = state.recall(source.kind, start, checked)
    return from_text(state.remember(source.kind, text, start), source.classes)


def keep(source: Source, things: tuple[Thing, ...]) -> None:
    """Put these objects in place of all others; for callbacks."""
    state.settings(**{source.kind: to_text(things[:MOST])})
