"""The YOLO page without a browser: links, numbers, boxes that are carried, uploads."""

import numpy as np
import pytest
import torch
from PIL import Image

from engine.yolo import encode
from playground.figures.numerals import plain
from playground.panels.yolo_presets import FAMILIES, PASS, TARGET, TWINS
from playground.panels.yolo_settings import ANCHORS, STREET
from playground.panels.yolo_things import from_text
from tests.messages import translated
from tests.pages.test_pages import failed, open_page, state
from tests.pages.told import message, told
from tests.playground.test_uploads import encoded

TRIES = TARGET + PASS + FAMILIES


def numbers(at):
    """Return label -> text of the row of numbers."""
    return dict(message(at)["scene"]["metrics"])


def layers(at, kind):
    return [layer for layer in message(at)["scene"]["layers"] if layer["kind"] == kind]


def markdown(at):
    return "\n".join(element.value for element in at.markdown)


def last(at, track):
    """Return a track's numbers in the last frame."""
    data, frames = told(at)
    tracks, start = data["scene"]["tracks"], 0
    values = np.frombuffer(frames, "<f4").reshape(len(data["source"]["times"]), -1)[-1]
    for one in tracks:
        if one["name"] == track:
            return values[start : start + one["size"]]
        start += one["size"]
    raise KeyError(track)


def test_the_vector_is_the_engines():
    at = open_page("yolo", "en", grid="4", anchors="3", cell="2.2", pick="2")
    things = from_text(STREET, 3)
    boxes = torch.tensor([thing.box for thing in things])
    labels = torch.tensor([thing.label for thing in things])
    anchors = torch.tensor(ANCHORS[:3]).float()
    manner = {"image": (420, 420), "grid": 4, "anchors": anchors}
    wanted = encode(boxes, labels, classes=3, **manner)[2, 2].numpy()
    wanted[wanted[:, 0] == 0, 1:] = np.nan
    assert last(at, "vector") == pytest.approx(wanted.flatten(), nan_ok=True)
    assert wanted[:, 0].sum() == 1
    assert numbers(at)["Numbers"] == str(4 * 4 * 3 * 8)
    assert numbers(at)["Target y"] == "4×4×24"


def test_shapes_are_those_of_the_course():
    for link, text in (
        ({"grid": "3", "anchors": "1"}, "3×3×8"),
        ({"grid": "3", "anchors": "2"}, "3×3×16"),
        ({"grid": "19", "anchors": "5"}, "19×19×40"),
    ):
        at = open_page("yolo", "en", **link)
        assert numbers(at)["Target y"] == text


def test_the_chosen_object_is_written_out():
    at = open_page("yolo", "en", pick="2")
    (formula,) = [element.value for element in at.latex]
    for part in ("260", r"\text{column } 1", "1.857", "0.8571", "1.571", "0.7576"):
        assert part in formula
    assert "Object 2, car" in markdown(at)


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize(
    ("street", "anchors", "sentence"),
    [
        ("1.120.160.300.270~1.130.170.310.280", "2", "**Object {number} is lost**"),
        ("1.40.160.240.260", "2", "Object {number}: its midpoint lies on a line"),
        ("1.330.220.540.330", "1", "Object {number}: its midpoint is outside"),
        ("1.-60.-40.470.440", "1", "Object {number} is larger than the picture"),
    ],
)
def test_what_is_special_is_said(street, anchors, sentence, code):
    at = open_page("yolo", code, street=street, anchors=anchors)
    assert not failed(at)
    (message_id,) = [m for m in NOTES if m.startswith(sentence)]
    beginning = translated(message_id, code).partition("{number}")[2].partition("{")[0]
    assert beginning.strip()
    assert beginning in markdown(at)
    plain_page = open_page("yolo", code, street="0.62.130.118.330", anchors=anchors)
    assert beginning not in markdown(plain_page)


NOTES = (
    "Object {number}: its midpoint is outside the picture. No cell owns it, so it is "
    "not in the target.",
    "Object {number}: its midpoint lies on a line of the grid. The cell on the right "
    "or below owns it: row {row}, column {column}.",
    "Object {number} is larger than the picture: a side of {side} cells in a grid of "
    "{grid}. Its midpoint is inside, so it is written all the same.",
    "**Object {number} is lost**: its slot y[{slot}] holds object {holder} already. A "
    "finer grid parts their midpoints; another anchor helps only if their shapes "
    "differ.",
)


