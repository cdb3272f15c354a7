"""Where the nodes of a computation graph stand: in layers, with few crossings.

Layers go from left to right. An input stands just before its first use. An edge over
several layers goes through a free place in each of them. Places are logical pixels,
y down.

Source: Sugiyama, Tagawa, Toda, "Methods for Visual Understanding of Hierarchical System
Structures", IEEE Transactions on Systems, Man, and Cybernetics, 1981.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.graphs import Computed

# Width of a stage: a narrow one is shown larger, so that few layers fill the room.
NARROW, WIDE, USUAL = 600.0, 840.0, 150.0  # least, most, and for each layer
CLOSEST = 84.0  # from layer to layer where there are many
MARGIN = 6.0
LEGEND = 24.0  # height of the line below the graph
LETTER = 7.3  # width of a letter of 14 px
CELL = 20.0  # height of a number's cell
TITLE = 18.0  # of what stands above the cells of an operation
GAP = 7.0  # between nodes of a layer
PASSAGE = 12.0  # height that an edge on its way takes
SWEEPS = 12
ROUNDS = 30
LEAST = 140.0  # height of a stage


@dataclass(frozen=True)
class Layout:
    """A graph on its stage.

    Attributes:
        size: of the stage.
        wide: width of a node's box.
        at: of every node, the centre of its two cells; None for constants.
        edges: (node, number of its operand) of every edge.
        pieces: curves (x0, y0, x1, y1) that edges are made of.
        of_edge: of every piece, the place of its edge in `edges`.
        room: width between the boxes of two layers.
        zoom: how much larger everything is, for larger type.
    """

    size: tuple[float, float]
    wide: float
    at: tuple[tuple[float, float] | None, ...]
    edges: tuple[tuple[int, int], ...]
    pieces: tuple[tuple[float, float, float, float], ...]
    of_edge: tuple[int, ...]
    room: float
    zoom: float = 1.0

    @property
    def cell(self) -> float:
        """The height of a number's cell."""
        return CELL * self.zoom

    @property
    def title(self) -> float:
        """The height of what stands above the cells of an operation."""
        return TITLE * self.zoom

    @property
    def letter(self) -> float:
        """The width of a letter."""
        return LETTER * self.zoom

    @property
    def legend(self) -> float:
        """The height of the line below the graph."""
        return LEGEND * self.zoom


@dataclass
class _Spot:
    """A node, or the passage of an edge, in its layer."""

    layer: int
    node: int | None
    before: list["_Spot"]
    after: list["_Spot"]
    up: float = PASSAGE / 2  # room above and below y
    down: float = PASSAGE / 2
    order: float = 0.0
    y: float = 0.0


def arrange(computed: Computed) -> Layout:
    """Return where everything stands; constants are not drawn."""
    shown = [p for p in range(len(computed.nodes)) if not computed.is_constant(p)]
    depths = layers(computed)
    spots = {place: _spot(computed, place, depths[place]) for place in shown}
    edges = [
        (place, index)
        for place in shown
        for index, operand in enumerate(computed.nodes[place].operands)
        if operand in spots
    ]
    chains = [_chain(computed, spots, edge) for edge in edges]
    columns = _columns(spots, chains)
    _untangle(columns)
    height = _place(columns)
    count = len(columns)
    width = max(NARROW, min(WIDE, count * USUAL), count * CLOSEST)
    wide = min(112.0, max(66.0, 0.6 * width / count))
    pitch = min(230.0, (width - wide - 2 * MARGIN) / max(count - 1, 1))
    left = (width - pitch * (count - 1)) / 2
    x = [left + pitch * layer for layer in range(count)]
    pieces, of_edge = _pieces(chains, edges, x, wide)
    at = [
        (x[s.layer], s.y) if (s := spots.get(p)) else None for p in range(len(depths))
    ]
    return Layout(
        (width, height),
        wide,
        tuple(at),
        tuple(edges),
        tuple(pieces),
        tuple(of_edge),
        pitch - wide,
    )


def enlarged(layout: Layout, zoom: float) -> Layout:
    """Return the layout with all places and sizes multiplied; edges are the same."""
    width, height = layout.size
    return replace(
        layout,
        size=(width * zoom, height * zoom),
        wide=layout.wide * zoom,
        at=tuple(at and (at[0] * zoom, at[1] * zoom) for at in layout.at),
        pieces=tuple(tuple(z * zoom for z in piece) for piece in layout.pieces),
        room=layout.room * zoom,
        zoom=layout.zoom * zoom,
    )


