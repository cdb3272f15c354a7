"""The search for anchors on its page, without a browser."""

import pytest

from engine import box_sizes
from engine.anchors import kmeans_anchors, kmeans_steps
from engine.plain_kmeans import plain_steps
from tests.pages.test_anchors import formulas, found, visit
from tests.pages.test_pages import failed, state
from tests.pages.told import message, told


def test_the_search_is_the_engine_s():
    at = visit(view="find", sizes="digits", k="4", seed="7")
    steps = list(kmeans_steps(box_sizes.detector(), 4, seed=7))
    there = message(at)
    assert there["source"]["times"] == list(range(len(steps)))
    assert there["source"]["goto"] == len(steps) - 1
    assert f"= {steps[-1].mean_iou:.4g}" in formulas(at)


def test_a_step_of_the_search_has_its_own_numbers():
    at = visit(view="find", k="5", step="2")
    sizes = box_sizes.draw("street", 150, seed=0)
    step = list(kmeans_steps(sizes, 5, seed=0))[2]
    assert message(at)["source"]["goto"] == 2
    assert f"= {step.mean_iou:.4g}" in formulas(at)
    assert f"= {1 - step.best.min().item():.4g}" in formulas(at)


def test_the_plain_distance_is_searched_by_its_own_steps():
    at = visit(view="find", dist="plain", step="1")
    steps = list(plain_steps(box_sizes.draw("street", 150, seed=0), 3, seed=0))
    assert message(at)["source"]["times"] == list(range(len(steps)))
    assert f"= {steps[1].mean_iou:.4g}" in formulas(at)


def test_the_anchors_found_go_to_the_cell():
    at = visit(view="find", sizes="own", k="3")
    button = next(b for b in at.button if b.label == "Use these anchors in a cell")
    button.click().run()
    assert not failed(at)
    assert state(at)["view"] == ("cell", True)
    assert state(at)["anchors"][0] == "62×41  31×90  123×119.5"
    assert len(found(at, "iou")) == 6


def test_the_detector_s_anchors_grow_with_the_picture():
    at = visit(view="find", sizes="digits", k="2")
    next(b for b in at.button if b.label.startswith("Use these")).click().run()
    first = kmeans_anchors(box_sizes.detector(), 2, seed=0)[0] * 416 / 160
    w, h = first.round(decimals=1).tolist()
    assert state(at)["anchors"][0].startswith(f"{w:g}×{h:g}  ")


def test_more_anchors_than_a_cell_shows_cannot_be_taken_there():
    at = visit(view="find", k="6")
    assert next(b for b in at.button if b.label.startswith("Use these")).disabled


def pasted(text):
    at = visit(view="find", sizes="own")
    at.text_area(key="anchors.paste").set_value(text).run()
    assert not failed(at)
    return at


def test_a_pasted_table_is_searched_told_and_restored_by_its_link():
    at = pasted("x1,y1,x2,y2\n0,0,10,20\n5,5,5,9\n0,0,40,30\n1,1,11,22")
    assert any("3 boxes are used. Width is x2 − x1" in c.value for c in at.caption)
    assert [w.value for w in at.warning] == [
        "1 rows are no box and are left out: lines 3"
    ]
    assert state(at)["rows"] == ("10x20_40x30_10x21", False)
    again = visit(view="find", sizes="own", rows="10x20_40x30_10x21")
    assert told(again)[1] == told(at)[1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hello\nworld", "No column has two numbers."),
        ("\0", "There are no rows."),
        ("1,2,3\n4,5,6", "Two columns are width and height"),
        ("0,0\n1,-1", "No row is a box"),
        ("9" * 5_000_001, "The table is too large: 5 MB at most."),
    ],
)
def test_text_that_is_no_table_of_boxes_is_refused_beside_the_field(text, sentence):
    at = pasted(text)
    (warning,) = at.warning
    assert warning.value.startswith(sentence)
    assert len(found(at, "sizes")[0]["xy"]) == 14  # what was there before


def test_one_box_is_enough():
    at = visit(view="find", sizes="own", rows="10x20", k="3")
    assert len(found(at, "way")) == 1
    assert any("1 boxes only" in caption.value for caption in at.caption)


def test_long_tables_are_searched_but_not_linked():
    rows = "w,h\n" + "\n".join(f"{10 + i % 37},{20 + i % 53}" for i in range(2001))
    at = pasted(rows)
    said = [c.value for c in at.caption]
    assert "This table is too long for the link." in said
    assert any("The table has 2001 boxes" in text for text in said)
    assert "rows" not in state(at)
    for view in ("cell", "find"):
        at.segmented_control(key="anchors.view").set_value(view).run()
        assert not failed(at)
    assert len(found(at, "sizes")[0]["xy"]) > 300
