"""The boundary page without a browser: the link comes in, the right scene goes out."""

import pytest

from playground import points
from playground.panels.boundary_run import to_text
from tests.pages.test_pages import failed, notices, open_page, state
from tests.pages.told import message

OWN = ((1.0, 1.0, 0.0), (-1.0, 1.0, 1.0), (0.0, -1.0, 5.0))


def layers(at, kind):
    return [layer for layer in message(at)["scene"]["layers"] if layer["kind"] == kind]


def units(at):
    """Return how many small fields there are: inputs, hidden units, outputs."""
    return len([field for field in layers(at, "field") if field["zooms"]])


def visit(**link):
    at = open_page("boundaries", "en", **link)
    assert not failed(at)
    return at


def button(at, label):
    return next(b for b in at.button if b.label == label)


@pytest.mark.parametrize(
    ("link", "nodes"),
    [
        ({}, 2 + 8 + 8),
        ({"layers": "4,2"}, 2 + 4 + 2),
        ({"layers": ""}, 2),
        ({"layers": "3", "inputs": "x1.x2.x1_x2.sin_x1"}, 4 + 3),
        ({"layers": "3", "degree": "3"}, 9 + 3),
        ({"data": "spiral", "classes": "4", "layers": "5"}, 2 + 5 + 4),
        ({"data": "iris", "layers": "5"}, 2 + 5 + 3),
    ],
)
def test_the_diagram_has_a_field_for_every_node(link, nodes):
    assert units(visit(**link)) == nodes


def test_hidden_layers_are_refused_beside_the_field_and_nothing_is_lost():
    at = visit(layers="4,2")
    at.text_input(key="boundaries.layers").set_value("4, 99").run()
    assert [w.value for w in at.warning] == [
        "Up to 8 numbers from 1 to 32, such as 8, 4, 2."
    ]
    assert units(at) == 2 + 4 + 2
    assert state(at)["layers"] == ("4,2", False)


@pytest.mark.parametrize("layers", ["9999", "8,8,8,8,8,8,8,8,8", "0", "-1", "8;8", "x"])
def test_a_link_with_impossible_layers_is_named_and_ignored(layers):
    at = visit(layers=layers)
    assert len(notices(at, "en")) == 1
    assert units(at) == 2 + 8 + 8


@pytest.mark.parametrize("rate", ["nan", "inf", "-1", "0", "1e9", "fast"])
def test_a_link_with_an_impossible_rate_is_named_and_ignored(rate):
    at = visit(lr=rate)
    assert len(notices(at, "en")) == 1
    assert state(at)["lr"] == ("0.01", True)


def test_a_link_may_name_a_rate_between_the_steps():
    assert state(visit(lr="0.0123"))["lr"] == ("0.0123", False)


def test_own_points_come_by_link_and_can_be_painted_over():
    at = visit(data="own", points=points.to_text(OWN))
    (board,) = layers(at, "points")
    assert board["brush"] is not None
    assert sorted(board["colors"]) == [0, 1, 5]
    expected = {(x, y) for x, y, _label in points.snapped(OWN)}
    shown = {(round(x, 4), round(y, 4)) for x, y in board["xy"]}
    assert shown == {(round(x, 4), round(y, 4)) for x, y in expected}


def test_an_empty_board_can_still_be_painted_on():
    at = visit(data="own", points="")
    assert not failed(at)
    assert layers(at, "points")[0]["brush"] is not None


def test_a_pasted_table_is_scaled_with_notice_and_its_bad_rows_are_named():
    at = visit(data="table", layers="3")
    rows = "a,b,kind\n0,0,cat\n10,5,dog\nx,1,cat\n4,4,\n5,20,cow\n"
    at.text_area(key="boundaries.paste").set_value(rows).run()
    assert not failed(at)
    captions = " ".join(c.value for c in at.caption)
    assert "3 of 3 rows are used; classes: cat, cow, dog." in captions
    assert "a: from 0 to 10, scaled to ±2.7." in captions
    assert [w.value for w in at.warning] == ["Rows left out: 4, 5"]
    assert units(at) == 2 + 3 + 3
    again = visit(data="table", layers="3", rows=state(at)["rows"][0])
    assert layers(again, "points") == layers(at, "points")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,2\n3,4", "Three columns are needed: x, y and a label."),
        ("hello, my, world", "No row has two numbers and a label."),
    ],
)
def test_text_that_is_no_table_is_refused_beside_the_field(text, sentence):
    at = visit(data="table")
    at.text_area(key="boundaries.paste").set_value(text).run()
    assert not failed(at)
    assert [w.value for w in at.warning] == [sentence]


def test_a_change_by_hand_comes_by_link_is_told_and_can_be_undone():
    at = visit(changes="0:w.0.0.0=2.5~40:learning_rate=0.3")
    assert any("epoch 40: learning rate = 0.3" in c.value for c in at.caption)
    button(at, "Undo all").click().run()
    assert not failed(at)
    assert state(at)["changes"] == ("", True)


def test_changes_of_weights_that_do_not_exist_are_dropped_with_a_notice():
    at = visit(layers="2", changes="0:w.7.0.0=1")
    assert len(at.warning) == 1
    assert state(at)["changes"] == ("", True)


def test_another_network_forgets_what_was_changed_by_hand():
    at = visit(changes="0:w.0.0.0=2.5")
    at.text_input(key="boundaries.layers").set_value("4").run()
    assert not failed(at)
    assert state(at)["changes"] == ("", True)


def test_reset_returns_to_the_same_start():
    at = visit()
    first = message(at)
    at.text_input(key="boundaries.layers").set_value("4").run()
    button(at, "Reset").click().run()
    second = message(at)
    assert second["scene"] == first["scene"]
    assert second["source"]["generation"] > first["source"]["generation"]


def test_new_seed_changes_the_points():
    at = visit()
    before = layers(at, "points")
    while state(at)["seed"][0] == "0":
        button(at, "New seed").click().run()
    assert layers(at, "points") != before


@pytest.mark.parametrize(
    ("vary", "link", "count"),
    [
        ("activations", {"cacts": "tanh.relu.elu"}, 3),
        ("optimizers", {"copts": "sgd.adam"}, 2),
        ("rates", {"networks": "9"}, 9),
        ("seeds", {"networks": "5"}, 5),
    ],
)
def test_a_comparison_has_a_boundary_for_each_network(vary, link, count):
    at = visit(view="compare", vary=vary, **link)
    assert len(layers(at, "field")) == count


def test_changes_are_written_as_the_link_reads_them():
    text = "0:learning_rate=0.03~40:b.1.2=-1.5"
    at = visit(changes=text)
    assert state(at)["changes"] == (text, False)
    assert to_text(()) == ""
