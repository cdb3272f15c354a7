"""The sliding view: a window over the input, the kernel, the products, the output."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from playground import theme
from playground.figures.conv_pixels import (
    DASHED,
    HATCHED,
    PLAIN,
    address,
    surface,
    tiles,
)
from playground.figures.conv_sentence import sentence
from playground.figures.conv_slide import (
    HEAD,
    SPREAD,
    WIDTH,
    Grid,
    Slide,
    Stage,
    number,
    type_size,
)
from playground.player.charts import Picture
from playground.player.scene import Boxes, Edges, Layer, Scene, Text, Track

PER_SECOND = 2.0
SPAN = (0.0, float(WIDTH))
WINDOW, TARGET = theme.CLASSES[4], theme.CLASSES[2]
PIN = "pin"  # the action of a click on the output


@dataclass(frozen=True)
class Words:
    """What the scene says, translated; names of the grids and of the clock."""

    input: str
    patch: str
    given: str
    kernel: str
    products: str
    output: str
    cell: str
    dropped: str
    cut: str
    spoken: str


def scene(
    slide: Slide,
    place: Stage,
    tracks: tuple[Track, ...],
    words: Words,
    metrics: tuple[tuple[str, str], ...],
) -> Scene:
    """Return the scene of a slide.

    Args:
        slide: what is shown.
        place: where everything stands.
        tracks: of its film.
        words: translated texts.
        metrics: translated labels and numbers of the row below.
    """
    named = {track.name for track in tracks}
    return Scene(
        (WIDTH, place.height),
        tracks,
        (
            *_inputs(slide, place, words),
            *_kernels(slide, place, words),
            *_products(slide, place, words),
            *_output(slide, place, words, told="out" in named),
            *_windows(slide, place, holes="taps" in named),
            Text(
                (0.0, place.height - 12),
                sentence(slide, words.cell, words.products),
                size=17,
            ),
        ),
        time=f"{words.cell} {{place:0:int}}, {{place:1:int}}",
        rate=PER_SECOND,
        end=float(slide.moved[0] * slide.moved[1]),
        metrics=metrics,
        spoken=words.spoken,
    )


def _inputs(slide: Slide, place: Stage, words: Words) -> Iterator[Layer]:
    """Yield the planes with their padding, what is dropped, and their numbers."""
    yield Text((0.0, HEAD - 11.0), words.input, size=15, muted=True)
    marks = _marks(slide)
    for plane, grid in zip(slide.planes, place.inputs, strict=True):
        readable = place.readable[0]
        size = type_size(grid.cell, place.letters[0]) if readable else 0.0
        yield from _cells(plane.values, marks, grid, size)
        if len(slide.planes) > 1:
            x, y, wide, _high = grid.box
            yield Text((x + wide + 4, y + 14), plane.name, size=14, muted=True)
    if any(slide.dropped) and slide.rule != SPREAD:
        x, y, wide, high = place.inputs[-1].box
        yield Text((x, y + high + 17), words.dropped, size=14, muted=True)


def _marks(slide: Slide) -> Tensor:
    """Return how each cell of the padded input is drawn."""
    shape = slide.planes[0].values.shape
    marks = torch.full(shape, PLAIN)
    if slide.rule == SPREAD:
        return marks
    top, bottom, left, right = slide.padding
    inside = marks[top : shape[0] - bottom, left : shape[1] - right].clone()
    marks.fill_(DASHED)
    marks[top : shape[0] - bottom, left : shape[1] - right] = inside
    rows, columns = slide.dropped
    marks[shape[0] - rows :] = HATCHED
    marks[:, shape[1] - columns :] = HATCHED
    return marks


def _cells(values: Tensor, marks: Tensor, grid: Grid, size: float) -> Iterator[Layer]:
    """Yield a matrix that stands still: its tints and, unless size is 0, numbers."""
    if not size:
        yield Picture(grid.box, address(surface(values)), smooth=False)
        faded = marks != PLAIN
        if faded.any():
            veil = tiles(torch.zeros_like(values), marks, grid.cell)
            yield Picture(grid.box, address(veil), smooth=False)
        return
    yield Picture(grid.box, address(tiles(values, marks, grid.cell)))
    for row, line in enumerate(values.tolist()):
        for column, value in enumerate(line):
            muted = bool(marks[row, column] != PLAIN)
            at = grid.middle(row, column)
            text = number(value, 3 if value % 1 else 6)
            yield Text(at, text, size=size, align="center", muted=muted)


def _kernels(slide: Slide, place: Stage, words: Words) -> Iterator[Layer]:
    """Yield the kernels as they slide and, before them, as they were before a turn."""
    for name, grids, turned in (
        (words.given, place.given, True),
        (words.kernel, place.kernels, False),
    ):
        for index, (plane, grid) in enumerate(zip(slide.planes, grids, strict=False)):
            values = plane.given if turned else plane.kernel
            plain = torch.full(values.shape, PLAIN)
            size = type_size(grid.cell, place.letters[1])
            yield from _cells(values, plain, grid, size if place.readable[1] else 0.0)
            if not index:
                yield Text((grid.x, grid.y - 11), name, size=15, muted=True)
    if place.patches:
        grid = place.patches[0]
        yield Text((grid.x, grid.y - 11), words.patch, size=15, muted=True)
        size = type_size(grid.cell, place.letters[0])
        yield from _told(place.patches, "patch", size, digits="")


def _products(slide: Slide, place: Stage, words: Words) -> Iterator[Layer]:
    """Yield the products with a bar each, and the sum of every plane."""
    grids = place.products
    if not grids:
        return
    yield Text((grids[0].x, grids[0].y - 11), words.products, size=15, muted=True)
    digits = "" if place.readable[2] else "2"
    size = type_size(grids[0].cell, place.letters[2])
    yield from _told(grids, "product", size, digits=digits)
    ends = tuple(end for grid in grids for end in _bars(grid))
    yield Edges(ends, "weigh")
    if slide.rule == SPREAD:
        return
    for index, grid in enumerate(grids):
        x, y, wide, high = grid.box
        at = (x + wide, y + high + 18) if not slide.flat else (x + wide + 8, y + 22)
        align = "left" if slide.flat else "right"
        yield Text(at, f"Σ {{sums:{index}}}", size=15, align=align)


def _told(
    grids: tuple[Grid, ...], track: str, size: float, *, digits: str
) -> Iterator[Layer]:
    """Yield the numbers of a track in the cells of grids, on empty tiles."""
    count = grids[0].size[0] * grids[0].size[1]
    for nth, grid in enumerate(grids):
        yield _empty(grid)
        if grid.cell[1] < 14 or grid.cell[0] < 16:
            continue
        for index in range(count):
            at = grid.middle(*divmod(index, grid.size[1]))
            text = _template(track, nth * count + index, digits)
            yield Text(at, text, size=size, align="center")


def _template(track: str, index: int, digits: str) -> str:
    return f"{{{track}:{index}:{digits}}}" if digits else f"{{{track}:{index}}}"


def _empty(grid: Grid) -> Picture:
    blank = torch.zeros(grid.size)
    return Picture(
        grid.box, address(tiles(blank, torch.full_like(blank, PLAIN), grid.cell))
    )


def _bars(grid: Grid) -> Iterator[tuple[float, float, float, float]]:
    """Yield a short line at the foot of every cell."""
    wide, high = grid.cell
    for row in range(grid.size[0]):
        for column in range(grid.size[1]):
            left, foot = grid.x + column * wide, grid.y + (row + 1) * high - 5
            yield left + 0.14 * wide, foot, left + 0.86 * wide, foot


def _output(slide: Slide, place: Stage, words: Words, *, told: bool) -> Iterator[Layer]:
    """Yield the output: numbers as they are computed, or, where too fine, a picture."""
    grid = place.output
    x = grid.x
    at, align = (
        ((x, grid.y - 11), "left") if slide.flat else ((WIDTH, HEAD - 11.0), "right")
    )
    yield Text(at, words.output, size=15, align=align, muted=True)
    if not told:
        yield Picture(grid.box, address(surface(slide.output)), smooth=False)
    else:
        yield from _growing(slide, place)
    if slide.rule == SPREAD and any(slide.padding):
        at = (WIDTH, grid.y + grid.box[3] + 17)
        yield Text(at, words.cut, size=14, align="right", muted=True)
    clear = torch.zeros(1, 1, 4, dtype=torch.uint8).numpy()
    span = (0.0, float(grid.size[1]), 0.0, float(grid.size[0]))
    yield Picture(grid.box, address(clear), span, action=PIN, id="output")


def _growing(slide: Slide, place: Stage) -> Iterator[Layer]:
    grid, blank = place.output, torch.zeros(place.output.size)
    marks = torch.full_like(blank, PLAIN)
    if slide.rule == SPREAD:
        top, bottom, left, right = slide.padding
        rows, columns = grid.size
        inside = marks[top : rows - bottom, left : columns - right].clone()
        marks.fill_(DASHED)
        marks[top : rows - bottom, left : columns - right] = inside
    yield Picture(grid.box, address(tiles(blank, marks, grid.cell)))
    yield Edges(tuple(_bars(grid)), "bars")
    if grid.cell[1] < 14 or grid.cell[0] < 20:
        return
    digits = "" if place.readable[3] else _digits(grid.cell[0])
    size = type_size(grid.cell, place.letters[3])
    for index in range(grid.size[0] * grid.size[1]):
        row, column = divmod(index, grid.size[1])
        muted = bool(marks[row, column] != PLAIN)
        text = _template("out", index, digits)
        at = grid.middle(row, column)
        yield Text(at, text, size=size, align="center", muted=muted)


def _digits(wide: float) -> str:
    """Return so many significant digits as fit beside a sign and a point."""
    return str(max(1, min(4, int(wide / 8) - 2)))


def _windows(slide: Slide, place: Stage, *, holes: bool) -> Iterator[Layer]:
    """Yield the moving boxes: the window in every plane, and where the result goes."""
    box = (0.0, 0.0, float(WIDTH), float(place.height))
    if holes:
        planes = 1 if slide.rule == SPREAD else len(slide.planes)
        count = planes * slide.kernel[0] * slide.kernel[1]
        shade = TARGET if slide.rule == SPREAD else WINDOW
        yield Boxes(box, SPAN, (shade,) * count, (), (False,) * count, track="taps")
    count = len(slide.planes)
    dash = (holes and slide.rule != SPREAD,) * count
    yield Boxes(box, SPAN, (WINDOW,) * count, (), dash, track="window", id="window")
    dash = (holes and slide.rule == SPREAD,)
    yield Boxes(box, SPAN, (TARGET,), (), dash, track="cell", id="cell")
