"""The graph of a formula, played forwards and backwards: each step with its numbers."""

import math
from collections.abc import Iterable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.expressions import parse
from engine.graphs import CONSTANT, Step, autograd, first_undefined
from playground import state, theme, widgets
from playground.figures.graph_film import film
from playground.figures.graph_scene import Words, scene
from playground.figures.graph_still import graph_still
from playground.figures.graph_story import (
    Story,
    backward,
    definitions,
    forward,
    gradient,
    local,
    partial_of,
    paths,
    plain_formula,
    tell,
)
from playground.figures.graph_words import plain
from playground.i18n import _
from playground.layout import TakeAway, presenting
from playground.panels.backprop_descent import step_controls, step_table
from playground.panels.backprop_examples import EXAMPLES
from playground.panels.backprop_formula import Formula, chosen_formula
from playground.panels.backprop_tables import nodes_csv, nodes_table
from playground.player.player import Still, player, rested
from playground.snippets.backprop import program

MANY = 14  # nodes: with more, the examples begin with one node per line
STILL_HEIGHT = 420  # pixels
GRAPH = "_backprop.graph"  # in the session: the graph of the run before


def graph_view(controls: DeltaGenerator) -> TakeAway:
    """Show the graph; return what can be taken away.

    Args:
        controls: where the controls go.
    """
    with controls:
        formula, places = chosen_formula(others=2, folds=True)
        with places.shown:
            lines = _one_node_per_line(formula)
        descent = step_controls(formula, places)
    zoom = theme.PRESENTATION_TYPE if presenting() else 1.0
    inputs = tuple(formula.inputs.items())
    story, frames = _told(formula.text, inputs, lines=lines, zoom=zoom)
    key = f"graph_{formula.example}_{int(lines)}"  # each begins at its start
    now = min(_step(key), len(frames) - 1)
    times = [float(time) for time in range(len(frames))]
    source = Still(frames, times, goto=float(now))
    player(scene(story, _words()), key=key, source=source)
    _explain(story, now, formula.inputs)
    _warn(story)
    if story.layout.crowding > 1:
        st.caption(
            _(
                "So many layers are hard to read. Name some parts, each on a line of "
                "its own such as `u = a*b`, and choose one node per line."
            )
        )
    with st.expander(_("All nodes in numbers")):
        says = autograd(formula.graph, formula.inputs)
        st.markdown(nodes_table(story, says))
        st.caption(_("By torch: the same derivatives, found by torch's autograd."))
    with st.expander(_("One step of gradient descent")):
        step_table(formula, story, descent)
    _misprints(formula)
    return TakeAway(
        snippet=partial(program, formula.graph, formula.inputs),
        stills={"graph": partial(graph_still, story, height=STILL_HEIGHT)},
        tables={"nodes.csv": nodes_csv(story)},
    )


def _step(key: str) -> int:
    """Return the step where the playhead is; another graph begins at its start."""
    time = rested(key)
    if st.session_state.get(GRAPH, key) != key:
        time = 0
    st.session_state[GRAPH] = key
    if time is not None:
        state.settings(step=str(round(time)))
    return int(state.remember("step", state.recall("step", "0", _whole), "0"))


