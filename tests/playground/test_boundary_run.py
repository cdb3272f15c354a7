"""What a reader does while the network learns: in the link, and at the right epoch."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from engine.spec import RATES, Change
from playground.panels.boundary_run import (
    MOST_CHANGES,
    STEERED,
    _moved,
    checked,
    from_text,
    to_text,
)

USUAL = (0.03, 0.0, 0.0, 0.0, 0.0, 0.9)  # of learning rate, l1, l2, dropout, ...
FASTER = (0.1, *USUAL[1:])
epochs = st.integers(0, 10**9)
rate_changes = st.sampled_from(STEERED).flatmap(
    lambda name: st.builds(Change, epochs, st.just(name), st.floats(*RATES[name]))
)
places = st.integers(0, 31)
parameters = st.one_of(
    st.builds("w.{}.{}.{}".format, places, places, places),
    st.builds("b.{}.{}".format, places, places),
)
values = st.floats(-100, 100)
several = st.lists(
    rate_changes | st.builds(Change, epochs, parameters, values), max_size=MOST_CHANGES
).map(tuple)
steps = st.lists(
    st.tuples(st.integers(1, 500), st.integers(0, 5), st.sampled_from((0.1, 0.2, 0.5))),
    max_size=20,
)


@settings(deadline=None)
@given(several)
def test_changes_survive_the_link(changes):
    text = to_text(changes)
    assert from_text(text) == changes
    assert checked(text) == text


def test_link_text_is_short_and_legible():
    changes = (Change(0, "learning_rate", 0.03), Change(120, "w.0.1.2", 5.0))
    assert to_text(changes) == "0:learning_rate=0.03~120:w.0.1.2=5"
    assert to_text(()) == ""
    assert from_text("") == ()


@settings(deadline=None)
@given(st.text(st.sampled_from("0129:=~.wblr-+e_ nanif\ud800²٣")) | st.text())
@example("0:l2")
@example("0=l2:0.1")
@example("0:l2=nan")
@example("0:l2=inf")
@example("-1:l2=0.1")
@example("0.5:l2=0.1")
@example("9" * 5000 + ":l2=0.1")
@example("0:batch_size=1")
@example("0:rho=0.5")
@example("0:w.0.0=1")
@example("0:w.0.0.²=1")
@example("0:w.0.0.-1=1")
@example("0:w.0.0.0=101")
@example("0:dropout=0.96")
@example("0:l2=0.1~")
def test_other_text_raises_value_error_and_nothing_else(text):
    try:
        changes = from_text(text)
    except ValueError:
        return
    assert from_text(to_text(changes)) == changes


def test_link_holds_so_many_changes_and_no_more():
    text = to_text((Change(1, "l2", 0.1),) * MOST_CHANGES)
    assert len(from_text(text)) == MOST_CHANGES
    with pytest.raises(ValueError, match=f"at most {MOST_CHANGES} changes, got 61"):
        from_text(f"{text}~1:l2=0.1")


def test_a_rate_moved_on_the_way_counts_from_there():
    changes = _moved((), USUAL, FASTER, 50)
    assert to_text(changes) == "0:learning_rate=0.03~50:learning_rate=0.1"


def test_a_rate_moved_twice_at_one_epoch_was_moved_once():
    changes = _moved(_moved((), USUAL, FASTER, 50), FASTER, (0.3, *USUAL[1:]), 50)
    assert to_text(changes) == "0:learning_rate=0.03~50:learning_rate=0.3"


def test_a_rate_moved_at_the_start_is_no_change():
    changes = _moved((), USUAL, FASTER, 50)
    assert _moved(changes, FASTER, USUAL, 0) == ()


def test_going_back_drops_what_was_changed_later():
    edits = (Change(10, "w.0.0.0", 1.0), Change(80, "w.0.0.0", 2.0))
    changes = _moved(edits, USUAL, FASTER, 90)
    back = _moved(changes, FASTER, (0.3, *USUAL[1:]), 40)
    assert to_text(back) == "0:learning_rate=0.03~10:w.0.0.0=1~40:learning_rate=0.3"


def test_after_going_back_the_rates_on_screen_count():
    changes = _moved((), USUAL, FASTER, 50)
    decayed = (*FASTER[:2], 0.01, *FASTER[3:])
    back = _moved(changes, FASTER, decayed, 20)
    assert {(c.epoch, c.name, c.value) for c in back} == {
        (0, "learning_rate", 0.03),
        (0, "l2", 0.0),
        (20, "learning_rate", 0.1),  # its slider still stands there
        (20, "l2", 0.01),
    }


@settings(deadline=None)
@given(steps)
def test_the_rates_in_force_are_those_on_screen_and_the_past_stays(moves):
    changes, rates = (), USUAL
    for epoch, index, value in moves:
        new = (*rates[:index], value, *rates[index + 1 :])
        before, changes = changes, _moved(changes, rates, new, epoch)
        assert all(change.epoch <= epoch for change in changes)
        for name, first, last in zip(STEERED, rates, new, strict=True):
            made = [c.value for c in changes if c.name == name]
            assert (made[-1] if made else last) == last
            past = [c for c in before if c.name == name and c.epoch < epoch]
            if past:  # what was in force before this moment is what was trained
                assert [c for c in changes if c in past] == past
            elif made:
                assert made[0] == first
        rates = new


def test_too_many_changes_leave_the_past_alone():
    changes, rates = (), USUAL
    for epoch in range(1, 100):
        new = (0.001 * epoch, *USUAL[1:])
        changes, rates = _moved(changes, rates, new, epoch), new
    assert len(changes) == MOST_CHANGES
    assert changes[0] == Change(0, "learning_rate", 0.03)
    assert changes[-1] == Change(99, "learning_rate", rates[0])
    assert from_text(to_text(changes)) == changes


SCRIPT = """
import streamlit as st

