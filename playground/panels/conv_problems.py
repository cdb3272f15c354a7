"""Settings that cannot be: which inequality fails, and a button that mends it."""

import streamlit as st

from engine.conv_problems import Problem
from engine.conv_settings import ConvSettings, resolved
from playground import state
from playground.i18n import _

KEYS = {  # the field that can mend -> letter of its control
    "kernel": "k",
    "padding": "p",
    "stride": "s",
    "dilation": "d",
    "output_padding": "e",
    "groups": "groups",
}


def tell_problem(
    problem: Problem, settings: ConvSettings, *, each: bool, number: int
) -> None:
    """Say what fails, with its numbers, and offer the nearest value that holds.

    Args:
        problem: of these settings.
        settings: impossible ones.
        each: whether every axis has controls of its own.
        number: of the problem, for the button.
    """
    st.warning(f"{_sentence(problem)}  \n{_inequality(problem, settings)}")
    letter, value = KEYS[problem.control], _plain(problem.nearest)
    axis = problem.axis if each and problem.axis else 0
    key = f"{letter}{axis + 1}" if axis else letter
    st.button(
        _("Take {letter} = {value}").format(letter=letter[0], value=value),
        key=f"mend{number}",
        on_click=state.settings,
        kwargs={key: value},
    )


def _sentence(problem: Problem) -> str:
    return {
        "window": _("The kernel is larger than the padded input: there is no output."),
        "same_stride": _("“same” needs stride 1: torch refuses anything else."),
        "reflect": _("Reflected padding must be smaller than the input."),
        "circular": _("Circular padding must not be larger than the input."),
        "channel_groups": _("The groups must divide the channels."),
        "filter_groups": _("The groups must divide the filters."),
        "output_padding": _("The output padding must be smaller than s or d."),
        "transposed_output": _("The padding cuts off the whole output."),
        "max_padding": _("The padding is more than half of what the window spans."),
        "average_padding": _("The padding is more than half of the window."),
    }[problem.kind]


def _inequality(problem: Problem, settings: ConvSettings) -> str:
    """Return the condition that fails in LaTeX, its numbers, and that it fails."""
    left, right = problem.left, problem.right
    if problem.kind in ("channel_groups", "filter_groups"):
        letter = "C" if problem.kind == "channel_groups" else "K"
        count = settings.channels if letter == "C" else settings.filters
        return rf"${letter} \bmod g = {count} \bmod {settings.groups} = {left} \neq 0$"
    axis = resolved(settings)[problem.axis or 0]
    before, after = axis.pads
    n, k, s, d, e = (
        axis.size,
        axis.kernel,
        axis.stride,
        axis.dilation,
        axis.output_padding,
    )
    return {
        "window": rf"$d(k-1)+1 \le n+2p$: ${d}({k}-1)+1 = {left} > {right} = "
        rf"{n}+{before}+{after}$",
        "same_stride": rf"$s = 1$: ${s} > 1$",
        "reflect": rf"$p < n$: ${left} \ge {right}$",
        "circular": rf"$p \le n$: ${left} > {right}$",
        "output_padding": rf"$e < \max(s, d)$: ${e} \ge {right} = \max({s}, {d})$",
        "transposed_output": rf"$2p < (n-1)s + d(k-1) + e + 1$: ${left} \ge {right}$",
        "max_padding": rf"$2p \le d(k-1)+1$: ${left} > {right}$",
        "average_padding": rf"$2p \le k$: ${left} > {right}$",
    }[problem.kind]


def _plain(nearest: int | tuple[int, int] | str) -> int:
    """Return one number for both sides of an axis."""
    return min(nearest) if isinstance(nearest, tuple) else int(nearest)
