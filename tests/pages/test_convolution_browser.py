"""The convolution page as a class uses it: pin a cell, paste numbers, scrub back."""

from tests.browser import settle
from tests.pages.playing import (
    COUNT_MESSAGES,
    at,
    formulas,
    numbers,
    player,
    press,
    scrub,
    until,
)

OUTPUT = """(root, place) => {
  const { box, span } = root.player.scene.layers.find((l) => l.action === "pin");
  const [x, y, w, h] = box, [, columns, , rows] = span;
  return [x + (w * (place[1] - 0.5)) / columns, y + (h * (place[0] - 0.5)) / rows];
}"""
SUM = """root => { const { scene, cur } = root.player, { start } = scene.tracks.place;
  return [...cur.f.slice(start, start + 3)]; }"""
TOLD = "root => root.player.cur.f.filter(Number.isFinite).length"


def pin(page, row, column):
    page.mouse.click(*at(page, *player(page).evaluate(OUTPUT, [row, column])))


def field(page, label):
    return page.get_by_role("spinbutton", name=label, exact=True)


def test_a_click_pins_a_cell_and_its_whole_sum_is_read(open_page):
    page = open_page("convolution")
    pin(page, 4, 4)
    until(page, "p.time === 16")
    settle(page)
    assert player(page).evaluate(SUM) == [4, 4, -16]
    (told, *_size) = formulas(page)
    assert "y_{4,4} &= 1\\cdot 1 + 7\\cdot 0 + 8\\cdot (-1)" in told
    assert "9\\cdot (-1) = -16" in told
    assert "cell=16" in page.url
    again = open_page("convolution", page.url.partition("?")[2])
    until(again, "p.time === 16")
    assert formulas(again)[0] == told
    press(again, "^Step back|^Previous|back")
    until(again, "p.time === 15")
    press(again, "^Play")
    until(again, "p.time === 16 && !p.playing")
    press(again, "^Step back|^Previous|back")
    until(again, "p.time === 15")
    settle(again)
    assert "y_{4,3}" in formulas(again)[0]
    assert "cell=15" in again.url


def test_scrubbing_back_and_forth_asks_no_server_and_shows_the_same(open_page):
    page = open_page("convolution", "cell=1")
    page.evaluate(COUNT_MESSAGES)
    there, back = {}, {}
    for seen, times in ((there, (1, 6, 11, 16)), (back, (16, 11, 6, 1))):
        for time in times:
            scrub(page, time)
            until(page, f"!p.dirty && p.time === {time}")
            seen[time] = (
                player(page).evaluate(SUM),
                player(page).evaluate(TOLD),
            )
    assert there == back
    assert [there[time][0][2] for time in (1, 6, 11, 16)] == [-5, -2, -4, -16]
    assert len({told for _place, told in there.values()}) == 4  # numbers come and go
    assert page.evaluate("window.messages") == 0


def test_a_matrix_pasted_from_a_spreadsheet_is_convolved(open_page):
    page = open_page("convolution", "view=numbers")
    kernel, picture = "1\t1\n1\t1", "1\t2\t3\n4\t5\t6\n7\t8\t9,5"
    for index, text in enumerate((picture, kernel)):
        area = page.get_by_role("textbox", name="Or paste rows from a spreadsheet")
        area.nth(index).fill(text)
        area.nth(index).press("Control+Enter")
        settle(page)
    assert field(page, "Input size n").input_value() == "3"
    assert field(page, "Kernel k").input_value() == "2"
    assert "image=1_2_3~4_5_6~7_8_9.5" in page.url.replace("%7E", "~")
    page.get_by_text("Slide", exact=True).click()
    until(page, "p.time === 4")
    settle(page)
    assert player(page).evaluate(SUM) == [2, 2, 28.5]
    assert "= 28.5" in formulas(page)[0]
    assert numbers(page)[1] == "2 × 2"


def test_a_number_typed_into_the_table_changes_the_output(open_page):
    page = open_page("convolution", "view=numbers&cell=1")
    table = page.get_by_test_id("stDataFrame").first.bounding_box()
    page.mouse.click(table["x"] + 40, table["y"] + 52)  # first row, first column
    for typed in ("8", "4"):  # the second in the row below
        page.wait_for_timeout(300)  # the table asks for no less
        page.keyboard.type(typed)
        page.locator(".gdg-input").wait_for()
        page.keyboard.press("Enter")
        page.wait_for_function(f"location.search.includes('{typed}_')")
        settle(page)
    assert "image=8_0_1_2_7_4~4_5" in page.url.replace("%7E", "~")
    page.get_by_text("Slide", exact=True).click()
    until(page, "p.time === 1")
    settle(page)
    assert player(page).evaluate(SUM) == [1, 1, 3]  # 8 + 4 + 2 - 1 - 8 - 2


def test_an_impossible_kernel_is_mended_where_it_is_told(open_page):
    page = open_page("convolution", "k=9&lang=es")
    page.get_by_text("El kernel es mayor que la entrada con relleno").wait_for()
    assert page.locator(".player").count() == 0
    page.get_by_role("button", name="Usar k = 6").click()
    until(page, "p.time === 1")
    settle(page)
    assert field(page, "Kernel k").input_value() == "6"
    assert numbers(page)[1] == "1 × 1"
    page.get_by_role("tab", name="Código").click()
    page.get_by_text("layer = nn.Conv2d(").wait_for()
    page.get_by_role("tab", name="Para llevar").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="output.csv").click()
    assert saved.value.path().read_text() == "-30"
