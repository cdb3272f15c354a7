"""The player in a real browser: live and still tapes, and the control bar."""

import re

from tests.browser import settle
from tests.playground.player_page import (
    address,
    at,
    number,
    pause,
    play,
    press,
    pulls,
    shown,
    state,
    until,
    visit,
)

__all__ = ["address", "visit"]  # fixtures

HTML = {"status": 200, "content_type": "text/html", "body": "<html></html>"}


def test_nothing_moves_or_is_asked_for_before_the_learner_plays(visit):
    page = visit()
    before = state(page)
    page.wait_for_timeout(500)
    assert state(page) == before
    assert before["time"] == 0
    assert not before["playing"]


def test_a_live_tape_plays_smoothly_and_shows_exact_numbers(visit):
    page = visit()
    play(page)
    until(page, "p.time > 20")
    pause(page)
    now = state(page)
    assert now["time"] == int(now["time"])  # rests on a frame
    assert number(page, "Twice") == f"{2 * now['time']:.0f}"
    assert page.locator(".clock").inner_text() == f"epoch {now['time']:.0f}"
    assert page.locator(".status").inner_text().startswith(f"At {now['time']:.0f}: ")
    assert shown(page, "position").startswith(f"Position(time={now['time']:.0f}")
    assert len([step for _, step in pulls(page) if step == 2]) > 3  # ten a second
    assert now["painted"] > 30


def test_a_player_at_rest_neither_paints_nor_asks(visit):
    page = visit()
    play(page)
    until(page, "p.time > 2")
    pause(page)
    before = state(page)
    page.wait_for_timeout(400)
    assert state(page) == before


def test_steps_walk_over_frames_and_pull_one_unit_at_the_end(visit):
    page = visit()
    until(page, "p.tape.frames.length > 0")
    frames = state(page)["last"]
    for _ in range(int(frames) + 1):
        press(page, re.compile("^Step forward"))
        settle(page)
    assert state(page)["time"] == frames + 1
    assert pulls(page)[-1] == (frames, 1.0)
    press(page, re.compile("^Step back"))
    assert state(page)["time"] == frames
    press(page, re.compile("^To the start"))
    assert state(page)["time"] == 0
    assert shown(page, "position").startswith("Position(time=0")


def test_keys_play_and_step_but_not_while_typing(visit):
    page = visit()
    page.keyboard.press("ArrowRight")
    until(page, "p.time === 1")
    page.keyboard.press("Space")
    until(page, "p.playing && p.time > 3")
    page.keyboard.press("Space")
    page.keyboard.press("Home")
    until(page, "!p.playing && p.time === 0")
    page.mouse.click(*at(page, 70, 40))
    page.locator(".editor input").press("ArrowRight")
    page.locator(".editor input").press("Space")
    assert state(page)["time"] == 0


def test_an_answer_of_another_generation_is_dropped_and_playing_goes_on(visit):
    page = visit()
    play(page)
    until(page, "p.time > 10")
    page.get_by_role("button", name="Another tape").click()
    until(page, "p.tape.generation === 1 && p.time > 2 && p.time < 10 && p.playing")
    pause(page)
    assert number(page, "Generation") == "1"


def test_frames_up_to_the_kept_time_stay(visit):
    page = visit()
    play(page)
    until(page, "p.time > 10")
    pause(page)
    time = state(page)["time"]
    page.get_by_role("button", name="Another end").click()
    until(page, f"p.tape.generation === 1 && p.tape.last > {time}")
    assert (state(page)["time"], number(page, "Generation")) == (time, "0")
    press(page, re.compile("^Step forward"))
    until(page, f"p.time > {time}")
    assert number(page, "Generation") == "1"


def test_a_changed_frame_is_shown_where_it_was(visit):
    page = visit()
    play(page)
    until(page, "p.time > 10")
    pause(page)
    time = state(page)["time"]
    page.get_by_role("button", name="Another frame").click()
    until(page, f"p.tape.generation === 1 && p.time === {time} && p.target === null")
    assert number(page, "Generation") == "1"


def test_another_look_of_all_frames_leaves_the_playhead_alone(visit):
    page = visit()
    play(page)
    until(page, "p.time > 10")
    pause(page)
    time = state(page)["time"]
    page.get_by_role("button", name="Another look").click()
    until(page, f"p.tape.generation === 1 && p.time === {time} && p.target === null")
    assert number(page, "Generation") == "1"


