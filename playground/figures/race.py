"""The stage of a race: map with paths, the surface from the side, table, curves."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from engine.surfaces import Surface
from playground import theme
from playground.figures.race_map import ticks, window
from playground.player.charts import Curve, Line, Picture, Relief, Series, Span, Trail
from playground.player.scene import Layer, Mesh, Scene, Text, Track

SIZE = (1000, 442)  # logical pixels of the stage
SMALL = (480, 442)  # of the stage with the map alone
MAP = (46.0, 6.0, 400.0, 400.0)
RELIEF = (458.0, 0.0, 240.0, 206.0)
TABLE = (696.0, 16.0)  # its first baseline
COLUMNS = (905.0, 998.0)  # where its numbers end
ROW = 28.0  # from one row of the table to the next
CURVES = (470.0, 232.0, 530.0, 206.0)
GAP = 22.0  # between two curves
CROSS = 0.017  # half a minimum's cross, of the map's side
LONGEST = 10.0  # seconds that a race plays
FEW = 40  # steps: so few are marked one by one
NAMES = {1: ("w", "L"), 2: ("w₁", "w₂")}


@dataclass(frozen=True)
class Runner:
    """How a runner appears: its name and its place among the colours."""

    name: str
    number: int

    @property
    def color(self) -> int:
        """Index of its colour."""
        return self.number - 1

    @property
    def dash(self) -> bool:
        """Whether its line is dashed, so that colour is not the only signal."""
        return self.number % 2 == 0


@dataclass(frozen=True)
class Words:
    """What the scene says, translated.

    Attributes:
        gap: the distance to the nearest minimum.
        excess: the loss above the lowest one.
        slope: the norm of the gradient.
        rate: the learning rate.
    """

    step: str
    gap: str
    excess: str
    slope: str
    rate: str


@dataclass(frozen=True)
class Race:
    """A race as it is drawn.

    Attributes:
        surface: on which they run.
        runners: in the order of the tracks.
        tracks: of the race's film.
        steps: how many.
        picture: data address of the surface's map.
        heights: of its relief; none of one parameter.
        scheduled: whether learning rates change, so that they have a curve.
    """

    surface: Surface
    runners: tuple[Runner, ...]
    tracks: tuple[Track, ...]
    steps: int
    picture: str
    heights: tuple[tuple[float, ...], ...]
    scheduled: bool


def scene(race: Race, words: Words) -> Scene:
    """Return the whole stage: map, relief, table, curves."""
    return Scene(
        SIZE,
        race.tracks,
        (*_map(race), *_relief(race), *_table(race, words), *_curves(race, words)),
        metrics=tuple(
            (f"{runner.number} {runner.name}", f"{{loss:{index}:3}}")
            for index, runner in enumerate(race.runners)
        ),
        **_clock(race, words),
    )


def map_scene(race: Race, words: Words) -> Scene:
    """Return a stage that holds the map alone, with an arrow if the film has one."""
    layers = list(_map(race))
    if any(track.name == "downhill" for track in race.tracks):
        whole = (0.0, 1.0)
        layers.append(Mesh(MAP, whole, "downhill", 0, 1, 5, theme.OUTLINE, id="arrow"))
    return Scene(SMALL, race.tracks, tuple(layers), **_clock(race, words))


def _clock(race: Race, words: Words) -> dict[str, object]:
    losses = "; ".join(
        f"{runner.number} {runner.name}: {{loss:{index}}}"
        for index, runner in enumerate(race.runners)
    )
    return {
        "time": f"{words.step} {{time:int}}",
        "rate": max(2.0, race.steps / LONGEST),
        "end": float(race.steps),
        "spoken": f"{words.step} {{time:int}}. {losses}",
    }


def _map(race: Race) -> Iterator[Layer]:
    """Yield the map with its axes, its minima and the runners' paths."""
    surface, span = race.surface, window(race.surface)
    yield Picture(MAP, race.picture, span, "start", id="map")
    yield from _axes(span, NAMES[surface.dimensions])
    if surface.dimensions == 1:
        yield Line(MAP, span, _profile(surface), theme.OUTLINE, id="profile")
    for minimum in surface.minima:
        if surface.dimensions == 2:
            yield from _cross(minimum, span)
    for index, runner in enumerate(race.runners):
        yield Trail(
            MAP,
            span,
            "place",
            2 * index,
            runner.color,
            str(runner.number),
            runner.dash,
            race.steps <= FEW,
            id=f"trail{runner.number}",
        )


