"""What the sliding view shows, as plain numbers.

All is drawn in two dimensions: a signal is one row high, and the slices of a volume
under the kernel are planes like channels. Places are rows and columns from 0.
"""

from dataclasses import dataclass

from torch import Tensor

MOST_PLANES = 3  # drawn
MOST_STEPS, FEWEST = 1600, 200  # frames of a slide with more places
MOST_SENT = 500_000  # numbers under the windows, of all frames
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
        others: channels of the output not drawn.
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
    others: int = 0
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

    @property
    def pace(self) -> int:
        """From a place with a frame to the next: 1, unless there are too many."""
        rows, columns = self.moved
        each = 3 * len(self.planes) * self.kernel[0] * self.kernel[1]
        most = max(FEWEST, min(MOST_STEPS, MOST_SENT // each))
        return -(-rows * columns // most)

    def steps(self, pinned: int) -> list[int]:
        """Return the places shown, from 0 in reading order, the pinned one included."""
        rows, columns = self.moved
        return sorted({*range(0, rows * columns, self.pace), pinned})


def number(value: float, digits: int = 4) -> str:
    """Return a number with at most so many digits and a true minus sign."""
    text = f"{value + 0.0:.{digits}g}".replace("inf", "∞")
    return text.replace("-", "−").replace("e+0", "e")


def longest(values: Tensor) -> int:
    """Return the letters of the longest number, four at most for broken ones."""
    if not values.numel():
        return 1
    sample = values.flatten()[:4096]
    return max(len(number(v, 4 if v % 1 else 6)) for v in sample.unique().tolist())


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
