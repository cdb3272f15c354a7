"""The page on IoU and NMS as a class uses it: drag, slide, step to the end and back."""

from playground.figures.box_pair import PICTURE, WIDTH
from tests.browser import settle
from tests.pages.playing import at, formulas, numbers, player, press, scrub, until

SCALE = PICTURE[2] / WIDTH


def on(page, x, y):
    """Return where a pixel of the picture is on the screen."""
    return at(page, x * SCALE, y * SCALE)


def value(page, name):
    """Return a number of the row under the stage."""
    row = numbers(page)
    return row[row.index(name) + 1]


def painted(page, step):
    """Wait until a step is on the stage, and return its numbers; the last is one."""
    row = page.wait_for_function(
        """([root, step]) => {
          const text = root.querySelector(".metrics").innerText;
          const there = root.player.exact?.t === step && !root.player.dirty;
          return there && !text.endsWith("–") ? text : null;
        }""",
        arg=[player(page).element_handle(), step],
    )
    return row.json_value().split("\n")


def field(page, name):
    return page.get_by_role("textbox", name=name).input_value()


def drag(page, start, *ways):
    page.mouse.move(*on(page, *start))
    page.mouse.down()
    for way in ways:
        page.mouse.move(*on(page, *way), steps=4)


def test_dragging_a_box_changes_the_iou_before_it_is_let_go(open_page):
    page = open_page("iou_nms")
    assert value(page, "IoU") == "0.4286"
    drag(page, (205, 120), (175, 120))
    page.wait_for_function(
        """root => root.querySelector(".metrics").innerText.includes("0.6667")""",
        arg=player(page).element_handle(),
    )
    assert field(page, "Box B") == "100 40 220 200"  # the page has not run
    page.mouse.up()
    settle(page)
    assert field(page, "Box B") == "70 40 190 200"
    assert "b=70+40+190+200" in page.url
    assert r"= 0.6667" in formulas(page)[0]
    until(page, "p.time === 20")


def test_a_corner_stretches_box_a_and_the_link_restores_it(open_page):
    page = open_page("iou_nms")
    drag(page, (50, 60), (20, 30))
    page.mouse.up()
    settle(page)
    assert field(page, "Box A") == "20 30 190 180"
    assert "grip=0" in page.url
    iou = value(page, "IoU")
    again = open_page("iou_nms", page.url.partition("?")[2])
    assert field(again, "Box A") == "20 30 190 180"
    assert value(again, "IoU") == iou


def test_box_b_goes_where_the_playhead_rests(open_page):
    page = open_page("iou_nms", "a=60+60+180+180&b=60+60+180+180")
    assert value(page, "IoU") == "1"
    scrub(page, 60)
    until(page, "p.time === 60")
    assert value(page, "IoU") == "0.3333"  # at once, without the page
    player(page).locator(".scrub").evaluate(
        "bar => bar.dispatchEvent(new Event('change', { bubbles: true }))"
    )
    page.wait_for_url("**b=120*")
    settle(page)
    assert field(page, "Box B") == "120 60 240 180"
    press(page, "^Step back")
    page.wait_for_url("**b=119*")


def test_boxes_typed_move_on_the_stage(open_page):
    page = open_page("iou_nms")
    box = page.get_by_role("textbox", name="Box B")
    box.fill("0, 0, 10, 10")
    box.press("Enter")
    until(page, "p.time === -50")
    settle(page)
    assert value(page, "IoU") == "0"
    assert value(page, "GIoU").startswith("−")
    box.fill("ten")
    box.press("Enter")
    page.get_by_text("Four numbers are needed").wait_for()
    settle(page)
    assert value(page, "IoU") == "0"


