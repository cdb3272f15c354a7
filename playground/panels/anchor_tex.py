"""The formulas of anchors in LaTeX, with the numbers on screen."""

import torch
from torch import Tensor

from engine.anchors import KmeansStep, shape_iou
from playground.figures.numerals import tex


def search_tex(sizes: Tensor, step: KmeansStep) -> list[str]:
    """Return the mean that a search raises, and the distance of its worst box.

    Args:
        sizes: [N, 2] widths and heights.
        step: of the search.
    """
    count = len(sizes)
    mean = (
        r"\frac{1}{N}\sum_{i=1}^{N}\max_{k}\,\mathrm{IoU}(b_i, p_k)"
        rf" = \frac{{{tex(step.best.sum().item())}}}{{{count}}} = {tex(step.mean_iou)}"
    )
    worst = int(step.best.argmin())
    owner = int(shape_iou(sizes[worst][None], step.anchors).argmax())
    names = (f"b_{{{worst + 1}}}", f"p_{{{owner + 1}}}")
    iou = shape_iou_tex(sizes[worst], step.anchors[owner], names)
    distance = 1 - step.best[worst].item()
    return [
        mean,
        iou,
        rf"d({names[0]}, {names[1]}) = 1 - \mathrm{{IoU}} = {tex(distance)}",
    ]


def shape_iou_tex(size: Tensor, anchor: Tensor, names: tuple[str, str]) -> str:
    r"""Return the IoU of a box's size [2] with an anchor's [2], both at one centre.

    Args:
        size: width and height of the box.
        anchor: width and height of the anchor.
        names: of box and anchor in LaTeX, such as "A" and "p_1".
    """
    common = torch.minimum(size, anchor)
    overlap = common.prod().item()
    w, h = map(tex, common.tolist())
    areas = [rf"{tex(a)}\cdot {tex(b)}" for a, b in (size.tolist(), anchor.tolist())]
    union = size.prod().item() + anchor.prod().item() - overlap
    return (
        rf"\mathrm{{IoU}}({names[0]}, {names[1]})"
        r" = \frac{\min(w, p_w)\,\min(h, p_h)}{w\,h + p_w\,p_h - \cap}"
        rf" = \frac{{{w}\cdot {h}}}{{{areas[0]} + {areas[1]} - {tex(overlap)}}}"
        rf" = {tex(overlap / union)}"
    )


def cell_offsets_tex(
    box: Tensor, anchor: Tensor, cell: tuple[int, int], offsets: Tensor, pitch: float
) -> str:
    """Return YOLO's offsets of a box from the anchor of its cell, and the way back.

    Args:
        box: [4] in pixels.
        anchor: [2] width and height.
        cell: row and column.
        offsets: [4] t_x, t_y, t_w, t_h.
        pitch: side of a cell in pixels.
    """
    row, column = cell
    x, y = ((box[:2] + box[2:]) / 2).tolist()
    (w, h), (p_w, p_h) = (box[2:] - box[:2]).tolist(), anchor.tolist()
    t = offsets.tolist()
    there = []
    for name, at, index, value in (("x", x, column, t[0]), ("y", y, row, t[1])):
        inner = rf"\frac{{{tex(at)}}}{{{tex(pitch)}}} - {index}"
        there.append(rf"t_{name} &= \sigma^{{-1}}\!\left({inner}\right) = {tex(value)}")
    for name, side, unit, value in (("w", w, p_w, t[2]), ("h", h, p_h, t[3])):
        ratio = rf"\ln\frac{{{tex(side)}}}{{{tex(unit)}}}"
        there.append(rf"t_{name} &= {ratio} = {tex(value)}")
    back = []
    for name, index, value, at in (("x", column, t[0], x), ("y", row, t[1], y)):
        inner = rf"\sigma({tex(value)}) + {index}"
        back.append(rf"{name} &= \left({inner}\right)\cdot {tex(pitch)} = {tex(at)}")
    for name, unit, value, side in (("w", p_w, t[2], w), ("h", p_h, t[3], h)):
        back.append(rf"{name} &= {tex(unit)}\cdot e^{{{tex(value)}}} = {tex(side)}")
    return _beside(there, back)


def dense_offsets_tex(box: Tensor, anchor: Tensor, offsets: Tensor) -> str:
    """Return Faster R-CNN's offsets of a box from an anchor box, and the way back.

    Args:
        box: [4] the true box, in pixels.
        anchor: [4] the anchor box.
        offsets: [4] t_x, t_y, t_w, t_h.
    """
    middle, size = (box[:2] + box[2:]) / 2, box[2:] - box[:2]
    centre, unit = (anchor[:2] + anchor[2:]) / 2, anchor[2:] - anchor[:2]
    there, back = [], []
    parts = zip(
        "xy", "wh", middle.tolist(), centre.tolist(), unit.tolist(), strict=True
    )
    t = offsets.tolist()
    for index, (name, side, at, from_, by) in enumerate(parts):
        difference = rf"{tex(at)} - {_factor(from_)}"
        there.append(
            rf"t_{name} &= \frac{{{name} - {name}_a}}{{{side}_a}}"
            rf" = \frac{{{difference}}}{{{tex(by)}}} = {tex(t[index])}"
        )
        sum_ = rf"{tex(from_)} + {tex(by)}\cdot {_factor(t[index])}"
        back.append(rf"{name} &= {sum_} = {tex(at)}")
    for index, (side, whole, by) in enumerate(
        zip("wh", size.tolist(), unit.tolist(), strict=True)
    ):
        value = t[index + 2]
        there.append(
            rf"t_{side} &= \ln\frac{{{side}}}{{{side}_a}}"
            rf" = \ln\frac{{{tex(whole)}}}{{{tex(by)}}} = {tex(value)}"
        )
        back.append(rf"{side} &= {tex(by)}\cdot e^{{{tex(value)}}} = {tex(whole)}")
    return _beside(there, back)


def _beside(left: list[str], right: list[str]) -> str:
    """Return two aligned columns of formulas, row by row."""
    rows = (f"{a} & {b}" for a, b in zip(left, _spaced(right), strict=True))
    return r"\begin{aligned}" + r"\\[4pt]".join(rows) + r"\end{aligned}"


def _spaced(lines: list[str]) -> list[str]:
    return [rf"\qquad {line}" for line in lines]


def _factor(value: float) -> str:
    text = tex(value)
    return rf"({text})" if text.startswith("-") else text
