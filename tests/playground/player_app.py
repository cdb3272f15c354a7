"""A small app with players over made-up frames: what test_player_browser.py visits.

Run as a script it serves itself, with the route of the tapes, on the port given.
"""

import struct
import sys
from itertools import chain

import streamlit as st

from playground.cli import server_options
from playground.drawing import from_text
from playground.player.answers import answer_route
from playground.player.charts import (
    Curve,
    Lags,
    Line,
    Picture,
    Relief,
    Series,
    Trail,
)
from playground.player.player import Live, Still, player
from playground.player.scene import (
    Boxes,
    Brush,
    Button,
    Dots,
    Edges,
    Field,
    Menu,
    Mesh,
    Points,
    Scene,
    Text,
    Track,
)
from playground.player.shapes import Ink, Movable, Shade
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

# One red pixel.
RED = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4"
    "nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)
MAP, SPAN = (10, 20, 160, 160), (-1.0, 1.0, -1.0, 1.0)
MAP_TRACKS = (Track("way", "f32", 2), Track("high", "f32", 3), Track("v", "f32", 2))
HEIGHTS = ((0.0, 0.25, 0.5), (0.25, 0.5, 0.75), (0.5, 0.75, 1.0))
MAP_LAYERS = (
    Picture(MAP, RED, SPAN, action="start"),
    Line(MAP, SPAN, ((-1.0, -1.0), (1.0, 1.0)), dash=True),
    Trail(MAP, SPAN, "way", 0, 1, "1", dots=True),
    Relief((200, 20, 180, 160), HEIGHTS, "high", 0, (0,), labels=("1",)),
    Curve(
        (10, 190, 380, 70),
        (Series("v", 0, 1, "v"), Series("v", 1, 0, "θ", dots=True)),
        id="v",
        zero=False,
        ticks=((-2.0, "low"), (2.0, "high")),
        marks=((0.0, "middle"),),
        bands=((-2.0, -1.0),),
        window=1.0,
        whole=True,
    ),
    Lags((10, 260, 380, 40), "v", (0.5, 0.25, 0.125), 1, 0.5),
)
MAP_TIMES = (-2.0, -1.0, 0.0, 1.0, 2.0)


def map_frame(time):
    far = 5.0 if time == 2 else time / 2  # the last step leaves the map
    return struct.pack("<7f", far, far, *((time + 2) / 4,) * 3, time, 10 + time)


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


def show_maps():
    count = 4 if st.checkbox("Fewer") else 5
    goto = st.number_input("Go to", value=None)
    scene = Scene((400, 300), MAP_TRACKS, MAP_LAYERS, rate=2.0)
    frames = [map_frame(time) for time in MAP_TIMES[:count]]
    source = Still(frames, MAP_TIMES[:count], goto)
    position = player(scene, key="maps", source=source, on_event=remember)
    st.code(f"position {position}")
    st.code(f"events {st.session_state.get('events', [])}")


def boxes_scene(places):
    """A picture of 100 x 75 pixels on the stage, two logical pixels each."""
    ground = (100, 50, 200, 150)
    colors, labels = (0, 1, 2)[: len(places)], ("a", "b", "c")[: len(places)]
    wide = [round(x2 - x1, 1) for x1, _y1, x2, _y2 in places]
    return Scene(
        (400, 300),
        (),
        (
            Picture(ground, RED, (0.0, 100.0, 75.0, 0.0), action="cell"),
            Shade(ground, (0.0, 100.0), ("ink",), (places[0],)),
            Movable(
                ground,
                (0.0, 100.0),
                tuple(places),
                colors,
                labels,
                action="put",
                least=5.0,
                fresh=len(places) < 3,
                chosen=0,
            ),
        ),
        metrics=(("Wide", " ".join(map(str, wide))),),
    )


def show_boxes():
    state, source = st.session_state, Still([b""], [0.0])
    state.setdefault("places", [(10.0, 10.0, 50.0, 40.0), (60.0, 30.0, 90.0, 70.0)])

    def hear(event):
        remember(event)
        if event["kind"] == "box":
            state.places = put(state.places, event)

    places = list(state.places)

    def answer(question):
        if "index" not in question:
            raise ValueError("a click changes nothing")
        return boxes_scene(put(places, question)), source

    answers = answer if "answer" in st.query_params else None
    player(
        boxes_scene(places), key="boxes", source=source, on_event=hear, answer=answers
    )
    st.code(f"places {[tuple(place) for place in state.places]}")
    st.code(f"events {state.get('events', [])}")


def ink_scene(strokes):
    pen = tuple((stroke.width, *chain(*stroke.points)) for stroke in strokes)
    points = sum(len(stroke.points) for stroke in strokes)
    return Scene(
        (400, 300),
        (),
        (Ink((100, 50, 200, 200), (0.0, 100.0), pen, 8.0, action="wrote"),),
        metrics=(("Points", f"{len(strokes)} of {points}"),),
    )


def show_ink():
    state, source = st.session_state, Still([b""], [0.0])

    def hear(event):
        remember(event)
        state.written = event["ink"]

    def answer(question):
        return ink_scene(from_text(question["ink"])), source

    strokes = from_text(state.get("written", ""))
    answers = answer if "answer" in st.query_params else None
    scene = ink_scene(strokes)
    player(scene, key="ink", source=source, on_event=hear, answer=answers)
    st.code(f"strokes {[(one.width, *one.points) for one in strokes]}")
    if st.button("Clear"):
        state.written = ""
        st.rerun()


def put(places, box):
    """Return the places with one of them changed, or one more."""
    place, index = tuple(box[side] for side in ("x1", "y1", "x2", "y2")), box["index"]
    return [*places[: int(index)], place, *places[int(index) + 1 :]]


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
    routes = [tape_route(), answer_route()]
    st.App(__file__, routes=routes).run(config=server_options("", port))
elif __name__ == "__main__":
    if "maps" in st.query_params:
        show_maps()
    elif "boxes" in st.query_params:
        show_boxes()
    elif "ink" in st.query_params:
        show_ink()
    else:
        show()
