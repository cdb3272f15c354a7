"""The stage of the YOLO target: a picture under a grid, and one cell of the tensor."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from engine.yolo import Assignment
from playground import theme
from playground.figures.yolo_cells import frame, grid_lines
from playground.player.charts import Picture
from playground.player.scene import Box, Boxes, Layer, Points, Scene, Spot, Text, Track
from playground.player.shapes import Movable, Shade

CELL, MOVED = "cell", "thing"  # actions: a click on a cell, a box dragged
WIDTH, HEIGHT = 920, 446
ROOM = 428.0  # of the picture
EDGE = 9.0  # around it: handles of boxes at its edge
LEAST = 12.0  # pixels: the smallest side of a box
BEYOND = 120.0  # pixels that a box may reach over the picture's edge
SIDE, END = 468.0, 912.0  # of the panel beside the picture, left and right
FIRST = 106.0  # y of the first number of the vector
LABELS = 136.0  # width of the names of the numbers
VEIL = 0.16  # opacity over what does not count
CROWD, LONG = 4, 10  # anchors side by side; numbers in a column
NAMES = ("p_c", "b_x", "b_y", "b_h", "b_w")


@dataclass(frozen=True, eq=False)
class Shown:
    """What the stage shows.

    Attributes:
        picture: data address.
        size: width and height of the picture in pixels.
        boxes: [N, 4] all objects.
        labels: class of each.
        inside: index of those whose midpoint is in the picture.
        slots: of these.
        target: [S, S, A, 5 + C] of these.
        cell: row and column of the cell in numbers.
        chosen: index of the box with handles; None for none.
        anchors: [A, 2] in pixels.
        shapes: whether they are drawn in the middle of the cell.
    """

    picture: str
    size: tuple[int, int]
    boxes: Tensor
    labels: tuple[int, ...]
    inside: tuple[int, ...]
    slots: Assignment
    target: Tensor
    cell: tuple[int, int]
    chosen: int | None
    anchors: Tensor
    shapes: bool = False


@dataclass(frozen=True)
class Words:
    """What the stage says, translated."""

    classes: tuple[str, ...]
    anchor: str
    nothing: str  # "– does not count"
    clock: str
    spoken: str


def colour(label: int) -> int | str:
    """Return the colour of a class."""
    return theme.CLASSES[(1, 0, 2, 3, 4, 5)[label % 6]]


def place(shown: Shown) -> Box:
    """Return where the picture is painted."""
    wide, high = shown.size
    scale = ROOM / max(wide, high)
    return EDGE, EDGE + (ROOM - high * scale) / 2, wide * scale, high * scale


def tracks(shown: Shown) -> tuple[Track, ...]:
    """Return what a frame holds: lit cells, the vector of a cell, and counts."""
    return (
        Track("cells", "f32", 4 * max(len(shown.slots.rows), 1)),
        Track("vector", "f32", shown.target[0, 0].numel()),
        Track("count", "f32", 2),
        Track("veil", "f32", 4 * len(shown.anchors)),
    )


def frames(shown: Shown) -> tuple[list[bytes], list[float]]:
    """Return the tape: before the first object, and after each was written."""
    count, (row, column) = len(shown.slots.rows), shown.cell
    cells = np.full((max(count, 1), 4), math.nan, dtype="<f4")
    vector = np.full(shown.target[0, 0].shape, math.nan, dtype="<f4")
    vector[:, 0] = 0.0
    grid, (wide, high) = shown.target.shape[0], shown.size
    made, written = [], 0
    for index in range(-1, count):
        if index >= 0:
            at = [int(part[index]) for part in (shown.slots.rows, shown.slots.columns)]
            left, top = at[1] * wide / grid, at[0] * high / grid
            cells[index] = left, top, left + wide / grid, top + high / grid
            if not shown.slots.lost[index]:
                written += 1
                anchor = int(shown.slots.anchors[index])
                if tuple(at) == (row, column):
                    vector[anchor] = shown.target[row, column, anchor].numpy()
        counts = np.array([index + 1, written], dtype="<f4")
        veil = _veil(shown, vector)
        made.append(b"".join(x.tobytes() for x in (cells, vector, counts, veil)))
    return made, [float(index) for index in range(count + 1)]


def _veil(shown: Shown, vector: np.ndarray) -> np.ndarray:
    """Return what does not count, [A, 4]: all but p_c of slots without an object."""
    slots, size = vector.shape
    wide, step = (END - SIDE - LABELS) / slots, _step(size)
    top, bottom = FIRST + 0.3 * step, FIRST + (size - 0.7) * step
    left = SIDE + LABELS + wide * np.arange(slots)
    edges = [left + 3, np.full(slots, top), left + wide - 3, np.full(slots, bottom)]
    veil = np.stack(edges, axis=1).astype("<f4")
    veil[vector[:, 0] > 0] = math.nan
    return veil


def _step(size: int) -> float:
    """Return how far apart the numbers of a vector stand."""
    return min(34.0, (HEIGHT - 40.0 - FIRST) / (size - 1))


def scene(shown: Shown, words: Words, metrics: tuple[tuple[str, str], ...]) -> Scene:
    """Return the stage; `frames` is its tape."""
    layers = (*_ground(shown), *_objects(shown, words), *_panel(shown, words))
    return Scene(
        (WIDTH, HEIGHT),
        tracks(shown),
        layers,
        time=words.clock,
        rate=1.0,
        metrics=metrics,
        spoken=words.spoken,
    )


def _ground(shown: Shown) -> Iterator[Layer]:
    """Yield the picture, the grid, the cells that have an object."""
    box, (wide, high) = place(shown), shown.size
    span: Spot = (0.0, float(wide))
    plane = (0.0, float(wide), 0.0, float(high))
    yield Picture(box, shown.picture, plane, CELL, id="picture")
    lit = tuple(colour(shown.labels[index]) for index in shown.inside)
    if lit:
        yield Shade(box, span, lit, alpha=0.4, track="cells", id="lit")
    yield from grid_lines(box, shown.target.shape[0])
    yield from frame(box, span, _cell_box(shown))
    if shown.shapes:
        yield from _anchors(box, span, shown)


def _cell_box(shown: Shown) -> Box:
    grid, (wide, high) = shown.target.shape[0], shown.size
    row, column = shown.cell
    left, top = column * wide / grid, row * high / grid
    return left, top, left + wide / grid, top + high / grid


def _anchors(box: Box, span: Spot, shown: Shown) -> Iterator[Layer]:
    """Yield the anchors around the middle of the cell: a dark line, dashed light."""
    left, top, right, bottom = _cell_box(shown)
    x, y = (left + right) / 2, (top + bottom) / 2
    places = tuple(
        (x - w / 2, y - h / 2, x + w / 2, y + h / 2) for w, h in shown.anchors.tolist()
    )
    for shade, dash in ((theme.OUTLINE, False), (theme.PAPER, True)):
        count = len(places)
        colours, dashes = (shade,) * count, (dash,) * count
        yield Boxes(box, span, colours, ("",) * count, dashes, places, id="anchors")


def _objects(shown: Shown, words: Words) -> Iterator[Layer]:
    """Yield the boxes that are dragged, and their midpoints."""
    box, (wide, high) = place(shown), shown.size
    corners = tuple(tuple(edges) for edges in shown.boxes.tolist())
    colours = tuple(map(colour, shown.labels))
    names = tuple(
        f"{number}: {words.classes[label]}"
        for number, label in enumerate(shown.labels, start=1)
    )
    yield Movable(
        box,
        (0.0, float(wide)),
        corners,
        colours,
        names,
        MOVED,
        least=LEAST,
        reach=BEYOND,
        fresh=True,
        chosen=shown.chosen,
        id="things",
    )
    middles = tuple(
        ((x1 + x2) / 2 / wide, 1 - (y1 + y2) / 2 / high) for x1, y1, x2, y2 in corners
    )
    hollow = (False,) * len(middles)
    yield Points(box, (0.0, 1.0), middles, colours, hollow, radius=6.0, id="middles")


def _panel(shown: Shown, words: Words) -> Iterator[Layer]:
    """Yield the vector of the chosen cell, an anchor per column."""
    (row, column), (_s, _s2, slots, size) = shown.cell, shown.target.shape
    yield Text((SIDE, 26.0), f"y[{row}, {column}]", 21)
    shape = "×".join(map(str, shown.target.shape))
    yield Text((END, 26.0), shape, 17, "right", muted=True)
    wide = (END - SIDE - LABELS) / slots
    for anchor, (w, h) in enumerate(shown.anchors.tolist()):
        x = SIDE + LABELS + wide * (anchor + 0.5)
        roomy = slots < CROWD
        title = words.anchor.format(number=anchor) if roomy else f"a{anchor}"
        yield Text((x, 52.0), title, 15, "center")
        y = 74.0 if roomy or anchor % 2 == 0 else 86.0  # neighbours do not meet
        yield Text((x, y), f"{w:.0f}×{h:.0f}", 14, "center", muted=True)
    stage = (0.0, 0.0, float(WIDTH), float(HEIGHT))
    grey = ("muted",) * slots
    yield Shade(stage, (0.0, float(WIDTH)), grey, alpha=VEIL, track="veil", id="veil")
    step, small = _step(size), 2 * (size > LONG)
    for number in range(size):
        y = FIRST + step * number
        yield Text((SIDE, y), _name(number, words.classes), 16 - small)
        for anchor in range(slots):
            x = SIDE + LABELS + wide * (anchor + 0.5)
            template = f"{{vector:{anchor * size + number}}}"
            yield Text((x, y), template, 17 - small, "center")
    yield Text((SIDE, HEIGHT - 8.0), words.nothing, 14, muted=True)


def _name(number: int, classes: Sequence[str]) -> str:
    """Return what a number of the vector is called; digits have their names only."""
    if number < len(NAMES):
        return NAMES[number]
    name, index = classes[number - len(NAMES)], number - len(NAMES) + 1
    return f"c{index} {name}" if not name.isdecimal() else f"c{index} = {name}"


def cell_at(shown: Shown, x: float, y: float) -> tuple[int, int]:
    """Return the row and column of the cell under a click on the picture, y up."""
    grid, (wide, high) = shown.target.shape[0], shown.size
    return tuple(
        min(max(int(share * grid), 0), grid - 1)
        for share in ((high - y) / high, x / wide)
    )


def tensor_csv(target: Tensor, classes: Sequence[str]) -> str:
    """Return the tensor as CSV: a row per slot; what does not count is left empty."""
    lines = [",".join(("row", "column", "anchor", *NAMES, *classes))]
    for row, cells in enumerate(target.tolist()):
        for column, slots in enumerate(cells):
            for anchor, numbers in enumerate(slots):
                told = [f"{n:.6g}" for n in numbers] if numbers[0] else ["0"]
                told += [""] * (len(numbers) - len(told))
                lines.append(",".join((str(row), str(column), str(anchor), *told)))
    return "\n".join(lines) + "\n"
