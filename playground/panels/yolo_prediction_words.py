"""What the prediction says: on its stage, in formulas, in the table of the loss."""

from functools import partial

import streamlit as st
import torch
from torch import Tensor

from engine import yolo
from engine.yolo_loss import BOX, CLASS, NEAR, OBJECT
from engine.yolo_net import GRID
from engine.yolo_terms import Terms
from playground.figures.numerals import plain, tex
from playground.figures.yolo_prediction import Shown, Words
from playground.i18n import _
from playground.layout import TakeAway
from playground.snippets.yolo_prediction import program

WEIGHTS_FILE = "yolo.pt"
SAYS = 0.5  # from this p_c on a slot says that there is something


def scene_words(shown: Shown) -> Words:
    """Return what the stage says."""
    row, column, anchor = shown.slot
    slot = _("Cell ({row}, {column}), anchor {anchor}")
    return Words(
        maps=_("p_c by anchor (size in pixels)"),
        slot=slot.format(row=row, column=column, anchor=anchor),
        answer=_("answer"),
        target=_("target"),
        likely=_("class"),
        empty="–",
        clock=_("stage {time:int} of 2"),
        spoken=_("Stage {time:int} of 2: {count:0:int} boxes are shown."),
    )


def numbers(shown: Shown, terms: Terms | None) -> tuple[tuple[str, str], ...]:
    """Return the row of numbers under the stage."""
    said = shown.raw[shown.kept]
    across = said.boxes[:, 0].argsort()
    reading = " ".join(str(label) for label in said.labels[across].tolist())
    slots = shown.answer[..., 0].numel()
    last = (_("Loss"), plain(terms.total)) if terms else (_("Slots"), str(slots))
    return (
        (_("Read, left to right"), reading or "–"),
        (_("Raw boxes"), str(len(shown.raw))),
        (_("Over the threshold"), str(int(shown.over.sum()))),
        (_("After suppression"), str(len(said))),
        last,
    )


def formulas(shown: Shown) -> None:
    """Show how the numbers of the chosen slot become a box, and a score."""
    row, column, _anchor = shown.slot
    slot = shown.answer[shown.slot]
    unit = shown.side / GRID
    p_c, b_x, b_y, b_h, b_w = (tex(value) for value in slot[:5].tolist())
    x, y = (column + slot[1].item()) * unit, (row + slot[2].item()) * unit
    tall, wide = slot[3].item() * unit, slot[4].item() * unit
    chance, label = slot[5:].max(dim=0)
    score = _("score")
    st.latex(
        r"\begin{aligned}"
        rf"x &= ({column} + {b_x})\cdot {tex(unit)} = {tex(x)} &\qquad "
        rf"w &= {b_w}\cdot {tex(unit)} = {tex(wide)} \\ "
        rf"y &= ({row} + {b_y})\cdot {tex(unit)} = {tex(y)} &"
        rf"h &= {b_h}\cdot {tex(unit)} = {tex(tall)}"
        r"\end{aligned}"
    )
    st.latex(
        rf"\text{{{score}}} = p_c\cdot P({label.item()}) = {p_c}\cdot "
        rf"{tex(chance.item())} = {tex(slot[0].item() * chance.item())}"
    )


def losses(terms: Terms, shown: Shown) -> None:
    """Show the loss term by term: slots with an object, and all the others."""
    there, free = terms.there, _("free")
    count = int(there.sum())
    own = [part[there].sum().item() for part in (terms.object, terms.box, terms.label)]
    other = terms.object[~there].sum().item()
    head = (
        _("Term of the loss"),
        _("Weight"),
        _("{count} slots with an object").format(count=count),
        _("{count} slots without").format(count=there.numel() - count),
    )
    rows = (
        (_("p_c: is there an object?"), plain(OBJECT), plain(own[0]), plain(other)),
        (_("place and size"), plain(BOX), plain(own[1]), free),
        (_("class"), plain(CLASS), plain(own[2]), free),
    )
    st.markdown("\n".join(map(_line, (head, ("---",) * len(head), *rows))))
    total = tex(sum(own) + other)
    st.latex(rf"L = \frac{{{total}}}{{{max(count, 1)}}} = {tex(terms.total)}")
    text = _(
        "Place, size and class cost only where p_c should be 1. {spared} slots say "
        "there is something and are not told off: their boxes lie on an object that "
        "is another slot's (IoU of {near} or more). Mean IoU of the boxes with their "
        "objects: {overlap}."
    )
    overlap = plain(round(terms.overlap[there].mean().item(), 3)) if count else "–"
    said = terms.spared & (shown.answer[..., 0] > SAYS)
    st.caption(text.format(spared=int(said.sum()), near=plain(NEAR), overlap=overlap))


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def take_away(drawing: Tensor, shown: Shown, score: float, overlap: float) -> TakeAway:
    """Return program, weights and tables.

    Args:
        drawing: uint8 [H, W].
        shown: on the stage.
        score: the lowest that counts.
        overlap: the largest IoU that two boxes of a class may have.
    """
    return TakeAway(
        partial(program, drawing, shown.anchors.shape[0], score, overlap),
        tables={
            "boxes.csv": _boxes_csv(shown),
            "answer.csv": _answer_csv(shown.answer),
        },
        files={WEIGHTS_FILE: (yolo.WEIGHTS / WEIGHTS_FILE).read_bytes},
    )


def _boxes_csv(shown: Shown) -> str:
    rows = ["x1,y1,x2,y2,score,label,over_threshold,kept"]
    parts = (shown.raw.boxes.tolist(), shown.raw.scores.tolist())
    marks = torch.stack([shown.raw.labels, shown.over, shown.kept], dim=1).tolist()
    for box, score, mark in zip(*parts, marks, strict=True):
        numbers = [f"{value:.4f}" for value in (*box, score)]
        rows.append(",".join([*numbers, *(str(int(part)) for part in mark)]))
    return "\n".join(rows) + "\n"


def _answer_csv(answer: Tensor) -> str:
    classes = [f"class_{label}" for label in range(answer.shape[3] - 5)]
    head = ["row", "column", "anchor", "p_c", "b_x", "b_y", "b_h", "b_w", *classes]
    rows = [",".join(head)]
    for row, column, anchor in torch.cartesian_prod(
        *(torch.arange(size) for size in answer.shape[:3])
    ).tolist():
        values = answer[row, column, anchor].tolist()
        rows.append(
            ",".join([f"{row},{column},{anchor}", *(f"{part:.5f}" for part in values)])
        )
    return "\n".join(rows) + "\n"
