"""What the target view says: numbers, one object's formulas, what is special."""

from collections.abc import Iterator, Sequence

import pandas as pd
import streamlit as st
import torch

from engine.anchors import shape_iou
from engine.yolo import decode
from playground.figures.numerals import grouped, plain, tex
from playground.figures.yolo_target import Shown, Words
from playground.i18n import _

NEAR = 1e-6  # of a cell: a midpoint as near to a line lies on it


def scene_words(classes: Sequence[str], count: int) -> Words:
    """Return what the stage says.

    Args:
        classes: their names, translated.
        count: of the objects whose midpoint is in the picture.
    """
    return Words(
        tuple(classes),
        anchor=_("anchor {number}"),
        nothing=_("– does not count (“don't care”)"),
        clock=_("object {time:int} of {count}").replace("{count}", str(count)),
        spoken=_("After {count:0:int} objects, {count:1:int} are in the target."),
    )


def numbers(shown: Shown) -> tuple[tuple[str, str], ...]:
    """Return the row of numbers under the stage."""
    grid, _grid, slots, size = shown.target.shape
    written = int((~shown.slots.lost).sum())
    course = f"{grid}×{grid}×{slots * size}"  # as it is written in one line of maps
    error = _round_trip(shown)
    return (
        (_("Target y"), course),
        (_("Numbers"), grouped(shown.target.numel())),
        (_("Objects written"), f"{written} / {len(shown.boxes)}"),
        (_("Numbers that count"), grouped(grid**2 * slots + written * (size - 1))),
        (_("Decoded again, off by"), f"{plain(float(f'{error:.1g}'))} px"),
    )


def _round_trip(shown: Shown) -> float:
    """Return how far decoded boxes are from those written, pixels at most."""
    found = decode(shown.target, image=shown.size, min_score=0.5)
    slots = (shown.slots.rows, shown.slots.columns, shown.slots.anchors)
    kept = shown.boxes[list(shown.inside)][~shown.slots.lost]
    order = torch.stack(slots, dim=1)[~shown.slots.lost].tolist()
    boxes = dict(zip(map(tuple, found.slots.tolist()), found.boxes, strict=True))
    off = [
        (boxes[tuple(slot)] - box).abs().max().item()
        for slot, box in zip(order, kept, strict=True)
    ]
    return max(off, default=0.0)


def formulas(shown: Shown, classes: Sequence[str]) -> None:
    """Write the chosen object's numbers out, what is special, and all objects."""
    index = shown.chosen
    if index is None:
        st.caption(
            _("Click a box to see its numbers; drag on free ground to draw one.")
        )
    elif index in shown.inside:
        title = _("**Object {number}, {name}**, midpoint → cell → slot:")
        st.markdown(title.format(number=index + 1, name=classes[shown.labels[index]]))
        st.latex(latex(shown, index))
    for line in notes(shown):
        st.markdown(f"- {line}")
    if len(shown.boxes):
        st.dataframe(
            _table(shown, classes),
            hide_index=True,
            alt=_("Every object with its slot and its numbers."),
        )


def latex(shown: Shown, index: int) -> str:
    """Return how object `index` becomes its slot and its numbers, as LaTeX."""
    at = shown.inside.index(index)
    grid, (wide, high) = shown.target.shape[0], shown.size
    x1, y1, x2, y2 = shown.boxes[index].tolist()
    row, column = int(shown.slots.rows[at]), int(shown.slots.columns[at])
    lines = []
    for low, far, length, cell, name, word in (
        (x1, x2, wide, column, "x", _("column")),
        (y1, y2, high, row, "y", _("row")),
    ):
        middle = (low + far) / 2
        places = middle * grid / length
        lines.append(
            rf"&\tfrac{{{tex(low)} + {tex(far)}}}{{2}} = {tex(middle)},\;"
            rf" {tex(middle)}\cdot\tfrac{{{grid}}}{{{length}}} = {tex(places)}"
            rf" \;\Rightarrow\; \text{{{word} }} {cell},\;"
            rf" b_{name} = {tex(places)} - {cell} = {tex(places - cell)}"
        )
    sizes = ", ".join(
        rf"\; b_{name} = ({tex(far)} - {_bracket(low)})\cdot\tfrac{{{grid}}}"
        rf"{{{length}}} = {tex((far - low) * grid / length)}"
        for low, far, length, name in ((y1, y2, high, "h"), (x1, x2, wide, "w"))
    )
    lines.append("&" + sizes)
    if len(shown.anchors) > 1:
        lines.append("&" + _anchor_line(shown, index, int(shown.slots.anchors[at])))
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


