"""The view in matrices without a browser: links in, numbers and sentences out."""

import json

import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine.matrices import course_example, every_matrix, example, forward
from engine.matrix_mistakes import MISTAKES, attempt
from playground.panels.backprop_matrices_tries import START, TRIES
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


def visit(**link):
    app = AppTest.from_string(VIEW, default_timeout=30)
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


def try_called(words):
    (found,) = [entry for entry in TRIES if words in entry.title]
    return found


def visit_try(words):
    return visit(**try_called(words).settings)


def net_of(settings):
    if settings["mdata"] == "course":
        return course_example()
    sizes = tuple(map(int, settings["mshape"].split(", ")))
    names = (settings["mact"], settings["mout"], settings["mseed"])
    return example(sizes, settings["mbatch"], *names)


def test_it_starts_with_the_first_product():
    app = visit()
    assert r"Z^{[1]}_{1,1} = " in said(app)
    assert numbers(app)["Multiplications here"] == "3·2·4 = 24"
    assert numbers(app)["Weights and biases"] == "13"
    assert float(numbers(app)["Away from autograd"].replace("−", "-")) < 1e-12


def test_the_buttons_walk_through_all_steps_and_end():
    app, walked = visit(mshape="2, 3, 2, 1"), []
    for _step in range(14):
        walked.append(state(app)["mstep"])
        app = press(app, "Next")
    walked.append(state(app)["mstep"])
    net = example((2, 3, 2, 1), 4, "sigmoid", "bce", 0)
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
        ("2 3 4 5 6", "three or four whole numbers"),
        ("a, b, c", "three or four whole numbers"),
        ("", "three or four whole numbers"),
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


@pytest.mark.parametrize("text", ["4,5,2", " 4  5 2 ", "4-5-2", "4×5×2", "4; 5; 2"])
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


@pytest.mark.parametrize("entry", TRIES, ids=lambda entry: entry.title)
def test_every_try_sets_everything_and_is_shown(entry):
    assert entry.settings.keys() == START.keys()
    assert entry.question
    settings = dict(entry.settings)
    app = visit(**settings)
    assert not [w for w in app.warning if "The link asks" in w.value]
    shown = {key: text for key, text in state(app).items() if key in settings}
    assert shown == {key: str(settings[key]) for key in shown}


def test_try_course_the_gradient_has_the_shape_of_the_weights():
    assert "dW^{[1]}_{1,1}" in said(visit_try("course"))
    gradient = every_matrix(course_example())["dW1"]
    assert tuple(gradient.shape) == (2, 2)
    assert f"{gradient[0, 0].item():.4g}" == "-0.0002401"


def test_try_transpose_is_refused():
    told = said(visit_try("transpose forgotten"))
    assert "(1x4 and 3x4)" in told


def test_try_unnoticed_every_number_is_wrong_in_the_right_shape():
    app = visit_try("unnoticed")
    assert numbers(app)["Verdict"] == "wrong numbers"
    tried = attempt("weights", net_of(try_called("unnoticed").settings), rows=False)[-1]
    assert ((tried.value - tried.wanted).abs() > 1e-6).all()


def test_try_labels_come_out_four_by_four():
    assert numbers(visit_try("labels"))["Shape that came"] == "(4, 4)"


def test_try_bias_grows_to_three_by_three():
    app = visit_try("bias that grows")
    assert numbers(app)["Shape that came"] == "(3, 3)"
    assert "-> (3,)" in said(app)


def test_try_luck_ends_with_a_second_output():
    settings = try_called("luck").settings
    assert numbers(visit(**settings))["Verdict"] == "right by luck"
    wider = dict(settings) | {"mshape": "2, 3, 2"}
    assert numbers(visit(**wider))["Verdict"] == "refused"


def test_try_two_layers_are_one():
    told = said(visit_try("two layers"))
    (line,) = [row for row in told.splitlines() if row.startswith("Nothing bends")]
    assert line.count("&") == 1  # 1 x 2 weights
    assert "Nothing bends" not in said(visit())


def test_try_softmax_of_one_output_cannot_learn():
    settings = try_called("softmax").settings
    gradients = every_matrix(net_of(settings))
    assert all((v == 0).all() for name, v in gradients.items() if name[0] == "d")
    assert "One output of a softmax" in said(visit(**settings))
