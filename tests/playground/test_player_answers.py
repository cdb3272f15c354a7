"""A click answered by plain HTTP: which message comes back, and when none does."""

import gc
from functools import partial

import pytest
from starlette.applications import Starlette

from playground.player import answers
from playground.player.answers import Answers, answer_path, answer_route
from tests.playground.test_player_tape import call, run


def beside(question):
    """Return a message for a place right of the middle."""
    if question["x"] < 0:
        raise ValueError("left of the middle")
    return f"{question['x']} {question['y']}".encode()


def ask(token, **query):
    app = Starlette(routes=[answer_route()])
    return run(partial(call, app, f"/answer/{token}", **query))


def told():
    """Return answers that are known as long as somebody holds them."""
    held = Answers(answer=beside)
    answers.known()[held.token] = held
    return held


@pytest.fixture
def held():
    return told()


def test_the_message_of_the_place_comes_back(held):
    status, headers, body = ask(held.token, x=1.5, y=-2)
    assert (status, body) == (200, b"1.5 -2.0")
    assert headers["cache-control"] == "no-store"
    assert headers["content-encoding"] == "identity"  # nobody packs it on the way


@pytest.mark.parametrize("place", [{"x": -1, "y": 0}, {"x": 1}, {"x": "a", "y": 0}])
def test_where_nothing_can_be_the_page_answers(held, place):
    assert ask(held.token, **place)[0] == 400


@pytest.mark.parametrize("x", ["nan", "inf", "1e999"])
def test_a_place_is_finite(held, x):
    assert ask(held.token, x=x, y=0)[0] == 400


def test_nobody_answers_for_a_visit_that_is_over():
    token = told().token
    gc.collect()
    assert ask(token, x=1, y=1)[0] == 404


def test_every_visit_has_a_secret_of_its_own():
    assert Answers().token != Answers().token
    assert answer_path("/a/b/") == "/a/b/answer"