def test_the_clock_counts_objects_and_not_what_was_written():
    at = open_page("yolo", "en", street=TWINS, anchors="2")
    assert message(at)["scene"]["time"] == "object {time:int} of 2"
    assert message(at)["source"]["times"] == [0, 1, 2]
    assert numbers(at)["Objects written"] == "1 / 2"


def test_no_object_at_all_is_fine():
    at = open_page("yolo", "en", street="", pick="3")
    assert not failed(at)
    assert numbers(at)["Objects written"] == "0 / 0"
    assert numbers(at)["Numbers that count"] == "18"


def test_a_cell_beyond_the_grid_is_moved_into_it():
    at = open_page("yolo", "en", grid="3", cell="18.0")
    texts = [layer["template"] for layer in layers(at, "text")]
    assert "y[2, 0]" in texts


@pytest.mark.parametrize(
    "link",
    [
        {"street": "9.0.0.10.10"},
        {"street": "0.10.10.0.0"},
        {"cell": "19.0"},
        {"cell": "1"},
        {"pick": "-1"},
        {"grid": "0"},
        {"grid": "20"},
        {"source": "digits", "digits": "10.0.0.50.50"},
        {"view": "pass", "side": "13"},
        {"view": "families", "size": "2000"},
    ],
)
def test_a_link_that_asks_for_the_impossible_is_told(link):
    at = open_page("yolo", "en", **link)
    assert not failed(at)
    assert len(at.warning) == 1


def test_the_chosen_object_can_be_deleted_and_given_another_class():
    at = open_page("yolo", "en", pick="2", class_street="2")
    press(at, "Set class")
    assert state(at)["street"][0] == STREET.replace("~1.", "~2.")
    press(at, "Delete")
    assert state(at)["street"][0].count("~") == 1
    assert state(at)["pick"][0] == "0"
    press(at, "Delete all")
    assert state(at)["street"][0] == ""


def press(at, label):
    (button,) = [button for button in at.button if button.label == label]
    button.click().run()
    assert not failed(at)


def test_an_own_picture_lies_under_boxes():
    at = open_page("yolo", "en", source="own", own="1.60.120.240.260")
    picture = Image.new("L", (300, 150), 90)
    at.file_uploader[0].set_value(("p.png", encoded(picture).read(), "image/png"))
    at.run()
    assert not failed(at)
    (shown,) = layers(at, "picture")
    assert shown["span"] == [0, 300, 0, 150]
    assert numbers(at)["Objects written"] == "0 / 1"  # its midpoint is below


def test_a_tiny_picture_is_refused_with_a_sentence():
    at = open_page("yolo", "en", source="own")
    picture = Image.new("L", (400, 20))
    at.file_uploader[0].set_value(("p.png", encoded(picture).read(), "image/png"))
    at.run()
    (warning,) = at.warning
    assert "32" in warning.value


def test_presets_open_what_they_set():
    at = open_page("yolo", "en")
    for entry in TRIES:
        for key, value in entry.settings.items():
            at.session_state[f"yolo.{key}"] = value
        at.run()
        assert not failed(at)
        shown = state(at)
        assert entry.settings.keys() <= shown.keys(), entry.title
        for key, value in entry.settings.items():
            assert shown[key][0] == str(value), (entry.title, key)


def test_one_pass_tells_the_work_of_both_ways():
    at = open_page("yolo", "en", view="pass", side="16")
    told_numbers = numbers(at)
    assert told_numbers["Windows"] == "4"
    assert told_numbers["In one pass"] == plain(1_459_200)
    assert told_numbers["Saved in the end"] == "17.4 %"
    assert last(at, "spent")[2] == 4 * 441_600
    (table,) = at.dataframe
    assert list(table.value["Answer"]) == ["1×1×4", "2×2×4", "8×8×4"]


def test_an_odd_side_has_a_line_of_its_own():
    at = open_page("yolo", "en", view="pass", side="21")
    assert list(at.dataframe[0].value["Picture"]) == [
        "14×14×3",
        "16×16×3",
        "21×21×3",
        "28×28×3",
    ]


def test_families_tell_the_sum_of_each():
    at = open_page("yolo", "en", view="families", searched="1000")
    (formula,) = [element.value for element in at.latex]
    assert r"\text{R-CNN} &= 1000\cdot" in formula
    assert r"\text{YOLO}" in formula
    assert "47 s" in markdown(at)
