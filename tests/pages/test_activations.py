"""The activation page without a browser: the link comes in, the right things go out."""

import json

import pytest

from engine.activations import ACTIVATIONS
from playground import layout
from playground.panels.activation_presets import TRIES
from tests.pages.test_pages import failed, notices, open_page, state
from tests.pages.told import message


def visit(code="en", **link):
    at = open_page("activations", code, **link)
    assert not failed(at)
    return at


def curves(at):
    return [c for c in message(at)["scene"]["layers"] if c["kind"] == "curve"]


def charts(at):
    return [json.loads(c.proto.spec) for c in at.get("plotly_chart")]


def numbers(at):
    return {metric.label: metric.value for metric in at.metric}


def said(at):
    return " ".join(e.value for e in (*at.markdown, *at.latex, *at.caption))


def test_the_link_chooses_functions_range_and_z():
    at = visit(acts="relu.gelu", reach="3", z="-0.5")
    above, below = curves(at)
    assert [line["label"] for line in above["series"]] == ["ReLU", "GELU"]
    assert above["ticks"][0] == [-3.0, "−3"]
    assert below["label"] == "g′(z)"
    assert message(at)["source"]["goto"] == -0.5
    assert message(at)["source"]["times"][0] == -3
    assert "g(-0.5)" in said(at)


def test_at_most_four_functions_are_shown_and_the_reader_is_told():
    at = visit(acts="step.sign.linear.sigmoid.tanh")
    assert len(curves(at)[0]["series"]) == 4
    assert [i.value for i in at.info] == [
        "Four fit on the axes: the first four are shown."
    ]
    assert not visit(acts="step.sign.linear.sigmoid").info


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ({"acts": "relu"}, set()),
        ({"acts": "leaky_relu"}, {"leaky_relu_leak"}),
        ({"acts": "prelu.elu"}, {"prelu_a", "elu_alpha"}),
        ({"acts": "maxout"}, {"maxout_w1", "maxout_b1", "maxout_w2", "maxout_b2"}),
        ({"view": "network", "act": "elu"}, {"nelu_alpha"}),
    ],
)
def test_numbers_that_shape_a_function_are_sliders(link, shown):
    usual = {"lang", "present", "view", "acts", "z", "reach"}
    usual |= {"act", "init", "depth", "width", "bias", "seed", "layer"}
    assert set(state(visit(**link))) - usual == shown


def test_a_slider_shapes_the_function_and_its_formula():
    at = visit(acts="elu", elu_alpha="2.0", z="-1")
    assert r"2\,(e^{-1}-1) = -1.264" in said(at)
    assert "$(-2,\\ \\infty)$" in said(at)


def facts(at):
    """Return the table of facts: first cell of each row -> the others."""
    (table,) = [m.value for m in at.markdown if m.value.startswith("| ")]
    rows = [row.strip("| ").split(" | ") for row in table.splitlines()[2:]]
    return {head: cells for head, *cells in rows}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_function_has_its_facts_and_its_convention(name):
    at = visit(acts=name, z="0")
    assert all(len(cells) == 1 and cells[0] for cells in facts(at).values())
    kinked = {"relu", "leaky_relu", "prelu", "selu", "maxout"}
    assert ("has a kink here" in said(at)) == (name in kinked)
    assert ("jumps here" in said(at)) == (name in {"step", "sign"})


def test_facts_of_sigmoid_and_tanh():
    found = facts(visit(acts="sigmoid.tanh"))
    assert found["Range"] == ["$(0,\\ 1)$", "$(-1,\\ 1)$"]
    assert found["Zero-centred?"] == ["no: mean $0.5$", "yes"]
    assert found[r"$\max\,\lvert g'\rvert$"] == ["$0.25$", "$1$"]
    assert found[r"$\lvert g'\rvert < 0.1$"] == [
        "$z < -2.063$, $z > 2.063$",
        "$z < -1.818$, $z > 1.818$",
    ]


def test_z_beyond_the_range_stands_at_its_end():
    assert message(visit(z="9", reach="3"))["source"]["goto"] == 3
    assert message(visit(z="9", reach="10"))["source"]["goto"] == 9


def test_functions_lead_to_the_boundary_page():
    at = visit(acts="gelu.prelu")
    links = [link.proto for link in at.get("page_link")]
    assert [link.label for link in links] == ["Train XOR with GELU"]
    there = {"data": "xor", "layers": "4", "activation": "gelu"}
    assert all(
        f"{key}={value}" in links[0].query_string for key, value in there.items()
    )
    other = open_page("boundaries", "en", **there)
    assert not failed(other)
    assert not notices(other, "en")
    assert state(other)["activation"] == ("gelu", False)


