"""Functions side by side: the playhead is z, the formulas below have its numbers."""

from functools import partial

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

from engine.forms import (
    JUMPS,
    Bounds,
    Form,
    bounds,
    flat,
    function,
    mean_output,
    steepest,
)
from engine.spec import FIXED
from playground import state, widgets
from playground.figures import activations as figures
from playground.figures.activations import Chosen
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.activation_formulas import kink_at, letters, worked
from playground.panels.activation_names import every_name
from playground.panels.activation_numbers import tex
from playground.player.player import Still, player, rested
from playground.snippets.activations import functions_program

PLAYER = "functions"
MOST = 4  # functions at once
USUAL = ("sigmoid", "tanh", "relu")
FARTHEST = 10.0
COLUMNS = (2, 5, 7)  # of the formulas: name, value, slope
XOR = {"data": "xor", "layers": "4"}  # on the boundary page
# Function -> its sliders: number, symbol, (lowest, highest, step), usual value.
SLIDERS = {
    "leaky_relu": (("leak", "a", (0.0, 0.5, 0.01), 0.01),),
    "prelu": (("a", "a", (-0.5, 1.5, 0.05), 0.25),),
    "elu": (("alpha", "α", (0.1, 3.0, 0.1), 1.0),),
    "maxout": (
        ("w1", "w₁", (-2.0, 2.0, 0.1), 1.0),
        ("b1", "b₁", (-2.0, 2.0, 0.1), 0.0),
        ("w2", "w₂", (-2.0, 2.0, 0.1), -1.0),
        ("b2", "b₂", (-2.0, 2.0, 0.1), 0.0),
    ),
}


def functions_view(controls: DeltaGenerator) -> TakeAway:
    """Show up to four functions over their slopes, and what they are at z.

    Args:
        controls: where the controls go.
    """
    names = every_name()
    with controls:
        picked = widgets.several(
            _("Functions"),
            names,
            USUAL,
            key="acts",
            help=_("Up to four. Grey marks where the first one is saturated."),
        )
        if len(picked) > MOST:
            st.info(_("Four fit on the axes: the first four are shown."))
        picked = picked[:MOST]
        time = rested(PLAYER)
        if time is not None:
            state.settings(z=float(time))
        z = widgets.number(
            "z",
            (-FARTHEST, FARTHEST, 0.1),
            1.0,
            key="z",
            help=_("Or drag the upright line in the picture."),
        )
        spans = {"6": "± 6", "3": "± 3", "10": "± 10"}
        reach = int(widgets.segments(_("Range of z"), spans, key="reach"))
        forms = tuple(form_of(name, names) for name in picked)
    chosen = Chosen(forms, tuple(names[name] for name in picked), reach)
    z = max(-float(reach), min(float(reach), round(z, 4)))
    words = scene_words()
    player(
        figures.scene(chosen, words),
        key=PLAYER,
        source=Still(_frames(chosen), figures.times(reach), goto=z),
    )
    _formulas(chosen, z)
    _elsewhere(chosen)
    with st.expander(_("What is true of them everywhere")):
        st.markdown(facts(chosen))
    return TakeAway(
        partial(functions_program, forms, z),
        stills={"functions": partial(figures.still, chosen, words)},
        tables={"functions.csv": csv(chosen)},
    )


def form_of(name: str, names: dict[str, str], *, prefix: str = "") -> Form:
    """Show the sliders of the numbers that shape a function, and return its form.

    Args:
        name: key of `ACTIVATIONS`.
        names: what the functions are called.
        prefix: of the link's parameters.
    """
    sliders = SLIDERS.get(name, ())
    places = st.columns(2) * 2 if len(sliders) == 4 else [st.container()]
    numbers = []
    for place, (number, symbol, span, usual) in zip(places, sliders, strict=False):
        with place:
            key = f"{prefix}{name}_{number}"
            label = f"{names[name]}: {symbol}"
            numbers.append(widgets.slider(label, span, usual, key=key))
    return Form(name, tuple(numbers))


def scene_words() -> figures.Words:
    """Return what the scene says, in the reader's language."""
    return figures.Words(
        value="g(z)",
        slope="g′(z)",
        shaded=_("grey: |g′| < 0.1"),
        spoken=_("z is {time:3}; the values are beside it."),
    )


