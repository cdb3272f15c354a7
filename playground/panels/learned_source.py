"""The networks that are looked into, and the pictures that they are shown."""

import hashlib
import secrets
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st
import torch
from torch import Tensor, nn

from engine import cifar, colour_net, lenet
from engine.cifar import CLASSES
from engine.ink import from_photo, stages, to_input_range
from engine.strokes import render
from playground import drawing, state, widgets
from playground.data import cifar_directory, cifar_pictures
from playground.i18n import _
from playground.panels.filter_settings import INK
from playground.panels.filter_source import Source, credit, photo_names
from playground.panels.picture_input import drawn_text, own_picture
from playground.photos import colour_photo, grey_photo, squared
from playground.uploads import colour_picture, grey_picture

COLOUR = "colour"  # the network for colour pictures; the others read digits
LARGEST = 280  # pixels of an upload's longer side
LOOK = 20  # seconds: to find out whether a zip holds the pictures takes half of one
TESTS = 10_000  # pictures of CIFAR-10's test set


@dataclass(frozen=True)
class Subject:
    """A network and the picture it looks at.

    Attributes:
        network: of `network_names`.
        source: where the picture is from; its kind may be "cifar" too, with the
            number of a test picture, from 0.
        picture: float [C, 32, 32], what the network takes.
        levels: uint8 [32, 32, C], the same to be shown, 0 to 255.
        label: translated name of what is known to be on it, "" if nobody knows.
    """

    network: str
    source: Source
    picture: Tensor
    levels: Tensor
    label: str = ""


def network_names() -> dict[str, str]:
    """Return the networks, id -> translated name."""
    return {
        COLOUR: _("Colour network"),
        "relu": "LeNet, ReLU",
        "tanh": "LeNet, tanh",
    }


@st.cache_resource(max_entries=3, show_spinner=False)
def network(name: str) -> nn.Module:
    """Return a trained network on the CPU; all visitors only read it."""
    return colour_net.load() if name == COLOUR else lenet.load(name)


def activations(subject: Subject) -> dict[str, Tensor]:
    """Return what every layer says: maps [K, h, w] or [K], then probabilities [10]."""
    net = network(subject.network)
    if subject.network == COLOUR:
        return colour_net.activations(net, subject.picture)
    found = lenet.activations(net, subject.picture[None])
    said = {name: output[0] for name, output in found.items()}
    return said | {"probabilities": said["output"].softmax(dim=0)}


def class_names(network: str) -> list[str]:
    """Return the translated names of the ten classes of a network."""
    if network != COLOUR:
        return [str(digit) for digit in range(10)]
    names = {
        "airplane": _("airplane"),
        "automobile": _("car"),
        "bird": _("bird"),
        "cat": _("cat"),
        "deer": _("deer"),
        "dog": _("dog"),
        "frog": _("frog"),
        "horse": _("horse"),
        "ship": _("ship"),
        "truck": _("truck"),
    }
    return [names[name] for name in CLASSES]


def picture_controls(network: str) -> Subject | None:
    """Show where the network's picture is from; return it, None while it lacks."""
    photos = {"photo": _("Photos")}
    if network == COLOUR:
        names = photos | {"cifar": "CIFAR-10", "own": _("Your own")}
        ways = {"photo": _colour_photo, "cifar": _test_picture, "own": _own}
        key = "lsource"
    else:
        names = {"draw": _("Draw")} | photos | {"own": _("Your own")}
        ways = {"draw": _drawn, "photo": _grey_photo, "own": _own_digit}
        key = "lfrom"
    return ways[widgets.segments(_("Picture"), names, key=key)](network)


def said_of(subject: Subject) -> str:
    """Return a line that says whose picture it is, translated."""
    if subject.source.kind == "cifar":
        text = _("Test picture {number} of CIFAR-10: no network was trained on it.")
        return text.format(number=int(subject.source.name) + 1)
    return credit(subject.source)


def cifar_lacks() -> None:
    """Tell how to get CIFAR-10."""
    st.info(
        _(
            "CIFAR-10 is not on this computer. Put `cifar-10-binary.tar.gz` (170 MB, "
            "from cs.toronto.edu/~kriz/cifar.html) into a folder and name the folder "
            "in the environment variable PLAYGROUND_DATA."
        )
    )


