"""Where everything of the sliding view stands on its stage, in logical pixels."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from playground.figures.conv_grid import GLYPH, NARROW, Grid, fits
from playground.figures.conv_slide import ROOT, SPREAD, Pair, Slide, longest, number

WIDTH = 900
HEAD, FOOT = 30, 40  # above the grids for their names, below for the sum
NOTE = 16  # for a word below the grids
TALL = {1: 300, 2: 330, 3: 372}  # for the planes, by their number
STRIP = 34  # height of a signal's cells
LARGEST = (54.0, 48.0)  # of a cell
WIDER, NARROWER = 330.0, 45.0  # width of an input, less if its kernel is seen twice
FINE = 210.0  # width of a grid whose cells are too small for numbers
SHEETS = 14  # for further channels of the output, seen behind it
GAP = 14  # between kernel and products
FEWER = 5  # letters where there is no room for more: 0.062
BROKEN = 6  # letters of a number that is not whole, told by the player: 0.1429


@dataclass(frozen=True)
class Stage:
    """Grids of every plane, and of the output.

    patch: where the numbers under the window are told, if the input is too fine.
    readable: whether numbers fit into the cells of input, kernel, products, output.
    letters: of the longest number there.
    """

    height: int
    inputs: tuple[Grid, ...]
    patches: tuple[Grid, ...]
    given: tuple[Grid, ...]
    kernels: tuple[Grid, ...]
    products: tuple[Grid, ...]
    output: Grid
    readable: tuple[bool, bool, bool, bool]
    letters: tuple[int, int, int, int]


def stage(slide: Slide) -> Stage:
    """Return where everything of `slide` stands."""
    return _strips(slide) if slide.flat else _planes(slide)


def _letters(slide: Slide) -> tuple[int, int, int, int]:
    """Return the letters of the longest number of input, kernel, products, output."""
    every = torch.stack([plane.values for plane in slide.planes])
    heavy = [p.kernel for p in slide.planes if p.kernel is not None]
    weights = torch.stack(heavy) if heavy else torch.ones(1)
    finite = every.nan_to_num(neginf=0.0)
    factor = finite if slide.rule == ROOT else weights
    largest = float(finite.abs().max() * factor.abs().max())
    sign = bool((every < 0).any() or (weights < 0).any())
    products = (
        len(number(largest, 6)) + sign if whole_products(slide) else BROKEN + sign
    )
    told = longest(slide.output)
    if not whole(slide.output):
        told = BROKEN + bool((slide.output < 0).any())
    return longest(every), longest(weights), products, told


def whole(values: Tensor) -> bool:
    """Whether all finite numbers have no fraction."""
    return not (values.nan_to_num(neginf=0.0) % 1).any()


def whole_products(slide: Slide) -> bool:
    """Whether all numbers under the windows, and all weights, have no fraction."""
    return all(
        whole(plane.values) and (plane.kernel is None or whole(plane.kernel))
        for plane in slide.planes
    )


def _cell(size: Pair, room: tuple[float, float]) -> tuple[float, float]:
    """Return width and height of a cell: nearly square, as large as there is room."""
    high = min(LARGEST[1], room[1] / size[0])
    wide = min(LARGEST[0], 1.45 * high, room[0] / size[1])
    return wide, min(high, 1.1 * wide)


def _names_width(slide: Slide) -> float:
    """Return the room for the names of the planes; one alone has none."""
    if len(slide.planes) == 1:
        return 0.0
    return 6.5 * max(len(plane.name) for plane in slide.planes) + 8


def _columns(slide: Slide, *, fine: bool) -> list[str]:
    """Return what stands between input and output, from left to right."""
    pooled = slide.planes[0].kernel is None
    names = ["patch"] * fine + ["given"] * (slide.planes[0].given is not None)
    names += ["kernel"] * (not pooled)
    return names + ["products"] * (not (pooled and fine))


def _noted(slide: Slide) -> bool:
    """Whether a word below the grids says what their stripes or dashes are."""
    return any(slide.padding if slide.rule == SPREAD else slide.dropped)


def _planes(slide: Slide) -> Stage:
    """Return planes below each other, from the input at the left to the output."""
    count, letters = len(slide.planes), _letters(slide)
    tall = TALL[count]
    room = tall / count - (10 if count > 1 else 0)
    shape, output = tuple(slide.planes[0].values.shape), tuple(slide.output.shape)
    wide = WIDER - NARROWER * (slide.planes[0].given is not None)
    cell = _cell(shape, (wide, room))
    fine = not fits(letters[0], cell)
    if fine:
        cell = _cell(shape, (FINE, room))
    last = _cell(output, (wide - 80.0, tall))
    if not fits(1, last):
        last = _cell(output, (FINE, tall))
    sheets = SHEETS if slide.others else 0
    right = WIDTH - sheets - max(last[0] * output[1], 90.0)
    span = (cell[0] * shape[1] + 22 + _names_width(slide), right - 22)
    tops = tuple(HEAD + index * tall / count for index in range(count))
    down = min(60.0, room / 6) if fine and count == 1 else 0.0
    between = {
        name: tuple(Grid(x, y + down, small, slide.kernel) for y in tops)
        for name, x, small in _between(slide, letters, span, room - 22, fine=fine)
    }
    return _stage(
        HEAD + tall + FOOT + NOTE * _noted(slide),
        tuple(Grid(0.0, y, cell, shape) for y in tops),
        between,
        Grid(right, HEAD, last, output),
        letters,
    )


def _between(
    slide: Slide,
    letters: tuple[int, int, int, int],
    span: tuple[float, float],
    tall: float,
    *,
    fine: bool,
) -> Iterator[tuple[str, float, tuple[float, float]]]:
    """Yield what stands between input and output: its name, left edge and cell.

    Args:
        slide: what is shown.
        letters: as `_letters`.
        span: left and right edge of the room.
        tall: height of the room of one plane.
        fine: whether the input is too fine for numbers.
    """
    names, (rows, columns) = _columns(slide, fine=fine), slide.kernel
    room, gap = (span[1] - span[0]) / columns, GAP / columns
    shares = _shares(names, letters, room, gap)
    for least in ("given", "patch"):  # what can be done without
        if least in names and min(shares.values()) < NARROW:
            names.remove(least)
            shares = _shares(names, letters, room, gap)
    high = min(tall, max(130.0, 34.0 * rows), 240.0)
    cells = {
        name: _cell(slide.kernel, (share * columns, high))
        for name, share in shares.items()
    }
    low = min((cell[1] for cell in cells.values()), default=0.0)
    used = sum(cell[0] * columns for cell in cells.values())
    spare = (span[1] - span[0] - used) / max(1, len(names))
    x = span[0] + spare / 2
    for name, (wide, _high) in cells.items():
        yield name, x, (wide, low)
        x += wide * columns + spare


def _shares(
    names: list[str], letters: tuple[int, int, int, int], room: float, gap: float
) -> dict[str, float]:
    """Return the width of a cell in each matrix: the same, if its number fits there.

    Args:
        names: of the matrices.
        letters: as `_letters`.
        room: for one cell of each matrix, with a gap after each.
        gap: that gap.
    """
    known = dict(zip(("patch", "kernel", "products"), letters, strict=False))
    known["given"] = letters[1]
    room -= gap * len(names)
    equal = room / max(1, len(names))
    for most in (BROKEN + 1, FEWER):
        needs = {n: max(NARROW + 2, GLYPH * min(known[n], most) + 4) for n in names}
        if max(needs.values(), default=0.0) <= equal:
            return dict.fromkeys(names, equal)
        total = sum(needs.values())
        if total <= room:
            break
    return {name: need * room / total for name, need in needs.items()}


def _strips(slide: Slide) -> Stage:
    """Return a signal's rows: inputs above, kernels and products, the output below."""
    count, shape = len(slide.planes), tuple(slide.planes[0].values.shape)
    letters, step = _letters(slide), STRIP + 6
    room = WIDTH - max(_names_width(slide), SHEETS if slide.others else 0)
    longer = max(shape[1], slide.output.shape[1])
    cell = (min(LARGEST[0], room / longer), float(STRIP))
    names = _columns(slide, fine=not fits(letters[0], cell))
    each = WIDTH / max(1, len(names))
    small = (min(LARGEST[0], (each - 90) / slide.kernel[1]), float(STRIP))
    middle = HEAD + count * step + HEAD
    below = middle + count * step + HEAD
    between = {
        name: tuple(
            Grid(nth * each, middle + step * row, small, slide.kernel)
            for row in range(count)
        )
        for nth, name in enumerate(names)
    }
    return _stage(
        below + STRIP + FOOT + 6,
        tuple(Grid(0.0, HEAD + step * row, cell, shape) for row in range(count)),
        between,
        Grid(0.0, below, cell, tuple(slide.output.shape)),
        letters,
    )


def _stage(
    height: int,
    inputs: tuple[Grid, ...],
    between: dict[str, tuple[Grid, ...]],
    output: Grid,
    letters: tuple[int, int, int, int],
) -> Stage:
    parts = (inputs, between.get("kernel"), between.get("products"), (output,))
    return Stage(
        height,
        inputs,
        between.get("patch", ()),
        between.get("given", ()),
        between.get("kernel", ()),
        between.get("products", ()),
        output,
        tuple(
            bool(grids) and fits(count, grids[0].cell)
            for grids, count in zip(parts, letters, strict=True)
        ),
        letters,
    )
