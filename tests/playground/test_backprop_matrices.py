"""The view in matrices without a browser: links in, numbers and sentences out."""

import json

import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine.matrices import course_example, every_matrix, example, forward
from engine.matrix_mistakes import MISTAKES, attempt
from tests.messages import translated

VIEW = """
import streamlit as st

from playground import state
from playground.panels.backprop_matrices import matrices_view

state.arrive("backprop")
taken = matrices_view(st.container())
st.session_state["csv"] = taken.tables["matrices.csv"]
st.session_state["program"] = taken.snippet()
st.session_state["figures"] = list(taken.figures.values())
"""


LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def visit(**link):
    app = AppTest.from_string(VIEW, default_timeout=120)
    for key, value in ({"lang": "en"} | link).items():
        app.query_params[key] = str(value)
    app.run()
    assert not app.exception
    return app


def said(app):
    blocks = (*app.markdown, *app.caption, *app.warning, *app.code)
    return "\n".join(block.value for block in blocks)


def numbers(app):
    return {metric.label: metric.value for metric in app.metric}


def rounding(written):
    """Return whether a number on screen is 0 or below 10⁻¹²."""
    return written == "0" or (int(written.partition("·10⁻")[2].translate(LOWERED)) > 12)


def figure(app, key):
    """Return a chart of the view as plotly's JSON."""
    (chart,) = [c for c in app.get("plotly_chart") if c.proto.id.endswith(f"-{key}")]
    return json.loads(chart.proto.spec)


def press(app, label):
    next(b for b in app.button if b.label == label).click().run()
    assert not app.exception
    return app


def state(app):
    return {key: text for key, (text, _usual) in app.session_state["_link"].items()}


def test_it_starts_with_the_first_product():
    app = visit()
    assert r"Z^{[1]}_{1,1} = " in said(app)
    assert numbers(app)["Multiplications here"] == "3·2·4 = 24"
    assert numbers(app)["Weights and biases"] == "13"
    assert rounding(numbers(app)["Away from autograd"])


def test_the_buttons_walk_through_all_steps_and_end():
    app, walked = visit(), []
    for _step in range(9):
        walked.append(state(app)["mstep"])
        app = press(app, "Next")
    walked.append(state(app)["mstep"])
    net = example((2, 3, 1), 4, "sigmoid", "bce", 0)
    computed = [n for n in every_matrix(net) if n[0] in "ZAd"]
    assert walked == computed
    assert next(b for b in app.button if b.label == "Next").disabled
    app = press(app, "Back")
    assert state(app)["mstep"] == "dW1"


@pytest.mark.parametrize("layout", ["columns", "rows"])
@pytest.mark.parametrize("output", ["bce", "softmax", "mse", "squared"])
def test_every_step_shows_its_matrix(layout, output):
    net = example((2, 3, 2), 4, "tanh", output, 0)
    every = every_matrix(net)
    for name in ("A2", "dZ2", "dW1"):
        app = visit(
            mrows=layout, mact="tanh", mout=output, mshape="2, 3, 2", mstep=name
        )
        shown = torch.tensor(figure(app, "matrices")["data"][0]["z"]).double()
        turn = layout == "rows" and "W" not in name
        expected = every[name].T if turn else every[name]
        torch.testing.assert_close(shown, expected)


def test_the_entries_are_walked_through_row_by_row_and_from_the_start_again():
    app, walked = visit(mstep="dW1"), []
    for _entry in range(6):  # 3 x 2
        walked.append(state(app)["mcell"])
        app = press(app, "Entry")
    assert walked == ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2"]
    assert state(app)["mcell"] == "1.1"


def test_a_link_restores_step_entry_and_layout():
    link = {"mstep": "dW1", "mcell": "3.2", "mrows": "rows", "mbatch": "5"}
    app = visit(**link)
    assert "dW^{[1]}_{3,2} = " in said(app)
    assert state(app).items() >= link.items()


