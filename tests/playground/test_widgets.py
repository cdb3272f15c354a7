"""Controls: the link comes in, the value goes out, and nothing is lost on the way."""

import pytest
from streamlit.testing.v1 import AppTest

START = {"pick": "a", "side": "right", "rate": 0.5, "count": 3, "on": True, "ink": "7"}
TEXTS = {
    "pick": "a",
    "side": "right",
    "rate": "0.5",
    "count": "3",
    "on": "1",
    "ink": "7",
}


SCRIPT = """
import streamlit as st

from playground import state, widgets

def digits_only(text):
    if not text.isdigit():
        raise ValueError(text)
    return text

state.arrive(st.session_state.get("page", "one"))
options = {"a": "First", "b": "Second"}
sides = {"left": "Left", "right": "Right"}
st.session_state["values"] = {
    "pick": widgets.choice("Pick", options, key="pick"),
    "side": widgets.segments("Side", sides, key="side", default="right"),
    "rate": widgets.slider("Rate", (0.0, 1.0, 0.1), 0.5, key="rate"),
    "count": widgets.number("Count", (1, 9, 1), 3, key="count"),
    "on": widgets.toggle("On", True, key="on"),
    "ink": state.recall("ink", "7", digits_only),
}
state.remember("ink", st.session_state["values"]["ink"], "7")
st.button("Reset", on_click=state.reset)
new = {"pick": "b", "rate": 0.9, "ink": "42"}
st.button("Try", on_click=state.settings, kwargs=new)
"""


def run(**link):
    at = AppTest.from_string(SCRIPT, default_timeout=30)
    at.query_params = link
    at.run()
    assert not at.exception
    return at


def values(at):
    return at.session_state["values"]


def press(at, label):
    next(button for button in at.button if button.label == label).click()
    return at.run()


def test_controls_start_at_their_defaults():
    at = run()
    assert values(at) == START
    assert at.session_state["_link"] == {k: (text, True) for k, text in TEXTS.items()}


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("pick", "b", "b"),
        ("side", "left", "left"),
        ("rate", "0.25", 0.25),
        ("rate", "0.0", 0.0),
        ("count", "9", 9),
        ("on", "0", False),
        ("ink", "42", "42"),
    ],
)
def test_control_takes_its_value_from_the_link_and_gives_it_back(key, text, value):
    at = run(**{key: text})
    assert values(at) == START | {key: value}
    assert type(values(at)[key]) is type(START[key])
    assert at.session_state["_link"][key] == (text, False)
    assert not at.warning


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("pick", "Second"),
        ("pick", ""),
        ("side", "A"),
        ("rate", "1.01"),
        ("rate", "-0.1"),
        ("rate", "nan"),
        ("rate", "inf"),
        ("rate", "fast"),
        ("count", "0"),
        ("count", "2.7"),
        ("count", "9" * 5000),
        ("on", "true"),
        ("ink", "seven"),
    ],
)
def test_control_answers_an_impossible_value_with_default_and_notice(key, text):
    at = run(**{key: text})
    assert values(at) == START
    (notice,) = at.warning
    assert f"{key}={text[:20]}" in notice.value


def test_link_is_read_on_arrival_only():
    at = run(count="5")
    at.number_input[0].set_value(6)
    assert values(at.run())["count"] == 6  # the address still said 5


def test_values_survive_a_visit_to_another_page_with_the_same_keys():
    at = run()
    at.slider[0].set_value(0.2)
    at.selectbox[0].set_value("b")
    at.toggle[0].set_value(False)
    at.number_input[0].set_value(8)
    changed = START | {"rate": 0.2, "pick": "b", "on": False, "count": 8}
    assert values(at.run()) == changed
    at.session_state["page"] = "two"
    assert values(at.run()) == START
    at.session_state["page"] = "one"
    assert values(at.run()) == changed


def test_link_names_what_is_not_the_default():
    at = run()
    at.slider[0].set_value(0.2)
    link = at.run().session_state["_link"]
    assert {key for key, (_text, default) in link.items() if not default} == {"rate"}


def test_settings_change_controls_by_key():
    at = press(run(), "Try")
    assert values(at) == START | {"pick": "b", "rate": 0.9, "ink": "42"}


def test_reset_returns_this_page_and_no_other_to_its_start():
    at = press(run(), "Try")
    at.session_state["page"] = "two"
    at = press(press(at.run(), "Try"), "Reset")
    assert values(at) == START
    at.session_state["page"] = "one"
    assert values(at.run())["rate"] == 0.9


def test_reset_after_a_link_forgets_the_link():
    assert values(press(run(rate="0.1", ink="42"), "Reset")) == START
