"""The frames of non-max suppression: each comparison is measured, then decided."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from engine.suppression import (
    DROPPED,
    FADED,
    KEPT,
    LOW,
    PICKED,
    WAITING,
    Step,
    outcome,
)
from playground.player.scene import Track

SIZE = (900.0, 356.0)  # logical pixels of the stage
PICTURE = (0.0, 0.0, 440.0, 330.0)
INSET = 5.0  # between the two lines of a box that is kept
CODE = (464.0, 17.0, 20.5)  # left, first baseline, pitch of the program's lines
ROWS = (464.0, 436.0, 172.0, 18.5)  # left, width, first baseline, pitch of the list
COLUMN = 10  # boxes in a column of the list
MOST = 2 * COLUMN  # boxes that are stepped through
# Lines of the program that is followed.
SORT, PICK, MEASURE, ACT, SPARE, PASS = range(6)
LINES = {
    "class": PASS,
    "dropped": ACT,
    "faded": ACT,
    "lowered": ACT,
    "spared": SPARE,
}


@dataclass(frozen=True)
class Moment:
    """One frame: a step, seen before (measured) or after it was decided."""

    step: Step
    before: Step
    decided: bool

    @property
    def line(self) -> int:
        """Return the line of the program that runs."""
        if self.step.action == "compare":
            return LINES[outcome(self.step)] if self.decided else MEASURE
        return PICK if self.step.action == "pick" else SORT

    @property
    def shown(self) -> Step:
        """Return the step whose states and scores are painted."""
        return self.step if self.decided else self.before


@dataclass(frozen=True)
class View:
    """Where a picture's pixels are on the stage: from (left, top), times scale."""

    left: float
    top: float
    scale: float

    def place(self, boxes: Tensor) -> Tensor:
        """Return boxes [N, 4] in pixels of the stage."""
        corner = torch.tensor([self.left, self.top] * 2)
        return (boxes - corner) * self.scale + torch.tensor(PICTURE[:2] * 2)


def view_of(
    width: float, height: float, *, left: float = 0.0, top: float = 0.0
) -> View:
    """Return the view that shows all of a picture.

    Args:
        width: of the picture, pixels.
        height: of the picture.
        left: x at its left side.
        top: y at its upper side.
    """
    return View(left, top, min(PICTURE[2] / width, PICTURE[3] / height))


def moments(steps: Sequence[Step]) -> list[Moment]:
    """Return the frames of a trace; a comparison has two, measured and decided.

    The start has two as well where it drops boxes: with them, and without.
    """
    start = steps[0]
    told = [Moment(start, start, decided=True)]
    if LOW in start.states:
        every = replace(start, states=(WAITING,) * len(start.states))
        told.insert(0, Moment(start, every, decided=False))
    for before, step in itertools.pairwise(steps):
        if step.action == "compare" and not math.isnan(step.overlap):
            told.append(Moment(step, before, decided=False))
        told.append(Moment(step, before, decided=True))
    return told


