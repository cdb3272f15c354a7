"""What the detector makes of ink, or of a scene whose truth is known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain

import streamlit as st
import torch
from torch import Tensor

from engine import yolo
from engine.boxes import nms_per_class
from engine.mouse_scenes import Scene, mouse_scenes
from engine.strokes import CANVAS, render
from engine.yolo_net import CLASSES, GRID, SIDE
from engine.yolo_terms import Terms, loss_terms
from playground import drawing
from playground.figures.filters_paint import grey
from playground.figures.yolo_prediction import Shown, slot_at
from playground.panels.yolo_settings import FAINTEST


@dataclass(frozen=True)
class View:
    """What the page shows.

    Attributes:
        ink: the drawing's text; unless there is a seed.
        seed: of the scene whose truth is known; None for ink.
        pen: its width in pixels.
        score: the lowest score that counts.
        overlap: the largest IoU of two boxes of one class.
        slot: row, column and anchor of the slot in numbers; None: of the best box.
    """

    ink: str
    seed: int | None
    pen: int
    score: float
    overlap: float
    slot: tuple[int, int, int] | None


@dataclass(frozen=True, eq=False)
class Seen:
    """What the detector makes of a view.

    Attributes:
        drawn: the drawing, and what is known to be in it.
        shown: on the stage.
        terms: of the loss; None where the truth is not known.
    """

    drawn: Scene
    shown: Shown
    terms: Terms | None


def changed(view: View, question: Mapping[str, float | str]) -> View:
    """Return the view after ink was written, a slot clicked or a dial turned.

    Raises:
        KeyError, ValueError: the question is about none of these.
    """
    if "ink" in question:
        return replace(view, ink=written(question["ink"]))
    if "x" in question:
        slot = slot_at(anchors(), question["x"], question["y"])
        return replace(view, slot=slot)
    if "score" in question:
        return replace(view, score=question["score"])
    return replace(view, overlap=question["overlap"])


def looked(view: View) -> Seen:
    """Return what the detector makes of a view."""
    drawn, strokes, picture = _drawn(view)
    net, answer = _net(), yolo.answer(drawn.drawing)
    raw = yolo.told(answer, drawn.drawing, min_score=FAINTEST)
    over = raw.scores >= view.score
    kept = torch.zeros_like(over)
    left = over.nonzero()[:, 0]
    best = raw[left]
    kept[left[nms_per_class(best.boxes, best.scores, best.labels, view.overlap)]] = True
    target = terms = None
    if view.seed is not None:
        boxes = drawn.boxes * (SIDE / CANVAS)
        manner = {"image": (SIDE, SIDE), "grid": GRID, "anchors": net.anchors}
        target = yolo.encode(boxes, drawn.labels, classes=CLASSES, **manner)
        terms = loss_terms(answer, boxes, drawn.labels, net.anchors)
    best = raw.slots[:1].tolist() or [[0, 0, 0]]
    row, column, anchor = view.slot or best[0]
    shown = Shown(
        CANVAS,
        strokes,
        float(view.pen),
        picture,
        drawn.boxes,
        answer,
        target,
        raw,
        over,
        kept,
        (row, column, min(anchor, len(net.anchors) - 1)),
        net.anchors * (CANVAS / SIDE),
    )
    return Seen(drawn, shown, terms)


def _drawn(view: View) -> tuple[Scene, tuple[tuple[float, ...], ...], str]:
    """Return the drawing, its strokes, and its address if it is not ink."""
    if view.seed is not None:
        scene = _known_scene(view.seed)
        return scene, (), grey(scene.drawing).address()
    strokes = drawing.from_text(view.ink)
    nothing = torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64)
    pen = tuple((one.width, *chain(*one.points)) for one in strokes)
    return Scene(_rendered(view.ink), *nothing), pen, ""


@st.cache_data(max_entries=64, show_spinner=False)
def _rendered(ink: str) -> Tensor:
    return render(drawing.from_text(ink))


@st.cache_resource(max_entries=32, show_spinner=False)
def _known_scene(seed: int) -> Scene:
    (scene,) = mouse_scenes(1, seed)
    return scene


@st.cache_resource(show_spinner=False)
def _net() -> yolo.YoloNet:
    return yolo.load()


def anchors() -> int:
    """Return how many anchors each cell of the detector has."""
    return len(_net().anchors)


def written(text: str) -> str:
    """Return what the browser wrote as the link keeps it."""
    return drawing.to_text(drawing.from_text(text))
