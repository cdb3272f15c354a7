"""Formulas of the course, for the tests of their figures."""

from engine.expressions import parse
from playground.figures.graph_story import tell
from playground.panels.backprop_examples import EXAMPLES


def example(name, *, lines=False, zoom=1.0):
    """Return the story of one of the page's examples."""
    known = EXAMPLES[name]
    return tell(parse(known.text), known.inputs, lines=lines, zoom=zoom)


def own(text, *, lines=False, **inputs):
    return tell(parse(text), inputs, lines=lines)


def place(story, name):
    return [node.name for node in story.computed.nodes].index(name)
