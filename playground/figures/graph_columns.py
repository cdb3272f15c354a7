"""The layers of a drawn graph: ordered so that few edges cross, then placed apart.

Source: Sugiyama, Tagawa, Toda, "Methods for Visual Understanding of Hierarchical System
Structures", IEEE Transactions on Systems, Man, and Cybernetics, 1981.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MARGIN = 6.0  # around everything
GAP = 7.0  # between nodes of a layer
PASSAGE = 12.0  # height that an edge on its way takes
LEAST = 140.0  # height of a stage
SWEEPS = 12  # there and back, to order the layers
ROUNDS = 30  # to move nodes nearer to their neighbours


@dataclass
class Spot:
    """A node, or the passage of an edge, in its layer."""

    layer: int
    before: list["Spot"]
    after: list["Spot"]
    up: float = PASSAGE / 2  # room above and below y
    down: float = PASSAGE / 2
    order: float = 0.0
    y: float = 0.0


def columns_of(every: list[Spot]) -> list[list[Spot]]:
    """Return the spots of each layer, in the order given."""
    columns: list[list[Spot]] = [[] for _ in range(1 + max(s.layer for s in every))]
    for spot in every:
        columns[spot.layer].append(spot)
    for column in columns:
        _number(column)
    return columns


def _number(column: list[Spot]) -> None:
    for order, spot in enumerate(column):
        spot.order = float(order)


def untangle(columns: list[list[Spot]]) -> None:
    """Order each layer by the mean order of its neighbours, keep the best found."""
    best, kept = _tangle(columns), [list(column) for column in columns]
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for column in columns if forward else reversed(columns):
            column.sort(key=lambda spot: _mean(spot, forward=forward))
            _number(column)
        found = _tangle(columns)
        if found < best:
            best, kept = found, [list(column) for column in columns]
    for column, order in zip(columns, kept, strict=True):
        column[:] = order
        _number(column)


def _mean(spot: Spot, *, forward: bool) -> float:
    near = spot.before if forward else spot.after
    return sum(s.order for s in near) / len(near) if near else spot.order


def _tangle(columns: list[list[Spot]]) -> int:
    """Return how many edges cross between neighbouring layers."""
    found = 0
    for column in columns:
        ends = [(spot.order, to.order) for spot in column for to in spot.after]
        found += sum(
            (a - c) * (b - d) < 0 for i, (a, b) in enumerate(ends) for c, d in ends[:i]
        )
    return found


def place_apart(columns: list[list[Spot]]) -> float:
    """Give every spot its y, near its neighbours' and apart; return the height."""
    tall = max(
        sum(s.up + s.down for s in column) + GAP * (len(column) - 1)
        for column in columns
    )
    height = max(tall + 2 * MARGIN, LEAST)
    for column in columns:
        share = (height - 2 * MARGIN) / len(column)
        for index, spot in enumerate(column):
            spot.y = MARGIN + share * (index + 0.5)
        _part(column, height)
    for round_ in range(ROUNDS):
        for column in columns if round_ % 2 else reversed(columns):
            for spot in column:
                near = [*spot.before, *spot.after]
                spot.y = sum(s.y for s in near) / len(near)
            _part(column, height)
    _centre(columns, height)
    return height


def _centre(columns: list[list[Spot]], height: float) -> None:
    """Move everything to the middle of the stage."""
    every = [spot for column in columns for spot in column]
    top = min(spot.y - spot.up for spot in every)
    bottom = max(spot.y + spot.down for spot in every)
    for spot in every:
        spot.y += (height - top - bottom) / 2


def _part(column: Sequence[Spot], height: float) -> None:
    """Move spots of a layer apart, within the stage, as little as it takes."""
    wished = [spot.y for spot in column]
    _push_down(column, -height)
    pushed = sum(spot.y - y for spot, y in zip(column, wished, strict=True))
    for spot in column:
        spot.y -= pushed / len(column)
    _push_down(column, MARGIN)
    highest = height - MARGIN
    for spot in reversed(column):
        spot.y = min(spot.y, highest - spot.down)
        highest = spot.y - spot.up - GAP


def _push_down(column: Sequence[Spot], lowest: float) -> None:
    for spot in column:
        spot.y = max(spot.y, lowest + spot.up)
        lowest = spot.y + spot.down + GAP