def _whole(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise ValueError(f"step must be a whole number, got {text!r}")
    return str(int(text))


@st.cache_data(max_entries=64, show_spinner=False)
def _told(
    text: str, inputs: tuple[tuple[str, float], ...], *, lines: bool, zoom: float
) -> tuple[Story, list[bytes]]:
    story = tell(parse(text), dict(inputs), lines=lines, zoom=zoom)
    return story, film(story)


def _one_node_per_line(formula: Formula) -> bool:
    """Let the reader choose, where a line has several operations."""
    made = [node for node in formula.graph.nodes if node.operation != CONSTANT]
    if all(node.own for node in made):
        return False
    names = {"operations": _("operation"), "lines": _("line")}
    many = len(made) > MANY and formula.text == EXAMPLES[formula.example].text
    usual = "lines" if many else "operations"
    key = f"nodes_{formula.example}"
    return widgets.segments(_("One node per"), names, key=key, default=usual) == "lines"


def _explain(story: Story, now: int, inputs: Iterable[str]) -> None:
    """Say in words and numbers what happens in a step."""
    moment = story.moments[now]
    if moment.kind == "start":
        text = _(
            "Only the inputs are known. Step on (→): first the values go forwards, "
            "node by node, then the gradient comes back, edge by edge."
        )
        st.markdown(f"{text}\n\n{_row(definitions(story))}")
    elif moment.kind == "forward":
        name = plain(story.computed.nodes[moment.node].name)
        text = _("Forwards: **{name}** gets its value.").format(name=name)
        _say(text, forward(story, moment.node))
    elif moment.kind == "seed":
        text = _("The way back begins at the result: its slope by itself is 1.")
        _say(text, partial_of(story.result.name, story.result.name) + " = 1")
    else:
        text = _way_back(story, moment)
        if not story.folded:
            text += f" &ensp; ${local(story, moment)}$"
        _say(text, backward(story, moment))
    if moment.kind == "backward" and now == len(story.moments) - 1:
        text = _("Done. This is the gradient by the inputs:")
        st.markdown(f"{text}\n\n{_row(gradient(story, inputs))}")


def _say(text: str, formula: str) -> None:
    """Show a sentence and a formula below it."""
    tall = r"\vphantom{\bigg|}"  # else the page cuts what is below a fraction
    st.markdown(f"{text}\n$$\n{tall}{formula}\n$$")


def _way_back(story: Story, moment: Step) -> str:
    nodes = story.computed.nodes
    node = nodes[moment.node]
    names = {
        "node": plain(node.name),
        "operand": plain(nodes[node.operands[moment.operand]].name),
    }
    ways, number = paths(story, moment)
    if len(ways) == 1:
        text = _(
            "Back from **{node}** to **{operand}**: the gradient of {node} times the "
            "slope of the edge."
        )
        return text.format(**names)
    text = _(
        "Back from **{node}** to **{operand}**: path {number} of {count} that meet in "
        "{operand}. What comes along them is added up."
    )
    return text.format(**names, number=number, count=len(ways))


def _row(formulas: list[str]) -> str:
    """Return formulas in one line of Markdown, which wraps between them."""
    return " &emsp; ".join(f"$\\displaystyle {formula}$" for formula in formulas)


def _warn(story: Story) -> None:
    """Say which number does not exist, and why."""
    place = first_undefined(story.computed)
    if place is not None:
        reasons = {
            "log": _("log needs a number above 0"),
            "div": _("nothing can be divided by 0"),
            "pow": _("this power does not exist"),
        }
        operation = story.whole.nodes[first_undefined(story.whole)].operation
        text = _("`{formula}` does not exist here: {reason}. Change an input.")
        reason = reasons.get(operation, _("the number is too large"))
        name = plain(story.computed.nodes[place].name)
        said = f"{name} = {plain_formula(story, place)}"
        st.warning(text.format(formula=said, reason=reason))
    elif any(math.isnan(g) for g in _slopes(story)):
        st.warning(
            _(
                "A slope does not exist here, so the gradients behind it do not exist "
                "either. Change an input."
            )
        )


def _slopes(story: Story) -> list[float]:
    """Return the slopes of all edges that are shown."""
    return [story.computed.slopes[p][index] for p, index in story.layout.edges]


def _misprints(formula: Formula) -> None:
    """Name the misprints that circulate with the numbers of the course's network."""
    if formula.example == "net" and formula.inputs == EXAMPLES["net"].inputs:
        st.caption(
            _(
                "Some course notes print s₂ = .88969 and a₂ = 1 here. With these "
                "weights s₂ = 0.39 and a₂ = 0.5963."
            )
        )


def _words() -> Words:
    return Words(
        step=_("Step"),
        upper=_("upper cell: value"),
        lower=_("lower cell: gradient {gradient}"),
        edge=_("×: slope of the edge"),
        undefined=_("undefined"),
        spoken=_("Step {time:int} of the way there and back."),
    )
