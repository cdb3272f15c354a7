"""The anchors page as a class uses it: drag, draw and click boxes, play the search."""

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

ALONE = "objs=0.152.89.208.291"


def layers(page, name, part):
    """Return a part of the layers with this id, as they are painted now."""
    return player(page).evaluate(
        """(root, [name, part]) => root.player.scene.layers
          .filter((layer) => layer.id === name).map((layer) => layer[part])""",
        [name, part],
    )


def labels(page):
    return layers(page, "objects", "labels")[0]


def drag(page, start, *ways):
    """Press the mouse at a place of the stage and move it; leave it pressed."""
    page.mouse.move(*at(page, *start))
    page.mouse.down()
    for way in ways:
        page.mouse.move(*at(page, *way), steps=5)


def test_an_object_stretched_takes_another_anchor_before_the_page_has_run(open_page):
    page = open_page("anchors", ALONE)
    assert labels(page) == ["A 1"]
    page.evaluate(COUNT_MESSAGES)
    drag(page, (208, 190), (300, 190), (400, 190))
    until(
        page,
        "p.scene.layers.find((l) => l.id === 'objects').labels[0] === 'A 2'",
    )
    assert page.evaluate("window.messages") == 0
    page.mouse.up()
    settle(page)
    assert labels(page) == ["A 2"]
    assert "objs=0.152.89.400.291" in page.url
    assert any("p_{2}" in formula for formula in formulas(page))


def test_an_object_moved_within_its_cell_keeps_its_row(open_page):
    page = open_page("anchors", ALONE)
    before = layers(page, "iou", "template")
    drag(page, (180, 240), (210, 270))
    page.mouse.up()
    settle(page)
    assert "objs=0.182.119.238.321" in page.url
    assert layers(page, "iou", "template") == before
    assert numbers(page)[1] != "0.3080"


def test_a_second_object_drawn_into_the_cell_collides(open_page):
    page = open_page("anchors", ALONE)
    drag(page, (230, 90), (285, 285))
    page.mouse.up()
    settle(page)
    assert labels(page)[0] == "A 1"
    page.get_by_text("B is lost").wait_for()
    assert labels(page) == ["A 1", "B ✕"]
    assert "obj=1" in page.url
    page.get_by_role("button", name="Take B away").click()
    settle(page)
    assert labels(page) == ["A 1"]


def test_a_click_chooses_an_object_and_the_link_opens_there(open_page):
    page = open_page("anchors")
    page.mouse.click(*at(page, 100, 180))  # inside the car alone
    settle(page)
    assert "obj=1" in page.url
    assert any("p_{2}" in formula for formula in formulas(page))
    again = open_page("anchors", page.url.partition("?")[2])
    assert formulas(again) == formulas(page)


def test_played_to_the_end_the_box_shares_the_anchor_s_centre(open_page):
    page = open_page("anchors", ALONE)
    assert numbers(page)[1] == "0.3080"
    press(page, "^Play")
    until(page, "p.time === 12 && !p.playing")
    settle(page)
    assert numbers(page)[1] == numbers(page)[3] == "0.9247"
    assert "way=12" in page.url


def test_the_search_plays_to_its_end_and_back(open_page):
    page = open_page("anchors", "view=find&k=5&step=0")
    until(page, "p.time === 0")
    start = formulas(page)
    press(page, "^Play")
    until(page, "p.time === p.tape.last && !p.playing")
    settle(page)
    end = formulas(page)
    assert end != start
    assert float(numbers(page)[1]) > float(start[0].split("= ")[-1])
    assert "step=" not in page.url  # the end is where it rests by itself
    scrub(page, 0)
    player(page).locator(".scrub").dispatch_event("change")
    until(page, "p.time === 0")
    settle(page)
    assert formulas(page) == start
    assert "step=0" in page.url


def test_a_csv_of_boxes_can_be_dropped(open_page):
    page = open_page("anchors", "view=find&sizes=own&lang=es&k=2")
    page.get_by_role("button", name="Tabla", exact=True).click()
    rows = "w;h\n" + "".join(f"{10 + i},5;{40 - i}\n" for i in range(20))
    file = {"name": "b.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("Se usan 20 cajas.").wait_for()
    settle(page)
    assert len(layers(page, "sizes", "xy")[0]) == 20
    assert "rows=10.5x40_11.5x39" in page.url


def test_a_click_on_the_street_picks_the_best_anchor_there(open_page):
    page = open_page("anchors", "view=dense")
    page.mouse.click(*at(page, 400, 400))
    until(
        page,
        "p.scene.layers.find((l) => l.id === 'picked').template.includes('(12, 12)')",
    )
    settle(page)
    assert "at=12.12" in page.url
    page.mouse.click(*at(page, 100, 180))  # the car
    settle(page)
    assert "at=" not in page.url
    assert "obj=1" in page.url


def test_a_dragged_object_changes_the_dense_labels_at_once(open_page):
    page = open_page("anchors", f"view=dense&{ALONE}")
    before = numbers(page)
    page.evaluate(COUNT_MESSAGES)
    drag(page, (208, 190), (320, 190))
    until(
        page,
        "p.scene.layers.find((l) => l.id === 'objects').xyxy[0][2] > 300",
    )
    assert numbers(page) != before
    assert page.evaluate("window.messages") == 0
    page.mouse.up()
    settle(page)
    assert "objs=0.152.89.320.291" in page.url


def test_presets_set_the_screen(open_page):
    page = open_page("anchors")
    page.get_by_role("tab", name="Try this").click()
    page.get_by_role("button", name="Three objects, two anchors").click()
    settle(page)
    assert labels(page) == ["A 1", "B 2", "C ✕"]
    page.get_by_role("button", name="A bad start").click()
    settle(page)
    until(page, "p.tape.frames.length > 1")
    assert numbers(page)[1].startswith("0.51")
