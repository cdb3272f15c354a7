"""The nine pictures that excite a unit, and the row of portraits of a layer."""

import base64
import io

import streamlit as st
import torch
from PIL import Image
from torch import Tensor

from engine import colour_net, portraits
from engine.cifar import SIDE, Pictures
from engine.colour_net import GREY, LAYERS, window
from engine.patches import cut, same_pictures
from playground.figures.excite import Patch, picture, strip
from playground.figures.numerals import plain
from playground.i18n import _
from playground.panels.learned_source import COLOUR, class_names, found_tests, network

EACH = 1000  # pictures of every class in the test set, which is sorted by class
NINE = 9
QUALITY = 88  # of the row of portraits


@st.cache_data(max_entries=1, show_spinner=False)
def index() -> dict[str, list[list[colour_net.Patch]]]:
    """Return layer -> unit -> the nine patches it answers to most strongly."""
    return colour_net.top_patches()


def known_tests() -> Pictures | None:
    """Return the test pictures if they are those of the index; else say what lacks."""
    tests = found_tests()
    if tests is None or same_pictures(tests.images, colour_net.brightness()):
        return tests
    st.warning(_("These are other pictures than the network was tested with."))
    return None


def class_of(patch: colour_net.Patch) -> int:
    """Return the class of the picture that a patch is from."""
    return patch.image // EACH


def nine(layer: str, unit: int, tests: Pictures | None, *, whole: bool) -> tuple:
    """Return the nine pictures of a filter, or the nine best friends of a class.

    Args:
        layer: c1 to c4, or "output".
        unit: of this layer.
        tests: the test pictures; without them the patches are plain.
        whole: show the whole picture with its window, not the window alone.
    """
    if layer == "output":
        return _friends(unit, tests)
    names = class_names(COLOUR)
    captions = tuple(
        f"{names[class_of(patch)]} {plain(float(f'{patch.score:.2g}'))}"
        for patch in index()[layer][unit]
    )
    if tests is None:
        return tuple(Patch(_plain(), caption) for caption in captions)
    found = _seen(layer, unit, whole, tests.images)
    return tuple(
        Patch(png, caption, frame)
        for (png, frame), caption in zip(found, captions, strict=True)
    )


@st.cache_data(max_entries=1, show_spinner=False)
def _plain() -> str:
    return picture(torch.full((3, 1, 1), GREY))


@st.cache_data(max_entries=64, show_spinner=False)
def _seen(layer: str, unit: int, whole: bool, _images: Tensor) -> list[tuple]:
    patches = index()[layer][unit]
    if not whole:
        return [(picture(cut(_images[p.image], layer, p)), None) for p in patches]
    return [(picture(_images[p.image].float() / 255), frame(layer, p)) for p in patches]


def frame(layer: str, patch: colour_net.Patch) -> tuple[float, float, float, float]:
    """Return (x1, y1, x2, y2) of what a patch's cell sees within the picture."""
    top, left, side = window(layer, patch.row, patch.column)
    inner = (min(max(at, 0), SIDE) for at in (left, top, left + side, top + side))
    return tuple(float(at) for at in inner)


def votes(unit: int) -> list[tuple[int, float]]:
    """Return the nine filters of c4 that speak most for a class: number, weight."""
    weights, filters = network(COLOUR).output.weight[unit].topk(NINE)
    return list(zip(filters.tolist(), weights.tolist(), strict=True))


def _friends(unit: int, tests: Pictures | None) -> tuple[Patch, ...]:
    """Return the filters of c4 that speak for a class, by their best real patch."""
    images = None if tests is None else tests.images
    return tuple(
        Patch(_face(number, images), f"C4·{number} +{weight:.2f}")
        for number, weight in votes(unit)
    )


def _face(number: int, images: Tensor | None) -> str:
    if images is None:
        return picture(_portraits()["c4"][number].float() / 255)
    best = index()["c4"][number][0]
    return picture(cut(images[best.image], "c4", best))


@st.cache_resource(max_entries=1, show_spinner=False)
def _portraits() -> dict[str, Tensor]:
    return portraits.load()


@st.cache_data(max_entries=5, show_spinner=False)
def row_of(layer: str) -> str:
    """Return the data address of a layer's portraits."""
    file = io.BytesIO()
    Image.fromarray(strip(_portraits()[layer])).save(file, "WEBP", quality=QUALITY)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def count(layer: str) -> int:
    """Return the number of units of a layer."""
    return LAYERS[layer].filters if layer in LAYERS else len(class_names(COLOUR))
