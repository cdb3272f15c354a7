"""One cell and its anchors: objects on a street, the table of IoUs, who gets which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.anchors import Assignment
from engine.boxes import pairwise_iou
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
from playground.player.scene import Box, Boxes, Dots, Layer, Scene, Text, Track
from playground.player.shapes import Movable, Shade

SIZE = (900, 416)  # logical pixels of the stage
LEFT, FIRST = 442.0, 500.0  # x of the objects' names, and of the first anchor's column
ROOM, WIDEST = 290.0, 96.0  # of all anchors' columns, and of one
ICONS = (4.0, 60.0)  # y and height of the anchors' pictures
TOP, ROW = 142.0, 32.0  # baseline of the first row, and from one to the next
SLOTS = (364.0, 38.0)  # y and height of the slots of a cell
STAGE: Box = (0.0, 0.0, 900.0, 416.0)
STAGE_SPAN = (0.0, 900.0)
MOST_ANCHORS = 5
NARROW = 4  # columns from which numbers are shorter
TRACKS = (
    GHOST,
    Track("common", "f32", 4),
    Track("iou", "f32", 1),
    Track("share", "f32", 1),
)


@dataclass(frozen=True, eq=False)
class Exhibit:
    """What the stage shows.

    Attributes:
        things: N objects.
        boxes: [N, 4] their boxes.
        anchors: [K, 2] sizes, K at most `MOST_ANCHORS`.
        given: which anchor each object gets.
        grid: rows and columns.
        chosen: index of the object that is looked at.
    """

    things: Sequence[Thing]
    boxes: Tensor
    anchors: Tensor
    given: Assignment
    grid: int
    chosen: int

    @property
    def pitch(self) -> float:
        """The side of a cell in pixels."""
        return SIDE / self.grid

    @property
    def anchor(self) -> int:
        """The anchor that the chosen object wants."""
        return int(self.given.anchor[self.chosen])

    def centred(self, sizes: Tensor) -> Tensor:
        """Return boxes [K, 4] of these sizes [K, 2] around the chosen cell's middle."""
        middle = (self.given.cell[self.chosen].flip(0) + 0.5) * self.pitch
        return torch.cat((middle - sizes / 2, middle + sizes / 2), dim=1)


@dataclass(frozen=True)
class Words:
    """What the scene says, translated.

    `taken` has a place for the {name}, `slots_of` for {row} and {column}, `slots` for
    {shape}.
    """

    object: str
    gets: str
    taken: str
    lies: str
    common: str
    learned: str
    slots: str
    clock: str
    slots_of: str
    spoken: str


def frames(shown: Exhibit) -> tuple[list[bytes], list[float]]:
    """Return the chosen object on its way to the anchor's centre, and the times.

    Each frame has its box, what it has in common with its anchor, and their IoU.
    """
    start = shown.boxes[shown.chosen]
    end = shown.centred((start[2:] - start[:2])[None])[0]
    anchor = shown.centred(shown.anchors[shown.anchor][None])[0]
    share = torch.linspace(0, 1, STEPS + 1, dtype=torch.float64)[:, None]
    way = start + share * (end - start)  # [frames, 4]
    low = torch.maximum(way[:, :2], anchor[:2]).clamp(0, SIDE)
    high = torch.minimum(way[:, 2:], anchor[2:]).clamp(0, SIDE)
    apart = (high <= low).any(dim=1, keepdim=True)
    common = torch.where(apart, torch.nan, torch.cat((low, high), dim=1))
    iou = pairwise_iou(way, anchor[None])
    rows = torch.cat((ghost_rows(way), common, iou, 100 * share), dim=1)
    return (
        [row.tobytes() for row in rows.numpy().astype(np.float32)],
        [float(step) for step in range(STEPS + 1)],
    )


def scene(shown: Exhibit, words: Words) -> Scene:
    """Return the scene: the street at the left, the table at the right."""
    return Scene(
        SIZE,
        TRACKS,
        (
            *_ground(shown),
            *_header(shown, words),
            *_rows(shown, words),
            *_slots(shown, words),
        ),
        time=words.clock,
        rate=STEPS / 2,
        end=float(STEPS),
        metrics=_metrics(shown, words),
        spoken=words.spoken,
    )


def shades(shown: Exhibit) -> tuple[str, ...]:
    """Return the colour of each object: its anchor's, dark if it is lost."""
    return tuple(
        theme.OUTLINE if lost else SHADES[anchor]
        for anchor, lost in zip(
            shown.given.anchor.tolist(), shown.given.lost.tolist(), strict=True
        )
    )


def labels(shown: Exhibit) -> tuple[str, ...]:
    """Return what stands on each object: its name and its anchor, ✕ if it is lost."""
    given = shown.given
    return tuple(
        f"{name} ✕" if lost else f"{name} {anchor + 1}"
        for name, anchor, lost in zip(
            names(len(given.anchor)),
            given.anchor.tolist(),
            given.lost.tolist(),
            strict=True,
        )
    )


