"""Tapes: tokens on a shelf, the bytes of an answer, and the route's status codes."""

import gc
import gzip
import json
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlencode

import anyio
import pytest
from starlette.applications import Starlette

from playground.player import tape
from playground.player.player import Live, Still, _message
from playground.player.scene import Scene, Track
from playground.player.tape import Chunk, Shelf, encode, shelf, tape_path, tape_route

QUESTION = {"gen": 0, "after": 4, "step": 2, "ms": 30}
SCENE = Scene((10, 10), (Track("m", "f32", 1),), ())


class Frames:
    """Two frames after the time asked for; remembers how it was asked."""

    def __init__(self, generation=0):
        self.generation, self.at = generation, None
        self.asked = []

    def pull(self, after, step, until):
        self.asked.append((after, step, until - time.monotonic()))
        times = [after + step, after + 2 * step]
        return Chunk(times, [struct.pack("<f", t) for t in times], note="so")


async def call(app, path, method="GET", body=b"", **query):
    """Send one request straight into the server's code: (status, headers, body)."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": urlencode(query).encode(),
        "headers": [],
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    headers = {name.decode(): text.decode() for name, text in sent[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], headers, body


def run(coroutine):
    """Run it in a thread of its own: the browser's driver has a loop in this one."""
    with ThreadPoolExecutor() as threads:
        return threads.submit(anyio.run, coroutine).result()


def ask(token, **query):
    app = Starlette(routes=[tape_route()])
    return run(partial(call, app, f"/tape/{token}", **QUESTION | query))


def opened(body):
    (length,) = struct.unpack_from("<I", body)
    return json.loads(body[4 : 4 + length]), body[4 + length :]


def test_an_answer_has_a_header_and_the_frames():
    frames = Frames()
    status, headers, body = ask(shelf().put(frames))
    assert status == 200
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-encoding"] == "gzip"
    header, rest = opened(gzip.decompress(body))
    assert header == {
        "gen": 0,
        "times": [6.0, 8.0],
        "size": 4,
        "end": False,
        "note": "so",
    }
    assert struct.unpack("<2f", rest) == (6, 8)
    ((after, step, seconds),) = frames.asked
    assert (after, step) == (4, 2)
    assert 0.02 < seconds <= 0.03


def test_nobody_computes_longer_than_the_budget():
    frames = Frames()
    ask(shelf().put(frames), ms=60_000)
    assert frames.asked[0][2] <= tape.BUDGET


def test_a_tape_nobody_holds_is_not_found():
    frames = Frames()
    token = shelf().put(frames)
    del frames
    gc.collect()
    assert [ask(token)[0], ask("guess")[0]] == [404, 404]


def test_another_generation_is_answered_without_frames_and_without_computing():
    frames = Frames(generation=3)
    status, _headers, body = ask(shelf().put(frames), gen=2)
    assert (status, body, frames.asked) == (204, b"", [])


def test_the_browser_says_where_the_playhead_is():
    frames = Frames(generation=3)
    token = shelf().put(frames)
    assert ask(token, method="POST", gen=3, at=7.5)[0] == 204
    assert frames.at == 7.5
    assert ask(token, method="POST", gen=2, at=9)[0] == 204  # of frames now gone
    assert [ask(token, method="POST", gen=3, at=at)[0] for at in (-1, "nan")] == [
        400
    ] * 2
    assert (frames.at, frames.asked) == (7.5, [])


def test_frames_made_while_the_generation_changed_are_not_sent():
    class Changing(Frames):
        def pull(self, after, step, until):
            self.generation += 1
            return super().pull(after, step, until)

    frames = Changing()
    assert ask(shelf().put(frames))[0] == 204


@pytest.mark.parametrize(
    "wrong",
    [{"gen": "x"}, {"after": "nan"}, {"step": 0}, {"step": "inf"}, {"ms": ""}],
    ids=str,
)
def test_nonsense_is_refused(wrong):
    frames = Frames()
    assert ask(shelf().put(frames), **wrong)[0] == 400
    assert not frames.asked


def test_pulls_of_many_visitors_wait_for_each_other(monkeypatch):
    monkeypatch.setattr(tape.os, "cpu_count", lambda: 2)
    app = Starlette(routes=[tape_route()])
    running, most = [], []

    class Slow(Frames):
        def pull(self, after, step, until):
            running.append(self)
            most.append(len(running))
            time.sleep(0.02)
            running.remove(self)
            return super().pull(after, step, until)

    tapes = [Slow() for _ in range(4)]
    tokens = [shelf().put(one) for one in tapes]

    async def visit():
        async with anyio.create_task_group() as visitors:
            for token in tokens:
                ask = partial(call, app, f"/tape/{token}", **QUESTION)
                visitors.start_soon(ask)

    run(visit)
    assert [len(one.asked) for one in tapes] == [1, 1, 1, 1]
    assert max(most) == 1


def test_the_shelf_is_bounded_and_tokens_cannot_be_guessed(monkeypatch):
    monkeypatch.setattr(tape, "MOST_TAPES", 3)
    books, tapes = Shelf(), [Frames() for _ in range(5)]
    tokens = [books.put(one) for one in tapes]
    assert [books.get(token) for token in tokens] == [None, None, *tapes[2:]]
    assert len(set(tokens)) == 5
    assert min(map(len, tokens)) >= 20


def test_frames_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="all of one length"):
        encode(0, Chunk([0.0, 1.0], [b"1234", b"123"]))
    with pytest.raises(ValueError, match="2 times and 1 frames"):
        encode(0, Chunk([0.0, 1.0], [b"1234"]))
    header, rest = opened(encode(1, Chunk([], [], end=True, note="why")))
    assert (header["size"], header["end"], rest) == (0, True, b"")


def test_the_path_follows_the_base_of_the_server():
    assert [tape_path(base) for base in ("", "/", "a/b", "/a/")] == [
        "/tape",
        "/tape",
        "/a/b/tape",
        "/a/tape",
    ]


def test_the_player_is_told_where_its_frames_are():
    header, rest = opened(_message({"name": "net"}, SCENE, Live("t0", 2, 4.5, 9)))
    assert header["source"] == {
        "token": "t0",
        "generation": 2,
        "keep": 4.5,
        "goto": 9,
        "stays": False,
        "url": "/tape/t0",
    }
    assert (header["name"], rest) == ("net", b"")


def test_still_frames_travel_with_the_message_and_must_fit():
    frames = [struct.pack("<f", 1), struct.pack("<f", 2)]
    header, rest = opened(_message({"name": "net"}, SCENE, Still(frames, [0, 3])))
    assert header["source"]["times"] == [0, 3]
    assert rest == b"".join(frames)
    with pytest.raises(ValueError, match="frames of 4 bytes, got 1 times"):
        _message({}, SCENE, Still(frames, [0]))
    with pytest.raises(ValueError, match="2 frames of \\[3, 4\\] bytes"):
        _message({}, SCENE, Still([frames[0], b"123"], [0, 1]))
