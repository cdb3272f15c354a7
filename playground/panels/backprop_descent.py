"""One step of gradient descent on the inputs that learn: announced, then taken."""

import math
from dataclasses import dataclass

import streamlit as st

from engine.graphs import compute, descend, evaluate, gradients
from playground import state, widgets
from playground.figures.graph_story import Story
from playground.figures.graph_words import number, plain
from playground.i18n import _
from playground.panels.backprop_examples import EXAMPLES
from playground.panels.backprop_formula import LARGEST, Formula, Places, fitting
from playground.panels.backprop_tables import DIGITS, markdown

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


@dataclass(frozen=True)
class Descent:
    """A step that may be taken.

    Attributes:
        rate: of learning.
        names: of the inputs that learn.
        inputs: after the step.
        result: after the step; NaN if it does not exist.
    """

    rate: float
    names: tuple[str, ...]
    inputs: dict[str, float]
    result: float


def step_controls(formula: Formula, places: Places) -> Descent:
    """Show what learns, the rate and the button that takes a step.

    Args:
        formula: what is learnt by.
        places: of the controls.
    """
    with places.folded:
        names = _learning(formula)
    with places.shown:
        rate = widgets.stepped(
            _("Rate η"),
            RATES,
            0.1,
            key="rate",
            help=_("How far a step of gradient descent goes: w ← w − η · ∂/∂w."),
        )
        inputs = descend(formula.graph, formula.inputs, names, rate)
        inside = all(abs(value) <= LARGEST for value in inputs.values())
        result = evaluate(formula.graph, inputs) if inside else math.nan
        st.button(
            _("Take a step downhill"),
            icon=":material/south_east:",
            on_click=state.settings,
            kwargs={formula.key(name): inputs[name] for name in names},
            disabled=math.isnan(result),
        )
        now = evaluate(formula.graph, formula.inputs)
        if math.isnan(result) and not math.isnan(now):
            st.caption(_("From here the step leads nowhere: try a smaller rate η."))
    return Descent(rate, names, inputs, result)


def step_table(formula: Formula, story: Story, descent: Descent) -> None:
    """Show in numbers what the step does, before it is taken."""
    result = plain(story.result.name)
    now = story.computed.values[-1]
    if math.isnan(now) or math.isnan(descent.result):
        st.markdown(_("There is no step from here: a number does not exist."))
        return
    st.markdown(
        _("With η = {rate}, {name} goes from {now} to {then}.").format(
            rate=number(descent.rate),
            name=result,
            now=number(now, DIGITS),
            then=number(descent.result, DIGITS),
        )
    )
    after = compute(formula.graph, descent.inputs)
    then = dict(zip((n.name for n in after.nodes), after.values, strict=True))
    rows = []
    known = zip(story.computed.values, gradients(story.computed), strict=True)
    for node, (value, slope) in zip(story.computed.nodes, known, strict=True):
        if node.name in descent.names or (node.operands and node.own):
            learns = node.name in descent.names
            numbers = (value, slope, then[node.name])
            kind = _("learns") if learns else _("follows")
            row = (f"**{plain(node.name)}**", kind)
            rows.append((*row, *(number(x, DIGITS) for x in numbers)))
    heads = (_("Node"), "", _("Now"), f"∂{result}/∂…", _("After the step"))
    st.markdown(markdown(heads, sorted(rows, key=lambda row: row[1] != _("learns"))))


def _learning(formula: Formula) -> tuple[str, ...]:
    """Let the reader choose which inputs a step changes."""
    usual = EXAMPLES[formula.example].weights
    names = tuple(formula.inputs)
    key = f"learn_{formula.example}"
    fitting(key, names)
    return widgets.several(
        _("What learns"),
        {name: plain(name) for name in names},
        usual or names,
        key=key,
        help=_("The inputs that a step changes; the others are data."),
    )
