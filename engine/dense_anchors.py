"""Dense anchors, as Faster R-CNN has them: boxes everywhere, labelled by their IoU.

Anchor boxes are (x1, y1, x2, y2) in pixels, y down. They stand around the middle of
every cell of a grid and may reach beyond the picture. A label is `POSITIVE` (the anchor
learns an object), `NEGATIVE` (it learns that there is none) or `IGNORED` (it learns
nothing).

Source: Ren, He, Girshick, Sun, "Faster R-CNN", 2015, section 3.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.anchors import require_sizes

POSITIVE, NEGATIVE, IGNORED = 1, 0, -1


@dataclass(frozen=True, eq=False)
class Matches:
    """What A anchors learn.

    Args:
        label: [A] POSITIVE, NEGATIVE or IGNORED.
        object: [A] the object that each overlaps most, the first of equals.
        best: [A] the IoU with it; 0 where there is no object.
    """

    label: Tensor
    object: Tensor
    best: Tensor

    def count(self, label: int) -> int:
        """Return how many anchors have this label."""
        return int((self.label == label).sum())


def shapes(scales: Sequence[float], ratios: Sequence[float]) -> Tensor:
    """Return an anchor size for each scale and ratio, [scales * ratios, 2] float64.

    A scale s is the side of a square with the anchor's area, in pixels; a ratio r is
    height over width: w = s / √r, h = s √r.

    Raises:
        ValueError: a scale or a ratio is not positive and finite.
    """
    given = torch.tensor([(s, r) for s in scales for r in ratios], dtype=torch.float64)
    require_sizes(given.view(-1, 2))
    scale, root = given.view(-1, 2)[:, 0], given.view(-1, 2)[:, 1].sqrt()
    return torch.stack((scale / root, scale * root), dim=1)


def anchor_boxes(sizes: Tensor, *, stride: int, picture: tuple[int, int]) -> Tensor:
    """Return every size around the middle of every cell.

    Args:
        sizes: [K, 2] widths and heights in pixels.
        stride: side of a cell in pixels, at most the picture's shorter side.
        picture: its width and height in pixels; what does not fill a cell has none.

    Returns:
        [rows * columns * K, 4], row by row, then column by column, then by size.

    Raises:
        ValueError: sizes are none, or no cell fits.
    """
    require_sizes(sizes)
    if not 1 <= stride <= min(picture):
        raise ValueError(f"stride must lie in [1, {min(picture)}], got {stride}")
    across, down = (
        (torch.arange(side // stride, dtype=sizes.dtype) + 0.5) * stride
        for side in picture
    )
    y, x = torch.meshgrid(down, across, indexing="ij")  # [rows, columns]
    middles = torch.stack((x, y), dim=2)[:, :, None]  # [rows, columns, 1, 2]
    corners = (middles - sizes / 2, middles + sizes / 2)
    return torch.cat(corners, dim=3).view(-1, 4)


def match(iou: Tensor, *, positive: float, negative: float) -> Matches:
    """Return what every anchor learns, by its best IoU with any object.

    From `positive` on it learns that object, below `negative` that there is none; in
    between it is ignored.

    Args:
        iou: [A, N] of every anchor box with every true box; N may be 0.
        positive: at most 1.
        negative: from 0 to `positive`.

    Raises:
        ValueError: the thresholds are not 0 <= negative <= positive <= 1.
    """
    if not 0 <= negative <= positive <= 1:
        raise ValueError(
            f"needs 0 <= negative <= positive <= 1, got {negative}, {positive}"
        )
    if not iou.shape[1]:  # nothing to overlap with
        none = torch.zeros(len(iou), dtype=torch.long)
        return Matches(none + NEGATIVE, none, none.to(iou.dtype))
    best, index = iou.max(dim=1)
    label = torch.full_like(index, IGNORED)
    label[best < negative] = NEGATIVE
    label[best >= positive] = POSITIVE
    return Matches(label, index, best)


def with_best(matches: Matches, iou: Tensor) -> Matches:
    """Return the matches with the best anchors of every object positive too.

    So that no object is without one, though all overlap it little (the "low-quality
    matches"). Equals are positive together. Each still learns the object that it
    overlaps most, which may be another one. An object that no anchor touches remains
    without.

    Args:
        matches: of these anchors.
        iou: [A, N] of every anchor box with every true box.
    """
    if not iou.shape[1]:
        return matches
    highest = iou.amax(dim=0)  # [N]
    rescued = ((iou == highest) & (highest > 0)).any(dim=1)  # [A]
    label = torch.where(rescued, POSITIVE, matches.label)
    return replace(matches, label=label)
