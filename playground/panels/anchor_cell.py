"""One cell: objects placed by the reader, anchors, and who gets which."""

import re
from collections.abc import Mapping
from functools import partial

import plotly.graph_objects as go
import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from engine.anchors import assign, by_area, kmeans_anchors
from engine.cell_offsets import encode_in_cell
from engine.dense_anchors import shapes
from playground import state, widgets
from playground.figures import anchor_cell, anchor_stills
from playground.figures.anchor_cell import MOST_ANCHORS, Exhibit, shades
from playground.figures.anchor_search import SHADES
from playground.figures.anchor_stills import Outline
from playground.figures.anchor_street import SIDE, STEPS
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels import anchor_objects
from playground.panels.anchor_data import LARGEST_SEED
from playground.panels.anchor_objects import Things, boxes_of, letter
from playground.panels.anchor_shapes import scales_and_ratios
from playground.panels.anchor_tex import cell_offsets_tex, shape_iou_tex
from playground.player.player import Still, player, rested
from playground.player.scene import Scene
from playground.snippets import anchors as snippets

KEY = "anchors_cell"  # of the player
LARGEST_GRID = 13
TYPED = "60×200  220×100"
SIZE = re.compile(r"(\d+(?:[.,]\d+)?)\s*[x×*]\s*(\d+(?:[.,]\d+)?)", re.ASCII)
BETWEEN = re.compile(r"[\s;,_]*")


def cell_view(controls: DeltaGenerator) -> TakeAway:
    """Show the street and its cells; return what can be taken away."""
    things = anchor_objects.objects()
    index = anchor_objects.chosen(len(things))
    with controls:
        anchors = _anchor_controls(boxes_of(things))
        grid = widgets.slider(
            _("Grid S"),
            (1, LARGEST_GRID, 1),
            3,
            key="grid",
            help=_("Rows and columns of cells. Finer cells hold fewer midpoints."),
        )
        anchor_objects.take_away_button(things, index)
        st.caption(
            _(
                "Drag an object to move it, a side to stretch it, empty ground to draw "
                "another one."
            )
        )
    shown = _play(things, index, anchors, grid)
    _told(shown)
    return _take_away(shown)


def _anchor_controls(boxes: Tensor) -> Tensor:
    """Let the reader set anchors, or fit them to the objects; return sizes [K, 2]."""
    ways = {"typed": _("By hand"), "shapes": _("Scales"), "fit": _("k-means")}
    how = widgets.segments(
        _("Anchors"),
        ways,
        key="how",
        help=_(
            "Typed, from scales and ratios, or fitted to the objects in the picture by "
            "k-means."
        ),
    )
    if how == "fit":
        return _fitted(boxes)
    if how == "shapes":
        return _made()
    text = widgets.entry(
        _("Width × height, in pixels"),
        TYPED,
        _tidied,
        key="anchors",
        help=_("Up to five, such as 60×200 220×100."),
    )
    return _sizes(text)


def _made() -> Tensor:
    """Let the reader choose scales and ratios; return their sizes."""
    sizes = shapes(*scales_and_ratios(("128",), ("cscales", "cratios")))
    if len(sizes) > MOST_ANCHORS:
        st.caption(
            _("A cell shows five anchors at most.") + " " + _("These are the first.")
        )
    return by_area(sizes[:MOST_ANCHORS])


def _fitted(boxes: Tensor) -> Tensor:
    """Let the reader choose how k-means fits anchors to the objects."""
    count = widgets.slider(_("How many"), (1, MOST_ANCHORS, 1), 2, key="fit")
    seed = widgets.number(_("Seed of the start"), (0, LARGEST_SEED, 1), 0, key="cseed")
    if count > len(boxes):
        text = _("There are {most} boxes only: more anchors than that have no use.")
        st.caption(text.format(most=len(boxes)))
    sizes = boxes[:, 2:] - boxes[:, :2]
    return kmeans_anchors(sizes, min(count, len(boxes)), seed=seed)


def _sizes(text: str) -> Tensor:
    rows = [tuple(float(s) for s in found) for found in SIZE.findall(text)]
    return torch.tensor(rows, dtype=torch.float64)


def _tidied(text: str) -> str:
    found = [tuple(part.replace(",", ".") for part in m) for m in SIZE.findall(text)]
    if not found or BETWEEN.fullmatch(SIZE.sub(" ", text)) is None:
        raise ValueError(_("Write each anchor as width × height, such as 60×200."))
    if len(found) > MOST_ANCHORS:
        raise ValueError(_("A cell shows five anchors at most."))
    rows = [tuple(round(float(part), 1) for part in row) for row in found]
    if not all(1 <= side <= SIDE for row in rows for side in row):
        text = _("Widths and heights go from 1 to {side} pixels.")
        raise ValueError(text.format(side=SIDE))
    return "  ".join(f"{w:g}×{h:g}" for w, h in rows)


