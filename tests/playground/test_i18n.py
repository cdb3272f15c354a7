"""Every text exists in every language, and says the same."""

import ast
import re
from concurrent.futures import ThreadPoolExecutor
from string import Formatter
from types import SimpleNamespace

import pytest
import streamlit as st

from playground import i18n
from playground.catalog import LESSONS
from playground.i18n import LANGUAGES
from tests.messages import FOLDERS, ROOT, TRANSLATED, catalog, missing, unused, wanted

SECTIONS = ("What to notice", "Common mistakes")  # of every English lesson


def lesson(code, slug):
    path = i18n.PACKAGE / "lessons" / code / f"{slug}.md"
    return path.read_text("utf-8")


def headings(text):
    """Return the level of each heading, in order."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return [len(marks) for marks in re.findall(r"^(#+) ", prose, flags=re.MULTILINE)]


def formulas(text):
    """Return how many formulas stand in their own lines, and how many in sentences."""
    displayed = re.findall(r"\$\$.+?\$\$", text, flags=re.DOTALL)
    rest = re.sub(r"\$\$.+?\$\$", "", text, flags=re.DOTALL)
    return len(displayed), len(re.findall(r"\$[^$\n]+\$", rest))


def placeholders(text):
    return sorted(field for _text, field, *_rest in Formatter().parse(text) if field)


def test_the_extraction_sees_marked_and_shown_texts():
    assert "Draw a digit" in wanted()  # mark() in the catalog of pages
    assert "Copy link" in wanted()  # _() in the layout


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_message_lacks_a_translation(code):
    assert missing(code) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_is_unused(code):
    assert unused(code) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_is_empty_or_fuzzy(code):
    messages = [message for message in catalog(code) if message.id]
    assert [m.id for m in messages if not m.string.strip() or m.fuzzy] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_are_the_same_on_both_sides(code):
    messages = [message for message in catalog(code) if message.id]
    differ = [m.id for m in messages if placeholders(m.id) != placeholders(m.string)]
    assert differ == []


def test_every_translated_text_is_a_literal_without_variables():
    """`_(f"...")` would look up a sentence that no catalog can hold."""
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", None) in {"_", "mark"}
        and (
            isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
            or (call.func.id == "mark" and not isinstance(call.args[0], ast.Constant))
            or any(isinstance(part, ast.JoinedStr) for part in ast.walk(call.args[0]))
        )
    ]
    assert found == []


@pytest.mark.parametrize("slug", [entry.slug for entry in LESSONS])
def test_lesson_names_what_to_notice_and_the_common_mistakes(slug):
    text = lesson("en", slug)
    assert [section for section in SECTIONS if section not in text] == []


@pytest.mark.parametrize("code", TRANSLATED)
@pytest.mark.parametrize("slug", [entry.slug for entry in LESSONS])
def test_lesson_has_the_same_shape_in_every_language(slug, code):
    english, other = lesson("en", slug), lesson(code, slug)
    assert headings(english)
    assert headings(other) == headings(english)
    displayed, in_sentences = formulas(english)
    assert formulas(other)[0] == displayed
    assert formulas(other)[1] == pytest.approx(in_sentences, abs=2)


def test_lessons_exist_for_catalogued_pages_only():
    for code in LANGUAGES:
        files = {p.stem for p in (i18n.PACKAGE / "lessons" / code).glob("*.md")}
        assert files == {entry.slug for entry in LESSONS}


@pytest.mark.parametrize(
    ("server", "locale", "expected"),
    [
        (None, "es-MX", "es"),
        (None, "ES", "es"),
        (None, "en-GB", "en"),
        (None, "fr-FR", "en"),
        (None, None, "en"),
        ("es", "en-US", "es"),
        ("en", "es-ES", "en"),
    ],
)
def test_preferred_language_is_the_servers_then_the_browsers(
    monkeypatch, server, locale, expected
):
    monkeypatch.setattr(st, "context", SimpleNamespace(locale=locale))
    monkeypatch.delenv("PLAYGROUND_LANG", raising=False)
    if server:
        monkeypatch.setenv("PLAYGROUND_LANG", server)
    assert i18n.preferred_language() == expected


def test_a_thread_speaks_the_language_it_is_told():
    def said():
        with i18n.speaking("es"):
            inside = i18n.language()
        return inside, i18n.SPOKEN.get()

    with ThreadPoolExecutor() as threads:
        assert threads.submit(said).result() == ("es", None)
