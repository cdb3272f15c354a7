"""What the sliding view shows, as plain numbers, and where it stands on the stage.

All is drawn in two dimensions: a signal is one row high, and the slices of a volume
under the kernel are planes like channels. Places are rows and columns from 0.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

WIDTH = 900  # logical pixels of the stage
HEAD, FOOT = 30, 40  # above the grids for their names, below for the sum
TALL = {1: 300, 2: 330, 3: 372}  # pixels for the planes, by their number
STRIP = 34  # height of a signal's cells
LARGEST = (54.0, 48.0)  # of a cell
GLYPH = 7.6  # pixels of a digit of 14-pixel type
LOWEST = 17.0  # height of a cell that can hold a number
TYPES = (20.0, 18.0, 16.0, 14.0)  # of numbers in cells
MOST_PLANES = 3  # drawn
MOST_STEPS = 1600  # frames
Pair = tuple[int, int]
SUM, SPREAD, MAXIMUM, MEAN, ROOT = "sum", "spread", "max", "mean", "l2"


@dataclass(frozen=True)
class Plane:
    """One channel, or one slice of a volume, with its share of the sum.

    Attributes:
        name: what it is called.
        values: [H, W], with its padding.
        kernel: [kh, kw] as it slides; None for pooling.
        given: the kernel before it was turned, None if it was not.
    """

    name: str
    values: Tensor
    kernel: Tensor | None = None
    given: Tensor | None = None


@dataclass(frozen=True)
class Slide:
    """All of the view.

    Attributes:
        rule: SUM, SPREAD (transposed), MAXIMUM, MEAN or ROOT (pooling).
        planes: those drawn.
        output: [h, w]; of SPREAD with the border that is cut off.
        kernel, stride, dilation: along height and width.
        padding: rows above, rows below, columns left, columns right of the input;
            of SPREAD those cut off the output.
        dropped: rows and columns at the end that no window reaches.
        rest: [h, w], what the planes not drawn and the bias give; None without.
        hidden: planes not drawn.
        flat: a signal, one row high.
    """

    rule: str
    planes: tuple[Plane, ...]
    output: Tensor
    kernel: Pair
    stride: Pair
    dilation: Pair
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    dropped: Pair = (0, 0)
    rest: Tensor | None = None
    bias: float | None = None
    hidden: int = 0
    flat: bool = False

    @property
    def field(self) -> Pair:
        """Rows and columns that the kernel covers, with the holes of its dilation."""
        (kh, kw), (dh, dw) = self.kernel, self.dilation
        return dh * (kh - 1) + 1, dw * (kw - 1) + 1

    @property
    def moved(self) -> Pair:
        """Rows and columns of places the window stands at: one frame each."""
        shape = self.planes[0].values if self.rule == SPREAD else self.output
        return tuple(shape.shape)

    def steps(self, pinned: int) -> list[int]:
        """Return the places shown, from 0 in reading order, the pinned one included."""
        rows, columns = self.moved
        stride = -(-rows * columns // MOST_STEPS)
        return sorted({*range(0, rows * columns, stride), pinned})


@dataclass(frozen=True)
class Grid:
    """Where a matrix stands: corner, size of a cell, rows and columns."""

    x: float
    y: float
    cell: tuple[float, float]
    size: Pair

    @property
    def box(self) -> tuple[float, float, float, float]:
        """x, y, width, height."""
        return self.x, self.y, self.cell[0] * self.size[1], self.cell[1] * self.size[0]

    def middle(self, row: int, column: int) -> tuple[float, float]:
        """Return the baseline at which a number stands in the middle of its cell."""
        wide, high = self.cell
        return self.x + (column + 0.5) * wide, self.y + (row + 0.5) * high + 5.5

    def window(self, row: Tensor, column: Tensor, size: Pair) -> Tensor:
        """Return x1, y1, x2, y2 of windows at these rows and columns, [T, 4]."""
        wide, high = self.cell
        left, top = self.x + wide * column, self.y + high * row
        corners = (left, top, left + wide * size[1], top + high * size[0])
        return torch.stack(corners, dim=1).float()


@dataclass(frozen=True)
class Stage:
    """Grids of every plane, and of the output.

    patch: where the numbers under the window are told, if the input is too fine.
    readable: whether numbers fit into the cells of input, kernel, products, output.
    letters: of the longest number there, 4 at most where it does not fit.
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


def number(value: float, digits: int = 4) -> str:
    """Return a number with at most so many digits and a true minus sign."""
    text = f"{value + 0.0:.{digits}g}".replace("inf", "∞")
    return text.replace("-", "−").replace("e+0", "e")


def longest(values: Tensor) -> int:
    """Return the letters of the longest number, four at most for broken ones."""
    if not values.numel():
        return 1
    sample = values.flatten()[:4096]
    return max(len(number(v, 3 if v % 1 else 6)) for v in sample.unique().tolist())


def type_size(cell: tuple[float, float], letters: int) -> float:
    """Return the largest type in which so many letters fit into a cell."""
    fitting = [
        size
        for size in TYPES
        if size <= 0.5 * cell[1] and GLYPH * size / 14 * letters + 3 <= cell[0]
    ]
    return max(fitting, default=TYPES[-1])


