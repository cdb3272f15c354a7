"""The address bar and the copied link, in a real browser."""

import re
from urllib.parse import parse_qsl, urlsplit

from tests.browser import settle
from tests.messages import translated

SLIDER = ".st-key-digits-brush input[type=range]"


def parameters(address):
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))


def copied(page):
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    return page.evaluate("navigator.clipboard.readText()")


def brush(page):
    return page.locator(SLIDER).input_value()


def move_brush(page, key):
    page.locator(SLIDER).press(key)
    settle(page)


def heading(page, title):
    return page.get_by_role("heading", name=title, exact=True)


def test_address_names_what_differs_from_the_start_and_nothing_else(open_page):
    page = open_page("digits", "brush=20&net=tanh&unknown=1&view=nonsense")
    assert parameters(page.url) == {"net": "tanh"}


def test_address_follows_the_controls_without_growing_the_history(open_page):
    page = open_page("digits")
    length = page.evaluate("history.length")
    move_brush(page, "ArrowRight")
    assert parameters(page.url) == {"brush": brush(page)}
    move_brush(page, "ArrowLeft")
    assert parameters(page.url) == {}
    assert page.evaluate("history.length") == length


def test_copied_link_names_defaults_too(open_page):
    page = open_page("digits", "net=tanh")
    link = parameters(copied(page))
    start = {"net": "tanh", "brush": "20", "lang": "en", "present": "0"}
    assert start.items() <= link.items()
    assert parameters(page.url) == {"net": "tanh"}  # copying left the address alone


def test_copied_link_restores_the_page_for_someone_else(open_page):
    page = open_page("digits", "net=tanh&brush=12")
    move_brush(page, "ArrowRight")
    link = copied(page)
    other = open_page("digits", urlsplit(link).query, locale="es-ES")
    assert heading(other, "Draw a digit").is_visible()  # in the sender's language
    assert brush(other) == brush(page) != "12"
    assert parameters(copied(other)) == parameters(link)


def test_reset_empties_the_address(open_page):
    page = open_page("digits", "net=tanh&brush=12")
    page.get_by_role("button", name=re.compile("Reset$")).click()
    settle(page)
    assert parameters(page.url) == {}
    assert brush(page) == "20"


def test_link_and_browser_choose_the_language(open_page):
    spanish = translated("Draw a digit", "es")
    assert heading(open_page("digits", "lang=es"), spanish).is_visible()
    assert heading(open_page("digits", locale="es-MX"), spanish).is_visible()
    assert heading(
        open_page("digits", "lang=en", locale="es-MX"), "Draw a digit"
    ).is_visible()


def test_state_survives_a_visit_to_another_page(open_page):
    page = open_page("digits", "net=tanh&brush=12")
    page.get_by_role("link", name="Home").click()
    heading(page, "Deep Learning Playground").wait_for()
    settle(page)
    assert parameters(page.url) == {}
    page.go_back()
    heading(page, "Draw a digit").wait_for()
    settle(page)
    assert brush(page) == "12"
    assert parameters(page.url) == {"net": "tanh", "brush": "12"}
