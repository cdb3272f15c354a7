"""The page on IoU and NMS without a browser: links in, the right numbers out."""

import pytest

from engine.box_scenes import hand_made
from engine.suppression import Rule
from engine.verdicts import of_class, quality, suppress
from tests.pages.test_pages import failed, open_page, state
from tests.pages.told import message, told


def visit(**link):
    at = open_page("iou_nms", "en", **link)
    assert not failed(at)
    return at


def formulas(at):
    return " ".join(element.value for element in at.latex)


def said(at):
    return " ".join(element.value for element in at.markdown)


def layer(at, name):
    return next(x for x in message(at)["scene"]["layers"] if x["id"] == name)


# Two boxes


def test_the_first_screen_is_two_boxes_with_their_measures():
    at = visit()
    assert layer(at, "pair")["xyxy"] == [[50, 60, 190, 180], [100, 40, 220, 200]]
    assert message(at)["source"]["goto"] == 50
    assert r"\frac{10800}{25200} = 0.4286" in formulas(at)
    assert r"\frac{27200 - 25200}{27200} = 0.355" in formulas(at)
    assert not at.warning


@pytest.mark.parametrize(
    ("a", "b", "value"),
    [
        ("10 10 110 110", "10 10 110 110", "= 1"),
        ("10 10 110 110", "60 10 160 110", "= 0.3333"),
        ("10 10 110 110", "120 10 220 110", "= 0"),
        ("10 10 10 10", "10 10 10 10", "= 0"),
    ],
)
def test_a_link_names_both_boxes(a, b, value):
    at = visit(a=a, b=b)
    assert state(at)["a"][0] == a
    first = formulas(at).split(r"\\")[0]
    assert first.endswith(value) or f"{value} " in first


def test_a_box_may_be_typed_with_commas_and_brackets():
    at = visit()
    at.text_input(key="iou_nms.b").set_value("[60, 10; 160.5\t110]").run()
    assert not failed(at)
    assert state(at)["b"] == ("60 10 160.5 110", False)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("hello", "Four numbers are needed: x1, y1, x2, y2."),
        ("1 2 3", "Four numbers are needed: x1, y1, x2, y2."),
        ("", "Four numbers are needed: x1, y1, x2, y2."),
        ("nan 0 1 1", "Four numbers are needed: x1, y1, x2, y2."),
        ("9" * 500, "Four numbers are needed: x1, y1, x2, y2."),
        ("10 10 5 20", "x1 must not be above x2, nor y1 above y2."),
        ("0 0 321 10", "The picture is 320 pixels wide and 240 high."),
        ("-1 0 10 10", "The picture is 320 pixels wide and 240 high."),
    ],
)
def test_what_is_no_box_is_named_and_the_last_box_stays(typed, sentence):
    at = visit()
    at.text_input(key="iou_nms.b").set_value(typed).run()
    assert not failed(at)
    assert [w.value for w in at.warning] == [sentence]
    assert state(at)["b"][0] == "100 40 220 200"


@pytest.mark.parametrize(("way", "shift"), [("x", 50), ("y", -20), ("xy", 50)])
def test_b_slides_the_way_that_is_chosen(way, shift):
    at = visit(way=way)
    assert message(at)["source"]["goto"] == shift
    assert shift in message(at)["source"]["times"]


def test_the_link_remembers_which_box_was_taken():
    assert layer(visit(grip="0"), "pair")["chosen"] == 0
    assert layer(visit(), "pair")["chosen"] == 1


# Suppression


def test_the_steps_have_their_reasons():
    link = {"view": "nms"}
    assert "Scores below 0.6 go first" in said(visit(**link))
    assert "Dropped for a score below 0.6: 6." in said(visit(**link, step="1"))
    assert "**Box 1** (person, 0.94) has the best score" in said(
        visit(**link, step="2")
    )
    assert "Box 2 is of another class" in said(visit(**link, step="3"))
    measured = visit(**link, step="4")
    assert "Guess the verdict" in said(measured)
    assert r"\frac{12040}{17752} = 0.6782" in formulas(measured)
    assert "Box 3 is dropped: IoU = 0.6782 > 0.5" in said(visit(**link, step="5"))
    assert "Kept, in this order: 1, 2." in said(visit(**link, step="end"))


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"kind": "linear", "step": "3"}, "sinks from 0.88 to 0.4083"),
        ({"kind": "gaussian", "step": "3"}, "sinks from 0.88 to"),
        ({"kind": "diou", "step": "3"}, "DIoU = 0.5182 > 0.5"),
        ({"kind": "hard", "overlap": "0.7", "step": "3"}, "is not above 0.7"),
        (
            {"kind": "linear", "step": "5", "score": "0.3"},
            "below 0.3, so it is",
        ),
    ],
)
def test_every_outcome_has_its_sentence(link, words):
    assert words in said(
        visit(**({"view": "nms", "boxes": "close", "score": "0"} | link))
    )


def test_the_convention_at_the_limit_is_named():
    at = visit(view="nms", overlap="0.4")
    assert any("A pair at 0.4 exactly stays" in c.value for c in at.caption)
    at = visit(view="nms", kind="gaussian")
    assert not any("exactly stays" in c.value for c in at.caption)


def test_a_step_beyond_a_shorter_trace_becomes_its_last():
    at = visit(view="nms", step="999")
    assert "Nothing waits any more" in said(at)


