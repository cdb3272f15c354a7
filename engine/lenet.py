"""LeNet-5, the digit reader of 1998: 61,706 parameters, every one open to view.

C1 and C3 are convolutions, S2 and S4 halve the picture, C5, F6 and the output are
fully connected. Two simplifications every modern copy makes: C3 looks at all six
maps, and pooling has no parameters of its own.

Source: LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to Document
Recognition", Proc. IEEE 1998, section II.B.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.ink import ALL_STEPS, FRAME, INPUT, Steps, prepare, to_input_range

WEIGHTS = Path(__file__).with_name("weights")
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,  # as in 1998, without its scale of 1.7159
}
VARIANTS = tuple(ACTIVATIONS)
LAYERS = ("c1", "s2", "c3", "s4", "c5", "f6", "output")


class LeNet5(nn.Module):
    """Map [N, 1, 32, 32] pictures to [N, 10] logits, one per digit."""

    def __init__(self, variant: str = "relu") -> None:
        super().__init__()
        if variant not in ACTIVATIONS:
            raise ValueError(f"variant must be one of {VARIANTS}, got {variant!r}")
        self.variant = variant
        self.c1 = nn.Conv2d(1, 6, 5)
        self.s2 = nn.AvgPool2d(2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.s4 = nn.AvgPool2d(2)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def trace(self, pictures: Tensor) -> dict[str, Tensor]:
        """Return what every layer says, after its nonlinearity, by layer name."""
        squash = ACTIVATIONS[self.variant]
        c1 = squash(self.c1(pictures))  # [N, 6, 28, 28]
        s2 = self.s2(c1)  # [N, 6, 14, 14]
        c3 = squash(self.c3(s2))  # [N, 16, 10, 10]
        s4 = self.s4(c3)  # [N, 16, 5, 5]
        c5 = squash(self.c5(s4.flatten(1)))  # [N, 120]
        f6 = squash(self.f6(c5))  # [N, 84]
        output = self.output(f6)  # [N, 10]
        return dict(zip(LAYERS, (c1, s2, c3, s4, c5, f6, output), strict=True))

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the logits [N, 10] of pictures [N, 1, 32, 32]."""
        return self.trace(pictures)["output"]


@dataclass(frozen=True)
class Cell:
    """How one number of a feature map came about.

    `patch`, `kernel` and `products` are [C, k, k]; `total` = sum of the products +
    `bias`; `value` is the total after the nonlinearity.
    """

    patch: Tensor
    kernel: Tensor
    products: Tensor
    bias: float
    total: float
    value: float


