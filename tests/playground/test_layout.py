"""The tabs under a page: questions before answers, and stills to carry off."""

import pytest
from streamlit.testing.v1 import AppTest

SCRIPT = """
import plotly.graph_objects as go
import streamlit as st

from playground import layout, state, widgets
from playground.layout import TakeAway, Try

state.arrive("one")
st.session_state["made"] = []

def still(name):
    def make():
        st.session_state["made"].append(name)
        return go.Figure(go.Scatter(x=[1], y=[2], name=name), {"height": 300})
    return make

st.session_state["rate"] = widgets.slider("Rate", (0.0, 1.0, 0.1), 0.5, key="rate")
tries = (
    Try("Faster", "It overshoots.", {"rate": 0.9}, question="Will it arrive?"),
    Try("Slower", "It takes long.", {"rate": 0.1}),
)
taken = TakeAway(
    snippet=lambda: "print(1)",
    figures={"chart": "chart_key"},
    stills={"boundary": still("b"), "curves": still("c")},
    tables={"rows.csv": "a,b"},
    files={"run.json": lambda: b"{}"},
)
tab = st.session_state.get("tab", "try")
if tab == "try":
    layout._try_tab(tries)
elif tab == "take":
    layout._take_away_tab("one", taken)
else:
    layout._take_away_tab("one", TakeAway())
"""


def run(tab="try"):
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    at.session_state["tab"] = tab
    at.run()
    assert not at.exception
    return at


def test_a_question_hides_its_answer_behind_a_fold():
    at = run()
    shown = [text.value for text in at.main.markdown]
    assert shown == ["Will it arrive?", "It overshoots.", "It takes long."]
    (fold,) = at.expander
    assert not fold.proto.expanded
    assert [text.value for text in fold.markdown] == ["It overshoots."]


@pytest.mark.parametrize(("label", "rate"), [("Faster", 0.9), ("Slower", 0.1)])
def test_a_try_sets_the_controls(label, rate):
    at = run()
    next(button for button in at.button if button.label == label).click()
    assert at.run().session_state["rate"] == rate


def test_stills_are_made_once_and_only_where_they_are_carried_off():
    assert run("try").session_state["made"] == []
    at = run("take")
    assert at.session_state["made"] == ["b", "c"]
    charts = at.get("plotly_chart")
    assert len(charts) == 2
    assert [chart.proto.id.rsplit("-", 1)[-1] for chart in charts] == [
        "still_boundary",
        "still_curves",
    ]


def test_everything_can_be_taken_away_under_its_name():
    at = run("take")
    names = [button.proto.label for button in at.get("download_button")]
    assert names == ["one.py", "rows.csv", "run.json"]
    (buttons,) = at.get("bidi_component")
    for stem, key in (
        ("chart", "chart_key"),
        ("boundary", "still_boundary"),
        ("curves", "still_curves"),
    ):
        assert f'"{stem}":"{key}"' in str(buttons.proto).replace("\\", "").replace(
            '": "', '":"'
        )


def test_nothing_to_take_away_is_an_empty_tab():
    at = run("nothing")
    assert not at.get("download_button")
    assert not at.get("plotly_chart")
    assert not at.get("bidi_component")
