"""How fast the optimizer page answers, beside a bare Streamlit page, and its engine.

`uv run python -m benchmarks.races` prints medians. Goals: a race of six optimizers over
200 steps is painted within twice the round trip of a page that does nothing, counted
from the click on the map; the race itself takes at most 60 ms.
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
from engine.races import GRID, Course, Racer, race, tune

STEPS = 200
RUNNERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adagrad")
LINK = f"optimizers?surface=rosenbrock&steps={STEPS}&runs=" + "~".join(
    f"{name}:learning_rate=0.001" for name in RUNNERS
)
COURSE = Course("rosenbrock", start=(-1.2, 1.0), steps=STEPS)
RACERS = tuple(Racer(name, (("learning_rate", 1e-3),)) for name in RUNNERS)
# Where a click lands: a share of the map's width and height, on the screen.
PLACE = """(root, [across, down]) => {
  const { canvas, scene } = root.player, box = canvas.getBoundingClientRect();
  const [x, y, w, h] = scene.layers.find(l => l.kind === "picture" && l.action).box;
  const scale = box.width / scene.size[0];
  return [box.left + scale * (x + across * w), box.top + scale * (y + down * h)];
}"""
# Milliseconds from letting go of the mouse to the frame after the new race is painted.
STOPWATCH = """root => {
  const start = () => [...root.player.tape.frames[0].f.slice(0, 2)].join();
  const before = start();
  window.trip = new Promise(done => {
    document.addEventListener("pointerup", () => {
      const begun = performance.now();
      const look = () => setTimeout(() => { // after everything this frame paints
        if (start() === before || root.player.dirty) requestAnimationFrame(look);
        else done([performance.now() - begun]);
      });
      requestAnimationFrame(look);
    }, {once: true, capture: true});
  });
}"""


def click(page: Page, turn: int) -> None:
    """Click on the map, somewhere else each turn."""
    player = page.locator(".player").first
    at = player.evaluate(PLACE, [0.2 + 0.04 * turn, 0.3 + 0.02 * turn])
    page.mouse.move(*at)
    page.mouse.down()
    player.evaluate(STOPWATCH)
    page.mouse.up()


def by_torch(learning_rate: float, kind: type[torch.optim.Optimizer]) -> torch.Tensor:
    """Return the last point of the same way with torch.optim and autograd."""
    point = torch.tensor(COURSE.start, dtype=torch.float64, requires_grad=True)
    optimizer = kind([point], lr=learning_rate)
    for _step in range(STEPS):
        optimizer.zero_grad()
        COURSE.ground.value(point).backward()
        optimizer.step()
    return point.detach()


def engine() -> None:
    """Measure a race and a search for a learning rate, and torch.optim at the same."""
    torch.set_num_threads(1)
    ours = 1000 * seconds_of(lambda: race(COURSE, RACERS), 30)
    alone = 1000 * seconds_of(lambda: race(COURSE, RACERS[4:5]), 30)
    theirs = 1000 * seconds_of(lambda: by_torch(1e-3, torch.optim.Adam), 10)
    found = 1000 * seconds_of(lambda: tune(COURSE, "adam", {}), 30)
    row("race of six optimizers, 200 steps", ours, "ms", "goal <= 60")
    row("race of Adam alone", alone, "ms")
    row("the same by torch.optim.Adam", theirs, "ms")
    row("  times faster", theirs / alone, "")
    row(f"Adam with {len(GRID)} learning rates at once", found, "ms")
    row(f"  {len(GRID)} times torch.optim.Adam", len(GRID) * theirs, "ms")
    row("  times faster", len(GRID) * theirs / found, "")


def pages() -> None:
    """Measure from a click on the map to the painted race, against the bare page."""
    with side_by_side() as (browser, app, empty):
        ours, theirs = visit(browser, f"{app}/{LINK}"), visit(browser, empty)
        (painted,) = round_trips(ours, click)
        _sent, rerun = round_trips(theirs, press)
        row("click on the map to painted race", painted, "ms")
        row("rerun of a bare page", rerun, "ms")
        ratio(painted, rerun, "2")


if __name__ == "__main__":
    engine()
    pages()
