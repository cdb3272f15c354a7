"""Figures and programs saved from the page, in a real browser."""

from xml.etree import ElementTree

import pytest
from PIL import Image

from engine.strokes import handwritten
from playground import drawing

SEVEN = drawing.to_text(handwritten(7, seed=3))


@pytest.fixture(params=["light", "dark"])
def page(request, open_page):
    page = open_page("digits", f"ink={SEVEN}", color_scheme=request.param)
    page.theme = request.param
    page.get_by_role("tab", name="Take away").click()
    return page


def save(page, ending, folder):
    """Press every button whose file ends so; return the files."""
    buttons = page.get_by_role("button", name=ending)
    buttons.first.wait_for()
    for button in buttons.all():
        with page.expect_download() as download:
            button.click()
        name = download.value.suggested_filename
        assert name == button.inner_text().strip()
        download.value.save_as(folder / name)
    return sorted(folder.iterdir())


def test_png_buttons_save_pictures_with_the_background_of_the_theme(page, tmp_path):
    for file in save(page, ".png", tmp_path):
        picture = Image.open(file).convert("L")
        assert min(picture.size) > 100
        darkest, brightest = picture.getextrema()
        assert brightest - darkest > 100
        corner = picture.getpixel((1, 1))
        assert corner > 200 if page.theme == "light" else corner < 50


def test_svg_buttons_save_drawings(page, tmp_path):
    for file in save(page, ".svg", tmp_path):
        root = ElementTree.parse(file).getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert {"path", "text"} <= tags or "image" in tags


def test_figure_buttons_wear_the_colours_of_the_page(page):
    button = page.get_by_role("button", name=".png").first
    button.wait_for()
    ours, theirs = (
        element.evaluate("e => getComputedStyle(e).color")
        for element in (button, page.get_by_text("digits.py", exact=True))
    )
    assert ours == theirs
