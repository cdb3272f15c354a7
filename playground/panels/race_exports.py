"""What a reader carries off from a race: program, paths as a table, stills."""

import csv
import io
import math
from functools import partial

from engine.courses import Racer
from engine.races import Way
from playground.figures.race_film import distances
from playground.figures.race_still import losses_still, map_still
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.race_controls import Knobs
from playground.panels.race_runs import shown
from playground.panels.race_view import run
from playground.snippets.races import reproduce

MEASURES = ("loss", "distance", "gradient_norm", "learning_rate")


def take_away(knobs: Knobs) -> TakeAway:
    """Return what can be carried off from the race on screen."""
    course, racers = knobs.course, knobs.racers
    ways = run(course, racers).ways
    race = (course.ground, shown(racers), ways)
    return TakeAway(
        partial(reproduce, course, racers),
        stills={
            "paths": partial(map_still, *race),
            "losses": partial(losses_still, *race, step=_("Step"), loss=_("L − L min")),
        },
        files={"paths.csv": lambda: paths_csv(knobs, ways).encode()},
    )


def paths_csv(knobs: Knobs, ways: tuple[Way, ...]) -> str:
    """Return a row for every runner and step; nothing where it was lost.

    The learning rate is that of the step that led there.
    """
    text, ground = io.StringIO(), knobs.course.ground
    names = (f"w{i}" for i in range(1, ground.dimensions + 1))
    write = csv.writer(text, lineterminator="\n").writerow
    write(("step", "runner", "optimizer", *names, *MEASURES))
    for number, (racer, way) in enumerate(zip(knobs.racers, ways, strict=True), 1):
        for row in _rows(racer, way, distances(ground, way.points.numpy()).tolist()):
            write([row[0], number, *row[1:]])
    return text.getvalue()


def _rows(racer: Racer, way: Way, far: list[float]) -> list[list[object]]:
    columns = zip(
        way.points.tolist(),
        way.losses.tolist(),
        far,
        way.slopes.tolist(),
        [math.nan, *way.rates.tolist()],
        strict=True,
    )
    return [
        [step, racer.optimizer, *map(_cell, (*place, *numbers))]
        for step, (place, *numbers) in enumerate(columns)
    ]


def _cell(number: float) -> str:
    return "" if math.isnan(number) else repr(number)
