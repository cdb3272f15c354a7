"""The sliding view: a window over the input, the kernel, the products, the output."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from playground import theme
from playground.figures.conv_cells import (
    bars,
    cells,
    lifted,
    template,
    told,
)
from playground.figures.conv_grid import (
    GLYPH,
    Grid,
    squeezed,
    told_in,
    type_size,
)
from playground.figures.conv_pixels import (
    DASHED,
    HATCHED,
    PLAIN,
    address,
    surface,
    tiles,
)
from playground.figures.conv_sentence import result, sentence
from playground.figures.conv_slide import SPREAD, Slide
from playground.figures.conv_stage import (
    FEWER,
    HEAD,
    WIDTH,
    Stage,
    whole,
    whole_products,
)
from playground.player.charts import Picture
from playground.player.scene import Boxes, Layer, Scene, Text, Track

PER_SECOND = 2.0
SPAN = (0.0, float(WIDTH))
WINDOW, TARGET = theme.CLASSES[4], theme.CLASSES[2]
PIN = "pin"  # the action of a click on the output
SHEET = 6.0  # from one channel of the output to the next behind it


@dataclass(frozen=True)
class Words:
    """What the scene says, translated; names of the grids and of the clock.

    more: template with {count}, planes that are not drawn.
    """

    input: str
    patch: str
    given: str
    kernel: str
    products: str
    output: str
    cell: str
    more: str
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
    line = sentence(slide, words.cell, words.products, words.more)
    row = "" if slide.flat else "{place:0:int}, "
    return Scene(
        (WIDTH, place.height),
        tracks,
        (
            *_inputs(slide, place, words),
            *_kernels(slide, place, words),
            *_products(slide, place, words),
            *_output(slide, place, words, growing="out" in named),
            *_windows(slide, place, holes="taps" in named),
            Text((0.0, place.height - 12), line, size=17),
        ),
        time=f"{words.cell} {row}{{place:1:int}}",
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
        yield from cells(plane.values, marks, grid, size)
        if len(slide.planes) > 1:
            x, y, wide, _high = grid.box
            yield Text((x + wide + 4, y + 14), plane.name, size=14, muted=True)
    if any(slide.dropped) and slide.rule != SPREAD:
        x, y, _wide, high = place.inputs[-1].box
        yield _note(slide, words.dropped, (x, y + high + 17), HEAD - 11.0)


def _note(slide: Slide, text: str, below: tuple[float, float], above: float) -> Text:
    """Return a word below a grid; of a signal, for it has no room there, above it."""
    if slide.flat:
        return Text((WIDTH, above), text, size=14, align="right", muted=True)
    align = "right" if below[0] == WIDTH else "left"
    return Text(below, text, size=14, align=align, muted=True)


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


def _kernels(slide: Slide, place: Stage, words: Words) -> Iterator[Layer]:
    """Yield the kernels as they slide and, before them, as they were before a turn."""
    for name, grids, turned in (
        (words.given, place.given, True),
        (words.kernel, place.kernels, False),
    ):
        for index, (plane, grid) in enumerate(zip(slide.planes, grids, strict=False)):
            values = plane.given if turned else plane.kernel
            plain = torch.full(values.shape, PLAIN)
            size, digits = type_size(grid.cell, place.letters[1]), 4
            if not place.readable[1]:
                size = 14.0 if told_in(grid) else 0.0
                digits = max(2, min(3, int(grid.cell[0] / GLYPH) - 2))
            yield from cells(values, plain, grid, size, digits)
            if not index:
                yield Text((grid.x, grid.y - 11), name, size=15, muted=True)
    if place.patches:
        grid = place.patches[0]
        yield Text((grid.x, grid.y - 11), words.patch, size=15, muted=True)
        size = type_size(grid.cell, place.letters[0])
        yield from told(place.patches, "patch", size, digits="")


def _products(slide: Slide, place: Stage, words: Words) -> Iterator[Layer]:
    """Yield the products with a bar each, and what every plane gives."""
    grids = place.products
    if not grids:
        return
    yield Text((grids[0].x, grids[0].y - 11), words.products, size=15, muted=True)
    exact = place.readable[2] or whole_products(slide)
    letters = place.letters[2] if exact else FEWER
    size = type_size(grids[0].cell, letters) if squeezed(grids[0], letters) else 0.0
    yield from told(grids, "product", size, digits="" if exact else "2")
    yield from bars(grids, "weigh", told=size > 0)
    if slide.rule == SPREAD:
        return
    for index, grid in enumerate(grids):
        x, y, wide, high = grid.box
        at = (x + wide, y + high + 18) if not slide.flat else (x + wide + 8, y + 22)
        align = "left" if slide.flat else "right"
        text = f"{result(slide)} = {{sums:{index}}}"
        yield Text(at, text, size=15, align=align)


def _output(
    slide: Slide, place: Stage, words: Words, *, growing: bool
) -> Iterator[Layer]:
    """Yield the output: numbers as they are computed, or, where too fine, a picture."""
    grid = place.output
    x, y, _wide, high = grid.box
    at, align = ((x, y - 11), "left") if slide.flat else ((WIDTH, HEAD - 11.0), "right")
    yield Text(at, words.output, size=15, align=align, muted=True)
    if slide.others:
        yield from _sheets(slide, grid)
    if growing:
        yield from _growing(slide, place)
    else:
        yield Picture(grid.box, address(surface(slide.output)), smooth=False)
    if slide.rule == SPREAD and any(slide.padding):
        yield _note(slide, words.cut, (WIDTH, y + high + 17), y - 11)
    clear = torch.zeros(1, 1, 4, dtype=torch.uint8).numpy()
    span = (0.0, float(grid.size[1]), 0.0, float(grid.size[0]))
    yield Picture(grid.box, address(clear), span, action=PIN, id="output")


def _sheets(slide: Slide, grid: Grid) -> Iterator[Layer]:
    """Yield the edges of further channels of the output, one behind the other."""
    x, y, wide, high = grid.box
    for nth in range(1, min(slide.others, 2) + 1):
        right, foot = x + wide + SHEET * (nth - 1) + 2, y + high + SHEET * (nth - 1) + 2
        start = (x + SHEET * nth, y + SHEET * nth)
        for box in (
            (right, start[1], SHEET - 2, foot + SHEET - 2 - start[1]),
            (start[0], foot, right - start[0], SHEET - 2),
        ):
            one = tiles(torch.zeros(1, 1), torch.full((1, 1), PLAIN), (1.0, 1.0))
            yield Picture(box, address(one))


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
    digits = "" if place.readable[3] else _digits(grid.cell[0])
    numbers = told_in(grid) and (digits != "1" or whole(slide.output))
    yield from bars((grid,), "bars", told=numbers)
    if not numbers:
        return
    size = type_size(grid.cell, place.letters[3])
    for index in range(grid.size[0] * grid.size[1]):
        row, column = divmod(index, grid.size[1])
        muted = bool(marks[row, column] != PLAIN)
        text = template("out", index, digits)
        at = lifted(grid, row, column)
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
