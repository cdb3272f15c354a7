"""What is promised of the settings worth seeing in matrices is so."""

import pytest

from engine.matrices import course_example, every_matrix, example
from engine.matrix_mistakes import attempt
from playground.panels.backprop_matrices_tries import START, TRIES
from tests.playground.test_backprop_matrices import numbers, said, state, visit


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
