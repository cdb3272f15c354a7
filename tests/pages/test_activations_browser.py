"""The activation page as a class uses it: drag z, type z, click a layer, come back."""

import re

import pytest

from tests.browser import settle
from tests.pages.playing import player, time, until


def drag(page, z, *, curve=0):
    """Drag the playhead to z in one of the plots."""
    plot = player(page).evaluate(
        """(root, index) => { const { plot } = root.player.scene.layers
          .filter(l => l.kind === "curve")[index];
          return [plot.x, plot.y, plot.w, plot.h, plot.from, plot.until]; }""",
        curve,
    )
    x, y, w, h, low, high = plot
    box = player(page).locator(".canvas").bounding_box()
    scale = box["width"] / 900

    def to(z):
        return (
            box["x"] + scale * (x + w * (z - low) / (high - low)),
            box["y"] + scale * (y + h / 2),
        )

    page.mouse.move(*to(time(page)))
    page.mouse.down()
    page.mouse.move(*to(z), steps=6)
    page.mouse.up()


def formulas(page):
    return " ".join(page.locator(".katex annotation").all_text_contents())


def type_z(page, text):
    field = page.get_by_role("spinbutton", name="z", exact=True)
    field.fill(text)
    field.press("Enter")
    settle(page)


@pytest.mark.parametrize("curve", [0, 1])
def test_z_is_dragged_on_either_plot_and_the_formulas_follow(open_page, curve):
    page = open_page("activations", "z=1")
    until(page, "p.time === 1")
    drag(page, -2.02, curve=curve)
    page.wait_for_url(re.compile("z=-2.0"))
    settle(page)
    assert time(page) == pytest.approx(-2.05, abs=0.051)
    field = page.get_by_role("spinbutton", name="z", exact=True)
    assert float(field.input_value()) == pytest.approx(time(page), abs=0.006)
    assert "g(-2" in formulas(page)


def test_z_is_typed_and_the_playhead_moves_there(open_page):
    page = open_page("activations")
    type_z(page, "2.5")
    until(page, "p.time === 2.5")
    assert "g(2.5)" in formulas(page)
    drag(page, 0.01)
    page.wait_for_url(re.compile("z=0.0"))
    settle(page)
    type_z(page, "-1")
    until(page, "p.time === -1")
    type_z(page, "999")
    assert time(page) in (-1, 6)  # the field refuses it, or it stands at the end


def test_it_plays_from_end_to_end_and_rests_in_the_link(open_page):
    page = open_page("activations", "reach=3&z=2&acts=relu.maxout")
    until(page, "p.time === 2")
    player(page).get_by_role("button", name=re.compile("^To the start")).click()
    until(page, "p.time === -3")
    player(page).get_by_role("button", name=re.compile("^Play")).click()
    until(page, "p.time > -2")
    player(page).get_by_role("button", name=re.compile("^Pause")).click()
    settle(page)
    assert f"z={float(time(page))}" in page.url
    player(page).get_by_role("button", name=re.compile("^Step forward")).click()
    settle(page)
    assert f"z={float(time(page))}" in page.url


def test_another_function_keeps_z_and_another_range_keeps_it_inside(open_page):
    page = open_page("activations", "z=5")
    until(page, "p.time === 5")
    page.get_by_role("button", name="GELU", exact=True).click()
    settle(page)
    assert time(page) == 5
    page.get_by_text("± 3", exact=True).click()
    settle(page)
    assert time(page) == 3


def test_reset_puts_z_and_the_playhead_back(open_page):
    page = open_page("activations", "z=3")
    drag(page, -4)
    page.wait_for_url(re.compile("z=-"))
    settle(page)
    page.get_by_role("button", name="Reset").click()
    settle(page)
    until(page, "p.time === 1")
    assert "z=" not in page.url


def test_a_preset_moves_functions_and_z(open_page):
    page = open_page("activations")
    page.get_by_role("tab", name="Try this").click()
    page.get_by_role("button", name="Works: four ways to stay alive").click()
    settle(page)
    until(page, "p.time === -2")
    assert "acts=leaky_relu.prelu.elu.gelu" in page.url


def test_a_click_on_a_mark_chooses_the_layer(open_page):
    page = open_page("activations", "view=network&depth=10")
    page.locator(".st-key-signal .scatterlayer .point").nth(7).click(force=True)
    page.get_by_text("z of layer 7").first.wait_for()
    settle(page)
    assert "layer=7" in page.url


def test_the_link_to_xor_opens_the_boundary_page_with_this_activation(open_page):
    page = open_page("activations", "acts=softsign")
    page.get_by_text("Train XOR with softsign").click()
    page.get_by_role("heading", name="Decision boundaries").wait_for()
    settle(page)
    assert "activation=softsign" in page.url
    assert "data=xor" in page.url


def test_nonsense_for_logits_is_answered_beside_the_field(open_page):
    page = open_page("activations", "view=softmax")
    field = page.get_by_role("textbox", name="Logits z")
    field.fill("one, two")
    field.press("Enter")
    page.get_by_text("Two to six numbers, such as 2, 1, 0.1.").wait_for()
    field.fill("1000, 999, 998")
    field.press("Enter")
    page.get_by_text("is infinite in float32").wait_for()
    settle(page)
    assert "logits=1000%2C999%2C998" in page.url
