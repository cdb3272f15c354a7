"""Dense anchors on a street: which learn an object, which none, one in numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.anchors import decode, encode
from engine.boxes import pairwise_iou
from engine.dense_anchors import IGNORED, NEGATIVE, POSITIVE, Matches
from engine.street import Thing
from playground import theme
from playground.figures.anchor_search import SHADES
from playground.figures.anchor_street import (
    ACTION,
    GHOST,
    GROUND,
    LEAST,
    MOST_OBJECTS,
    SIDE,
    SPAN,
    STEPS,
    dashed,
    ghost,
    ghost_rows,
    names,
    picture,
)
from playground.player.charts import Picture
from playground.player.scene import Layer, Points, Scene, Text, Track
from playground.player.shapes import Movable

SIZE = (900, 416)  # logical pixels of the stage
LEFT, BEST, COUNT, NOTE = 442.0, 580.0, 690.0, 760.0  # x of the table's columns
TOP, ROW = 52.0, 32.0  # baseline of the first row, and from one to the next
PICKED = 262.0  # baseline of what is said of the anchor that is looked at
KEY = 400.0  # baseline of what the dots mean
MOST_DRAWN = 60  # anchor boxes on the picture; more would hide it
TRACKS = (
    GHOST,
    Track("iou", "f32", 1),
    Track("share", "f32", 1),
)
COLOURS = {
    POSITIVE: theme.POSITIVE,
    IGNORED: theme.NEGATIVE,
    NEGATIVE: theme.OUTLINE,
}
RADII = {POSITIVE: 5.0, IGNORED: 3.0, NEGATIVE: 1.6}  # of the dot of a cell
PICK = "cell"  # the action of a click on the picture


@dataclass(frozen=True, eq=False)
class Dense:
    """What the stage shows.

    Attributes:
        things: N objects.
        boxes: [N, 4] their boxes.
        anchors: [A, 4] anchor boxes, cell by cell.
        iou: [A, N].
        plain: what they learn by the thresholds alone.
        matches: what they learn.
        cells: rows, and columns.
        chosen: index of the object that is looked at.
        picked: index of the anchor that is looked at.
        drawn: label of the anchors that are drawn as boxes.
    """

    things: Sequence[Thing]
    boxes: Tensor
    anchors: Tensor
    iou: Tensor
    plain: Matches
    matches: Matches
    cells: int
    chosen: int
    picked: int
    drawn: int

    @property
    def shapes(self) -> int:
        """The number of anchors of a cell."""
        return len(self.anchors) // self.cells**2

    @property
    def target(self) -> int:
        """The object that the picked anchor overlaps most."""
        return int(self.matches.object[self.picked])

    def offsets(self) -> Tensor:
        """Return t_x, t_y, t_w, t_h of the picked anchor's object, [4]."""
        box, anchor = self.boxes[self.target], self.anchors[self.picked]
        return encode(box[None], anchor[None])[0]


@dataclass(frozen=True)
class Words:
    """What the scene says, translated; `labels` and `learns` by label.

    `anchors` has a place for {shape}; `picked` for {size}, {row} and {column}; `target`
    for {iou}, {name} and {label}; `more` for {shown} and {total}.
    """

    object: str
    best: str
    count: str
    saved: str
    none: str
    picked: str
    target: str
    learns: dict[int, str]
    labels: dict[int, str]
    more: str
    anchors: str
    clock: str
    spoken: str


def frames(shown: Dense) -> tuple[list[bytes], list[float]]:
    """Return the picked anchor growing into its box by its offsets, and the times."""
    share = torch.linspace(0, 1, STEPS + 1, dtype=torch.float64)[:, None]
    anchor = shown.anchors[shown.picked].expand(STEPS + 1, 4)
    way = decode(share * shown.offsets(), anchor)
    iou = pairwise_iou(way, shown.boxes[shown.target][None])
    rows = torch.cat((ghost_rows(way), iou, 100 * share), dim=1)
    return (
        [row.tobytes() for row in rows.numpy().astype(np.float32)],
        [float(step) for step in range(STEPS + 1)],
    )


def scene(shown: Dense, words: Words) -> Scene:
    """Return the scene: the street with its anchors, tables beside it."""
    counts = {label: shown.matches.count(label) for label in words.labels}
    shape = f"{shown.cells} × {shown.cells} × {shown.shapes}"
    return Scene(
        SIZE,
        TRACKS,
        (
            *_ground(shown),
            *_table(shown, words),
            *_picked(shown, words),
            *_key(shown, words),
        ),
        time=words.clock,
        rate=STEPS / 2,
        end=float(STEPS),
        metrics=(
            (words.anchors.format(shape=shape), str(len(shown.anchors))),
            *((words.labels[label], str(count)) for label, count in counts.items()),
        ),
        spoken=words.spoken,
    )


def cell_labels(shown: Dense) -> Tensor:
    """Return the label of the best of every cell's anchors, [cells²]."""
    label = shown.matches.label.view(-1, shown.shapes)
    best = torch.where((label == IGNORED).any(dim=1), IGNORED, NEGATIVE)
    return torch.where((label == POSITIVE).any(dim=1), POSITIVE, best)


