"""What a detector might say of a picture, and what is there: by hand, and at random.

Pictures are WIDTH x HEIGHT pixels; boxes as in `engine.boxes`.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.average_precision import Truth

WIDTH, HEIGHT = 320, 240
OBJECTS = (1, 5)  # in a random picture
GUESSES = (1, 3)  # predictions of each of them
STRAY = 3  # predictions where nothing is
SMALLEST, LARGEST = 40, 120  # sides of random objects
SHAKE = 0.16  # of a side: how far predictions are off


@dataclass(frozen=True)
class BoxScene:
    """Predictions of one picture, best first, and what is there.

    Attributes:
        boxes: [N, 4] float.
        scores: [N] float in [0, 1].
        labels: [N] int64, classes from 0.
        truth: the objects; None if nobody knows them.
    """

    boxes: Tensor
    scores: Tensor
    labels: Tensor
    truth: Truth | None


# Rows x1, y1, x2, y2, score in percent, class; score 0 marks an object that is there.
# Placed by hand so that each tells a story; the tests hold the stories to it.
HAND_MADE = {
    "duplicates": (
        (30, 60, 130, 210, 0, 0),
        (190, 90, 290, 170, 0, 1),
        (34, 52, 132, 206, 94, 0),
        (22, 66, 120, 216, 86, 0),
        (46, 48, 140, 196, 78, 0),
        (196, 84, 296, 168, 90, 1),
        (180, 98, 280, 176, 72, 1),
        (206, 104, 300, 186, 55, 1),
    ),
    "close": (
        (70, 40, 170, 200, 0, 0),
        (98, 44, 198, 204, 0, 0),
        (72, 38, 170, 198, 92, 0),
        (97, 46, 199, 204, 88, 0),
        (60, 58, 154, 210, 62, 0),
        (236, 20, 286, 90, 31, 0),
    ),
    "classes": (
        (80, 40, 230, 200, 0, 0),
        (70, 66, 226, 216, 0, 1),
        (82, 42, 228, 202, 91, 0),
        (68, 64, 224, 214, 84, 1),
        (96, 32, 236, 190, 65, 0),
        (52, 80, 214, 222, 58, 1),
    ),
    "crowd": (
        (16, 60, 86, 200, 0, 0),
        (52, 52, 122, 196, 0, 0),
        (92, 60, 162, 204, 0, 0),
        (134, 50, 204, 196, 0, 0),
        (226, 60, 296, 200, 0, 0),
        (18, 62, 86, 202, 95, 0),
        (54, 50, 122, 194, 91, 0),
        (92, 62, 164, 206, 88, 0),
        (132, 52, 202, 196, 84, 0),
        (228, 58, 296, 198, 90, 0),
        (30, 72, 100, 214, 68, 0),
        (214, 66, 284, 208, 66, 0),
    ),
    "chain": (
        (30, 70, 130, 170, 0, 1),
        (110, 70, 210, 170, 0, 1),
        (30, 70, 130, 170, 90, 1),
        (68, 76, 168, 176, 80, 1),
        (106, 70, 206, 170, 70, 1),
    ),
    "row": (
        (60, 90, 160, 150, 0, 1),
        (90, 90, 190, 150, 0, 1),
        (60, 90, 160, 150, 92, 1),
        (90, 90, 190, 150, 88, 1),
        (70, 80, 150, 162, 61, 1),
    ),
    "nested": (
        (40, 30, 280, 220, 0, 1),
        (40, 30, 280, 220, 93, 1),
        (120, 50, 210, 130, 81, 1),
        (150, 120, 250, 210, 60, 1),
    ),
}


def hand_made(name: str) -> BoxScene:
    """Return a picture of `HAND_MADE`.

    Raises:
        ValueError: there is none of this name.
    """
    if name not in HAND_MADE:
        raise ValueError(f"name must be in {tuple(HAND_MADE)}, got {name!r}")
    rows = torch.tensor(HAND_MADE[name], dtype=torch.float32)  # [N, 6]
    there = rows[:, 4] == 0
    truth = Truth(rows[there, :4], rows[there, 5].long())
    said = rows[~there]
    return ordered(said[:, :4], said[:, 4] / 100, said[:, 5].long(), truth)


def at_random(seed: int, classes: int = 2) -> BoxScene:
    """Return a random picture: objects, several guesses of each, and stray ones.

    A guess that is farther off tends to have a lower score; whole pixels, whole
    percents.

    Args:
        seed: the same seed is the same picture.
        classes: kinds of objects, at least 1.
    """
    if classes < 1:
        raise ValueError(f"classes must be at least 1, got {classes}")
    g = torch.Generator().manual_seed(seed)

    def whole(low: int, high: int, count: int = 1) -> Tensor:
        return torch.randint(low, high + 1, (count,), generator=g)

    count = int(whole(*OBJECTS))
    objects, kinds = _placed(count, g), whole(0, classes - 1, count)
    owner = torch.arange(count).repeat_interleave(whole(*GUESSES, count))  # [N]
    sides = (objects[:, 2:] - objects[:, :2]).repeat(1, 2)[owner]  # [N, 4]
    off = SHAKE * torch.randn(len(owner), 4, generator=g)
    near = objects[owner] + off * sides
    score = 0.95 - 1.2 * off.abs().mean(dim=1)
    score += 0.05 * torch.randn(len(owner), generator=g)
    stray, labels = _placed(STRAY, g), whole(0, classes - 1, STRAY)
    low = 0.1 + 0.5 * torch.rand(STRAY, generator=g)
    return ordered(
        _inside(torch.cat((near, stray))),
        torch.cat((score, low)).clamp(0.05, 0.99).mul(100).round() / 100,
        torch.cat((kinds[owner], labels)),
        Truth(objects, kinds),
    )


def ordered(
    boxes: Tensor, scores: Tensor, labels: Tensor, truth: Truth | None
) -> BoxScene:
    """Return a scene with its predictions sorted, best first; see `BoxScene`."""
    order = scores.argsort(descending=True, stable=True)
    return BoxScene(boxes[order], scores[order], labels[order], truth)


def _placed(count: int, g: torch.Generator) -> Tensor:
    """Return boxes [count, 4] of whole pixels anywhere in the picture."""
    room = torch.tensor([WIDTH, HEIGHT])
    sides = torch.randint(SMALLEST, LARGEST + 1, (count, 2), generator=g)
    corner = (torch.rand(count, 2, generator=g) * (room - sides)).round()
    return torch.cat((corner, corner + sides), dim=1)


def _inside(boxes: Tensor) -> Tensor:
    """Return boxes cut at the picture's border, in whole pixels, none empty."""
    room = torch.tensor([WIDTH, HEIGHT])
    corner = torch.minimum(boxes[:, :2].clamp(min=0), room - 8.0)
    far = torch.minimum(torch.maximum(boxes[:, 2:], corner + 8.0), room.float())
    return torch.cat((corner.round(), far.round()), dim=1)