def layers(computed: Computed) -> list[int]:
    """Return the layer of every node, from 0; the result is in the last one."""
    depths = [0] * len(computed.nodes)
    for place, node in enumerate(computed.nodes):
        made = [p for p in node.operands if not computed.is_constant(p)]
        depths[place] = 1 + max((depths[p] for p in made), default=-1)
    for place, node in enumerate(computed.nodes):
        if not node.operands:
            users = [
                depths[p]
                for p, user in enumerate(computed.nodes)
                if place in user.operands
            ]
            depths[place] = min(users) - 1
    return depths


def is_input(computed: Computed, place: int) -> bool:
    """Return whether a node is given, not made: its name stands in its first cell."""
    return not computed.nodes[place].operands


def crossings(layout: Layout) -> int:
    """Return how many pairs of pieces cross."""
    found = 0
    for i, (ax, ay, bx, by) in enumerate(layout.pieces):
        for cx, cy, dx, dy in layout.pieces[:i]:
            if ax == cx and bx == dx and (ay - cy) * (by - dy) < 0:
                found += 1
    return found


def _spot(computed: Computed, place: int, layer: int) -> _Spot:
    title = 0.0 if is_input(computed, place) else TITLE
    return _Spot(layer, place, [], [], up=CELL + title, down=CELL)


def _chain(
    computed: Computed, spots: dict[int, _Spot], edge: tuple[int, int]
) -> list[_Spot]:
    """Return the spots of an edge from operand to node, linked with each other."""
    place, index = edge
    start, end = spots[computed.nodes[place].operands[index]], spots[place]
    between = [
        _Spot(layer, None, [], []) for layer in range(start.layer + 1, end.layer)
    ]
    chain = [start, *between, end]
    for one, other in pairwise(chain):
        one.after.append(other)
        other.before.append(one)
    return chain


def _columns(spots: dict[int, _Spot], chains: list[list[_Spot]]) -> list[list[_Spot]]:
    """Return the spots of each layer, in the order in which they are reached."""
    every = [*spots.values(), *(spot for chain in chains for spot in chain[1:-1])]
    columns: list[list[_Spot]] = [[] for _ in range(1 + max(s.layer for s in every))]
    for spot in every:
        columns[spot.layer].append(spot)
    for column in columns:
        _number(column)
    return columns


def _number(column: list[_Spot]) -> None:
    for order, spot in enumerate(column):
        spot.order = float(order)


def _untangle(columns: list[list[_Spot]]) -> None:
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


def _mean(spot: _Spot, *, forward: bool) -> float:
    near = spot.before if forward else spot.after
    return sum(s.order for s in near) / len(near) if near else spot.order


def _tangle(columns: list[list[_Spot]]) -> int:
    """Return how many edges cross between neighbouring layers."""
    found = 0
    for column in columns:
        ends = [(spot.order, to.order) for spot in column for to in spot.after]
        found += sum(
            (a - c) * (b - d) < 0 for i, (a, b) in enumerate(ends) for c, d in ends[:i]
        )
    return found


def _place(columns: list[list[_Spot]]) -> float:
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


def _centre(columns: list[list[_Spot]], height: float) -> None:
    """Move everything to the middle of the stage."""
    every = [spot for column in columns for spot in column]
    top = min(spot.y - spot.up for spot in every)
    bottom = max(spot.y + spot.down for spot in every)
    for spot in every:
        spot.y += (height - top - bottom) / 2


def _part(column: Sequence[_Spot], height: float) -> None:
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


def _push_down(column: Sequence[_Spot], lowest: float) -> None:
    for spot in column:
        spot.y = max(spot.y, lowest + spot.up)
        lowest = spot.y + spot.down + GAP


def _pieces(
    chains: list[list[_Spot]],
    edges: list[tuple[int, int]],
    x: list[float],
    wide: float,
) -> tuple[list[tuple[float, float, float, float]], list[int]]:
    """Return the curves of all edges, and of which edge each is."""
    ports: dict[int, list[int]] = {}
    for number, (place, _index) in enumerate(edges):
        ports.setdefault(place, []).append(number)
    ends = {}
    for numbers in ports.values():
        numbers.sort(key=lambda number: chains[number][-2].y)
        pitch = min(9.0, 2 * (CELL - 5) / len(numbers))
        for index, number in enumerate(numbers):
            ends[number] = (index - (len(numbers) - 1) / 2) * pitch
    pieces, of_edge = [], []
    for number, chain in enumerate(chains):
        path = [(x[chain[0].layer] + wide / 2, chain[0].y)]
        for spot in chain[1:-1]:
            path += [(x[spot.layer] + side * wide / 2, spot.y) for side in (-1, 1)]
        path.append((x[chain[-1].layer] - wide / 2, chain[-1].y + ends[number]))
        for start, end in pairwise(path):
            pieces.append((*start, *end))
            of_edge.append(number)
    return pieces, of_edge
