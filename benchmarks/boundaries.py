"""How the boundary page moves: painted frames, epochs shown, and many viewers at once.

`uv run python -m benchmarks.boundaries` plays two networks in a real browser, then lets
1, 10 and 30 viewers train at the same time. Goals: 55 painted frames a second and ten
times the epochs that TensorFlow Playground shows in the same browser on the same kind
of machine (31 and 7 a second); with 30 viewers, 95 of 100 moves of a slider are
answered within 250 ms.
"""

import asyncio
import gzip
import json
import os
import random
import struct
import time
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import websockets
from playwright.sync_api import Browser, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser import BIN, launch, served, settle, visitor

SECONDS = 6  # of each measurement
NETS = {  # layers -> epochs per second that TensorFlow Playground shows
    "4,2": 31,
    "8,8,8,8,8,8": 7,
}
VIEWERS = (1, 10, 30)
PACE = 40  # epochs a second at speed 1
THINK = 5  # seconds between two moves of a viewer's slider
PROBE = """root => { const p = root.player;
  const pulls = performance.getEntriesByType("resource")
    .filter(entry => entry.name.includes("/tape/"));
  return { time: p.time, painted: p.painted,
    bytes: pulls.reduce((sum, entry) => sum + entry.encodedBodySize, 0) }; }"""


def server_command() -> list[str]:
    """Return the command that serves the app."""
    return [str(BIN / "playground"), "--port", "{port}"]


def processor_seconds(url: str) -> float:
    """Return the processor time that the server at an address has used."""
    port = url.rsplit(":", 1)[1]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if port.encode() in words and b"--port" in words:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                ticks = int(fields[11]) + int(fields[12])
                return ticks / os.sysconf("SC_CLK_TCK")
        except OSError:  # a process that has ended meanwhile
            continue
    return float("nan")


def play(browser: Browser, url: str, layers: str, speed: str) -> tuple[dict, float]:
    """Return what a browser showed in a second, and the server's load meanwhile."""
    page = visitor(browser).new_page()
    page.emulate_media(reduced_motion="no-preference")
    page.goto(f"{url}/boundaries?activation=tanh&epochs=10000&layers={layers}")
    settle(page)
    player = page.locator(".player").first
    player.locator(".speed").select_option(label=f"{speed} ×".replace(" ", "\u202f"))
    player.locator(".play").click()
    page.wait_for_timeout(1500)
    before, begun, load = player.evaluate(PROBE), time.time(), processor_seconds(url)
    page.wait_for_timeout(SECONDS * 1000)
    after, seconds = player.evaluate(PROBE), time.time() - begun
    load = (processor_seconds(url) - load) / seconds
    page.context.close()
    return {key: (after[key] - before[key]) / seconds for key in after}, load