def drawn(shown: Dense) -> list[int]:
    """Return the anchors that are drawn as boxes, those that overlap most first."""
    chosen = (shown.matches.label == shown.drawn).nonzero().flatten()
    best = shown.matches.best[chosen].argsort(descending=True, stable=True)
    return chosen[best][:MOST_DRAWN].tolist()


def _ground(shown: Dense) -> Iterator[Layer]:
    board = (0.0, float(shown.cells)) * 2
    yield Picture(GROUND, picture(shown.things, 1), board, PICK, id="street")
    yield from _dots(shown)
    boxes = drawn(shown)
    objects = shown.matches.object[boxes].tolist()
    positive = shown.drawn == POSITIVE
    colours = [SHADES[i] if positive else theme.OUTLINE for i in objects]
    yield from dashed(shown.anchors[boxes], colours, "anchors")
    yield Movable(
        GROUND,
        SPAN,
        tuple(map(tuple, shown.boxes.tolist())),
        SHADES[: len(shown.boxes)],
        names(len(shown.boxes)),
        ACTION,
        least=LEAST,
        fresh=len(shown.boxes) < MOST_OBJECTS,
        chosen=shown.chosen,
        id="objects",
    )
    yield from ghost()


def _dots(shown: Dense) -> Iterator[Layer]:
    """Yield a dot in every cell: large and blue where an anchor is positive."""
    labels, pitch = cell_labels(shown), SIDE / shown.cells
    for label, radius in RADII.items():
        at = (labels == label).nonzero().flatten()
        x = (at % shown.cells + 0.5) * pitch
        y = SIDE - (at // shown.cells + 0.5) * pitch
        xy = tuple(zip(x.tolist(), y.tolist(), strict=True))
        yield Points(
            GROUND,
            SPAN,
            xy,
            (COLOURS[label],) * len(xy),
            (False,) * len(xy),
            radius=radius,
            id=f"dots{label}",
        )


def _table(shown: Dense, words: Words) -> Iterator[Layer]:
    """Yield a row per object: its best IoU, its positive anchors, how it got them."""
    heads = ((LEFT, words.object), (BEST, words.best), (COUNT, words.count))
    for x, text in heads:
        align = "left" if x == LEFT else "right"
        yield Text((x, 20.0), text, 14, align, muted=True)
    positive = shown.matches.label == POSITIVE
    for index, name in enumerate(names(len(shown.boxes))):
        y = TOP + ROW * index
        mark = "▸ " if index == shown.chosen else ""
        own = int((positive & (shown.matches.object == index)).sum())
        best = shown.iou[:, index].max().item()
        yield Text((LEFT, y), mark + name, 17)
        yield Text((BEST, y), f"{best:.3f}", 17, "right", id="best")
        yield Text((COUNT, y), str(own), 17, "right", id="count")
        yield Text((NOTE, y), _note(shown, index, own, words), 15, id="note")


def _note(shown: Dense, index: int, own: int, words: Words) -> str:
    by_threshold = (shown.plain.label == POSITIVE) & (shown.plain.object == index)
    if not own:
        return f"✕ {words.none}"
    return "" if by_threshold.any() else f"↑ {words.saved}"


def _picked(shown: Dense, words: Words) -> Iterator[Layer]:
    """Yield what the picked anchor is, and its offsets."""
    cell, anchor = shown.picked // shown.shapes, shown.anchors[shown.picked]
    row, column = divmod(cell, shown.cells)
    w, h = (anchor[2:] - anchor[:2]).tolist()
    name, iou = (
        names(MOST_OBJECTS)[shown.target],
        shown.matches.best[shown.picked].item(),
    )
    label = words.learns[int(shown.matches.label[shown.picked])]
    yield Text(
        (LEFT, PICKED),
        words.picked.format(row=row, column=column, size=f"{w:.4g}×{h:.4g}"),
        16,
        id="picked",
    )
    text = words.target.format(name=name, iou=f"{iou:.3f}", label=label)
    yield Text((LEFT, PICKED + 26), text, 16, id="target")
    t = shown.offsets().tolist()
    for index, side in enumerate("xywh"):
        at = (LEFT + 112.0 * index, PICKED + 54)
        yield Text(at, f"t_{side}", 15, muted=True)
        number = f"{t[index]:.3f}".replace("-", "−")
        yield Text((at[0], at[1] + 26), number, 18, id="offset")


def _key(shown: Dense, words: Words) -> Iterator[Layer]:
    """Yield what the dots mean, or that not every box is drawn."""
    total = shown.matches.count(shown.drawn)
    if total > MOST_DRAWN:
        text = words.more.format(shown=MOST_DRAWN, total=total)
        yield Text((LEFT, KEY - 28.0), text, 14, muted=True, id="more")
    for index, (label, radius) in enumerate(RADII.items()):
        x, text = LEFT + 8 + 150.0 * index, words.labels[label]
        at = ((x, SIZE[0] - KEY + 5),)
        stage = (0.0, 0.0, float(SIZE[0]), float(SIZE[0]))
        span, colour = (0.0, float(SIZE[0])), (COLOURS[label],)
        yield Points(stage, span, at, colour, (False,), radius=radius, id="key")
        yield Text((x + 12, KEY), text, 14, muted=True)
