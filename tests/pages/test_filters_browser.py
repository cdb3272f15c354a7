"""The filters page as a class uses it: drag the handle, click a pixel, upload."""

import io
import re
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from engine.filters import Filter, kernel
from engine.responses import respond
from playground.photos import grey_photo
from tests.browser import settle
from tests.pages.playing import player, time, until
from tests.playground.test_uploads import chunk

CAMERA = grey_photo("camera")
# A pixel of the canvas, at shares of the picture's width and height.
PIXEL = """(root, [across, down]) => {
  const p = root.player, { box } = p.scene.layers.find(l => l.kind === "curtain");
  const [x, y] = [box[0] + across * box[2], box[1] + down * box[3]];
  return [...p.g.getImageData(Math.round(x * p.px), Math.round(y * p.px), 1, 1).data];
}"""
PLACE = """(root, [across, down]) => {
  const p = root.player, { box } = p.scene.layers.find(l => l.kind === "curtain");
  const { left, top, width } = p.canvas.getBoundingClientRect();
  const scale = width / p.scene.size[0];
  return [left + scale * (box[0] + across * box[2]),
          top + scale * (box[1] + down * box[3])];
}"""


def pixel(page, across, down):
    return player(page).evaluate(PIXEL, [across, down])[:3]


def place(page, across, down):
    return player(page).evaluate(PLACE, [across, down])


def numbers(page):
    """Return the row of numbers: label -> text."""
    lines = player(page).locator(".metrics > div")
    pairs = [lines.nth(i).locator("span") for i in range(lines.count())]
    return {pair.first.inner_text(): pair.last.inner_text() for pair in pairs}


def give(page, name, content):
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "image/png", "buffer": content}
    )
    settle(page)


def striped():
    """Return a PNG: dark left half, bright right half."""
    levels = np.full((200, 300, 3), 20, dtype=np.uint8)
    levels[:, 150:] = 220
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "PNG")
    return file.getvalue()


