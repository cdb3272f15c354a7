"""Detectors side by side: which part runs how often, filling up by one clock."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from engine.families import Stage, total
from playground import theme
from playground.figures.numerals import plain
from playground.player.scene import Box, Boxes, Layer, Scene, Text, Track
from playground.player.shapes import Shade

WIDTH, HEIGHT = 920, 424
COLUMNS = {"search": 0, "backbone": 1, "proposals": 2, "head": 3, "grid": 3, "masks": 4}
LEFT, WIDE, GAP = 148.0, 112.0, 8.0  # of the columns
TOP, LANE, HIGH = 66.0, 74.0, 50.0  # first lane; from lane to lane; of a card
TOTALS = 828.0  # x of the middle of the totals
MANY = 1000  # runs: their numbers are long
STEPS = 160  # frames of the tape
DECADES = 0.25  # before the first detector is through: nothing is seen sooner
COLOURS = tuple(theme.CLASSES[number] for number in (3, 0, 2, 1, 4))  # of the columns
STAGE: Box = (0.0, 0.0, float(WIDTH), float(HEIGHT))
SPAN = (0.0, float(WIDTH))

Found = Mapping[str, tuple[Stage, ...]]


@dataclass(frozen=True)
class Words:
    """What the stage says, translated.

    Attributes:
        names: of the detectors, by their keys.
        columns: of the five columns.
        total: over the totals.
        clock: of the player.
        spoken: for screen readers.
    """

    names: Mapping[str, str]
    columns: tuple[str, ...]
    total: str
    clock: str
    spoken: str


def tracks(found: Found) -> tuple[Track, ...]:
    """Return what a frame holds: what is filled, how often each ran, the clock."""
    count = sum(map(len, found.values()))
    return (
        Track("fill", "f32", 4 * count),
        Track("runs", "f32", count),
        Track("clock", "f32", 1),
        Track("through", "f32", len(found)),
    )


def frames(found: Found) -> tuple[list[bytes], list[float]]:
    """Return the tape: multiply-adds done so far rise by the same factor each frame."""
    totals = [total(stages) for stages in found.values()]
    low, high = math.log10(min(totals)) - DECADES, math.log10(max(totals))
    made = []
    for step in range(STEPS + 1):
        done = 10 ** (low + (high - low) * step / STEPS) * (1 + 1e-9)
        fill, runs = [], []
        for lane, stages in enumerate(found.values()):
            for stage, share in zip(stages, shares(stages, done), strict=True):
                x, y, wide, tall = _card(lane, stage)
                fill += [x, y, x + wide * share, y + tall]
                runs.append(math.floor(stage.runs * share + 1e-6))
        through = [min(done / whole, 1.0) for whole in totals]
        frame = [*fill, *runs, done, *through]
        made.append(np.array(frame, dtype="<f4").tobytes())
    return made, [float(step) for step in range(STEPS + 1)]


def shares(stages: tuple[Stage, ...], done: float) -> Iterator[float]:
    """Yield which share of each stage is through after so many multiply-adds."""
    for stage in stages:
        yield min(max(done / stage.total, 0.0), 1.0) if stage.total else 1.0
        done -= stage.total


def scene(found: Found, words: Words, metrics: tuple[tuple[str, str], ...]) -> Scene:
    """Return the stage; `frames` is its tape."""
    return Scene(
        (WIDTH, HEIGHT),
        tracks(found),
        tuple(_layers(found, words)),
        time=words.clock,
        rate=STEPS / 8,
        metrics=metrics,
        spoken=words.spoken,
    )


def _card(lane: int, stage: Stage) -> Box:
    return LEFT + (WIDE + GAP) * COLUMNS[stage.name], TOP + LANE * lane, WIDE, HIGH


def _layers(found: Found, words: Words) -> Iterator[Layer]:
    for at, text in enumerate(words.columns):
        x = LEFT + (WIDE + GAP) * at + WIDE / 2
        for line, part in enumerate(text.split("\n")):
            yield Text((x, 22.0 + 22 * line), part, 15, "center", muted=True)
    for line, part in enumerate(words.total.split("\n")):
        yield Text((TOTALS, 22.0 + 22 * line), part, 15, "center", muted=True)
    cards = [
        (lane, stage) for lane, stages in enumerate(found.values()) for stage in stages
    ]
    colours = tuple(COLOURS[COLUMNS[stage.name]] for _lane, stage in cards)
    yield Shade(STAGE, SPAN, colours, alpha=0.35, track="fill", id="fill")
    yield from _edges(cards, colours)
    for number, (lane, stage) in enumerate(cards):
        x, y, wide, tall = _card(lane, stage)
        runs = f"{{runs:{number}:int}}"
        template = runs if stage.runs == 1 else f"{runs} / {stage.runs}"
        size = 17 if stage.runs < MANY else 15
        yield Text((x + wide / 2, y + tall / 2 + 6), template, size, "center")
    yield from _ends(found, words)


def _edges(cards: list[tuple[int, Stage]], colours: tuple[str, ...]) -> Iterator[Layer]:
    """Yield the cards' outlines, a pile of three where a part runs often."""
    for (lane, stage), colour in zip(cards, colours, strict=True):
        x, y, wide, tall = _card(lane, stage)
        pile = 3 if stage.runs > 1 else 1
        places = tuple(
            (x + 4 * k, y - 4 * k, x + wide + 4 * k, y + tall - 4 * k)
            if k == 0
            else (x + 4 * k, y - 4 * k, x + wide + 4 * k, y - 4 * k)
            for k in range(pile)
        )
        yield Boxes(
            STAGE, SPAN, (colour,) * pile, ("",) * pile, (False,) * pile, places
        )


def _ends(found: Found, words: Words) -> Iterator[Layer]:
    """Yield the names at the left, the totals at the right."""
    least = total(found["yolo"])
    for lane, (key, stages) in enumerate(found.items()):
        y = TOP + LANE * lane + HIGH / 2
        yield Text((0.0, y + 6), words.names[key], 18)
        yield Text((TOTALS, y - 2), plain(total(stages)), 17, "center")
        times = f"× {plain(float(f'{total(stages) / least:.3g}'))}"
        yield Text((TOTALS, y + 20), times, 15, "center", muted=True)
