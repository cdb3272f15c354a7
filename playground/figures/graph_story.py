"""A way through a graph and back: what happens in each step, as LaTeX with numbers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from engine.graph_lines import fold
from engine.graphs import (
    CONSTANT,
    Computed,
    Graph,
    Node,
    Step,
    compute,
    edges_back,
    gradients,
    steps,
)
from playground.figures.graph_layout import Layout, arrange, enlarged
from playground.figures.graph_words import (
    PLAIN,
    SLOPES,
    TEX,
    Style,
    bracketed,
    formula,
    has_working,
    number,
    plain,
    slope,
    tex,
    tex_number,
)


@dataclass(frozen=True)
class Story:
    """What is shown of a graph.

    Attributes:
        whole: the graph with its numbers, operation by operation.
        computed: the graph as it is shown: the whole, or one node per line.
        layout: where its nodes stand.
        moments: all steps.
    """

    whole: Computed
    computed: Computed
    layout: Layout
    moments: tuple[Step, ...]

    @property
    def folded(self) -> bool:
        """Whether there is one node per line."""
        return self.computed is not self.whole

    @property
    def result(self) -> Node:
        """The last node."""
        return self.computed.nodes[-1]


def tell(
    graph: Graph, inputs: Mapping[str, float], *, lines: bool, zoom: float = 1.0
) -> Story:
    """Return the way through a graph.

    Args:
        graph: any.
        inputs: a finite number for each input's name.
        lines: one node per line instead of one per operation.
        zoom: how much larger it stands than usual.
    """
    whole = compute(graph, inputs)
    computed = fold(whole) if lines else whole
    layout = enlarged(arrange(computed), zoom)
    return Story(whole, computed, layout, tuple(steps(computed)))


def plain_formula(story: Story, place: int) -> str:
    """Return what an operation is made of, as text: "a+b"."""
    return _formula(story, place, PLAIN, plain)


def definitions(story: Story) -> list[str]:
    """Return the formula of every operation that is shown, as LaTeX."""
    return [
        f"{tex(node.name)} = {_formula(story, place, TEX, tex)}"
        for place, node in enumerate(story.computed.nodes)
        if node.operands
    ]


def forward(story: Story, place: int) -> str:
    """Return how an operation gets its value, as LaTeX: letters, numbers, value."""
    whole, name = story.whole, tex(story.computed.nodes[place].name)
    known = zip(whole.nodes, whole.values, strict=True)
    values = {node.name: tex_number(value) for node, value in known}
    letters = _formula(story, place, TEX, tex)
    numbers = _formula(story, place, TEX, values.__getitem__)
    return (
        f"{name} = {letters} = {numbers} = {tex_number(story.computed.values[place])}"
    )


def paths(story: Story, moment: Step) -> tuple[list[tuple[int, int]], int]:
    """Return all edges that bring gradient to where this one does, and its number.

    Args:
        story: any.
        moment: of the kind "backward".

    Returns:
        (node, number of its operand) in the order of the way back; this one's number,
        from 1.
    """
    computed = story.computed
    target = computed.nodes[moment.node].operands[moment.operand]
    ways = [
        (place, index)
        for place, index in edges_back(computed)
        if computed.nodes[place].operands[index] == target
    ]
    return ways, ways.index((moment.node, moment.operand)) + 1


def backward(story: Story, moment: Step) -> str:
    """Return how gradient comes along an edge, as LaTeX: chain rule, numbers, sum.

    Where paths meet: the sum of those that have come so far, and dots for the others.
    """
    computed, (ways, now) = story.computed, paths(story, moment)
    target = computed.nodes[moment.node].operands[moment.operand]
    result, name = story.result.name, computed.nodes[target].name
    found = gradients(computed)
    letters, numbers = [], []
    for place, index in ways[:now]:
        user = computed.nodes[place].name
        letters.append(rf"{partial_of(result, user)} \cdot {partial_of(user, name)}")
        sent, passed = tex_number(found[place]), computed.slopes[place][index]
        sent = bracketed(sent) if numbers else sent  # no bracket where a line begins
        numbers.append(rf"{sent} \cdot {bracketed(tex_number(passed))}")
    dots = r" + \dots" if now < len(ways) else ""
    steps_shown = [" + ".join(letters), " + ".join(numbers)]
    steps_shown.append(tex_number(moment.gradients[target]))
    right = " = ".join(part + dots for part in steps_shown)
    return f"{partial_of(result, name)} = {right}"


def local(story: Story, moment: Step) -> str:
    """Return the slope of the edge at work, as LaTeX: rule, numbers, value.

    The value alone where no rule fits in a line: a line of several operations, a max.
    """
    computed = story.computed
    node, index = computed.nodes[moment.node], moment.operand
    head = partial_of(node.name, computed.nodes[node.operands[index]].name)
    parts = [tex_number(computed.slopes[moment.node][index])]
    if node.operation in SLOPES:
        letters = [_leaf(computed.nodes[place], tex) for place in node.operands]
        numbers = [bracketed(tex_number(computed.values[p])) for p in node.operands]
        value = bracketed(tex_number(computed.values[moment.node]))
        if has_working(node.operation, index):
            parts.insert(0, slope(node.operation, index, numbers, value))
        parts.insert(0, slope(node.operation, index, letters, tex(node.name)))
    return " = ".join([head, *dict.fromkeys(parts)])


def partial_of(of: str, by: str) -> str:
    """Return the derivative of one name by another, as LaTeX."""
    return rf"\frac{{\partial {tex(of)}}}{{\partial {tex(by)}}}"


def gradient(story: Story, names: Iterable[str]) -> list[str]:
    """Return the derivative of the result by each of these nodes, as LaTeX."""
    known = zip(story.computed.nodes, gradients(story.computed), strict=True)
    found = {node.name: tex_number(value) for node, value in known}
    return [f"{partial_of(story.result.name, name)} = {found[name]}" for name in names]


def _leaf(node: Node, name_of: Callable[[str], str]) -> str:
    return tex_number(node.number) if node.operation == CONSTANT else name_of(node.name)


def _formula(
    story: Story, place: int, style: Style, name_of: Callable[[str], str]
) -> str:
    """Return the formula of a node; where lines are folded, of its whole line."""
    nodes, wanted = story.whole.nodes, story.computed.nodes[place].name

    def leaf(operand: int) -> str | None:
        node = nodes[operand]
        if node.operation == CONSTANT:
            return number(node.number) if style is PLAIN else tex_number(node.number)
        return None if story.folded and not node.own else name_of(node.name)

    (found,) = (p for p, node in enumerate(nodes) if node.name == wanted)
    return formula(nodes, found, leaf, style)
