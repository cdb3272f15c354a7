"""Pen strokes in three forms: the canvas's JSON, our strokes, the link's text.

The numbers on a page always come from the strokes that the link would restore, so a
shared drawing is read exactly as the original was.
"""

import math
from collections.abc import Iterator

from engine.strokes import Stroke
from playground.letters import from_letters, to_letters

Point = tuple[float, float]

REACH = 512  # pixels: how far from the canvas's corner a point may lie
LONGEST = 3000  # bytes of a drawing in a link; beyond it strokes are simplified more
TOLERANCE = 0.6  # pixels a simplified line may stray from what was drawn
CURVE_STEPS = 4  # straight pieces per curve of the canvas


def to_text(strokes: tuple[Stroke, ...]) -> str:
    """Return strokes as a short text for a link: whole pixels, simplified lines.

    A scribble too long for a link is simplified until it fits; of more dots than fit,
    the last ones are left out.

    Each stroke becomes its width, its number of points, and the steps from point to
    point (the first from the corner), as variable-length integers in base64.
    """
    tolerance = TOLERANCE
    while len(data := _pack(strokes, tolerance)) > LONGEST:
        tolerance *= 2
        if tolerance > REACH:
            strokes = strokes[: len(strokes) * 9 // 10]
    return to_letters(data)


def from_text(text: str) -> tuple[Stroke, ...]:
    """Return the strokes that `to_text` wrote.

    Raises:
        ValueError: the text was not written by `to_text`.
    """
    numbers = list(_numbers(from_letters(text, 4 * LONGEST, what="a drawing")))
    strokes = []
    while numbers:
        width, count, *rest = numbers if len(numbers) > 1 else (0, 0)
        if not (0 < width <= 100 and 0 < count <= len(rest) / 2):
            raise ValueError("not a drawing: a stroke breaks off or has no width")
        strokes.append(Stroke(tuple(_walk(rest[: 2 * count])), width))
        numbers = rest[2 * count :]
    return tuple(strokes)


def to_canvas(strokes: tuple[Stroke, ...]) -> dict:
    """Return strokes as the JSON that the canvas draws at its start."""
    objects = []
    for stroke in strokes:
        first, *rest = stroke.points
        path = [["M", *first], *(["L", *point] for point in rest or [first])]
        objects.append(
            {
                "type": "Path",
                "path": path,
                "stroke": "#ffffff",
                "strokeWidth": stroke.width,
                "fill": None,
                "strokeLineCap": "round",
                "strokeLineJoin": "round",
            }
        )
    return {"objects": objects}


def from_canvas(drawing: dict | None) -> tuple[Stroke, ...]:
    """Return the strokes in the canvas's JSON, where they were moved to.

    Objects that are no free-hand paths are left out.
    """
    return tuple(
        _stroke(entry)
        for entry in (drawing or {}).get("objects", [])
        if entry.get("type", "").lower() == "path" and entry.get("path")
    )


def simplify(points: list[Point], tolerance: float) -> list[Point]:
    """Return the fewest of the points that stay within `tolerance` of the line.

    Source: Douglas and Peucker, "Algorithms for the reduction of the number of points
    required to represent a digitized line", Cartographica 1973.
    """
    kept = {0, len(points) - 1}
    parts = [(0, len(points) - 1)]
    while parts:
        start, end = parts.pop()
        between = range(start + 1, end)
        far = [_distance(points[i], points[start], points[end]) for i in between]
        if far and max(far) > tolerance:
            worst = between[far.index(max(far))]
            kept.add(worst)
            parts += [(start, worst), (worst, end)]
    return [points[i] for i in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """Return how far `point` lies from the segment between `start` and `end`."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    along_x, along_y = x2 - x1, y2 - y1
    squared = along_x**2 + along_y**2
    share = ((x - x1) * along_x + (y - y1) * along_y) / squared if squared else 0.0
    share = min(max(share, 0.0), 1.0)
    return math.hypot(x - x1 - share * along_x, y - y1 - share * along_y)


def _stroke(entry: dict) -> Stroke:
    """Return one path of the canvas; moved, scaled or turned as the reader left it."""
    points = list(_flatten(entry["path"]))
    scale_x = entry.get("scaleX", 1) * (-1 if entry.get("flipX") else 1)
    scale_y = entry.get("scaleY", 1) * (-1 if entry.get("flipY") else 1)
    width = entry.get("strokeWidth", 1) * math.sqrt(abs(scale_x * scale_y))
    if "left" in entry:
        angle = math.radians(entry.get("angle", 0))
        cos, sin = math.cos(angle), math.sin(angle)
        xs, ys = zip(*points, strict=True)
        middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        left, top = entry["left"], entry["top"]
        sized = [
            ((x - middle_x) * scale_x, (y - middle_y) * scale_y) for x, y in points
        ]
        points = [(left + x * cos - y * sin, top + x * sin + y * cos) for x, y in sized]
    return Stroke(tuple(points), width)


def _flatten(path: list[list]) -> Iterator[Point]:
    """Yield the points of a path of moves, lines and quadratic curves."""
    x = y = 0.0
    for letter, *numbers in path:
        if letter == "Q":
            control_x, control_y, end_x, end_y = numbers
            for step in range(1, CURVE_STEPS + 1):
                t = step / CURVE_STEPS
                a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
                yield (
                    a * x + b * control_x + c * end_x,
                    a * y + b * control_y + c * end_y,
                )
        else:
            end_x, end_y = numbers
            yield (end_x, end_y)
        x, y = end_x, end_y


def _pack(strokes: tuple[Stroke, ...], tolerance: float) -> bytes:
    data = bytearray()
    for stroke in strokes:
        pixels = [
            tuple(round(min(max(value, -REACH), REACH)) for value in point)
            for point in stroke.points
        ]
        points = simplify(pixels, tolerance)
        width = round(min(max(stroke.width, 1), 100))
        steps = [
            here - before
            for point, previous in zip(points, [(0, 0), *points[:-1]], strict=True)
            for here, before in zip(point, previous, strict=True)
        ]
        for number in (width, len(points)):
            data += _varint(number)
        for step in steps:
            data += _varint(2 * step if step >= 0 else -2 * step - 1)  # zigzag
    return bytes(data)


def _walk(steps: list[int]) -> Iterator[Point]:
    x = y = 0
    for code_x, code_y in zip(steps[::2], steps[1::2], strict=True):
        x += code_x // 2 if code_x % 2 == 0 else -(code_x + 1) // 2
        y += code_y // 2 if code_y % 2 == 0 else -(code_y + 1) // 2
        if max(abs(x), abs(y)) > REACH:
            raise ValueError(f"points must lie in [-{REACH}, {REACH}], got {x}, {y}")
        yield (x, y)


def _varint(number: int) -> bytes:
    data = bytearray()
    while number > 127:
        data.append(number & 127 | 128)
        number >>= 7
    data.append(number)
    return bytes(data)


def _numbers(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0
    if shift:
        raise ValueError("not a drawing: it breaks off")
