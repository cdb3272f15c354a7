"""A series and its weighted averages: the chart, and what each past day weighs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.averages import Smoothed, settled, weights, window
from playground import theme
from playground.player.charts import Curve, Lags, Series
from playground.player.scene import Layer, Scene, Track

SIZE = (900.0, 344.0)  # logical pixels of the stage
LAGS = (96.0, 66.0, 50.0)  # pixels for the weights of one β, when there are 1, 2, 3
GAP = 6.0
MOST_FRAMES = 600
LONGEST = 20.0  # seconds that a tape plays
# How many times the latest day's lasting weight fills a strip: the weights of v never
# exceed it. Those of v̂ do on the first days, so their strip has room for this weight,
# or for this many times what a day weighs where all weigh the same.
FULL, FULL_CORRECTED = 1.08, 2.5
ROOM, ROOM_OF_DAYS = 0.08, 13.0
FAINT = 1e-3  # of the latest day's weight: smaller bars cannot be seen
APART = 0.09  # of the axis: marks nearer than this have one word between them
SHADES = (theme.CLASSES[0], theme.CLASSES[1], theme.CLASSES[2])  # of β₁, β₂, β₃
MOVING = theme.CLASSES[3]
CURVES = ("corrected", "plain", "moving")  # which may be shown


@dataclass(frozen=True)
class Words:
    """What the scene says, translated.

    `settled` and `short`, the same for several β, have a place {beta}; `weight` has one
    for the {average} too.
    """

    day: str
    value: str
    moving: str
    weight: str
    settled: str
    short: str
    spoken: str


@dataclass(frozen=True)
class Look:
    """What of the averages is shown.

    Attributes:
        curves: members of `CURVES`.
        focus: index of the β whose numbers and whose window are shown.
        ticks: (day, text) along the axis of time.
    """

    curves: tuple[str, ...]
    focus: int
    ticks: tuple[tuple[float, str], ...]


def days_shown(count: int) -> range:
    """Return the days that have a frame: the last one, and evenly before it."""
    stride = -(-count // MOST_FRAMES)
    return range((count - 1) % stride + 1, count + 1, stride)


def unpacked(values: bytes) -> torch.Tensor:
    """Return float64 numbers from their bytes, [T]."""
    return torch.frombuffer(bytearray(values), dtype=torch.float64)


def frames(shown: Smoothed) -> tuple[tuple[Track, ...], list[bytes]]:
    """Return the tracks, and a frame for each of `days_shown`."""
    inverse = 1 / shown.sums
    columns = {
        "theta": shown.values[None],
        "v": shown.v,
        "corrected": shown.corrected,
        "sums": shown.sums,
        "inverse": inverse,
        "moving": shown.moving[None],
    }
    tracks = tuple(Track(name, "f32", len(rows)) for name, rows in columns.items())
    at = torch.tensor(days_shown(len(shown.values))) - 1
    rows = torch.cat([rows[:, at] for rows in columns.values()]).T  # [frames, numbers]
    numbers = np.ascontiguousarray(rows.numpy().astype(np.float32))
    return tracks, [row.tobytes() for row in numbers]


def scene(
    shown: Smoothed, tracks: tuple[Track, ...], look: Look, words: Words
) -> Scene:
    """Return the scene: the chart above, a strip of weights for each β below.

    Args:
        shown: the series and its averages.
        tracks: of its frames.
        look: what is shown of them.
        words: translated texts.
    """
    days = len(shown.values)
    return Scene(
        SIZE,
        tracks,
        (_chart(shown, look, words), *_strips(shown, look, words)),
        time=f"{words.day} {{time:int}}",
        rate=max(2.0, days / LONGEST),
        end=float(days),
        metrics=_metrics(look.focus, words),
        spoken=words.spoken.replace("{focus}", str(look.focus)),
    )


def _chart(shown: Smoothed, look: Look, words: Words) -> Curve:
    lines = [Series("theta", 0, "muted", "θ", dots=True)]
    if "moving" in look.curves:
        name = f"{words.moving} {shown.days}"
        lines.append(Series("moving", 0, MOVING, name))
    for index, beta in enumerate(shown.betas):
        shade = SHADES[index]
        if "plain" in look.curves:
            lines.append(Series("v", index, shade, f"v {beta:g}", dash=True))
        if "corrected" in look.curves:
            lines.append(Series("corrected", index, shade, f"v̂ {beta:g}"))
    strips = sum(h + GAP for *_rest, h in _boxes(len(shown.betas)))
    return Curve(
        (0.0, 0.0, SIZE[0], SIZE[1] - strips),
        tuple(lines),
        label=words.value,
        zero=False,
        ticks=look.ticks,
        marks=_marks(shown, words),
        window=window(shown.betas[look.focus]),
        whole=True,
        id="chart",
    )


def _marks(shown: Smoothed, words: Words) -> tuple[tuple[float, str], ...]:
    """Return the days from which the correction is below 1 %, the earliest first."""
    days = len(shown.values)
    found = sorted({(settled(beta), beta) for beta in shown.betas})
    template = words.settled if len(found) == 1 else words.short
    marks, last = [], -np.inf
    for day, beta in found:
        if day <= days:
            near = (day - last) / days < APART
            text = "" if near else template.format(beta=f"{beta:g}")
            marks.append((float(day), text))
            last = last if near else day
    return tuple(marks)


def _strips(shown: Smoothed, look: Look, words: Words) -> list[Layer]:
    """Return the weights of each β: of v, unless v̂ alone is shown."""
    days = len(shown.values)
    stride = days_shown(days).step
    mended = "corrected" in look.curves and "plain" not in look.curves
    room = max(ROOM, ROOM_OF_DAYS / days) if mended else 0.0
    full, average = (FULL_CORRECTED, "v̂") if mended else (FULL, "v")
    strips = []
    for index, (beta, box) in enumerate(
        zip(shown.betas, _boxes(len(shown.betas)), strict=True)
    ):
        bars = _bars(beta, days, stride)
        strips.append(
            Lags(
                box,
                "chart",
                tuple(bars),
                SHADES[index],
                min(1.0, max(room, full * bars[0])),
                label=words.weight.format(average=average, beta=f"{beta:g}"),
                track="inverse" if mended else "",
                offset=index if mended else 0,
                id=f"weights{index}",
            )
        )
    return strips


def _bars(beta: float, days: int, stride: int) -> list[float]:
    """Return what the days of each frame weigh together, back to where none is seen."""
    each = weights(beta, -(-days // stride) * stride).view(-1, stride).sum(dim=1)
    return each[each >= FAINT * each[0]].tolist()


def _boxes(count: int) -> list[tuple[float, float, float, float]]:
    """Return the places of the strips, from top to bottom."""
    height = LAGS[count - 1]
    top = SIZE[1] - count * height - (count - 1) * GAP
    return [(0.0, top + i * (height + GAP), SIZE[0], height) for i in range(count)]


def _metrics(focus: int, words: Words) -> tuple[tuple[str, str], ...]:
    return (
        (f"θ ({words.value})" if words.value else "θ", "{theta:0}"),
        ("v", f"{{v:{focus}}}"),
        ("1 − βᵗ", f"{{sums:{focus}}}"),
        ("v̂ = v / (1 − βᵗ)", f"{{corrected:{focus}}}"),
    )


def month_ticks(names: Sequence[str], days: int) -> tuple[tuple[float, str], ...]:
    """Return a tick in the middle of every month that the days reach, with its name."""
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    ends = np.cumsum(lengths)
    middles = ends - np.array(lengths) / 2 + 0.5
    return tuple(
        (float(middle), name)
        for middle, name in zip(middles, names, strict=True)
        if middle <= days
    )
