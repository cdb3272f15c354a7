"""Boxes in a learner's hand: moved, stretched, drawn, answered on the way."""

import ast

import pytest

from playground.player.shapes import Movable
from tests.playground.player_page import (
    address,
    at,
    drag,
    events,
    shown,
    until,
    visit,
)

__all__ = ["address", "visit"]  # fixtures
FIRST, SECOND = (10.0, 10.0, 50.0, 40.0), (60.0, 30.0, 90.0, 70.0)


def on(x, y):
    """Return where a pixel of the picture is on the stage."""
    return 100 + 2 * x, 50 + 2 * y


def places(page):
    return ast.literal_eval(shown(page, "places"))


def test_a_box_is_moved_by_its_inside(visit):
    page = visit("boxes=1")
    drag(page, on(30, 25), on(35, 33))
    assert places(page) == [(15.0, 18.0, 55.0, 48.0), SECOND]
    (event,) = events(page)
    assert (event["kind"], event["action"], event["index"]) == ("box", "put", 0)


@pytest.mark.parametrize(
    ("hold", "to", "place"),
    [
        ((50, 25), (58, 60), (10.0, 10.0, 58.0, 40.0)),
        ((10, 10), (4, 6), (4.0, 6.0, 50.0, 40.0)),
        ((30, 40), (90, 52), (10.0, 10.0, 50.0, 52.0)),
        ((50, 25), (2, 25), (10.0, 10.0, 15.0, 40.0)),
    ],
    ids=["side", "corner", "bottom", "no smaller than the least"],
)
def test_a_box_is_stretched_by_its_rim(visit, hold, to, place):
    page = visit("boxes=1")
    drag(page, on(*hold), on(*to))
    assert places(page) == [place, SECOND]


def test_a_box_stays_in_the_picture(visit):
    page = visit("boxes=1")
    drag(page, on(30, 25), on(99, -20))
    assert places(page)[0] == (60.0, 0.0, 100.0, 30.0)


def test_a_click_chooses_a_box_and_leaves_it(visit):
    page = visit("boxes=1")
    page.mouse.click(*at(page, *on(75, 50)))
    assert places(page) == [FIRST, SECOND]
    (event,) = events(page)
    assert event["index"] == 1


def test_empty_ground_takes_clicks_and_new_boxes(visit):
    page = visit("boxes=1")
    page.mouse.click(*at(page, *on(20, 60)))
    (event,) = events(page)
    assert (event["kind"], event["action"]) == ("place", "cell")
    assert (event["x"], event["y"]) == pytest.approx((20, 60), abs=1)
    drag(page, on(40, 72), on(5, 50))
    assert places(page) == [FIRST, SECOND, (5.0, 50.0, 40.0, 72.0)]
    drag(page, on(55, 5), on(80, 20))  # three are enough
    assert len(places(page)) == 3


def test_what_comes_of_it_is_shown_on_the_way(visit):
    page = visit("boxes=1&answer=1")
    wide = page.locator(".metrics")
    page.mouse.move(*at(page, *on(50, 25)))
    page.mouse.down()
    page.mouse.move(*at(page, *on(55, 25)))
    wide.filter(has_text="45.0 30.0").wait_for()
    page.mouse.move(*at(page, *on(70, 25)))
    wide.filter(has_text="60.0 30.0").wait_for()
    assert places(page) == [FIRST, SECOND]  # the page has not run
    page.mouse.up()
    page.locator("code", has_text="70, 40").first.wait_for()
    assert places(page)[0] == (10.0, 10.0, 70.0, 40.0)
    until(page, "!p.held")


def test_a_single_frame_has_nothing_to_play(visit):
    page = visit("boxes=1")
    assert page.locator(".player .picture").is_visible()
    for part in ("play", "back", "scrub", "clock", "speed"):
        assert page.locator(f".player .{part}").is_hidden()


def test_every_box_needs_a_colour_and_a_label():
    with pytest.raises(ValueError, match="got 1, 2 and 1"):
        Movable((0, 0, 9, 9), (0, 9), ((1, 1, 2, 2),), (1, 2), ("a",), "put")
