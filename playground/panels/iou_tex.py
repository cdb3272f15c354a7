"""The measures of two boxes with their numbers, as LaTeX."""

import math

from engine.boxes import (
    area,
    pairwise_ciou,
    pairwise_diou,
    pairwise_giou,
    pairwise_intersection,
    pairwise_iou,
)
from playground.figures.box_pair import Pair
from playground.figures.numerals import tex
from playground.panels.average_tex import aligned


def formulas(pair: Pair) -> str:
    """Return IoU, GIoU, DIoU and CIoU of a pair, each with its numbers."""
    a, b = pair.boxes()
    common = pairwise_intersection(a, b).item()
    sizes = area(a).item(), area(b).item()
    union = sum(sizes) - common
    iou = pairwise_iou(a, b).item()
    lines = [
        r"\mathrm{IoU} &= \frac{|A\cap B|}{|A|+|B|-|A\cap B|} = "
        rf"\frac{{{tex(common)}}}{{{tex(sizes[0])}+{tex(sizes[1])}-{tex(common)}}} = "
        rf"\frac{{{tex(common)}}}{{{tex(union)}}} = {tex(iou)}",
        _giou(pair, union, iou),
        distance(pair, iou),
        _ciou(pair, iou),
    ]
    return aligned(lines)


def _giou(pair: Pair, union: float, iou: float) -> str:
    width, height = _hull(pair)
    whole = tex(width * height)
    value = tex(pairwise_giou(*pair.boxes()).item())
    return (
        r"\mathrm{GIoU} &= \mathrm{IoU} - \frac{|C| - |A\cup B|}{|C|} = "
        rf"{tex(iou)} - \frac{{{whole} - {tex(union)}}}{{{whole}}} = {value}"
    )


def distance(pair: Pair, iou: float) -> str:
    """Return DIoU with its numbers, a line to be aligned."""
    width, height = _hull(pair)
    value = tex(pairwise_diou(*pair.boxes()).item())
    return (
        r"\mathrm{DIoU} &= \mathrm{IoU} - \frac{\rho^2}{c^2} = "
        rf"{tex(iou)} - \frac{{{tex(_apart(pair))}}}{{{tex(width**2 + height**2)}}} = "
        rf"{value}"
    )


def _ciou(pair: Pair, iou: float) -> str:
    v = 4 / math.pi**2 * (_lean(pair.a) - _lean(pair.b)) ** 2
    alpha = v / (1 - iou + v) if v else 0.0
    a, b = pair.boxes()
    return (
        r"\mathrm{CIoU} &= \mathrm{DIoU} - \alpha v = "
        rf"{tex(pairwise_diou(a, b).item())} - {tex(alpha)}\cdot {tex(v)} = "
        rf"{tex(pairwise_ciou(a, b).item())}"
    )


def _hull(pair: Pair) -> tuple[float, float]:
    """Return width and height of the enclosing box."""
    a, b = pair.a, pair.b
    return max(a[2], b[2]) - min(a[0], b[0]), max(a[3], b[3]) - min(a[1], b[1])


def _apart(pair: Pair) -> float:
    """Return the squared distance of the centres."""
    a, b = pair.a, pair.b
    return ((a[0] + a[2] - b[0] - b[2]) / 2) ** 2 + (
        (a[1] + a[3] - b[1] - b[3]) / 2
    ) ** 2


def _lean(box: tuple[float, float, float, float]) -> float:
    return math.atan2(box[2] - box[0], box[3] - box[1])
