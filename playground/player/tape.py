"""Frames on their way to the browser: plain HTTP beside Streamlit's messages.

The browser asks `GET /tape/<token>?gen=G&after=T&step=S&ms=B` for the frames of
generation G later than T, S time units apart, as many as take B milliseconds. The
answer is a little-endian u32, that many bytes of JSON {"gen", "times", "size", "end",
"note"}, then the frames of `size` bytes each. 404: nobody holds this tape any more.
204: its generation is another one by now; that is normal, so it is no error, which
browsers would log.

While the playhead moves, the browser says where it is: `POST /tape/<token>?gen=G&at=T`.
"""

import gzip
import json
import math
import os
import secrets
import struct
import threading
import time
from dataclasses import dataclass
from typing import Protocol
from weakref import WeakValueDictionary

import anyio
import streamlit as st
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

BUDGET = 0.1  # seconds at most that one pull computes: nobody waits long for others
MOST_TAPES = 4096


@dataclass(frozen=True)
class Chunk:
    """Frames at rising times; `end`: none will follow; `note`: why (a template)."""

    times: list[float]
    frames: list[bytes]
    end: bool = False
    note: str = ""


class Tape(Protocol):
    """What makes frames. The page that shows it keeps the only strong reference.

    Attributes:
        at: where the playhead is, as the browser last said.
    """

    at: float | None

    @property
    def generation(self) -> int:
        """A number that changes when the frames become others."""
        ...

    def pull(self, after: float, step: float, until: float) -> Chunk:
        """Return frames later than `after`, about `step` apart.

        It runs in a worker thread, perhaps while the page's script runs.

        Args:
            after: time units; -1 asks for the first frame too.
            step: time units between frames, > 0.
            until: deadline on the clock of `time.monotonic()`; at least one frame is
                made all the same, unless the tape has ended.
        """
        ...


class Shelf:
    """Finds a tape by its token, as long as somebody else holds the tape."""

    def __init__(self) -> None:
        self._tapes: WeakValueDictionary[str, Tape] = WeakValueDictionary()
        self._lock = threading.Lock()

    def put(self, tape: Tape) -> str:
        """Return a new secret token under which the browser finds `tape`."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            while len(self._tapes) >= MOST_TAPES:
                self._tapes.pop(next(self._tapes.keys()), None)
            self._tapes[token] = tape
        return token

    def get(self, token: str) -> Tape | None:
        """Return the tape, None if nobody holds it any more."""
        with self._lock:
            return self._tapes.get(token)


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf:
    """Return the shelf of this process."""
    return Shelf()


def tape_route(base: str = "") -> Route:
    """Return the route `/tape/<token>` for Streamlit's server.

    Args:
        base: the option server.baseUrlPath.
    """
    limiter = anyio.CapacityLimiter(max(1, (os.cpu_count() or 1) // 2))

    async def answer(request: Request) -> Response:
        tape = shelf().get(request.path_params["token"])
        if tape is None:
            return PlainTextResponse("no such tape", 404)
        try:
            if request.method == "POST":
                _hear(tape, request)
                return Response(status_code=204)
            question = _question(request)
        except ValueError as error:
            return PlainTextResponse(str(error), 400)
        body = await run_sync(_pull, tape, question, limiter=limiter)
        if body is None:
            return Response(status_code=204)
        # Already small: Streamlit's middleware leaves what is encoded as it is.
        headers = {"Content-Encoding": "gzip", "Cache-Control": "no-store"}
        return Response(body, media_type="application/octet-stream", headers=headers)

    methods = ["GET", "POST"]
    return Route(f"{tape_path(base)}/{{token}}", answer, methods=methods)


def tape_path(base: str) -> str:
    """Return the path of all tapes, without a slash at its end."""
    return under_base(base, "tape")


def under_base(base: str, name: str) -> str:
    """Return the path of a route below Streamlit's base, without a slash at its end."""
    return f"/{base.strip('/')}/{name}".replace("//", "/")


def encode(generation: int, chunk: Chunk) -> bytes:
    """Return the body of an answer, not compressed.

    Raises:
        ValueError: frames of different lengths, or not one time per frame.
    """
    sizes = {len(frame) for frame in chunk.frames}
    if len(sizes) > 1 or len(chunk.times) != len(chunk.frames):
        raise ValueError(
            f"each time needs a frame, all of one length, got {len(chunk.times)} times "
            f"and {len(chunk.frames)} frames of {sorted(sizes)} bytes"
        )
    header = {
        "gen": generation,
        "times": chunk.times,
        "size": max(sizes, default=0),
        "end": chunk.end,
        "note": chunk.note,
    }
    text = json.dumps(header).encode()
    return b"".join([struct.pack("<I", len(text)), text, *chunk.frames])


@dataclass(frozen=True)
class _Question:
    generation: int
    after: float
    step: float
    seconds: float


def _question(request: Request) -> _Question:
    query = request.query_params
    numbers = [float(query.get(name, "")) for name in ("after", "step", "ms")]
    after, step, milliseconds = numbers
    if not all(map(math.isfinite, numbers)) or step <= 0:
        raise ValueError(f"after, step, ms must be finite and step > 0, got {numbers}")
    seconds = min(BUDGET, milliseconds / 1000)
    return _Question(int(query.get("gen", "")), after, step, seconds)


def _hear(tape: Tape, request: Request) -> None:
    at = float(request.query_params.get("at", ""))
    if not 0 <= at < math.inf:
        raise ValueError(f"at must be finite and not negative, got {at}")
    if tape.generation == int(request.query_params.get("gen", "")):
        tape.at = at


def _pull(tape: Tape, asked: _Question) -> bytes | None:
    if tape.generation != asked.generation:
        return None
    chunk = tape.pull(asked.after, asked.step, time.monotonic() + asked.seconds)
    if tape.generation != asked.generation:  # the page changed it meanwhile
        return None
    return gzip.compress(encode(asked.generation, chunk), compresslevel=1, mtime=0)
