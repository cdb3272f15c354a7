"""Anchor boxes: sizes found by k-means, objects given to anchors, boxes as offsets.

An anchor of a cell is only a width and a height, (w, h) in pixels: its centre is the
middle of the cell that uses it. Two sizes overlap as if they shared a centre. Boxes are
(x1, y1, x2, y2) in pixels, y down, with x2 > x1 and y2 > y1; sizes are positive.
NaN, infinite, inverted and empty boxes are refused with a ValueError.

Source: Redmon, Farhadi, "YOLO9000: Better, Faster, Stronger", 2017, section 2 (anchors
by k-means over 1 - IoU).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

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
        owner: [N] the anchor that overlaps each size most; the first one of equals.
        best: [N] float64, the IoU with that anchor.
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


def best_by_count(
    sizes: Tensor, largest: int, *, starts: int, seed: int
) -> list[Tensor]:
    """Return the best anchors found for each count 1 … largest: the elbow curve.

    Of each count the best of `starts` searches, seeded seed, seed + 1, …, and of one
    more that starts from the best anchors of the count before and the size that fits
    them worst. Thanks to this one the mean best IoU never falls from count to count.

    Args:
        sizes: [N, 2] widths and heights in pixels, all positive.
        largest: from 1 to N.
        starts: at least 1.
        seed: of the first start.

    Returns:
        For each count k its anchors [k, 2] float64, smallest first.

    Raises:
        ValueError: as `kmeans_steps`, or there are fewer than 1 starts.
    """
    if starts < 1:
        raise ValueError(f"starts must be at least 1, got {starts}")
    found: list[KmeansStep] = []
    for count in range(1, largest + 1):
        seeds = range(seed, seed + starts)
        ends = [_last(kmeans_steps(sizes, count, seed=s)) for s in seeds]
        if found:
            worst = sizes[found[-1].best.argmin()].double()
            grown = torch.cat((found[-1].anchors, worst[None]))
            ends.append(_last(lloyd(sizes, grown)))
        found.append(max(ends, key=lambda end: end.mean_iou))
    return [by_area(end.anchors) for end in found]


def mean_best_iou(sizes: Tensor, anchors: Tensor) -> float:
    """Return the mean over sizes [N, 2] of the IoU with the best of anchors [K, 2].

    Raises:
        ValueError: as `shape_iou`, or there is no size or no anchor.
    """
    if not len(sizes) or not len(anchors):
        raise ValueError(f"needs sizes and anchors, got {len(sizes)}, {len(anchors)}")
    return shape_iou(sizes, anchors).amax(dim=1).mean().item()


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


def _last(steps: Iterator[KmeansStep]) -> KmeansStep:
    *_, last = steps
    return last