@pytest.mark.parametrize(
    ("link", "step", "cell"),
    [
        ({"mstep": "Z3"}, "Z1", "1.1"),  # there is no third layer
        ({"mstep": "Z3", "mshape": "2, 2, 2, 2"}, "Z3", "1.1"),
        ({"mstep": "dW2", "mcell": "2.2"}, "dW2", "1.1"),  # it has one row
        ({"mstep": "dW1", "mcell": "2.2"}, "dW1", "2.2"),
    ],
)
def test_what_a_smaller_network_lacks_becomes_the_first(link, step, cell):
    app = visit(**link)
    assert (state(app)["mstep"], state(app)["mcell"]) == (step, cell)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2, 3", "three or four whole numbers"),
        ("a, b, c", "three or four whole numbers"),
        ("9" * 5000, "three or four whole numbers"),
        ("2, 3, −1", "three or four whole numbers"),
        ("7, 3, 1", "7 does not fit here: 1 to 6"),
        ("2, 9, 1", "9 does not fit here: 1 to 8"),
        ("2, 3, 5", "5 does not fit here: 1 to 4"),
        ("2, 0, 1", "0 does not fit here: 1 to 8"),
    ],
)
def test_sizes_that_cannot_be_are_named_beside_the_field(text, told):
    app = visit()
    app.text_input[0].set_value(text).run()
    assert not app.exception
    assert told in app.warning[0].value
    assert numbers(app)["Weights and biases"] == "13"  # what was there still counts


@pytest.mark.parametrize("text", ["4,5,2", " 4  5 2 ", "4×5-2;"])
def test_sizes_may_be_written_as_people_write_them(text):
    app = visit()
    app.text_input[0].set_value(text).run()
    assert state(app)["mshape"] == "4, 5, 2"


def test_the_courses_network_is_shown_with_its_misprints():
    app = visit(mdata="course", mstep="dW1", mcell="2.1")
    assert "= -0.0002637" in said(app)
    assert "0.88969" in said(app)
    assert numbers(app)["Loss J"] == "0.02577"
    found = forward(course_example())
    assert found["Z1"][1].item() == pytest.approx(0.39)
    assert round(found["A1"][1].item(), 4) == 0.5963


@pytest.mark.parametrize("layout", ["columns", "rows"])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_shows_torchs_words_or_its_silence(mistake, layout):
    app = visit(mbug=mistake, mrows=layout)
    net = example((2, 3, 1), 4, "sigmoid", "bce", 0)
    tried = attempt(mistake, net, rows=layout == "rows")[-1]
    if tried.error:
        assert f"RuntimeError: {tried.error}" in said(app)
        assert not app.warning
    else:
        assert app.warning[0].value.startswith("Torch says nothing")
    names = {
        "refused": "refused",
        "shape": "wrong shape",
        "numbers": "wrong numbers",
        "luck": "right by luck",
    }
    assert numbers(app)["Verdict"] == names[tried.verdict]
    assert tried.right.code() in said(app)  # the cure


def test_a_batch_for_which_torch_is_silent_is_one_click_away():
    app = press(visit(mbug="weights"), "m = 3")
    assert numbers(app)["Verdict"] == "wrong numbers"
    told = attempt("weights", example((2, 3, 1), 3, "sigmoid", "bce", 0), rows=False)[
        -1
    ]
    away = (told.value - told.wanted).abs().max()
    assert any(
        f"column {j + 1} says" in app.warning[0].value
        for j in range(3)
        if (told.value - told.wanted).abs()[0, j] == away
    )


def test_the_courses_batch_cannot_be_changed_so_none_is_offered():
    app = visit(mbug="weights", mdata="course", mrows="columns")
    assert not [b for b in app.button if b.label.startswith("m = ")]


def test_take_away_holds_all_numbers_and_a_program():
    app = visit(mrows="rows", mbug="labels")
    lines = app.session_state["csv"].splitlines()
    assert lines[0] == "matrix,row,column,value"
    every = every_matrix(example((2, 3, 1), 4, "sigmoid", "bce", 0))
    assert len(lines) - 1 == sum(values.numel() for values in every.values())
    table = {tuple(line.split(",")[:3]): line.split(",")[3] for line in lines[1:]}
    assert float(table["Z1", "2", "3"]) == every["Z1"][2, 1].item()  # row: a sample
    assert "dZ2 = A2 - Y.flatten()" in app.session_state["program"]
    assert app.session_state["figures"] == ["matrices"]  # the map is not shown
    assert visit().session_state["figures"] == ["matrices", "matrix_map"]


def test_it_speaks_spanish():
    app = visit(lang="es", mbug="weights")
    assert translated("**Torch refuses.** Its words:", "es") in said(app)
    app = visit(lang="es", mdata="course")
    assert {m.label for m in app.metric} >= {translated("Loss J", "es")}
