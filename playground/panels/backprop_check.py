"""Is the gradient right? Compared with what small steps of an input do."""

import csv
import io
import math
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.gradient_check import (
    doubled,
    errors,
    one_sided,
    overwrite,
    relative_error,
    two_sided,
    unsigned,
    verdict,
)
from engine.graphs import Graph, compute, evaluate, gradients
from playground import widgets
from playground.figures.graph_error import Words, error_plot
from playground.figures.graph_words import number, plain
from playground.i18n import _
from playground.layout import TakeAway, chart
from playground.panels.backprop_formula import Formula, chosen_formula, fitting
from playground.panels.backprop_tables import markdown
from playground.snippets.backprop import check

EPSILONS = tuple(float(f"1e-{power}") for power in range(13, 0, -1))
CURVE = tuple(10 ** (power / 4) for power in range(-52, -3))  # 1e-13 to 0.1
RELATIVE = (
    r"\frac{\lVert \tilde g - g \rVert}"
    r"{\lVert \tilde g \rVert + \lVert g \rVert}"
)
ROUNDING = 2.0**-53  # of a float64, relative


@dataclass(frozen=True)
class Checked:
    """Claimed and measured slopes by every input; `name` is the one looked at.

    spoiled: whether the claim about it is a mistake.
    """

    name: str
    spoiled: bool
    claimed: dict[str, float]
    one: dict[str, float]
    two: dict[str, float]


def check_view(controls: DeltaGenerator) -> TakeAway:
    """Show the check of a gradient; return what can be taken away.

    Args:
        controls: where the controls go.
    """
    with controls:
        formula, places = chosen_formula(others=3, folds=False)
        with places.shown:
            name, epsilon, bug = _knobs(formula)
    try:
        checked = _checked(formula, name, epsilon, bug)
    except ValueError:
        st.warning(
            _(
                "ε is too small here: an input plus ε is the input again. Choose a "
                "larger ε."
            )
        )
        return TakeAway(snippet=partial(check, *_given(formula), name, 0.01))
    result = plain(formula.graph.nodes[-1].name)
    _numbers(checked, result)
    if any(math.isnan(x) for x in (*checked.claimed.values(), *checked.one.values())):
        st.warning(_("A number does not exist here, so nothing can be compared."))
    one, two = _curves(formula, checked)
    figure = error_plot(
        CURVE,
        one,
        two,
        ROUNDING * abs(evaluate(*_given(formula))),
        epsilon,
        _words(result, plain(name)),
    )
    alt = _("Both errors over ε: they fall with ε, then rounding makes them grow.")
    chart(figure, key="check", alt=alt)
    if checked.spoiled:
        st.markdown(_("The error stays, whatever ε is: the gradient itself is wrong."))
    with st.expander(_("All inputs in numbers")):
        st.markdown(_table(checked, result))
        name = _("relative error")
        st.latex(rf"\text{{{name}}} = {RELATIVE}")
    return TakeAway(
        snippet=partial(check, *_given(formula), name, epsilon),
        figures={"check": "check"},
        tables={"check.csv": _csv(one, two)},
    )


def _given(formula: Formula) -> tuple[Graph, dict[str, float]]:
    return formula.graph, formula.inputs


def _knobs(formula: Formula) -> tuple[str, float, str]:
    """Let the reader choose an input, ε and a mistake."""
    names = {name: plain(name) for name in formula.inputs}
    key = f"check_{formula.example}"
    fitting(key, tuple(names))
    name = widgets.choice(_("Input to change"), names, key=key)
    epsilon = widgets.stepped(
        _("Step ε"),
        EPSILONS,
        0.01,
        key="epsilon",
        help=_("How far the input is moved to measure the slope."),
    )
    bugs = {
        "none": _("None"),
        "overwrite": _("Paths overwrite each other"),
        "unsigned": _("Minus signs are lost"),
        "doubled": _("One slope is doubled"),
    }
    bug = widgets.choice(
        _("Mistake in the backward pass"),
        bugs,
        key="bug",
        help=_("A mistake as it happens in code: will the check find it?"),
    )
    return name, epsilon, bug


def _checked(formula: Formula, name: str, epsilon: float, bug: str) -> Checked:
    graph, inputs = _given(formula)
    right = compute(graph, inputs)
    ways = {
        "none": lambda: gradients(right),
        "overwrite": lambda: overwrite(right),
        "unsigned": lambda: gradients(unsigned(right)),
        "doubled": lambda: gradients(doubled(right, name)),
    }
    known = zip(right.nodes, ways[bug](), strict=True)
    by_name = {node.name: slope for node, slope in known}
    true = {n.name: s for n, s in zip(right.nodes, gradients(right), strict=True)}
    return Checked(
        name,
        by_name[name] != true[name],
        {other: by_name[other] for other in inputs},
        {other: one_sided(graph, inputs, other, epsilon) for other in inputs},
        {other: two_sided(graph, inputs, other, epsilon) for other in inputs},
    )


def _numbers(checked: Checked, result: str) -> None:
    """Show the slope by one input, claimed and measured, and what all inputs say."""
    name, columns = checked.name, st.columns(3)
    slope = f"∂{result}/∂{plain(name)}"
    label = _("{slope} by backprop").format(slope=slope)
    columns[0].metric(label, number(checked.claimed[name], 8))
    columns[1].metric(_("one-sided"), number(checked.one[name], 8))
    columns[2].metric(_("two-sided"), number(checked.two[name], 8))
    columns[0].caption(_("Relative error, over all inputs:"))
    for column, measured in zip(columns[1:], (checked.one, checked.two), strict=True):
        column.markdown(_verdict(checked, measured))


def _verdict(checked: Checked, measured: dict[str, float]) -> str:
    says = {
        "fine": _("fine (at most 10⁻⁷)"),
        "doubtful": _("look again (10⁻⁷ to 10⁻³)"),
        "wrong": _("wrong (above 10⁻³)"),
        "none": _("no verdict"),
    }
    claimed = tuple(checked.claimed.values())
    error = relative_error(tuple(measured.values()), claimed)
    return f"{number(error)}: **{says[verdict(error)]}**"


def _curves(formula: Formula, checked: Checked) -> tuple[list[float], list[float]]:
    claim = (checked.name, checked.claimed[checked.name])
    one, two = (
        errors(difference, *_given(formula), claim, CURVE)
        for difference in (one_sided, two_sided)
    )
    return one, two


def _table(checked: Checked, result: str) -> str:
    heads = (_("Input"), f"∂{result}/∂…", _("one-sided"), _("two-sided"))
    rows = [
        (
            f"**{plain(name)}**",
            *(
                number(slopes[name], 8)
                for slopes in (checked.claimed, checked.one, checked.two)
            ),
        )
        for name in checked.claimed
    ]
    return markdown(heads, rows)


def _csv(one: list[float], two: list[float]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epsilon", "one_sided_error", "two_sided_error"])
    writer.writerows(zip(CURVE, one, two, strict=True))
    return text.getvalue()


def _words(result: str, name: str) -> Words:
    return Words(
        error=_("error of ∂{result}/∂{name}").format(result=result, name=name),
        one=_("one-sided"),
        two=_("two-sided"),
        first=_("slope 1: error ∝ ε"),
        second=_("slope 2: error ∝ ε²"),
        rounding=_("rounding: ∝ 1/ε"),
    )
