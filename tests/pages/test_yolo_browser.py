"""The YOLO page as a class uses it: drag a car, draw a box, click a cell, scrub."""

import pytest

from playground.panels.yolo_things import from_text
from tests.browser import settle
from tests.pages.playing import player, press, scrub, until

# Where a place of the picture (its pixels, y down) is on the screen.
PLACE = """(root, [x, y]) => {
  const p = root.player, { box, span } = p.scene.layers.find(l => l.id === "things");
  const { left, top, width } = p.canvas.getBoundingClientRect();
  const on = width / p.scene.size[0], scale = box[2] / (span[1] - span[0]);
  return [left + on * (box[0] + x * scale), top + on * (box[1] + y * scale)];
}"""
THINGS = "root => root.player.scene.layers.find(l => l.id === 'things').xyxy"
TEXTS = """root => root.player.scene.layers.filter(l => l.kind === "text")
  .map(l => l.template)"""


def place(page, x, y):
    return player(page).evaluate(PLACE, [x, y])


def things(page):
    return player(page).evaluate(THINGS)


def texts(page):
    return player(page).evaluate(TEXTS)


def number(page, label):
    """Return a number of the row under the stage."""
    lines = player(page).locator(".metrics > div")
    pairs = [lines.nth(i).locator("span") for i in range(lines.count())]
    found = {pair.first.inner_text(): pair.last.inner_text() for pair in pairs}
    return found[label]


def drag(page, begin, *ways):
    page.mouse.move(*place(page, *begin))
    page.mouse.down()
    for way in ways:
        page.mouse.move(*place(page, *way), steps=4)


def in_link(page):
    """Return the objects that the address keeps."""
    page.wait_for_function("location.search.includes('street=')")
    settle(page)
    text = page.evaluate("new URLSearchParams(location.search).get('street')")
    return from_text(text, 3)


def test_a_car_is_dragged_into_another_cell_which_lights_up_at_once(open_page):
    page = open_page("yolo", "pick=2&anchors=1")
    assert things(page)[1] == [150, 170, 370, 290]
    drag(page, (300, 260), (220, 400))  # by its body, away from the others
    page.wait_for_function(
        """root => root.player.scene.layers.some(l => l.template === "y[2, 1]")""",
        arg=player(page).element_handle(),
    )  # answered while it is held
    assert "street=" not in page.url
    page.mouse.up()
    car = in_link(page)[1]
    assert car.box[2] - car.box[0] == 220
    assert (car.box[0], car.box[1]) == pytest.approx((70, 310), abs=3)
    assert "y[2, 1]" in texts(page)
    assert page.locator(".katex-display").first.is_visible()


def test_a_box_drawn_on_free_ground_is_a_new_object(open_page):
    page = open_page("yolo", "anchors=1&class_street=2")
    assert number(page, "Objects written") == "3 / 3"
    drag(page, (300, 30), (400, 110))
    page.mouse.up()
    drawn = in_link(page)[-1]
    assert drawn.label == 2
    assert drawn.box == pytest.approx((300, 30, 400, 110), abs=2)
    assert number(page, "Objects written") == "4 / 4"
    assert "y[0, 2]" in texts(page)
    page.get_by_role("button", name="Delete", exact=True).click()
    settle(page)
    assert number(page, "Objects written") == "3 / 3"


def test_a_corner_stretches_a_box_and_the_thing_in_it(open_page):
    page = open_page("yolo", "pick=2&anchors=1")
    before = player(page).evaluate(
        "root => root.player.scene.layers.find(l => l.id === 'picture').png"
    )
    drag(page, (370, 170), (400, 120))
    page.mouse.up()
    assert in_link(page)[1].box == pytest.approx((150, 120, 400, 290), abs=2)
    after = player(page).evaluate(
        "root => root.player.scene.layers.find(l => l.id === 'picture').png"
    )
    assert after != before


def test_a_click_on_a_cell_shows_its_numbers(open_page):
    page = open_page("yolo", "anchors=1")
    page.mouse.click(*place(page, 350, 60))
    page.wait_for_function("location.search.includes('cell=0.2')")
    settle(page)
    assert "y[0, 2]" in texts(page)
    assert things(page)[0] == [62, 130, 118, 330]  # nothing was drawn


def test_a_click_on_a_box_chooses_it(open_page):
    page = open_page("yolo")
    page.mouse.click(*place(page, 90, 300))
    page.wait_for_function("location.search.includes('pick=1')")
    settle(page)
    page.get_by_text("Object 1, pedestrian").wait_for()


def test_the_tensor_fills_object_by_object(open_page):
    page = open_page("yolo", "anchors=1&cell=1.0")
    lit = "Number.isFinite(p.exact.f[p.scene.layers.find(l => l.id === 'lit').first])"
    until(page, f"p.time === 3 && {lit}")
    scrub(page, 0)
    until(page, f"p.time === 0 && !({lit})")
    press(page, "Step forward")
    until(page, f"p.time === 1 && {lit}")


def test_windows_slide_and_their_work_adds_up(open_page):
    page = open_page("yolo", "view=pass&side=16")
    assert number(page, "One by one, so far").replace("\u202f", "") == "441600"
    press(page, "Step forward")
    until(page, "p.time === 2")
    assert number(page, "One by one, so far").replace("\u202f", "") == "883200"


def test_yolo_is_through_while_r_cnn_has_hardly_begun(open_page):
    page = open_page("yolo", "view=families")
    assert number(page, "R-CNN") == "100.0\u202f%"
    scrub(page, 30)
    until(page, "p.time === 30")
    assert number(page, "YOLO") == "100.0\u202f%"
    assert number(page, "R-CNN").startswith("0.")
