"""Scenes as visitors draw them: digits of pen strokes, one pen for a whole drawing.

None of the training's digits are in them: they show how the detector does with other
hands. The digits are those of `engine.strokes.handwritten`, of sizes from a tenth of
the canvas to nearly all of it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.scenes import (
    ATTEMPTS,
    LARGEST,
    MOST,
    SMALLEST,
    Digits,
    compose,
    scattered,
)
from engine.strokes import CANVAS, Stroke, handwritten, render

THIN, THICK = 10.0, 30.0  # pixels: the pens of a canvas
THICKEST = 0.2  # a pen's width, of the digit's height
INK = 128  # grey levels from which a pixel is inside a box


@dataclass(frozen=True, eq=False)
class Scene:
    """A drawing, uint8 [280, 280], and the boxes [N, 4] and labels [N] in it."""

    drawing: Tensor
    boxes: Tensor
    labels: Tensor


def mouse_scenes(count: int, seed: int) -> Iterator[Scene]:
    """Yield drawings of 1 to 8 digits; other seeds share none of them.

    No more than three tenths of a digit's box lie in another's. A digit for which no
    place is found is left out.
    """
    generator = torch.Generator().manual_seed(seed)
    for index in range(count):
        yield _mouse_scene(seed * 1_000_003 + index * MOST, generator)


def printed_scenes(
    source: Digits, count: int, *, pens: float, seed: int
) -> list[Scene]:
    """Return drawings of the digits given, as `engine.scenes.compose` makes them."""
    generator = torch.Generator().manual_seed(seed)
    scenes = []
    for _ in range(count):
        one = compose(source, 1, side=CANVAS, pens=pens, generator=generator)
        drawing = (one.pictures[0] * 255).round().to(torch.uint8)
        there = one.there[0]
        scenes.append(Scene(drawing, one.boxes[0, there], one.labels[0, there]))
    return scenes


def _mouse_scene(seed: int, generator: torch.Generator) -> Scene:
    digits, wanted, pen = torch.rand(3, MOST, generator=generator)
    width = THIN + (THICK - THIN) * pen[0].item()
    boxes, labels = torch.zeros(0, 4), []
    canvas = torch.zeros(CANVAS, CANVAS, dtype=torch.uint8)
    for at in range(1 + int(wanted[0].item() * MOST)):
        digit = int(digits[at].item() * 10)
        strokes = _placed(handwritten(digit, seed + at), width, boxes, generator)
        if strokes:
            picture = render(strokes)
            canvas = torch.maximum(canvas, picture)
            boxes = torch.cat([boxes, _ink_box(picture)[None]])
            labels.append(digit)
    return Scene(canvas, boxes, torch.tensor(labels))


def _placed(
    strokes: tuple[Stroke, ...], pen: float, boxes: Tensor, generator: torch.Generator
) -> tuple[Stroke, ...]:
    """Return the digit at another size, somewhere clear of the boxes; () if nowhere."""
    points = [torch.tensor(stroke.points) for stroke in strokes]
    everything = torch.cat(points)
    low, extent = (
        everything.amin(dim=0),
        everything.amax(dim=0) - everything.amin(dim=0),
    )
    for _ in range(ATTEMPTS):
        share, right, down = torch.rand(3, generator=generator).tolist()
        tall = CANVAS * SMALLEST * math.exp(share * math.log(LARGEST / SMALLEST))
        width = min(pen, THICKEST * tall)
        scale = (tall - width) / extent[1].item()
        size = extent * scale + width  # [2]
        if size.max() > CANVAS * LARGEST:
            continue
        corner = (CANVAS - size) * torch.tensor([right, down])
        box = torch.cat([corner, corner + size])
        there = torch.ones(1, len(boxes), dtype=torch.bool)
        if not scattered(box[None, None], boxes[None], there).item():
            continue
        start = corner + width / 2
        moved = [((part - low) * scale + start).tolist() for part in points]
        return tuple(Stroke(tuple(map(tuple, part)), width) for part in moved)
    return ()


def _ink_box(picture: Tensor) -> Tensor:
    """Return [4] float: the smallest box around the ink."""
    rows = (picture.amax(dim=1) >= INK).nonzero()
    columns = (picture.amax(dim=0) >= INK).nonzero()
    sides = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    return torch.stack(sides).float()
