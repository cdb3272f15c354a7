"""Which filter is looked at: page state that the link carries."""

from collections.abc import Mapping

from playground import state

DEFAULT = "c1.1"  # an upright edge, black and white, in the colour network
LAYERS = ("c1", "p1", "c2", "p2", "c3", "c4", "s2", "s4")
MOST = 999

Unit = tuple[str, int]  # layer and number of a filter


def chosen_unit(counts: Mapping[str, int]) -> Unit:
    """Return the filter that is looked at, the first one where it is not shown.

    Args:
        counts: layers on screen -> how many filters they have.
    """
    text = state.recall("lat", DEFAULT, _checked)
    state.remember("lat", text, DEFAULT)
    layer, _point, number = text.partition(".")
    if int(number) < counts.get(layer, 0):
        return layer, int(number)
    return next(iter(counts)), 0


def choose(layer: str, number: int) -> None:
    """Look at another filter; for callbacks, before the page runs again."""
    state.settings(lat=f"{layer}.{number}", lcell="")


def _checked(text: str) -> str:
    layer, point, number = text.partition(".")
    good = number.isascii() and number.isdecimal() and int(number[:9]) <= MOST
    if layer not in LAYERS or not point or not good:
        raise ValueError(f"must be layer.number, got {text[:20]}")
    return f"{layer}.{int(number)}"
