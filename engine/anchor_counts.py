"""How many anchors: the best that each number of them can do, the elbow curve.

Sizes are widths and heights in pixels, as in `engine.anchors`.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from engine.anchors import KmeansStep, by_area, kmeans_steps, lloyd, shape_iou


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


def _last(steps: Iterator[KmeansStep]) -> KmeansStep:
    *_, last = steps
    return last
