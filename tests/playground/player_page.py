"""What the tests of the player share: its little app, and ways to use the page."""

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.browser import served, settle

APP = Path(__file__).with_name("player_app.py")
PROBE = """root => { const { time, playing, painted, tape } = root.player;
  return { time, playing, painted, frames: tape.frames.length, last: tape.last }; }"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    log = tmp_path_factory.mktemp("player") / "server.log"
    with served([sys.executable, str(APP), "{port}"], log) as url:
        yield url
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture
def visit(new_page, address):
    """Open the app as a new visitor; at the end, nothing may have been thrown."""
    pages, problems = [], []

    def go(query="", motion="no-preference", before=lambda page: None):
        page = new_page(viewport=(1000, 1200))
        pages.append(page)
        page.emulate_media(reduced_motion=motion)
        page.on("pageerror", lambda error: problems.append(str(error)))
        before(page)
        page.goto(f"{address}/?{query}")
        settle(page)
        page.locator(".player").first.wait_for()
        return page

    yield go
    for page in pages:
        page.close()
    assert not problems


def state(page, nth=0):
    return page.locator(".player").nth(nth).evaluate(PROBE)


def until(page, condition, nth=0):
    """Wait for a condition on the player `p`."""
    root = page.locator(".player").nth(nth).element_handle()
    page.wait_for_function(
        f"root => {{ const p = root.player; return {condition} }}", arg=root
    )


def shown(page, word):
    """What the page was told: the value of its line that starts with `word`."""
    settle(page)
    text = page.locator("code", has_text=re.compile(f"^{word} ")).inner_text()
    return text.removeprefix(word).strip()


def events(page):
    return ast.literal_eval(shown(page, "events"))


def pulls(page):
    return ast.literal_eval(shown(page, "pulls"))


def press(page, name, nth=0):
    page.locator(".player").nth(nth).get_by_role("button", name=name).click()


def play(page):
    press(page, re.compile("^Play"))


def pause(page):
    press(page, re.compile("^Pause"))
    settle(page)


def at(page, x, y):
    """Stage coordinates to those of the window."""
    box = page.locator(".canvas").first.bounding_box()
    return box["x"] + x * box["width"] / 400, box["y"] + y * box["width"] / 400


def drag(page, *spots):
    page.mouse.move(*at(page, *spots[0]))
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*at(page, *spot), steps=3)
    page.mouse.up()


def number(page, label):
    return (
        page.locator(".metrics div", has_text=label).locator("span").last.inner_text()
    )