def bomb():
    """Return a whole PNG of 10,000 x 6,000 pixels in some 60 kB."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 10_000, 6_000, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(bytes(10_001) * 6_000, 9))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")


def test_the_handle_is_dragged_over_the_picture_and_the_link_keeps_its_place(open_page):
    page = open_page("filters", "split=50")
    assert time(page) == 50
    grey = CAMERA[50, 384].item()  # far from any handle: as it was
    assert pixel(page, 0.75, 0.1) == pytest.approx([grey] * 3, abs=12)
    paper = pixel(page, 0.1, 0.1)  # the sky has no edges
    assert paper == pytest.approx([232, 234, 235], abs=12)
    page.mouse.move(*place(page, 0.5, 0.8))
    page.mouse.down()
    page.mouse.move(*place(page, 0.9, 0.8), steps=4)
    assert time(page) == pytest.approx(90, abs=1)  # before the mouse is let go
    page.mouse.up()
    settle(page)
    assert time(page) == pytest.approx(90, abs=1)
    assert pixel(page, 0.75, 0.1) == pytest.approx([232, 234, 235], abs=12)
    page.wait_for_function("location.search.includes('split=')")
    assert "at=" not in page.url  # dragging is not clicking
    player(page).locator(".play").focus()
    page.keyboard.press("ArrowLeft")
    until(page, "p.time <= 89.5")


def test_a_click_tells_its_pixel_in_numbers(open_page):
    page = open_page("filters", "kernel=scharr&split=100")
    page.mouse.click(*place(page, 300.5 / 512, 120.5 / 512))
    page.wait_for_function("location.search.includes('at=')")
    settle(page)
    at = re.search(r"at=(\d+)\.(\d+)", page.url)
    row, column = map(int, at.groups())
    assert (row, column) == pytest.approx((120, 300), abs=1)  # screen pixels are larger
    wanted = respond(CAMERA, kernel(Filter("scharr")))[row, column].item()
    told = numbers(page)[f"Response at ({row}, {column})"]
    assert told == f"{wanted:.0f}".replace("-", "−")


def test_another_kernel_is_painted_over_the_same_picture(open_page):
    page = open_page("filters", "split=100&at=0.0")
    before = player(page).evaluate(
        "root => root.player.scene.layers.find(l => l.kind === 'curtain').png"
    )
    sky = pixel(page, 0.1, 0.1)
    page.get_by_text("Absolute", exact=True).click()
    settle(page)
    until(page, "p.curtain?.src === p.scene.layers.find(l => l.kind === 'curtain').png")
    after = player(page).evaluate(
        "root => root.player.scene.layers.find(l => l.kind === 'curtain').png"
    )
    assert after != before
    page.wait_for_timeout(100)  # the frame after it was read
    assert max(pixel(page, 0.1, 0.1)) < 40 < min(sky)


def test_a_weight_typed_into_the_table_changes_the_response(open_page):
    page = open_page("filters", "kernel=custom&split=100")
    table = page.get_by_test_id("stDataFrame").first.bounding_box()
    page.mouse.click(table["x"] + 30, table["y"] + 52)  # first row, first column
    page.wait_for_timeout(300)  # the table asks for no less
    page.keyboard.type("4")
    page.locator(".gdg-input").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('weights=4_0_-1')")
    settle(page)
    assert numbers(page)["Sum of the weights"] == "3"


def test_an_uploaded_picture_is_filtered(open_page):
    page = open_page("filters", "source=own&at=100.150&split=100")
    page.get_by_text("Choose a picture at the left").wait_for()
    give(page, "stripe.png", striped())
    assert numbers(page)["Response at (100, 150)"] == "800"
    until(page, "p.curtain")
    red, _green, blue = pixel(page, 0.5, 0.3)  # dark to bright: blue
    assert blue > red + 60
    page.get_by_role("tab", name="Take away").click()
    page.get_by_role("button", name=re.compile("response.png")).wait_for()
    page.get_by_role("button", name=re.compile("picture.png")).wait_for()


def test_bombs_and_texts_are_refused_and_the_page_goes_on(open_page):
    page = open_page("filters", "source=own")
    for content, sentence in (
        (bomb(), "This picture has more than 20 million pixels: shrink it first."),
        (b"no picture", "This file cannot be read as a picture: try PNG or JPEG."),
    ):
        give(page, "holiday.png", content)
        page.get_by_text(sentence).wait_for()
        assert player(page).count() == 0
    give(page, "stripe.png", striped())
    player(page).wait_for()


def test_a_dial_repaints_while_it_is_dragged_and_then_tells_the_page(open_page):
    page = open_page("filters", "kernel=gaussian&tone=picture&split=100")
    bar = page.locator(".dial input")
    box = bar.bounding_box()
    middle = box["y"] + box["height"] / 2
    before = pixel(page, 0.45, 0.3)
    page.mouse.move(box["x"] + 0.5 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], middle, steps=3)
    until(page, "!p.wondering && p.text !== p.page && !p.dirty")
    answered = player(page).evaluate("root => root.player.text")
    assert "sigma" not in page.url
    page.mouse.up()
    page.wait_for_url(re.compile("sigma=4"))
    settle(page)
    until(page, "p.text === p.page")
    assert player(page).evaluate("root => root.player.text") == answered
    assert pixel(page, 0.45, 0.3) != before
    sigma = bar.input_value()
    again = open_page("filters", page.url.partition("?")[2])
    assert again.locator(".dial input").input_value() == sigma


def test_a_dial_is_turned_by_keys_and_a_reset_turns_it_back(open_page):
    page = open_page("filters", "kernel=gabor&angle=45")
    bar = page.get_by_role("slider", name="Angle θ")
    assert bar.input_value() == "45"
    bar.press("ArrowRight")
    page.wait_for_url(re.compile("angle=50"))
    settle(page)
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert "angle" not in page.url
