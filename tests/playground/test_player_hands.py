"""Hands on the player's stage: tips, weights, brush, buttons, scrubbing, files."""

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
    visit,
)

__all__ = ["address", "visit"]  # fixtures


def test_a_tip_tells_the_value_under_the_pointer(visit):
    page = visit("still=1")
    page.mouse.move(*at(page, 70, 42))
    assert page.locator(".tip").inner_text() == "w = 0.5000"
    page.mouse.move(*at(page, 20, 60))
    assert page.locator(".tip").inner_text() == "b = 0"
    page.mouse.move(*at(page, 70, 110))
    assert page.locator(".tip").is_hidden()


def test_pointing_at_a_small_field_enlarges_it(visit):
    page = visit("still=1")
    page.mouse.move(*at(page, 150, 40))
    until(page, "p.zoomed?.offset === 0")
    assert page.locator(".tip").inner_text() == "unit 1 at 0"
    page.mouse.move(*at(page, 150, 150))
    until(page, "!p.zoomed")


def test_small_fields_are_reached_by_keyboard(visit):
    page = visit("still=1")
    page.locator(".zone").first.focus()
    page.keyboard.press("ArrowDown")
    until(page, "p.zoomed?.offset === 16")
    assert state(page)["time"] == 0


def test_a_weight_is_typed_in_place(visit):
    page = visit()
    page.mouse.click(*at(page, 70, 80))
    field = page.locator(".editor input")
    assert field.input_value() == "-0.25"
    field.fill("1.5")
    field.press("Enter")
    (event,) = events(page)
    assert (event["kind"], event["id"], event["value"]) == ("edit", "w.1", 1.5)
    assert (event["time"], event["generation"]) == (0, 0)
    page.mouse.click(*at(page, 70, 80))
    field.press("Escape")
    assert page.locator(".editor").is_hidden()
    assert len(events(page)) == 1


def test_clicking_a_weight_pauses(visit):
    page = visit()
    press(page, re.compile("^Play"))
    until(page, "p.time > 3")
    page.mouse.click(*at(page, 70, 40))
    assert not state(page)["playing"]
    assert page.locator(".editor input").is_visible()


def test_painting_erasing_and_moving_points(visit):
    page = visit("still=1")
    drag(page, (220, 70), (260, 70))
    painted = events(page)[-1]["points"]
    assert painted[:2] == [[-0.5, -0.5, 1], [0.5, 0.5, 0]]
    assert len(painted) == 6  # every 11 pixels
    assert {tuple(point[1:]) for point in painted[2:]} == {(0.75, 1)}
    press(page, "Add points B")
    drag(page, (220, 190), (221, 190))
    assert events(page)[-1]["points"][-1] == [-0.75, -0.75, 0]
    press(page, "Erase points")
    drag(page, (215, 70), (265, 70))
    assert len(events(page)[-1]["points"]) == 3
    press(page, "Move a point")
    drag(page, (320, 90), (340, 130))
    assert events(page)[-1]["points"][1] == [0.75, 0, 0]


def test_buttons_and_menus_on_the_stage_send_what_they_are(visit):
    page = visit("still=1")
    press(page, "Add a unit")
    assert events(page)[-1] | {"time": 0} == {
        "kind": "button",
        "action": "add",
        "value": "1",
        "time": 0,
        "generation": 0,
    }
    page.get_by_role("combobox", name="Shape").select_option("relu")
    assert (events(page)[-1]["action"], events(page)[-1]["value"]) == ("act", "relu")


def test_the_curve_and_the_slider_scrub(visit):
    page = visit("still=1")
    drag(page, (60, 260), (189, 260))
    assert state(page)["time"] == 4
    assert shown(page, "position").startswith("Position(time=4")
    page.get_by_role("slider", name="Position").fill("1.7")
    settle(page)
    assert state(page)["time"] == 1  # rests on the frame before
    assert shown(page, "position").startswith("Position(time=1")


def test_picture_and_video_are_saved_under_the_players_name(visit):
    page = visit("still=1")
    with page.expect_download() as picture:
        press(page, "Save as PNG")
    assert picture.value.suggested_filename == "first.png"
    assert picture.value.path().read_bytes().startswith(b"\x89PNG")
    press(page, "Record a video")
    press(page, re.compile("^Play"))
    until(page, "!p.playing && p.time === 4")
    page.wait_for_timeout(1000)  # a second of film: on a busy machine frames are few
    with page.expect_download() as video:
        press(page, "Stop recording")
    assert video.value.suggested_filename == "first.webm"
    assert video.value.path().stat().st_size > 1000


def test_everything_has_a_name(visit):
    page = visit("still=1")
    names = page.locator(".player").evaluate(
        """root => [...root.querySelectorAll("button, select, input, canvas")]
        .filter(node => node.checkVisibility())
        .map(node => node.getAttribute("aria-label"))"""
    )
    assert len(names) > 10
    assert all(names)
    assert page.get_by_role("img", name=re.compile("Animation")).is_visible()


def test_larger_page_type_enlarges_the_text_on_the_canvas(visit):
    page = visit("still=1")
    page.add_style_tag(content="html { font-size: 22px !important; }")
    page.get_by_role("button", name="Another tape").click()
    until(page, "p.look.type === 1.375")


def test_what_a_run_swallows_is_told_again(visit):
    page = visit("still=1")
    page.locator(".player").evaluate(
        """({ player }) => {
          const { trigger } = player;
          player.trigger = () => { player.trigger = trigger; }; // nobody hears it
        }"""
    )
    press(page, "Add a unit")
    page.locator("code", has_text="'add'").wait_for()
    (event,) = events(page)
    assert (event["action"], event["value"]) == ("add", "1")
    assert "sent" not in event


def test_what_is_told_twice_is_heard_once(visit):
    page = visit("still=1")
    page.locator(".player").evaluate(
        """({ player }) => {
          const { trigger } = player;
          player.trigger = (name, event) => {
            trigger(name, event);
            setTimeout(() => trigger(name, event), 500);
            setTimeout(() => { player.told = true; }, 600);
          };
        }"""
    )
    press(page, "Add a unit")
    until(page, "p.told")
    assert len(events(page)) == 1
