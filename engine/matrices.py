"""A small network in matrices, forward and backward, every matrix with its name.

Columns are samples: X is [n0, m], W1 [n1, n0], b1 [n1, 1], Z1 and A1 [n1, m], and so on
up to the last layer L, whose A is compared with Y [nL, m]. All are float64.

The loss J is a mean over the m samples, and dZ, dW, db are the course's: dW = ∂J/∂W and
db = ∂J/∂b, but dZ is the error of each sample for itself, ∂J/∂Z times m.

Source: Rumelhart, Hinton, Williams, "Learning representations by back-propagating
errors", Nature, 1986; Goodfellow, Bengio, Courville, "Deep Learning", 2016, 6.5.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.activations import ACTIVATIONS

BENDS = ("sigmoid", "tanh", "relu", "linear")  # activations of the hidden layers
LAYERS = (2, 3)  # fewest and most
LARGEST = (6, 8, 4)  # inputs, hidden units, outputs
MOST_SAMPLES = 8

Layer = tuple[Tensor, Tensor]  # W [n, n before] and b [n, 1]


@dataclass(frozen=True)
class Output:
    """What the last layer says, how its loss is counted, and where dZ begins.

    `says` takes Z [n, m]; `loss` takes Z and Y and gives J; `error` takes A and Y and
    gives dZ [n, m].
    """

    says: Callable[[Tensor], Tensor]
    loss: Callable[[Tensor, Tensor], Tensor]
    error: Callable[[Tensor, Tensor], Tensor]


def _difference(a: Tensor, y: Tensor) -> Tensor:
    return a - y


def _squared(a: Tensor, y: Tensor) -> Tensor:
    """Return half the squared error, summed over the outputs, mean over the samples."""
    return (a - y).square().sum() / (2 * y.shape[1])


# The three pairs for which dZ = A - Y, and one for which the slope of σ stays.
OUTPUTS = {
    "bce": Output(
        torch.sigmoid,
        lambda z, y: F.softplus((1 - 2 * y) * z).sum() / y.shape[1],
        _difference,
    ),
    "softmax": Output(
        lambda z: torch.softmax(z, dim=0),
        lambda z, y: -(torch.log_softmax(z, dim=0) * y).sum() / y.shape[1],
        _difference,
    ),
    "mse": Output(lambda z: z, _squared, _difference),
    "squared": Output(
        torch.sigmoid,
        lambda z, y: _squared(torch.sigmoid(z), y),
        lambda a, y: (a - y) * a * (1 - a),
    ),
}


@dataclass(frozen=True)
class Net:
    """Samples, weights and the two choices that make a network.

    Attributes:
        x: [n0, m], one sample per column.
        y: [nL, m], what is to come out.
        layers: W and b of each layer.
        activation: of the hidden layers, in `BENDS`.
        output: in `OUTPUTS`.
    """

    x: Tensor
    y: Tensor
    layers: tuple[Layer, ...]
    activation: str
    output: str


def forward(net: Net) -> dict[str, Tensor]:
    """Return Z1, A1, Z2, A2, ... in the order in which they are computed.

    Each is [n, m]. The bias [n, 1] is added to every column.
    """
    found, a = {}, net.x
    for number, (w, b) in enumerate(net.layers, start=1):
        z = w @ a + b  # [n, n before] @ [n before, m] + [n, 1]
        last = number == len(net.layers)
        a = OUTPUTS[net.output].says(z) if last else bend(net.activation)(z)
        found |= {f"Z{number}": z, f"A{number}": a}
    return found


def backward(net: Net, found: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return dZ, dW and db of every layer, from the last to the first.

    Args:
        net: the network.
        found: what `forward` returned.

    Returns:
        dZ2, dW2, db2, dZ1, dW1, db1 (for two layers): dZ [n, m]; dW, db like W, b.
    """
    m, depth = net.x.shape[1], len(net.layers)
    before = {"A0": net.x} | found
    errors = {}
    for number in range(depth, 0, -1):
        if number == depth:
            dz = OUTPUTS[net.output].error(found[f"A{number}"], net.y)
        else:
            w_above = net.layers[number][0]
            dz = (w_above.T @ dz) * slope(net.activation)(found[f"Z{number}"])
        errors[f"dZ{number}"] = dz
        errors[f"dW{number}"] = dz @ before[f"A{number - 1}"].T / m
        errors[f"db{number}"] = dz.sum(dim=1, keepdim=True) / m
    return errors


def loss(net: Net) -> float:
    """Return J, the mean loss of the samples."""
    return OUTPUTS[net.output].loss(forward(net)[f"Z{len(net.layers)}"], net.y).item()


def every_matrix(net: Net) -> dict[str, Tensor]:
    """Return all matrices by name: X, Y, W1, b1, ..., then those computed, in order.

    Beside them stands G1 = g'(Z1) of every hidden layer, which is a factor of dZ1.
    """
    given = {"X": net.x, "Y": net.y}
    for number, (w, b) in enumerate(net.layers, start=1):
        given |= {f"W{number}": w, f"b{number}": b}
    found = forward(net)
    slopes = {
        f"G{number}": slope(net.activation)(found[f"Z{number}"])
        for number in range(1, len(net.layers))
    }
    return given | found | slopes | backward(net, found)


