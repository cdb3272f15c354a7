"""Digits written on the stage with a mouse, and what the detector makes of them."""

import pytest

from playground.drawing import from_text
from playground.panels.yolo_settings import INK
from tests.browser import settle
from tests.pages.playing import player, press, until

# Where a pixel of the sheet is on the screen.
PLACE = """(root, [x, y]) => {
  const p = root.player, { box, span } = p.scene.layers.find(l => l.id === "ink");
  const { left, top, width } = p.canvas.getBoundingClientRect();
  const scale = width / p.scene.size[0], unit = box[2] / (span[1] - span[0]);
  return [left + scale * (box[0] + x * unit), top + scale * (box[1] + y * unit)];
}"""
THREE, SEVEN = from_text(INK)


def write(page, stroke):
    places = [player(page).evaluate(PLACE, list(point)) for point in stroke.points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()


def number(page, label):
    row = player(page).locator(".metrics > div").filter(has_text=label)
    return row.locator("span").last.inner_text()


def wait_for(page, label, text):
    row = player(page).locator(".metrics > div").filter(has_text=label)
    row.locator("span").last.filter(has_text=text).wait_for()


def kept(page):
    """Return the boxes that are painted with a label, in pixels of the sheet."""
    return player(page).evaluate(
        """root => {
          const p = root.player, l = p.scene.layers.find(l => l.id === "kept");
          const boxes = l.labels.map((label, i) =>
            [label, ...p.cur.f.slice(l.first + 4 * i, l.first + 4 * i + 4)]);
          return boxes.filter(([, x]) => !Number.isNaN(x));
        }"""
    )


def test_a_three_and_a_seven_are_found_where_they_were_written(open_page):
    page = open_page("yolo", "view=prediction&ink=")
    assert number(page, "Read, left to right") == "–"
    write(page, THREE)
    wait_for(page, "Read", "3")
    write(page, SEVEN)
    wait_for(page, "Read", "3 7")
    settle(page)
    assert number(page, "Read, left to right") == "3 7"
    found = sorted(kept(page), key=lambda box: box[1])
    assert [box[0][0] for box in found] == ["3", "7"]
    for (_label, *box), stroke in zip(found, (THREE, SEVEN), strict=True):
        middle = [(box[axis] + box[axis + 2]) / 2 for axis in (0, 1)]
        for axis in (0, 1):
            places = [point[axis] for point in stroke.points]
            wanted = (min(places) + max(places)) / 2
            assert middle[axis] == pytest.approx(wanted, abs=25)
    page.wait_for_function("() => location.search.includes('ink=')")
    again = open_page("yolo", page.url.partition("?")[2])
    assert number(again, "Read, left to right") == "3 7"


def test_the_answer_is_painted_before_the_page_has_run(open_page):
    page = open_page("yolo", "view=prediction&ink=")
    player(page).evaluate("({ player }) => { player.trigger = () => {}; }")
    write(page, THREE)
    wait_for(page, "Read", "3")
    assert "ink=" in page.url  # as it came: the page knows nothing yet
    assert page.locator("button", has_text="Undo").is_disabled()


def test_undo_and_clear_take_ink_away(open_page):
    page = open_page("yolo", "view=prediction")
    assert number(page, "Read, left to right") == "3 7"
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert number(page, "Read, left to right") == "3"
    page.get_by_role("button", name="Clear").click()
    settle(page)
    assert number(page, "Read, left to right") == "–"
    assert page.get_by_role("button", name="Clear").is_disabled()


def test_the_stages_are_played_back_to_the_raw_boxes(open_page):
    page = open_page("yolo", "view=prediction")
    until(page, "p.time === 2")
    assert len(kept(page)) == 2
    press(page, "To the start")
    until(page, "p.time === 0")
    assert kept(page) == []
    press(page, "Step forward")
    press(page, "Step forward")
    until(page, "p.time === 2")
    assert len(kept(page)) == 2


def test_a_dial_drops_boxes_while_it_is_dragged(open_page):
    page = open_page("yolo", "view=prediction")
    before = number(page, "Over the threshold")
    dial = page.locator(".dial input").first
    box = dial.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2)
    until(page, f"p.scene.metrics[2][1] !== '{before}'")
    low = int(number(page, "Over the threshold"))
    page.mouse.up()
    settle(page)
    assert int(number(page, "Over the threshold")) == low > int(before)
    assert "score=0.05" in page.url


def test_a_click_on_a_map_reads_its_slot(open_page):
    page = open_page("yolo", "view=prediction")
    place = player(page).evaluate(
        """root => {
          const p = root.player, { box } = p.scene.layers.find(l => l.id === "map1");
          const { left, top, width } = p.canvas.getBoundingClientRect();
          const scale = width / p.scene.size[0];
          return [left + scale * (box[0] + box[2] * 0.25),
                  top + scale * (box[1] + box[3] * 0.75)];
        }"""
    )
    page.mouse.click(*place)
    page.wait_for_url("**slot=7.2.1**")
    settle(page)
    texts = player(page).evaluate(
        "({ player }) => player.scene.layers.map(l => l.text)"
    )
    assert "Cell (7, 2), anchor 1" in texts
