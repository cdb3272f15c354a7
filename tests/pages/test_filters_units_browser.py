"""Units, switches and squares as a class uses them: click, watch, scrub."""

import re

from tests.browser import settle

PLAYER = ".player .canvas"


def click(page, x, y):
    """Click the stage at logical pixels of its 920 x 470."""
    canvas = page.locator(PLAYER).last
    box = canvas.bounding_box()
    place = {"x": x / 920 * box["width"], "y": y / 470 * box["height"]}
    canvas.click(position=place)


def number(page, label):
    """Return the number with this label in the row under the stage."""
    row = page.locator(".player .metrics > div").filter(has_text=label)
    return row.locator("span").last.inner_text()


def test_a_click_on_a_unit_grows_its_picture(open_page):
    page = open_page("filters", "view=excite&xlayer=c3&xsteps=32")
    click(page, 28.75 * 8 + 14, 28.75 * 1.5)  # the second row's ninth
    page.wait_for_url(re.compile("xc3=40"))
    clock = page.locator(".player .clock").last
    clock.filter(has_text="step 32").wait_for()
    page.wait_for_function(
        """() => [...document.querySelectorAll("*")].some((node) =>
          node.shadowRoot?.textContent?.match(/[0-9.]+ ×/)
          || (node.className === "metrics" && /[0-9.]+ ×/.test(node.textContent)))"""
    )
    assert page.locator("[data-testid=stNumberInput] input").first.input_value() == "40"
    page.locator(".player .start").last.click()
    clock.filter(has_text="step 0").wait_for()


def test_a_click_on_a_map_switches_it_off_and_on(open_page):
    page = open_page("filters", "view=ablate")
    assert number(page, "Off in C4") == "0 of 96"
    click(page, 214 + 37.2 * 3.5, 30 + 37.2 * 5.5)  # 53
    page.wait_for_url(re.compile(r"aoff=0\.0\.0\.20000000000000"))
    settle(page)
    assert number(page, "Answer when off") == "cat"
    page.locator(".player .start").last.click()
    page.locator(".player .clock").last.filter(has_text="faded 0").wait_for()
    settle(page)
    assert number(page, "dog, now") == number(page, "dog, all on")
    click(page, 214 + 37.2 * 3.5, 30 + 37.2 * 5.5)
    page.wait_for_function("() => !location.search.includes('aoff')")
    settle(page)
    assert number(page, "Off in C4") == "0 of 96"


def test_a_click_on_the_picture_moves_the_square(open_page):
    page = open_page("filters", "view=ablate&ashow=cover&lphoto=astronaut")
    before = number(page, "truck, covered")
    click(page, 142, 30 + 142)  # the middle
    page.wait_for_url(re.compile(r"aat=1[56]\.1[56]"))
    settle(page)
    assert number(page, "truck, covered") != before
    page.locator(".player .forth").last.click()
    page.wait_for_url(re.compile(r"aat=1[57]\.1[79]"))
