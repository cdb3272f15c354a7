"""Every page, in every language, at its start and under hostile links."""

from functools import cache

import pytest
from streamlit.testing.v1 import AppTest

from playground.catalog import LESSONS
from playground.i18n import LANGUAGES
from tests.messages import ROOT, catalog, translated

PAGES = ("home", *(lesson.slug for lesson in LESSONS))
SET_HERE = {"lang"}  # the tests choose the language
NOTICE = (
    "The link asks for `{value}`, which is not possible here: the usual value stands."
)
HOSTILE = {
    "wrong type": "banana",
    "too small": "-987654321",
    "too large": "987654321",
    "giant": "9" * 5000,
    "not a number": "nan",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "markdown": "`x\n\n# Title [here](https://example.org) $x$ :red[y]",
    "unicode": "\u202e\u00f1\x00\U0001f4a5",
    "empty": "",
}
EVERYWHERE = {"wrong type", "too large", "script"}  # the others: at the richest place
CASES = [(kind, "en") for kind in HOSTILE]
CASES += [("wrong type", code) for code in LANGUAGES if code != "en"]


def open_page(slug, code, **link):
    """Return the app after a visitor has come to this page by this link."""
    at = AppTest.from_file(ROOT / "playground" / "app.py", default_timeout=120)
    at.context["locale"] = "en-US"
    at.query_params = {"lang": code} | link
    if slug != "home":
        at.switch_page(f"../pages/{slug}.py")
    return at.run()


def failed(at):
    """Return what a visitor would see instead of the page; the app catches all."""
    return [element.value for element in (*at.exception, *at.error)]


def state(at):
    """Return parameter -> (text, is default) of the page, as the page itself says."""
    link = at.session_state["_link"]
    return {key: value for key, value in link.items() if key not in SET_HERE}


@cache
def links(slug):
    """Return few (link, state there) that together show every parameter of the page.

    A menu's option may show further controls: choose each one once, from the first
    place where the menu is seen.
    """
    tried, found, ahead = set(), [], [{}]
    while ahead:
        link = ahead.pop(0)
        at = open_page(slug, "en", **link)
        assert not failed(at), link
        found.append((link, state(at)))
        for menu in (*at.segmented_control, *at.selectbox):
            key = menu.key.removeprefix(f"{slug}.")
            options = menu.format_func.__self__  # the mapping from ids to texts
            fresh = [option for option in options if (key, option) not in tried]
            tried |= {(key, option) for option in fresh}
            ahead += [link | {key: option} for option in fresh]
    return few(found)


def few(found):
    """Return some of these places that show what all show, the richest first."""
    chosen, unseen = [], {key for _link, there in found for key in there}
    while unseen:
        best = max(found, key=lambda place: len(unseen & set(place[1]) - set(place[0])))
        chosen.append(best)
        unseen -= set(best[1]) - set(best[0])
    return chosen


def notices(at, code):
    beginning = translated(NOTICE, code).split("{value}")[0]
    return [w.value for w in at.warning if w.value.startswith(beginning)]


def written(at):
    """Return every text on the page that Streamlit reads as Markdown or HTML."""
    kinds = (at.markdown, at.caption, at.title, at.header, at.subheader, at.get("html"))
    return [str(element.proto) for kind in kinds for element in kind]


def shown(at):
    """Return every short text on the page that a reader sees."""
    texts = {
        element.label
        for kind in ("metric", "button", "tab", "expander")
        for element in at.get(kind)
    }
    texts |= {
        w.label
        for kind in ("selectbox", "slider", "toggle", "number_input")
        for w in at.get(kind)
    }
    return texts | {
        e.value for kind in (at.markdown, at.caption, at.subheader) for e in kind
    }


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("slug", PAGES)
def test_page_starts_without_exception_or_notice(slug, code):
    at = open_page(slug, code)
    assert not failed(at)
    assert not notices(at, code)


@pytest.mark.parametrize("slug", PAGES)
def test_page_is_translated_wherever_the_catalog_can(slug):
    """A message on screen in English, though its translation differs, was forgotten."""
    for code in set(LANGUAGES) - {"en"}:
        differ = {m.id for m in catalog(code) if m.id and m.string not in {"", m.id}}
        assert shown(open_page(slug, code)) & differ == set()


@pytest.mark.parametrize("slug", PAGES)
def test_every_option_of_every_menu_can_be_reached_by_a_link(slug):
    assert links(slug)  # asserts on its way that nothing fails


@pytest.mark.parametrize("slug", PAGES)
def test_every_button_can_be_pressed(slug):
    for number, button in enumerate(open_page(slug, "en").button):
        if not button.disabled:
            at = open_page(slug, "en").button[number].click().run()
            assert not failed(at), button.label


@pytest.mark.parametrize(("kind", "code"), CASES)
@pytest.mark.parametrize("slug", PAGES)
def test_page_ignores_impossible_values_with_a_notice(slug, kind, code):
    places = links(slug) if kind in EVERYWHERE and code == "en" else links(slug)[:1]
    for link, start in places:
        hostile = dict.fromkeys(set(start) - set(link), HOSTILE[kind])
        at = open_page(slug, code, **link, **hostile)
        assert not failed(at)
        there = hostile.keys() & state(at)  # without hidden layers, none can be chosen
        refused = {key for key in there if state(at)[key][0] != HOSTILE[kind]}
        assert [k for k in refused if state(at)[k] != start[k]] == []
        assert len(notices(at, code)) == len(refused)


@pytest.mark.parametrize("slug", PAGES)
def test_page_refuses_an_unknown_language_with_a_notice(slug):
    at = open_page(slug, "<b>xx</b>")
    assert at.session_state["lang"] == "en"
    assert len(notices(at, "en")) == 1


@pytest.mark.parametrize("kind", ["script", "markdown"])
@pytest.mark.parametrize("slug", PAGES)
def test_page_shows_the_text_of_a_link_as_code_only(slug, kind):
    keys = {"unknown", *state(open_page(slug, "en"))}
    at = open_page(slug, "en", **dict.fromkeys(keys, HOSTILE[kind]))
    assert notices(at, "en")
    for notice in notices(at, "en"):
        _before, code, _after = notice.split("`")
        assert "\n" not in code  # an empty line would end the code
    for text in written(at):
        assert "alert(1)" not in text
        assert "example.org" not in text


@pytest.mark.parametrize("slug", PAGES)
def test_page_takes_the_last_of_repeated_values_and_ignores_unknown_keys(slug):
    at = open_page(
        slug, "en", present=["0", "1"], unknown="1", _slug="x", **{"a.b": "1"}
    )
    assert not failed(at)
    assert not notices(at, "en")
    assert at.session_state["present"] is True