@dataclass(frozen=True)
class Row:
    """One line of the table of layers; `shape` is the output's, without the batch.

    `connections` counts every line into the layer's neurons, biases included;
    `multiplies` leaves the biases out.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    connections: int
    multiplies: int


def new(variant: str, seed: int) -> LeNet5:
    """Return an untrained network.

    Args:
        variant: "relu" (He initialisation) or "tanh" (Glorot initialisation).
        seed: the same seed gives the same weights; biases start at 0.

    Returns:
        The network, on the CPU, ready to be trained.
    """
    net = _empty(variant).to_empty(device="cpu")
    generator = torch.Generator().manual_seed(seed)
    fill = nn.init.kaiming_uniform_ if variant == "relu" else nn.init.xavier_uniform_
    options = {"nonlinearity": "relu"} if variant == "relu" else {}
    for name, parameter in net.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(parameter)
        else:
            fill(parameter, generator=generator, **options)
    return net


def load(variant: str = "relu") -> LeNet5:
    """Return the trained network that comes with the playground, for looking only.

    Returns:
        A fresh copy on the CPU, in evaluation mode, without gradients.

    Raises:
        ValueError: the variant is unknown.
        FileNotFoundError: the weights have not been trained yet.
    """
    net = _empty(variant)
    state = torch.load(_file(variant, "pt"), map_location="cpu", weights_only=True)
    net.load_state_dict(state, assign=True)
    return net.eval().requires_grad_(requires_grad=False)


def card(variant: str = "relu") -> dict:
    """Return how the trained network was made and what it scores, as plain values."""
    return json.loads(_file(variant, "json").read_text(encoding="utf-8"))


def from_mnist(images: Tensor) -> Tensor:
    """Return MNIST images, uint8 [N, 28, 28], as input, float [N, 1, 32, 32].

    They get a border of 2 pixels and the range -0.1..1.175.

    Raises:
        ValueError: not uint8 [N, 28, 28].
    """
    if images.dtype != torch.uint8 or images.shape[1:] != (FRAME, FRAME):
        raise ValueError(
            f"images must be uint8 [N, 28, 28], got {images.dtype} {list(images.shape)}"
        )
    padded = functional.pad(images, [(INPUT - FRAME) // 2] * 4)  # [N, 32, 32]
    return to_input_range(padded.to(torch.float32))[:, None]


def classify(
    drawing: Tensor, *, net: LeNet5 | None = None, steps: Steps = ALL_STEPS
) -> Tensor:
    """Return how probable each digit is, given a drawing.

    Args:
        drawing: uint8 [H, W], white ink on black, any size.
        net: the reader; by default the trained ReLU network. It is only read, so
            any number of threads may share it.
        steps: which stages of the preparation are on.

    Returns:
        [10] float on the CPU; sums to 1.

    Raises:
        ValueError: the drawing is not uint8 [H, W], or is empty.
        FileNotFoundError: no net was given and the weights are missing.
    """
    net = net if net is not None else _reader()
    with torch.inference_mode():
        picture = prepare(drawing, steps).to(net.c1.weight.device)
        return net(picture)[0].softmax(dim=0).cpu()


def activations(net: LeNet5, pictures: Tensor) -> dict[str, Tensor]:
    """Return every layer's output, after its nonlinearity; the last are logits.

    Returns:
        c1 [N, 6, 28, 28], s2 [N, 6, 14, 14], c3 [N, 16, 10, 10], s4 [N, 16, 5, 5],
        c5 [N, 120], f6 [N, 84], output [N, 10].

    Raises:
        ValueError: the pictures are not [N, 1, 32, 32].
    """
    if pictures.shape[1:] != (1, INPUT, INPUT):
        raise ValueError(f"pictures must be [N, 1, 32, 32], got {list(pictures.shape)}")
    with torch.no_grad():
        return net.trace(pictures)


def explain(
    net: LeNet5, picture: Tensor, layer: str, channel: int, row: int, column: int
) -> Cell:
    """Return the products and the sum behind one number of a feature map.

    Args:
        net: the network.
        picture: [1, 1, 32, 32] float, on the network's device.
        layer: "c1", "s2", "c3" or "s4".
        channel: which of the layer's maps, from 0.
        row: place in the map, from 0 at the top.
        column: place in the map, from 0 at the left.

    Returns:
        The arithmetic; pooling appears as a 2 x 2 kernel of quarters, bias 0.

    Raises:
        ValueError: the layer has no maps, or the place lies outside them.
    """
    sources = {"c1": "input", "s2": "c1", "c3": "s2", "s4": "c3"}
    if layer not in sources:
        raise ValueError(f"layer must be one of {tuple(sources)}, got {layer!r}")
    said = {"input": picture} | activations(net, picture)
    _require_place((channel, row, column), tuple(said[layer].shape[1:]))
    source = said[sources[layer]][0]  # [C, H, W]
    if layer in ("c1", "c3"):
        convolution = getattr(net, layer)
        kernel = convolution.weight[channel].detach()  # [C, 5, 5]
        bias = convolution.bias[channel].item()
        patch = source[:, row : row + 5, column : column + 5]  # [C, 5, 5]
    else:
        kernel, bias = torch.full_like(source[:1, :2, :2], 0.25), 0.0  # [1, 2, 2]
        top, left = 2 * row, 2 * column
        patch = source[channel : channel + 1, top : top + 2, left : left + 2]
    products = patch * kernel
    total = products.sum().item() + bias
    value = said[layer][0, channel, row, column].item()
    return Cell(patch, kernel, products, bias, total, value)


def table() -> list[Row]:
    """Return one row per layer, from c1 to output; the parameters sum to 61,706."""
    net = new("relu", seed=0)
    said = activations(net, torch.zeros(1, 1, INPUT, INPUT))
    kinds = {nn.Conv2d: "convolution", nn.AvgPool2d: "average pooling"}
    rows = []
    for name, output in said.items():
        module = getattr(net, name)
        parameters = sum(parameter.numel() for parameter in module.parameters())
        # every output neuron has the same number of inputs; pooling has 2 x 2
        inputs = module.weight[0].numel() if parameters else 4
        biases = 1 if parameters else 0
        kind = kinds.get(type(module), "fully connected")
        shape, neurons = tuple(output.shape[1:]), output.numel()
        multiplies = neurons * inputs
        connections = multiplies + neurons * biases
        rows.append(Row(name, kind, shape, parameters, connections, multiplies))
    return rows


def entropy(probabilities: Tensor) -> float:
    """Return how undecided an answer is, in bits.

    Args:
        probabilities: [K] float, each in [0, 1], summing to 1.

    Returns:
        0 (certain) to log2 K (all equal), which is 3.32 for ten digits.
    """
    return torch.special.entr(probabilities).sum().item() / math.log(2)


def _empty(variant: str) -> LeNet5:
    """Return the network without memory for its weights.

    A layer built the usual way draws from the random numbers all visitors share.
    """
    with torch.device("meta"):
        return LeNet5(variant)


def _file(variant: str, ending: str) -> Path:
    if variant not in ACTIVATIONS:
        raise ValueError(f"variant must be one of {VARIANTS}, got {variant!r}")
    path = WEIGHTS / f"lenet_{variant}.{ending}"
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing; make it with: "
            f"playground train lenet --variant {variant}"
        )
    return path


@lru_cache(maxsize=1)
def _reader() -> LeNet5:
    """Return the trained ReLU network, read from disk once; nobody writes to it."""
    return load("relu")


def _require_place(place: tuple[int, ...], shape: tuple[int, ...]) -> None:
    if not all(0 <= at < size for at, size in zip(place, shape, strict=True)):
        raise ValueError(
            f"(channel, row, column) must lie in {shape}, from 0, got {place}"
        )