def _ground(shown: Exhibit) -> Iterator[Layer]:
    yield Picture(GROUND, picture(shown.things, shown.grid), (0, SIDE, 0, SIDE))
    row, column = shown.given.cell[shown.chosen].tolist()
    p = shown.pitch
    cell = (column * p, row * p, (column + 1) * p, (row + 1) * p)
    yield Shade(GROUND, SPAN, (theme.POSITIVE,), (cell,), alpha=0.16, id="cell")
    shade = SHADES[shown.anchor]
    yield Shade(GROUND, SPAN, (shade,), track="common", alpha=0.35, id="common")
    centred = shown.centred(shown.anchors)
    yield from dashed(centred, SHADES[: len(centred)], "anchors")
    yield from ghost()
    middles = ((shown.boxes[:, :2] + shown.boxes[:, 2:]) / 2).tolist()
    yield Dots(tuple(map(tuple, middles)), radius=4.5, id="middles")
    yield Movable(
        GROUND,
        SPAN,
        tuple(map(tuple, shown.boxes.tolist())),
        shades(shown),
        labels(shown),
        ACTION,
        least=LEAST,
        fresh=len(shown.boxes) < MOST_OBJECTS,
        chosen=shown.chosen,
        id="objects",
    )


def _columns(count: int) -> list[float]:
    """Return the middle of the column of each of `count` anchors."""
    pitch = min(WIDEST, ROOM / count)
    return [FIRST + pitch * (index + 0.5) for index in range(count)]


def _fate(count: int) -> float:
    """Return x of what becomes of the objects, beside `count` columns."""
    return _columns(count)[-1] + min(WIDEST, ROOM / count) / 2 + 12


def _header(shown: Exhibit, words: Words) -> Iterator[Layer]:
    """Yield each anchor's picture, number and size over its column."""
    sizes = shown.anchors.tolist()
    y, high = ICONS
    at = _columns(len(sizes))
    scale = min(high, ROOM / len(sizes) - 10) / max(map(max, sizes))
    icons = tuple(
        (
            x - w * scale / 2,
            y + (high - h * scale) / 2,
            x + w * scale / 2,
            y + (high + h * scale) / 2,
        )
        for x, (w, h) in zip(at, sizes, strict=True)
    )
    count = len(sizes)
    plain, dashes = ("",) * count, (True,) * count
    yield Boxes(STAGE, STAGE_SPAN, SHADES[:count], plain, dashes, icons, id="icons")
    # Where there are many, sizes side by side would touch: every other one is lower.
    heights = (97.0, 113.0) if count >= NARROW else (104.0, 104.0)
    for index, (x, (w, h)) in enumerate(zip(at, sizes, strict=True)):
        yield Text((x, 80.0), str(index + 1), 17, "center")
        size = f"{w:.3g}×{h:.3g}"
        yield Text((x, heights[index % 2]), size, 14, "center", muted=True)
    yield Text((LEFT, 80.0), words.object, 14, muted=True)
    yield Text((_fate(count), 80.0), words.gets, 14, muted=True)


def _rows(shown: Exhibit, words: Words) -> Iterator[Layer]:
    """Yield a row per object: its IoU with every anchor, and what becomes of it."""
    given, at = shown.given, _columns(len(shown.anchors))
    every = names(len(given.anchor))
    digits = 2 if len(at) >= NARROW else 3
    for index, name in enumerate(every):
        y = TOP + ROW * index
        best, holder = int(given.anchor[index]), int(given.holder[index])
        mark = "▸ " if index == shown.chosen else ""
        yield Text((LEFT, y), f"{mark}{name}", 17, id="name")
        for anchor, (x, iou) in enumerate(
            zip(at, given.iou[index].tolist(), strict=True)
        ):
            won = anchor == best
            number = f"{iou:.{digits}f}"
            text = f"[{number}]" if won else number
            yield Text((x, y), text, 17 if won else 15, "center", not won, id="iou")
        fate = f"✕ {words.taken}".format(name=every[holder])
        text = f"→ {best + 1}" if holder == index else fate
        yield Text((_fate(len(at)), y), text, 17, id="fate")


def _slots(shown: Exhibit, words: Words) -> Iterator[Layer]:
    """Yield the slots of the chosen object's cell, who is in them, and who is not."""
    given, at = shown.given, _columns(len(shown.anchors))
    every = names(len(given.anchor))
    row, column = given.cell[shown.chosen].tolist()
    text = words.slots_of.format(row=row, column=column)
    yield Text((LEFT, SLOTS[0] - 10), text, 15, muted=True, id="where")
    here = (given.cell == given.cell[shown.chosen]).all(dim=1)
    y, high = SLOTS
    edges = tuple((x - 22.0, y, x + 22.0, y + high) for x in at)
    count = len(at)
    plain, solid = ("",) * count, (False,) * count
    yield Boxes(STAGE, STAGE_SPAN, SHADES[:count], plain, solid, edges, id="slots")
    for anchor, x in enumerate(at):
        inside = here & (given.anchor == anchor) & ~given.lost
        who = "".join(every[i] for i in inside.nonzero().flatten().tolist())
        yield Text((x, y + high / 2 + 7), who or "–", 19, "center", not who, id="slot")
    out = [every[i] for i in (here & given.lost).nonzero().flatten().tolist()]
    if out:
        yield Text((_fate(count), y + high / 2 + 6), f"✕ {' '.join(out)}", 19, id="out")


def _metrics(shown: Exhibit, words: Words) -> tuple[tuple[str, str], ...]:
    given, grid, count = shown.given, shown.grid, len(shown.anchors)
    kept = int((~given.lost).sum())
    best = given.iou[shown.chosen].max().item()
    return (
        (words.lies, "{iou:0}"),
        (words.common, f"{best:.4g}"),
        (words.learned, f"{kept} / {len(given.anchor)}"),
        (words.slots.format(shape=f"{grid} × {grid} × {count}"), str(grid**2 * count)),
    )