def row_at(index: int, count: int) -> tuple[float, float, float]:
    """Return left, baseline and width of a box's row in the list.

    Args:
        index: of the box, best first.
        count: of all boxes.
    """
    left, width, first, pitch = ROWS
    if count <= COLUMN:
        return left, first + index * pitch, width
    half = width / 2
    return (
        left + half * (index // COLUMN),
        first + index % COLUMN * pitch,
        half - 10,
    )


def bar_span(width: float) -> tuple[float, float]:
    """Return where the bar of a row begins, and its length for the score 1."""
    return (116.0, 240.0) if width > 250 else (98.0, 56.0)


def film(
    told: Sequence[Moment], places: Tensor
) -> tuple[tuple[Track, ...], list[bytes]]:
    """Return the tracks and a frame for each moment.

    Args:
        told: what is shown, see `moments`.
        places: [N, 4], the boxes on the stage.
    """
    columns = {
        "waiting": [_those(m.shown, places, (WAITING, PICKED)) for m in told],
        "kept": [_those(m.shown, places, (KEPT,)) for m in told],
        "inner": [_those(m.shown, _inner(places), (KEPT,)) for m in told],
        "pick": _followed([m.step.pick for m in told], places),
        "other": _followed([m.step.other for m in told], places),
        "common": [_common(m.step, places) for m in told],
        "line": [_line(m.line) for m in told],
        "pick_row": _followed([m.step.pick for m in told], _rows(len(places))),
        "other_row": _followed([m.step.other for m in told], _rows(len(places))),
        "bars": [_bars(m.shown) for m in told],
        "yes": [_marks(m.shown, (KEPT, PICKED)) for m in told],
        "no": [_marks(m.shown, (LOW, DROPPED, FADED)) for m in told],
        "scores": [torch.tensor(m.shown.scores) for m in told],
        "now": [_numbers(m) for m in told],
    }
    rows = {name: torch.stack(list(each)) for name, each in columns.items()}
    table = np.hstack([each.flatten(1).numpy() for each in rows.values()])
    frames = [row.tobytes() for row in np.ascontiguousarray(table, dtype=np.float32)]
    tracks = [Track(name, "f32", each[0].numel()) for name, each in rows.items()]
    return tuple(tracks), frames


def _those(step: Step, places: Tensor, states: Sequence[int]) -> Tensor:
    """Return the boxes in one of these states; the others shrunk to their centres."""
    there = torch.tensor([state in states for state in step.states])
    centre = (places[:, :2] + places[:, 2:]) / 2
    return torch.where(there[:, None], places, centre.repeat(1, 2))


def _inner(places: Tensor) -> Tensor:
    room = ((places[:, 2:] - places[:, :2]).amin(dim=1, keepdim=True) / 4).clamp(
        max=INSET
    )
    return places + torch.cat((room, room, -room, -room), dim=1)


def _followed(indices: Sequence[int], places: Tensor) -> list[Tensor]:
    """Return the box at each index; where there is none, the last one's centre."""
    found, last = [], places[0] if len(places) else torch.zeros(4)
    for index in indices:
        last = places[index] if index >= 0 else last
        centre = ((last[:2] + last[2:]) / 2).repeat(2)
        found.append(last if index >= 0 else centre)
    return found


def _common(step: Step, places: Tensor) -> Tensor:
    """Return the rectangle that the two boxes share, [4]; a point if none."""
    if step.other < 0:
        return torch.zeros(4)
    a, b = places[step.pick], places[step.other]
    corner = torch.maximum(a[:2], b[:2])
    return torch.cat((corner, torch.maximum(torch.minimum(a[2:], b[2:]), corner)))


def _line(line: int) -> Tensor:
    left, first, pitch = CODE
    top = first + line * pitch - 16.0
    return torch.tensor([left - 4, top, SIZE[0], top + pitch - 1])


def _rows(count: int) -> Tensor:
    """Return the rectangles around the rows of the list, [N, 4]."""
    rows = [row_at(index, count) for index in range(count)]
    return torch.tensor(
        [(x - 4, y - 15, x + wide, y + 4) for x, y, wide in rows]
    ).reshape(-1, 4)


def _bars(step: Step) -> Tensor:
    """Return the bars of the scores [N, 4]; boxes that are gone have none."""
    bars = []
    for index, (score, state) in enumerate(zip(step.scores, step.states, strict=True)):
        left, base, width = row_at(index, len(step.states))
        begin, full = bar_span(width)
        alive = state in (WAITING, PICKED, KEPT)
        long = full * min(max(score, 0.0), 1.0) if alive else 0.0
        bars.append((left + begin, base - 11, left + begin + long, base + 1))
    return torch.tensor(bars).reshape(-1, 4)


def _marks(step: Step, states: Sequence[int]) -> Tensor:
    """Return where the mark of each box stands, [N, 4]; nan where it has none."""
    marks = []
    for index, state in enumerate(step.states):
        left, base, _width = row_at(index, len(step.states))
        there = (left - 3.0, base + 5.0) if state in states else (math.nan, math.nan)
        marks.append(there * 2)
    return torch.tensor(marks).reshape(-1, 4)


def _numbers(moment: Moment) -> Tensor:
    """Return pick, other (from 1), overlap, its score before and after; the counts."""
    step, states = moment.step, moment.shown.states
    after = step.scores[step.other] if step.other >= 0 else math.nan
    return torch.tensor(
        [
            step.pick + 1 if step.pick >= 0 else math.nan,
            step.other + 1 if step.other >= 0 else math.nan,
            step.overlap,
            step.before,
            after if moment.decided else math.nan,
            sum(state in (KEPT, PICKED) for state in states),
            sum(state > KEPT for state in states),
            sum(state == WAITING for state in states),
        ],
        dtype=torch.float32,
    )
