"""Pen strokes: painted on a canvas, and digits as a hand with a mouse writes them.

Places are canvas pixels (x, y), x right and y down; the pixel in row r and column c
covers x from c to c + 1, its centre lies at c + 0.5.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

CANVAS = 280  # pixels: side of the canvas visitors draw on
PIECE = 12.0  # pixels: longer segments are cut, so that each needs a small window


@dataclass(frozen=True)
class Stroke:
    """One pull of the pen: `points` joined by straight lines, `width` pixels thick."""

    points: tuple[tuple[float, float], ...]
    width: float


# How people write each digit, in a box of 100 x 100, y down: digit -> styles. A style
# lists pen strokes between slashes; a stroke lists the points x,y of a smooth curve.
# A point given twice is a corner.
SKELETONS = {
    0: (
        "50,0 14,14 0,50 14,86 50,100 86,86 100,50 86,14 50,0",
        "62,3 20,12 0,55 20,93 55,100 93,75 95,30 70,4 42,5",
    ),
    1: (
        "50,0 50,50 50,100",
        "25,24 56,0 56,0 55,50 55,100",
        "30,20 56,0 56,0 55,100 / 25,100 85,100",
    ),
    2: (
        "5,26 20,6 50,0 83,10 88,34 68,60 35,84 0,100 0,100 50,98 100,100",
        "5,22 30,2 70,3 88,28 68,60 30,92 8,97 6,84 28,82 60,97 100,95",
    ),
    3: (
        "8,15 40,0 78,8 82,28 60,44 35,48 35,48 70,53 93,73 78,94 42,100 3,88",
        "10,2 88,2 88,2 42,42 42,42 78,49 95,72 75,95 38,100 3,88",
    ),
    4: (
        "20,0 5,60 5,60 100,58 / 75,12 70,55 68,100",
        "68,0 0,66 0,66 100,66 / 68,0 68,100",
        "12,0 6,35 30,52 65,48 85,36 / 88,0 84,45 74,100",
    ),
    5: (
        "20,0 14,46 14,46 50,38 86,50 92,74 70,95 35,100 0,88 / 20,0 92,0",
        "92,0 20,2 20,2 12,45 12,45 50,37 86,50 93,74 70,96 35,100 2,90",
        "88,3 30,4 18,36 55,45 88,68 65,96 5,94",
    ),
    6: (
        "78,0 38,18 8,55 10,86 45,100 80,92 90,72 68,54 36,57 12,76",
        "50,0 20,36 5,70 20,94 52,100 84,84 76,60 44,55 12,72",
    ),
    7: (
        "3,2 95,2 95,2 62,50 38,100",
        "3,2 95,2 95,2 60,50 38,100 / 32,50 88,48",
        "6,18 6,2 6,2 95,0 95,0 60,45 45,100",
    ),
    8: (
        "82,12 50,0 18,10 20,34 50,49 82,66 85,88 50,100 15,88 18,66 50,49 80,32 80,10",
        "50,0 20,10 20,36 50,48 80,36 80,10 50,0 / 50,48 15,60 12,86 50,100 88,86 "
        "85,60 50,48",
    ),
    9: (
        "84,18 55,0 22,7 10,30 30,49 64,46 86,18 86,18 84,55 74,100",
        "84,20 55,0 22,7 10,30 30,49 64,46 86,20 86,20 86,65 70,95 40,100 12,90",
    ),
}


def render(strokes: Sequence[Stroke], size: int = CANVAS) -> Tensor:
    """Return the picture of strokes with round ends and joins and soft edges.

    A pixel's grey falls from 255 to 0 over the one pixel around the pen's rim. Parts
    outside the canvas are left out; no strokes give a black picture.

    Args:
        strokes: what was drawn; a stroke of one point is a dot.
        size: side of the canvas in pixels, at least 1.

    Returns:
        uint8 [size, size], white on black.

    Raises:
        ValueError: size below 1, or a stroke has no points or no positive width.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1 pixel, got {size}")
    pieces = [_pieces(stroke) for stroke in strokes]
    widest = max((stroke.width for stroke in strokes), default=0.0)
    window = math.ceil(PIECE + widest) + 3  # side of the square around a piece
    ends = torch.cat([torch.zeros(0, 5), *pieces])  # [N, 5]: x1, y1, x2, y2, radius
    corner = torch.minimum(ends[:, 0:2], ends[:, 2:4]) - ends[:, 4:5] - 1
    corner = corner.floor()  # [N, 2]: top left of each window
    seen = ((corner > -window) & (corner < size)).all(dim=1)
    ends, corner = ends[seen], corner[seen]
    offsets = torch.arange(window, dtype=torch.float32)
    x = corner[:, 0:1] + offsets  # [N, window]
    y = corner[:, 1:2] + offsets
    ink = _coverage(ends, x + 0.5, y + 0.5)  # [N, window, window]
    side = size + 2 * window  # a margin takes what falls outside
    place = (y.long() + window)[:, :, None] * side + (x.long() + window)[:, None, :]
    canvas = torch.zeros(side * side)
    canvas.scatter_reduce_(0, place.flatten(), ink.flatten(), "amax")
    canvas = canvas.view(side, side)[window : window + size, window : window + size]
    return (canvas * 255).round().to(torch.uint8)


