"""The stage of the prediction: ink under the net's grid, p_c of all slots, one slot."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.yolo import Detections
from engine.yolo_net import GRID
from playground import theme
from playground.figures.places import cell_at
from playground.figures.png import Painted, blended
from playground.figures.yolo_cells import frame, grid_lines
from playground.player.charts import Picture
from playground.player.scene import Box, Boxes, Layer, Scene, Text, Track
from playground.player.shapes import Ink, Tagged

SLOT, WROTE = "slot", "wrote"  # actions: a click on the maps of p_c, ink
WIDTH, HEIGHT = 920, 446
SHEET: Box = (9.0, 9.0, 428.0, 428.0)
SIDE = 468.0  # x of the panel beside the sheet
ROOM = 444.0  # its width
MAPS = 40.0  # y of the maps of p_c
FIRST, STEP = 250.0, 29.0  # y of the first number of the slot, and to the next
COLUMNS = (SIDE, SIDE + 180.0, SIDE + 330.0)  # names, the answer, the target
NAMES = ("p_c", "b_x", "b_y", "b_h", "b_w")
MOST = 96  # raw boxes that are painted: the best ones
HEAT = blended(theme.rgb("#1c2733", theme.POSITIVE, theme.PAPER))
APART = GRID + 1  # cells from a map to the next
CELL = 11.5  # pixels: the largest cell of a map


@dataclass(frozen=True, eq=False)
class Shown:
    """What the stage shows. Boxes are in pixels of the sheet.

    Attributes:
        side: of the sheet in pixels.
        strokes: of the ink, see `shapes.Ink`.
        pen: width of the pen in pixels of the sheet.
        picture: data address of what is shown instead of ink; "" where one may write.
        truth: [N, 4] boxes that are known; none for ink.
        answer: [S, S, A, 5 + C].
        target: the same, of the truth; None for ink.
        raw: all boxes that are worth a look.
        over: which of them reach the threshold, bool.
        kept: which of them are left at the end, bool.
        slot: row, column and anchor of the slot in numbers.
        anchors: [A, 2] in pixels of the sheet.
    """

    side: int
    strokes: tuple[tuple[float, ...], ...]
    pen: float
    picture: str
    truth: Tensor
    answer: Tensor
    target: Tensor | None
    raw: Detections
    over: Tensor
    kept: Tensor
    slot: tuple[int, int, int]
    anchors: Tensor


@dataclass(frozen=True)
class Words:
    """What the stage says, translated."""

    maps: str
    slot: str
    answer: str
    target: str
    likely: str
    empty: str
    clock: str
    spoken: str


def tracks(shown: Shown) -> tuple[Track, ...]:
    """Return what a frame holds: three kinds of boxes, and how many are shown."""
    most = 4 * max(min(len(shown.raw), MOST), 1)
    names = ("raw", "over", "kept")
    return (*(Track(name, "f32", most) for name in names), Track("count", "f32", 1))


def frames(shown: Shown) -> tuple[list[bytes], list[float]]:
    """Return the tape: raw boxes, those over the threshold, what suppression keeps."""
    boxes = shown.raw.boxes[:MOST].numpy().astype("<f4")
    everything = torch.ones(len(shown.raw), dtype=torch.bool)
    made = []
    for stage, chosen in enumerate((everything, shown.over, shown.kept)):
        parts = np.full((3, max(len(boxes), 1), 4), math.nan, dtype="<f4")
        if len(boxes):
            mask = chosen[:MOST].numpy()
            parts[stage, mask] = boxes[mask]
        count = np.array([int(chosen.sum())], dtype="<f4")
        made.append(parts.tobytes() + count.tobytes())
    return made, [0.0, 1.0, 2.0]


def scene(shown: Shown, words: Words, metrics: tuple[tuple[str, str], ...]) -> Scene:
    """Return the stage; `frames` is its tape."""
    layers = (*_sheet(shown), *_boxes(shown), *_maps(shown, words))
    return Scene(
        (WIDTH, HEIGHT),
        tracks(shown),
        (*layers, *_numbers(shown, words)),
        time=words.clock,
        rate=1.0,
        metrics=metrics,
        spoken=words.spoken,
    )


def slot_at(anchors: int, x: float, y: float) -> tuple[int, int, int]:
    """Return row, column and anchor of the slot at a place of the maps of p_c."""
    anchor = min(max(int(x // APART), 0), anchors - 1)
    return *cell_at(GRID, GRID, x - anchor * APART, y), anchor


def _sheet(shown: Shown) -> Iterator[Layer]:
    """Yield the ink or the picture, the cells, the boxes that are known."""
    span = (0.0, float(shown.side))
    if shown.picture:
        yield Picture(SHEET, shown.picture, id="picture")
    else:
        yield Ink(SHEET, span, shown.strokes, shown.pen, WROTE, id="ink")
    yield from grid_lines(SHEET, GRID)
    truth = tuple(map(tuple, shown.truth.tolist()))
    count = len(truth)
    if count:
        dash = (True,) * count
        yield Boxes(SHEET, span, (theme.PAPER,) * count, (), dash, truth, id="truth")


def _boxes(shown: Shown) -> Iterator[Layer]:
    """Yield the boxes of the three stages, and the frame of the chosen cell."""
    span, best = (0.0, float(shown.side)), shown.raw
    count = max(min(len(best), MOST), 1)
    cell = shown.side / GRID
    row, column, _anchor = shown.slot
    edges = (column * cell, row * cell, (column + 1) * cell, (row + 1) * cell)
    yield from frame(SHEET, span, edges)
    for name, colour in (("raw", theme.NEGATIVE), ("over", theme.NEGATIVE)):
        dash = (name == "raw",) * count
        yield Boxes(SHEET, span, (colour,) * count, (), dash, track=name, id=name)
    labels = tuple(
        f"{label} {100 * score:.0f} %"
        for label, score in zip(best.labels.tolist(), best.scores.tolist(), strict=True)
    )[:MOST] or ("",)
    colours = (theme.POSITIVE,) * count
    yield Tagged(SHEET, span, colours, labels, track="kept", id="kept")


def _maps(shown: Shown, words: Words) -> Iterator[Layer]:
    """Yield p_c of every slot: a map for each anchor, side by side."""
    p_c = shown.answer[..., 0]  # [S, S, A]
    count = p_c.shape[2]
    unit = min(ROOM / (count * APART - 1), CELL)
    row, column, chosen = shown.slot
    yield Text((SIDE, MAPS - 14), words.maps, 16)
    for anchor in range(count):
        left = anchor * APART
        box = (SIDE + unit * left, MAPS, unit * GRID, unit * GRID)
        heat = (255 * p_c[..., anchor]).round().to(torch.uint8).numpy()
        png = Painted(heat, HEAT).address()
        span = (float(left), float(left + GRID), 0.0, float(GRID))
        yield Picture(box, png, span, SLOT, smooth=False, id=f"map{anchor}")
        wide, high = (round(part) for part in shown.anchors[anchor].tolist())
        middle = (box[0] + box[2] / 2, MAPS + unit * GRID + 19)
        yield Text(middle, f"{wide} × {high}", 14, "center", muted=True)
        if anchor == chosen:
            yield from frame(
                box, (0.0, float(GRID)), (column, row, column + 1, row + 1)
            )


def _numbers(shown: Shown, words: Words) -> Iterator[Layer]:
    """Yield the numbers of the chosen slot: the answer, and the target beside it."""
    slot = shown.answer[shown.slot]
    yield Text((COLUMNS[0], FIRST - 2 * STEP), words.slot, 16)
    heads = ((COLUMNS[1], words.answer), (COLUMNS[2], words.target))
    for x, head in heads[: 1 if shown.target is None else 2]:
        yield Text((x, FIRST - STEP), head, 15, muted=True)
    answers = _rows(slot, words)
    wanted = ()
    if shown.target is not None:
        wanted = _rows(shown.target[shown.slot], words)
    for index, name in enumerate((*NAMES, words.likely)):
        y = FIRST + index * STEP
        yield Text((COLUMNS[0], y), name, 17, muted=True)
        yield Text((COLUMNS[1], y), answers[index], 17)
        if wanted:
            yield Text((COLUMNS[2], y), wanted[index], 17)


def _rows(slot: Tensor, words: Words) -> Sequence[str]:
    if slot[0] == 0:  # only a target is so sure: the rest does not count
        return ("0", *(words.empty,) * 5)
    chance, label = slot[5:].max(dim=0)
    return (
        *(f"{value:.3f}" for value in slot[:5].tolist()),
        f"{label.item()} ({100 * chance.item():.0f} %)",
    )
