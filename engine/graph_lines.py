"""The graph of the reader's own names: all operations of a line become one node."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.graphs import INPUT, LINE, Computed


def fold(computed: Computed) -> Computed:
    """Return the graph of the reader's own names: every line is a single node.

    The slope of a line by a name is the sum over all ways from one to the other, of the
    product of the slopes on the way. Constants are left out.
    """
    kept = [
        place
        for place, node in enumerate(computed.nodes)
        if node.own or place == len(computed.nodes) - 1
    ]
    kept = [place for place in kept if not computed.is_constant(place)]
    places = {place: index for index, place in enumerate(kept)}
    nodes, slopes = [], []
    for place in kept:
        node, sums = computed.nodes[place], {}
        if node.operation != INPUT:
            for name, product in _ways(computed, place, places):
                sums[name] = sums.get(name, 0.0) + product
            node = replace(node, operation=LINE)
        nodes.append(replace(node, operands=tuple(places[name] for name in sums)))
        slopes.append(tuple(sums.values()))
    values = tuple(computed.values[place] for place in kept)
    return Computed(tuple(nodes), values, tuple(slopes))


def _ways(
    computed: Computed, place: int, kept: Mapping[int, int]
) -> Iterator[tuple[int, float]]:
    """Yield every kept node below this one, with the product of slopes on the way."""
    slopes = computed.slopes[place]
    for operand, slope in zip(computed.nodes[place].operands, slopes, strict=True):
        if operand in kept:
            yield operand, slope
        elif not computed.is_constant(operand):
            for name, product in _ways(computed, operand, kept):
                yield name, slope * product
