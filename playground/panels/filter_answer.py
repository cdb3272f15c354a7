"""A filter's response on the picture, computed once and painted as asked."""

from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from engine.responses import Setting, respond, slopes
from playground.figures import filters_paint as paint
from playground.figures.filters_paint import Response
from playground.panels.filter_source import Source

ONE = {"picture": paint.picture, "signed": paint.signed, "absolute": paint.absolute}
STEEP = {"magnitude": paint.magnitude, "direction": paint.direction}


@dataclass(frozen=True)
class Answer:
    """A response, ready for the browser.

    Attributes:
        before: data address of the picture.
        after: of its response.
        scale: of the response's colours.
        peak: what is painted strongest.
        lowest: of the numbers painted.
        highest: of the numbers painted.
    """

    before: str
    after: str
    scale: str
    peak: float
    lowest: float
    highest: float


def answer(source: Source, levels: Tensor, setting: Setting, look: str) -> Answer:
    """Return the response of a picture.

    Args:
        source: tells pictures apart.
        levels: uint8 [H, W], the picture.
        setting: the filter and how it is laid.
        look: of `filters_paint.LOOKS`.
    """
    return Answer(_before(source, levels), *_after(source, levels, setting, look))


def painted(
    source: Source, levels: Tensor, setting: Setting, look: str
) -> tuple[Response, Tensor]:
    """Return the response as a picture, and its numbers, [H, W]; see `answer`."""
    if look in ONE:
        response = respond(levels, setting.weights, setting.border)
        return ONE[look](response), response
    along, down = steepness(source, levels, setting)
    return STEEP[look](along, down), along.hypot(down)


@st.cache_resource(max_entries=6, show_spinner=False)  # megabytes, never changed
def steepness(
    source: Source, _levels: Tensor, setting: Setting
) -> tuple[Tensor, Tensor]:
    """Return the slopes to the right and downwards, [H, W] each; see `answer`."""
    return slopes(_levels, setting)


@st.cache_data(max_entries=16, show_spinner=False)
def _before(source: Source, _levels: Tensor) -> str:
    return paint.grey(_levels).address()


@st.cache_data(max_entries=48, show_spinner=False)
def _after(
    source: Source, _levels: Tensor, setting: Setting, look: str
) -> tuple[str, str, float, float, float]:
    shown, numbers = painted(source, _levels, setting, look)
    edges = numbers.min().item(), numbers.max().item()
    return shown.painted.address(), shown.scale.address(), shown.peak, *edges
