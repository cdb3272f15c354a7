"""Anchor boxes: sizes found by k-means, objects given to anchors, boxes as offsets.

An anchor of a cell is only a width and a height, (w, h) in pixels: its centre is the
middle of the cell that uses it. Two sizes overlap as if they shared a centre. Boxes are
(x1, y1, x2, y2) in pixels, y down, with x2 > x1 and y2 > y1; sizes are positive.
NaN, infinite, inverted and empty boxes are refused with a ValueError.

Source: Redmon, Farhadi, "YOLO9000: Better, Faster, Stronger", CVPR 2017, section 2
(k-means over 1 - IoU); Ren, He, Girshick, Sun, "Faster R-CNN", 2015 (offsets).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.boxes import as_boxes

# An anchor moves only for more than rounding, so that k-means surely ends.
LEAST_GAIN = 1e-12


def shape_iou(a: Tensor, b: Tensor) -> Tensor:
    """Return the IoU of every size in `a` with every size in `b`, sharing one centre.

    Args:
        a: [N, 2] widths and heights in pixels, all positive.
        b: [M, 2] likewise.

    Returns:
        [N, M], a fraction in (0, 1]; 1 where the sizes are equal.

    Raises:
        ValueError: not [*, 2], or a width or height is not positive and finite.
    """
    require_sizes(a)
    require_sizes(b)
    overlap = torch.minimum(a[:, None], b[None]).prod(dim=2)  # [N, M]
    union = a.prod(dim=1)[:, None] + b.prod(dim=1)[None] - overlap  # [N, M]
    return overlap / union


@dataclass(frozen=True, eq=False)
class KmeansStep:
    """One state of the search.

    Args:
        anchors: [K, 2] float64, in the order in which they were seeded.
        owner: [N] the anchor that each size goes to; the first one of equals.
        best: [N] float64, the highest IoU of each size with any anchor.
    """

    anchors: Tensor
    owner: Tensor
    best: Tensor

    @property
    def mean_iou(self) -> float:
        """The mean over all sizes of the best IoU: what the search raises."""
        return self.best.mean().item()


def kmeans_anchors(sizes: Tensor, count: int, *, seed: int) -> Tensor:
    """Return `count` anchor sizes that overlap the given sizes well, smallest first.

    The end of one search of `kmeans_steps`: another seed may end a little better or
    worse.

    Args:
        sizes: [N, 2] widths and heights in pixels, all positive.
        count: from 1 to N.
        seed: of the start.

    Returns:
        [count, 2] sorted by area, of the dtype of `sizes`; some may be equal where
        there are fewer different sizes than `count`.

    Raises:
        ValueError: as `kmeans_steps`.
    """
    *_, last = kmeans_steps(sizes, count, seed=seed)
    return by_area(last.anchors).to(sizes.dtype)


def kmeans_steps(sizes: Tensor, count: int, *, seed: int) -> Iterator[KmeansStep]:
    """Yield the states of k-means with the distance 1 - IoU, from its start to its end.

    Seeding as k-means++: the first anchor is a size drawn at random, each further one
    a size drawn with a chance in proportion to its distance from the nearest anchor.

    Raises:
        ValueError: as `lloyd`, or `count` lies outside 1 … N.
    """
    require_sizes(sizes)
    if not 1 <= count <= len(sizes):
        raise ValueError(f"count must lie in [1, {len(sizes)}], got {count}")
    random = torch.Generator().manual_seed(seed)
    yield from lloyd(sizes, _seeded(sizes.double(), count, random))


def lloyd(sizes: Tensor, anchors: Tensor) -> Iterator[KmeansStep]:
    """Yield the states of the search that starts from these anchors.

    In turns, every size goes to the anchor that it overlaps most, and every anchor
    moves to the median width and height of its sizes, if their mean IoU rises by it.
    An anchor without sizes jumps to the size that fits worst. So the mean best IoU
    never falls, and because medians of subsets are finitely many, the search ends.
    (A plain mean without the "if" may go down: the mean is best for squared
    distances, not for IoU.)

    Args:
        sizes: [N, 2] widths and heights in pixels, all positive, N at least 1.
        anchors: [K, 2] likewise.

    Raises:
        ValueError: not [*, 2], none, or a side that is not positive and finite.
    """
    if not len(sizes) or not len(anchors):
        raise ValueError(f"needs sizes and anchors, got {len(sizes)}, {len(anchors)}")
    sizes, step = sizes.double(), _shared(sizes.double(), anchors.double())
    yield step
    while True:
        moved = _moved(sizes, step)
        if torch.equal(moved, step.anchors):
            return
        step = _shared(sizes, moved)
        yield step


@dataclass(frozen=True, eq=False)
class Assignment:
    """Which anchor of which cell every one of N objects gets.

    Args:
        cell: [N, 2] row and column of the cell with the object's midpoint.
        iou: [N, K] shape IoU of every object with every anchor.
        anchor: [N] the anchor with the highest one, the first of equals.
        holder: [N] the object that holds this anchor of this cell: the object itself,
            or an earlier one; then the object is lost, no anchor learns it.
    """

    cell: Tensor
    iou: Tensor
    anchor: Tensor
    holder: Tensor

    @property
    def lost(self) -> Tensor:
        """Whether each object is lost, bool [N]."""
        return self.holder != torch.arange(len(self.holder))


def assign(
    boxes: Tensor, anchors: Tensor, *, grid: int, picture: tuple[float, float]
) -> Assignment:
    """Return which anchor of which cell takes every object, as YOLO does.

    The midpoint decides the cell; a midpoint on a line of the grid belongs to the cell
    right or below, on the picture's right or lower edge to the last one. Within the
    cell the anchor with the highest shape IoU is wanted. Of several objects that want
    one, the first keeps it. No second choice is given: the loser is lost.

    Args:
        boxes: [N, 4] the true boxes, in pixels; N may be 0.
        anchors: [K, 2] widths and heights in pixels, K at least 1.
        grid: rows and columns, at least 1.
        picture: its width and height in pixels.

    Raises:
        ValueError: boxes or anchors are none, a midpoint lies outside of the picture,
            or the grid has no cell.
    """
    if grid < 1 or not len(anchors):
        raise ValueError(f"needs cells and anchors, got {grid}, {len(anchors)}")
    middle, sizes = _middles_and_sizes(boxes)
    limits = middle.new_tensor(picture)  # width, height
    if ((middle < 0) | (middle > limits)).any():
        raise ValueError(f"midpoints must lie within {picture}, got {middle.tolist()}")
    cell = (middle / limits * grid).floor().long().clamp(max=grid - 1).flip(1)
    iou = shape_iou(sizes, anchors.to(sizes.dtype))  # [N, K]
    anchor = iou.argmax(dim=1)
    slots = torch.cat((cell, anchor[:, None]), dim=1)  # [N, 3]
    held: dict[tuple[int, ...], int] = {}
    holder = [held.setdefault(tuple(s), i) for i, s in enumerate(slots.tolist())]
    return Assignment(cell, iou, anchor, torch.tensor(holder, dtype=torch.long))


def encode(boxes: Tensor, anchors: Tensor) -> Tensor:
    """Return boxes as offsets from anchor boxes: t_x, t_y, t_w, t_h.

    t_x = (x - x_a) / w_a, t_y = (y - y_a) / h_a with the centres x, y; and
    t_w = ln(w / w_a), t_h = ln(h / h_a). All are 0 where box and anchor are equal.

    Args:
        boxes: [N, 4] in pixels.
        anchors: [N, 4] the anchor box of each, in pixels.

    Returns:
        [N, 4]; `decode` returns the boxes.

    Raises:
        ValueError: a box is none, or there are not as many anchors as boxes.
    """
    _require_as_many(boxes, anchors)
    middle, size = _middles_and_sizes(boxes)
    centre, unit = _middles_and_sizes(anchors)
    return torch.cat(((middle - centre) / unit, (size / unit).log()), dim=1)


def decode(offsets: Tensor, anchors: Tensor) -> Tensor:
    """Return the boxes [N, 4] that offsets [N, 4] from anchor boxes [N, 4] stand for.

    x = x_a + w_a t_x and w = w_a exp(t_w): however wrong an answer is, no box has a
    negative size.

    Raises:
        ValueError: an anchor is no box, an offset is not finite, a box is too large
            for its type, or there are not as many anchors as offsets.
    """
    _require_as_many(offsets, anchors)
    if not offsets.isfinite().all():
        raise ValueError(f"offsets must be finite, got {offsets.tolist()}")
    centre, unit = _middles_and_sizes(anchors)
    middle = centre + unit * offsets[:, :2]
    half = unit * offsets[:, 2:].exp() / 2
    return as_boxes(torch.cat((middle - half, middle + half), dim=1))


def by_area(anchors: Tensor) -> Tensor:
    """Return sizes [K, 2] sorted by area, of equal areas the narrower first."""
    narrow_first = anchors[anchors[:, 0].argsort(stable=True)]
    return narrow_first[narrow_first.prod(dim=1).argsort(stable=True)]


def require_sizes(sizes: Tensor) -> None:
    """Raise a ValueError unless sizes are [N, 2], finite and positive."""
    if sizes.dim() != 2 or sizes.shape[1] != 2:
        raise ValueError(f"sizes must be [N, 2], got {list(sizes.shape)}")
    good = (sizes > 0) & sizes.isfinite()  # [N, 2]; NaN is not > 0
    if not good.all():
        wrong = sizes[~good.all(dim=1)][0].tolist()
        raise ValueError(f"widths and heights must be positive and finite, got {wrong}")


def _seeded(sizes: Tensor, count: int, random: torch.Generator) -> Tensor:
    """Return `count` of the sizes, far from each other more likely than near."""
    chosen = torch.randint(len(sizes), (1,), generator=random)
    while len(chosen) < count:
        distance = 1 - shape_iou(sizes, sizes[chosen]).amax(dim=1)  # [N]
        # All sizes are chosen already: any of them once more.
        chances = distance if distance.any() else torch.ones_like(distance)
        drawn = torch.multinomial(chances, 1, generator=random)
        chosen = torch.cat((chosen, drawn))
    return sizes[chosen]


def _shared(sizes: Tensor, anchors: Tensor) -> KmeansStep:
    best, owner = shape_iou(sizes, anchors).max(dim=1)
    return KmeansStep(anchors, owner, best)


def _moved(sizes: Tensor, step: KmeansStep) -> Tensor:
    """Return the anchors [K, 2] after one move of each."""
    anchors = step.anchors.clone()
    empty = [i for i in range(len(anchors)) if not (step.owner == i).any()]
    for index in set(range(len(anchors))) - set(empty):
        members = sizes[step.owner == index]  # [n, 2]
        middle = members.quantile(0.5, dim=0, keepdim=True)  # [1, 2]
        gain = shape_iou(members, middle).mean() - step.best[step.owner == index].mean()
        if gain > LEAST_GAIN:
            anchors[index] = middle[0]
    worst = step.best.argmin()
    if empty and step.best[worst] < 1:
        anchors[empty[0]] = sizes[worst]  # one at a time: two would jump to one place
    return anchors


def _middles_and_sizes(boxes: Tensor) -> tuple[Tensor, Tensor]:
    """Return the midpoints [N, 2] and the sizes [N, 2] of boxes [N, 4]."""
    boxes = as_boxes(boxes)
    sizes = boxes[:, 2:] - boxes[:, :2]
    require_sizes(sizes)  # no empty box
    return (boxes[:, :2] + boxes[:, 2:]) / 2, sizes


def _require_as_many(boxes: Tensor, anchors: Tensor) -> None:
    if boxes.shape != anchors.shape:
        raise ValueError(
            "there must be one anchor for each box, [N, 4], got "
            f"{list(boxes.shape)} and {list(anchors.shape)}"
        )
