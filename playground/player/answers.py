"""What a click will show, by plain HTTP: before the page has run again.

The browser asks `GET /answer/<token>?x=X&y=Y`, in the units of the picture that was
clicked, and paints the message that comes back. Then it tells the page, which runs as
ever and sends the same message. 404: nobody holds these answers any more. 400: there
is none for this place; the page will say why.
"""

import gzip
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

# Returns a player's message for a click at (x, y); ValueError where nothing can be.
Answer = Callable[[float, float], bytes]


@dataclass(eq=False)
class Answers:
    """What answers the clicks on one player of one visitor."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    answer: Answer | None = None


@st.cache_resource(show_spinner=False)
def known() -> WeakValueDictionary[str, Answers]:
    """Return the answers of this process by token; each visit holds its own."""
    return WeakValueDictionary()


def renew(key: str, answer: Answer) -> str:
    """Answer the clicks on a player like this from now on; return the token.

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
            place = [float(request.query_params.get(name, "")) for name in "xy"]
            if not all(map(math.isfinite, place)):
                raise ValueError(f"x and y must be finite, got {place}")
            message = await run_sync(held.answer, *place, limiter=limiter)
        except ValueError as error:
            return PlainTextResponse(str(error), 400)
        body = gzip.compress(message, compresslevel=1, mtime=0)
        headers = {"Content-Encoding": "gzip", "Cache-Control": "no-store"}
        return Response(body, media_type="application/octet-stream", headers=headers)

    return Route(f"{answer_path(base)}/{{token}}", answer)


def answer_path(base: str) -> str:
    """Return the path of all answers, without a slash at its end."""
    return under_base(base, "answer")