def facts(chosen: Chosen) -> str:
    """Return what is true of the functions everywhere, as a Markdown table."""
    columns = map(_facts, chosen.forms, chosen.names)
    heads = (
        "",
        "$g(z)$",
        "$g'(z)$",
        _("Range"),
        _("Zero-centred?"),
        r"$\max\,\lvert g'\rvert$",
        r"$\lvert g'\rvert < 0.1$",
    )
    rows = [list(row) for row in zip(heads, *columns, strict=True)]
    rows.insert(1, ["---"] * len(rows[0]))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _facts(form: Form, name: str) -> tuple[str, ...]:
    """Return one column of the table, its head first."""
    value, slope = letters(form)
    mean = round(mean_output(form), 6) + 0.0
    off = _("no: mean ${mean}$").format(mean=tex(mean))
    return (
        f"**{name}**",
        f"${value}$",
        f"${slope}$",
        f"${_range(form, bounds(form))}$",
        off if mean else _("yes"),
        f"${tex(steepest(form))}$",
        _stretches(form),
    )


def csv(chosen: Chosen) -> str:
    """Return z, every g(z) and every g'(z) of the tape as CSV."""
    z = torch.tensor(figures.times(chosen.reach), dtype=torch.float64)
    values, slopes = figures.table(chosen.forms, z)
    names = [form.name for form in chosen.forms]
    heads = ["z", *names, *(f"{name}_slope" for name in names)]
    rows = torch.cat([z[:, None], values, slopes], dim=1).tolist()
    lines = [",".join(f"{number:.10g}" for number in row) for row in rows]
    return "\n".join([",".join(heads), *lines])


def _elsewhere(chosen: Chosen) -> None:
    """Offer to train a small network with each function on the boundary page."""
    with st.container(horizontal=True):
        for form, name in zip(chosen.forms, chosen.names, strict=True):
            if form.name in FIXED:
                st.page_link(
                    "../pages/boundaries.py",
                    label=_("Train XOR with {name}").format(name=name),
                    query_params=XOR | {"activation": form.name},
                )


@st.cache_data(max_entries=256, show_spinner=False)
def _frames(chosen: Chosen) -> list[bytes]:
    return figures.frames(chosen)


def _formulas(chosen: Chosen, z: float) -> None:
    """Show each function at z with the numbers filled in, and conventions at kinks."""
    notes = []
    with st.container(gap="xsmall"):
        for form, name in zip(chosen.forms, chosen.names, strict=True):
            texts = (f"**{name}**", *(rf"$\displaystyle {t}$" for t in worked(form, z)))
            places = st.columns(COLUMNS, vertical_alignment="center")
            for place, text in zip(places, texts, strict=True):
                place.markdown(text)
            kink = kink_at(form, z)
            if kink:
                notes.append(_convention(form, name, z, kink))
    if notes:
        st.caption("  \n".join(notes))


def _convention(form: Form, name: str, z: float, slopes: tuple[str, str]) -> str:
    """Return what the slope of a function is at a jump or a kink, and why."""
    if form.name in JUMPS:
        return _("{name} jumps here: there is no slope, by convention 0.").format(
            name=name
        )
    text = _(
        "{name} has a kink here: slope ${left}$ on the left, ${right}$ on the right; "
        "by convention ${ours}$."
    )
    there = torch.tensor([z], dtype=torch.float64)
    ours = tex(function(form).derivative(there).item())
    return text.format(name=name, left=slopes[0], right=slopes[1], ours=ours)


def _range(form: Form, given: Bounds) -> str:
    if form.name == "step":
        return r"\{0, 1\}"
    if form.name == "sign":
        return r"\{-1, 0, 1\}"
    left = "[" if given.takes_low else "("
    right = "]" if given.takes_high else ")"
    low = r"-\infty" if given.low == float("-inf") else tex(given.low)
    high = r"\infty" if given.high == float("inf") else tex(given.high)
    return f"{left}{low},\\ {high}{right}"


def _stretches(form: Form) -> str:
    """Return where a function is flat, as inequalities; beyond ±10 it stays so."""
    far = 60.0
    parts = []
    for left, right in flat(form, -far, far):
        if (left, right) == (-far, far):
            return _("everywhere")
        if left == -far:
            parts.append(f"$z < {tex(right)}$")
        elif right == far:
            parts.append(f"$z > {tex(left)}$")
        else:
            parts.append(f"${tex(left)} < z < {tex(right)}$")
    return ", ".join(parts) or _("nowhere")
