"""The view of one unit: every choice shows something, and says what came of it."""

import pytest
from streamlit.testing.v1 import AppTest

VIEW = """
import streamlit as st

from playground import state
from playground.panels.boundary_unit import unit_view

state.arrive("boundaries")
unit_view(st.container())
"""


def said(**link):
    """Return the sentences under the player for the settings of a link."""
    app = AppTest.from_string(VIEW, default_timeout=120)
    for key, value in ({"lang": "en"} | link).items():
        app.query_params[key] = str(value)
    app.run()
    assert not app.exception
    assert not app.warning
    return " ".join(block.value for block in app.markdown)


@pytest.mark.parametrize("mode", ["online", "random", "minibatch", "batch"])
@pytest.mark.parametrize("data", ["and", "or", "xor_corners", "gaussians"])
@pytest.mark.parametrize("rule", ["perceptron", "adaline", "logistic"])
def test_every_rule_learns_every_data_set_in_every_mode(rule, data, mode):
    assert said(urule=rule, udata=data, umode=mode, upasses=2)


def test_the_perceptron_stops_at_and_but_never_at_xor():
    assert "The rule changes nothing any more" in said()
    assert "2 of 4 samples are still wrong" in said(udata="xor_corners")
    assert "never stops" in said(udata="xor_corners", upasses=100)


def test_linear_regression_comes_close_to_the_normal_equations():
    text = said(urule="linear", umode="batch", upasses=100)
    assert text.startswith("The normal equations give w = 0.")


def test_a_rate_too_large_is_called_by_its_name():
    assert "learning rate is too large" in said(urule="linear", urate_linear=2.0)


def test_thinned_steps_are_admitted():
    text = said(udata="gaussians", upasses=100)
    assert "2400 steps: of the later ones, one in 8" in text


@pytest.mark.parametrize("gate", ["and", "or", "not", "xor"])
def test_every_gate_is_explained(gate):
    text = said(urule="gates", ugate=gate)
    assert ("Three units can" in text) == (gate == "xor")
