"""Clouds of points in the plane: patterns to classify and surfaces to fit.

Points are (x₁, x₂), x₁ right and x₂ up, about in [-3, 3]² (the gates: {0, 1}²). Where
a pattern has room to choose, a narrow gap of `GAP` parts the classes.

Source: spirals, discs, xor and clouds after TensorFlow Playground (Smilkov, Carter,
2016); moons after scikit-learn.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

REACH = 3.0  # the patterns lie about in [-REACH, REACH]²
RADIUS = 2.8  # of the round patterns
TURNS = 1.75  # of a spiral
SPREAD = 0.4  # standard deviation of a Gaussian cloud without noise
GAP = 0.1  # least distance from a border between classes
CELLS = 4  # of the checkerboard, along a side
COUNTS = (4, 100_000)
Draw = Callable[[Tensor, int, torch.Generator], Tensor]


def make(
    name: str,
    count: int,
    *,
    noise: float,
    seed: int,
    classes: int = 2,
    balance: float = 0.5,
) -> tuple[Tensor, Tensor]:
    """Return the points and labels of one data set; same arguments, same points.

    Args:
        name: a key of `TASKS`.
        count: N, 4 to 100,000 points.
        noise: standard deviation of the Gaussian by which each point is moved after it
            got its label, in units of the plane, 0 to 3. For regression the label is
            moved instead, by a third of that: labels span 2 where the plane spans 6.
        seed: which draw, at least 0.
        classes: 2 to `MOST_CLASSES[name]`; regression does not look at it.
        balance: share of class 1 where there are two classes, in (0, 1), but at least
            one point of each. The gates have their own share, regression has none.

    Returns:
        Points float32 [N, 2], and labels [N]: int64, 0 to classes - 1, in random order
        (the gates: the corners 00, 01, 10, 11 in turn); for regression float32, without
        noise in [-1, 1].

    Raises:
        ValueError: an argument is outside its range.
    """
    _require(name, count, noise, seed)
    _require_classes(name, classes, balance)
    generator = torch.Generator().manual_seed(seed)
    if name in GATES:
        corners = torch.arange(count) % 4
        points = torch.stack((corners // 2, corners % 2), dim=1).float()
        labels = torch.tensor(GATES[name])[corners]
    elif name in SURFACES:
        points = _uniform(count, 2, generator) * 2 * REACH - REACH  # [N, 2]
        shift = torch.randn(count, generator=generator) * noise / REACH
        return points, SURFACES[name](*points.unbind(dim=1)) + shift
    else:
        labels = _shares(count, classes, balance)
        points = PATTERNS[name](labels, classes, generator)
        order = torch.randperm(count, generator=generator)
        points, labels = points[order], labels[order]
    return points + noise * torch.randn(count, 2, generator=generator), labels


def domain(name: str) -> tuple[float, float]:
    """Return the lowest and highest coordinate to show, the same on both axes.

    Raises:
        ValueError: `name` is unknown.
    """
    _require_name(name)
    return DOMAIN.get(name, (-REACH, REACH))


def xor(labels: Tensor, classes: int, generator: torch.Generator) -> Tensor:
    """Return points in a square, [N, 2]: class 1 where x₁ x₂ > 0, class 0 else."""
    sizes = GAP + (REACH - GAP) * _uniform(len(labels), 2, generator)
    first = _signs(len(labels), generator)
    return sizes * torch.stack((first, first * (2 * labels - 1)), dim=1)


def gaussians(labels: Tensor, classes: int, generator: torch.Generator) -> Tensor:
    """Return a round cloud for each class, [N, 2], the centres on a circle."""
    angles = 2 * math.pi * labels / classes - 3 * math.pi / 4
    away = SPREAD * torch.randn(len(labels), 2, generator=generator)
    return _polar(torch.tensor(1.9), angles) + away


def circle(labels: Tensor, classes: int, generator: torch.Generator) -> Tensor:
    """Return a disc of class 1 inside a ring of class 0, [N, 2]."""
    inner = torch.tensor([0.7, 0.0])[labels] * RADIUS
    outer = torch.tensor([1.0, 0.5])[labels] * RADIUS
    return _annulus(inner, outer, generator)


def rings(labels: Tensor, classes: int, generator: torch.Generator) -> Tensor:
    """Return concentric rings, [N, 2]: class 0 is the disc in the middle."""
    width = RADIUS / classes
    return _annulus(labels * width, (labels + 1) * width - GAP, generator)


def spiral(labels: Tensor, classes: int, generator: torch.Generator) -> Tensor:
    """Return one arm for each class, [N, 2], evenly filled along its length.

    The arms make 1.75 turns while the radius grows in proportion. They begin a little
    off the centre, where all would meet.
    """
    counts = torch.bincount(labels, minlength=classes)
    rank = torch.arange(len(labels)) - (counts.cumsum(0) - counts)[labels]
    share = (rank + _uniform(len(labels), 1, generator)[:, 0]) / counts[labels]
    share = 0.05 + 0.95 * share
    turns = TURNS * share + labels / classes
    return _polar(RADIUS * share, 2 * math.pi * turns)


def moons(labels: Tensor, classes: int, generator: torch.Generator) -> Tensor:
    """Return two interleaved half circles, [N, 2], class 1 the lower one."""
    angles = math.pi * _uniform(len(labels), 1, generator)[:, 0]
    side = 1 - 2 * labels  # the lower moon is the upper one turned by half a turn
    unit = torch.stack((angles.cos() - 0.5, angles.sin() - 0.25), dim=1)
    return 1.8 * side[:, None] * unit


def checkerboard(labels: Tensor, classes: int, generator: torch.Generator) -> Tensor:
    """Return points in 4 x 4 squares, [N, 2], class 1 where row + column is odd."""
    side = 2 * REACH / CELLS
    row = torch.randint(CELLS, labels.shape, generator=generator)
    pair = torch.randint(CELLS // 2, labels.shape, generator=generator)
    cell = torch.stack((2 * pair + (row + labels) % 2, row), dim=1)
    inside = GAP / 2 + (side - GAP) * _uniform(len(labels), 2, generator)
    return cell * side + inside - REACH


def above(curve: Callable[[Tensor], Tensor]) -> Draw:
    """Return a pattern with class 1 where x₂ > curve(x₁) and class 0 below."""

    def draw(labels: Tensor, classes: int, generator: torch.Generator) -> Tensor:
        across, share = _uniform(len(labels), 2, generator).unbind(dim=1)
        x1 = (2 * across - 1) * REACH
        border = curve(x1)
        side = 2 * labels - 1
        room = REACH - side * border - GAP  # from the border to the square's edge
        return torch.stack((x1, border + side * (GAP + room * share)), dim=1)

    return draw


def hills(x1: Tensor, x2: Tensor) -> Tensor:
    """Return the height of three hills and three hollows, in [-1, 1]."""
    height = torch.zeros_like(x1)
    for column, sign in ((-2.0, 1), (0.0, -1), (2.0, 1)):
        across = torch.exp(-((x1 - column) ** 2) / 1.2)
        upper = torch.exp(-((x2 - 1.3) ** 2) / 1.2)
        lower = torch.exp(-((x2 + 1.3) ** 2) / 1.2)
        height += sign * across * (upper - lower)
    return height


CURVES = {
    "function_line": lambda x: 0.6 * x + 0.3,
    "function_sine": lambda x: 1.6 * torch.sin(1.6 * x),
    "function_cubic": lambda x: x**3 / 6 - x,
    "function_abs": lambda x: x.abs() - 1.5,
}
GATES = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "xor_corners": (0, 1, 1, 0)}
DOMAIN = dict.fromkeys(GATES, (-0.5, 1.5))  # the others: [-REACH, REACH]
SURFACES = {
    "plane": lambda x1, x2: (x1 + x2) / (2 * REACH),
    "hills": hills,
    "sine": lambda x1, x2: torch.sin(1.5 * x1) * torch.cos(x2),
}
PATTERNS: dict[str, Draw] = {
    "xor": xor,
    "gaussians": gaussians,
    "circle": circle,
    "spiral": spiral,
    "moons": moons,
    "checkerboard": checkerboard,
    "rings": rings,
    **{name: above(curve) for name, curve in CURVES.items()},
}
TASKS = {
    **dict.fromkeys((*PATTERNS, *GATES), "classification"),
    **dict.fromkeys(SURFACES, "regression"),
}
MOST_CLASSES = {
    **dict.fromkeys((*PATTERNS, *GATES), 2),
    **dict.fromkeys(SURFACES, 1),  # no classes
    "gaussians": 6,
    "spiral": 5,
    "rings": 5,
}


def _shares(count: int, classes: int, balance: float) -> Tensor:
    """Return labels class by class, [N]: shared out evenly, or by `balance` for two."""
    if classes > 2:
        return (torch.arange(count) * classes) // count
    ones = min(max(round(count * balance), 1), count - 1)
    return (torch.arange(count) >= count - ones).long()


def _uniform(rows: int, columns: int, generator: torch.Generator) -> Tensor:
    """Return [rows, columns] numbers in [0, 1)."""
    return torch.rand(rows, columns, generator=generator)


def _signs(count: int, generator: torch.Generator) -> Tensor:
    return torch.randint(2, (count,), generator=generator) * 2 - 1


def _polar(radius: Tensor, angle: Tensor) -> Tensor:
    """Return points [N, 2] at a radius and an angle in radians."""
    return torch.stack((radius * angle.cos(), radius * angle.sin()), dim=1)


def _annulus(inner: Tensor, outer: Tensor, generator: torch.Generator) -> Tensor:
    """Return points [N, 2] uniform over the area between two radii, each [N]."""
    share, angle = _uniform(len(inner), 2, generator).unbind(dim=1)
    radius = torch.sqrt(inner**2 + share * (outer**2 - inner**2))
    return _polar(radius, 2 * math.pi * angle)


def _require_name(name: str) -> None:
    if name not in TASKS:
        raise ValueError(f"name must be one of {list(TASKS)}, got {name!r}")


def _require(name: str, count: int, noise: float, seed: int) -> None:
    _require_name(name)
    low, high = COUNTS
    if not low <= count <= high:
        raise ValueError(f"count must lie in [{low}, {high}], got {count}")
    if not 0 <= noise <= REACH:
        raise ValueError(f"noise must lie in [0, 3], got {noise}")
    if seed < 0:
        raise ValueError(f"seed must be at least 0, got {seed}")


def _require_classes(name: str, classes: int, balance: float) -> None:
    most = MOST_CLASSES[name]
    if name not in SURFACES and not 2 <= classes <= most:
        raise ValueError(f"classes must lie in [2, {most}] for {name}, got {classes}")
    if not 0 < balance < 1:
        raise ValueError(f"balance must lie in (0, 1), got {balance}")
