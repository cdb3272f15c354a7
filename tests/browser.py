"""The app as a visitor meets it: a server in a process of its own, a real browser."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright

BIN = Path(sys.executable).parent  # where the console scripts of this Python are
SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # Pages for the address bar, which nobody sees: a process for every tab.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
)
NO_BROWSER = (
    "The browser tests need Chromium and there is none: install it (Debian: "
    "apt-get install chromium) or let `python -m playwright install chromium` "
    "reach the network."
)
# What stands in place of a page, or a part of it, that failed.
FAILED = "[data-testid=stException], [data-testid=stAlertContentError]"
# Streamlit's script has ended, everything is painted, and it stayed so for a while:
# a component that reports its first value starts the script once more. Frames count
# as well as milliseconds: on a busy machine both are slow.
READY = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const main = document.querySelector("[data-testid=stMain]");
  const quiet = app?.dataset.testConnectionState === "CONNECTED"
    && app.dataset.testScriptState === "notRunning"
    && main?.querySelector("[data-testid=stElementContainer]")
    && !main.querySelector("[data-testid=stSkeleton], [data-stale=true]");
  if (!quiet) { delete window.quietSince; return false; }
  window.quietSince ??= { time: performance.now(), frames: 0 };
  const { time, frames } = window.quietSince;
  window.quietSince.frames++;
  return performance.now() - time > 300 && frames > 18;
}"""


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


@contextmanager
def served(command: list[str], log: Path) -> Iterator[str]:
    """Run a server in the folder of its log, yield its address, stop it.

    `{port}` in the command becomes a free port.
    """
    port = free_port()
    with log.open("w") as output:
        process = subprocess.Popen(
            [part.format(port=port) for part in command],
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://localhost:{port}"
        _wait_until_healthy(process, url, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(process: subprocess.Popen, url: str, log: Path) -> None:
    deadline = time.monotonic() + 180
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(f"{url}/_stcore/health", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{log.read_text()}")


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium, else Playwright's own, which is installed first.

    Raises:
        RuntimeError: neither can be had.
    """
    system = next(filter(None, map(shutil.which, SYSTEM_BROWSERS)), None)
    if not system and not Path(playwright.chromium.executable_path).exists():
        install = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(install, capture_output=True, check=False)
    try:
        return playwright.chromium.launch(executable_path=system, args=FLAGS)
    except Error as error:
        raise RuntimeError(NO_BROWSER) from error


def visitor(
    browser: Browser,
    *,
    locale: str = "en-US",
    color_scheme: str = "light",
    viewport: tuple[int, int] = (1280, 800),
) -> BrowserContext:
    """Return a browser of somebody who has never been here."""
    context = browser.new_context(
        locale=locale,
        color_scheme=color_scheme,
        viewport={"width": viewport[0], "height": viewport[1]},
        permissions=["clipboard-read", "clipboard-write"],
        reduced_motion="reduce",
    )
    context.set_default_timeout(90_000)
    return context


def settle(page: Page) -> None:
    """Wait until Streamlit has finished and stays finished."""
    page.evaluate("delete window.quietSince")
    page.wait_for_function(READY)
