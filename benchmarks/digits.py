"""How fast the digit page is, beside a bare Streamlit page in the same browser.

`uv run python -m benchmarks.digits` prints medians. Goals: the answer is painted within
twice the round trip of a page that does nothing, the page appears within 1.2 times the
time of a bare one, and reading a drawing takes 0.3 to 0.5 ms on one thread.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import torch
from playwright.sync_api import Browser, Page, sync_playwright

from engine import lenet
from engine.ink import prepare
from engine.strokes import handwritten, render
from tests.browser import BIN, launch, served, settle, visitor

ROOT = Path(__file__).parents[1]
REPEATS = 12
BARE_PAGE = """
import streamlit as st
st.title("Bare")
st.slider("Value", 0, 100)
st.session_state["n"] = st.session_state.get("n", 0) + 1
st.button("Again")
with st.container(key="prediction"):
    st.metric("Runs", st.session_state["n"])
"""
# Milliseconds from letting go of the mouse to the message that tells the server, and
# to the frame after the text has changed.
STOPWATCH = """() => {
  const text = () => document.querySelector(".st-key-prediction")?.innerText;
  const before = text();
  window.trip = new Promise(done => {
    document.addEventListener("pointerup", () => {
      const start = performance.now();
      const finish = () => done([window.sent - start, performance.now() - start]);
      const watch = new MutationObserver(() => {
        if (!text() || text() === before) return;
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(finish));
      });
      watch.observe(document, {subtree: true, childList: true, characterData: true});
    }, {once: true, capture: true});
  });
}"""
# Milliseconds from navigation to the frames in which title and slider are there.
RECORDER = """
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (...message) {
  window.sent = performance.now();
  return send.apply(this, message);
};
const appearance = part => new Promise(done => {
  const look = () => {
    const there = document.querySelector(`[data-testid=stMain] [data-testid=${part}]`);
    if (there) setTimeout(() => done(performance.now()));
    else requestAnimationFrame(look);
  };
  look();
});
window.appeared = Promise.all([appearance("stHeading"), appearance("stSlider")]);
"""
IMPORTS = ("streamlit", "streamlit,plotly.graph_objects", "streamlit,torch")


@contextmanager
def side_by_side() -> Iterator[tuple[Browser, str, str]]:
    """Serve the app and the bare page; yield a browser and both addresses."""
    command = [str(BIN / "playground"), "--port", "{port}"]
    with (
        TemporaryDirectory() as folder,
        served(command, Path(folder) / "app.log") as app,
        bare(Path(folder)) as empty,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        yield browser, app, empty
        browser.close()


@contextmanager
def bare(folder: Path) -> Iterator[str]:
    """Serve a page that does nothing, with the project's settings."""
    (folder / ".streamlit").mkdir()
    shutil.copy(ROOT / ".streamlit" / "config.toml", folder / ".streamlit")
    (folder / "bare.py").write_text(BARE_PAGE)
    command = [sys.executable, "-m", "streamlit", "run", "bare.py"]
    with served([*command, "--server.port", "{port}"], folder / "bare.log") as url:
        yield url


def draw(page: Page, turn: int) -> None:
    """Draw a slanted line with the mouse, another one each turn."""
    box = page.locator("canvas.upper-canvas").bounding_box()
    left, top = box["x"] + 60 + 10 * turn, box["y"] + 40
    page.mouse.move(left, top)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(left + 4 * step, top + 20 * step)
    page.evaluate(STOPWATCH)
    page.mouse.up()


def press(page: Page, _turn: int) -> None:
    """Press the button of the bare page."""
    button = page.get_by_role("button", name="Again").bounding_box()
    page.mouse.move(button["x"] + 10, button["y"] + 10)
    page.mouse.down()
    page.evaluate(STOPWATCH)
    page.mouse.up()


