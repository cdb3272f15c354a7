"""The page of architectures as programs: networks with their totals, one descent."""

import inspect
from collections.abc import Mapping

import torch

from engine import blocks, residual
from engine.layer_plan import Layer, Shape, make
from engine.layer_report import report
from engine.residual import Stack

Plans = Mapping[str, tuple[tuple[Layer, ...], Shape]]
BLOCKS = {"residual": "Residual", "bottleneck": "Bottleneck", "inception": "Inception"}
TOTALS = '''\
"""Parameters and multiply-adds of networks. Needs only torch."""

{blocks}

def totals(network, shape):
    """Return parameters and multiply-adds (biases not counted) for one input."""
    counted = []

    def count(module, given, answer):
        counted.append(answer[0].numel() * module.weight[0].numel())

    for part in network.modules():
        if isinstance(part, (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)):
            part.register_forward_hook(count)
    with torch.no_grad():  # on "meta", shapes are computed and numbers are not
        network.eval()(torch.empty(1, *shape, device="meta"))
    return sum(p.numel() for p in network.parameters()), sum(counted)


with torch.device("meta"):
    networks = {{
{entries}    }}
for name, (network, shape) in networks.items():
    parameters, multiplies = totals(network, shape)
    print(f"{{name}}: {{parameters:,}} parameters, {{multiplies:,}} multiply-adds")
'''
DEPTH = '''\
"""The gradient of every layer of a plain and a residual stack. Needs only torch."""

{source}

for around in (False, True):
    found = descend({stack!r}, around=around)
    print("residual" if around else "plain", f"loss {{found.loss:.6g}}")
    for layer, length in enumerate(found.gradient.tolist(), start=1):
        print(f"weights of layer {{layer}}: {{length:.6g}}")
    for pair, length in enumerate(found.signal.tolist()):
        print(f"signal after pair {{pair}}: {{length:.6g}}")
'''


def program(plans: Plans) -> str:
    """Return a program that prints the totals of networks.

    Args:
        plans: name -> (layers, shape of the input); each runs through.
    """
    kinds = {layer.kind for layers, _shape in plans.values() for layer in layers}
    source = "import torch\nfrom torch import nn\n"
    if kinds & BLOCKS.keys():
        source = _body(inspect.getsource(blocks))
    entries = ""
    for name, (layers, shape) in plans.items():
        lines = "".join(
            f"                {line},\n" for line in _modules(layers, shape)
        )
        entries += (
            f'        "{name}": (\n            nn.Sequential(\n{lines}            ),\n'
            f"            {shape},\n        ),\n"
        )
    return TOTALS.format(blocks=source, entries=entries)


def depth_program(stack: Stack) -> str:
    """Return a program that prints the gradients of both stacks."""
    return DEPTH.format(source=_body(inspect.getsource(residual)), stack=stack)


def _body(source: str) -> str:
    """Return a module's source without its docstring."""
    return source.partition('"""\n\n')[2]


def _modules(layers: tuple[Layer, ...], shape: Shape) -> list[str]:
    """Return the text that makes each layer of a plan."""
    arrives, lines = shape, []
    for index, layer in enumerate(layers):
        lines.append(_text(layers, index, arrives))
        arrives = report((layer,), arrives).rows[-1].shape
    return lines


def _text(layers: tuple[Layer, ...], index: int, arrives: Shape) -> str:
    layer, axes = layers[index], len(arrives) - 1
    if layer.kind == "inception":
        return f"Inception({axes}, {arrives[0]}, {layer.branches!r})"
    if layer.kind in BLOCKS:
        name = BLOCKS[layer.kind]
        return f"{name}({axes}, {arrives[0]}, {layer.filters}, {layer.stride})"
    with torch.device("meta"):  # without memory for the weights
        return f"nn.{make(layers, index, arrives)!r}"
