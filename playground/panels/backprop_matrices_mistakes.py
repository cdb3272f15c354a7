"""A mistake with shapes: torch runs it, and says something, or nothing."""

import streamlit as st
from torch import Tensor

from engine.matrices import Net
from engine.matrix_mistakes import Attempt, attempt, silent_batches
from playground import state
from playground.figures.matrices import equation
from playground.figures.matrix_cells import number
from playground.figures.matrix_parts import drawn, parts
from playground.i18n import _
from playground.layout import chart
from playground.panels.backprop_matrices_controls import Chosen
from playground.panels.backprop_matrices_words import equation_words, rule_broken


def mistake_view(chosen: Chosen) -> None:
    """Show a mistake: the lines, the matrices, torch's words, the cure.

    Args:
        chosen: what the controls say; there is a mistake among it.
    """
    net, mistake, rows = chosen.net, chosen.mistake, chosen.rows
    tries = attempt(mistake, net, rows=rows)
    last = tries[-1]
    st.markdown(_("**A learner writes**, and torch runs it:"))
    st.code("\n".join(map(_line, tries)), language="python")
    _draw(last, net)
    if last.error:
        st.markdown(_("**Torch refuses.** Its words:"))
        st.code(f"RuntimeError: {last.error}", language=None, wrap_lines=True)
        if not chosen.course:
            _tempt(silent_batches(mistake, net, chosen.seed, rows=rows))
    else:
        st.warning(_silence(tries))
    _verdict(last)
    with st.expander(_("What is wrong, and the cure")):
        st.markdown(rule_broken(mistake, rows=rows))
        right = "\n".join(one.right.code() for one in tries)
        st.code(right, language="python")


def _line(one: Attempt) -> str:
    """Return a line as it was run, with its shapes."""
    given = ", ".join(
        str(tuple(operand.of(one.matrices).shape)) for operand in one.line.operands
    )
    end = "?" if one.value is None else str(tuple(one.value.shape))
    return f"{one.line.code()}  # {given} -> {end}"


def _draw(one: Attempt, net: Net) -> None:
    cell = _worst(one)
    whole = parts(
        one.line,
        one.matrices,
        one.value,
        cell,
        function=net.activation,
        samples=net.x.shape[1],
    )
    alt = _("The matrices of {equation}, with their numbers and shapes")
    chart(
        equation(whole, 1, equation_words()),
        key="matrices",
        alt=alt.format(equation=one.line.code()),
    )


def _worst(one: Attempt) -> tuple[int, int]:
    """Return the entry that is most wrong; the first if that has no meaning."""
    if one.verdict != "numbers":
        return 0, 0
    away = _flat_matrix(one.value - one.wanted).abs()
    return divmod(int(away.argmax()), away.shape[1])


def _flat_matrix(values: Tensor) -> Tensor:
    return values.reshape(drawn(tuple(values.shape)))


def _silence(tries: tuple[Attempt, ...]) -> str:
    """Return what came of a mistake that torch did not notice."""
    last = tries[-1]
    if last.verdict == "shape":
        text = _(
            "Torch says nothing. {name} has shape {got}; it should have {wanted}. "
            "The mistake shows up later, somewhere else, or never."
        )
        return text.format(
            name=last.line.name,
            got=tuple(last.value.shape),
            wanted=tuple(last.wanted.shape),
        )
    if last.verdict == "numbers":
        cell = _worst(last)
        text = _(
            "Torch says nothing, and even the shape is right. The numbers are wrong: "
            "row {row}, column {column} says {got}, and {wanted} is right."
        )
        return text.format(
            row=cell[0] + 1,
            column=cell[1] + 1,
            got=number(_flat_matrix(last.value)[cell].item()),
            wanted=number(_flat_matrix(last.wanted)[cell].item()),
        )
    return _(
        "Torch says nothing, and with these sizes even the numbers are right: by luck. "
        "With other layer sizes the luck may end."
    )


def _verdict(one: Attempt) -> None:
    """Show the row of numbers under the stage."""
    verdicts = {
        "refused": _("refused"),
        "shape": _("wrong shape"),
        "numbers": _("wrong numbers"),
        "luck": _("right by luck"),
    }
    shown = {
        _("Shape wanted"): str(tuple(one.wanted.shape)),
        _("Shape that came"): "–" if one.value is None else str(tuple(one.value.shape)),
        _("Verdict"): verdicts[one.verdict],
    }
    for place, (label, text) in zip(st.columns([2, 2, 3]), shown.items(), strict=True):
        place.metric(label, text)


def _tempt(batches: list[int]) -> None:
    """Offer the batches for which torch would not notice."""
    if not batches:
        return
    text = _("Torch would not notice with another number of samples:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(text)
        for samples in batches:
            st.button(
                f"m = {samples}",
                on_click=state.settings,
                kwargs={"mbatch": samples},
            )
