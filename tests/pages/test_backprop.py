"""The backpropagation page without a browser: the link comes in, the graph goes out."""

import pytest
from streamlit.testing.v1 import AppTest

from playground.panels.backprop_presets import TRIES
from tests.engine.test_expressions import KINDS
from tests.messages import translated
from tests.pages.test_pages import failed, notices, open_page, state
from tests.pages.told import message

SENTENCES = """
import streamlit as st

from engine.expressions import ExpressionError
from playground.panels.backprop_formula import problem

for kind in {kinds}:
    st.code(problem(ExpressionError(kind, "a`b" * 30, 6)))
"""


def visit(code="en", **link):
    at = open_page("backprop", code, **{key: str(x) for key, x in link.items()})
    assert not failed(at)
    return at


def texts(at):
    layers = message(at)["scene"]["layers"]
    return [layer["template"] for layer in layers if layer["kind"] == "text"]


def warnings(at):
    return [warning.value for warning in at.warning]


def written(at):
    return "\n".join(element.value for element in (*at.markdown, *at.caption))


def button(at, label):
    return next(b for b in at.button if b.label == label)


def metrics(at):
    return [metric.value for metric in at.metric]


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ({}, {"a = 5", "b = 3", "c = 2", "u = b·c", "v = a+u", "J = 3·v"}),
        ({"formula": "paths", "paths_b": 4}, {"a = 5", "b = 4", "f = u·v"}),
        ({"formula": "logistic"}, {"w₁ = 0.5", "a = σ(z)", "L"}),
        ({"formula": "net"}, {"w₁ = 0.15", "s₁", "ŷ = σ(s₃)"}),
        ({"formula": "net", "nodes_net": "operations"}, {"u = w₁·x₁", "s₁  (+)"}),
        (
            {"formula": "own", "expr": "u = p*q\nf = u^2", "own_p": 1.25},
            {"p = 1.25", "q = 1", "u = p·q", "f = u²"},
        ),
    ],
)
def test_a_link_draws_its_graph(link, shown):
    assert shown <= set(texts(visit(**link)))


def test_a_link_holds_the_formula_the_inputs_and_what_learns():
    at = visit(formula="own", expr="f = x*y", own_x="-2.5", learn_own="y", rate="0.3")
    known = state(at)
    assert known["expr"][0] == "f = x*y"
    assert known["own_x"][0] == "-2.5"
    assert known["learn_own"][0] == "y"
    again = visit(**{key: text for key, (text, _default) in known.items()})
    assert texts(again) == texts(at)
    assert state(again) == known


@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [
        (
            "en",
            "J = 3(a+b)",
            "A product needs its sign: `3*x`, not `3x`, and `3*(a+b)`",
        ),
        ("es", "__import__('os')", "`{found}` at character {place} has no meaning"),
        ("en", "", "There is no formula yet"),
        ("es", "a + ", "From character {place} on, at `{found}`, this cannot be read"),
    ],
)
def test_text_that_is_no_formula_is_named_beside_it_and_the_graph_stays(
    code, typed, said
):
    at = visit(code, formula="own")
    before = texts(at)
    at.text_area(key="backprop.expr").set_value(typed).run()
    assert not failed(at)
    (warning,) = warnings(at)
    message_id = next(m for m in PROBLEMS if m.startswith(said))
    assert warning.startswith(translated(message_id, code).split("{")[0].split("`")[0])
    assert texts(at) == before
    assert state(at)["expr"] == ("f = x^2*y + y", True)


PROBLEMS = (
    "A product needs its sign: `3*x`, not `3x`, and `3*(a+b)`, not `3(a+b)`; see "
    "`{found}` at character {place}.",
    "`{found}` at character {place} has no meaning in a formula.",
    "There is no formula yet: write one such as `a*b + c`.",
    "From character {place} on, at `{found}`, this cannot be read: is a bracket or an "
    "operation missing?",
)


@pytest.mark.parametrize("code", ["en", "es"])
def test_every_kind_of_error_has_a_sentence(code):
    app = AppTest.from_string(
        SENTENCES.format(kinds=sorted(KINDS)), default_timeout=120
    )
    app.query_params["lang"] = code
    app.run()
    assert not app.exception
    said = [element.value for element in app.code]
    assert len(said) == len(set(said)) == len(KINDS)
    assert not any("{" in text for text in said)
    assert max(map(len, said)) < 300


def test_a_link_with_an_impossible_formula_is_named_and_ignored():
    at = visit(formula="own", expr="eval(x)")
    assert len(notices(at, "en")) == 1
    assert "f = v+y" in texts(at)


def test_a_step_makes_the_inputs_of_the_course_and_the_loss_falls():
    at = visit(formula="net")
    assert "E goes from 0.0257699 to 0.0254948" in written(at)
    assert "0.774191" in written(at)
    button(at, "Take a step downhill").click().run()
    assert not failed(at)
    moved = {
        key: round(float(text), 6)
        for key, (text, _d) in state(at).items()
        if "net_" in key[:4]
    }
    assert moved["net_w5"] == 0.502368
    assert moved["net_w6"] == 0.552376
    assert moved["net_b3"] == 0.603984
    assert (moved["net_x1"], moved["net_y"]) == (0.05, 1.0)
    assert "E goes from 0.0254948" in written(at)