def test_the_objects_can_be_hidden():
    names = {x["id"] for x in message(visit(view="nms"))["scene"]["layers"]}
    assert {"truth", "picture"} <= names
    names = {x["id"] for x in message(visit(view="nms", truth="0"))["scene"]["layers"]}
    assert not {"truth", "picture"} & names
    table = message(visit(view="nms", boxes="table"))["scene"]["layers"]
    assert "picture" not in {x["id"] for x in table}  # who knows what it shows?


def test_a_pasted_table_is_suppressed_told_and_restored_by_its_link():
    at = visit(view="nms", boxes="table")
    rows = "x1,y1,x2,y2,score,label\n0,0,10,10,0.9,a\n1,0,11,10,0.8,a\n9,9,1,1,0.5\nx\n"
    at.text_area(key="iou_nms.paste").set_value(rows).run()
    assert not failed(at)
    assert any("2 of 4 rows are used" in c.value for c in at.caption)
    assert [w.value for w in at.warning] == [
        "No four numbers in lines 5",
        "x2 < x1 or y2 < y1 in lines 4",
    ]
    text = "0_0_10_10_0.9_a~1_0_11_10_0.8_a"
    assert state(at)["rows"] == (text, False)
    again = visit(view="nms", boxes="table", rows=text, step="end")
    assert "Kept, in this order: 1." in said(again)


@pytest.mark.parametrize("text", ["hello", "\0", "1,2,3,4", "9" * 5_000_001])
@pytest.mark.parametrize("view", ["nms", "curve"])
def test_text_that_is_no_table_of_scores_leaves_the_page_whole(text, view):
    at = visit(view=view, boxes="table")
    at.text_area(key="iou_nms.paste").set_value(text).run()
    assert not failed(at)


def test_a_file_counts_before_what_is_pasted():
    at = visit(view="nms", boxes="table")
    table = ("boxes.csv", b"5;5;50;60;0,75;k\xe4se\n", "text/csv")
    at.file_uploader[0].set_value(table).run()
    assert not failed(at)
    assert state(at)["rows"] == ("5_5_50_60_0.75_käse", False)


def test_more_boxes_than_can_be_stepped_through_are_told():
    at = visit(view="nms", boxes="table")
    rows = "\n".join(f"{i},{i},{i + 9},{i + 9},{0.9 - i / 100}" for i in range(80))
    at.text_area(key="iou_nms.paste").set_value(rows).run()
    assert not failed(at)
    said = [c.value for c in at.caption]
    assert "Stepped through are the best 20 of 60 boxes." in said
    assert [w.value for w in at.warning] == ["Only the first 60 boxes are used."]


def test_the_detector_s_own_boxes_come_from_the_drawing():
    at = visit(view="nms", boxes="draw", score="0.5", step="end")
    names = {x["id"] for x in message(at)["scene"]["layers"]}
    assert {"picture", "ghosts"} <= names
    rows = [x["template"] for x in message(at)["scene"]["layers"] if x["id"] == "row0"]
    assert rows[0] in ("1: 3", "1: 7")
    empty = visit(view="nms", boxes="draw", ink="")
    assert state(empty)["ink"][0] == ""


def test_nobody_knows_what_a_drawing_is():
    at = visit(view="curve", boxes="draw")
    assert "Nobody has said what is in this picture" in at.info[0].value


def test_the_same_seed_is_the_same_picture():
    a, b = (told(visit(view="nms", boxes="random", seed="7")) for _ in range(2))
    assert a == b
    assert a != told(visit(view="nms", boxes="random", seed="8"))


# Precision and recall


def test_precision_and_recall_are_those_of_the_engine():
    at = visit(view="curve", boxes="crowd", overlap="0.2", score="0.3")
    scene = hand_made("crowd")
    found = suppress(scene, Rule(max_overlap=0.2, min_score=0.3))
    expected = quality(of_class(found, scene.truth, 0, 0.5)[0])
    assert f"AP = {expected.average_precision:.4g}" in said(at)
    assert "precision 1, recall 0.6, F1 0.75" in said(at)


def test_each_class_has_its_own_curve():
    at = visit(view="curve", boxes="duplicates", class0_1="1")
    assert "**car**" in said(at)
    assert len(message(at)["source"]["times"]) == 2  # nothing taken, the car


def test_another_table_has_its_own_classes():
    at = visit(view="curve", boxes="table")
    text = "0,0,9,9,,a\n0,0,9,9,.9,b\n20,0,29,9,,c\n20,0,29,9,.8,c\n"
    at.text_area(key="iou_nms.paste").set_value(text).run()
    at.segmented_control(key="iou_nms.class0_2").set_value("2").run()
    assert "**c**, right from IoU 0.5: **AP = 1**" in said(at)
    other = "0,0,9,9,,a\n0,0,9,9,,b\n20,0,29,9,.9,c\n"
    at.text_area(key="iou_nms.paste").set_value(other).run()
    assert not failed(at)
    assert "**a**, right from IoU 0.5: **AP = 0**" in said(at)


def test_the_playhead_is_kept_by_the_link():
    at = visit(view="curve", boxes="crowd", taken="2")
    assert message(at)["source"]["goto"] == 2
    at = visit(view="curve", boxes="crowd", taken="999")
    assert message(at)["source"]["goto"] == 5
