"""Where training averages: what comes in and its averages, and what is made of them."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.averages import settled, window
from playground import theme
from playground.player.charts import Curve, Series
from playground.player.scene import Colour, Scene, Track

SIZE = (900.0, 344.0)  # logical pixels of the stage
SPLIT = 190.0  # pixels of the upper chart
RATE = 8.0  # steps a second
FIRST, SECOND = theme.CLASSES[0], theme.CLASSES[1]


@dataclass(frozen=True)
class Line:
    """One line of a chart: [T] numbers and how they are drawn."""

    values: Tensor
    label: str
    color: Colour = FIRST
    dash: bool = False
    dots: bool = False


@dataclass(frozen=True)
class Story:
    """A use of the average.

    Attributes:
        above: lines of the upper chart: what comes in, and its averages.
        below: lines of the lower chart: what is made of them.
        titles: translated, of the two charts.
        beta: of the average whose window is shown.
        settled: translated text of the mark where the correction is below 1 %.
    """

    above: tuple[Line, ...]
    below: tuple[Line, ...]
    titles: tuple[str, str]
    beta: float
    settled: str


def frames(story: Story) -> tuple[tuple[Track, ...], list[bytes]]:
    """Return the tracks and one frame for each step."""
    tracks = (
        Track("above", "f32", len(story.above)),
        Track("below", "f32", len(story.below)),
    )
    lines = [line.values for line in (*story.above, *story.below)]
    rows = torch.stack(lines, dim=1).numpy().astype(np.float32)  # [T, lines]
    return tracks, [row.tobytes() for row in rows]


def scene(story: Story, tracks: tuple[Track, ...], *, step: str, spoken: str) -> Scene:
    """Return the scene of a use: two charts with one playhead.

    Args:
        story: what is shown.
        tracks: of its frames.
        step: translated name of the time.
        spoken: translated template for screen readers.
    """
    count = len(story.above[0].values)
    end = settled(story.beta)
    upper = Curve(
        (0.0, 0.0, SIZE[0], SPLIT),
        _series("above", story.above),
        label=story.titles[0],
        zero=False,
        marks=((float(end), story.settled),) if end <= count else (),
        window=window(story.beta),
        whole=True,
        id="above",
    )
    lower = Curve(
        (0.0, SPLIT, SIZE[0], SIZE[1] - SPLIT),
        _series("below", story.below),
        label=story.titles[1],
        zero=False,
        whole=True,
        id="below",
    )
    shown = (*enumerate(story.above), *enumerate(story.below))
    names = ["above"] * len(story.above) + ["below"] * len(story.below)
    numbers = [
        (line.label, f"{{{name}:{index}}}")
        for name, (index, line) in zip(names, shown, strict=True)
        if not line.dots  # the legend tells what comes in
    ]
    return Scene(
        SIZE,
        tracks,
        (upper, lower),
        time=f"{step} {{time:int}}",
        rate=RATE,
        end=float(count),
        metrics=tuple(numbers),
        spoken=spoken,
    )


def _series(track: str, lines: tuple[Line, ...]) -> tuple[Series, ...]:
    return tuple(
        Series(track, i, line.color, line.label, dash=line.dash, dots=line.dots)
        for i, line in enumerate(lines)
    )
