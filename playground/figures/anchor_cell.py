"""One cell and its anchors: objects on a street, the table of IoUs, who gets which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.anchors import Assignment
from engine.boxes import pairwise_iou
from engine.street import Thing, street
from playground import theme
from playground.figures.anchor_search import SHADES
from playground.figures.png import Painted, blended
from playground.player.charts import Picture
from playground.player.scene import Box, Boxes, Dots, Layer, Scene, Text, Track
from playground.player.shapes import Movable, Shade

SIZE = (900, 416)  # logical pixels of the stage
SIDE = 416  # pixels of the picture
GROUND: Box = (0.0, 0.0, 416.0, 416.0)
LEFT, FIRST = 442.0, 506.0  # x of the objects' names, and of the first anchor's column
ROOM, WIDEST = 280.0, 84.0  # of all anchors' columns, and of one
FATE = 806.0  # x of what becomes of an object
ICONS = (6.0, 58.0)  # y and height of the anchors' pictures
TOP, ROW = 142.0, 32.0  # baseline of the first row, and from one to the next
MOST_ANCHORS = 5
STEPS = 12  # frames of the way to the anchor's centre, less one
LINE, FAINT = 150, 60  # grey level of the grid, and of its darkening
TRACKS = (
    Track("ghost", "f32", 4),
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
    """What the scene says, translated; `taken` has a place for the {name}."""

    object: str
    gets: str
    taken: str
    lies: str
    common: str
    learned: str
    slots: str
    clock: str
    spoken: str
    hint: str


def frames(shown: Exhibit) -> tuple[list[bytes], list[float]]:
    """Return the chosen object on its way to the anchor's centre, and the times.

    Each frame has its box, what it has in common with its anchor, and their IoU.
    """
    start = shown.boxes[shown.chosen]
    end = shown.centred((start[2:] - start[:2])[None])[0]
    anchor = shown.centred(shown.anchors[shown.anchor][None])[0]
    share = torch.linspace(0, 1, STEPS + 1, dtype=torch.float64)[:, None]
    ghost = start + share * (end - start)  # [frames, 4]
    low = torch.maximum(ghost[:, :2], anchor[:2])
    high = torch.minimum(ghost[:, 2:], anchor[2:])
    apart = (high <= low).any(dim=1, keepdim=True)
    common = torch.where(apart, torch.nan, torch.cat((low, high), dim=1))
    iou = pairwise_iou(ghost, anchor[None])
    rows = torch.cat((ghost, common, iou, 100 * share), dim=1)
    return (
        [row.tobytes() for row in rows.numpy().astype(np.float32)],
        [float(step) for step in range(STEPS + 1)],
    )


def scene(shown: Exhibit, words: Words) -> Scene:
    """Return the scene: the street at the left, the table at the right."""
    return Scene(
        SIZE,
        TRACKS,
        (*_ground(shown), *_header(shown, words), *_rows(shown, words)),
        time=words.clock,
        rate=STEPS / 2,
        end=float(STEPS),
        metrics=_metrics(shown, words),
        spoken=words.spoken,
    )


def names(count: int) -> tuple[str, ...]:
    """Return A, B, …: the names of objects."""
    return tuple(chr(ord("A") + index) for index in range(count))


def picture(things: Sequence[Thing], grid: int) -> str:
    """Return the street with its things and the grid's lines, as a data address."""
    pixels = street(things, SIDE).numpy().copy()
    lines = [min(round(k * SIDE / grid), SIDE - 1) for k in range(grid + 1)]
    pixels[lines] = np.minimum(pixels[lines], LINE)
    pixels[:, lines] = np.minimum(pixels[:, lines], LINE)
    return Painted(pixels, blended(((0, 0, 0), (255, 255, 255)))).address()


def shades(shown: Exhibit) -> tuple[str, ...]:
    """Return the colour of each object: its anchor's, dark if it is lost."""
    return tuple(
        theme.OUTLINE if lost else SHADES[anchor]
        for anchor, lost in zip(
            shown.given.anchor.tolist(), shown.given.lost.tolist(), strict=True
        )
    )


