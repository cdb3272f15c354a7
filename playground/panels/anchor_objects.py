"""The objects on the street: kept in the link, moved, drawn and taken away by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st
import torch
from torch import Tensor

from engine.street import Thing
from playground import state
from playground.figures.anchor_street import LEAST, MOST_OBJECTS, SIDE, names
from playground.i18n import _
from playground.panels import yolo_things

PEDESTRIAN, CAR, MOTORCYCLE = range(3)
START = "0.152.89.208.291~1.75.144.285.236"  # one midpoint: (180, 190)
# What a box drawn by hand becomes: a person from this height over width on, a car
# below that; a motorcycle in between.
TALL, WIDE = 1.4, 0.75

Things = tuple[Thing, ...]


def objects() -> Things:
    """Return the objects that the link and the session know."""
    text = state.recall("objs", START, _checked)
    return read(state.remember("objs", text, START))


def chosen(count: int) -> int:
    """Return the index of the object that is looked at."""
    text = state.remember("obj", state.recall("obj", "0", _index), "0")
    return min(int(text), count - 1)


def read(text: str) -> Things:
    """Return the objects that a link's text stands for.

    Raises:
        ValueError: none or more than `MOST_OBJECTS`, or one that is not in the picture.
    """
    things = yolo_things.from_text(text, 3)
    if not 1 <= len(things) <= MOST_OBJECTS:
        raise ValueError(
            f"there must be 1 to {MOST_OBJECTS} objects, got {len(things)}"
        )
    for thing in things:
        _require(thing.box)
    return things


def keep(things: Things, index: int) -> None:
    """Keep these objects and look at one of them; before the page runs again."""
    state.settings(objs=yolo_things.to_text(things), obj=str(index))


def moved(things: Things, told: Mapping[str, object]) -> tuple[Things, int]:
    """Return the objects after one was moved or drawn, and its index.

    Args:
        things: as they were.
        told: what the player says of a box: "index", "x1", "y1", "x2", "y2".

    Raises:
        ValueError: no such object and no room for one more, or no box in the picture.
    """
    index = int(told["index"])
    box = tuple(float(told[side]) for side in ("x1", "y1", "x2", "y2"))
    if not 0 <= index <= len(things) or index >= MOST_OBJECTS:
        raise ValueError(f"object must be 0 to {len(things)}, got {index}")
    _require(box)
    if index == len(things):
        return (*things, Thing(_kind(box), box)), index
    changed = replace(things[index], box=box)
    return (*things[:index], changed, *things[index + 1 :]), index


def take_away_button(things: Things, index: int) -> None:
    """Show the button that takes the chosen object away."""
    st.button(
        _("Take {name} away").format(name=letter(index)),
        icon=":material/delete:",
        disabled=len(things) == 1,
        on_click=_take_away,
        args=(things, index),
    )


def _take_away(things: Things, index: int) -> None:
    keep((*things[:index], *things[index + 1 :]), max(index - 1, 0))


def boxes_of(things: Sequence[Thing]) -> Tensor:
    """Return the boxes [N, 4] float64 of objects, in pixels."""
    return torch.tensor([thing.box for thing in things], dtype=torch.float64).view(
        -1, 4
    )


def letter(index: int) -> str:
    """Return A for 0, B for 1, …: the name of an object."""
    return names(index + 1)[index]


def _require(box: tuple[float, ...]) -> None:
    """Raise a ValueError unless a box is large enough and within the picture."""
    x1, y1, x2, y2 = box
    if min(box) < 0 or max(box) > SIDE or min(x2 - x1, y2 - y1) < LEAST:
        raise ValueError(f"not in the picture of {SIDE} pixels: {box}")


def _kind(box: tuple[float, ...]) -> int:
    x1, y1, x2, y2 = box
    shape = (y2 - y1) / (x2 - x1)
    return PEDESTRIAN if shape > TALL else CAR if shape < WIDE else MOTORCYCLE


def _checked(text: str) -> str:
    return yolo_things.to_text(read(text))


def _index(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and int(text[:9]) < MOST_OBJECTS):
        raise ValueError(f"object must be 0 to {MOST_OBJECTS - 1}, got {text[:20]}")
    return str(int(text))
