"""Learned filters as a class uses them: play a training, click a map, carry it off."""

import io
import re

import numpy as np
from PIL import Image

from tests.browser import settle


def player(page):
    return page.locator(".player").first


def look(page):
    return player(page).evaluate(
        """root => { const p = root.player;
          return { time: p.time, last: p.tape.last, playing: p.playing,
                   f: [...p.cur.f.slice(0, 4)], bytes: p.cur.u.length }; }"""
    )


def until(page, condition):
    page.wait_for_function(
        f"root => {{ const p = root.player; return {condition} }}",
        arg=player(page).element_handle(),
    )


def click(page, name, x, y):
    """Click the picture layer `name` at shares of its width and height, y down."""
    box = player(page).locator(".canvas").bounding_box()
    left, top, wide, high, stage = player(page).evaluate(
        """(root, name) => { const { layers, size } = root.player.scene;
          return [...layers.find(l => l.id === name).box, size[0]]; }""",
        name,
    )
    scale = box["width"] / stage
    place = box["x"] + (left + x * wide) * scale, box["y"] + (top + y * high) * scale
    page.mouse.click(*place)
    settle(page)


def texts(page):
    return player(page).evaluate(
        """root => root.player.scene.layers
          .filter(l => l.kind === "text").map(l => l.template)"""
    )


def colours(page, name):
    """Return how many colours are painted where a layer is."""
    shot = Image.open(io.BytesIO(player(page).locator(".canvas").screenshot()))
    left, top, wide, high, stage = player(page).evaluate(
        """(root, name) => { const { layers, size } = root.player.scene;
          return [...layers.find(l => l.id === name).box, size[0]]; }""",
        name,
    )
    scale = shot.width / stage
    inner = [int(scale * part) for part in (left, top, left + wide, top + high)]
    pixels = np.array(shot.convert("RGB").crop(inner)).reshape(-1, 3)
    return len(np.unique(pixels, axis=0))


def test_a_training_plays_and_a_click_chooses_a_filter(open_page):
    page = open_page("filters", "view=learned")
    assert look(page)["time"] == look(page)["last"] == 31
    assert colours(page, "c1") > 1000
    player(page).get_by_role("button", name=re.compile("Play")).click()
    until(page, "p.playing && p.time > 0.2 && p.time < 30")
    player(page).get_by_role("button", name=re.compile("Pause")).click()
    settle(page)
    moment = round(look(page)["time"])
    assert f"lmoment={moment}" in page.url
    click(page, "c1", 0.5 / 6, 0.9)  # the first of the last row
    assert "Filter 18 of C1" in texts(page)
    assert "lat=c1.18" in page.url
    assert look(page)["time"] == moment  # another filter at the same moment


def test_a_map_of_the_overview_opens_its_layer_and_a_cell_its_sum(open_page):
    page = open_page("filters", "view=learned&lshow=all")
    player(page).get_by_role("button", name=re.compile("Play")).click()
    until(page, "p.playing && p.time > 0.1 && p.time < 7")
    player(page).locator(".speed").select_option("10")
    until(page, "!p.playing && p.time === p.tape.last")
    click(page, "c2", 2.5 / 4, 0.5 / 12)  # the third map
    assert "Map 2" in texts(page)
    assert "lshow=c2" in page.url
    click(page, "c2", 0.5 / 8, 1.5 / 6)  # the first of the second row
    assert "Map 8" in texts(page)
    click(page, "near", 0.5 / 16, 15.5 / 16)
    assert look(page)["f"][:2] == [15, 0]
    assert "lcell=c2.8.15.0" in page.url
    formula = page.locator(".katex").first
    assert "15" in formula.inner_text()


def test_a_picture_of_ones_own_is_looked_at_and_a_text_refused(open_page, tmp_path):
    page = open_page("filters", "view=learned&lshow=c1&lsource=own")
    picture = Image.effect_noise((300, 200), 80).convert("RGB")
    picture.save(tmp_path / "noise.png")
    uploader = page.locator(".st-key-learned_own input[type=file]")
    uploader.set_input_files(tmp_path / "noise.png")
    page.get_by_text("The picture is read and forgotten").wait_for()
    settle(page)
    assert colours(page, "near") > 10
    (tmp_path / "text.png").write_text("no picture")
    uploader.set_input_files(tmp_path / "text.png")
    page.get_by_text("cannot be read as a picture").wait_for()


def test_code_and_files_can_be_carried_off(open_page):
    page = open_page("filters", "view=learned&lnet=relu")
    page.get_by_role("tab", name="Code").click()
    settle(page)
    code = page.locator("[data-testid=stCode]").first.inner_text()
    assert "lenet_relu_filters.pt" in code
    page.get_by_role("tab", name="Take away").click()
    settle(page)
    for name in ("filters.py", "training.csv", "filter.csv", "lenet_relu_filters.pt"):
        assert page.get_by_role("button", name=name).count() == 1
    assert page.locator(".js-plotly-plot image").count() == 1
