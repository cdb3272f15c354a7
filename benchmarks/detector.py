"""How fast the detector answers: beside its network alone, and beside a bare page.

`uv run python -m benchmarks.detector` prints medians, on one thread. Goals: from a
drawing to its boxes within twice the bare forward pass; on the page, from lifting the
pen to painted boxes within 2.5 times the round trip of a page that does nothing.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported

import torch
from playwright.sync_api import Page

from benchmarks.digits import (
    press,
    ratio,
    round_trips,
    row,
    seconds_of,
    side_by_side,
    visit,
)
from engine.boxes import nms_per_class
from engine.mouse_scenes import mouse_scenes
from engine.scenes import compose, digits
from engine.strokes import drawings
from engine.yolo import answer, candidates, detect, load
from engine.yolo_net import SIDE, fitted, softened

LINK = "yolo?view=prediction&ink="
# Where a share of the sheet's width and height is on the screen.
PLACE = """(root, [across, down]) => {
  const { canvas, scene } = root.player, box = canvas.getBoundingClientRect();
  const [x, y, w, h] = scene.layers.find(l => l.kind === "ink").box;
  const scale = box.width / scene.size[0];
  return [box.left + scale * (x + across * w), box.top + scale * (y + down * h)];
}"""
# Milliseconds from lifting the pen to the frame in which its answer is painted.
STOPWATCH = """root => {
  const strokes = () => root.player.scene.layers.find(l => l.kind === "ink").strokes;
  const before = strokes().length;
  window.trip = new Promise(done => {
    document.addEventListener("pointerup", () => {
      const begun = performance.now();
      const look = () => setTimeout(() => { // after everything this frame paints
        const waits = strokes().length === before || root.player.dirty;
        if (waits) requestAnimationFrame(look);
        else done([performance.now() - begun]);
      });
      requestAnimationFrame(look);
    }, {once: true, capture: true});
  });
}"""


def write(page: Page, turn: int) -> None:
    """Write a slanted line with the mouse, another one each turn."""
    player = page.locator(".player").first
    left = 0.08 + 0.06 * turn
    ends = [player.evaluate(PLACE, [left + s / 60, 0.1 + s / 14]) for s in range(11)]
    page.mouse.move(*ends[0])
    page.mouse.down()
    for place in ends[1:]:
        page.mouse.move(*place)
    player.evaluate(STOPWATCH)
    page.mouse.up()


def engine() -> None:
    """Measure a forward pass, all that stands around it, and composing scenes."""
    torch.set_num_threads(1)
    net = load()
    drawing = next(s for s in mouse_scenes(20, 1) if len(s.boxes) > 5).drawing
    ready = softened(fitted(drawing)[None])
    with torch.no_grad():
        forward = 1000 * seconds_of(lambda: net(ready), 50)
    row("forward pass alone", forward, "ms")
    row("shrinking the drawing", 1000 * seconds_of(lambda: fitted(drawing), 50), "ms")
    row("whole tensor", 1000 * seconds_of(lambda: answer(drawing), 50), "ms")
    found = candidates(drawing, min_score=0.01)
    row("candidates at 0.01", len(found), "")
    suppress = seconds_of(
        lambda: nms_per_class(found.boxes, found.scores, found.labels, 0.5), 50
    )
    row("suppression of them", 1000 * suppress, "ms")
    whole = 1000 * seconds_of(
        lambda: detect(drawing, min_score=0.3, max_overlap=0.5), 50
    )
    row("drawing to boxes", whole, "ms")
    ratio(whole, forward, "2")
    row("loading the weights", 1000 * seconds_of(load, 10), "ms")


def scenes() -> None:
    """Measure composing scenes to train on."""
    pairs = list(drawings(100, seed=0))
    stack = torch.stack([picture for picture, _ in pairs]).float()[:, None]
    small = torch.nn.functional.adaptive_avg_pool2d(stack, 28)[:, 0].to(torch.uint8)
    source = digits(small, torch.tensor([digit for _, digit in pairs]))
    generator = torch.Generator().manual_seed(0)

    def batch() -> None:
        compose(source, 64, side=SIDE, pens=0.6, generator=generator)

    row("composing 1,000 scenes", seconds_of(batch, 10) / 64 * 1000, "s")


def pages() -> None:
    """Measure from lifting the pen to painted boxes, against the bare page."""
    with side_by_side() as (browser, app, empty):
        (painted,) = round_trips(visit(browser, f"{app}/{LINK}"), write)
        _sent, rerun = round_trips(visit(browser, empty), press)
        row("pen-up to painted boxes", painted, "ms")
        row("rerun of a bare page", rerun, "ms")
        ratio(painted, rerun, "2.5")


if __name__ == "__main__":
    engine()
    scenes()
    pages()
