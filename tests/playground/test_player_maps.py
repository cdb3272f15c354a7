"""Ways over a map, a surface turned by hand, and a playhead the page may move."""

import re

from tests.browser import settle
from tests.playground.player_page import (
    address,
    at,
    drag,
    events,
    press,
    shown,
    state,
    until,
)
from tests.playground.player_page import visit as open_app

__all__ = ["address", "open_app"]  # fixtures

PIXEL = """(root, [x, y]) => { const { canvas, px, g } = root.player;
  return [...g.getImageData(Math.round(x * px), Math.round(y * px), 1, 1).data]; }"""


def pixel(page, x, y):
    """Red, green, blue, opacity of the canvas at this place of the stage."""
    return page.locator(".player").evaluate(PIXEL, [x, y])


def go_to(page, time):
    page.get_by_label("Go to").fill(str(time))
    page.keyboard.press("Enter")
    settle(page)


def test_a_tape_may_begin_below_zero(open_app):
    page = open_app("maps=1")
    assert state(page)["time"] == -2
    page.keyboard.press("ArrowRight")
    until(page, "p.time === -1")
    assert "time=-1" in shown(page, "position")


def test_a_click_on_the_picture_tells_its_place(open_app):
    page = open_app("maps=1")
    page.mouse.click(*at(page, 130, 60))
    (event,) = events(page)
    assert (event["kind"], event["action"]) == ("place", "start")
    assert abs(event["x"] - 0.5) < 0.02
    assert abs(event["y"] - 0.5) < 0.02


def test_the_way_grows_with_the_playhead_and_is_cut_at_the_border(open_app):
    page = open_app("maps=1")
    assert pixel(page, 20, 30)[:3] == [255, 0, 0]  # the picture
    middle = pixel(page, 70, 120)
    go_to(page, 2)
    until(page, "p.time === 2")
    assert pixel(page, 70, 120) != middle
    assert pixel(page, 185, 5)[3] == 0  # nothing beyond the map
    press(page, re.compile("^To the start"))
    until(page, "p.time === -2")
    assert pixel(page, 70, 120) == middle


def test_dragging_turns_the_surface_and_moves_nothing_else(open_app):
    page = open_app("maps=1")
    before = pixel(page, 250, 100), pixel(page, 320, 80)
    drag(page, (290, 100), (240, 130))
    until(page, "p.views")
    assert (pixel(page, 250, 100), pixel(page, 320, 80)) != before
    assert state(page)["time"] == -2
    assert events(page) == []


def test_the_page_moves_the_playhead_but_does_not_echo_it(open_app):
    page = open_app("maps=1")
    go_to(page, 1)
    until(page, "p.time === 1")
    press(page, re.compile("^Step back"))
    until(page, "p.time === 0")
    go_to(page, 0)  # as a page does that keeps the place in a control
    page.keyboard.press("Tab")
    assert state(page)["time"] == 0
    go_to(page, 1)
    until(page, "p.time === 1")


def test_a_rest_in_the_same_place_is_told_again(open_app):
    page = open_app("maps=1")
    for turn in (1, 2):
        press(page, re.compile("^Step forward"))
        until(page, "p.time === -1")
        assert f"count={turn}" in shown(page, "position")
        go_to(page, -2 + turn / 1000)  # the page moves the playhead back
        until(page, "p.time < -1.5")


def test_other_frames_keep_the_playhead_and_its_place_at_the_end(open_app):
    page = open_app("maps=1")
    go_to(page, 2)
    until(page, "p.time === 2")
    page.get_by_text("Fewer").click()
    until(page, "p.tape.frames.length === 4 && p.time === 1")
    page.get_by_text("Fewer").click()
    until(page, "p.tape.frames.length === 5 && p.time === 2")
    press(page, re.compile("^Step back"))
    press(page, re.compile("^Step back"))
    until(page, "p.time === 0")
    page.get_by_text("Fewer").click()
    until(page, "p.tape.frames.length === 4 && p.time === 0")


def test_bars_stand_under_the_curve_for_the_frames_before(open_app):
    page = open_app("maps=1")
    go_to(page, 0)
    until(page, "p.time === 0")
    lags = "p.scene.layers.find(l => l.kind === 'lags')"
    plot = "p.scene.layers.find(l => l.id === 'v').plot"
    root = page.locator(".player")
    x, step, bottom = root.evaluate(
        f"root => {{ const p = root.player, {{ x, w }} = {plot}, {{ box }} = {lags};"
        " return [x + w / 2, w / 4, box[1] + box[3]]; }"
    )
    here, before, later = (
        pixel(page, place, bottom - 8) for place in (x, x - step, x + step)
    )
    assert here[3] == 255
    assert before == here
    assert later[3] == 0