from engine.spec import Spec
from playground import state, widgets
from playground.live import LiveTraining
from playground.panels import boundary_run
from playground.panels.boundary_controls import _sizes

state.arrive("boundaries")
training = st.session_state.setdefault("training", LiveTraining())
layers = widgets.entry("Layers", "8, 8", _sizes, key="layers")
rate = widgets.stepped("Rate", (0.01, 0.03, 0.1), 0.03, key="lr")
sizes = tuple(int(size) for size in layers.split(",") if size)
spec = Spec(layers=sizes, learning_rate=rate)
st.session_state["spec"] = boundary_run.steered(spec, training)
event = st.session_state.get("event")
st.button("Do", on_click=boundary_run.happened, args=(event,))
"""


@pytest.fixture
def page():
    at = AppTest.from_string(SCRIPT, default_timeout=120).run()
    assert not at.exception
    return at


def happen(at, **event):
    at.session_state["event"] = event
    at.run().button[0].click()
    at.run()
    assert not at.exception
    return at.session_state["spec"]


@pytest.mark.parametrize(
    ("action", "value", "layers"),
    [
        ("units", "0.9", (9, 8)),
        ("units", "1.0", (8,)),
        ("units", "1.33", (8, 32)),
        ("layers", "1", (8, 8, 8)),
        ("layers", "-1", (8,)),
    ],
)
@pytest.mark.parametrize("typed", ["8, 8", "8 8", "eight"])
def test_buttons_change_the_layers_on_screen(page, action, value, layers, typed):
    page.text_input[0].set_value(typed)  # what cannot be read has not changed them
    assert happen(page, kind="button", action=action, value=value).layers == layers
    assert not page.warning


def test_an_edit_is_a_change_at_its_epoch(page):
    happen(page, kind="edit", id="w.0.1.2", value=0.5, time=0)
    spec = happen(page, kind="edit", id="b.0.1", value=500.0, time=0.0)
    assert spec.changes == (Change(0, "w.0.1.2", 0.5), Change(0, "b.0.1", 100.0))
    spec = happen(page, kind="edit", id="w.0.1.2", value=0.7, time=0)
    assert to_text(spec.changes) == "0:b.0.1=100~0:w.0.1.2=0.7"
    spec = happen(page, kind="edit", id="nonsense", value=0.7, time=0)
    assert to_text(spec.changes) == "0:b.0.1=100~0:w.0.1.2=0.7"


@pytest.mark.parametrize(
    ("epoch", "text"),
    [
        (60, "0:learning_rate=0.03~50:learning_rate=0.1~60:b.0.0=1"),
        (20, "0:learning_rate=0.03~20:learning_rate=0.1~20:b.0.0=1"),
        (0, "0:b.0.0=1"),
    ],
)
def test_an_edit_after_going_back_keeps_the_rate_on_screen(page, epoch, text):
    page.session_state["training"].at = 50.0
    page.select_slider[0].set_value(0.1)
    page.run()
    spec = happen(page, kind="edit", id="b.0.0", value=1.0, time=epoch)
    assert page.session_state["boundaries.changes"] == text
    assert spec.rates(epoch)["learning_rate"] == [0.1]


def test_a_steered_training_is_the_same_one_up_to_there(page):
    before = page.session_state["spec"]
    page.session_state["training"].at = 50.0
    page.select_slider[0].set_value(0.1)
    steered = page.run().session_state["spec"]
    assert steered == replace(before, changes=(Change(50, "learning_rate", 0.1),))


def test_other_layers_begin_anew_without_changes(page):
    page.session_state["training"].at = 50.0
    page.select_slider[0].set_value(0.1)
    page.run().text_input[0].set_value("4")
    spec = page.run().session_state["spec"]
    assert (spec.layers, spec.changes, spec.learning_rate) == ((4,), (), 0.1)
