"""The controls of a kernel: which filter, its settings, or its weights by hand."""

import zlib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from engine.filters import Filter, kernel
from playground import planes, state, widgets
from playground.dial import dial
from playground.i18n import _
from playground.panels.filter_settings import KEY, WEIGHTS

# Kinds that answer with a picture; the others answer with a signed number.
TONAL = ("identity", "box", "gaussian", "sharpen", "emboss")
SIZES = {str(size): str(size) for size in (1, 3, 5, 7, 9)}
BOXES = {str(size): str(size) for size in (3, 5, 7, 9, 15)}
ANGLES = ("135", "90", "45", "0", "315", "270", "225", "180")
LIGHTS = dict(zip(ANGLES, "↖↑↗→↘↓↙←", strict=True))
MOST = 9  # rows and columns of a kernel of one's own
LARGEST = 1000.0  # of a weight
NARROW = 5  # columns of a table that fit beside the picture
CELL = 56  # pixels
DIALS = {  # parameter of the link -> what it is of a Filter
    "sigma": "sigma",
    "log_sigma": "sigma",
    "angle": "angle",
    "wave": "wavelength",
    "amount": "amount",
}
_dial = partial(dial, player=KEY)


def filter_controls(wide: DeltaGenerator) -> Filter:
    """Show which filter is chosen, with its settings; return it.

    Args:
        wide: where a table of weights goes that is too wide for the controls.
    """
    names = {
        "sobel": "Sobel",
        "prewitt": "Prewitt",
        "scharr": "Scharr",
        "laplacian": _("Laplacian"),
        "log": _("Laplacian of Gaussian"),
        "gabor": "Gabor",
        "identity": _("Identity"),
        "box": _("Box (mean)"),
        "gaussian": _("Gaussian"),
        "sharpen": _("Sharpen"),
        "emboss": _("Emboss"),
        "custom": _("Your own weights"),
    }
    kind = widgets.choice(_("Kernel"), names, key="kernel")
    asked = {
        "sobel": _edge,
        "prewitt": _edge,
        "scharr": _edge,
        "laplacian": _laplacian,
        "log": _log,
        "gabor": _gabor,
        "box": _box,
        "gaussian": _gaussian,
        "sharpen": _sharpen,
        "emboss": _emboss,
        "custom": partial(_custom, wide),
    }
    chosen = asked[kind](kind) if kind in asked else Filter(kind)
    if kind != "custom":
        weights = kernel(chosen)
        if max(weights.shape) <= MOST:
            st.button(
                _("Edit these weights"),
                icon=":material/edit:",
                on_click=partial(_take_over, weights),
            )
    return chosen


def turned(chosen: Filter, question: Mapping[str, float]) -> Filter:
    """Return the filter while one of its dials is dragged.

    Raises:
        KeyError: the question is about no dial of a filter.
    """
    return replace(chosen, **{DIALS[key]: value for key, value in question.items()})


def _edge(kind: str) -> Filter:
    names = {"x": _("vertical edges"), "y": _("horizontal edges")}
    help = _("Along x it finds vertical edges, along y horizontal ones.")
    axis = widgets.segments(_("Finds"), names, key="axis", help=help)
    return Filter(kind, axis=axis)


def _laplacian(kind: str) -> Filter:
    names = {"4": "4", "8": "8"}
    help = _("8 counts the corners too: it answers slanted lines as strongly.")
    count = widgets.segments(_("Neighbours"), names, key="neighbours", help=help)
    return Filter(kind, neighbours=int(count))


def _log(kind: str) -> Filter:
    help = _("How wide the Gaussian smooths first. Larger finds larger things.")
    sigma = _dial("σ", (0.8, 3.0, 0.1), 1.4, key="log_sigma", help=help)
    return Filter(kind, sigma=sigma)


def _gabor(kind: str) -> Filter:
    help = _("0° finds vertical stripes, 90° horizontal ones.")
    angle = _dial(_("Angle θ"), (0, 175, 5), 0, key="angle", help=help)
    help = _("Pixels from one stripe to the next.")
    wave = _dial(_("Wavelength λ"), (3.0, 12.0, 0.5), 6.0, key="wave", help=help)
    return Filter(kind, angle=float(angle), wavelength=wave)