def _ground(shown: Exhibit) -> Iterator[Layer]:
    span = (0.0, float(SIDE))
    yield Picture(GROUND, picture(shown.things, shown.grid), (0, SIDE, 0, SIDE))
    row, column = shown.given.cell[shown.chosen].tolist()
    p = shown.pitch
    cell = (column * p, row * p, (column + 1) * p, (row + 1) * p)
    yield Shade(GROUND, span, (theme.POSITIVE,), (cell,), alpha=0.16, id="cell")
    shade = SHADES[shown.anchor]
    yield Shade(GROUND, span, (shade,), track="common", alpha=0.35, id="common")
    count = len(shown.anchors)
    yield Boxes(
        GROUND,
        span,
        SHADES[:count],
        ("",) * count,
        (True,) * count,
        tuple(map(tuple, shown.centred(shown.anchors).tolist())),
        id="anchors",
    )
    yield Boxes(
        GROUND, span, (theme.OUTLINE,), ("",), (True,), track="ghost", id="ghost"
    )
    middles = ((shown.boxes[:, :2] + shown.boxes[:, 2:]) / 2).tolist()
    yield Dots(tuple(map(tuple, middles)), radius=4.5, id="middles")
    lost = shown.given.lost.tolist()
    labels = (
        f"{name} ✕" if gone else f"{name} {anchor + 1}"
        for name, anchor, gone in zip(
            names(len(lost)), shown.given.anchor.tolist(), lost, strict=True
        )
    )
    yield Movable(
        GROUND,
        span,
        tuple(map(tuple, shown.boxes.tolist())),
        shades(shown),
        tuple(labels),
        "object",
        least=8.0,
        fresh=len(lost) < 6,
        chosen=shown.chosen,
        id="objects",
    )


def _columns(count: int) -> list[float]:
    """Return the middle of the column of each of `count` anchors."""
    pitch = min(WIDEST, ROOM / count)
    return [FIRST + pitch * (index + 0.5) for index in range(count)]


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
    box = (0.0, 0.0, float(SIZE[0]), float(SIZE[1]))
    span = (0.0, float(SIZE[0]))
    plain = ("",) * count
    yield Boxes(box, span, SHADES[:count], plain, (True,) * count, icons, id="icons")
    for index, (x, (w, h)) in enumerate(zip(at, sizes, strict=True)):
        yield Text((x, 84.0), str(index + 1), 17, "center")
        yield Text((x, 104.0), f"{w:.3g}×{h:.3g}", 14, "center", muted=True)
    yield Text((LEFT, 104.0), words.object, 14, muted=True)
    yield Text((FATE, 104.0), words.gets, 14, muted=True)


def _rows(shown: Exhibit, words: Words) -> Iterator[Layer]:
    """Yield a row per object: its IoU with every anchor, and what becomes of it."""
    given, at = shown.given, _columns(len(shown.anchors))
    every = names(len(given.anchor))
    for index, name in enumerate(every):
        y = TOP + ROW * index
        best, holder = int(given.anchor[index]), int(given.holder[index])
        mark = "▸ " if index == shown.chosen else ""
        yield Text((LEFT, y), f"{mark}{name}", 17, id="name")
        for anchor, (x, iou) in enumerate(
            zip(at, given.iou[index].tolist(), strict=True)
        ):
            won = anchor == best
            text = f"[{iou:.3f}]" if won else f"{iou:.3f}"
            yield Text((x, y), text, 17 if won else 15, "center", not won, id="iou")
        fate = f"✕ {words.taken}".format(name=every[holder])
        text = f"→ {best + 1}" if holder == index else fate
        yield Text((FATE, y), text, 17, id="fate")
    yield Text((LEFT, SIZE[1] - 30.0), words.hint, 15, muted=True)
    clashes = _where(shown, every)
    yield Text((LEFT, SIZE[1] - 6.0), clashes, 15, muted=True, id="where")


def _where(shown: Exhibit, every: tuple[str, ...]) -> str:
    """Return the cell of the chosen object, as the formula writes it."""
    row, column = shown.given.cell[shown.chosen].tolist()
    return f"{every[shown.chosen]}: ({row}, {column})"


def _metrics(shown: Exhibit, words: Words) -> tuple[tuple[str, str], ...]:
    given, grid, count = shown.given, shown.grid, len(shown.anchors)
    kept = int((~given.lost).sum())
    best = given.iou[shown.chosen].max().item()
    return (
        (words.lies, "{iou:0}"),
        (words.common, f"{best:.4g}"),
        (words.learned, f"{kept} / {len(given.anchor)}"),
        (words.slots, f"{grid} × {grid} × {count} = {grid * grid * count}"),
    )
