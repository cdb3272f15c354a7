"""A single unit that learns: the plane, the sum with its numbers, the rule, curves."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from engine.units import RULES, least_squares
from playground import theme
from playground.figures.numerals import LOWERED
from playground.figures.unit_frames import DASHES, MOST_ROWS, SIDE, rows_shown
from playground.figures.unit_story import Story
from playground.player.charts import Curve, Series
from playground.player.scene import (
    Boxes,
    Field,
    Layer,
    Mesh,
    Points,
    Scene,
    Text,
    Track,
)

SIZE = (900, 378)  # logical pixels of the stage
PLANE = (34.0, 6.0, 260.0, 260.0)
SUM = 336.0  # where the formulas begin
FIRST, PITCH = 20.0, 23.6  # their first baseline, and from one to the next
ROW = 22.0  # from one row of a table to the next
CURVES = (298.0, 208.0, 422.0, 170.0)  # of the weights; the errors' beside it
ERRORS = (722.0, 208.0, 178.0, 170.0)
LONGEST = 30.0  # seconds that a tape plays


@dataclass(frozen=True)
class Words:
    """What the scene says, translated."""

    step: str
    turn: str
    wrong: str
    loss: str
    sample: str
    answer: str
    label: str
    error: str
    fires: str
    more: str
    looked: str
    mistaken: str
    towards: str
    coming: str
    best: str
    gap: str
    spoken: str


def scene(story: Story, tracks: tuple[Track, ...], words: Words) -> Scene:
    """Return the scene of a story: its plane, its sums, its curves.

    Args:
        story: what is shown.
        tracks: of the story's film.
        words: translated texts.
    """
    sizes = {track.name: track.size for track in tracks}
    names = input_names(story.inputs)
    several = story.rows > 1
    return Scene(
        SIZE,
        tracks,
        (
            *_plane(story, sizes["ring"] // 2),
            *ticks(story.span, names if story.inputs == 2 else ("x", "y")),
            *_key(story, words),
            *(_table(story, words) if several else _sum(story, words)),
            *(_rule_of_sums(story) if several else _rule(story)),
            *_curves(story, words),
        ),
        time=f"{words.step} {{time:int}}",
        rate=max(2.0, story.times[-1] / LONGEST),
        end=float(story.times[-1]),
        metrics=_metrics(story, words),
        spoken=words.spoken,
    )


def number(value: float) -> str:
    """Return a number with at most four digits and a true minus sign."""
    return f"{value:.4g}".replace("-", "−")


def input_names(inputs: int) -> tuple[str, ...]:
    """Return x₁, x₂, or x alone."""
    if inputs == 1:
        return ("x",)
    return tuple(f"x{i}".translate(LOWERED) for i in range(1, inputs + 1))


def ticks(span: tuple[float, float], names: tuple[str, str]) -> Iterator[Layer]:
    """Yield the whole numbers along a plane; an axis without a name has none."""
    x, y, width, height = PLANE
    low, high = span
    room = high - 0.1 * (high - low)  # the axis is named beyond
    for value in range(math.ceil(low), math.floor(room) + 1):
        share = (value - low) / (high - low)
        at = (x + width * share, y + height + 18)
        yield Text(at, number(value), align="center", muted=True)
        at = (x - 8, y + height * (1 - share) + 5)
        if names[1]:
            yield Text(at, number(value), align="right", muted=True)
    yield Text((x + width, y + height + 18), names[0], size=16, align="right")
    yield Text((x - 8, y + 14), names[1], size=16, align="right")


def _plane(story: Story, rings: int) -> Iterator[Layer]:
    """Yield the field of answers, the line, the samples and their marks."""
    span, count = story.span, len(story.points)
    side = SIDE if story.inputs == 2 else 2
    yield Field(PLANE, "field", (side, side), large=True)
    if story.inputs == 2:
        yield Mesh(PLANE, span, "coming", 0, DASHES, 2, theme.OUTLINE)
        yield Mesh(PLANE, span, "line", 0, 3, 2, theme.OUTLINE)
        yield Mesh(PLANE, span, "arrow", 0, 3, 5, theme.OUTLINE)
        places = story.points
        shades = tuple(theme.LABELS[int(label)] for label in story.labels)
    else:
        yield Mesh(PLANE, span, "errors", 0, count, 2, theme.NEGATIVE)
        yield Mesh(PLANE, span, "best", 0, DASHES, 2, theme.OUTLINE)
        yield Mesh(PLANE, span, "line", 0, 3, 2, theme.POSITIVE)
        places = torch.cat((story.points, story.labels[:, None]), dim=1)
        shades = (theme.POSITIVE,) * count
    radius = 9.0 if count <= 4 else 6.0
    xy = tuple(map(tuple, places.tolist()))
    yield Points(PLANE, span, xy, shades, (False,) * count, radius=radius, id="samples")
    if story.inputs == 2:
        yield Boxes(
            PLANE, (0.0, 1.0), (theme.OUTLINE,) * count, track="wrong", id="wrong"
        )
    white = ("#ffffff",) * rings
    yield Points(
        PLANE, span, (), white, (True,) * rings, radius + 4.5, track="ring", id="ring"
    )


def _key(story: Story, words: Words) -> Iterator[Layer]:
    """Yield what the marks on the plane mean."""
    ringed = f"○ {words.looked}"
    if story.inputs == 1:
        lines = (ringed, f"│ {words.gap}", f"╌╌ {words.best}")
    else:
        lines = (
            f"{ringed}   □ {words.mistaken}",
            f"→ {words.towards}",
            f"╌╌ {words.coming}",
        )
    for index, line in enumerate(lines):
        yield Text((PLANE[0], 316.0 + 24 * index), line, size=15, muted=True)


def _sum(story: Story, words: Words) -> Iterator[Layer]:
    """Yield the weighted sum of one sample, with its numbers."""
    size = story.inputs
    names, weights = input_names(size), _weight_names(size)
    given = "   ".join(f"{x} = {{samples:{i + 1}}}" for i, x in enumerate(names))
    yield _line(0, f"{words.sample} {{samples:0:int}}:  {given}")
    products = " + ".join(f"{w}·{x}" for w, x in zip(weights, names, strict=True))
    yield _line(1, f"z = {products} + b")
    yield _line(1, _answer(story, words), indent=250)
    terms = "{w:0}·{samples:1}"
    if size == 2:
        terms += " {w:1:signed}·{samples:2}"
    yield _line(2, f"z = {terms} {{w:{size}:signed}} = {{samples:{size + 1}}}")
    _hit, due = _symbols(story)
    yield _line(3, f"{words.answer} ŷ = {{samples:{size + 2}}}")
    yield _line(3, f"{words.label} {due} = {{samples:{size + 3}}}", indent=205)
    yield _line(3, f"{words.error} {{samples:{size + 4}}}", indent=390)
    if size == 1:
        w, b = map(number, best_fit(story))
        text = f"{words.best}: w = {w}   b = {b}"
        yield Text((SUM, FIRST + 7 * PITCH), text, size=17, muted=True)


def _table(story: Story, words: Words) -> Iterator[Layer]:
    """Yield the sums of several samples: one row each, as many as there is room."""
    size, shown = story.inputs, rows_shown(story)
    _hit, due = _symbols(story)
    heads = (words.sample, *input_names(size), "z", "ŷ", due, words.error)
    width, left = (SIZE[0] - SUM - 10) / len(heads), story.rows - shown
    for row in range(shown + 1):
        for column, head in enumerate(heads):
            where = (row - 1) * len(heads) + column
            text = f"{{samples:{where}}}" if row else head
            at = (SUM + width * (column + 1) - 4, FIRST - 4 + ROW * row)
            yield Text(at, text, size=15, align="right", muted=not row)
    if left:
        at = (SUM, FIRST - 4 + ROW * (shown + 1))
        yield Text(at, words.more.format(count=left), muted=True)


def _rule(story: Story) -> Iterator[Layer]:
    """Yield the rule, and in numbers what one sample makes of every weight."""
    inputs, rate = story.inputs, number(story.plan.rate)
    hit, _due = _symbols(story)
    # Only z can be negative, and only "signed" writes the sign it then takes.
    less = "{minus:0:signed}" if hit == "z" else f"− {{samples:{inputs + 2}}}"
    change = f"{rate}·({{samples:{inputs + 3}}} {less})"
    factors = [f"·{{samples:{index + 1}}}" for index in range(inputs)]
    changes = [change + factor for factor in (*factors, "")]
    for index, line in enumerate(_updates(story, "η·", changes), start=4):
        yield _line(index, line, muted=index == 4)


def _rule_of_sums(story: Story) -> Iterator[Layer]:
    """Yield the rule, and in numbers what several samples make of every weight."""
    rate, factor = number(story.plan.rate), "η·Σ "
    if RULES[story.plan.rule].averaged:
        rate, factor = f"({rate}/{story.rows})", f"(η/{story.rows})·Σ "
    changes = [f"{rate}·({{total:{index}}})" for index in range(story.inputs + 1)]
    above = 1 + min(story.rows, MOST_ROWS)
    for index, line in enumerate(_updates(story, factor, changes)):
        at = (SUM, ROW * (above + index) + FIRST - 4)
        yield Text(at, line, size=15, muted=not index)


def _updates(story: Story, factor: str, changes: list[str]) -> Iterator[str]:
    """Yield the rule in letters, then a line for each weight and for b."""
    hit, due = _symbols(story)
    step = f"{factor}({due} − {hit})"
    target = "t = 2y − 1:   " if story.plan.rule == "adaline" else ""
    yield f"{target}w ← w + {step}·x     b ← b + {step}"
    names = (*_weight_names(story.inputs), "b")
    for index, (name, change) in enumerate(zip(names, changes, strict=True)):
        yield f"{name} ← {{w:{index}}} + {change} = {{next:{index}}}"


def _symbols(story: Story) -> tuple[str, str]:
    """Return what the rule compares: what hits, and what is due."""
    due = "t" if story.plan.rule == "adaline" else "y"
    return ("z" if story.plan.rule in ("adaline", "linear") else "ŷ", due)


def _answer(story: Story, words: Words) -> str:
    shown = {"logistic": "ŷ = σ(z)", "linear": "ŷ = z"}
    return shown.get(story.plan.rule, words.fires)


def _weight_names(inputs: int) -> tuple[str, ...]:
    return tuple(name.replace("x", "w") for name in input_names(inputs))


def _line(index: int, text: str, *, indent: float = 0.0, muted: bool = False) -> Text:
    at = (SUM + indent, FIRST + PITCH * index)
    return Text(at, text, size=17, muted=muted)


def _curves(story: Story, words: Words) -> Iterator[Layer]:
    """Yield the charts: all weights, and how wrong the unit is."""
    shades = (theme.CLASSES[0], theme.CLASSES[2])[: story.inputs]
    lines = [
        Series("w", index, shade, name)
        for index, (shade, name) in enumerate(
            zip(shades, _weight_names(story.inputs), strict=True)
        )
    ]
    lines.append(Series("w", story.inputs, theme.CLASSES[3], "b", dash=True))
    yield Curve(CURVES, tuple(lines))
    counted = story.plan.rule == "perceptron"
    label = words.wrong.lower() if counted else words.loss.lower()
    line = Series("measures", 2, theme.NEGATIVE, label)
    yield Curve(ERRORS, (line,))


def _metrics(story: Story, words: Words) -> tuple[tuple[str, str], ...]:
    names = (*_weight_names(story.inputs), "b")
    off = (words.wrong, "{measures:1:int}")
    if story.inputs == 1:
        off = (words.loss, "{measures:2}")
    return (
        (f"{words.step} · {words.turn.lower()}", "{time:int} · {measures:0:int}"),
        off,
        *((name, f"{{w:{index}}}") for index, name in enumerate(names)),
    )


def best_fit(story: Story) -> tuple[float, float]:
    """Return w and b of least squares, of a story with one input."""
    (slope,), bias = least_squares(story.points, story.labels)
    return slope, bias
