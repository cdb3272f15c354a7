"""Two languages: short texts from gettext catalogs, lessons from Markdown files.

English in the source is the key. The reader's language lives in the session, because
all visitors share the process.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

import streamlit as st
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).parent
LANGUAGES = {"en": "English", "es": "Español"}
SPOKEN: ContextVar[str | None] = ContextVar("language", default=None)


def mark(message: str) -> str:
    """Return `message` unchanged; it is translated later, where it is shown."""
    return message


def preferred_language() -> str:
    """Return the language for a first visit: the server's `--lang`, else the browser's.

    Returns:
        A key of `LANGUAGES`.
    """
    wanted = os.environ.get("PLAYGROUND_LANG") or st.context.locale or ""
    code = wanted[:2].lower()
    return code if code in LANGUAGES else "en"


def language() -> str:
    """Return the reader's language, a key of `LANGUAGES`: session, link, browser."""
    if spoken := SPOKEN.get():
        return spoken
    for wanted in (st.session_state.get("lang"), st.query_params.get("lang")):
        if wanted in LANGUAGES:
            return wanted
    return preferred_language()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak this language for a while: in a thread that knows no reader."""
    before = SPOKEN.set(code)
    try:
        yield
    finally:
        SPOKEN.reset(before)


def _(message: str) -> str:
    """Return `message` in the reader's language."""
    return _catalog(language()).gettext(message)


def lesson_text(slug: str) -> str:
    """Return the lesson called `slug`, Markdown in the reader's language."""
    return _lesson(slug, language())


def catalog_path(code: str) -> Path:
    """Return where the translations into the language `code` are kept."""
    return PACKAGE / "locale" / code / "LC_MESSAGES" / "playground.po"


@cache
def _lesson(slug: str, code: str) -> str:
    path = PACKAGE / "lessons" / code / f"{slug}.md"
    return path.read_text(encoding="utf-8")


@cache
def _catalog(code: str) -> NullTranslations:
    if code == "en":
        return NullTranslations()
    with catalog_path(code).open("rb") as source:
        catalog = read_po(source, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