def _box(kind: str) -> Filter:
    size = widgets.segments(_("Size"), BOXES, key="size", default="5")
    return Filter(kind, size=int(size))


def _gaussian(kind: str) -> Filter:
    help = _("Width of the bell in pixels: the larger, the more blurred.")
    sigma = _dial("σ", (0.5, 5.0, 0.1), 2.0, key="sigma", help=help)
    return Filter(kind, sigma=sigma)


def _sharpen(kind: str) -> Filter:
    help = _("How many times the Laplacian is taken away from the picture.")
    amount = _dial(_("Amount"), (0.0, 4.0, 0.25), 1.0, key="amount", help=help)
    return Filter(kind, amount=amount)


def _emboss(kind: str) -> Filter:
    help = _("Edges that face the light are bright, the others dark.")
    angle = widgets.segments(_("Light from"), LIGHTS, key="light", help=help)
    return Filter(kind, angle=float(angle))


def _custom(wide: DeltaGenerator, kind: str) -> Filter:
    rows = int(widgets.segments(_("Rows"), SIZES, key="rows", default="3"))
    columns = int(widgets.segments(_("Columns"), SIZES, key="columns", default="3"))
    text = state.recall("weights", WEIGHTS, _checked)
    weights = resized(planes.from_text(text)[0], rows, columns)
    state.remember("weights", text, WEIGHTS)
    with wide if columns > NARROW else st.container():
        _editor(weights)
    return Filter(kind, weights=tuple(map(tuple, weights.tolist())))


def resized(weights: Tensor, rows: int, columns: int) -> Tensor:
    """Return a kernel cut, or filled with zeros, round its middle."""
    result = torch.zeros(rows, columns, dtype=weights.dtype)
    high, wide = min(rows, weights.shape[0]), min(columns, weights.shape[1])

    def middle(length: int, part: int) -> slice:
        return slice((length - part) // 2, (length + part) // 2)

    result[middle(rows, high), middle(columns, wide)] = weights[
        middle(weights.shape[0], high), middle(weights.shape[1], wide)
    ]
    return result


def _checked(text: str) -> str:
    """Return the text of one kernel of odd sizes; ValueError if it is none."""
    kernels = planes.from_text(text)
    if len(kernels) > 1 or any(n % 2 == 0 or n > MOST for n in kernels[0].shape):
        raise ValueError(f"must be a kernel of odd sizes up to {MOST}")
    if (kernels[0].abs() > LARGEST).any():
        raise ValueError(f"weights lie in ±{LARGEST:g}")
    return text


def _editor(weights: Tensor) -> None:
    """Show the weights as a table; what is typed goes into the link."""
    text = planes.to_text([weights])
    name = f"filters_weights_{zlib.crc32(text.encode()):x}"  # another table
    columns = {str(i + 1): _column() for i in range(weights.shape[1])}
    st.data_editor(
        pd.DataFrame(weights.tolist(), columns=list(columns)),
        key=name,
        hide_index=True,
        width="content",
        column_config=columns,
        on_change=partial(_edited, name, weights),
    )


def _column() -> object:
    return st.column_config.NumberColumn(
        width=CELL, min_value=-LARGEST, max_value=LARGEST, format="%.6g"
    )


def _edited(name: str, weights: Tensor) -> None:
    """Take over what was typed; an empty cell is 0."""
    changed = weights.clone()
    for row, cells in st.session_state[name]["edited_rows"].items():
        for column, value in cells.items():
            changed[int(row), int(column) - 1] = float(value or 0)
    _take_over(changed)


def _take_over(weights: Tensor) -> None:
    """Make these weights the reader's own."""
    rows, columns = weights.shape
    state.settings(kernel="custom", rows=str(rows), columns=str(columns))
    state.settings(weights=planes.to_text([weights]))
