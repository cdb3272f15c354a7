"""The averages page as a class uses it: drag the day, type it, paste a CSV, go on."""

import re

from tests.browser import settle
from tests.pages.playing import at, formulas, numbers, player, press, until

CSV = "date;price\n" + "".join(f"2026-01-{day:02};{day},5\n" for day in range(1, 31))


def day_number(page):
    return page.get_by_role("spinbutton", name="Day", exact=True)


def place_of(page, day):
    """Return where on the screen a day of the chart is."""
    x, y = player(page).evaluate(
        """(root, day) => {
          const { plot } = root.player.scene.layers.find((l) => l.kind === "curve");
          return [placeOf(plot, day), plot.y + plot.h / 2];
          function placeOf(p, t) {
            return p.x + (p.w * (t - p.from)) / (p.until - p.from);
          }
        }""",
        day,
    )
    return at(page, x, y)


def test_dragging_over_the_chart_moves_the_day_without_the_server(open_page):
    page = open_page("averages")
    asked = []
    page.on("websocket", lambda _socket: asked.append("connection"))
    page.on("request", lambda request: asked.append(request.url))
    page.mouse.move(*place_of(page, 20))
    page.mouse.down()
    painted = player(page).evaluate("root => root.player.painted")
    seen = []
    for day in (50, 100, 181):
        page.mouse.move(*place_of(page, day), steps=4)
        until(page, f"Math.abs(p.time - {day}) < 1.5")
        seen.append(numbers(page))
    assert player(page).evaluate("root => root.player.painted") > painted + 3
    assert len({tuple(one) for one in seen}) == 3
    assert asked == []
    page.mouse.up()
    settle(page)
    time = player(page).evaluate("root => root.player.time")
    assert day_number(page).input_value() == str(time)
    assert f"day={time}" in page.url
    assert any(f"v_{{{time}}}" in formula for formula in formulas(page))


def test_a_day_typed_moves_the_playhead_and_a_link_opens_there(open_page):
    page = open_page("averages", "day=181&beta1=0.98")
    until(page, "p.time === 181")
    day_number(page).fill("2")
    day_number(page).press("Enter")
    until(page, "p.time === 2")
    settle(page)
    assert "day=2" in page.url
    assert numbers(page)[-1] == "44.55"
    day_number(page).fill("181")
    day_number(page).press("Enter")
    until(page, "p.time === 181")
    settle(page)
    assert numbers(page)[1] == "56"


def test_it_plays_to_the_end_and_the_page_follows(open_page):
    page = open_page("averages", "last=30&day=1")
    assert numbers(page)[3] == "4"
    player(page).locator(".speed").select_option("10")
    press(page, "^Play")
    until(page, "p.time === 30 && !p.playing")
    settle(page)
    assert day_number(page).input_value() == "30"
    page.get_by_role("button", name="Reset").click()
    until(page, "p.time === 20")
    settle(page)
    assert "day=" not in page.url


def test_bars_stand_at_the_past_days_of_the_day_chosen(open_page):
    page = open_page("averages", "day=180&curves=corrected")
    blue = """(root, days) => {
      const p = root.player, [x, y, w, h] = p.scene.layers.find(
        (l) => l.kind === "lags").box;
      const { plot } = p.scene.layers.find((l) => l.kind === "curve");
      return days.map((day) => {
        const left = plot.x + (plot.w * (day - plot.from)) / (plot.until - plot.from);
        const [r, , b] = p.g.getImageData(left * p.px, (y + h - 2.5) * p.px, 1, 1).data;
        return b > r + 40;
      });
    }"""
    painted = player(page).evaluate(blue, [170, 178, 180, 182, 200])
    assert painted == [True, True, True, False, False]


def test_a_pasted_csv_is_averaged_and_its_link_restores_it(open_page):
    page = open_page("averages", "series=own")
    page.get_by_role("button", name="Series settings").click()
    area = page.get_by_role("textbox", name="Or paste rows here")
    area.fill(CSV)
    area.press("Control+Enter")
    page.get_by_text("30 of 30 rows are used.").wait_for()
    until(page, "p.tape.frames.length === 30")
    settle(page)
    page.keyboard.press("Escape")
    day_number(page).fill("30")
    day_number(page).press("Enter")
    until(page, "p.time === 30")
    settle(page)
    before = numbers(page)
    assert before[1] == "30.50"
    again = open_page("averages", page.url.partition("?")[2])
    until(again, "p.tape.frames.length === 30 && p.time === 30")
    assert numbers(again) == before


def test_a_csv_file_can_be_dropped(open_page):
    page = open_page("averages", "series=own&lang=es")
    page.get_by_role("button", name="Ajustes de la serie").click()
    file = {"name": "p.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("Se usan 30 de 30 filas.").wait_for()
    until(page, "p.tape.frames.length === 30")
    settle(page)
    assert "rows=1.5_2.5_3.5" in page.url


def test_a_hundred_thousand_rows_play(open_page):
    page = open_page("averages", "series=own")
    page.get_by_role("button", name="Series settings").click()
    rows = "x\n" + "\n".join(str(i % 11) for i in range(100_000))
    file = {"name": "x.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("100000 of 100000 rows are used.").wait_for()
    until(page, "p.tape.frames.length === 599")
    settle(page)
    page.keyboard.press("Escape")
    press(page, "^Play")
    until(page, "p.time > 1000")
    press(page, "^Pause")
    settle(page)
    time = player(page).evaluate("root => root.player.time")
    assert day_number(page).input_value() == str(time)


def test_a_preset_sets_the_screen(open_page):
    page = open_page("averages", "day=300&series=walk")
    page.get_by_role("tab", name="Try this").click()
    page.get_by_role("button", name="The first days, uncorrected").click()
    until(page, "p.time === 2 && p.tape.last === 60")
    settle(page)
    assert numbers(page)[3] == "1.764"
    assert "curves=plain" in page.url


def test_the_use_goes_on_to_the_optimizers_with_its_beta(open_page):
    page = open_page("averages", "view=uses&use=adam&beta1=0.95")
    page.get_by_role("link", name="Race it with this β").click()
    page.get_by_role("heading", name="Optimizers").wait_for()
    settle(page)
    assert re.search(r"runs=adam%3Abeta1%3D0\.95", page.url)


def test_the_program_and_the_table_can_be_taken_away(open_page):
    page = open_page("averages", "day=2&beta1=0.98")
    page.get_by_role("tab", name="Code").click()
    page.get_by_text("for beta in (0.98,):").wait_for()
    page.get_by_role("tab", name="Take away").click()
    page.get_by_role("button", name="averages.csv").wait_for()
    settle(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="averages.csv").click()
    rows = saved.value.path().read_text().splitlines()
    assert rows[0] == "day,theta,v_0.98,weights_0.98,corrected_0.98,mean_10"
    assert rows[2].startswith("2,49.0,1.764")
    assert len(rows) == 366
    settle(page)
    with page.expect_download() as picture:
        page.get_by_role("button", name="weights.png").click()
    assert picture.value.path().read_bytes().startswith(b"\x89PNG")
