"""The stage of non-max suppression: boxes, the program that runs, the sorted list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch import Tensor

from playground import theme
from playground.figures.suppression_film import (
    CODE,
    PICTURE,
    ROWS,
    SIZE,
    bar_span,
    row_at,
)
from playground.player.charts import Picture
from playground.player.scene import Box, Boxes, Layer, Scene, Text, Track
from playground.player.shapes import Shade

WHOLE: Box = (0.0, 0.0, SIZE[0], SIZE[1])  # these layers are in the stage's own pixels
SPAN = (0.0, SIZE[0])
PICKED, OTHER = theme.CLASSES[2], theme.CLASSES[3]
LETTER = 8.0  # width of a letter, about
RATE = 1.5  # frames per second at speed 1


@dataclass(frozen=True)
class Words:
    """What the scene says, translated.

    program: its lines, with numbers; box: a template with {number} and {name}.
    """

    program: tuple[str, ...]
    step: str
    boxes: str
    key: str
    pair: str
    overlap: str
    decided: str
    waiting: str
    spoken: str


@dataclass(frozen=True)
class Exhibit:
    """What stands still on the stage.

    Attributes:
        places: [N, 4], the boxes on the stage.
        labels: [N], their classes.
        names: of the classes, translated.
        truth: [M, 4], objects on the stage, and their classes; None if not shown.
        picture: data address and place of the picture under it; None if there is none.
        numbers: of the boxes; None: 1, 2, 3, ...
    """

    places: Tensor
    labels: Sequence[int]
    names: Sequence[str]
    truth: tuple[Tensor, Sequence[int]] | None = None
    picture: tuple[str, Box] | None = None
    numbers: tuple[int, ...] | None = None


def scene(exhibit: Exhibit, tracks: tuple[Track, ...], words: Words) -> Scene:
    """Return the scene of a suppression.

    Args:
        exhibit: what stands still.
        tracks: of its film.
        words: translated texts.
    """
    return Scene(
        SIZE,
        tracks,
        (
            *ground(exhibit),
            *_boxes(exhibit),
            *_program(words),
            *_list(exhibit, words),
        ),
        time=f"{words.step} {{time:int}}",
        rate=RATE,
        metrics=(
            (words.pair, "{now:0:int} · {now:1:int}"),
            (words.overlap, "{now:2}"),
            (words.decided, "{now:5:int} · {now:6:int}"),
            (words.waiting, "{now:7:int}"),
        ),
        spoken=words.spoken,
    )


def shade_of(label: int) -> str:
    """Return the colour of a class."""
    return theme.LABELS[label % len(theme.LABELS)]


def rectangles(places: Tensor) -> tuple[Box, ...]:
    """Return boxes [N, 4] as rows of a layer."""
    return tuple(map(tuple, places.tolist()))


def ground(exhibit: Exhibit) -> Iterator[Layer]:
    """Yield the picture's frame, what is in it, and the objects that are there."""
    if exhibit.picture:
        png, box = exhibit.picture
        yield Picture(box, png, id="picture")
    x, y, width, height = PICTURE
    edge = ((x + 1, y + 1, x + width - 1, y + height - 1),)
    yield Boxes(WHOLE, SPAN, ("faint",), xyxy=edge, id="edge")
    if exhibit.truth:
        places, labels = exhibit.truth
        shades = tuple(map(shade_of, labels))
        there = rectangles(places)
        yield Shade(WHOLE, SPAN, shades, there, alpha=0.16, id="truth")


def tags(exhibit: Exhibit) -> Iterator[Text]:
    """Yield the number of each box at a corner where it covers no other number."""
    several = len(set(exhibit.labels)) > 1
    taken: list[Box] = []
    for index, box in enumerate(exhibit.places.tolist()):
        name = exhibit.names[exhibit.labels[index]] if several else ""
        number = exhibit.numbers[index] if exhibit.numbers else index + 1
        text = f"{number}: {name}" if name else str(number)
        at, room = _free(box, LETTER * len(text), taken)
        taken.append(room)
        yield Text(at, text, id=f"tag{index}")