def handwritten(digit: int, seed: int) -> tuple[Stroke, ...]:
    """Return a digit as someone might write it with a mouse on a 280-pixel canvas.

    Style, slant (up to 0.25), turn (up to 10 degrees), proportions, height (80 to 250
    pixels), place and pen (10 to 30 pixels, at most a fifth of the height) are drawn
    at random; the plane is bent a little, the hand trembles, the mouse reports whole
    pixels.

    Args:
        digit: 0 to 9.
        seed: the same digit and seed give the same strokes.

    Returns:
        The strokes, wholly inside the canvas.

    Raises:
        ValueError: the digit is not 0..9.
    """
    if digit not in SKELETONS:
        raise ValueError(f"digit must be 0 to 9, got {digit}")
    generator = torch.Generator().manual_seed(10 * seed + digit)
    styles = SKELETONS[digit]
    style = torch.randint(len(styles), (), generator=generator).item()
    lines = [_smooth(corners) for corners in _parse(styles[style])]  # [n, 2] each
    lines = [_shake(line, generator) for line in lines]
    points = _bend(torch.cat(lines), generator)  # [n, 2]
    points = _slant_and_turn(points, generator)
    tall, thick, right, down = torch.rand(4, generator=generator).tolist()
    height = 80 + 170 * tall
    width = 10 + thick * (min(30.0, height / 5) - 10)
    room = CANVAS - width - 4
    points = points - points.amin(dim=0)
    points = points * min(
        height / points[:, 1].max().item(), room / points.max().item()
    )
    free = (room - points.amax(dim=0)) * torch.tensor([right, down])
    points = (points + free + width / 2 + 2).round()
    parts = points.split([len(line) for line in lines])
    return tuple(Stroke(tuple(map(tuple, part.tolist())), width) for part in parts)


def drawings(count: int, seed: int) -> Iterator[tuple[Tensor, int]]:
    """Yield rendered drawings and their digits, 0 to 9 in turn.

    Args:
        count: how many.
        seed: the same seed gives the same drawings; other seeds share none of them.

    Yields:
        uint8 [280, 280] and the digit.
    """
    for index in range(count):
        digit = index % 10
        yield render(handwritten(digit, seed * 1_000_003 + index)), digit


