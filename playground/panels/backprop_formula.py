"""The controls of a formula: which one, its inputs, how much of it a node holds."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.expressions import (
    DEEPEST,
    LARGEST,
    LARGEST_EXPONENT,
    LONGEST,
    MOST_INPUTS,
    MOST_NODES,
    ExpressionError,
    parse,
    tidy,
)
from engine.graphs import Graph
from playground import state, widgets
from playground.figures.graph_words import plain
from playground.i18n import _
from playground.panels.backprop_examples import EXAMPLES, OWN, UNNAMED

VISIBLE = 7  # controls of the page that are not folded away
FORMULA_HEIGHT = 110  # pixels


@dataclass(frozen=True)
class Formula:
    """What the reader has chosen.

    Attributes:
        example: key of `EXAMPLES`.
        text: as the parser reads it.
        graph: of the text.
        inputs: name -> number.
    """

    example: str
    text: str
    graph: Graph
    inputs: dict[str, float]

    def key(self, name: str) -> str:
        """Return the link's parameter of an input, or of something of this formula."""
        return f"{self.example}_{name}"


@dataclass(frozen=True)
class Places:
    """Where a view puts its own controls: in sight, and folded away."""

    shown: DeltaGenerator
    folded: DeltaGenerator


def chosen_formula(others: int, *, folds: bool) -> tuple[Formula, Places]:
    """Show the controls of a formula and its inputs.

    Args:
        others: how many controls the view shows besides.
        folds: whether the view folds more of them away.
    """
    names = {
        "chain": "J = 3(a + bc)",
        "paths": "f = (a + b) · 3b",
        "logistic": _("Logistic loss"),
        "net": _("The 2-2-1 network"),
        OWN: _("Your own formula"),
    }
    example = widgets.choice(_("Formula"), names, key="formula")
    text = EXAMPLES[example].text
    if example == OWN:
        text = widgets.entry(
            _("Write it here"), text, _readable, key="expr", help=_help(), field=_area
        )
        others += 1
    graph = parse(text)
    inputs = _ordered(example, graph)
    room = VISIBLE - 1 - others
    values = _fields(example, inputs[:room])
    places = Places(st.container(), st.container())
    if inputs[room:] or folds or example != OWN:
        places = Places(places.shown, places.folded.expander(_("More")))
        with places.folded:
            values |= _fields(example, inputs[room:])
            _edit_button(example, text, values)
    return Formula(example, text, graph, values), places


def _edit_button(example: str, text: str, values: dict[str, float]) -> None:
    """Offer to go on with a copy of the formula that can be changed."""
    if example != OWN:
        inputs = {f"{OWN}_{name}": value for name, value in values.items()}
        st.button(
            _("Change this formula"),
            icon=":material/edit:",
            on_click=state.settings,
            kwargs={"formula": OWN, "expr": text, **inputs},
        )


def _ordered(example: str, graph: Graph) -> list[str]:
    """Return the names of all inputs, first those that the example lists."""
    usual = EXAMPLES[example].inputs
    names = [name for name in usual if name in graph.inputs]
    return names + [name for name in graph.inputs if name not in usual]


def fitting(key: str, names: tuple[str, ...]) -> None:
    """Forget a choice that the formula on screen does not offer any more."""
    chosen = st.session_state.get(f"backprop.{key}")
    if isinstance(chosen, list):
        state.settings(**{key: [name for name in chosen if name in names]})
    elif chosen is not None and chosen not in names:
        state.settings(**{key: names[0]})


def _fields(example: str, names: list[str]) -> dict[str, float]:
    usual, values = EXAMPLES[example], {}
    columns = st.columns(2)
    for index, name in enumerate(names):
        with columns[index % 2]:
            values[name] = widgets.number(
                plain(name),
                (-LARGEST, LARGEST, usual.stride),
                usual.inputs.get(name, UNNAMED),
                key=f"{example}_{name}",
                format="%.6g",
            )
    return values


def _area(label: str, **more: object) -> str:
    return st.text_area(label, height=FORMULA_HEIGHT, **more)


def _readable(text: str) -> str:
    try:
        parse(text)
    except ExpressionError as error:
        raise ValueError(problem(error)) from None
    return tidy(text)


def _help() -> str:
    return _(
        "Names are inputs. Operations: `+ - * / ^`, exp, log, sin, cos, tanh, sigmoid, "
        "relu, max(a, b); e and pi are numbers. A line such as `u = a*b` names a part; "
        "the last line is the result."
    )


def problem(error: ExpressionError) -> str:
    """Return what is wrong with a formula, in the reader's language."""
    found = error.found[:40].replace("`", "'")
    said = _sentences()[error.kind].format(
        found=found,
        place=error.position + 1,
        characters=LONGEST,
        inputs=MOST_INPUTS,
        nodes=MOST_NODES,
        levels=DEEPEST,
        largest=f"{LARGEST:g}",
        exponent=f"{LARGEST_EXPONENT:g}",
    )
    return " ".join((said, _("The formula before it stays.")))


def _sentences() -> dict[str, str]:
    return {
        "empty": _("There is no formula yet: write one such as `a*b + c`."),
        "long": _("The formula is longer than {characters} characters."),
        "character": _("`{found}` at character {place} has no meaning in a formula."),
        "syntax": _(
            "From character {place} on, at `{found}`, this cannot be read: is a "
            "bracket or an operation missing?"
        ),
        "product": _(
            "A product needs its sign: `3*x`, not `3x`, and `3*(a+b)`, not `3(a+b)`; "
            "see `{found}` at character {place}."
        ),
        "function": _(
            "There is no function `{found}`; for a product write its sign, as in "
            "`a*(b+c)`."
        ),
        "arguments": _("`{found}`: max takes two arguments, all others take one."),
        "operation": _("`{found}` is not among the operations that are possible here."),
        "number": _("`{found}` is too large: numbers go up to {largest}."),
        "exponent": _("The exponent `{found}` is too large: {exponent} at most."),
        "constant": _("`{found}` does not exist."),
        "name": _(
            "`{found}` cannot be a name: up to eight letters, digits and _, a letter "
            "first."
        ),
        "taken": _("`{found}` has a meaning already: choose another name."),
        "target": _("Left of = stands one name, as in `u = a*b`."),
        "unnamed": _(
            "Give `{found}` a name, as in `u = a*b`: only the last line may lack one."
        ),
        "twice": _("The name `{found}` is used before, for something else."),
        "unused": _("`{found}` is computed, and never used."),
        "nothing": _("`{found}` computes nothing: an operation on an input is needed."),
        "inputs": _("There are more than {inputs} inputs."),
        "nodes": _("There are more than {nodes} nodes: too many to draw."),
        "deep": _("Brackets and operations are nested deeper than {levels} levels."),
    }
