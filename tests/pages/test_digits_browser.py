"""The digit page in a real browser: what only a mouse and an address can show."""

import math
from urllib.parse import parse_qs, urlsplit

import pytest

from playground import drawing
from tests.browser import settle
from tests.messages import translated
from tests.pages.test_digits import SEVEN
from tests.pages.test_digits_inputs import photographed

STROKE = [(70, 60), (130, 58), (205, 62), (170, 140), (135, 230)]  # a seven


def prediction(page):
    """Return the answers and how sure they are, as the page shows them."""
    values = page.locator(".st-key-prediction [data-testid=stMetricValue]")
    values.first.wait_for()
    return [text.strip() for text in values.all_inner_texts()]


def canvas(page):
    return page.locator("[class*='st-key-pad-'] canvas.upper-canvas").last


def draw(page, points):
    """Pull the pen through points of the canvas."""
    box = canvas(page).bounding_box()
    (x, y), *rest = [(box["x"] + right, box["y"] + down) for right, down in points]
    page.mouse.move(x, y)
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(x, y, steps=8)
    page.mouse.up()


def ink(page):
    """Return the strokes in the browser's address."""
    text = parse_qs(urlsplit(page.url).query).get("ink", [""])[0]
    return drawing.from_text(text)


def wait_for_strokes(page, count):
    """Wait until the address holds so many strokes, and the page stands still."""
    for _glance in range(100):
        settle(page)
        if len(ink(page)) == count:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{len(ink(page))} strokes in the address, not {count}")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


def copied(page):
    """Press the button that copies the link; return its query."""
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    return urlsplit(page.evaluate("navigator.clipboard.readText()")).query


@pytest.fixture
def drawn(open_page):
    """The page after somebody has drawn a seven."""
    page = open_page("digits", "lang=en")
    canvas(page).wait_for()
    draw(page, STROKE)
    wait_for_strokes(page, 1)
    return page


def test_drawn_seven_is_read_and_stays_where_it_was_drawn(drawn):
    assert prediction(drawn)[0].startswith("7 ")
    (stroke,) = ink(drawn)
    assert stroke.width == 20
    for corner in STROKE:  # the canvas rounds them off a little
        assert min(math.dist(corner, point) for point in stroke.points) < 8


def test_language_changes_under_a_drawing_that_stays(drawn):
    before, strokes = prediction(drawn), ink(drawn)
    drawn.get_by_role("button", name="View").click()
    drawn.get_by_text("Español", exact=True).click()
    drawn.get_by_role("button", name=translated("Clear", "es")).wait_for()
    settle(drawn)
    assert ink(drawn) == strokes
    assert prediction(drawn)[:3] == before[:3]
    assert "lang=es" in drawn.url


def test_copied_link_brings_back_drawing_controls_and_answer(drawn, open_page):
    drawn.locator("[data-testid=stCheckbox]", has_text="Smooth").click()
    settle(drawn)
    drawn.get_by_text("tanh (1998)", exact=True).click()
    settle(drawn)
    wait_for_strokes(drawn, 1)
    query = copied(drawn)
    wanted = parse_qs(query)
    assert (wanted["smooth"], wanted["net"]) == (["0"], ["tanh"])
    there = open_page("digits", query, locale="es-ES")
    wait_for_strokes(there, 1)
    assert ink(there) == ink(drawn)
    assert prediction(there) == prediction(drawn)
    assert parse_qs(copied(there)) == wanted


def test_undo_takes_back_one_stroke_and_clear_all(drawn):
    draw(drawn, [(100, 140), (180, 140)])
    wait_for_strokes(drawn, 2)
    first, _second = ink(drawn)
    press(drawn, "Undo")
    wait_for_strokes(drawn, 1)
    assert ink(drawn) == (first,)
    draw(drawn, [(90, 200), (190, 200)])  # the canvas is still one to draw on
    wait_for_strokes(drawn, 2)
    assert ink(drawn)[0] == first
    press(drawn, "Clear")
    wait_for_strokes(drawn, 0)
    assert drawn.locator(".st-key-prediction").count() == 0
    draw(drawn, STROKE)
    wait_for_strokes(drawn, 1)
    assert prediction(drawn)[0].startswith("7 ")


def test_click_on_the_map_chooses_row_and_column(open_page):
    page = open_page("digits", f"lang=en&view=cell&ink={SEVEN}")
    cells = page.locator(".st-key-cell .draglayer .x2y2 .nsewdrag")
    cells.wait_for()
    box = cells.bounding_box()
    column, row = 3, 20  # of 28
    x = box["x"] + (column + 0.5) / 28 * box["width"]
    y = box["y"] + (row + 0.5) / 28 * box["height"]
    page.mouse.move(x, y, steps=3)
    page.mouse.click(x, y)
    page.wait_for_url("**c1col=3**")
    settle(page)
    assert page.get_by_label("Row", exact=True).input_value() == str(row)
    assert page.get_by_label("Column", exact=True).input_value() == str(column)


def test_crop_switch_changes_the_answer(drawn):
    before = prediction(drawn)
    for after in ([], before):
        drawn.locator("[data-testid=stCheckbox]", has_text="Crop").click()
        settle(drawn)
        assert (prediction(drawn) == before) == bool(after)


def test_try_this_sets_the_controls(open_page):
    page = open_page("digits", "lang=en")
    page.get_by_role("tab", name="Try this").click()
    page.get_by_role("button", name="Forget to normalise").click()
    page.locator(".st-key-prediction").wait_for()
    wait_for_strokes(page, 1)
    query = parse_qs(urlsplit(page.url).query)
    assert query["normalise"] == ["0"]
    switch = page.locator("[data-testid=stCheckbox]", has_text="Scale")
    assert not switch.locator("input").is_checked()
    assert not prediction(page)[0].startswith("7 ")


def test_uploaded_photo_is_read(open_page):
    page = open_page("digits", "lang=en&source=photo")
    photo = {"name": "seven.jpg", "mimeType": "image/jpeg", "buffer": photographed()}
    page.locator("input[type=file]").set_input_files(photo)
    page.locator(".st-key-prediction").wait_for()
    settle(page)
    assert prediction(page)[0].startswith("7 ")


@pytest.mark.parametrize("code", ["en", "es"])
def test_text_that_calls_itself_a_picture_gets_a_translated_warning(open_page, code):
    page = open_page("digits", f"lang={code}&source=photo")
    file = {"name": "notes.png", "mimeType": "image/png", "buffer": b"a,b\n1,2\n"}
    page.locator("input[type=file]").set_input_files(file)
    warning = page.locator("[data-testid=stAlertContentWarning]")
    message = "This file cannot be read as a picture: try PNG or JPEG."
    assert warning.inner_text().strip() == translated(message, code)
    assert page.locator(".st-key-prediction").count() == 0
