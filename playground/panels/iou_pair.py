"""Two boxes on the stage: dragged, typed or slid; their measures with numbers."""

import re
from collections.abc import Mapping

import streamlit as st

from engine.box_slide import DIRECTIONS
from playground import state, widgets
from playground.figures.box_pair import (
    ACTION,
    HEIGHT,
    WIDTH,
    Pair,
    Words,
    scene,
    tape_of,
)
from playground.i18n import _
from playground.panels.iou_tex import formulas
from playground.player.player import Still, player, rested
from playground.player.scene import Scene

KEY = "pair"
A, B = "50 60 190 180", "100 40 220 200"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
LONGEST = 80  # letters of a box in a link


def pair_controls() -> Pair:
    """Show the controls of two boxes and return them."""
    _follow()
    help = _("x1, y1, x2, y2: left, upper, right and lower side in pixels, y down.")
    a = widgets.entry(_("Box A"), A, read_box, key="a", help=help)
    b = widgets.entry(_("Box B"), B, read_box, key="b", help=help)
    names = {"x": "→", "y": "↓", "xy": "↘"}
    help = _("Play, or drag the slider below the picture: B slides this way.")
    way = widgets.segments(_("B slides"), names, key="way", help=help)
    chosen = state.remember("grip", state.recall("grip", "1", _grip), "1")
    return Pair(sides(a), sides(b), way, int(chosen))


def pair_view(pair: Pair) -> None:
    """Show two boxes, which can be dragged, and every measure in numbers."""
    words = _words()

    def shown(one: Pair) -> tuple[Scene, Still]:
        tape = tape_of(one)
        source = Still(tape.frames, tape.times, goto=one.shift)
        return scene(one, tape, words), source

    def answer(question: Mapping[str, float]) -> tuple[Scene, Still]:
        return shown(_moved(pair, question))

    now, source = shown(pair)
    player(now, key=KEY, source=source, on_event=_hear, answer=answer)
    st.latex(formulas(pair))


def read_box(text: str) -> str:
    """Return a box tidied, such as "40 50 180 190".

    Raises:
        ValueError: with a translated sentence, if it is no box in the picture.
    """
    numbers = NUMBER.findall(text) if len(text) <= LONGEST else []
    if len(numbers) != 4 or NUMBER.sub("", text).strip(" ,;\t()[]"):
        raise ValueError(_("Four numbers are needed: x1, y1, x2, y2."))
    x1, y1, x2, y2 = map(float, numbers)
    if x2 < x1 or y2 < y1:
        raise ValueError(_("x1 must not be above x2, nor y1 above y2."))
    if x1 < 0 or y1 < 0 or x2 > WIDTH or y2 > HEIGHT:
        raise ValueError(
            _("The picture is {width} pixels wide and {height} high.").format(
                width=int(WIDTH), height=int(HEIGHT)
            )
        )
    return box_text((x1, y1, x2, y2))


def is_box(text: str) -> bool:
    """Return whether `read_box` takes this text."""
    try:
        read_box(text)
    except ValueError:
        return False
    return True


def box_text(box: tuple[float, ...]) -> str:
    """Return a box as text for its field and the link."""
    return " ".join(f"{side:.6g}" for side in box)


def sides(text: str) -> tuple[float, float, float, float]:
    """Return the numbers of a box's text."""
    x1, y1, x2, y2 = map(float, text.split())
    return x1, y1, x2, y2


def _follow() -> None:
    """Put box B where the playhead came to rest."""
    time = rested(KEY)
    if time is None:
        return
    way = state.recall("way", "x", _way)
    now = Pair(
        sides(state.recall("a", A, read_box)),
        sides(state.recall("b", B, read_box)),
        way,
    )
    by = time - now.shift
    x, y = (by * on for on in DIRECTIONS[way])
    x1, y1, x2, y2 = now.b
    place = box_text((x1 + x, y1 + y, x2 + x, y2 + y))
    if is_box(place):  # else it rested on a tape of other boxes
        state.settings(b=place)


def _hear(event: Mapping[str, object]) -> None:
    """Keep the box that was dragged."""
    if event["kind"] != "box" or event["action"] != ACTION:
        return
    index = int(event["index"])
    place = tuple(float(event[side]) for side in ("x1", "y1", "x2", "y2"))
    text = box_text(place)
    if index in (0, 1) and is_box(text):
        state.settings(**{"ab"[index]: text, "grip": str(index)})


def _moved(pair: Pair, question: Mapping[str, float]) -> Pair:
    """Return the pair with the box in hand where it is asked for."""
    place = tuple(float(question[side]) for side in ("x1", "y1", "x2", "y2"))
    box = sides(read_box(box_text(place)))
    if int(question["index"]) == 0:
        return Pair(box, pair.b, pair.way, 0)
    return Pair(pair.a, box, pair.way, 1)


def _words() -> Words:
    return Words(
        shift=_("B − A: {time:int} px"),
        reached="IoU ≥ 0.5",
        correct=_("Correct if IoU"),
        key=_("Drag a box or its rim.   ╌ enclosing box C"),
        spoken=_(
            "Shift {time:int}: IoU {measures:0}, GIoU {measures:1}, DIoU {measures:2}, "
            "CIoU {measures:3}."
        ),
    )


def _way(text: str) -> str:
    if text not in DIRECTIONS:
        raise ValueError(f"must be in {tuple(DIRECTIONS)}, got {text[:20]}")
    return text


def _grip(text: str) -> str:
    if text not in ("0", "1"):
        raise ValueError(f"must be 0 or 1, got {text[:20]}")
    return text