def test_a_link_opened_at_a_time_arrives_there_and_rests(visit):
    page = visit("goto=130")
    until(page, "p.time === 130")
    assert not state(page)["playing"]
    assert number(page, "Twice") == "260"


def test_the_end_is_explained_and_play_starts_again(visit):
    page = visit("end=12")
    play(page)
    until(page, "!p.playing && p.time === 12")
    assert page.locator(".note").inner_text() == "stopped at 12"
    press(page, re.compile("^Step forward"))
    assert state(page)["time"] == 12
    play(page)
    until(page, "p.playing && p.time < 12")


def test_a_long_tape_is_thinned_but_keeps_its_first_and_newest_frames(visit):
    page = visit("goto=2000&end=3000")
    until(page, "p.time === 2000")
    page.locator(".speed").select_option("10")
    times = "p.tape.frames.map(f => f.t)"
    page.locator(".player").evaluate(
        """root => { const { tape } = root.player, size = 4 * 13 + 48;
        const bytes = new Uint8Array(1000 * size);
        tape.add(Array.from({ length: 1000 }, (_, i) => 2001 + i), bytes); }"""
    )
    until(page, f"{times}.length <= 900 && {times}[0] === 0 && p.tape.last === 3000")
    until(page, f"{times}.slice(-400).every((t, i) => t === 2601 + i)")


def test_a_tape_that_is_gone_is_said_and_nothing_breaks(visit):
    page = visit(
        before=lambda page: page.route("**/tape/**", lambda r: r.fulfill(status=404))
    )
    assert "Reload the page" in page.locator(".note").inner_text()
    play(page)
    page.wait_for_timeout(300)
    assert state(page)["frames"] == 0


def test_a_server_without_the_route_says_how_to_start(visit):
    page = visit(
        before=lambda page: page.route("**/tape/**", lambda r: r.fulfill(**HTML))
    )
    assert "`playground`" in page.locator(".note").inner_text()


def test_a_lost_connection_is_said_and_tried_again(visit):
    page = visit()
    play(page)
    page.route("**/tape/**", lambda route: route.abort())
    until(page, "p.tape.problem === 'offline'")
    page.get_by_text("No connection").wait_for()
    last = state(page)["last"]
    page.unroute("**/tape/**")
    until(page, f"p.tape.last > {last} && p.playing")
    assert page.locator(".note").inner_text() == ""


def test_leaving_stops_asking(visit):
    page = visit()
    play(page)
    until(page, "p.time > 5")
    asked = []
    page.get_by_text("Hide", exact=True).click()
    settle(page)
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(500)
    assert not [url for url in asked if "/tape/" in url]


def test_still_tapes_play_side_by_side_without_the_server(visit):
    page = visit("still=1&two=1")
    page.route("**/tape/**", lambda route: route.abort())
    play_second = page.locator(".player").nth(1)
    play_second.get_by_role("button", name=re.compile("^Play")).click()
    until(page, "!p.playing && p.time === 4", nth=1)
    assert state(page)["time"] == 0
    assert state(page, 1)["last"] == 4


def test_a_rerun_keeps_the_player_and_its_place(visit):
    page = visit("still=1")
    page.locator(".player").evaluate("root => { root.mine = true; }")
    press(page, re.compile("^Step forward"))
    page.get_by_role("button", name="Another tape").click()
    settle(page)
    assert page.locator(".player").evaluate("root => root.mine")
    assert state(page)["time"] == 1


def test_reduced_motion_jumps_from_frame_to_frame(visit):
    for motion, whole in (("reduce", True), ("no-preference", False)):
        page = visit("still=1", motion)
        value = page.locator(".player").evaluate(
            """root => { const p = root.player; p.scrub(2.5); p.blend();
            return p.cur.f[0]; }"""
        )
        assert value == (2 if whole else 5)


def test_palettes_paint_what_the_bytes_say(visit):
    page = visit("still=1")
    pixels = page.locator(".player").evaluate(
        """root => { const { g, px } = root.player; return [70, 120, 170].map(y =>
        [...g.getImageData(380 * px, y * px, 1, 1).data].slice(0, 3)); }"""
    )
    assert pixels == [[0, 8, 16], [0, 0x22, 0x4E], [0xF5, 0x93, 0x22]]
