"""Objects that are moved and drawn by hand."""

import pytest

from playground.panels.anchor_objects import (
    CAR,
    MOTORCYCLE,
    PEDESTRIAN,
    START,
    boxes_of,
    moved,
    read,
)

SIDES = ("x1", "y1", "x2", "y2")


def told(index, *box):
    return {"index": index} | dict(zip(SIDES, box, strict=True))


def test_a_moved_object_keeps_its_kind_and_its_place_in_the_list():
    things, index = moved(read(START), told(0, 10, 20, 300, 60))
    assert index == 0
    assert [thing.label for thing in things] == [PEDESTRIAN, CAR]
    assert boxes_of(things)[0].tolist() == [10, 20, 300, 60]
    assert things[1:] == read(START)[1:]


@pytest.mark.parametrize(
    ("box", "kind"),
    [
        ((10, 10, 50, 110), PEDESTRIAN),
        ((10, 10, 110, 50), CAR),
        ((10, 10, 100, 100), MOTORCYCLE),
    ],
)
def test_a_new_object_is_what_its_shape_suggests(box, kind):
    things, index = moved(read(START), told(2, *box))
    assert index == 2
    assert things[2].label == kind


@pytest.mark.parametrize(
    "event",
    [
        told(3, 10, 10, 50, 50),  # not the next one
        told(-1, 10, 10, 50, 50),
        told(0, 50, 10, 50, 80),  # without a width
        told(2, 50, 10, 50, 80),
        told(0, 80, 10, 50, 80),
        told(0, -5, 10, 50, 80),
        told(0, 10, 10, 500, 80),
    ],
)
def test_what_cannot_be_is_refused(event):
    with pytest.raises(ValueError, match=r"object must be|not in the picture"):
        moved(read(START), event)


def test_a_full_picture_takes_no_more():
    full = read("~".join(["0.10.10.50.90"] * 6))
    with pytest.raises(ValueError, match="object must be"):
        moved(full, told(6, 10, 10, 50, 90))
