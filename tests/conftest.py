"""One server and one browser for all tests of a process that need them."""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported, as in the app

import re
from functools import cache
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright
from streamlit.components.v2 import manifest_scanner

from tests.browser import BIN, FAILED, launch, served, settle, visitor

# What the server says of a reader who closes a page while it writes to it.
LEFT = re.compile(
    r"^Exception in ASGI application\n(?:(?!Exception in |.* Uncaught ).*\n)*?"
    r'.*Disconnected: Cannot call "send" once a close message has been sent\.$',
    re.MULTILINE,
)


@pytest.fixture(scope="session", autouse=True)
def installed():
    """Components of installed packages: every AppTest would look for them anew.

    That takes longer than the page's run.
    """
    with pytest.MonkeyPatch.context() as patch:
        found = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Address of the app, started by its console script from somewhere else."""
    log = tmp_path_factory.mktemp("elsewhere") / "server.log"
    with served([str(BIN / "playground"), "--port", "{port}"], log) as url:
        yield url
    said = LEFT.sub("", log.read_text())
    assert "Traceback" not in said, said


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except RuntimeError as error:
            pytest.fail(str(error), pytrace=False)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def new_page(browser):
    """Empty pages; those of one kind of visitor share the files a browser keeps."""
    kept = cache(lambda **kind: visitor(browser, **kind))
    return lambda **kind: kept(**kind).new_page()


@pytest.fixture
def open_page(new_page, server):
    """Open a path of the app as a new visitor; at the end, nothing may have failed."""
    pages, problems = [], []

    def report(message):
        if message.type == "error" and _is_ours(message.location["url"], server):
            problems.append(message.text)

    def go(path="", query="", **kind):
        page = new_page(**kind)
        pages.append(page)
        page.on("console", report)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{server}/{path}?{query}".rstrip("?"))
        settle(page)
        return page

    yield go
    for page in pages:
        problems += page.locator(FAILED).all_inner_texts()
        page.close()
    assert not problems


def _is_ours(url, server):
    """Streamlit looks for its server in several places, and calls its makers'."""
    ours = not url or urlsplit(url).netloc == urlsplit(server).netloc
    return ours and "/_stcore/" not in url