@st.cache_resource(max_entries=1, show_spinner=False)
def cifar_tests(directory: str) -> cifar.Pictures:
    """Return CIFAR-10's test pictures; all visitors only read them."""
    return cifar_pictures(Path(directory), "test")


@st.cache_data(max_entries=4, ttl=LOOK, show_spinner=False)
def _present(directory: str) -> bool:
    return cifar.present(directory)


def found_tests() -> cifar.Pictures | None:
    """Return CIFAR-10's test pictures; tell how to get them where they lack."""
    directory = cifar_directory()
    if not _present(str(directory)):
        cifar_lacks()
        return None
    try:
        with st.spinner(_("Reading CIFAR-10…")):
            return cifar_tests(str(directory))
    except (OSError, ValueError):
        st.warning(_("The files of CIFAR-10 are damaged: fetch them once more."))
        return None


def _in_colour(source: Source, levels: Tensor, label: str = "") -> Subject:
    """Return uint8 [32, 32, 3] as the colour network's subject."""
    picture = levels.permute(2, 0, 1).float() / 255
    return Subject(COLOUR, source, picture, levels, label)


def _in_grey(network: str, source: Source, levels: Tensor) -> Subject:
    """Return uint8 [32, 32, 1] as a LeNet's subject."""
    picture = to_input_range(levels[..., 0].float())[None]
    return Subject(network, source, picture, levels)


def _photo_name() -> str:
    names = photo_names()
    first = {"chelsea": names["chelsea"]}  # in colour
    return widgets.choice(_("Photo"), first | names, key="lphoto")


def _colour_photo(_network: str) -> Subject:
    name = _photo_name()
    return _in_colour(Source("photo", name), _shrunk(name, in_colour=True))


def _grey_photo(network: str) -> Subject:
    name = _photo_name()
    return _in_grey(network, Source("photo", name), _shrunk(name, in_colour=False))


@st.cache_data(max_entries=12, show_spinner=False)
def _shrunk(name: str, in_colour: bool) -> Tensor:
    return squared(colour_photo(name) if in_colour else grey_photo(name))


def _test_picture(_network: str) -> Subject | None:
    tests = found_tests()
    if tests is None:
        return None
    number = widgets.number(_("Test picture"), (1, TESTS, 1), 1, key="ltest")
    st.button(
        _("Another one"),
        icon=":material/casino:",
        on_click=lambda: state.settings(ltest=1 + secrets.randbelow(TESTS)),
    )
    index = min(number, len(tests.images)) - 1
    label = class_names(COLOUR)[int(tests.labels[index])]
    levels = tests.images[index].permute(1, 2, 0)
    return _in_colour(Source("cifar", str(index)), levels, label)


def _drawn(network: str) -> Subject | None:
    ink = drawn_text(INK, key="lpad", pad="learned_pad")
    return _prepared(network, Source("draw", ink), render(drawing.from_text(ink)))


def _prepared(network: str, source: Source, ink: Tensor) -> Subject | None:
    """Return ink, uint8 [H, W], as MNIST's makers would have made it ready."""
    try:
        padded = stages(ink).padded
    except ValueError:  # no ink
        return None
    levels = padded.round().clamp(0, 255).to(torch.uint8)[..., None]
    return _in_grey(network, source, levels)


def _own(_network: str) -> Subject | None:
    levels = _uploaded(_("A picture, up to 20 megapixels"), in_colour=True)
    return None if levels is None else _in_colour(_told(levels), squared(levels))


def _own_digit(network: str) -> Subject | None:
    grey = _uploaded(_("A digit on paper, up to 20 megapixels"), in_colour=False)
    if grey is None:
        return None
    try:
        ink = from_photo(grey)
    except ValueError:
        st.warning(_("No digit stands out from the paper: try a darker pen."))
        return None
    return _prepared(network, _told(grey), ink)


def _uploaded(label: str, *, in_colour: bool) -> Tensor | None:
    read = colour_picture if in_colour else grey_picture
    return own_picture(label, partial(read, side=LARGEST), key="learned_own")


def _told(levels: Tensor) -> Source:
    return Source("own", hashlib.sha256(levels.numpy().tobytes()).hexdigest())