def test_suppression_is_stepped_to_its_end_and_back(open_page):
    page = open_page("iou_nms", "view=nms")
    last = player(page).evaluate("root => root.player.tape.last")
    start = numbers(page)
    seen = []
    for step in range(1, int(last) + 1):
        press(page, "^Step forward")
        seen.append(painted(page, step))
    assert value(page, "Kept · dropped") == "2 · 4"
    page.get_by_text("Nothing waits any more. Kept, in this order: 1, 2.").wait_for()
    settle(page)
    assert "step=end" in page.url
    for step in range(int(last) - 1, -1, -1):
        press(page, "^Step back")
        assert painted(page, step) == (seen[step - 1] if step else start)
    page.get_by_text("All boxes, best first.").wait_for()
    settle(page)
    assert "step=" not in page.url


def test_a_dropped_box_loses_its_line_and_its_bar(open_page):
    page = open_page("iou_nms", "view=nms&step=4")
    ink = """(root) => {
      const p = root.player, layer = p.scene.layers.find((l) => l.id === "bars");
      const [l, t, r, b] = p.cur.f.subarray(layer.first + 8, layer.first + 12);
      return r - l;
    }"""
    assert player(page).evaluate(ink) > 100
    press(page, "^Step forward")
    until(page, "p.time === 5")
    assert player(page).evaluate(ink) == 0
    page.get_by_text("Box 3 is dropped: IoU = 0.6782 > 0.5").wait_for()


def test_it_plays_to_the_end_by_itself(open_page):
    page = open_page("iou_nms", "view=nms&boxes=chain&score=0.3&overlap=0.4")
    player(page).locator(".speed").select_option("10")
    press(page, "^Play")
    until(page, "p.time === p.tape.last && !p.playing")
    page.get_by_text("Kept, in this order: 1, 3.").wait_for()


def test_precision_and_recall_are_followed_down_the_scores(open_page):
    page = open_page("iou_nms", "view=curve&boxes=crowd&score=0.3&overlap=0.8&taken=0")
    assert value(page, "Precision") == "–"
    for hits in (1, 2, 3):
        press(page, "^Step forward")
        painted(page, hits)
    assert value(page, "Recall") == "0.6000"
    assert value(page, "TP · FP · FN") == "3 · 0 · 2"
    settle(page)
    assert "taken=3" in page.url


def test_a_preset_sets_the_screen(open_page):
    page = open_page("iou_nms")
    page.get_by_role("tab", name="Try this").click()
    page.get_by_role("button", name="Soft suppression keeps it").click()
    page.get_by_text("Kept, in this order: 1, 2, 4.").wait_for()
    settle(page)
    assert "kind=linear" in page.url


def test_what_the_detector_sees_in_a_drawing_is_suppressed(open_page):
    page = open_page("iou_nms", "view=nms&boxes=draw&score=0.2&ink=")
    pad = page.locator("[class*='st-key-nms_pad-'] canvas.upper-canvas").last
    box = pad.bounding_box()
    x, y = box["x"], box["y"]
    page.mouse.move(x + 90, y + 80)
    page.mouse.down()
    page.mouse.move(x + 180, y + 80, steps=8)
    page.mouse.move(x + 120, y + 220, steps=8)
    page.mouse.up()
    page.wait_for_url("**ink=*")
    settle(page)
    until(page, "p.scene.layers.some((l) => l.id === 'row0')")
    row = player(page).evaluate(
        "root => root.player.scene.layers.find((l) => l.id === 'row0').template"
    )
    assert row == "1: 7"


def test_the_program_and_the_tables_can_be_taken_away(open_page):
    page = open_page("iou_nms", "view=curve&boxes=crowd&score=0.3")
    page.get_by_role("tab", name="Code").click()
    page.get_by_text("recalls = torch.arange(101").wait_for()
    page.get_by_role("tab", name="Take away").click()
    page.get_by_role("button", name="precision.csv").wait_for()
    settle(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="precision.csv").click()
    rows = saved.value.path().read_text().splitlines()
    assert rows[0] == "score,right,precision,recall,f1"
    assert len(rows) == 6
    with page.expect_download() as picture:
        page.get_by_role("button", name="thresholds.png").click()
    assert picture.value.path().read_bytes().startswith(b"\x89PNG")
