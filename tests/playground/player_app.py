"""A small app with players over made-up frames: what test_player_browser.py visits.

Run as a script it serves itself, with the route of the tapes, on the port given.
"""

import struct
import sys

import streamlit as st

from playground.cli import server_options
from playground.player.player import Live, Still, player
from playground.player.scene import (
    Boxes,
    Brush,
    Button,
    Curve,
    Dots,
    Edges,
    Field,
    Menu,
    Mesh,
    Points,
    Scene,
    Series,
    Text,
    Track,
)
from playground.player.tape import Chunk, shelf, tape_route

TRACKS = (
    Track("numbers", "f32", 2),  # twice the time, the generation
    Track("weights", "f32", 3),
    Track("lattice", "f32", 8),
    Track("units", "u8", 32),
    Track("output", "u8", 16),
)
LAYERS = (
    Edges(
        ((20, 40, 120, 40), (20, 80, 120, 80)),
        "weights",
        tip="w = {value}",
        edit=("w.0", "w.1"),
    ),
    Dots(((20, 60),), "weights", offset=2, radius=8, tip="b = {weights:2}"),
    Field((130, 20, 40, 40), "units", (4, 4), zooms=True, tip="unit 1 at {time}"),
    Field((130, 80, 40, 40), "units", (4, 4), offset=16, zooms=True, tip="unit 2"),
    Field((200, 50, 160, 160), "output", (4, 4), line=True, large=True),
    Field((370, 50, 20, 40), "output", (1, 1), palette="rgb"),
    Field((370, 100, 20, 40), "output", (1, 1), palette="sequential"),
    Field((370, 150, 20, 40), "output", (1, 1)),
    Points(
        (200, 50, 160, 160),
        (-1, 1),
        ((-0.5, -0.5), (0.5, 0.5)),
        (1, 0),
        (False, True),
        brush=Brush((1, 0)),
    ),
    Curve((10, 220, 180, 70), (Series("numbers", 0, "ink", "twice"),), label="y"),
    Mesh((200, 230, 60, 60), None, "lattice", 0, 2, 2),
    Boxes((280, 230, 60, 60), (0, 10), ("positive",), ("one",), xyxy=((1, 3, 8, 9),)),
    Text((200, 40), "time {time}"),
    Button((60, 140), "+", "Add a unit", "add", "1"),
    Menu((60, 180), 90, (("tanh", "tanh"), ("relu", "ReLU")), "tanh", "Shape", "act"),
)


def frame(time, generation=0):
    numbers = (2 * time, generation, 0.5, -0.25, time, *(time / 9, 0, 1, 0, 0, 1, 1, 1))
    cells = bytes((int(time) + 8 * cell) % 256 for cell in range(48))
    return struct.pack("<13f", *numbers) + cells


class Counter:
    """A tape whose frames tell their time; it ends at the time `end`."""

    def __init__(self, end):
        self.generation, self.end, self.pulls, self.at = 0, end, [], None

    def pull(self, after, step, until):
        del until
        self.pulls.append((after, step))
        times = [0.0] if after < 0 else [after + step, after + 2 * step]
        times = [time for time in times if time <= self.end]
        frames = [frame(time, self.generation) for time in times]
        end = not times or times[-1] >= self.end
        return Chunk(times, frames, end, "stopped at {time}" if end else "")


def remember(event):
    st.session_state.events = [*st.session_state.get("events", []), event]


def show():
    query, state = st.query_params, st.session_state
    scene = Scene(
        (400, 300),
        TRACKS,
        LAYERS,
        time="epoch {time}",
        rate=20.0,
        metrics=(("Twice", "{numbers:0}"), ("Generation", "{numbers:1:int}")),
        spoken="At {time}: {numbers:0}",
    )
    if "tape" not in state:
        state.tape = Counter(float(query.get("end", 1000)))
        state.token, state.keep = shelf().put(state.tape), None
    if st.button("Another tape"):
        state.tape.generation += 1
        state.keep = None
    if st.button("Another end"):
        state.tape.generation += 1
        state.keep = state.position.time
    if st.button("Another frame"):
        state.tape.generation += 1
        state.keep = state.position.time - 1
    if stays := st.button("Another look"):
        state.tape.generation += 1
        state.keep = None
    if st.checkbox("Hide"):
        return
    goto = float(query["goto"]) if "goto" in query else None
    live = Live(state.token, state.tape.generation, state.keep, goto, stays)
    still = Still([frame(time) for time in (0, 1, 4)], [0.0, 1.0, 4.0])
    source = still if "still" in query else live
    state.position = player(scene, key="first", source=source, on_event=remember)
    if "two" in query:
        player(scene, key="second", source=still)
    st.code(f"position {state.position}")
    st.code(f"events {state.get('events', [])}")
    st.code(f"pulls {state.tape.pulls}")


if len(sys.argv) > 1:
    port = int(sys.argv.pop())
    st.App(__file__, routes=[tape_route()]).run(config=server_options("", port))
elif __name__ == "__main__":
    show()