def _exhibit(things: Things, index: int, anchors: Tensor, grid: int) -> Exhibit:
    boxes = boxes_of(things)
    given = assign(boxes, anchors, grid=grid, picture=(SIDE, SIDE))
    return Exhibit(things, boxes, anchors, given, grid, index)


def _play(things: Things, index: int, anchors: Tensor, grid: int) -> Exhibit:
    """Show the stage, ready to be dragged; return what it shows."""
    time = rested(KEY)
    if time is not None:
        state.settings(way=str(round(time)))
    way = state.remember("way", state.recall("way", "0", _way), "0")

    def told(event: Mapping[str, object]) -> None:
        if event["kind"] == "box":
            anchor_objects.keep(*anchor_objects.moved(things, event))

    def answer(question: dict[str, float]) -> tuple[Scene, Still]:
        there, at = anchor_objects.moved(things, question)
        return _stage(_exhibit(there, at, anchors, grid), way)

    shown = _exhibit(things, index, anchors, grid)
    scene, source = _stage(shown, way)
    player(scene, key=KEY, source=source, on_event=told, answer=answer)
    return shown


def _stage(shown: Exhibit, way: str) -> tuple[Scene, Still]:
    source = Still(*anchor_cell.frames(shown), goto=float(way))
    return anchor_cell.scene(shown, _words(shown)), source


def _way(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and int(text[:9]) <= STEPS):
        raise ValueError(f"must be 0 to {STEPS}, got {text[:20]}")
    return str(int(text))


def _told(shown: Exhibit) -> None:
    """Write the chosen object's numbers, and name what collides."""
    given, index = shown.given, shown.chosen
    for line in collisions(shown):
        st.warning(line, icon=":material/call_merge:")
    box, anchor = shown.boxes[index], shown.anchors[shown.anchor]
    named = (letter(index), f"p_{{{shown.anchor + 1}}}")
    st.latex(shape_iou_tex(box[2:] - box[:2], anchor, named))
    offsets = encode_in_cell(
        box[None], anchor[None], given.cell[index][None], pitch=shown.pitch
    )[0]
    row, column = given.cell[index].tolist()
    st.latex(cell_offsets_tex(box, anchor, (row, column), offsets, shown.pitch))
    st.caption(
        _(
            "An anchor is two numbers, width and height: the middle of the cell lends "
            "it a place. It is chosen by the true box's shape alone, before the "
            "network has predicted anything."
        )
    )


def collisions(shown: Exhibit) -> list[str]:
    """Return a translated sentence for every object that no anchor learns."""
    given, lines = shown.given, []
    for index in given.lost.nonzero().flatten().tolist():
        anchor = int(given.anchor[index])
        here = (given.cell == given.cell[index]).all(dim=1)
        words = {"name": letter(index), "holder": letter(int(given.holder[index]))}
        numbers = {"anchor": anchor + 1, "count": int(here.sum())}
        if int(here.sum()) > len(shown.anchors):
            text = _(
                "{name} is lost: {count} objects have their midpoint in this cell, "
                "which has {anchors} anchors. {holder} holds anchor {anchor}."
            )
        else:
            text = _(
                "{name} is lost: {holder} has the same best anchor, {anchor}, though "
                "another one is free. Nobody gets a second choice."
            )
        numbers["anchors"] = len(shown.anchors)
        lines.append(text.format(**words, **numbers))
    return lines


def _take_away(shown: Exhibit) -> TakeAway:
    given = shown.given
    table = anchor_stills.objects_csv(shown.boxes, given.iou, given.anchor, given.lost)
    return TakeAway(
        partial(snippets.cell, shown.boxes, shown.anchors, shown.grid, SIDE),
        stills={"cell": partial(_still, shown)},
        tables={"objects.csv": table},
    )


def _still(shown: Exhibit) -> go.Figure:
    """Return the objects, and the anchors of the chosen cell, for a slide."""
    objects = zip(
        shown.boxes.tolist(), anchor_cell.labels(shown), shades(shown), strict=True
    )
    anchors = shown.centred(shown.anchors).tolist()
    outlines = [
        *(Outline(box, SHADES[k], dash=True) for k, box in enumerate(anchors)),
        *(Outline(box, colour, name) for box, name, colour in objects),
    ]
    return anchor_stills.boxes_still(outlines, SIDE, shown.grid)


def _words(shown: Exhibit) -> anchor_cell.Words:
    name = letter(shown.chosen)
    return anchor_cell.Words(
        object=_("Object"),
        gets=_("gets"),
        taken=_("{name} has it"),
        lies=_("IoU of {name} where it is").format(name=name),
        common=_("IoU of the shapes"),
        learned=_("Objects learned"),
        slots=_("Slots ({shape})"),
        clock=_("{share:0:int} % of the way"),
        spoken=_("IoU {iou:0}, {share:0:int} percent of the way to one centre."),
        slots_of=_("Cell ({row}, {column}): one slot for each anchor"),
    )