def visit(browser: Browser, url: str) -> Page:
    """Open a page that records what the benchmarks ask for, with an empty cache."""
    page = visitor(browser, viewport=(1280, 1000)).new_page()
    page.add_init_script(RECORDER)
    page.goto(url)
    settle(page)
    return page


def medians(rows: list[list[float]]) -> list[float]:
    """Return the median of each column; the first row, a warm-up, does not count."""
    return [median(column) for column in zip(*rows[1:], strict=True)]


def round_trips(page: Page, act: Callable[[Page, int], None]) -> list[float]:
    """Return medians of the milliseconds that a page's stopwatch counts of an action.

    Here and on the bare page: until the server is told, and to the painted result.
    """
    times = []
    for turn in range(REPEATS):
        act(page, turn)
        times.append(page.evaluate("window.trip"))
        settle(page)
        if act is draw:
            page.get_by_role("button", name=re.compile("Clear$")).click()
            settle(page)
    return medians(times)


def first_paints(browser: Browser, urls: tuple[str, ...]) -> list[list[float]]:
    """Return, for each page, median milliseconds until title and slider appear."""
    times = {url: [] for url in urls}
    for _turn in range(REPEATS):
        for url in urls:  # taking turns, so that a busy moment hits all
            page = visit(browser, url)
            times[url].append(page.evaluate("window.appeared"))
            page.context.close()
    return [medians(times[url]) for url in urls]


def seconds_of(function: Callable[[], object], repeats: int = 300) -> float:
    """Return the median seconds of a call; a first call, a warm-up, does not count."""
    times = []
    function()
    for _turn in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return median(times)


def import_seconds(modules: str) -> float:
    """Return the median seconds of a new Python that imports these modules."""
    run = [sys.executable, "-c", f"import {modules}"]
    return seconds_of(lambda: subprocess.run(run, check=True), 10)


def ratio(ours: float, theirs: float, goal: str) -> None:
    """Print how many times longer ours takes."""
    row("  ratio", ours / theirs, "", f"goal <= {goal}")


def row(name: str, value: float, unit: str, goal: str = "") -> None:
    """Print one line of the table."""
    print(f"{name:<46}{value:>9.2f} {unit:<3} {goal}", flush=True)


def reading() -> None:
    """Measure reading a drawing, split into preparing and the network."""
    torch.set_num_threads(1)
    drawing = render(handwritten(7, seed=3))
    net, picture = lenet.load(), prepare(drawing)
    with torch.inference_mode():
        forward = seconds_of(lambda: net(picture))
    row("prepare", 1000 * seconds_of(lambda: prepare(drawing)), "ms")
    row("forward", 1000 * forward, "ms")
    whole = seconds_of(lambda: lenet.classify(drawing))
    row("classify", 1000 * whole, "ms", "goal 0.3 to 0.5")


def pages() -> None:
    """Measure pen-up to answer and first paint against the bare page."""
    with side_by_side() as (browser, app, empty):
        lesson = f"{app}/digits"
        waited, answered = round_trips(visit(browser, lesson), draw)
        _sent, rerun = round_trips(visit(browser, empty), press)
        row("pen-up to painted answer", answered, "ms")
        row("  of it the canvas waits before it tells", waited, "ms")
        row("rerun of a bare page", rerun, "ms")
        ratio(answered, rerun, "2")
        ours, bare_page = first_paints(browser, (lesson, empty))
        for part, mine, its in zip(("title", "slider"), ours, bare_page, strict=True):
            row(f"{part} of the digit page painted", mine, "ms")
            row(f"{part} of a bare page painted", its, "ms")
            ratio(mine, its, "1.2")


def imports() -> None:
    """Measure what the imports cost at start, before the first visitor."""
    row("start Python", 1000 * import_seconds("sys"), "ms")
    for modules in IMPORTS:
        row(f"  and import {modules}", 1000 * import_seconds(modules), "ms")


if __name__ == "__main__":
    reading()
    pages()
    imports()