def _bracket(number: float) -> str:
    return f"({tex(number)})" if number < 0 else tex(number)


def _anchor_line(shown: Shown, index: int, anchor: int) -> str:
    box = shown.boxes[index]
    ious = shape_iou((box[2:] - box[:2])[None], shown.anchors)[0].tolist()
    told = r",\;".join(map(tex, ious))
    chosen = _("anchor")
    return (
        rf"\text{{IoU}}(a_0 \ldots a_{len(ious) - 1}) = {told}"
        rf" \;\Rightarrow\; \text{{{chosen} }} {anchor}"
    )


def notes(shown: Shown) -> Iterator[str]:
    """Yield what is special about these objects, in sentences."""
    grid = shown.target.shape[0]
    outside = [i + 1 for i in range(len(shown.boxes)) if i not in shown.inside]
    for number in outside:
        text = _(
            "Object {number}: its midpoint is outside the picture. No cell owns it, so "
            "it is not in the target."
        )
        yield text.format(number=number)
    yield from _lost(shown)
    for at, index in enumerate(shown.inside):
        where = shown.boxes[index]
        middle = (where[:2] + where[2:]) / 2 / torch.tensor(shown.size) * grid
        line = ((middle - middle.round()).abs() < NEAR) & (middle.round() > 0)
        line &= middle.round() < grid
        if line.any():
            text = _(
                "Object {number}: its midpoint lies on a line of the grid. The cell on "
                "the right or below owns it: row {row}, column {column}."
            )
            row, column = int(shown.slots.rows[at]), int(shown.slots.columns[at])
            yield text.format(number=index + 1, row=row, column=column)
        sides = (where[2:] - where[:2]) * grid / torch.tensor(shown.size)
        if (sides > grid).any():
            text = _(
                "Object {number} is larger than the picture: a side of {side} cells in "
                "a grid of {grid}. Its midpoint is inside, so it is written all the "
                "same."
            )
            side = plain(sides.max().item())
            yield text.format(number=index + 1, side=side, grid=grid)


def _lost(shown: Shown) -> Iterator[str]:
    """Yield a sentence for each object whose slot was taken."""
    places = torch.stack(
        (shown.slots.rows, shown.slots.columns, shown.slots.anchors), dim=1
    ).tolist()
    for at, index in enumerate(shown.inside):
        if shown.slots.lost[at]:
            holder = shown.inside[places.index(places[at])] + 1
            text = _(
                "**Object {number} is lost**: its slot y[{slot}] holds object {holder} "
                "already. A finer grid parts their midpoints; another anchor helps "
                "only if their shapes differ."
            )
            slot = ", ".join(map(str, places[at]))
            yield text.format(number=index + 1, slot=slot, holder=holder)


def _table(shown: Shown, classes: Sequence[str]) -> pd.DataFrame:
    """Return a line per object: box, slot, and what is written there."""
    lines = []
    for index, label in enumerate(shown.labels):
        box = ", ".join(plain(edge) for edge in shown.boxes[index].tolist())
        line = [f"{index + 1} {classes[label]}", box]
        if index not in shown.inside:
            lines.append((*line, _("no cell"), "", "", "", ""))
            continue
        at = shown.inside.index(index)
        slot = [
            int(part[at])
            for part in (shown.slots.rows, shown.slots.columns, shown.slots.anchors)
        ]
        if shown.slots.lost[at]:
            lines.append((*line, _("lost"), "", "", "", ""))
            continue
        told = shown.target[tuple(slot)][1:5].tolist()
        lines.append((*line, ", ".join(map(str, slot)), *map(plain, told)))
    heads = (
        _("Object"),
        _("Box x₁, y₁, x₂, y₂"),
        _("Slot"),
        "b_x",
        "b_y",
        "b_h",
        "b_w",
    )
    return pd.DataFrame(lines, columns=heads)