def _axes(span: Span, names: tuple[str, str]) -> Iterator[Layer]:
    x, y, width, height = MAP
    x_low, x_high, y_low, y_high = span
    for value in ticks(x_low, x_high):
        share = (value - x_low) / (x_high - x_low)
        at = (x + width * share, y + height + 20)
        if share < 0.9:  # the axis is named there
            yield Text(at, _short(value), align="center", muted=True)
    for value in ticks(y_low, y_high):
        share = (value - y_low) / (y_high - y_low)
        at = (x - 6, y + height * (1 - share) + 5)
        if share < 0.9:
            yield Text(at, _short(value), align="right", muted=True)
    yield Text((x + width, y + height + 20), names[0], size=17, align="right")
    yield Text((x - 6, y + 15), names[1], size=17, align="right")


def _profile(surface: Surface) -> tuple[tuple[float, float], ...]:
    """Return points (w, loss) of a loss of one parameter."""
    low, high = surface.domain[:2]
    w = torch.linspace(low, high, 101, dtype=torch.float64)
    losses = surface.value(w[:, None])
    return tuple(zip(w.tolist(), losses.tolist(), strict=True))


def _cross(at: tuple[float, float], span: Span) -> Iterator[Line]:
    """Yield the two strokes that mark a minimum."""
    x, y = at
    wide, high = CROSS * (span[1] - span[0]), CROSS * (span[3] - span[2])
    for sign in (1, -1):
        ends = ((x - wide, y - sign * high), (x + wide, y + sign * high))
        yield Line(MAP, span, ends, "#ffffff", id="minimum")


def _relief(race: Race) -> Iterator[Relief]:
    if race.heights:
        yield Relief(
            RELIEF,
            race.heights,
            "relief",
            0,
            tuple(runner.color for runner in race.runners),
            tuple(str(runner.number) for runner in race.runners),
            id="relief",
        )


def _table(race: Race, words: Words) -> Iterator[Layer]:
    """Yield a row for every runner: its line, name, learning rate and distance."""
    left, top = TABLE
    if race.surface.dimensions == 1:
        left = CURVES[0]
    rates, gaps = COLUMNS
    yield Text((rates, top), "α", align="right", muted=True)
    yield Text((gaps, top), words.gap, align="right", muted=True)
    for index, runner in enumerate(race.runners):
        base = top + ROW * (index + 1)
        sample = (left, base - 12, 22.0, 14.0)
        line = ((0.0, 0.5), (1.0, 0.5))
        yield Line(sample, (0.0, 1.0, 0.0, 1.0), line, runner.color, runner.dash)
        yield Text((left + 26, base), f"{runner.number} {runner.name}", size=15)
        yield Text((rates, base), f"{{rate:{index}:3}}", align="right")
        yield Text((gaps, base), f"{{far:{index}:3}}", align="right")


def _curves(race: Race, words: Words) -> Iterator[Curve]:
    names = {"excess": words.excess, "steep": words.slope, "rate": words.rate}
    if not race.scheduled:
        del names["rate"]
    x, y, width, height = CURVES
    wide = (width + GAP) / len(names) - GAP
    for place, (track, label) in enumerate(names.items()):
        series = tuple(
            Series(track, index, runner.color, str(runner.number), runner.dash)
            for index, runner in enumerate(race.runners)
        )
        box = (x + place * (wide + GAP), y, wide, height)
        yield Curve(box, series, log=True, label=label, id=track)


def _short(value: float) -> str:
    return f"{value:g}".replace("-", "−")
