"""What a click, a dial or a pen will show, by plain HTTP: before the page runs again.

The browser posts {"x": X, "y": Y}, in the units of the picture that was clicked, to
`/answer/<token>`, or {key: value} for a dial, and paints the message that comes back.
Then it tells the page, which runs as ever and sends the same message. 404: nobody holds
these answers any more. 400: there is none to this question; the page will say why.
"""

import json
import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

import anyio
import streamlit as st
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from playground.player.tape import under_base

LONGEST = 64_000  # bytes of a question

# Name -> number or text.
Question = dict[str, float | str]
# Returns a player's message for a question; ValueError or KeyError if there is none.
Answer = Callable[[Question], bytes]


@dataclass(eq=False)
class Answers:
    """What answers the questions to one player of one visitor."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    answer: Answer | None = None


@st.cache_resource(show_spinner=False)
def known() -> WeakValueDictionary[str, Answers]:
    """Return the answers of this process by token; each visit holds its own."""
    return WeakValueDictionary()


def renew(key: str, answer: Answer) -> str:
    """Answer the questions to a player like this from now on; return the token.

    Args:
        key: of the player on this page.
        answer: runs in a worker thread, without Streamlit's context of the visitor.
    """
    held: Answers = st.session_state.setdefault(f"_answers.{key}", Answers())
    held.answer = answer
    known()[held.token] = held
    return held.token


def answer_route(base: str = "") -> Route:
    """Return the route `/answer/<token>` for Streamlit's server.

    Args:
        base: the option server.baseUrlPath.
    """
    limiter = anyio.CapacityLimiter(1)

    async def answer(request: Request) -> Response:
        held = known().get(request.path_params["token"])
        if held is None or held.answer is None:
            return PlainTextResponse("nobody answers", 404)
        try:
            asked = _question(await _body(request))
            message = await run_sync(held.answer, asked, limiter=limiter)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            return PlainTextResponse(str(error), 400)
        # The server would spend more time on packing it than most networks save.
        headers = {"Content-Encoding": "identity", "Cache-Control": "no-store"}
        return Response(message, media_type="application/octet-stream", headers=headers)

    return Route(f"{answer_path(base)}/{{token}}", answer, methods=["POST"])


def answer_path(base: str) -> str:
    """Return the path of all answers, without a slash at its end."""
    return under_base(base, "answer")


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            raise ValueError(f"a question has at most {LONGEST} bytes")
    return body


def _question(body: bytes) -> Question:
    asked = json.loads(body)
    if not isinstance(asked, dict):
        raise ValueError("a question is a JSON object")
    return {name: _part(name, value) for name, value in asked.items()}


def _part(name: str, value: object) -> float | str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    raise ValueError(f"{name} must be text or a finite number, got {value}")
