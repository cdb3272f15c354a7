"""Which filters of the colour network are switched off, kept short in the link."""

from collections.abc import Callable

import streamlit as st

from engine.colour_net import LAYERS
from playground import state
from playground.i18n import _

KEY, ALL_ON = "aoff", ""  # parameter of the link, and its text while nothing is off
MOST = 200  # characters of a text that is looked at
Unit = tuple[str, int]


def to_text(off: set[Unit]) -> str:
    """Return the filters as text: for each layer a number in base 16, bit by bit."""
    masks = [sum(1 << unit for name, unit in off if name == layer) for layer in LAYERS]
    return ".".join(f"{mask:x}" for mask in masks) if any(masks) else ALL_ON


def from_text(text: str) -> set[Unit]:
    """Return the filters that a text names.

    Raises:
        ValueError: it is no such text, or names a filter the network lacks.
    """
    if text == ALL_ON:
        return set()
    parts = text[:MOST].split(".")
    if len(parts) != len(LAYERS) or not all(set(p) <= set(DIGITS) and p for p in parts):
        raise ValueError(f"must be four numbers in base 16, got {text[:20]}")
    off = set()
    for (layer, shape), part in zip(LAYERS.items(), parts, strict=True):
        mask = int(part, 16)
        if mask >> shape.filters:
            raise ValueError(f"{layer} has {shape.filters} filters, got {part[:20]}")
        off |= {(layer, unit) for unit in range(shape.filters) if mask >> unit & 1}
    return off


def recalled() -> set[Unit]:
    """Return the filters that are off, and keep them in the link."""
    text = state.recall(KEY, ALL_ON, lambda text: to_text(from_text(text)))
    state.remember(KEY, text, ALL_ON)
    return from_text(text)


def switch(off: set[Unit], units: set[Unit]) -> None:
    """Switch filters over: those that are on go off; for callbacks."""
    state.settings(**{KEY: to_text(off ^ units)})


def buttons(off: set[Unit], layer: str) -> None:
    """Show the buttons that switch a whole layer, and everything on again."""
    whole = {(layer, unit) for unit in range(LAYERS[layer].filters)}
    here = off & whole
    with st.container(horizontal=True):
        text = _("All of {layer} off").format(layer=layer.upper())
        _button(text, lambda: switch(off, whole - off), disabled=here == whole)
        text = _("Turn round")
        _button(text, lambda: switch(off, whole), disabled=not here)
        _button(_("All on"), lambda: switch(off, off), disabled=not off)


def _button(text: str, act: Callable[[], None], *, disabled: bool) -> None:
    st.button(text, on_click=act, disabled=disabled)


DIGITS = "0123456789abcdef"
