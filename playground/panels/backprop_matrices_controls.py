"""The controls of the view in matrices: the network, the layout, the mistake."""

import re
import secrets
from dataclasses import dataclass

import streamlit as st

from engine.matrices import (
    LARGEST,
    LAYERS,
    MOST_SAMPLES,
    Net,
    course_example,
    example,
)
from playground import state, widgets
from playground.i18n import _
from playground.panels.backprop_matrices_words import mistake_names, output_names

USUAL_SIZES = "2, 3, 1"
LARGEST_SEED = 9999


@dataclass(frozen=True)
class Chosen:
    """What the controls say: the network, whether samples are rows, the mistake."""

    net: Net
    rows: bool
    mistake: str
    seed: int
    course: bool


def choose() -> Chosen:
    """Show the controls and return what they say."""
    mistake = widgets.choice(
        _("Make a mistake"),
        {"none": _("None: step by step")} | mistake_names(),
        key="mbug",
        help=_(
            "Torch runs the wrong line: read what it says, or that it says nothing."
        ),
    )
    layouts = {"columns": _("columns"), "rows": _("rows")}
    layout = widgets.segments(
        _("Samples are"),
        layouts,
        key="mrows",
        help=_(
            "Columns: Z = W·X + b, as in the course. Rows: Z = X·Wᵀ + b, as PyTorch."
        ),
    )
    sources = {"random": _("random"), "course": _("the course's 2-2-1 network")}
    course = widgets.choice(_("Numbers"), sources, key="mdata") == "course"
    seed = 0
    if course:
        net = course_example()
    else:
        net, seed = _made()
    return Chosen(
        net, layout == "rows", "" if mistake == "none" else mistake, seed, course
    )


def _made() -> tuple[Net, int]:
    """Let the reader choose a network with random numbers."""
    sizes = widgets.entry(
        _("Layer sizes"),
        USUAL_SIZES,
        _sizes,
        key="mshape",
        help=_("Inputs (up to 6), hidden units (up to 8), outputs (up to 4)."),
    )
    samples = widgets.slider(
        _("Batch: samples m"), (1, MOST_SAMPLES, 1), 4, key="mbatch"
    )
    bends = {"sigmoid": _("sigmoid"), "tanh": "tanh", "relu": "ReLU"}
    bends |= {"linear": _("linear")}
    bend = widgets.choice(_("Activation"), bends, key="mact")
    output = widgets.choice(_("Output and loss"), output_names(), key="mout")
    with st.expander(_("More")):
        seed = widgets.number(
            _("Seed"),
            (0, LARGEST_SEED, 1),
            0,
            key="mseed",
            help=_("One number decides the samples, the weights and the labels."),
        )
        st.button(
            _("New seed"),
            on_click=lambda: state.settings(mseed=secrets.randbelow(LARGEST_SEED + 1)),
        )
    numbers = tuple(map(int, sizes.split(", ")))
    return example(numbers, samples, bend, output, seed), seed


def _sizes(text: str) -> str:
    """Return layer sizes tidied; ValueError with a translated sentence."""
    words = re.findall(r"[^\s,;×-]+", text)
    fewest, most = (layers + 1 for layers in LAYERS)
    if not fewest <= len(words) <= most or not all(
        re.fullmatch(r"[0-9]{1,2}", word) for word in words
    ):
        raise ValueError(_("Write three or four whole numbers, such as 2, 3, 1."))
    sizes = [int(word) for word in words]
    limits = (LARGEST[0], *(LARGEST[1],) * (len(sizes) - 2), LARGEST[2])
    for size, limit in zip(sizes, limits, strict=True):
        if not 1 <= size <= limit:
            text = _("{size} does not fit here: 1 to {limit} are possible.")
            raise ValueError(text.format(size=size, limit=limit))
    return ", ".join(map(str, sizes))