def autograd(net: Net) -> dict[str, Tensor]:
    """Return dW and db of every layer as torch's autograd finds them."""
    leaves = tuple(
        (w.clone().requires_grad_(), b.clone().requires_grad_()) for w, b in net.layers
    )
    own = Net(net.x, net.y, leaves, net.activation, net.output)
    scores = forward(own)[f"Z{len(leaves)}"]
    OUTPUTS[net.output].loss(scores, net.y).backward()
    return {
        f"d{kind}{number}": tensor.grad
        for number, pair in enumerate(leaves, start=1)
        for kind, tensor in zip("Wb", pair, strict=True)
    }


def distance_to_autograd(net: Net) -> float:
    """Return the largest difference between our gradients and those of autograd."""
    ours, theirs = backward(net, forward(net)), autograd(net)
    return max((ours[name] - theirs[name]).abs().max().item() for name in theirs)


def collapsed(layers: tuple[Layer, ...]) -> Layer:
    """Return the one layer that does what these do when nothing bends between them.

    W2 (W1 X + b1) + b2 = (W2 W1) X + (W2 b1 + b2), and so on.
    """
    (whole, shift), *rest = layers
    for w, b in rest:
        whole, shift = w @ whole, w @ shift + b
    return whole, shift


def example(
    sizes: tuple[int, ...], samples: int, activation: str, output: str, seed: int
) -> Net:
    """Return a network whose numbers have one decimal, so that sums can be redone.

    Args:
        sizes: inputs, hidden units, ..., outputs; at most `LARGEST` of them.
        samples: columns of X, 1 to `MOST_SAMPLES`.
        activation: in `BENDS`.
        output: in `OUTPUTS`.
        seed: of the numbers.

    Raises:
        ValueError: a size, the samples or a name is not possible.
    """
    _require(sizes, samples, activation, output)
    draw = torch.Generator().manual_seed(seed)

    def tenths(most: int, *shape: int) -> Tensor:
        """Return numbers from -most/10 to most/10 without 0."""
        size = torch.randint(1, most + 1, shape, generator=draw).double() / 10
        sign = torch.randint(0, 2, shape, generator=draw).double() * 2 - 1
        return size * sign

    layers = tuple(
        (tenths(10, size, before), tenths(5, size, 1))
        for before, size in pairwise(sizes)
    )
    # All samples are drawn, so that a larger batch begins with the smaller one.
    x = tenths(20, MOST_SAMPLES, sizes[0])
    if output == "mse":
        y = tenths(20, MOST_SAMPLES, sizes[-1])
    elif output == "softmax":
        rights = torch.randint(0, sizes[-1], (MOST_SAMPLES,), generator=draw)
        y = F.one_hot(rights, sizes[-1]).double()
    else:
        y = torch.randint(0, 2, (MOST_SAMPLES, sizes[-1]), generator=draw).double()
    x, y = x[:samples].T, y[:samples].T
    return Net(x, y, layers, activation, output)


def course_example() -> Net:
    """Return the course's 2-2-1 network: one sample, sigmoids, ½(y − ŷ)²."""
    layers = (
        (_matrix([[0.15, 0.25], [0.20, 0.30]]), _matrix([[0.35], [0.35]])),
        (_matrix([[0.50, 0.55]]), _matrix([[0.60]])),
    )
    x, y = _matrix([[0.05], [0.10]]), _matrix([[1.0]])
    return Net(x, y, layers, "sigmoid", "squared")


def bend(activation: str) -> Callable[[Tensor], Tensor]:
    """Return the function g of the hidden layers."""
    return ACTIVATIONS[activation].value


def slope(activation: str) -> Callable[[Tensor], Tensor]:
    """Return g', its derivative."""
    return ACTIVATIONS[activation].derivative


def _matrix(rows: list[list[float]]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def _require(
    sizes: tuple[int, ...], samples: int, activation: str, output: str
) -> None:
    fewest, most = LAYERS
    if not fewest <= len(sizes) - 1 <= most:
        raise ValueError(f"there must be {fewest} to {most} layers, got {sizes}")
    limits = (LARGEST[0], *(LARGEST[1],) * (len(sizes) - 2), LARGEST[2])
    if any(not 1 <= n <= high for n, high in zip(sizes, limits, strict=True)):
        raise ValueError(f"sizes must lie in [1, {limits}], got {sizes}")
    if not 1 <= samples <= MOST_SAMPLES:
        raise ValueError(f"samples must lie in [1, {MOST_SAMPLES}], got {samples}")
    if activation not in BENDS:
        raise ValueError(f"activation must be one of {BENDS}, got {activation!r}")
    if output not in OUTPUTS:
        raise ValueError(f"output must be one of {list(OUTPUTS)}, got {output!r}")