def test_the_network_says_what_became_of_the_gradient():
    at = visit(view="network")
    assert numbers(at)["Backward, per layer"] == "× 0.2341"
    assert numbers(at)["Dead units, all layers"] == "0 / 1280"
    assert "**Vanishing.**" in said(at)
    assert "1.045·10⁻¹²" in said(at)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"act": "relu", "init": "he"}, "**Steady.**"),
        ({"act": "relu", "depth": "4"}, "**Still undecided.**"),
        ({"act": "relu", "init": "large"}, "**Exploding.**"),
        ({"init": "zeros"}, "**Nothing arrives.** The gradient is exactly 0 below"),
        ({"act": "step", "init": "he"}, "1280 units are dead"),
        ({"depth": "1"}, "One layer: nothing is multiplied yet."),
        ({"init": "small", "depth": "50"}, "that would be 0"),
        ({"act": "linear", "init": "large", "depth": "50"}, "that would be infinite"),
    ],
)
def test_verdicts(link, words):
    assert words in said(visit(view="network", **link))


def test_one_layer_has_no_factor_between_layers():
    assert numbers(visit(view="network", depth="1"))["Backward, per layer"] == "–"


def test_both_charts_of_the_network_follow_the_layer():
    before, signal = charts(visit(view="network", layer="7", depth="9"))
    titles = [note["text"] for note in before["layout"]["annotations"]]
    assert titles == ["z of layer 7", "a = g(z)"]
    assert [shape["x0"] for shape in signal["layout"]["shapes"]] == [7, 7]
    _before, signal = charts(visit(view="network", layer="30", depth="9"))
    assert [shape["x0"] for shape in signal["layout"]["shapes"]] == [9, 9]


def test_such_a_network_can_be_trained():
    (link,) = visit(view="network", act="relu", init="he").get("page_link")
    assert link.proto.label == "Train 8 such layers on XOR"
    assert "init=he" in link.proto.query_string
    assert not visit(view="network", act="maxout").get("page_link")


def test_softmax_shows_logits_probabilities_and_slopes():
    at = visit(view="softmax", logits="1,2,3,4")
    bars, slopes = charts(at)
    assert len(bars["data"]) == 2
    assert slopes["data"][0]["type"] == "heatmap"
    assert numbers(at)["Largest p"] == "D · 0.6439"
    assert numbers(at)["The same as written, in float32"] == "0.6439"
    assert numbers(at)["Log-sum-exp of z/T"] == "4.44"


def test_huge_logits_break_the_naive_formula_and_nothing_else():
    at = visit(view="softmax", logits="1000,999")
    assert numbers(at)["The same as written, in float32"] == "nan"
    assert numbers(at)["Largest p"] == "A · 0.7311"
    assert "is infinite in float32" in at.warning[0].value
    at = visit(view="softmax", logits="-1000,-999")
    assert "is 0 in float32" in at.warning[0].value


def test_a_shift_is_explained_and_changes_no_probability():
    plain, moved = visit(view="softmax"), visit(view="softmax", shift="50")
    assert numbers(plain)["Largest p"] == numbers(moved)["Largest p"]
    assert "Only log-sum-exp grows, by c/T = 50" in said(moved)
    assert "Only log-sum-exp grows" not in said(plain)


@pytest.mark.parametrize("text", ["1", "1,2,3,4,5,6,7", "a, b", "1, nan", "1e9, 0", ""])
def test_logits_that_cannot_be_used_are_named_and_nothing_is_lost(text):
    at = visit(view="softmax", logits="3,1")
    at.text_input(key="activations.logits").set_value(text).run()
    assert not failed(at)
    assert [w.value for w in at.warning] == ["Two to six numbers, such as 2, 1, 0.1."]
    assert state(at)["logits"] == ("3,1", False)


@pytest.mark.parametrize("text", ["1 2", "1;2", " 1 ,  2 ", "1.0,2e0", "1, 2,"])
def test_logits_may_be_written_in_many_ways(text):
    at = visit(view="softmax", logits="3,1")
    at.text_input(key="activations.logits").set_value(text).run()
    assert not at.warning
    assert state(at)["logits"][0] == "1,2"


def test_presets_work_one_after_the_other_whatever_was_set_before():
    at = visit("es", view="network", act="elu", nelu_alpha="2.5", seed="9")
    at.session_state["activations.elu_alpha"] = 2.5
    for entry in (*TRIES, TRIES[0]):
        for key, value in entry.settings.items():
            at.session_state[f"activations.{key}"] = value
        at.run()
        assert not failed(at), entry.title
        huge = entry.settings.get("logits", "").startswith("1000")
        assert len(at.warning) == huge, entry.title
        assert state(at)["view"][0] == entry.settings["view"]
    assert "elu_alpha" not in state(at)


@pytest.mark.parametrize("view", ["functions", "network", "softmax"])
def test_the_program_and_the_tables_fit_the_view(view, monkeypatch):
    caught = []
    real = layout.close_lesson
    monkeypatch.setattr(
        layout,
        "close_lesson",
        lambda *args, **given: (
            caught.append(given["take_away"]),
            real(*args, **given),
        ),
    )
    visit(view=view)
    (away,) = caught
    compile(away.snippet(), view, "exec")
    (table,) = away.tables.values()
    rows = [row.split(",") for row in table.splitlines()]
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == {"functions": 242, "network": 22, "softmax": 4}[view]
    assert away.stills or away.figures
    for make in away.stills.values():
        assert make().data
