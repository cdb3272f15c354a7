"""The target: objects under a grid, and the tensor that a network should answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from engine.street import Thing
from engine.yolo import assigned, encode
from playground import state, widgets
from playground.figures import yolo_target as figures
from playground.figures.yolo_still import target_still
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels import yolo_target_words as words
from playground.panels.yolo_settings import ANCHORS
from playground.panels.yolo_source import (
    Source,
    class_names,
    keep,
    kept_things,
    picture,
    source_controls,
)
from playground.player.player import Still, player
from playground.player.scene import Scene
from playground.snippets.yolo import target_program

KEY = "yolo_target"
GRIDS = (1, 19, 1)
CENTRE, SECOND = "1.1", "2"  # the cell and the object in numbers at first


@dataclass(frozen=True)
class View:
    """What the page shows: the picture, its objects, and how they are written.

    Attributes:
        source: what lies under the grid.
        things: the objects.
        grid: cells per side.
        slots: anchors per cell.
        cell: row and column of the cell in numbers.
        chosen: index of the object in formulas; None for none.
        shapes: whether the anchors are drawn.
    """

    source: Source
    things: tuple[Thing, ...]
    grid: int
    slots: int
    cell: tuple[int, int]
    chosen: int | None
    shapes: bool

    @property
    def anchors(self) -> Tensor:
        """Widths and heights in pixels, [A, 2]."""
        return torch.tensor(ANCHORS[: self.slots]).float()


def target_view(controls: DeltaGenerator) -> TakeAway:
    """Show objects and their target; return what can be taken away."""
    with controls:
        source = source_controls()
        grid, slots = _shape()
        label = _label(source.kind)
        buttons = st.container(horizontal=True)
        with st.expander(_("More")):
            help = _("Around the middle of the cell in numbers, dashed.")
            drawn = widgets.toggle(
                _("Draw the anchors"), False, key="shapes", help=help
            )
    cell, chosen = _kept("cell", CENTRE, _cell), _kept("pick", SECOND, _pick)
    things = kept_things(source)
    if source.missing:
        st.info(_("Choose a picture at the left, and lay boxes on it."))
        return TakeAway()
    row, column = (min(int(part), grid - 1) for part in cell.split("."))
    index = int(chosen) - 1 if 0 < int(chosen) <= len(things) else None
    view = View(source, things, grid, slots, (row, column), index, drawn)
    with buttons:
        _buttons(view, label)
    shown = told(view)
    _play(view, shown, label)
    if source.kind == "own":
        st.caption(_("The picture is read and forgotten; a link cannot carry it."))
    words.formulas(shown, class_names(source.kind))
    return _take_away(view, shown)


def _shape() -> tuple[int, int]:
    """Let the reader choose cells per side and slots per cell."""
    help = _("Cells per side, S. The cell of an object's midpoint owns it.")
    grid = widgets.slider(_("Grid S"), GRIDS, 3, key="grid", help=help)
    names = {str(k): str(k) for k in range(1, len(ANCHORS) + 1)}
    help = _("Slots per cell, A: each waits for objects of its shape.")
    slots = widgets.segments(
        _("Anchors A"), names, key="anchors", default="2", help=help
    )
    return grid, int(slots)


def _label(kind: str) -> int:
    """Let the reader choose the class of what is drawn next."""
    names = {str(label): name for label, name in enumerate(class_names(kind))}
    help = _("Of the object that is chosen, and of the next one you draw.")
    return int(widgets.choice(_("Class"), names, key=f"class_{kind}", help=help))


def told(view: View) -> figures.Shown:
    """Return what the stage shows: the objects, their slots and their tensor."""
    wide, high = view.source.size
    boxes = torch.tensor([thing.box for thing in view.things]).reshape(-1, 4)
    labels = tuple(thing.label for thing in view.things)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    within = ((middle >= 0) & (middle <= torch.tensor([wide, high]))).all(dim=1)
    inside = tuple(within.nonzero()[:, 0].tolist())
    manner = {"image": view.source.size, "grid": view.grid, "anchors": view.anchors}
    return figures.Shown(
        picture(view.source, view.things),
        view.source.size,
        boxes,
        labels,
        inside,
        assigned(boxes[within], **manner),
        encode(
            boxes[within],
            torch.tensor(labels, dtype=torch.int64)[within],
            classes=view.source.classes,
            **manner,
        ),
        view.cell,
        view.chosen,
        view.anchors,
        view.shapes,
    )


def _kept(key: str, usual: str, read: object) -> str:
    return state.remember(key, state.recall(key, usual, read), usual)


def _cell(text: str) -> str:
    parts = text.split(".")
    most = GRIDS[1] - 1
    if len(parts) != 2 or not all(
        part.isascii() and part.isdecimal() and int(part[:4]) <= most for part in parts
    ):
        raise ValueError(f"must be row.column, 0 to {most}, got {text[:20]}")
    return ".".join(str(int(part)) for part in parts)


def _pick(text: str) -> str:
    """Return the number of the chosen object, from 1; 0 is none."""
    if not (text.isascii() and text.isdecimal() and int(text[:4]) <= 99):
        raise ValueError(f"must be 0 to 99, got {text[:20]}")
    return str(int(text))


def _buttons(view: View, label: int) -> None:
    """Show what can be done to the chosen object, and to all."""
    chosen, things = view.chosen, view.things
    if chosen is not None and things[chosen].label != label:
        changed = list(things)
        changed[chosen] = replace(things[chosen], label=label)
        st.button(
            _("Set class"),
            icon=":material/label:",
            on_click=keep,
            args=(view.source, tuple(changed)),
        )
    st.button(
        _("Delete"),
        icon=":material/delete:",
        disabled=chosen is None,
        help=_("Deletes the chosen object: click its box first."),
        on_click=_remove,
        args=(view,),
    )
    st.button(
        _("Delete all"),
        icon=":material/delete_sweep:",
        disabled=not things,
        on_click=keep,
        args=(view.source, ()),
    )


def _remove(view: View) -> None:
    left = (thing for at, thing in enumerate(view.things) if at != view.chosen)
    keep(view.source, tuple(left))
    state.settings(pick="0")


def _play(view: View, shown: figures.Shown, label: int) -> None:
    """Show the stage; boxes that are dragged are answered at once."""

    def hear(event: Mapping[str, object]) -> None:
        if event["kind"] == "place":
            row, column = figures.cell_at(shown, event["x"], event["y"])
            state.settings(cell=f"{row}.{column}")
        elif event["kind"] == "box":
            moved = carried(view, label, event)
            keep(view.source, moved.things)
            row, column = moved.cell
            state.settings(pick=str(moved.chosen + 1), cell=f"{row}.{column}")

    def answer(question: dict[str, float]) -> tuple[Scene, Still]:
        if "index" in question:
            moved = carried(view, label, question)
            return staged(moved, told(moved))
        cell = figures.cell_at(shown, question["x"], question["y"])
        return staged(view, replace(shown, cell=cell))

    scene, source = staged(view, shown)
    player(scene, key=KEY, source=source, on_event=hear, answer=answer)


def carried(view: View, label: int, question: Mapping[str, float]) -> View:
    """Return the view after a box was moved or drawn; its cell is the one in numbers.

    Args:
        view: before.
        label: class of a box that is drawn.
        question: index of the box, and its new sides.

    Raises:
        ValueError: there is no room for another object.
    """
    things, index = list(view.things), int(question["index"])
    box = tuple(float(round(question[side])) for side in ("x1", "y1", "x2", "y2"))
    if index < len(things):
        things[index] = replace(things[index], box=box)
    else:
        index = len(things)
        things.append(Thing(label, box))
    moved = replace(view, things=tuple(things), chosen=index)
    shown = told(moved)
    if index not in shown.inside:
        return moved
    at = shown.inside.index(index)
    return replace(
        moved, cell=(int(shown.slots.rows[at]), int(shown.slots.columns[at]))
    )


def staged(view: View, shown: figures.Shown) -> tuple[Scene, Still]:
    """Return the stage of a view with its tape, the last object written."""
    made, times = figures.frames(shown)
    scene = figures.scene(
        shown,
        words.scene_words(class_names(view.source.kind), len(shown.inside)),
        words.numbers(shown),
    )
    return scene, Still(made, times, goto=times[-1])


def _take_away(view: View, shown: figures.Shown) -> TakeAway:
    names = class_names(view.source.kind)
    return TakeAway(
        partial(
            target_program,
            shown.size,
            shown.boxes.tolist(),
            shown.labels,
            shown.anchors.tolist(),
            grid=view.grid,
            classes=view.source.classes,
        ),
        stills={"target": partial(target_still, shown, names)},
        tables={"target.csv": figures.tensor_csv(shown.target, names)},
    )
