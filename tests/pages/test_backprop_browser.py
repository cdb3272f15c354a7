"""The backpropagation page as a class uses it: step, change, descend, mistype."""

from tests.browser import settle
from tests.pages import playing
from tests.pages.playing import player, time


def press(page, name, times=1):
    for _time in range(times):
        playing.press(page, name)
    settle(page)


def said(page):
    """Return the sentences and formulas below the stage."""
    return page.locator("[data-testid=stMain]").inner_text()


def formulas(page):
    return page.locator("annotation").all_text_contents()


def last_painted(page):
    """Return the numbers in the frame that is shown."""
    return player(page).evaluate("root => Array.from(root.player.cur.f)")


def test_stepping_tells_the_chain_rule_to_its_end(open_page):
    page = open_page("backprop", "formula=paths")
    assert "Only the inputs are known" in said(page)
    press(page, "^Step forward")
    assert any("u = a + b = 5 + 3 = 8" in text for text in formulas(page))
    press(page, "^Step forward", times=8)
    assert "path 2 of 2 that meet in b" in said(page)
    assert any(r"8 \cdot 3 + 9 \cdot 1 = 33" in text for text in formulas(page))
    assert 33 in last_painted(page)
    press(page, "^Step back")
    assert 33 not in last_painted(page)


def test_playing_runs_there_and_back(open_page):
    page = open_page("backprop")
    player(page).evaluate("root => { root.player.speed = 8 }")
    press(page, "^Play")
    page.wait_for_function(
        "root => !root.player.playing && root.player.time > 0",
        arg=player(page).element_handle(),
    )
    settle(page)
    assert time(page) == 9
    assert "Done. This is the gradient" in said(page)


def test_a_changed_input_changes_every_number_and_keeps_the_playhead(open_page):
    page = open_page("backprop")
    press(page, "^Step forward", times=9)
    assert 9 in last_painted(page)  # ∂J/∂c = 3·b
    page.get_by_role("spinbutton", name="b", exact=True).fill("4")
    page.keyboard.press("Enter")
    settle(page)
    assert time(page) == 9
    assert 12 in last_painted(page)
    assert "chain_b=4" in page.url


def test_descending_lowers_the_loss_step_by_step(open_page):
    page = open_page("backprop", "formula=net")
    for _step in range(2):
        page.get_by_role("button", name="Take a step downhill").click()
        settle(page)
    assert "net_w5=0.504" in page.url
    page.get_by_text("One step of gradient descent").click()
    assert "E goes from 0.0252" in said(page)


def test_a_mistyped_formula_is_named_and_a_right_one_is_drawn(open_page):
    page = open_page("backprop", "formula=own")
    field = page.get_by_role("textbox", name="Write it here")
    field.fill("f = 2x + 1")
    field.press("Control+Enter")
    page.get_by_text("A product needs its sign").wait_for()
    field.fill("h = 2*x\nf = h^2 + sin(h)")
    field.press("Control+Enter")
    settle(page)
    assert not page.get_by_text("A product needs its sign").count()
    press(page, "^Step forward")
    assert any(r"h = 2 \cdot x = 2 \cdot 2 = 4" in text for text in formulas(page))
    page.reload()
    settle(page)
    assert field.input_value() == "h = 2*x\nf = h^2 + sin(h)"


def test_what_is_drawn_stays_on_the_stage_and_can_be_read(open_page):
    """Letters of at least 14 px; the formula of a step without scrolling."""
    page = open_page("backprop", "formula=net")
    scale, kind = player(page).evaluate(
        """root => [root.player.px / devicePixelRatio, root.player.look.type]"""
    )
    assert 14 * scale * kind >= 13.9
    press(page, "^Step forward")
    box = page.locator(".katex-display").first.bounding_box()
    assert box["y"] + box["height"] < 800