def _pieces(stroke: Stroke) -> Tensor:
    """Return [N, 5] rows x1, y1, x2, y2, radius: the stroke cut into short segments."""
    if not stroke.points or not stroke.width > 0:
        raise ValueError(
            "a stroke needs at least one point and a width above 0, "
            f"got {len(stroke.points)} points and width {stroke.width}"
        )
    points = torch.tensor(stroke.points, dtype=torch.float32)  # [n, 2]
    start, end = points[:-1], points[1:]
    if len(points) == 1:
        start = end = points
    lengths = (end - start).norm(dim=1)
    cuts = (lengths / PIECE).ceil().clamp(min=1).long()  # pieces per segment
    which = torch.repeat_interleave(cuts)  # [N]: the segment of each piece
    number = torch.arange(len(which)) - (cuts.cumsum(0) - cuts)[which]
    step = ((end - start) / cuts[:, None])[which]  # [N, 2]
    first = start[which] + step * number[:, None]
    radius = torch.full((len(which), 1), stroke.width / 2)
    return torch.cat([first, first + step, radius], dim=1)


def _coverage(ends: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Return [N, h, w] in 0..1: how much of each pixel its segment's pen covers."""
    x1, y1, x2, y2, radius = ends[:, :, None, None].unbind(dim=1)  # [N, 1, 1] each
    along_x, along_y = x2 - x1, y2 - y1
    from_x, from_y = x[:, None, :] - x1, y[:, :, None] - y1
    squared = (along_x**2 + along_y**2).clamp(min=1e-9)
    share = (from_x * (along_x / squared) + from_y * (along_y / squared)).clamp(0, 1)
    distance = torch.hypot(from_x - share * along_x, from_y - share * along_y)
    return (radius + 0.5 - distance).clamp(0, 1)


def _parse(style: str) -> list[Tensor]:
    """Return the points of each stroke, [n, 2] in 0..1."""
    strokes = [stroke.split() for stroke in style.split("/")]
    return [
        torch.tensor([[float(x) for x in point.split(",")] for point in stroke]) / 100
        for stroke in strokes
    ]


def _smooth(points: Tensor, samples: int = 8) -> Tensor:
    """Return a Catmull-Rom curve through points [n, 2], with `samples` per segment."""
    padded = torch.cat([points[:1], points, points[-1:]])  # [n + 2, 2]
    before, start, end, after = (padded[i : len(points) - 1 + i] for i in range(4))
    moving = (start != end).any(dim=1)  # a point given twice makes no segment
    before, start, end, after = (p[moving, None] for p in (before, start, end, after))
    t = torch.linspace(0, 1, samples + 1)[:-1, None]  # [samples, 1]
    into, out = (end - before) / 2, (after - start) / 2  # speeds at start and end
    curve = start + into * t + (3 * (end - start) - 2 * into - out) * t**2
    curve = curve + (2 * (start - end) + into + out) * t**3  # [n - 1, samples, 2]
    return torch.cat([curve.flatten(0, 1), points[-1:]])


def _shake(line: Tensor, generator: torch.Generator) -> Tensor:
    """Return the line [n, 2] moved as a whole and trembling along its way."""
    start = torch.randn(1, 2, generator=generator) * 0.015
    tremble = torch.randn(len(line) + 4, 2, generator=generator) * 0.02
    return line + start + tremble.unfold(0, 5, 1).mean(dim=2)  # mean of 5 neighbours


def _bend(points: Tensor, generator: torch.Generator) -> Tensor:
    """Return points [n, 2] of the plane bent by three slow random waves."""
    waves = torch.randn(2, 3, generator=generator) * 0.7  # cycles per box, x and y
    phases = torch.rand(3, generator=generator)
    pushes = torch.randn(3, 2, generator=generator) * 0.03
    return points + torch.sin(2 * math.pi * (points @ waves + phases)) @ pushes


def _slant_and_turn(points: Tensor, generator: torch.Generator) -> Tensor:
    """Return points [n, 2] narrowed, slanted and turned at random."""
    share, slant, turn = torch.rand(3, generator=generator).tolist()
    aspect, slant = 0.5 + 0.5 * share, 0.5 * slant - 0.25
    angle = math.radians(20 * turn - 10)
    narrow = torch.tensor([[aspect, -slant], [0.0, 1.0]])  # x' = aspect x - slant y
    rotate = torch.tensor(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    return points @ narrow.T @ rotate.T