def _boxes(exhibit: Exhibit) -> Iterator[Layer]:
    """Yield the boxes: ghosts of all, those that wait, those kept, the two in hand."""
    count = len(exhibit.labels)
    shades = tuple(map(shade_of, exhibit.labels))
    still = rectangles(exhibit.places)
    dash = (True,) * count
    yield Shade(WHOLE, SPAN, (PICKED,), track="pick", alpha=0.3, id="pick")
    yield Shade(WHOLE, SPAN, (OTHER,), track="other", alpha=0.3, id="other")
    yield Shade(WHOLE, SPAN, ("ink",), track="common", alpha=0.2, id="common")
    yield Boxes(WHOLE, SPAN, ("muted",) * count, dash=dash, xyxy=still, id="ghosts")
    yield Boxes(WHOLE, SPAN, shades, track="waiting", id="waiting")
    yield Boxes(WHOLE, SPAN, shades, track="kept", id="kept")
    yield Boxes(WHOLE, SPAN, shades, track="inner", id="inner")
    yield from tags(exhibit)


def _program(words: Words) -> Iterator[Layer]:
    """Yield the lines of the program, the one that runs shaded."""
    left, first, pitch = CODE
    yield Shade(WHOLE, SPAN, ("ink",), track="line", alpha=0.14, id="line")
    for number, line in enumerate(words.program):
        yield Text((left, first + number * pitch), line, size=15.0)


def _list(exhibit: Exhibit, words: Words) -> Iterator[Layer]:
    """Yield a row for each box, best first: mark, name, bar and score."""
    count = len(exhibit.labels)
    left, _width, first, pitch = ROWS
    yield Text((left, first - pitch - 2), words.boxes, muted=True)
    yield Text((PICTURE[0], SIZE[1] - 6), words.key, muted=True)
    yield Shade(WHOLE, SPAN, (PICKED,), track="pick_row", alpha=0.3, id="pick_row")
    yield Shade(WHOLE, SPAN, (OTHER,), track="other_row", alpha=0.3, id="other_row")
    shades = tuple(map(shade_of, exhibit.labels))
    yield Shade(WHOLE, SPAN, shades, track="bars", alpha=0.75, id="bars")
    unseen = ("transparent",) * count
    for mark, track in (("✓", "yes"), ("✗", "no")):
        yield Boxes(WHOLE, SPAN, unseen, (mark,) * count, track=track, id=track)
    for index, label in enumerate(exhibit.labels):
        x, y, width = row_at(index, count)
        begin, full = bar_span(width)
        name = f"{index + 1}: {exhibit.names[label]}".removesuffix(": ")
        yield Text((x + 18, y), name, id=f"row{index}")
        at = (x + begin + full + 46, y)
        yield Text(at, f"{{scores:{index}:3}}", align="right", id=f"score{index}")


def _free(box: Sequence[float], wide: float, taken: Sequence[Box]) -> tuple:
    """Return where a text of this width goes, and the room it takes."""
    x1, y1, x2, y2 = box
    left, right = x1 + 4, max(x1 + 4, x2 - wide - 4)
    spots = [(x, y) for y in (y1 - 5, y1 + 16, y2 - 6, y2 + 16) for x in (left, right)]
    spots.append(((x1 + x2 - wide) / 2, (y1 + y2) / 2))
    x0, y0, width, height = PICTURE

    def room(spot: tuple[float, float]) -> Box:
        return spot[0], spot[1] - 13, spot[0] + wide, spot[1] + 3

    for spot in spots:
        a = room(spot)
        inside = a[0] >= x0 and a[1] >= y0 and a[2] <= width and a[3] <= height
        if inside and not any(_meet(a, b) for b in taken):
            return spot, a
    return spots[3], room(spots[3])


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
