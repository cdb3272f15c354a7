"""Writing on the player's stage: strokes shown, answered, told, kept by the page."""

import ast

import pytest

from playground.drawing import from_text
from tests.playground.player_page import address, at, drag, shown, until, visit

__all__ = ["address", "visit"]  # fixtures
WHITE = """({ player }, [x, y]) => {
  const at = [x, y].map(value => Math.round(value * player.px));
  return player.g.getImageData(...at, 1, 1).data[0];
}"""


def on(x, y):
    """Return where a pixel of the sheet is on the stage."""
    return 100 + 2 * x, 50 + 2 * y


def strokes(page):
    return ast.literal_eval(shown(page, "strokes"))


@pytest.mark.parametrize("query", ["ink=1", "ink=1&answer=1"])
def test_strokes_are_kept_as_they_were_written(visit, query):
    page = visit(query)
    drag(page, on(10, 10), on(50, 10), on(50, 90))
    drag(page, on(80, 20), on(70, 60))
    first, second = strokes(page)
    assert first[0] == second[0] == 8
    ends = (first[1], first[-1], second[1], second[-1])
    expected = ((10, 10), (50, 90), (80, 20), (70, 60))
    for found, wanted in zip(ends, expected, strict=True):
        assert found == pytest.approx(wanted, abs=1)
    until(page, "!p.ink && p.scene.layers[0].strokes.length === 2")
    assert page.locator(".player").evaluate(WHITE, on(30, 10)) == 255
    assert page.locator(".player").evaluate(WHITE, on(30, 50)) == 0


def test_a_press_is_a_dot(visit):
    page = visit("ink=1&answer=1")
    page.mouse.click(*at(page, *on(40, 40)))
    (dot,) = strokes(page)
    assert len(dot) == 2
    assert page.locator(".player").evaluate(WHITE, on(42, 42)) == 255


def test_the_answer_comes_before_the_page_has_run(visit):
    page = visit("ink=1&answer=1")
    page.locator(".player").evaluate("({ player }) => { player.trigger = () => {}; }")
    drag(page, on(10, 10), on(90, 90))
    page.locator(".metrics").filter(has_text="1 of ").wait_for()
    assert strokes(page) == []


def test_a_cleared_sheet_is_empty(visit):
    page = visit("ink=1&answer=1")
    drag(page, on(10, 10), on(90, 90))
    assert len(strokes(page)) == 1
    page.get_by_role("button", name="Clear").click()
    assert strokes(page) == []
    until(page, "!p.scene.layers[0].strokes.length")
    assert page.locator(".player").evaluate(WHITE, on(50, 50)) == 0


def test_the_browser_writes_the_letters_of_the_page(visit):
    page = visit("ink=1")
    drag(page, on(99, 99), on(0, 0), on(45, 99), on(3, 98))
    drag(page, on(0, 50), on(99, 49))
    until(page, "p.scene.layers[0].strokes.length === 2")
    page.locator(".player").evaluate(
        """({ player }) => {
          const { strokes } = player.scene.layers[0];
          player.trigger = (name, { ink }) => { window.told = ink; };
          player.write("wrote", strokes);
          player.wrote();
        }"""
    )
    page.wait_for_function("window.told")
    text = page.evaluate("window.told")
    read = [(one.width, *one.points) for one in from_text(text)]
    assert read == strokes(page)