def products_of(slide: Slide) -> Tensor:
    """Return numbers as large as any product or sum under the window."""
    tops = [p.values.nan_to_num(neginf=0.0).abs().max() for p in slide.planes]
    heavy = [p.kernel.abs().max() if p.kernel is not None else 1 for p in slide.planes]
    largest = max(float(a * b) for a, b in zip(tops, heavy, strict=True))
    return torch.tensor([-largest], dtype=torch.float64)


def _told(slide: Slide, every: Tensor) -> tuple[Tensor, ...]:
    """Return the numbers of input, kernel, products and output."""
    heavy = [p.kernel for p in slide.planes if p.kernel is not None]
    weights = torch.stack(heavy) if heavy else every
    return every, weights, products_of(slide), slide.output


def _fits(values: Tensor, cell: tuple[float, float]) -> bool:
    return cell[1] >= LOWEST and cell[0] >= GLYPH * longest(values) + 3


def _cell(size: Pair, room: tuple[float, float]) -> tuple[float, float]:
    """Return width and height of a cell: nearly square, as large as there is room."""
    high = min(LARGEST[1], room[1] / size[0])
    wide = min(LARGEST[0], 1.45 * high, room[0] / size[1])
    return wide, min(high, 1.1 * wide)


def _planes(slide: Slide) -> Stage:
    """Return planes below each other, from the input at the left to the output."""
    count = len(slide.planes)
    tall = TALL[count]
    room = tall / count - (10 if count > 1 else 0)
    shape = tuple(slide.planes[0].values.shape)
    every = torch.stack([plane.values for plane in slide.planes])
    cell = _cell(shape, (330.0, room))
    fine = not _fits(every, cell)
    if fine:
        cell = _cell(shape, (240.0, room))
    left = cell[0] * shape[1] + 22
    turned = slide.planes[0].given is not None
    pooled = slide.planes[0].kernel is None
    names = ["patch"] * fine + ["given"] * turned + ["kernel"] * (not pooled)
    names += ["products"] * (not (pooled and fine))
    output = tuple(slide.output.shape)
    last = _cell(output, (250.0, tall))
    right = WIDTH - max(last[0] * output[1], 90.0)
    each = (right - 22 - left) / len(names) - 14
    small = _cell(slide.kernel, (min(each, 150.0), min(room - 22, 130.0)))
    wide = small[0] * slide.kernel[1]
    spare = max(0.0, (right - 22 - left) - len(names) * wide) / len(names)
    tops = [HEAD + index * tall / count for index in range(count)]

    def column(name: str) -> tuple[Grid, ...]:
        if name not in names:
            return ()
        x = left + names.index(name) * (wide + spare) + spare / 2
        down = max(0.0, (room - 22 - small[1] * slide.kernel[0]) / 2) if fine else 0
        down = min(down, 60.0)
        return tuple(Grid(x, y + down, small, slide.kernel) for y in tops)

    told = _told(slide, every)
    return Stage(
        HEAD + tall + FOOT,
        tuple(Grid(0.0, y, cell, shape) for y in tops),
        column("patch"),
        column("given"),
        column("kernel"),
        column("products"),
        Grid(right, HEAD, last, output),
        tuple(map(_fits, told, (cell, small, small, last))),
        tuple(map(longest, told)),
    )


def _strips(slide: Slide) -> Stage:
    """Return a signal's rows: inputs above, kernels and products, the output below."""
    count, shape = len(slide.planes), tuple(slide.planes[0].values.shape)
    longer = max(shape[1], slide.output.shape[1])
    cell = (min(LARGEST[0], WIDTH / longer), float(STRIP))
    every = torch.stack([plane.values for plane in slide.planes])
    fine, pooled = not _fits(every, cell), slide.planes[0].kernel is None
    turned = slide.planes[0].given is not None
    names = ["patch"] * fine + ["given"] * turned + ["kernel"] * (not pooled)
    names += ["products"] * (not (pooled and fine))
    each = WIDTH / len(names)
    small = (min(LARGEST[0], (each - 60) / slide.kernel[1]), float(STRIP))
    middle = HEAD + count * (STRIP + 6) + HEAD
    below = middle + count * (STRIP + 6) + HEAD

    def column(name: str) -> tuple[Grid, ...]:
        if name not in names:
            return ()
        x = names.index(name) * each
        rows = range(count)
        return tuple(
            Grid(x, middle + (STRIP + 6) * i, small, slide.kernel) for i in rows
        )

    told = _told(slide, every)
    return Stage(
        below + STRIP + FOOT + 6,
        tuple(Grid(0.0, HEAD + (STRIP + 6) * i, cell, shape) for i in range(count)),
        column("patch"),
        column("given"),
        column("kernel"),
        column("products"),
        Grid(0.0, below, cell, tuple(slide.output.shape)),
        tuple(map(_fits, told, (cell, small, small, cell))),
        tuple(map(longest, told)),
    )


def frame_of(slide: Slide, cell: int) -> int:
    """Return the frame at which an output cell is done, counted from 0.

    Args:
        slide: what is shown.
        cell: of the output drawn, from 0 in reading order.
    """
    if slide.rule != SPREAD:
        return cell
    place = divmod(cell, slide.output.shape[1])
    last = []
    for axis, at in enumerate(place):
        count, step, hole = slide.moved[axis], slide.stride[axis], slide.dilation[axis]
        fitting = [
            i
            for i in range(count)
            if 0 <= at - i * step < slide.field[axis] and (at - i * step) % hole == 0
        ]
        last.append(max(fitting, default=count - 1))
    return last[0] * slide.moved[1] + last[1]
