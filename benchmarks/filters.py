"""How fast the filters page answers, beside a bare Streamlit page, and its engine.

`uv run python -m benchmarks.filters` prints medians. Goal: a photograph of 512 x 512 is
filtered anew and painted within 2.5 times the round trip of a page that does nothing,
counted from the place the dial is taken to.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported

import torch
import torch.nn.functional as F
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
from engine.filters import Filter, kernel
from engine.responses import respond
from playground.figures.filters_paint import signed
from playground.photos import grey_photo

LINK = "filters?kernel=gaussian&tone=picture&split=100"
GABOR = "filters?kernel=gabor&edges=direction&wave=12&split=100"
FILTERS = {
    "Sobel, 3 x 3": Filter("sobel"),
    "Gaussian, 31 x 31": Filter("gaussian", sigma=5.0),
    "Gabor, 31 x 31": Filter("gabor", angle=30.0, wavelength=12.0),
}
# Milliseconds from taking the dial somewhere else to the frame in which another
# response is painted.
STOPWATCH = """root => {
  const shown = () => root.player.curtain?.src, before = shown();
  window.trip = new Promise(done => {
    document.addEventListener("pointerdown", () => {
      const begun = performance.now();
      const look = () => setTimeout(() => { // after everything this frame paints
        if (shown() === before || root.player.dirty) requestAnimationFrame(look);
        else done([performance.now() - begun]);
      });
      requestAnimationFrame(look);
    }, {once: true, capture: true});
  });
}"""


def slide(page: Page, turn: int) -> None:
    """Take the dial somewhere else each turn."""
    box = page.locator(".dial input").first.bounding_box()
    page.locator(".player").first.evaluate(STOPWATCH)
    across = box["x"] + box["width"] * (0.2 + 0.05 * turn)
    page.mouse.move(across, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.evaluate("window.trip")
    page.mouse.up()


def engine() -> None:
    """Measure filtering and painting, and the same by torch without separating."""
    torch.set_num_threads(1)
    photo = grey_photo("camera")
    for name, chosen in FILTERS.items():
        weights = kernel(chosen)
        ours = 1000 * seconds_of(lambda w=weights: respond(photo, w), 20)
        whole = weights.float()[None, None]
        plain = photo.float()[None, None]
        theirs = 1000 * seconds_of(
            lambda w=whole, p=plain: F.conv2d(p, w, padding="same"), 5
        )
        row(name, ours, "ms")
        row("  the same by one F.conv2d", theirs, "ms")
    response = respond(photo, kernel(FILTERS["Sobel, 3 x 3"]))
    row("painting it", 1000 * seconds_of(lambda: signed(response), 20), "ms")
    painted = signed(response).painted
    row("writing the PNG", 1000 * seconds_of(painted.png, 20), "ms")
    row("  its size", len(painted.png()) / 1000, "kB")


def pages() -> None:
    """Measure from the slider to the painted response, against the bare page."""
    with side_by_side() as (browser, app, empty):
        _sent, rerun = round_trips(visit(browser, empty), press)
        row("rerun of a bare page", rerun, "ms")
        for name, link in (("Gaussian", LINK), ("Gabor, by direction", GABOR)):
            (painted,) = round_trips(visit(browser, f"{app}/{link}"), slide)
            row(f"dial to painted response: {name}", painted, "ms")
            ratio(painted, rerun, "2.5")


if __name__ == "__main__":
    engine()
    pages()
