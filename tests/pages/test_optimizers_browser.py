"""The page of optimizers as a class uses it: play, scrub backwards, click, tune."""

import re

import pytest

from tests.browser import settle
from tests.pages.playing import COUNT_MESSAGES, numbers, player, press, scrub, until

SHORT = "steps=50&runs=sgd:learning_rate=0.05~adam:learning_rate=0.1"


def look(page):
    return player(page).evaluate(
        """root => { const p = root.player;
          return { time: p.time, last: p.tape.last, playing: p.playing,
                   painted: p.painted, place: [...p.cur.f.slice(0, 4)] }; }"""
    )


def place(page, x, y):
    """Return where (x, y) of the shares of the map is on the screen, y up."""
    box = player(page).locator(".canvas").bounding_box()
    left, top, wide, high, stage = player(page).evaluate(
        """root => { const { layers, size } = root.player.scene;
          return [...layers.find(l => l.kind === "picture").box, size[0]]; }"""
    )
    scale = box["width"] / stage
    return (
        box["x"] + (left + x * wide) * scale,
        box["y"] + (top + (1 - y) * high) * scale,
    )


def test_a_race_is_scrubbed_backwards_to_the_same_numbers(open_page):
    page = open_page("optimizers", SHORT)
    assert look(page)["time"] == look(page)["last"] == 50  # it opens at its end
    page.evaluate(COUNT_MESSAGES)
    seen = {}
    for time in (0, 10, 25, 40):
        scrub(page, time)
        until(page, f"!p.dirty && p.time === {time}")
        seen[time] = (look(page)["place"], numbers(page))
    assert len({str(shown) for shown in seen.values()}) == 4
    for time in (40, 25, 10, 0):
        scrub(page, time)
        until(page, f"!p.dirty && p.time === {time}")
        assert (look(page)["place"], numbers(page)) == seen[time]
    assert page.evaluate("window.messages") == 0  # the server was never asked
    assert seen[0][0] == pytest.approx([-2.5, 1, -2.5, 1])


def test_it_plays_steps_and_steps_back(open_page):
    page = open_page("optimizers", SHORT + "&step=0")
    assert look(page)["time"] == 0
    first = numbers(page)
    press(page, "^Play")
    until(page, "p.time > 5")
    press(page, "^Pause")
    settle(page)
    time = look(page)["time"]
    press(page, "^Step back")
    until(page, f"p.time === {time} - 1")
    settle(page)
    assert f"step={time - 1:g}" in page.url
    press(page, "^To the start")
    settle(page)
    assert numbers(page) == first


def test_a_click_on_the_map_starts_the_race_there(open_page):
    page = open_page("optimizers", SHORT)
    page.mouse.click(*place(page, 0.75, 0.25))
    until(page, "Math.abs(p.tape.frames[0].f[0] - 1.5) < 0.05")
    settle(page)
    field = page.get_by_role("textbox", name="Start")
    x, y = map(float, field.input_value().split(","))
    assert (x, y) == (pytest.approx(1.5, abs=0.05), pytest.approx(-1.5, abs=0.05))
    assert look(page)["time"] == 50  # at the end, as it was
    assert "start_bowl=" in page.url
    page.reload()
    settle(page)
    start = player(page).evaluate("root => root.player.tape.frames[0].f[0]")
    assert start == pytest.approx(x, abs=1e-3)


def test_a_click_is_painted_before_the_page_has_run_and_the_page_agrees(open_page):
    page = open_page("optimizers", SHORT)
    page.evaluate(
        """() => { const send = WebSocket.prototype.send; window.late = [];
          WebSocket.prototype.send = function (...m) {
            window.late.push(() => send.apply(this, m)); }; }"""
    )
    page.mouse.click(*place(page, 0.75, 0.25))
    until(page, "Math.abs(p.tape.frames[0].f[0] - 1.5) < 0.05 && !p.dirty")
    page.wait_for_function("() => window.late.length")
    answered = player(page).evaluate("root => root.player.text")
    page.evaluate("() => window.late.forEach(send => send())")
    until(page, "p.page !== null && p.page === p.text")
    assert player(page).evaluate("root => root.player.text") == answered


def test_a_click_without_an_answer_is_left_to_the_page(open_page):
    page = open_page("optimizers", SHORT)
    page.route("**/answer/**", lambda route: route.fulfill(status=204))
    page.mouse.click(*place(page, 0.75, 0.25))
    until(page, "Math.abs(p.tape.frames[0].f[0] - 1.5) < 0.05")


def test_a_click_on_the_line_of_one_parameter_starts_there(open_page):
    page = open_page("optimizers", SHORT + "&surface=parabola")
    page.mouse.click(*place(page, 0.5, 0.5))
    until(page, "Math.abs(p.tape.frames[0].f[0] - 5) < 0.1")


def test_clicks_and_nonsense_are_borne_in_any_order(open_page):
    page = open_page("optimizers", SHORT)
    field = page.get_by_role("textbox", name="Start")
    field.fill("somewhere, else")
    field.press("Enter")
    page.get_by_text("Two numbers on the map, such as 0.5, 1").wait_for()
    page.mouse.click(*place(page, 0.2, 0.8))
    until(page, "Math.abs(p.tape.frames[0].f[0] + 1.8) < 0.05")
    settle(page)
    assert not page.get_by_text("Two numbers on the map, such as 0.5, 1").count()


def test_one_step_follows_the_playhead_and_the_runner(open_page):
    page = open_page("optimizers", SHORT + "&view=step&step=3&runner=2")
    page.get_by_text(re.compile("2 Adam")).first.wait_for()
    formula = page.locator(".katex-display").first
    before = formula.text_content()
    press(page, "^Step back")
    page.wait_for_url(re.compile("step=2"))
    settle(page)
    assert formula.text_content() != before
    press(page, "^Step forward")
    page.wait_for_url(re.compile("step=3"))
    settle(page)
    assert formula.text_content() == before
    group = page.get_by_role("radiogroup", name="Runner")
    group.get_by_role("radio", name="1", exact=True).click()
    settle(page)
    assert look(page)["time"] == 3
    page.get_by_text(re.compile("1 SGD")).first.wait_for()


def test_runners_are_edited_and_tuned_on_screen(open_page):
    page = open_page("optimizers", SHORT)
    page.get_by_role("button", name="Add").click()
    settle(page)
    assert len(numbers(page)) == 6
    assert "momentum" in page.url
    page.get_by_role("button", name="Tune all").click()
    page.get_by_text("Tuned fairly").wait_for()
    settle(page)
    assert "sgd%3Alearning_rate%3D0.05" not in page.url
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert "runs=" not in page.url


def test_the_language_changes_and_the_race_stays(open_page):
    page = open_page("optimizers", SHORT + "&step=20")
    before = look(page)
    page.get_by_role("button", name="View").click()
    page.get_by_role("radio", name="Español").click()
    page.get_by_text("Carrera", exact=True).wait_for()
    settle(page)
    assert look(page)["place"] == before["place"]
    assert look(page)["time"] == 20
