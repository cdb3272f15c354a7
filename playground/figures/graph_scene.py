"""A computation graph on the player's stage: values go right, gradients come back.

Every node has two cells: its value, and below it its gradient. A cell gets its colour
when its number arrives. An edge shows its slope when the gradient comes along it.
"""

import math
from dataclasses import dataclass

from playground.figures.graph_film import (
    cell,
    has_room,
    slope_labels,
    tracks,
)
from playground.figures.graph_layout import is_input
from playground.figures.graph_story import Story, plain_formula
from playground.figures.graph_words import number, plain
from playground.player.scene import Boxes, Edges, Layer, Scene, Text

LONGEST = 40.0  # seconds that a tape plays
SYMBOLS = {"add": "+", "sub": "−", "mul": "·", "div": "/", "pow": "^", "neg": "−"} | {
    "sigmoid": "σ",
    "line": "",
}


@dataclass(frozen=True)
class Words:
    """What the scene says, translated."""

    step: str
    upper: str
    lower: str
    edge: str
    undefined: str
    spoken: str


def scene(story: Story, words: Words) -> Scene:
    """Return the stage of a graph."""
    layout, last = story.layout, len(story.moments) - 1
    width, height = layout.size
    edges = Edges(layout.pieces, "flow", id="edges")
    return Scene(
        (width, height + layout.legend),
        tracks(story),
        (edges, *_cells(story), *_texts(story, words)),
        time=f"{words.step} {{time:int}} / {last}",
        rate=max(0.8, last / LONGEST),
        end=float(last),
        spoken=words.spoken,
    )


def title(story: Story, place: int) -> str:
    """Return what stands above the cells of an operation: its formula, if it fits."""
    node = story.computed.nodes[place]
    name = plain(node.name)
    long = f"{name} = {plain_formula(story, place)}"
    if len(long) * story.layout.letter <= story.layout.wide + 10:
        return long
    symbol = SYMBOLS.get(node.operation, node.operation)
    return f"{name}  ({symbol})" if symbol else name


def _cells(story: Story) -> tuple[Layer, ...]:
    """Return the cells, empty, with a value, with a gradient; the focus; the slopes."""
    layout = story.layout
    stage, span = (0.0, 0.0, *layout.size), (0.0, layout.size[0])
    drawn = [place for place, at in enumerate(layout.at) if at]
    both = tuple(
        cell(layout, place, upper=up) for place in drawn for up in (True, False)
    )
    labels = tuple(text for text, _at in slope_labels(story))

    def boxes(colour: str, count: int, **more: object) -> Boxes:
        return Boxes(stage, span, (colour,) * count, **more)

    return (
        boxes("faint", len(both), xyxy=both),
        boxes("positive", len(drawn), track="valued", id="valued"),
        boxes("negative", len(drawn), track="graded", id="graded"),
        boxes("ink", 2, dash=(True, True), track="focus", id="focus"),
        boxes("transparent", len(labels), labels=labels, track="slopes", id="slopes"),
    )


def _texts(story: Story, words: Words) -> tuple[Layer, ...]:
    """Return titles and numbers of all nodes, and what the cells mean."""
    computed, layout = story.computed, story.layout
    tall, rise = layout.cell, 5.5 * layout.zoom
    digits = ":3" if layout.crowding > 1 else ""
    found: list[Layer] = []
    for place, at in enumerate(layout.at):
        if at is None:
            continue
        x, y = at
        value = f"{{values:{place}{digits}}}"
        if math.isnan(computed.values[place]):
            value = words.undefined
        if is_input(computed, place):
            name = plain(computed.nodes[place].name)
            value = f"{name} = {number(computed.values[place])}"  # it never changes
        else:
            head = title(story, place)
            found.append(Text((x, y - tall - 5), head, align="center", muted=True))
        found.append(Text((x, y - rise), value, size=15, align="center", id="value"))
        below = (x, y + tall - rise)
        found.append(
            Text(below, f"{{gradients:{place}{digits}}}", size=15, align="center")
        )
    height = layout.size[1] + layout.legend - 5
    result = plain(computed.nodes[-1].name)
    lower = words.lower.format(gradient=f"∂{result}/∂…")
    parts = [words.upper, lower] + [words.edge] * has_room(layout)
    legend = "   ·   ".join(parts)
    found.append(Text((4.0, height), legend, muted=True, id="legend"))
    return tuple(found)
