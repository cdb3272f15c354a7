"""Softmax: logits become probabilities, and why the largest is subtracted first."""

import math
from functools import partial

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from engine.lenet import entropy
from engine.softmax import jacobian, log_sum_exp, naive_softmax, softmax
from playground import widgets
from playground.figures import activations_softmax as figures
from playground.i18n import _
from playground.layout import TakeAway, chart
from playground.panels.activation_numbers import number, tex
from playground.snippets.activations import softmax_program

TEMPERATURES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
FEWEST, MOST, LARGEST = 2, 6, 1e6
USUAL = "2, 1, 0.1"


def softmax_view(controls: DeltaGenerator) -> TakeAway:
    """Show what softmax makes of a few logits.

    Args:
        controls: where the controls go.
    """
    with controls:
        text = widgets.entry(
            _("Logits z"),
            USUAL,
            _read,
            key="logits",
            help=_("Two to six numbers, from −1 000 000 to 1 000 000."),
        )
        temperature = widgets.stepped(
            _("Temperature T"),
            TEMPERATURES,
            1.0,
            key="temp",
            help=_("Small: the largest takes all. Large: all become equal."),
        )
        shift = widgets.slider(
            _("Add c to every logit"),
            (-100.0, 100.0, 1.0),
            0.0,
            key="shift",
            help=_("The probabilities stay: a common factor cancels."),
        )
    given = [float(part) for part in text.split(",")]
    logits = torch.tensor(given, dtype=torch.float64) + shift
    p = softmax(logits, temperature)
    naive = naive_softmax(logits.float(), temperature)
    words = figures.Words(
        logits=_("logits z"),
        scaled="z / T",
        probabilities=_("probabilities p"),
        class_name=_("class"),
    )
    left, right = st.columns([5, 3], gap="medium")
    with left:
        chart(
            figures.bars(logits, temperature, p, words),
            key="softmax",
            alt=_("Logits as bars, and the probabilities softmax makes of them"),
        )
    with right:
        chart(
            figures.slopes(jacobian(p, temperature), words),
            key="jacobian",
            alt=_("How much each probability changes with each logit"),
        )
    _numbers(logits, temperature, p, naive)
    _remarks(logits, temperature, naive, shift)
    _formulas(logits, temperature, p)
    return TakeAway(
        partial(softmax_program, given, temperature, shift),
        figures={"softmax": "softmax", "jacobian": "jacobian"},
        tables={"softmax.csv": _csv(logits, p)},
    )


def _read(text: str) -> str:
    """Return "2 1;0,1" ... as "2,1,0.1"; ValueError with words for the reader."""
    parts = text.replace(";", " ").replace(",", " ").replace("−", "-").split()
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    fit = all(math.isfinite(x) and abs(x) <= LARGEST for x in numbers)
    if not (FEWEST <= len(numbers) <= MOST and fit):
        raise ValueError(_("Two to six numbers, such as 2, 1, 0.1."))
    return ",".join(f"{x + 0.0:.10g}" for x in numbers)


def _numbers(logits: Tensor, temperature: float, p: Tensor, naive: Tensor) -> None:
    """Show the row of numbers."""
    best = int(p.argmax())
    name = figures.class_names(len(p))[best]
    bits = _("{bits:.3f} bits")
    most = bits.format(bits=math.log2(len(p)))
    shown = (
        (_("Largest p"), f"{name} · {number(p[best].item())}"),
        (_("The same as written, in float32"), number(naive[best].item())),
        (_("Log-sum-exp of z/T"), number(log_sum_exp(logits / temperature))),
        (_("Entropy, at most {most}").format(most=most), bits.format(bits=entropy(p))),
    )
    with st.container(horizontal=True):
        for label, value in shown:
            st.metric(label, value)


def _formulas(logits: Tensor, temperature: float, p: Tensor) -> None:
    """Show the arithmetic with the numbers filled in."""
    scaled = logits / temperature
    top, total = scaled.max().item(), log_sum_exp(scaled)
    first, second = p[0].item(), p[1].item()
    rest = " + ".join(f"e^{{{tex(x - top)}}}" for x in scaled.tolist())
    rows = (
        rf"\ln\sum_j e^{{z_j/T}} = m + \ln\sum_j e^{{z_j/T-m}} = {tex(top)} + "
        rf"\ln\left({rest}\right) = {tex(total)}",
        rf"p_A = e^{{z_A/T}} \Big/ \sum_j e^{{z_j/T}} = "
        rf"e^{{{_minus(scaled[0].item(), total)}}} = {tex(first)}",
        rf"\frac{{\partial p_A}}{{\partial z_B}} = -\frac{{p_A\,p_B}}{{T}} = "
        rf"-\frac{{{tex(first)}\cdot{tex(second)}}}{{{tex(temperature)}}} = "
        rf"{tex(-first * second / temperature)}",
    )
    st.markdown("\n\n".join(rf"$\displaystyle {row}$" for row in rows))


def _remarks(logits: Tensor, temperature: float, naive: Tensor, shift: float) -> None:
    """Say why nothing happens where c is added, and what breaks in float32."""
    if shift:
        st.markdown(
            _(
                "c = {shift} was added everywhere: every power grows by the same "
                "factor $e^{{c/T}}$, which cancels. Only log-sum-exp grows, by "
                "c/T = {grown}."
            ).format(shift=number(shift), grown=number(shift / temperature))
        )
    if not naive.isnan().any():
        return
    top = (logits.max() / temperature).item()
    if top > 0:
        text = _(
            "$e^{{{top}}}$ is infinite in float32, whose limit is $e^{{88.7}}$, and "
            "∞/∞ is not a number. With the largest subtracted first, no power is above "
            "$e^0 = 1$."
        )
    else:
        text = _(
            "$e^{{{top}}}$ is 0 in float32, whose limit is $e^{{-104}}$, and 0/0 is "
            "not a number. With the largest subtracted first, one power is $e^0 = 1$."
        )
    st.warning(text.format(top=tex(top)))


def _minus(first: float, second: float) -> str:
    """Return "2 - 2.417" with brackets where the second number is negative."""
    taken = f"({tex(second)})" if second < 0 else tex(second)
    return f"{tex(first)} - {taken}"


def _csv(logits: Tensor, p: Tensor) -> str:
    rows = zip(figures.class_names(len(p)), logits.tolist(), p.tolist(), strict=True)
    return "\n".join(["class,logit,p", *(f"{n},{z:.10g},{q:.10g}" for n, z, q in rows)])
