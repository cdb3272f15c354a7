"""The page of architectures as a class uses it: click a layer, type into the table."""

import re

from tests.browser import settle

CELL = {"Kind": 90, "Filters": 200, "Kernel": 264}  # pixels from the left of the editor
HEAD, ROW = 36, 30  # heights of the editor's lines


def type_into(page, row, column, text):
    """Type a digit into a cell of the table editor."""
    editor = page.locator("[data-testid=stDataFrame]").first
    place = {"x": CELL[column], "y": HEAD + (row - 0.5) * ROW}
    editor.click(position=place)
    page.keyboard.press(text)
    page.locator("#portal input").wait_for()
    page.keyboard.press("Enter")


def test_a_click_on_a_bar_writes_that_layer_out(open_page):
    page = open_page("architectures", "net=vgg16")
    page.locator(".st-key-network .barlayer .point path").nth(19).click(force=True)
    page.wait_for_url(re.compile("row=20"))
    page.get_by_text("20 · linear1").wait_for()


def test_typing_into_the_table_changes_the_network_and_the_link(open_page):
    page = open_page("architectures", "view=build&plan=conv-n6-k5~relu&channels=1")
    type_into(page, 1, "Filters", "7")
    page.wait_for_url(re.compile("plan=conv-n7-k5"))
    settle(page)
    type_into(page, 1, "Kernel", "3")
    page.wait_for_url(re.compile("plan=conv-n7-k3"))
    settle(page)
    page.get_by_role("button", name="Down", exact=True).click()
    page.wait_for_url(re.compile("plan=relu(~|%7E)conv-n7-k3"))


def test_a_kind_chosen_in_the_empty_line_adds_a_layer(open_page):
    page = open_page("architectures", "view=build&plan=conv-n6-k5~relu&channels=1")
    editor = page.locator("[data-testid=stDataFrame]").first
    editor.dblclick(position={"x": CELL["Kind"], "y": HEAD + 2.5 * ROW})
    page.locator("#portal input").wait_for()
    page.keyboard.type("flat")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("plan=conv-n6-k5(~|%7E)relu(~|%7E)flatten"))


def test_the_error_comes_and_goes_with_the_size(open_page):
    page = open_page("architectures", "side_lenet5=28")
    page.get_by_text("was made for 400 inputs, but 256 arrive").wait_for()
    field = page.get_by_role("spinbutton", name="Side of the input")
    field.fill("32")
    field.press("Enter")
    page.get_by_text("was made for 400 inputs").wait_for(state="detached")
    settle(page)
    assert "side_lenet5" not in page.url
