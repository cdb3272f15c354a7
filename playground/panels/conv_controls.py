"""The controls of the convolution page: a layer, and the numbers in it."""

import math
from dataclasses import dataclass

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from engine.conv_examples import LARGEST_SEED, fitted, kernels, picture
from engine.conv_problems import Problem, problems
from engine.conv_settings import NUMBER, Axis, ConvSettings
from playground import planes, state, widgets
from playground.i18n import _
from playground.panels.conv_problems import (
    KEYS,
    side_names,
    tell_problem,
    told_once,
)

# Letter of the formulas -> (lowest, highest, usual).
RANGES = {
    "n": (1, 64, 6),
    "k": (1, 15, 3),
    "p": (0, 32, 0),
    "s": (1, 8, 1),
    "d": (1, 8, 1),
    "e": (0, 7, 0),
}
ASKED = {  # what a kind has, besides its size n
    "conv": "kpsd",
    "transposed": "kpsde",
    "max": "kpsd",
    "average": "kps",
    "l2": "ks",
    "global": "",
}
FIELDS = ("size", "kernel", "padding", "stride", "dilation", "output_padding")
MOST_CHANNELS = 64
MOST_NUMBERS = 500_000  # of input and kernels that are computed with
BIASES = (-100.0, 100.0, 0.5)
OWN = "own"
# What a reader finds when choosing own numbers: the course's picture and filter.
IMAGE = planes.to_text(picture("course", (6, 6), 1))
KERNEL = planes.to_text(kernels("vertical", (1, 1, 3, 3))[0])


@dataclass(frozen=True)
class Chosen:
    """What the controls say.

    Attributes:
        settings: of the layer.
        problems: why torch could not do it; image and kernels are there all the same.
        image: [C, *sizes] float64; None, and no kernels, if these are too many numbers.
        kernels: of settings.weight_shape; None for pooling.
        bias: [K], or None.
    """

    settings: ConvSettings
    problems: tuple[Problem, ...]
    image: Tensor | None
    kernels: Tensor | None
    bias: Tensor | None


def knobs() -> Chosen:
    """Show the controls and return what they say."""
    kind = _operation()
    names = {"1": "1-D", "2": "2-D", "3": "3-D"}
    dims = int(
        widgets.segments(
            _("Dimensions"), names, key="dims", default="2", label_shown=False
        )
    )
    main, other, more = st.container(), st.container(), st.expander(_("More"))
    with more:
        each = dims > 1 and _each()
    with main:
        padding, rows, beside = _window(kind, dims if each else 0)
    with more:
        axes = _axes(kind, dims, rows, padding, each=each)
        settings, bias = _layer(kind, dims, axes, padding)
        image, weights = _numbers(settings)
    found = problems(settings)
    for number, problem in enumerate(told_once(found, each=each)):
        with beside.get(KEYS[problem.control], other):
            tell_problem(problem, settings, each=each, number=number)
    return Chosen(settings, found, image, weights, bias)


def _operation() -> str:
    names = {
        "conv": _("Convolution"),
        "transposed": _("Transposed convolution"),
        "max": _("Max pooling"),
        "average": _("Average pooling"),
        "l2": _("L2 pooling"),
        "global": _("Global average pooling"),
    }
    return widgets.choice(_("Operation"), names, key="op")


def _each() -> bool:
    help = _("Another size, kernel, padding, stride … along every axis.")
    return widgets.toggle(_("Each axis on its own"), False, key="axes", help=help)


def _window(
    kind: str, dims: int
) -> tuple[str, dict[str, list[int]], dict[str, DeltaGenerator]]:
    """Show what a layer is first of all: n, k, padding, s.

    Args:
        kind: of the operation.
        dims: axes that have settings of their own; 0 if all share one.

    Returns:
        The padding's name, the number of each letter, and a place below each number
        for what is wrong with it.
    """
    rows, beside = {"n": [_field("n", 0, dims)]}, {}
    padding = NUMBER
    if "k" in ASKED[kind]:
        rows["k"] = [_field("k", 0, dims)]
        beside["k"] = st.container()
    if kind == "conv":
        names = {
            NUMBER: _("a number"),
            "valid": "valid",
            "same": "same",
            "full": "full",
        }
        help = _(
            "valid: none. same: as many outputs as inputs. full: every place where the "
            "kernel meets the input."
        )
        padding = widgets.choice(_("Padding"), names, key="pad", help=help)
    if "p" in ASKED[kind] and padding == NUMBER:
        rows["p"] = [_field("p", 0, dims)]
        beside["p"] = st.container()
    if "s" in ASKED[kind]:
        rows["s"] = [_field("s", 0, dims)]
        beside["s"] = st.container()
    return padding, rows, beside


def _field(letter: str, axis: int, dims: int) -> int:
    """Show one number of one axis; dims: as `_window`."""
    labels = {
        "n": _("Input size n"),
        "k": _("Kernel k"),
        "p": _("Padding p"),
        "s": _("Stride s"),
        "d": _("Dilation d"),
        "e": _("Output padding"),
    }
    label = labels[letter] + (f", {side_names(dims)[axis]}" if dims else "")
    low, high, usual = RANGES[letter]
    key = letter if axis == 0 else f"{letter}{axis + 1}"
    return widgets.number(label, (low, high, 1), usual, key=key)


