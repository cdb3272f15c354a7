"""Two boxes: what they share, and every measure of it as one slides past the other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.box_slide import slide
from engine.boxes import (
    area,
    pairwise_ciou,
    pairwise_diou,
    pairwise_giou,
    pairwise_intersection,
    pairwise_iou,
)
from playground import theme
from playground.player.charts import Curve, Series
from playground.player.scene import Boxes, Layer, Mesh, Scene, Text, Track
from playground.player.shapes import Movable, Shade

SIZE = (900.0, 356.0)  # logical pixels of the stage
WIDTH, HEIGHT = 320.0, 240.0  # pixels of the picture
PICTURE = (0.0, 0.0, 440.0, 330.0)
SPAN = (0.0, WIDTH)
SQUARE = (0.0, 0.0, 440.0, 440.0)  # for lines, which have y up
CURVE = (468.0, 0.0, 432.0, 322.0)
VERDICTS = (0.5, 0.6, 0.75, 0.95)
SHADES = (theme.POSITIVE, theme.NEGATIVE)  # of A and B
MEASURES = {
    "IoU": (pairwise_iou, theme.CLASSES[2], False),
    "GIoU": (pairwise_giou, theme.CLASSES[3], True),
    "DIoU": (pairwise_diou, theme.CLASSES[4], False),
    "CIoU": (pairwise_ciou, theme.CLASSES[5], True),
}
RATE = 40.0  # pixels per second at speed 1
ACTION = "pair"
TICK, EDGE = 40, 0.03  # between ticks, pixels; part of the axis


@dataclass(frozen=True)
class Words:
    """What the scene says, translated. `shift` is a template with {time}."""

    shift: str
    reached: str
    correct: str
    key: str
    spoken: str


@dataclass(frozen=True)
class Pair:
    """Two boxes, the way in which B slides, and which of them was taken last.

    Attributes:
        a: x1, y1, x2, y2 in the picture, pixels.
        b: the same of B.
        way: key of `engine.box_slide.DIRECTIONS`.
        chosen: 0 for A, 1 for B.
    """

    a: tuple[float, float, float, float]
    b: tuple[float, float, float, float]
    way: str = "x"
    chosen: int = 1

    @property
    def shift(self) -> float:
        """Return how far B is from A: of their left sides, or of their upper ones."""
        side = 1 if self.way == "y" else 0
        return self.b[side] - self.a[side]

    def boxes(self) -> tuple[Tensor, Tensor]:
        """Return both as tensors [1, 4]."""
        return torch.tensor([self.a]), torch.tensor([self.b])


@dataclass(frozen=True)
class Tape:
    """A frame for each place of B, at the shifts as times, and what is in them."""

    tracks: tuple[Track, ...]
    frames: list[bytes]
    times: list[float]


def tape_of(pair: Pair) -> Tape:
    """Return the tape on which B slides through the picture."""
    a, b = pair.boxes()
    steps, places = slide(b[0], pair.way, (WIDTH, HEIGHT))  # [T], [T, 4]
    common = pairwise_intersection(a, places)[0]  # [T]
    columns = {
        "b": places,
        "common": _shared(a[0], places),
        "hull": torch.cat(
            (
                torch.minimum(a[:, :2], places[:, :2]),
                torch.maximum(a[:, 2:], places[:, 2:]),
            ),
            dim=1,
        ),
        "centres": _centres(a, places),
        "areas": torch.stack((common, area(a) + area(places) - common), dim=1),
        "measures": torch.stack(
            [measure(a, places)[0] for measure, *_look in MEASURES.values()], dim=1
        ),
    }
    iou = columns["measures"][:, 0]
    columns["yes"] = _marks(iou, reached=True)
    columns["no"] = _marks(iou, reached=False)
    tracks = tuple(Track(name, "f32", x.shape[1]) for name, x in columns.items())
    table = np.hstack([x.numpy().astype(np.float32) for x in columns.values()])
    times = (pair.shift + steps.double()).tolist()
    return Tape(tracks, [row.tobytes() for row in table], times)


def scene(pair: Pair, tape: Tape, words: Words) -> Scene:
    """Return the scene of two boxes.

    Args:
        pair: the boxes.
        tape: of this pair.
        words: translated texts.
    """
    return Scene(
        SIZE,
        tape.tracks,
        (*_picture(pair, words), _curve(tape, words), *_verdicts(words)),
        time=words.shift,
        rate=RATE,
        metrics=tuple(
            (name, f"{{measures:{index}}}") for index, name in enumerate(MEASURES)
        ),
        spoken=words.spoken,
    )


def _picture(pair: Pair, words: Words) -> Iterator[Layer]:
    """Yield the ground, both boxes, what they share and what encloses them."""
    edge = ((0.5, 0.5, WIDTH - 0.5, HEIGHT - 0.5),)
    yield Boxes(PICTURE, SPAN, ("faint",), xyxy=edge, id="edge")
    yield Shade(PICTURE, SPAN, SHADES[:1], (pair.a,), alpha=0.22, id="a")
    yield Shade(PICTURE, SPAN, SHADES[1:], track="b", alpha=0.22, id="b")
    yield Shade(PICTURE, SPAN, ("ink",), track="common", alpha=0.3, id="common")
    muted, dash = ("muted",), (True,)
    yield Boxes(PICTURE, SPAN, muted, dash=dash, track="hull", id="hull")
    yield Boxes(PICTURE, SPAN, SHADES[1:], track="b", id="sliding")
    yield Mesh(SQUARE, (0.0, SQUARE[2]), "centres", 0, 1, 2, "ink", id="centres")
    yield Movable(
        PICTURE,
        SPAN,
        (pair.a, pair.b),
        SHADES,
        ("A", "B"),
        ACTION,
        least=2.0,
        chosen=pair.chosen,
        id="pair",
    )
    areas = "|A ∩ B| = {areas:0}     |A ∪ B| = {areas:1}"
    yield Text((12.0, PICTURE[3] - 12), areas, 15.0, id="areas")
    yield Text((0.0, SIZE[1] - 6), words.key, muted=True)


def _curve(tape: Tape, words: Words) -> Curve:
    """Return every measure over the shift; shaded is where the IoU is correct."""
    lines = tuple(
        Series("measures", index, color, name, dash=dash)
        for index, (name, (_measure, color, dash)) in enumerate(MEASURES.items())
    )
    low, high = tape.times[0], tape.times[-1]
    edge = EDGE * (high - low)  # what is nearer to an end would be cut
    ticks = range(-int(WIDTH), int(WIDTH) + 1, TICK)
    there = _correct(tape)
    return Curve(
        CURVE,
        lines,
        span=(-1.0, 1.0),
        ticks=tuple(
            (float(tick), f"{tick} px".replace("-", "−"))
            for tick in ticks
            if low + edge <= tick <= high - edge
        ),
        marks=tuple((first, words.reached) for first, _last in there),
        bands=there,
        whole=True,
        id="curve",
    )


def _correct(tape: Tape) -> tuple[tuple[float, float], ...]:
    """Return the stretch of shifts where the IoU is at least 0.5, if there is one."""
    numbers = np.frombuffer(b"".join(tape.frames), np.float32)
    iou = numbers.reshape(len(tape.times), -1)[:, 18]  # after b, ..., areas
    there = [time for time, value in zip(tape.times, iou, strict=True) if value >= 0.5]
    return ((there[0], there[-1]),) if there else ()


def _verdicts(words: Words) -> Iterator[Layer]:
    """Yield for each threshold whether the IoU reaches it: ✓ or ✗."""
    whole, span = (0.0, 0.0, *SIZE), (0.0, SIZE[0])
    count = len(VERDICTS)
    yield Text((CURVE[0], SIZE[1] - 6), words.correct)
    for index, limit in enumerate(VERDICTS):
        yield Text((_spot(index) + 16, SIZE[1] - 6), f"≥ {limit:g}")
    for mark, track in (("✓", "yes"), ("✗", "no")):
        clear = ("transparent",) * count
        yield Boxes(whole, span, clear, (mark,) * count, track=track, id=track)


def _spot(index: int) -> float:
    return CURVE[0] + 150.0 + 72.0 * index


def _marks(iou: Tensor, *, reached: bool) -> Tensor:
    """Return where the marks of the verdicts stand, [T, 16]; nan: there is none."""
    limits = torch.tensor(VERDICTS)
    there = (iou[:, None] >= limits) == reached  # [T, 4]
    spots = torch.tensor(
        [[_spot(i) - 3, SIZE[1] - 1] * 2 for i in range(len(VERDICTS))]
    )  # [4, 4]
    return torch.where(there[:, :, None], spots, torch.nan).flatten(1)


def _shared(a: Tensor, places: Tensor) -> Tensor:
    """Return the rectangle shared with each place, [T, 4]; a point if there is none."""
    corner = torch.maximum(a[:2], places[:, :2])
    far = torch.minimum(a[2:], places[:, 2:])
    apart = (far < corner).any(dim=1, keepdim=True)
    return torch.cat((corner, torch.where(apart, corner, far)), dim=1)


def _centres(a: Tensor, places: Tensor) -> Tensor:
    """Return the line between the centres in pixels of the stage, y up, [T, 4]."""
    scale = PICTURE[2] / WIDTH

    def centre(boxes: Tensor) -> Tensor:
        x, y = ((boxes[:, :2] + boxes[:, 2:]) / 2 * scale).unbind(dim=1)
        return torch.stack((x, SQUARE[3] - y), dim=1)

    return torch.cat((centre(a).expand(len(places), 2), centre(places)), dim=1)
