"""Pictures of every page, to look at: `uv run python -m tests.screenshots DIR`.

Both languages, both themes, two window sizes, and the presentation once.
"""

import argparse
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from playground.catalog import LESSONS
from playground.i18n import LANGUAGES
from tests.browser import BIN, launch, served, settle, visitor

SLUGS = ("home", *(lesson.slug for lesson in LESSONS))
THEMES = ("light", "dark")
WINDOWS = ((1280, 800), (1920, 1080))


def photograph(
    browser: Browser, url: str, target: Path, manner: tuple, *, full_page: bool
) -> None:
    """Save one picture of the page at `url`; the manner is (theme, window size)."""
    theme, (width, height) = manner
    page = visitor(browser, color_scheme=theme, viewport=(width, height)).new_page()
    page.goto(url)
    settle(page)
    if full_page:  # Streamlit scrolls inside the window: make the window long enough
        script = "document.querySelector('[data-testid=stMain]').scrollHeight"
        size = {"width": width, "height": max(height, page.evaluate(script))}
        page.set_viewport_size(size)
        settle(page)
    page.screenshot(path=target)
    page.context.close()


def pictures(slug: str) -> Iterator[tuple[str, str, tuple]]:
    """Yield (file stem, query, manner) of every picture of a page."""
    for language, theme, window in product(LANGUAGES, THEMES, WINDOWS):
        stem = f"{slug}-{language}-{theme}-{window[0]}"
        yield stem, f"lang={language}", (theme, window)
    yield f"{slug}-presentation", "lang=en&present=1", (THEMES[0], WINDOWS[0])


def main() -> None:
    """Drive every page and save its pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--slug", choices=SLUGS, help="this page only")
    parser.add_argument("--query", default="", help="settings: brush=12&present=1")
    parser.add_argument("--full-page", action="store_true", help="not the window only")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    command = [str(BIN / "playground"), "--port", "{port}"]
    with (
        TemporaryDirectory() as elsewhere,
        served(command, Path(elsewhere) / "log") as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for slug in [chosen.slug] if chosen.slug else SLUGS:
            for stem, query, manner in pictures(slug):
                path = slug if slug != "home" else ""
                url = f"{server}/{path}?{query}&{chosen.query}"
                target = chosen.folder / f"{stem}.png"
                photograph(browser, url, target, manner, full_page=chosen.full_page)
        browser.close()


if __name__ == "__main__":
    main()
