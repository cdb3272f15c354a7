"""Classic filters as small matrices: smoothing, sharpening, edges, stripes.

A kernel is [rows, columns], float64, of odd sizes, and is laid on the picture as it
is (cross-correlation, as in torch). x points right, y down. A kernel whose weights add
up to 1 keeps the brightness; one whose weights add up to 0 does not see it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

# How each pair of edge filters smooths along the edge, and the slope across it.
ALONG = {
    "prewitt": (1.0, 1.0, 1.0),
    "sobel": (1.0, 2.0, 1.0),
    "scharr": (3.0, 10.0, 3.0),
}
ACROSS = (-1.0, 0.0, 1.0)
NEIGHBOURS = {4: (0.0, 1.0), 8: (1.0, 1.0)}  # weights of corners and of sides
# Cells round the middle, from the right, anticlockwise.
RING = ((1, 2), (0, 2), (0, 1), (0, 0), (1, 0), (2, 0), (2, 1), (2, 2))
LARGEST = 31  # rows and columns of a kernel


@dataclass(frozen=True)
class Filter:
    """A classic filter; each kind reads its own settings.

    Attributes:
        kind: key of `KERNELS`.
        size: box: cells along a side, odd.
        sigma: gaussian, log: width in pixels, above 0.
        amount: sharpen: how many times the Laplacian is taken away, 0 or more.
        axis: prewitt, sobel, scharr: "x" finds upright edges, "y" level ones.
        neighbours: laplacian: 4 or 8.
        angle: degrees, anticlockwise. emboss: where the light comes from, a multiple
            of 45; gabor: across its stripes.
        wavelength: gabor: pixels from stripe to stripe, at least 2.
        weights: custom: rows of numbers.
    """

    kind: str
    size: int = 3
    sigma: float = 1.0
    amount: float = 1.0
    axis: str = "x"
    neighbours: int = 4
    angle: float = 0.0
    wavelength: float = 6.0
    weights: tuple[tuple[float, ...], ...] = ()


def kernel(chosen: Filter) -> Tensor:
    """Return the weights of a filter, [rows, columns] float64.

    Raises:
        ValueError: an unknown kind, or a setting that its function refuses.
    """
    if chosen.kind not in KERNELS:
        raise ValueError(f"kind must be one of {list(KERNELS)}, got {chosen.kind!r}")
    return KERNELS[chosen.kind](chosen)


def identity() -> Tensor:
    """Return the kernel that changes nothing: 1 in the middle of 3 x 3."""
    weights = torch.zeros(3, 3, dtype=torch.float64)
    weights[1, 1] = 1
    return weights


def box(size: int) -> Tensor:
    """Return the mean over a square: every weight is 1 / size².

    Raises:
        ValueError: the size is even, or not in [1, LARGEST].
    """
    if not (1 <= size <= LARGEST and size % 2):
        raise ValueError(f"size must be odd and in [1, {LARGEST}], got {size}")
    return torch.full((size, size), 1 / size**2, dtype=torch.float64)


def gaussian(sigma: float) -> Tensor:
    """Return exp(-(x² + y²) / 2σ²), cut off at 3σ, divided by its sum.

    Raises:
        ValueError: sigma is not in (0, 5].
    """
    bell = _bell(sigma, 3)
    return torch.outer(bell, bell)


def sharpen(amount: float) -> Tensor:
    """Return the picture minus `amount` times its Laplacian; the sum is 1.

    Raises:
        ValueError: amount is negative.
    """
    if amount < 0:
        raise ValueError(f"amount must be 0 or more, got {amount}")
    return identity() - amount * laplacian(4)


def slope(kind: str, axis: str) -> Tensor:
    """Return a 3 x 3 edge filter: how much brighter it gets to the right, or down.

    Textbooks that turn the kernel (true convolution) print its negative, (1, 0, -1).

    Args:
        kind: "prewitt", "sobel" or "scharr": it smooths along the edge by 1 1 1,
            1 2 1 or 3 10 3.
        axis: "x" or "y".

    Raises:
        ValueError: another kind or axis.

    Source: Prewitt 1970; Sobel and Feldman 1968; Scharr, dissertation, Heidelberg 2000.
    """
    if kind not in ALONG or axis not in ("x", "y"):
        known = f"{list(ALONG)} along x or y"
        raise ValueError(f"edge filters are {known}, got {kind!r} along {axis!r}")
    along, across = (
        torch.tensor(v, dtype=torch.float64) for v in (ALONG[kind], ACROSS)
    )
    upright = torch.outer(along, across)
    return upright if axis == "x" else upright.T.contiguous()


def laplacian(neighbours: int) -> Tensor:
    """Return the sum of the neighbours minus as many times the middle.

    Raises:
        ValueError: neighbours is not 4 or 8.
    """
    if neighbours not in NEIGHBOURS:
        raise ValueError(f"neighbours must be 4 or 8, got {neighbours}")
    corner, side = NEIGHBOURS[neighbours]
    weights = torch.full((3, 3), side, dtype=torch.float64)
    weights[::2, ::2] = corner
    weights[1, 1] = -neighbours
    return weights


def laplacian_of_gaussian(sigma: float) -> Tensor:
    """Return the Laplacian of a Gaussian, cut off at 4σ; the sum is 0.

    (x² + y² - 2σ²) / σ⁴ times the Gaussian: smoothing and Laplacian in one step. What
    the cells lack to the sum 0 is taken away in the shape of the Gaussian.

    Raises:
        ValueError: sigma is not in (0, 3.75].

    Source: Marr and Hildreth, "Theory of edge detection", 1980.
    """
    bell = _bell(sigma, 4)
    reach = torch.arange(len(bell)) - len(bell) // 2
    squared = reach[:, None] ** 2 + reach**2
    envelope = torch.outer(bell, bell)
    weights = envelope * (squared - 2 * sigma**2) / sigma**4
    return weights - envelope * weights.sum()


def emboss(angle: float) -> Tensor:
    """Return -2 … 2 from one side to the other and 1 in the middle; the sum is 1.

    Args:
        angle: where the light on a raised surface comes from, a multiple of 45 degrees,
            anticlockwise from the right. Edges that face it are bright.

    Raises:
        ValueError: another angle.
    """
    turns, rest = divmod(angle, 45)
    if rest:
        raise ValueError(f"angle must be a multiple of 45, got {angle}")
    weights = identity()
    for place in range(8):  # the largest weight is on the far side
        weights[RING[(place + int(turns) + 4) % 8]] = 2 - min(place, 8 - place)
    return weights


def gabor(angle: float, wavelength: float) -> Tensor:
    """Return a wave under a Gaussian, without its mean; the sizes add up to 2.

    cos(2πu / λ) exp(-(x² + y²) / 2σ²) with σ = 0.5 λ and u = x cos θ - y sin θ, cut off
    at 2.5σ. It answers stripes that are λ apart and stand at right angles to θ.

    Args:
        angle: θ in degrees, anticlockwise: 0 finds upright stripes.
        wavelength: λ in [2, 12] pixels.

    Raises:
        ValueError: the wavelength is out of its range.

    Source: Daugman, "Uncertainty relation for resolution in space, spatial frequency,
    and orientation optimized by two-dimensional visual cortical filters", 1985.
    """
    if not 2 <= wavelength <= 12:
        raise ValueError(f"wavelength must lie in [2, 12], got {wavelength}")
    bell = _bell(0.5 * wavelength, 2.5)
    reach = torch.arange(len(bell), dtype=torch.float64) - len(bell) // 2
    turned = math.radians(angle)
    along = reach * math.cos(turned) - reach[:, None] * math.sin(turned)
    envelope = torch.outer(bell, bell)
    weights = envelope * torch.cos(2 * math.pi * along / wavelength)
    weights = weights - envelope * weights.sum()
    return weights * (2 / weights.abs().sum())


def custom(weights: tuple[tuple[float, ...], ...]) -> Tensor:
    """Return rows of numbers as a kernel.

    Raises:
        ValueError: rows of unequal length, or even or too many rows or columns.
    """
    sizes = {len(row) for row in weights} | {len(weights)}
    if len({len(row) for row in weights}) != 1 or not all(
        size % 2 and size <= LARGEST for size in sizes
    ):
        raise ValueError(f"weights must be equal rows of odd sizes, got sizes {sizes}")
    return torch.tensor(weights, dtype=torch.float64)


def _bell(sigma: float, reach: float) -> Tensor:
    """Return a Gaussian along a line, cut off at `reach` times σ; it adds up to 1."""
    radius = math.ceil(reach * sigma)
    if not (sigma > 0 and 2 * radius + 1 <= LARGEST):
        most = LARGEST // 2 / reach
        raise ValueError(f"sigma must lie in (0, {most:.4g}], got {sigma}")
    steps = torch.arange(-radius, radius + 1, dtype=torch.float64)
    bell = torch.exp(-(steps**2) / (2 * sigma**2))
    return bell / bell.sum()


KERNELS: dict[str, Callable[[Filter], Tensor]] = {
    "sobel": lambda f: slope(f.kind, f.axis),
    "prewitt": lambda f: slope(f.kind, f.axis),
    "scharr": lambda f: slope(f.kind, f.axis),
    "laplacian": lambda f: laplacian(f.neighbours),
    "log": lambda f: laplacian_of_gaussian(f.sigma),
    "gabor": lambda f: gabor(f.angle, f.wavelength),
    "identity": lambda f: identity(),
    "box": lambda f: box(f.size),
    "gaussian": lambda f: gaussian(f.sigma),
    "sharpen": lambda f: sharpen(f.amount),
    "emboss": lambda f: emboss(f.angle),
    "custom": lambda f: custom(f.weights),
}
