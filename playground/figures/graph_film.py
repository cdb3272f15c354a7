"""A computation graph as frames: which cells are filled, what goes along the edges."""

import math
from collections.abc import Sequence
from functools import partial
from itertools import filterfalse

import numpy as np

from engine.graphs import Step
from playground.figures.graph_layout import Layout, is_input
from playground.figures.graph_story import Story
from playground.figures.graph_words import number, plain
from playground.player.scene import Box, Track

# What an edge is painted with: sign and size give its colour and width.
IDLE, THERE, BACK, DONE = 0.25, 1.6, -1.6, -0.5
PLACES = (0.5, 0.34, 0.66, 0.22, 0.78)  # along an edge, where its slope may stand
NAN4 = (math.nan,) * 4
Label = tuple[str, tuple[float, float]]


def tracks(story: Story) -> tuple[Track, ...]:
    """Return the tracks of the frames."""
    nodes, layout = len(story.computed.nodes), story.layout
    drawn = len([at for at in layout.at if at])
    sizes = {
        "values": nodes,
        "gradients": nodes,
        "flow": len(layout.pieces),
        "valued": 4 * drawn,
        "graded": 4 * drawn,
        "focus": 8,
        "slopes": 4 * len(layout.edges),
    }
    return tuple(Track(name, "f32", size) for name, size in sizes.items())


def film(story: Story) -> list[bytes]:
    """Return one frame per step, as `tracks` says."""
    layout, labels, frames = story.layout, slope_labels(story), []
    used = dict.fromkeys(range(len(layout.edges)), -1)  # since which moment
    for now, moment in enumerate(story.moments):
        active = _active(layout, moment)
        if moment.kind == "backward":
            used[active[0]] = now
        parts = (
            [math.nan if v is None else v for v in moment.values],
            [math.nan if g is None else g for g in moment.gradients],
            _flow(layout, moment, active, used),
            _filled(layout, moment.values, upper=True),
            _filled(layout, moment.gradients, upper=False),
            _focus(story, moment),
            _slopes_shown(layout, labels, used, now),
        )
        flat = [number for part in parts for number in part]
        frames.append(np.array(flat, dtype="<f4").tobytes())
    return frames


def cell(layout: Layout, place: int, *, upper: bool) -> Box:
    """Return the left, top, right and bottom of a node's cell."""
    x, y = layout.at[place]
    top = y - layout.cell if upper else y
    return (x - layout.wide / 2, top, x + layout.wide / 2, top + layout.cell)


def slope_labels(story: Story) -> list[Label]:
    """Return for every edge its slope as text, and the middle of its base line.

    Each stands on its edge, where no other does; without room there all stand at the
    right end of the legend's line, to be shown one at a time.
    """
    computed, layout = story.computed, story.layout
    found: list[Label] = []
    for edge, (place, index) in enumerate(layout.edges):
        slope = number(computed.slopes[place][index])
        if has_room(layout):
            spots = [along(_last_piece(layout, edge), share) for share in PLACES]
            text = f"×{slope}"
            taken = partial(_is_taken, text, others=found, letter=layout.letter)
            x, y = next(filterfalse(taken, spots), spots[0])
            found.append((text, (x, y - 5)))
        else:
            node, operand = (
                plain(computed.nodes[p].name)
                for p in (place, computed.nodes[place].operands[index])
            )
            text = f"∂{node}/∂{operand} = {slope}"
            width, height = layout.size
            x = width - (len(text) / 2 + 1) * layout.letter
            found.append((text, (x, height + layout.legend - 5)))
    return found


def has_room(layout: Layout) -> bool:
    """Return whether the slopes may stay: else each is shown while it is used."""
    return layout.room >= 8 * layout.letter


def _active(layout: Layout, moment: Step) -> list[int]:
    """Return the edges along which something goes in this moment."""
    if moment.kind == "forward":
        return [e for e, (place, _i) in enumerate(layout.edges) if place == moment.node]
    if moment.kind == "backward":
        return [layout.edges.index((moment.node, moment.operand))]
    return []


def _flow(
    layout: Layout, moment: Step, active: list[int], used: dict[int, int]
) -> list[float]:
    going = THERE if moment.kind == "forward" else BACK
    edges = [
        going if edge in active else DONE if used[edge] >= 0 else IDLE
        for edge in range(len(layout.edges))
    ]
    return [edges[edge] for edge in layout.of_edge]


def _filled(
    layout: Layout, known: Sequence[float | None], *, upper: bool
) -> list[float]:
    """Return the cells whose number is known, nan for the others."""
    cells = [
        NAN4 if number is None else cell(layout, place, upper=upper)
        for place, number in enumerate(known)
        if layout.at[place]
    ]
    return [corner for corners in cells for corner in corners]


def _focus(story: Story, moment: Step) -> list[float]:
    """Return boxes around the node at work, and around where its gradient goes."""
    places = [] if moment.kind == "start" else [moment.node]
    if moment.kind == "backward":
        places.append(story.computed.nodes[moment.node].operands[moment.operand])
    around = [_around(story, place) for place in places]
    return [corner for corners in (*around, NAN4, NAN4)[:2] for corner in corners]


def _around(story: Story, place: int) -> Box:
    left, top, right, _middle = cell(story.layout, place, upper=True)
    above = 0.0 if is_input(story.computed, place) else story.layout.title
    return (left - 5, top - 4 - above, right + 5, top + 2 * story.layout.cell + 4)


def _slopes_shown(
    layout: Layout, labels: Sequence[Label], used: dict[int, int], now: int
) -> list[float]:
    """Return where the slopes of used edges stand, nan for the others."""
    stay, numbers = has_room(layout), []
    for edge, (text, (x, y)) in enumerate(labels):
        if used[edge] == now or (stay and used[edge] >= 0):
            left = x - len(text) * layout.letter / 2 - 3
            numbers += [left, y + 5, left, y + 5]  # it is written 5 px above
        else:
            numbers += NAN4
    return numbers


def _last_piece(layout: Layout, edge: int) -> Box:
    """Return the last piece of an edge that goes from layer to layer."""
    pieces = zip(layout.pieces, layout.of_edge, strict=True)
    return [piece for piece, owner in pieces if owner == edge][-1]


def along(piece: Box, share: float) -> tuple[float, float]:
    """Return the point of a curve at a share of its way, as the browser draws it."""
    x0, y0, x1, y1 = piece
    middle, rest = (x0 + x1) / 2, 1 - share
    bend = 3 * share * rest
    x = rest**3 * x0 + bend * middle + share**3 * x1
    y = (rest**3 + bend * rest) * y0 + (bend * share + share**3) * y1
    return x, y


def _is_taken(
    text: str, spot: tuple[float, float], others: Sequence[Label], letter: float
) -> bool:
    x, y = spot
    return any(
        abs(y - 5 - b) < 2 * letter
        and abs(x - a) < (len(text) + len(other)) * letter / 2
        for other, (a, b) in others
    )
