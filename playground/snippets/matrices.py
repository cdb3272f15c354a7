"""The matrices on screen as a program: every line, its shape, autograd's verdict."""

from torch import Tensor

from engine.matrices import Net, every_matrix
from engine.matrix_equations import by_rows, equations, in_rows
from engine.matrix_mistakes import MISTAKES

HEAD = '''\
"""A network of {depth} layers, forward and backward, one matrix at a time.

Samples are {samples}. Prints each matrix's shape and numbers, then how far the
gradients are from those of autograd. Needs only torch.
"""

import torch
{functional}
torch.set_default_dtype(torch.float64)
'''
FUNCTIONAL = "import torch.nn.functional as F\n"
BENDS = {
    "sigmoid": ("torch.sigmoid(z)", "g(z) * (1 - g(z))"),
    "tanh": ("torch.tanh(z)", "1 - g(z) ** 2"),
    "relu": ("torch.relu(z)", "(z > 0).to(z.dtype)"),
    "linear": ("z", "torch.ones_like(z)"),
}
ANSWERS = {
    "bce": "torch.sigmoid(z)",
    "softmax": "torch.softmax(z, dim={units})",
    "mse": "z",
    "squared": "torch.sigmoid(z)",
}
LOSSES = {
    "bce": 'F.binary_cross_entropy_with_logits(z, y, reduction="sum") / m',
    "softmax": "-(F.log_softmax(z, dim={units}) * y).sum() / m",
    "mse": "(z - y).square().sum() / (2 * m)",
    "squared": "(torch.sigmoid(z) - y).square().sum() / (2 * m)",
}
FUNCTIONS = '''

def g(z):
    """The hidden layers' activation."""
    return {value}


def dg(z):
    """Its slope."""
    return {slope}


def answer(z):
    """What the last layer says."""
    return {answer}


def loss(z, y):
    """The mean loss of the samples."""
    return {loss}


'''
SHOW = """
computed = {{
{computed}
}}
for name, matrix in computed.items():
    print(name, tuple(matrix.shape), matrix.tolist())
print("J", J.item())

J.backward()
for name, ours, theirs in (
{pairs}
):
    gap = (ours - theirs).abs().max().item()
    print(f"{{name}} is {{gap:.1e}} away from autograd")
"""
WRONG = """
# The mistake on screen.
try:
    with torch.no_grad():
{lines}
    print("no error, shape", tuple({last}.shape))
except RuntimeError as error:
    print("RuntimeError:", error)
"""


def program(net: Net, *, rows: bool, mistake: str = "") -> str:
    """Return a PyTorch program that computes and prints every matrix of a network.

    Args:
        net: the network, numbers and all.
        rows: whether samples are rows, as in PyTorch, or columns.
        mistake: in `MISTAKES`, to be made at the end; "" for none.
    """
    depth = len(net.layers)
    matrices, lines = every_matrix(net), equations(depth, net.output)
    if rows:
        matrices, lines = in_rows(matrices), tuple(map(by_rows, lines))
    leaves = [f"{kind}{n}" for n in range(1, depth + 1) for kind in "Wb"]
    ahead = [line.code() for line in lines if line.name[0] != "d"]
    back = [line.code() for line in lines if line.name[0] == "d"]
    text = [
        HEAD.format(
            depth=depth,
            samples="rows" if rows else "columns",
            functional=FUNCTIONAL if "F." in LOSSES[net.output] else "",
        ),
        _functions(net, rows),
        *(f"{name} = {_literal(matrices[name])}\n" for name in ("X", "Y")),
        *(f"{name} = {_literal(matrices[name], leaf=True)}\n" for name in leaves),
        f"m = {net.x.shape[1]}  # samples\n\n# Forward\n",
        "\n".join(ahead),
        f"\nJ = loss(Z{depth}, Y)\n\n# Backward\nwith torch.no_grad():\n",
        "\n".join(f"    {line}" for line in back),
        "\n",
        SHOW.format(
            computed="\n".join(f'    "{x.name}": {x.name},' for x in lines),
            pairs="\n".join(f'    ("d{x}", d{x}, {x}.grad),' for x in leaves),
        ),
    ]
    if mistake:
        text.append(_wrong(mistake, net, rows))
    return "".join(text)


def _functions(net: Net, rows: bool) -> str:
    value, slope = BENDS[net.activation]
    units = 1 if rows else 0
    return FUNCTIONS.format(
        value=value,
        slope=slope,
        answer=ANSWERS[net.output].format(units=units),
        loss=LOSSES[net.output].format(units=units),
    )


def _literal(values: Tensor, *, leaf: bool = False) -> str:
    grad = ", requires_grad=True" if leaf else ""
    rounded = [str(row) for row in values.tolist()]
    if values.dim() == 1 or len(rounded) == 1:
        return f"torch.tensor({values.tolist()}{grad})"
    body = ",\n    ".join(rounded)
    return f"torch.tensor([\n    {body},\n]{grad})"


def _wrong(mistake: str, net: Net, rows: bool) -> str:
    lines = MISTAKES[mistake](rows, len(net.layers), net.output)
    code = "\n".join(f"        {line.code()}" for line in lines)
    return WRONG.format(lines=code, last=lines[-1].name)
