"""The numbers of a graph as tables: on the page, and to carry off."""

import csv
import io
import math
from collections.abc import Mapping

from engine.graphs import gradients
from playground.figures.graph_story import Story, plain_formula
from playground.figures.graph_words import number, plain
from playground.i18n import _

DIGITS = 6  # a step of gradient descent often changes the fifth


def markdown(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table as Markdown; all but the first two columns hold numbers."""
    marks = [":--" if index < 2 else "--:" for index in range(len(heads))]
    lines = [heads, tuple(marks), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def nodes_table(story: Story, torch_says: Mapping[str, float]) -> str:
    """Return every node with its numbers, as Markdown.

    Args:
        story: what is shown.
        torch_says: name -> gradient, by torch.
    """
    result = plain(story.result.name)
    heads = (
        _("Node"),
        _("Made of"),
        _("Value"),
        _("Slopes"),
        f"∂{result}/∂…",
        _("By torch"),
    )
    rows = []
    for place, slopes, found in _nodes(story):
        node = story.computed.nodes[place]
        made = plain_formula(story, place) if node.operands else _("input")
        numbers = (story.computed.values[place], found, torch_says[node.name])
        value, ours, theirs = (number(x, DIGITS) for x in numbers)
        shown = ",  ".join(f"{name}: {number(x, DIGITS)}" for name, x in slopes)
        rows.append(
            (f"**{plain(node.name)}**", made, value, shown or " ", ours, theirs)
        )
    return markdown(heads, [tuple(map(_harmless, row)) for row in rows])


def nodes_csv(story: Story) -> str:
    """Return every node as CSV: name, made_of, value, slopes, gradient."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "made_of", "value", "slopes", "gradient"])
    for place, slopes, found in _nodes(story):
        node = story.computed.nodes[place]
        made = plain_formula(story, place) if node.operands else ""
        known = " ".join(f"{name}={slope!r}" for name, slope in slopes)
        writer.writerow([node.name, made, story.computed.values[place], known, found])
    return text.getvalue()


def _nodes(story: Story) -> list[tuple[int, list[tuple[str, float]], float]]:
    """Return place, (operand, slope) of each operand, and gradient of every node."""
    computed = story.computed
    found = gradients(computed)
    if math.isnan(computed.values[-1]):
        found = (math.nan,) * len(found)
    return [
        (
            place,
            [
                (plain(computed.nodes[operand].name), slope)
                for operand, slope in zip(
                    node.operands, computed.slopes[place], strict=True
                )
                if not computed.is_constant(operand)
            ],
            found[place],
        )
        for place, node in enumerate(computed.nodes)
        if not computed.is_constant(place)
    ]


def _harmless(text: str) -> str:
    """Return text in which Markdown finds nothing but letters."""
    return text.replace("_", "\\_").replace("^", "\\^").replace("|", "\\|")
