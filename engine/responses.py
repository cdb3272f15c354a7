"""What a kernel answers: on every pixel, on one window, and as a gradient.

A picture is [H, W] grey levels, 0 to 255; the response has the same size.
"""

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.filters import ALONG, Filter, kernel, slope
from engine.padding import pad

TINY = 1e-9  # singular values below this share of the largest are rounding


@dataclass(frozen=True)
class Setting:
    """How a filter is laid on a picture.

    Attributes:
        chosen: the filter.
        border: what stands around the picture, of `engine.padding.MODES`.
        flip: its kernel is turned by 180 degrees first: true convolution.
    """

    chosen: Filter
    border: str = "replicate"
    flip: bool = False

    @property
    def weights(self) -> Tensor:
        """The kernel as it lies on the picture, [rows, columns]."""
        weights = kernel(self.chosen)
        return weights.flip(0, 1) if self.flip else weights


def respond(picture: Tensor, weights: Tensor, border: str = "replicate") -> Tensor:
    """Lay a kernel on every pixel of a picture; multiply and add.

    A kernel of rank r is a sum of r columns times rows: where that halves the work,
    columns go first, then rows, by r (rows + columns) products a pixel.

    Args:
        picture: [H, W], any real dtype.
        weights: [rows, columns], odd sizes.
        border: what stands around the picture, of `engine.padding.MODES`.

    Returns:
        [H, W] float32.

    Raises:
        ValueError: the picture is too small for the mode of its border.
    """
    rows, columns = weights.shape
    padded = pad(picture.float()[None], (rows // 2, columns // 2), border)[None]
    upright, level = factors(weights)
    if 2 * len(level) * (rows + columns) >= rows * columns:
        return F.conv2d(padded, weights.float()[None, None])[0, 0]
    halfway = F.conv2d(padded, upright.float()[:, None, :, None])  # [1, r, H, W + ...]
    return F.conv2d(halfway, level.float()[None, :, None, :])[0, 0]


def factors(weights: Tensor) -> tuple[Tensor, Tensor]:
    """Return columns and rows whose products add up to a kernel, the fewest that can.

    Args:
        weights: [rows, columns].

    Returns:
        [r, rows] and [r, columns], r the rank; the largest pair first. A kernel of
        zeros has one pair of zeros.
    """
    left, sizes, right = torch.linalg.svd(weights, full_matrices=False)
    rank = max(int((sizes > TINY * sizes[0]).sum()), 1)
    root = sizes[:rank].sqrt()
    return (left[:, :rank] * root).T, right[:rank] * root[:, None]


def separated(weights: Tensor) -> tuple[Tensor, Tensor] | None:
    """Return the one column and row whose product is the kernel; None if none are.

    The numbers are as plain as can be: whole ones where the kernel has whole ones,
    else both add up to the same where they can.
    """
    upright, level = factors(weights)
    if len(level) > 1 or not weights.any():
        return None
    column, row = upright[0], level[0]
    if torch.equal(weights, weights.round()):
        column, row = _whole(column, row)
    elif abs(column.sum()) > TINY and abs(row.sum()) > TINY:
        share = (row.sum() / column.sum()).abs().sqrt()
        column, row = column * share, row / share
    if column[_counts(column)][0] < 0:
        column, row = -column, -row
    return column + 0.0, row + 0.0  # no minus zero


def _whole(column: Tensor, row: Tensor) -> tuple[Tensor, Tensor]:
    """Return whole numbers with the same product; what came where there are none."""
    least = [part[_counts(part)].abs().min() for part in (column, row)]
    for share in (least[1], 1 / least[0]):
        pair = column * share, row / share
        if all(torch.allclose(part, part.round(), atol=1e-9) for part in pair):
            return pair[0].round(), pair[1].round()
    return column, row


def _counts(part: Tensor) -> Tensor:
    """Return which numbers are more than rounding."""
    return part.abs() > TINY * part.abs().max()


def slopes(picture: Tensor, setting: Setting) -> tuple[Tensor, Tensor]:
    """Return how much brighter it gets to the right and downwards, [H, W] each.

    An edge filter is used along both axes. Any other filter goes first, and the slopes
    are those of its response, by Sobel's kernels divided by 8.
    """
    seen, pair = picture, [slope("sobel", axis) / 8 for axis in ("x", "y")]
    if setting.chosen.kind in ALONG:
        both = [replace(setting.chosen, axis=axis) for axis in ("x", "y")]
        pair = [replace(setting, chosen=chosen).weights for chosen in both]
    else:
        seen = respond(picture, setting.weights, setting.border)
    padded = pad(seen.float()[None], (1, 1), setting.border)[None]
    along, down = F.conv2d(padded, torch.stack(pair).float()[:, None])[0]
    return along, down


def angles(along: Tensor, down: Tensor) -> Tensor:
    """Return where slopes point, from dark to bright, in degrees [0, 360).

    0 is right and 90 is up, though y points down; a slope of 0 has the angle 0.
    """
    turned = torch.rad2deg(torch.atan2(-down, along))
    return turned.remainder(360).remainder(360)  # a hair below 0 is rounded to 360


def window(
    picture: Tensor,
    place: tuple[int, int],
    shape: tuple[int, int],
    border: str = "replicate",
) -> Tensor:
    """Return what a kernel of this shape sees around a pixel, [rows, columns].

    Args:
        picture: [H, W].
        place: row and column of the pixel.
        shape: rows and columns of the kernel, odd.
        border: what stands around the picture.

    Raises:
        ValueError: the pixel is outside the picture; or as `respond`.
    """
    (row, column), (high, wide) = place, picture.shape
    if not (0 <= row < high and 0 <= column < wide):
        raise ValueError(f"place must lie in {high} x {wide}, got {place}")
    padded = pad(picture[None], (shape[0] // 2, shape[1] // 2), border)[0]
    return padded[row : row + shape[0], column : column + shape[1]]


def noisy(picture: Tensor, spread: float, seed: int = 0) -> Tensor:
    """Return a picture with Gaussian noise, rounded and cut to 0 … 255.

    Args:
        picture: [H, W] uint8.
        spread: standard deviation of the noise in grey levels, 0 or more.
        seed: of the noise.

    Returns:
        [H, W] uint8.

    Raises:
        ValueError: spread is negative.
    """
    if spread < 0:
        raise ValueError(f"spread must be 0 or more, got {spread}")
    generator = torch.Generator().manual_seed(seed)
    noise = spread * torch.randn(picture.shape, generator=generator)
    return (picture + noise).round().clamp(0, 255).to(torch.uint8)
