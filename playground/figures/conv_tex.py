"""Formulas of the convolution page in LaTeX, with the numbers on screen."""

from collections.abc import Sequence

from engine.conv_layer import Terms
from engine.conv_settings import Axis, ConvSettings, output_sizes, resolved
from playground.figures.numerals import tex

PER_LINE = 64  # letters written side by side
MOST_LINES = 4  # of products, over all channels


def size_formula(settings: ConvSettings, names: Sequence[str]) -> str:
    """Return the size of the output along every axis: letters, numbers, result.

    Args:
        settings: without problems.
        names: translated names of the axes; axes that agree are written once.
    """
    axes, sizes = resolved(settings), output_sizes(settings)
    transposed = settings.kind == "transposed"
    letters = (
        r"(n-1)s - 2p + d(k-1) + e + 1"
        if transposed
        else r"\left\lfloor \frac{n + 2p - d(k-1) - 1}{s} \right\rfloor + 1"
    )
    write = _spread if transposed else _slid
    alike = len(set(axes)) == 1
    rows = [
        (r"\text{" + name + r"}" if not alike and len(axes) > 1 else "o")
        + f" &= {write(axis)} = {size}"
        for name, axis, size in zip(names, axes, sizes, strict=True)
    ]
    lines = [f"o &= {letters}", *(rows[:1] if alike else rows)]
    if alike:
        lines = [f"o &= {letters} = {rows[0].partition('&= ')[2]}"]
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


def _slid(axis: Axis) -> str:
    before, after = axis.pads
    pads = f"2\\cdot {before}" if before == after else f"{before} + {after}"
    top = f"{axis.size} + {pads} - {axis.dilation}({axis.kernel}-1) - 1"
    return rf"\left\lfloor \frac{{{top}}}{{{axis.stride}}} \right\rfloor + 1"


def _spread(axis: Axis) -> str:
    return (
        f"({axis.size}-1)\\cdot {axis.stride} - 2\\cdot {axis.pads[0]} + "
        f"{axis.dilation}({axis.kernel}-1) + {axis.output_padding} + 1"
    )


def cell_formula(kind: str, terms: Terms, place: Sequence[int]) -> str:
    """Return the whole sum of one output cell, a line or more for every channel.

    Args:
        kind: of the layer.
        terms: of the cell.
        place: row and column of the cell and what goes before, from 1.
    """
    cell = f"y_{{{','.join(map(str, place))}}}"  # as the stage counts: from 1
    if kind == "max":
        shown = ",\\, ".join(_value(v) for v in terms.values[0].tolist())
        return f"{cell} = \\max({shown}) = {tex(terms.total)}"
    if not terms.places:
        return f"{cell} = {tex(terms.total)}"
    lines = []
    for values, weights in zip(
        terms.values.tolist(), terms.weights.tolist(), strict=True
    ):
        lines += _products(kind, values, weights)
    left = len(lines) - MOST_LINES
    lines = lines[:MOST_LINES] + ([r"\dots"] if left > 0 else [])
    bias = f" + {_factor(terms.bias)}" if terms.bias else ""
    if kind == "l2":
        body = r"\Big(" + r" \\ &\quad + ".join(lines) + r"\Big)^{1/2}"
    elif kind in ("average", "global"):
        count = len(terms.places)
        body = rf"\tfrac{{1}}{{{count}}} \big(" + r" \\ &\quad + ".join(lines)
        body += r"\big)"
    else:
        body = r" \\ &\quad + ".join(lines) + bias
    sums = ""
    if len(terms.channels) > 1 and terms.sums.numel() <= MOST_LINES:
        added = " + ".join(_factor(v) for v in terms.sums.tolist())
        sums = rf" \\ &= {added}{bias}"
    end = rf"{sums} = {tex(terms.total)}"
    return rf"\begin{{aligned}}{cell} &= {body}{end}\end{{aligned}}"


def _products(
    kind: str, values: Sequence[float], weights: Sequence[float]
) -> list[str]:
    """Return the products of a channel, some on each line."""
    if kind == "l2":
        parts = [f"{_factor(v)}^2" for v in values]
    elif kind in ("average", "global"):
        parts = [_factor(v) for v in values]
    else:
        parts = [
            rf"{_factor(v)}\cdot {_factor(w)}"
            for v, w in zip(values, weights, strict=True)
        ]
    lines, room = [[]], PER_LINE
    for part in parts:
        letters = 3 + len(part.replace(r"\cdot ", "·"))
        if letters > room and lines[-1]:
            lines.append([])
            room = PER_LINE
        lines[-1].append(part)
        room -= letters
    return [" + ".join(line) for line in lines]


def _factor(value: float) -> str:
    return f"({tex(value)})" if value < 0 else tex(value)


def _value(value: float) -> str:
    return r"-\infty" if value == float("-inf") else tex(value)
