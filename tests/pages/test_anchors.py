"""The anchors page without a browser: the link comes in, the right numbers go out."""

import pytest

from playground.panels.anchor_presets import TRIES
from tests.pages.test_pages import failed, notices, open_page, state
from tests.pages.told import message

PERSON, SECOND = "0.152.89.208.291", "0.196.98.252.290"


def visit(**link):
    at = open_page("anchors", "en", **link)
    assert not failed(at)
    return at


def found(at, name):
    layers = message(at)["scene"]["layers"]
    return [layer for layer in layers if layer["id"] == name]


def formulas(at):
    return " ".join(element.value for element in at.latex)


def metrics(at):
    return dict(message(at)["scene"]["metrics"])


def test_the_first_screen_is_the_person_before_the_car():
    at = visit()
    (objects,) = found(at, "objects")
    assert objects["labels"] == ["A 1", "B 2"]
    assert found(at, "iou")[0]["template"] == "[0.925]"
    assert metrics(at)["Objects learned"] == "2 / 2"
    assert not at.warning


def test_the_formulas_have_the_chosen_object_s_numbers():
    text = formulas(visit(obj="1"))
    assert "= 0.8782" in text
    assert "\\ln\\frac{210}{220} = -0.04652" in text
    assert "220\\cdot e^{-0.04652} = 210" in text
    assert "p_{2}" in text


def test_a_midpoint_on_a_line_of_the_grid_is_written_as_infinity():
    text = formulas(visit(objs="0.178.108.238.308", grid="2"))
    assert "= -\\infty" in text
    assert "\\sigma(-\\infty) + 1" in text


@pytest.mark.parametrize(
    ("objs", "sentence"),
    [
        (
            f"{PERSON}~{SECOND}",
            "B is lost: A has the same best anchor, 1, though another one is free. "
            "Nobody gets a second choice.",
        ),
        (
            f"{PERSON}~1.75.144.285.236~2.150.150.230.240",
            "C is lost: 3 objects have their midpoint in this cell, which has 2 "
            "anchors. A holds anchor 1.",
        ),
    ],
)
def test_collisions_are_named_as_what_they_are(objs, sentence):
    at = visit(objs=objs)
    assert [w.value for w in at.warning] == [sentence]
    assert found(at, "out")


def test_a_finer_grid_ends_the_collision():
    at = visit(objs=f"{PERSON}~{SECOND}", grid="13")
    assert not at.warning
    assert metrics(at)["Slots (13 × 13 × 2)"] == "338"


def test_anchors_are_typed_in_many_ways_and_tidied_in_the_link():
    at = visit()
    at.text_input(key="anchors.anchors").set_value("30x40; 50,5 * 60\n7×8").run()
    assert not failed(at)
    assert state(at)["anchors"] == ("30×40  50.5×60  7×8", False)
    assert len(found(at, "iou")) == 6


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hello", "Write each anchor as width × height, such as 60×200."),
        ("60×200 and 3", "Write each anchor as width × height, such as 60×200."),
        ("", "Write each anchor as width × height, such as 60×200."),
        ("0×5", "Widths and heights go from 1 to 416 pixels."),
        ("5×417", "Widths and heights go from 1 to 416 pixels."),
        ("1×1 " * 6, "A cell shows five anchors at most."),
    ],
)
def test_impossible_anchors_are_named_and_the_last_ones_stay(text, sentence):
    at = visit()
    at.text_input(key="anchors.anchors").set_value(text).run()
    assert not failed(at)
    assert [w.value for w in at.warning] == [sentence]
    assert len(found(at, "iou")) == 4


def test_k_means_fits_anchors_to_the_objects():
    at = visit(how="fit", fit="2")
    assert found(at, "iou")[0]["template"] == "[1.000]"
    at = visit(how="fit", fit="5")
    assert len(found(at, "iou")) == 4  # no more than objects
    assert any("2 boxes only" in caption.value for caption in at.caption)


def test_anchors_of_scales_and_ratios():
    at = visit(how="shapes", cscales="128", cratios="2.half")
    assert len(found(at, "iou")) == 4
    assert "90.5×181" in [
        x["template"] for x in message(at)["scene"]["layers"] if x["kind"] == "text"
    ]
    many = visit(how="shapes", cscales="64.128")
    assert len(found(many, "iou")) == 10
    assert any("five anchors at most" in caption.value for caption in many.caption)


def test_an_object_can_be_taken_away_but_not_the_last():
    at = visit(obj="1")
    button = next(b for b in at.button if b.label == "Take B away")
    button.click().run()
    assert not failed(at)
    assert state(at)["objs"] == (PERSON, False)
    assert next(b for b in at.button if b.label == "Take A away").disabled


@pytest.mark.parametrize(
    "objs",
    [
        "",
        "0.1.2.3.4",  # too small
        "0.10.10.500.60",  # beyond the picture
        "0.50.10.20.60",  # inverted
        "7.10.10.50.60",  # no such thing
        "~".join(["0.10.10.50.60"] * 7),
    ],
)
def test_impossible_objects_in_a_link_are_named_and_ignored(objs):
    at = visit(objs=objs)
    assert len(notices(at, "en")) == 1
    assert found(at, "objects")[0]["labels"] == ["A 1", "B 2"]


def test_dense_anchors_are_counted():
    at = visit(view="dense")
    shown = metrics(at)
    assert shown["Anchors (13 × 13 × 9)"] == "1521"
    assert [shown[x] for x in ("Positive", "Ignored", "Negative")] == [
        "2",
        "44",
        "1475",
    ]
    off = visit(view="dense", rescue="0")
    assert metrics(off)["Positive"] == "0"


def test_thresholds_out_of_order_are_named_beside_the_control():
    at = visit(view="dense", pos="0.4", neg="0.6")
    assert [w.value for w in at.warning] == [
        "Negative ends above where positive begins: 0.4 counts."
    ]
    assert metrics(at)["Ignored"] == "0"


def test_the_picked_anchor_is_the_best_of_the_cell_or_of_the_object():
    at = visit(view="dense", at="5.5")
    assert "of cell (5, 5)" in found(at, "picked")[0]["template"]
    at = visit(view="dense", at="400.400", stride="104")
    assert "of cell (3, 3)" in found(at, "picked")[0]["template"]
    assert "\\ln\\frac{210}" in formulas(visit(view="dense", obj="1"))


@pytest.mark.parametrize("at", ["5", "5.x", "-1.5", "1.2.3", "9999.1"])
def test_an_impossible_cell_in_a_link_is_named_and_ignored(at):
    page = visit(view="dense", at=at)
    assert len(notices(page, "en")) == 1
    assert state(page)["at"] == ("best", True)


@pytest.mark.parametrize("entry", TRIES, ids=lambda entry: entry.title)
def test_every_preset_opens_what_it_speaks_of(entry):
    link = {
        key: ".".join(value) if isinstance(value, list) else str(value)
        for key, value in entry.settings.items()
    }
    link = {k: {"True": "1", "False": "0"}.get(v, v) for k, v in link.items()}
    at = visit(**link)
    assert not notices(at, "en")
    shown = {key: text for key, (text, _usual) in state(at).items()}
    assert {key: shown[key] for key in link} == link
