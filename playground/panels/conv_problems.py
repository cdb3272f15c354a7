"""Settings that cannot be: which inequality fails, and a button that mends it."""

from collections.abc import Sequence

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


def side_names(dims: int) -> tuple[str, ...]:
    """Return what the axes are called, in torch's order."""
    return {
        1: ("o",),
        2: (_("height"), _("width")),
        3: (_("depth"), _("height"), _("width")),
    }[dims]


def told_once(found: Sequence[Problem], *, each: bool) -> tuple[Problem, ...]:
    """Return problems without those that other axes have just so.

    Args:
        found: of some settings.
        each: whether every axis has controls of its own.
    """
    told = {(each and one.axis, one.kind): one for one in reversed(found)}
    return tuple(reversed(told.values()))


def show_problems(found: Sequence[Problem], settings: ConvSettings) -> None:
    """Say large, in place of the output, which conditions fail."""
    st.info(_("With these settings there is no output. The left side says why."))
    for problem in told_once(found, each=len(set(settings.axes)) > 1):
        condition, numbers = _inequality(problem, settings)
        side = ""
        if len(set(settings.axes)) > 1 and problem.axis is not None:
            name = side_names(len(settings.axes))[problem.axis]
            side = rf"\text{{{name}}}\quad "
        st.latex(rf"{side}{condition} \qquad {numbers}")


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
    letter, value = KEYS[problem.control], _plain(problem.nearest)
    axis = problem.axis if each and problem.axis else 0
    key = f"{letter}{axis + 1}" if axis else letter
    condition, numbers = _inequality(problem, settings)
    side = ""
    if each and problem.axis is not None:
        side = f"**{side_names(len(settings.axes))[axis]}**: "
    st.warning(f"{side}{_sentence(problem)}  \n${condition}$: ${numbers}$")
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
        "max_padding": _("The padding is more than half of the kernel."),
        "average_padding": _("The padding is more than half of the kernel."),
        "average_size": _(
            "Over three axes torch compares the window with the input alone, without "
            "its padding."
        ),
    }[problem.kind]


def _inequality(problem: Problem, settings: ConvSettings) -> tuple[str, str]:
    """Return in LaTeX the condition, and with its numbers that it fails."""
    left, right = problem.left, problem.right
    if problem.kind in ("channel_groups", "filter_groups"):
        letter = "C" if problem.kind == "channel_groups" else "K"
        count = settings.channels if letter == "C" else settings.filters
        numbers = rf"{count} \bmod {settings.groups} = {left} \neq 0"
        return rf"{letter} \bmod g = 0", numbers
    axis = resolved(settings)[problem.axis or 0]
    n, k, s, d = axis.size, axis.kernel, axis.stride, axis.dilation
    before, after = axis.pads
    more, at_least = f"{left} > {right}", rf"{left} \ge {right}"
    return {
        "window": (
            r"d(k-1)+1 \le n+2p",
            f"{d}({k}-1)+1 = {more} = {n}+{before}+{after}",
        ),
        "same_stride": ("s = 1", f"{s} > 1"),
        "reflect": ("p < n", at_least),
        "circular": (r"p \le n", more),
        "output_padding": (
            r"e < \max(s, d)",
            rf"{at_least} = \max({s}, {d})",
        ),
        "transposed_output": ("2p < (n-1)s + d(k-1) + e + 1", at_least),
        "max_padding": (r"2p \le k", more),
        "average_padding": (r"2p \le k", more),
        "average_size": (r"k \le n", more),
    }[problem.kind]


def _plain(nearest: int | tuple[int, int] | str) -> int:
    """Return one number for both sides of an axis."""
    return min(nearest) if isinstance(nearest, tuple) else int(nearest)
