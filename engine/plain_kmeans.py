"""k-means with the plain distance between widths and heights, to compare with 1 - IoU.

It minds pixels, not shares: large boxes decide where its anchors go.

Source: Lloyd, "Least Squares Quantization in PCM", 1982; Arthur, Vassilvitskii,
"k-means++", 2007.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from engine.anchors import KmeansStep, require_sizes, shape_iou


def nearness(sizes: Tensor, anchors: Tensor) -> Tensor:
    """Return minus the distance √(Δw² + Δh²) of sizes [N, 2] and anchors, [N, K]."""
    difference = sizes[:, None] - anchors[None]  # [N, K, 2]
    return -difference.square().sum(dim=2).sqrt()


def plain_steps(sizes: Tensor, count: int, *, seed: int) -> Iterator[KmeansStep]:
    """Yield the states of plain k-means, from its start to its end.

    In turns, every size goes to the nearest anchor, and every anchor moves to the mean
    of its sizes; without any it stays. The sum of squared distances falls; the mean
    best IoU may fall too. Seeding as k-means++, by squared distances.

    Args:
        sizes: [N, 2] widths and heights in pixels, all positive.
        count: from 1 to N.
        seed: of the start.

    Yields:
        Steps whose owner is the nearest anchor, and whose IoU is the best of any.

    Raises:
        ValueError: sizes are none, or `count` lies outside 1 … N.
    """
    require_sizes(sizes)
    if not 1 <= count <= len(sizes):
        raise ValueError(f"count must lie in [1, {len(sizes)}], got {count}")
    sizes = sizes.double()
    step = _shared(sizes, _seeded(sizes, count, torch.Generator().manual_seed(seed)))
    yield step
    while True:
        owners = [step.owner == index for index in range(count)]
        moved = [
            sizes[own].mean(dim=0) if own.any() else anchor
            for own, anchor in zip(owners, step.anchors, strict=True)
        ]
        before, step = step, _shared(sizes, torch.stack(moved))
        if torch.equal(before.anchors, step.anchors):
            return
        yield step
        if torch.equal(before.owner, step.owner):  # the means would be the same again
            return


def _seeded(sizes: Tensor, count: int, random: torch.Generator) -> Tensor:
    chosen = torch.randint(len(sizes), (1,), generator=random)
    while len(chosen) < count:
        chances = nearness(sizes, sizes[chosen]).amax(dim=1).square()
        # All sizes are chosen already: any of them once more.
        chances = chances if chances.any() else torch.ones_like(chances)
        drawn = torch.multinomial(chances, 1, generator=random)
        chosen = torch.cat((chosen, drawn))
    return sizes[chosen]


def _shared(sizes: Tensor, anchors: Tensor) -> KmeansStep:
    owner = nearness(sizes, anchors).argmax(dim=1)
    return KmeansStep(anchors, owner, shape_iou(sizes, anchors).amax(dim=1))