def _axes(
    kind: str, dims: int, rows: dict[str, list[int]], padding: str, *, each: bool
) -> tuple[Axis, ...]:
    """Show the rest of the settings of every axis and return the axes."""
    asked = "n" + ASKED[kind]
    asked = asked if padding == NUMBER else asked.replace("p", "")
    for letter in asked:
        if letter not in rows:
            rows[letter] = [_field(letter, 0, dims if each else 0)]
    if each:
        left, right = st.columns(2)
        for index, letter in enumerate(asked):
            for axis in range(1, dims):
                with (left, right)[(axis - 1 if dims == 3 else index) % 2]:
                    rows[letter].append(_field(letter, axis, dims))
    return tuple(
        Axis(
            **{
                field: rows[letter][axis if each else 0]
                for letter, field in zip(RANGES, FIELDS, strict=True)
                if letter in rows
            }
        )
        for axis in range(dims)
    )


def _layer(
    kind: str, dims: int, axes: tuple[Axis, ...], padding: str
) -> tuple[ConvSettings, Tensor | None]:
    """Show the settings of the whole layer; return it with its biases."""
    learns, convolves = kind in ("conv", "transposed"), kind == "conv"
    mode, flip, bias = "zeros", False, None
    if convolves and padding != "valid":
        names = {
            "zeros": _("zeros"),
            "reflect": _("reflect"),
            "replicate": _("replicate"),
            "circular": _("circular"),
        }
        mode = widgets.choice(_("Padding shows"), names, key="mode")
    span = (1, MOST_CHANNELS, 1)
    channels = widgets.number(_("Channels C"), span, 1, key="c")
    filters = groups = 1
    if learns:
        filters = widgets.number(_("Filters K"), span, 1, key="f")
        help = _("As many groups as channels: a depthwise convolution.")
        groups = widgets.number(_("Groups g"), span, 1, key="groups", help=help)
        help = _("True convolution turns the kernel by 180° before it slides.")
        flip = widgets.toggle(_("Turn the kernel"), False, key="flip", help=help)
        if widgets.toggle(_("Bias"), False, key="bias"):
            value = widgets.number("b", BIASES, 1.0, key="b", format="%.6g")
            bias = torch.full((filters,), value, dtype=torch.float64)
    settings = ConvSettings(
        f"conv{dims}d" if convolves else kind,
        axes,
        channels,
        filters,
        groups,
        padding,
        mode,
        flip,
        bias is not None,
    )
    return settings, bias


def _numbers(settings: ConvSettings) -> tuple[Tensor | None, Tensor | None]:
    """Let the reader choose numbers; return the image and the kernels."""
    names = {
        "course": _("a course's picture"),
        "bright_dark": _("bright | dark"),
        "dark_bright": _("dark | bright"),
        "quadrants": _("four quadrants"),
        "counting": "0, 1, 2, …",
        "random": _("random digits"),
        OWN: _("own numbers"),
    }
    shape = (settings.channels, *(axis.size for axis in settings.axes))
    source = widgets.choice(_("Numbers of the input"), names, key="data")
    weights, seeds = "", (0, LARGEST_SEED, 1)
    if settings.learns:
        names = {
            "vertical": _("vertical edge"),
            "horizontal": _("horizontal edge"),
            "sobel": "Sobel",
            "mean": _("mean"),
            "ones": _("ones"),
            "random": _("random digits"),
            OWN: _("own numbers"),
        }
        weights = widgets.choice(_("Numbers of the kernel"), names, key="kern")
    seed = 0
    if "random" in (source, weights):
        seed = widgets.number(_("Seed"), seeds, 0, key="seed")
    if math.prod(shape) + math.prod(settings.weight_shape) > MOST_NUMBERS:
        return None, None
    if source == OWN:
        image = _own("image", IMAGE, shape, len(settings.axes))
    else:
        image = picture(source, shape[1:], shape[0], seed)
    if not settings.learns:
        return image, None
    if weights == OWN:
        shape = settings.weight_shape
        return image, _own("kernel", KERNEL, shape, len(settings.axes))
    return image, kernels(weights, settings.weight_shape, seed)


def _own(key: str, usual: str, shape: tuple[int, ...], dims: int) -> Tensor:
    """Return a reader's matrices in this shape, from the link or the table."""
    text = state.recall(key, usual, checked)
    state.remember(key, text, usual)
    return fitted(planes.from_text(text), matrices(shape, dims)).view(*shape)


def matrices(shape: tuple[int, ...], dims: int) -> tuple[int, ...]:
    """Return the shape with matrices at its end: a signal is one row high."""
    return (*shape[:-1], 1, shape[-1]) if dims == 1 else shape


def checked(text: str) -> str:
    """Return a link's matrices; ValueError if they are none."""
    planes.from_text(text)
    return text