def test_the_misprints_of_the_course_are_named_while_its_numbers_stand():
    assert ".88969" in written(visit(formula="net"))
    lesson = written(visit(formula="net", net_w1=0.2))
    assert lesson.count(".88969") == written(visit()).count(".88969")  # the lesson's


def test_only_what_is_ticked_learns():
    at = visit(formula="paths", learn_paths="a")
    button(at, "Take a step downhill").click().run()
    assert state(at)["paths_b"] == ("3.0", True)
    assert float(state(at)["paths_a"][0]) == pytest.approx(5 - 0.1 * 9)


@pytest.mark.parametrize(
    "link",
    [
        {"expr": "f = exp(x)", "own_x": 13.0, "rate": 10.0},  # beyond all numbers
        {"expr": "f = log(x)", "own_x": 0.01, "rate": 10.0},  # where no log is
    ],
)
def test_a_step_that_leads_nowhere_cannot_be_taken(link):
    at = visit(formula="own", **link)
    assert button(at, "Take a step downhill").disabled
    assert "try a smaller rate" in written(at)


@pytest.mark.parametrize(
    ("expr", "x", "reason"),
    [
        ("f = log(x)*2", -1, "log needs a number above 0"),
        ("f = 1/x", 0, "nothing can be divided by 0"),
        ("f = x^0.5", -1, "this power does not exist"),
        ("f = exp(x)^2", 900, "the number is too large"),
    ],
)
def test_a_number_that_does_not_exist_is_explained(expr, x, reason):
    (warning,) = warnings(visit(formula="own", expr=expr, own_x=x))
    assert reason in warning


def test_nothing_can_be_compared_where_a_number_does_not_exist():
    (warning,) = warnings(visit(view="check", formula="own", expr="1/x", own_x=0))
    assert "nothing can be compared" in warning


def test_a_slope_that_does_not_exist_is_explained():
    at = visit(formula="own", expr="f = x^0.5", own_x=0)
    assert "A slope does not exist here" in warnings(at)[0]


def test_torch_stands_beside_every_gradient():
    (table,) = [
        m.value for m in visit(formula="paths").markdown if "By torch" in m.value
    ]
    (row,) = [line for line in table.splitlines() if line.startswith("| **b**")]
    assert row.split("|")[-3:-1] == [" 33 ", " 33 "]


def test_the_check_shows_the_numbers_of_the_course():
    at = visit(view="check", formula="own", expr="theta^3", own_theta=1)
    assert metrics(at) == ["3", "3.0301", "3.0001"]
    assert "0.004992: **wrong" in written(at)
    assert "1.667·10⁻⁵: **look again" in written(at)


@pytest.mark.parametrize("bug", ["overwrite", "doubled"])
def test_the_check_finds_a_mistake(bug):
    link = {"view": "check", "formula": "paths", "check_paths": "b", "epsilon": 1e-5}
    right, buggy = visit(**link), visit(**link, bug=bug)
    assert "**fine" in written(right)
    assert "**fine" not in written(buggy)
    assert written(buggy).count("**wrong") == 2
    assert "the gradient itself is wrong" in written(buggy)


def test_an_epsilon_that_changes_nothing_is_explained():
    at = visit(view="check", formula="own", own_x=1e6, epsilon=1e-13)
    assert "ε is too small here" in warnings(at)[0]


@pytest.mark.parametrize("view", ["graph", "check"])
def test_names_that_vanish_from_the_formula_are_forgotten(view):
    at = visit(view=view, formula="own", check_own="y", learn_own="y")
    at.text_area(key="backprop.expr").set_value("f = p*q").run()
    assert not failed(at)
    assert {"own_p", "own_q"} <= set(state(at))


def test_an_example_can_be_changed():
    at = visit(formula="paths", paths_a=7)
    button(at, "Change this formula").click().run()
    assert not failed(at)
    assert state(at)["formula"][0] == "own"
    assert state(at)["expr"][0] == "u = a + b\nv = 3*b\nf = u*v"
    assert "a = 7" in texts(at)


@pytest.mark.parametrize("entry", TRIES[::2], ids=lambda entry: entry.title)
def test_a_preset_is_a_link_too(entry):
    at = visit(**entry.settings)
    assert not notices(at, "en")
    known = state(at)
    for key, value in entry.settings.items():
        assert known[key][0] == str(value)


def test_the_matrices_are_the_third_view():
    at = visit(view="matrices")
    assert "formula" not in state(at)


def test_a_link_restores_the_step_and_another_formula_begins_at_its_start():
    at = visit(formula="paths", step=4)
    assert message(at)["source"]["goto"] == 4
    assert state(at)["step"] == ("4", False)
    at.selectbox(key="backprop.formula").select("chain").run()
    assert message(at)["source"]["goto"] == 0
    assert state(at)["step"] == ("0", True)
    assert message(visit(step=999))["source"]["goto"] == 9
