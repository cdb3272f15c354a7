"""A click answered by plain HTTP: which message comes back, and when none does."""

import gc
import json
import math
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


def ask(token, body=None, **question):
    app = Starlette(routes=[answer_route()])
    body = json.dumps(question).encode() if body is None else body
    return run(partial(call, app, f"/answer/{token}", "POST", body))


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


@pytest.mark.parametrize("x", [math.nan, math.inf, None, [1], {"a": 1}])
def test_numbers_are_finite_and_text_is_text(held, x):
    assert ask(held.token, x=x, y=0)[0] == 400


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1, 2]", b"\xff", b"[" * 60_000, b'{"x": 1, "y": 1e999}']
)
def test_other_bodies_are_refused(held, body):
    assert ask(held.token, body)[0] == 400


def test_a_question_is_not_long(held):
    assert ask(held.token, x=1, y="a" * 50_000)[0] == 200
    assert ask(held.token, x=1, y="a" * 70_000)[0] == 400


def test_nobody_answers_for_a_visit_that_is_over():
    token = told().token
    gc.collect()
    assert ask(token, x=1, y=1)[0] == 404


def test_every_visit_has_a_secret_of_its_own():
    assert Answers().token != Answers().token
    assert answer_path("/a/b/") == "/a/b/answer"
