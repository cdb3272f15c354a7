"""Controls: the link comes in, the value goes out, and nothing is lost on the way."""

import pytest
from streamlit.testing.v1 import AppTest

START = {
    "pick": "a",
    "side": "right",
    "rate": 0.5,
    "count": 3,
    "step": 0.03,
    "size": 30,
    "word": "up,up",
    "some": ("x", "y"),
    "on": True,
    "ink": "7",
}
TEXTS = {
    "pick": "a",
    "side": "right",
    "rate": "0.5",
    "count": "3",
    "step": "0.03",
    "size": "30",
    "word": "up,up",
    "some": "x.y",
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

def tidied(text):
    words = text.lower().replace(",", " ").split()
    if not all(word.isalpha() for word in words):
        raise ValueError(f"no words: {text}")
    return ",".join(words)

state.arrive(st.session_state.get("page", "one"))
options = {"a": "First", "b": "Second"}
sides = {"left": "Left", "right": "Right"}
axes = {"x": "Across", "y": "Upward", "z": "Forward"}
st.session_state["values"] = {
    "pick": widgets.choice("Pick", options, key="pick"),
    "side": widgets.segments("Side", sides, key="side", default="right"),
    "rate": widgets.slider("Rate", (0.0, 1.0, 0.1), 0.5, key="rate"),
    "count": widgets.number("Count", (1, 9, 1), 3, key="count"),
    "step": widgets.stepped("Step", (0.01, 0.03, 0.1, 1.0), 0.03, key="step"),
    "size": widgets.stepped("Size", (10, 30, 100), 30, key="size"),
    "word": widgets.entry("Word", "Up, up", tidied, key="word"),
    "some": widgets.several("Some", axes, ("x", "y"), key="some"),
    "on": widgets.toggle("On", True, key="on"),
    "ink": state.recall("ink", "7", digits_only),
}
state.remember("ink", st.session_state["values"]["ink"], "7")
st.button("Reset", on_click=state.reset)
new = {"pick": "b", "rate": 0.9, "ink": "42", "word": "So there", "some": ["z"]}
st.button("Try", on_click=state.settings, kwargs=new)
"""


def run(**link):
    at = AppTest.from_string(SCRIPT, default_timeout=120)
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
        ("step", "0.1", 0.1),
        ("step", "0.05", 0.05),
        ("step", "1e-2", 0.01),
        ("size", "100", 100),
        ("size", "31", 31),
        ("word", "down", "down"),
        ("word", "", ""),
        ("some", "y", ("y",)),
        ("some", "x.y.z", ("x", "y", "z")),
        ("on", "0", False),
        ("ink", "42", "42"),
    ],
)
def test_control_takes_its_value_from_the_link_and_gives_it_back(key, text, value):
    at = run(**{key: text})
    assert values(at) == START | {key: value}
    assert type(values(at)[key]) is type(START[key])
    again, usual = at.session_state["_link"][key]
    assert not usual
    assert values(run(**{key: again})) == values(at)
    assert not at.warning


@pytest.mark.parametrize(
    ("key", "text", "tidy"),
    [
        ("word", "Up  UP", "up,up"),
        ("word", "Down we, go", "down,we,go"),
        ("some", "z.x", "x.z"),
        ("some", "z.z", "z"),
        ("step", "1e-2", "0.01"),
    ],
)
def test_control_writes_its_value_into_the_link_in_one_way(key, text, tidy):
    written, usual = run(**{key: text}).session_state["_link"][key]
    assert written == tidy
    assert usual is (tidy == TEXTS[key])


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
        ("step", "0.009"),
        ("step", "1.01"),
        ("step", "nan"),
        ("step", "big"),
        ("size", "30.5"),
        ("word", "4 you"),
        ("some", ""),
        ("some", "w"),
        ("some", "x.w"),
        ("some", "Across"),
        ("some", "x,y"),
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
    assert values(at) == START | {
        "pick": "b",
        "rate": 0.9,
        "ink": "42",
        "word": "so,there",
        "some": ("z",),
    }


def test_reset_returns_this_page_and_no_other_to_its_start():
    at = press(run(), "Try")
    at.session_state["page"] = "two"
    at = press(press(at.run(), "Try"), "Reset")
    assert values(at) == START
    at.session_state["page"] = "one"
    assert values(at.run())["rate"] == 0.9


def test_reset_after_a_link_forgets_the_link():
    assert values(press(run(rate="0.1", ink="42"), "Reset")) == START


def test_text_that_cannot_be_used_is_named_and_what_stood_there_counts():
    at = run(word="down")
    at.text_input[0].set_value("down 2")
    assert values(at.run())["word"] == "down"
    assert [notice.value for notice in at.warning] == ["no words: down 2"]
    assert at.session_state["_link"]["word"] == ("down", False)
    at.text_input[0].set_value(" Left ")
    assert values(at.run())["word"] == "left"
    assert not at.warning


def test_text_that_never_could_be_used_leaves_the_usual_one():
    at = run()
    at.text_input[0].set_value("2")
    assert values(at.run()) == START
    assert at.session_state["_link"]["word"] == ("up,up", True)
    assert values(press(at, "Reset")) == START
    assert at.text_input[0].value == "Up, up"
    assert not at.warning


def test_several_keep_their_order_and_none_means_the_usual_ones():
    at = run()
    at.button_group[1].set_value(["z", "x"])
    assert values(at.run())["some"] == ("x", "z")
    at.button_group[1].set_value([])
    assert values(at.run())["some"] == ("x", "y")
    assert at.session_state["_link"]["some"] == ("x.y", True)


def test_a_value_between_the_steps_is_one_of_them_until_another_is_chosen():
    at = run(step="0.05", size="31")
    step, size = at.select_slider
    assert step.options == ["0.01", "0.03", "0.05", "0.1", "1"]
    assert size.options == ["10", "30", "31", "100"]
    step.set_value(0.1)
    assert values(at.run()) == START | {"step": 0.1, "size": 31}
    assert at.select_slider[0].options == ["0.01", "0.03", "0.1", "1"]


def test_a_value_very_close_to_a_step_does_not_confuse_them():
    at = run(step="0.0300000001")
    assert values(at)["step"] == 0.0300000001
    at.select_slider[0].set_value(0.03)
    assert values(at.run())["step"] == 0.03
