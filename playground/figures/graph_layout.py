"""Where the nodes of a computation graph stand: in layers, with few crossings.

Layers go from left to right. An input stands just before its first use. An edge over
several layers goes through a free place in each of them. Places are logical pixels,
y down.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

from engine.graphs import Computed
from playground.figures.graph_columns import (
    MARGIN,
    Spot,
    columns_of,
    place_apart,
    untangle,
)

# Width of a stage: a narrow one is shown larger, so that few layers fill the room.
NARROW, WIDE, USUAL = 600.0, 808.0, 145.0  # least, most, and for each layer
CLOSEST, CROWDED = 80.0, 70.0  # from layer to layer, and a node, where there are many
FLAT = 2.1  # width of a stage that fits the first screen, in heights
SMALLEST = 0.85  # of the type, on a stage that is wider than the screen
LEGEND = 24.0  # height of the line below the graph
LETTER = 7.3  # width of a letter of 14 px
CELL = 20.0  # height of a number's cell
TITLE = 18.0  # of what stands above the cells of an operation


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
        """The width of a letter; on a crowded stage they shrink less than the rest."""
        return LETTER * self.zoom * max(1.0, SMALLEST * self.crowding)

    @property
    def crowding(self) -> float:
        """How much wider the stage is than the most that is shown in full size."""
        return self.size[0] / (WIDE * self.zoom)

    @property
    def legend(self) -> float:
        """The height of the line below the graph."""
        return LEGEND * self.zoom


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
    columns = columns_of([*spots.values(), *(spot for c in chains for spot in c[1:-1])])
    untangle(columns)
    height = place_apart(columns)
    count = len(columns)
    usual = max(NARROW, min(WIDE, max(count * USUAL, FLAT * height)))
    width = max(usual, count * CLOSEST)
    wide = min(112.0, max(66.0, 0.6 * width / count))
    if width > WIDE:
        wide = CROWDED
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


def _spot(computed: Computed, place: int, layer: int) -> Spot:
    title = 0.0 if is_input(computed, place) else TITLE
    return Spot(layer, [], [], up=CELL + title, down=CELL)


def _chain(
    computed: Computed, spots: dict[int, Spot], edge: tuple[int, int]
) -> list[Spot]:
    """Return the spots of an edge from operand to node, linked with each other."""
    place, index = edge
    start, end = spots[computed.nodes[place].operands[index]], spots[place]
    between = [Spot(layer, [], []) for layer in range(start.layer + 1, end.layer)]
    chain = [start, *between, end]
    for one, other in pairwise(chain):
        one.after.append(other)
        other.before.append(one)
    return chain


def _pieces(
    chains: list[list[Spot]],
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
