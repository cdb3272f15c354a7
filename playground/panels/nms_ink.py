"""The drawing that the detector sees at first: a 3 and a 7."""

from dataclasses import replace

from engine.strokes import Stroke, handwritten
from playground import drawing

SIZE, TOP, PEN = 0.62, 50, 12  # of a handwritten digit's height; pixels


def _smaller(digit: int, seed: int, left: float) -> tuple[Stroke, ...]:
    """Return a digit as someone writes it, smaller and moved to the right."""
    return tuple(
        replace(
            stroke,
            points=tuple((left + SIZE * x, TOP + SIZE * y) for x, y in stroke.points),
            width=PEN,
        )
        for stroke in handwritten(digit, seed)
    )


START = drawing.to_text((*_smaller(3, 0, -25), *_smaller(7, 1, 120)))
