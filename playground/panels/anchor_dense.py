"""Dense anchors: scales and ratios at every cell, thresholds, one anchor's offsets."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.boxes import pairwise_iou
from engine.dense_anchors import (
    IGNORED,
    NEGATIVE,
    POSITIVE,
    anchor_boxes,
    match,
    shapes,
    with_best,
)
from playground import state, widgets
from playground.figures import anchor_dense, anchor_stills
from playground.figures.anchor_dense import PICK, Dense
from playground.figures.anchor_search import SHADES
from playground.figures.anchor_stills import Outline
from playground.figures.anchor_street import SIDE, STEPS, names
from playground.figures.places import cell_at
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels import anchor_objects
from playground.panels.anchor_objects import Things, boxes_of
from playground.panels.anchor_shapes import scales_and_ratios
from playground.panels.anchor_tex import dense_offsets_tex
from playground.player.player import Still, player, rested
from playground.player.scene import Scene
from playground.snippets import anchors as snippets

KEY = "anchors_dense"  # of the player
STRIDES = ("16", "32", "52", "104")  # of which 416 is a multiple
BEST = "best"  # the anchor that the chosen object overlaps most
DRAWN = {"positive": POSITIVE, "ignored": IGNORED, "negative": NEGATIVE}


@dataclass(frozen=True)
class Knobs:
    """What the controls say."""

    stride: int
    scales: tuple[float, ...]
    ratios: tuple[float, ...]
    positive: float
    negative: float
    rescue: bool
    drawn: int


def dense_view(controls: DeltaGenerator) -> TakeAway:
    """Show the street under dense anchors; return what can be taken away."""
    things = anchor_objects.objects()
    index = anchor_objects.chosen(len(things))
    with controls:
        knobs = _knobs()
        with st.expander(_("More")):
            anchor_objects.take_away_button(things, index)
    shown = _play(things, index, knobs)
    anchor, box = shown.anchors[shown.picked], shown.boxes[shown.target]
    st.latex(dense_offsets_tex(box, anchor, shown.offsets()))
    st.caption(
        _(
            "Here the IoU is that of the boxes as they lie, true box against anchor: "
            "an anchor has its place before the network has predicted anything. "
            "Training looks at a sample of the positive and negative ones; ignored "
            "ones count for nothing."
        )
    )
    return _take_away(shown, knobs)


def _knobs() -> Knobs:
    """Show the controls of dense anchors and return what they say."""
    names = {stride: stride for stride in STRIDES}
    help = _("Pixels from one cell's middle to the next one's.")
    stride = int(
        widgets.segments(_("Stride"), names, key="stride", default="32", help=help)
    )
    scales, ratios = scales_and_ratios(("64", "128", "256"), ("scales", "ratios"))
    positive = widgets.slider(
        _("Positive from IoU"),
        (0.0, 1.0, 0.05),
        0.7,
        key="pos",
        help=_("Such an anchor learns the object that it overlaps most."),
    )
    negative = widgets.slider(
        _("Negative below IoU"),
        (0.0, 1.0, 0.05),
        0.3,
        key="neg",
        help=_("Such an anchor learns that there is nothing. In between: ignored."),
    )
    if negative > positive:
        st.warning(
            _("Negative ends above where positive begins: {value} counts.").format(
                value=f"{positive:g}"
            )
        )
    rescue = widgets.toggle(
        _("Best anchor always positive"),
        True,
        key="rescue",
        help=_("Else an object that no anchor overlaps enough is learned by none."),
    )
    names = {
        "positive": _("Positive"),
        "ignored": _("Ignored"),
        "negative": _("Negative"),
    }
    drawn = widgets.choice(_("Draw the boxes of"), names, key="drawn")
    lowest = min(negative, positive)
    return Knobs(stride, scales, ratios, positive, lowest, rescue, DRAWN[drawn])


def _dense(things: Things, index: int, knobs: Knobs, at: str) -> Dense:
    """Return what every anchor learns, and the one that is picked."""
    boxes, cells = boxes_of(things), SIDE // knobs.stride
    sizes = shapes(knobs.scales, knobs.ratios)
    anchors = anchor_boxes(sizes, stride=knobs.stride, picture=(SIDE, SIDE))
    iou = pairwise_iou(anchors, boxes)
    plain = match(iou, positive=knobs.positive, negative=knobs.negative)
    matches = with_best(plain, iou) if knobs.rescue else plain
    if at == BEST:
        picked = int(iou[:, index].argmax())
    else:
        row, column = (min(int(part), cells - 1) for part in at.split("."))
        first = (row * cells + column) * len(sizes)
        picked = first + int(matches.best[first : first + len(sizes)].argmax())
    return Dense(
        things,
        boxes,
        anchors,
        iou,
        plain,
        matches,
        cells,
        index,
        picked,
        knobs.drawn,
    )


def _play(things: Things, index: int, knobs: Knobs) -> Dense:
    """Show the stage, ready to be dragged and clicked; return what it shows."""
    time = rested(KEY)
    if time is not None:
        state.settings(grow=str(round(time)))
    grow = state.remember("grow", state.recall("grow", "0", _share), "0")
    at = state.remember("at", state.recall("at", BEST, _place), BEST)
    cells = SIDE // knobs.stride

    def told(event: Mapping[str, object]) -> None:
        if event["kind"] == "box":
            anchor_objects.keep(*anchor_objects.moved(things, event))
            state.settings(at=BEST)
        elif event["kind"] == "place" and event["action"] == PICK:
            state.settings(at=_cell(cells, event))

    def answer(question: dict[str, float]) -> tuple[Scene, Still]:
        if "x" in question:
            shown = _dense(things, index, knobs, _cell(cells, question))
        else:
            there, moved = anchor_objects.moved(things, question)
            shown = _dense(there, moved, knobs, BEST)
        return _stage(shown, grow)

    shown = _dense(things, index, knobs, at)
    scene, source = _stage(shown, grow)
    player(scene, key=KEY, source=source, on_event=told, answer=answer)
    return shown


def _stage(shown: Dense, grow: str) -> tuple[Scene, Still]:
    source = Still(*anchor_dense.frames(shown), goto=float(grow))
    return anchor_dense.scene(shown, _words()), source


def _cell(cells: int, place: Mapping[str, object]) -> str:
    row, column = cell_at(cells, cells, float(place["x"]), float(place["y"]))
    return f"{row}.{column}"


def _share(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and int(text[:9]) <= STEPS):
        raise ValueError(f"must be 0 to {STEPS}, got {text[:20]}")
    return str(int(text))


def _place(text: str) -> str:
    parts = text.split(".")
    if text != BEST and (
        len(parts) != 2
        or not all(p.isascii() and p.isdecimal() and int(p[:9]) < SIDE for p in parts)
    ):
        raise ValueError(f"must be {BEST} or row.column, got {text[:20]}")
    return text if text == BEST else ".".join(str(int(part)) for part in parts)


def _take_away(shown: Dense, knobs: Knobs) -> TakeAway:
    matches = shown.matches
    table = partial(
        anchor_stills.dense_csv,
        shown.anchors,
        matches.label,
        matches.best,
        matches.object,
    )
    program = partial(
        snippets.dense,
        shown.boxes,
        (knobs.scales, knobs.ratios),
        side=SIDE,
        stride=knobs.stride,
        positive=knobs.positive,
        negative=knobs.negative,
        rescue=knobs.rescue,
        picked=shown.picked,
    )
    return TakeAway(
        program,
        stills={"dense": partial(_still, shown)},
        files={"anchors.csv": lambda: table().encode()},
    )


def _still(shown: Dense) -> go.Figure:
    """Return the objects and the anchors that are drawn, for a slide."""
    named, objects = names(len(shown.boxes)), shown.matches.object.tolist()
    outlines = [
        *(
            Outline(shown.anchors[i].tolist(), SHADES[objects[i]], dash=True)
            for i in anchor_dense.drawn(shown)
        ),
        *(
            Outline(box, SHADES[index], name)
            for index, (box, name) in enumerate(
                zip(shown.boxes.tolist(), named, strict=True)
            )
        ),
    ]
    return anchor_stills.boxes_still(outlines, SIDE, shown.cells)


def _words() -> anchor_dense.Words:
    return anchor_dense.Words(
        object=_("Object"),
        best=_("best IoU"),
        count=_("positive"),
        saved=_("only its best"),
        none=_("nobody learns it"),
        picked=_("Anchor {size} of cell ({row}, {column})"),
        target=_("IoU {iou} with {name}: {label}"),
        learns={
            POSITIVE: _("it is positive"),
            IGNORED: _("it is ignored"),
            NEGATIVE: _("it is negative"),
        },
        labels={
            POSITIVE: _("Positive"),
            IGNORED: _("Ignored"),
            NEGATIVE: _("Negative"),
        },
        more=_("{shown} of {total} boxes are drawn, those that overlap most."),
        anchors=_("Anchors ({shape})"),
        clock=_("{share:0:int} % of t"),
        spoken=_("IoU {iou:0} after {share:0:int} percent of the offsets."),
    )