def browser_part() -> None:
    """Print what one browser shows."""
    with (
        TemporaryDirectory() as folder,
        served(server_command(), Path(folder) / "app.log") as url,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for layers, theirs in NETS.items():
            for speed in ("1", "10"):
                shown, load = play(browser, url, layers, speed)
                frames = max(shown["painted"], 1e-9)
                print(f"2-{layers}-1 at speed {speed}")
                row("painted frames a second", shown["painted"], "goal >= 55")
                row("epochs a second", shown["time"])
                if speed == "10":
                    goal = "goal >= 10"
                    row("  over TensorFlow Playground", shown["time"] / theirs, goal)
                row("server's processor, ms per painted frame", 1000 * load / frames)
                row("kB per painted frame", shown["bytes"] / 1000 / frames)
        browser.close()


class Viewer:
    """A reader without a browser: plays a live training and moves its slider."""

    def __init__(self, url: str) -> None:
        self.url, self.slider, self.tape, self.hash = url, None, None, ""
        self.waits: list[float] = []
        self.epochs = 0.0
        self.done = asyncio.Event()

    async def visit(self) -> None:
        """Open the page."""
        address = self.url.replace("http", "ws", 1) + "/_stcore/stream"
        self.socket = await websockets.connect(
            address, subprotocols=["streamlit"], max_size=None
        )
        self.reader = asyncio.create_task(self.listen())
        await self.run("boundaries")

    async def listen(self) -> None:
        """Keep what the server says that matters here."""
        async for data in self.socket:
            message = ForwardMsg()
            message.ParseFromString(data)
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self.hash = message.navigation.page_script_hash
            elif kind == "delta":
                self.see(message.delta.new_element)
            elif kind == "script_finished" and (
                message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                self.done.set()

    def see(self, element: object) -> None:
        """Keep the slider of the learning rate and the tape's address."""
        kind = element.WhichOneof("type")
        if kind == "slider" and element.slider.id.endswith("boundaries.lr"):
            self.slider = element.slider
        elif kind == "bidi_component" and element.bidi_component.bytes:
            data = element.bidi_component.bytes[8:]  # see player.py
            (length,) = struct.unpack_from("<I", data)
            self.tape = json.loads(data[4 : 4 + length])["source"]

    async def run(self, page: str = "") -> None:
        """Let the page run and wait for its end."""
        request = BackMsg()
        request.rerun_script.page_name = page
        request.rerun_script.page_script_hash = "" if page else self.hash
        request.rerun_script.context_info.url = f"{self.url}/boundaries"
        if self.slider is not None:
            state = request.rerun_script.widget_states.widgets.add()
            state.id = self.slider.id
            state.double_array_value.data.append(random.Random().randint(8, 16))
        self.done.clear()
        await self.socket.send(request.SerializeToString())
        await asyncio.wait_for(self.done.wait(), 60)

    async def move(self, until: float) -> None:
        """Move the slider now and then."""
        await asyncio.sleep(random.Random().uniform(0, THINK))
        while time.monotonic() < until:
            begun = time.perf_counter()
            await self.run()
            self.waits.append(time.perf_counter() - begun)
            await asyncio.sleep(THINK)

    async def play(self, until: float) -> None:
        """Pull frames as the player does at speed 1."""
        generation, last, head, then = None, -1.0, 0.0, time.monotonic()
        while time.monotonic() < until:
            if self.tape["generation"] != generation:
                generation, last, head = self.tape["generation"], -1.0, 0.0
            now = time.monotonic()
            moved = max(0.0, min(PACE * (now - then), last - head))
            head, then = head + moved, now
            self.epochs += moved
            if last - head < 0.7 * PACE:
                last = max(last, await asyncio.to_thread(self.pull, generation, last))
            await asyncio.sleep(0.02)

    def pull(self, generation: int, last: float) -> float:
        """Return the time of the newest frame after one more request."""
        query = f"gen={generation}&after={last}&step={PACE // 10}&ms=60"
        with urlopen(f"{self.url}{self.tape['url']}?{query}", timeout=60) as answer:
            body = answer.read()
        if not body:  # another generation by now
            return last
        (length,) = struct.unpack_from("<I", body := gzip.decompress(body))
        times = json.loads(body[4 : 4 + length])["times"]
        return times[-1] if times else last


async def together(url: str, count: int) -> None:
    """Print how viewers fare who train at the same time."""
    viewers = [Viewer(url) for _viewer in range(count)]
    for viewer in viewers:
        await viewer.visit()
    begun, load = time.monotonic(), processor_seconds(url)
    until = begun + 2.5 * SECONDS
    await asyncio.gather(
        *(v.play(until) for v in viewers), *(v.move(until) for v in viewers)
    )
    seconds = time.monotonic() - begun
    load = (processor_seconds(url) - load) / seconds
    for viewer in viewers:
        viewer.reader.cancel()
        await viewer.socket.close()
    waits = [1000 * wait for viewer in viewers for wait in viewer.waits]
    p95 = quantiles(waits, n=20)[-1] if len(waits) > 1 else waits[0]
    print(f"{count} viewers")
    row("share of a processor", load)
    shown = sum(viewer.epochs for viewer in viewers) / count / seconds
    row(f"epochs a second each, of {PACE}", shown)
    row("slider, median ms", sorted(waits)[len(waits) // 2])
    row("slider, 95th percentile ms", p95, "goal <= 250" if count == 30 else "")


def load_part() -> None:
    """Print how 1, 10 and 30 viewers fare."""
    for count in VIEWERS:
        with (
            TemporaryDirectory() as folder,
            served(server_command(), Path(folder) / "app.log") as url,
        ):
            asyncio.run(together(url, count))


def row(name: str, value: float, goal: str = "") -> None:
    """Print one line of the table."""
    print(f"  {name:<44}{value:>9.2f}  {goal}", flush=True)


if __name__ == "__main__":
    browser_part()
    load_part()
