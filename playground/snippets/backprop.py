"""A formula as a program: the graph on screen, once more by torch's autograd."""

from collections.abc import Mapping

from engine.graphs import CONSTANT, Graph, Node

PROGRAM = '''\
"""Every derivative of {result}, by torch's autograd. Needs only torch."""

import torch


def formula({names}):
{lines}
    return locals()  # every name and its number


inputs = {{
    name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
    for name, value in {{
{values}
    }}.items()
}}
nodes = formula(**inputs)
for node in nodes.values():
    node.retain_grad()  # else torch keeps the gradients of the inputs alone
nodes["{result}"].backward()  # from the result back to the inputs

for name, node in nodes.items():
    print(f"{{name}} = {{node.item():.6g}}, d{result}/d{{name}} = {{node.grad:.6g}}")
'''
CHECK = """
# The same slope by {name}, from small steps.
epsilon = {epsilon!r}


def moved(step):
    changed = {{**inputs, "{name}": inputs["{name}"] + step}}
    return formula(**changed)["{result}"].item()


one_sided = (moved(epsilon) - moved(0.0)) / epsilon
two_sided = (moved(epsilon) - moved(-epsilon)) / (2 * epsilon)
print(f"one-sided {{one_sided:.8g}}, two-sided {{two_sided:.8g}}")
"""
TEMPLATES = {
    "sub": "{0} - {1}",
    "mul": "{0} * {1}",
    "div": "{0} / {1}",
    "pow": "{0} ** {1}",
    "neg": "-{0}",
    "max": "torch.maximum({0}, {1})",
}


def program(graph: Graph, inputs: Mapping[str, float]) -> str:
    """Return a program that prints the value of every node and its gradient.

    Args:
        graph: any.
        inputs: a finite number for each input's name.
    """
    made = [node for node in graph.nodes if node.operands]
    return PROGRAM.format(
        result=graph.nodes[-1].name,
        names=", ".join(graph.inputs),
        lines="\n".join(f"    {node.name} = {_right(graph, node)}" for node in made),
        values="\n".join(
            f'        "{name}": {float(inputs[name])!r},' for name in graph.inputs
        ),
    )


def check(graph: Graph, inputs: Mapping[str, float], name: str, epsilon: float) -> str:
    """Return the program with the numerical check of one input; see `program`.

    Args:
        graph: any.
        inputs: a finite number for each input's name.
        name: of the input that is changed.
        epsilon: > 0.
    """
    result = graph.nodes[-1].name
    return program(graph, inputs) + CHECK.format(
        name=name, epsilon=epsilon, result=result
    )


def _right(graph: Graph, node: Node) -> str:
    """Return the right side of a node's line."""
    operands = [_operand(graph.nodes[p], node.operation) for p in node.operands]
    if node.operation == "add":
        return " + ".join(operands)
    template = TEMPLATES.get(node.operation, f"torch.{node.operation}({{0}})")
    return template.format(*operands)


def _operand(node: Node, operation: str) -> str:
    if node.operation != CONSTANT:
        return node.name
    if operation == "max":
        return f"torch.tensor({node.number!r}, dtype=torch.float64)"
    return f"({node.number!r})" if node.number < 0 else repr(node.number)
