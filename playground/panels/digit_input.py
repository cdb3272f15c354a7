"""Four ways to get a digit: draw it, pick one, take one from MNIST, photograph it."""

import secrets
from dataclasses import dataclass

import streamlit as st
import torch
import torch.nn.functional as F
from torch import Tensor

from engine import lenet, mnist
from engine.ink import THRESHOLD, Stages, Steps, from_photo, stages
from engine.strokes import handwritten, render
from playground import drawing, state, widgets
from playground.canvas import canvas
from playground.data import mnist_directory
from playground.i18n import _
from playground.panels.picture_input import checked_drawing, ink_buttons, own_picture
from playground.uploads import grey_picture

HANDS = 9999  # handwritings to pick from
SIDE = 280  # pixels: every picture is shown as large as the canvas


@dataclass(frozen=True)
class Digit:
    """A digit to read.

    Attributes:
        pixels: uint8 [H, W], white ink on black.
        prepared: whether MNIST's makers have cropped and centred it already.
    """

    pixels: Tensor
    prepared: bool = False

    def stages(self, steps: Steps) -> Stages:
        """Return the pictures from these pixels to the network's input.

        Args:
            steps: which stages are on; MNIST's own pictures ignore them.
        """
        if not self.prepared:
            return stages(self.pixels, steps)
        ready = lenet.from_mnist(self.pixels[None])
        grey = self.pixels.float()
        return Stages(grey, grey, grey, grey, F.pad(grey, [2] * 4), ready)


def digit_input() -> Digit | None:
    """Show the controls of the chosen source and return its digit, None if empty."""
    sources = {
        "draw": _("Draw"),
        "pick": _("Pick"),
        "mnist": "MNIST",
        "photo": _("Photo"),
    }
    source = widgets.segments(_("Input"), sources, key="source")
    ways = {"draw": _drawn, "pick": _picked, "mnist": _mnist, "photo": _photo}
    digit = ways[source]()
    # strokes beside the canvas, or too thin to see, are no digit
    return digit if digit and digit.pixels.max() >= THRESHOLD else None


def _drawn() -> Digit:
    pad, buttons = st.container(), st.container(horizontal=True)
    brush = widgets.slider(_("Brush width"), (6, 40, 1), 20, key="brush")
    with pad:
        before = state.recall("ink", "", checked_drawing)
        ink = canvas(before, key="pad", brush=brush)
    state.remember("ink", ink, "")
    strokes = drawing.from_text(ink)
    with buttons:
        ink_buttons(strokes)
    return Digit(render(strokes))


def _picked() -> Digit:
    place = st.empty()
    digit = widgets.slider(_("Digit"), (0, 9, 1), 7, key="digit")
    seed = widgets.number(
        _("Handwriting"),
        (0, HANDS, 1),
        0,
        key="hand",
        help=_("Each number is another hand: slant, size, place and pen change."),
    )
    strokes = handwritten(digit, seed)
    pixels = render(strokes)
    place.image(pixels.numpy(), width=SIDE)
    _another("hand", HANDS)
    st.button(
        _("Draw on it"),
        icon=":material/draw:",
        on_click=state.settings,
        kwargs={"source": "draw", "ink": drawing.to_text(strokes)},
    )
    return Digit(pixels)


def _mnist() -> Digit | None:
    if not mnist.present(mnist_directory()):
        st.info(_("MNIST is not on this computer yet."))
        if st.button(_("Download MNIST (11 MB)"), icon=":material/download:"):
            _download()
        return None
    images, labels, answers = _mnist_test()
    place = st.container()
    right = answers == labels
    pools = {
        "all": torch.arange(len(labels)),
        "right": right.nonzero().flatten(),
        "wrong": (~right).nonzero().flatten(),
    }
    names = {"all": _("All"), "right": _("Read right"), "wrong": _("Read wrong")}
    pool = pools[widgets.segments(_("Test images"), names, key="pool")]
    turn = widgets.number(_("Number"), (1, len(labels), 1), 1, key="turn")
    _another("turn", len(pool))
    index = int(pool[(turn - 1) % len(pool)])
    image = images[index]
    enlarged = image.repeat_interleave(10, 0).repeat_interleave(10, 1)
    place.image(enlarged.numpy(), width=SIDE)
    place.caption(
        _("Test image {index} of {count}, labelled {label}.").format(
            index=index, count=len(labels), label=labels[index].item()
        )
    )
    return Digit(image, prepared=True)


def _photo() -> Digit | None:
    label = _("A digit on paper, up to 20 megapixels")
    grey = own_picture(label, grey_picture, key="photo")
    if grey is None:
        return None
    try:
        pixels = from_photo(grey)
    except ValueError:
        st.warning(_("No digit stands out from the paper: try a darker pen."))
        return None
    st.image(grey.numpy(), width=SIDE)
    st.caption(_("The photo is read and forgotten; a link cannot carry it."))
    return Digit(pixels)


def _another(key: str, highest: int) -> None:
    """Show a button that sets the control `key` to a random number from 1."""
    st.button(
        _("Another one"),
        icon=":material/casino:",
        on_click=lambda: state.settings(**{key: 1 + secrets.randbelow(highest)}),
    )


def _download() -> None:
    with st.spinner(_("Downloading MNIST…")):
        try:
            mnist.download(mnist_directory())
        except OSError:
            st.warning(
                _(
                    "MNIST could not be downloaded: no server can be reached. Put its "
                    "four files into a folder and name it in PLAYGROUND_DATA."
                )
            )
            return
    st.rerun()


@st.cache_resource(max_entries=1, show_spinner=False)
def _mnist_test() -> tuple[Tensor, Tensor, Tensor]:
    """Return MNIST's test images, their labels and the shipped network's answers."""
    images, labels = mnist.read(mnist_directory(), "test")
    net = lenet.load()
    with torch.inference_mode():
        parts = lenet.from_mnist(images).split(1000)
        answers = torch.cat([net(part).argmax(dim=1) for part in parts])
    return images, labels, answers
