"""What a click or a dial will show, by plain HTTP: before the page has run again.

The browser asks `GET /answer/<token>?x=X&y=Y`, in the units of the picture that was
clicked, or `?<key>=V` for a dial, and paints the message that comes back. Then it tells
the page, which runs as ever and sends the same message. 404: nobody holds these answers
any more. 400: there is none to this question; the page will say why.
"""

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

# Returns a player's message for a question, name -> number; ValueError or KeyError
# where there can be none.
Answer = Callable[[dict[str, float]], bytes]


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
            asked = {name: float(x) for name, x in request.query_params.items()}
            if not all(map(math.isfinite, asked.values())):
                raise ValueError(f"numbers must be finite, got {asked}")
            message = await run_sync(held.answer, asked, limiter=limiter)
        except (ValueError, KeyError) as error:
            return PlainTextResponse(str(error), 400)
        # The server would spend more time on packing it than most networks save.
        headers = {"Content-Encoding": "identity", "Cache-Control": "no-store"}
        return Response(message, media_type="application/octet-stream", headers=headers)

    return Route(f"{answer_path(base)}/{{token}}", answer)


def answer_path(base: str) -> str:
    """Return the path of all answers, without a slash at its end."""
    return under_base(base, "answer")
