"""Plain and residual: the same deep stack of convolutions, with and without shortcuts.

A batch of random pictures goes up, a classification loss comes down, once, before any
training; what counts is how much of the gradient each layer gets. All in float64, so
that what float32 would lose can still be told.

Source: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016; Zhang et
al., "Fixup Initialization", ICLR 2019 (residual without normalization); Yang et al.,
"A Mean Field Theory of Batch Normalization", ICLR 2019 (plain with it).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

MOST_PAIRS = 30
CHANNELS, SIDE, SAMPLES, CLASSES = 8, 8, 16, 10
INITS = ("he", "pytorch")


@dataclass(frozen=True)
class Stack:
    """A stack of pairs of 3×3 convolutions.

    Attributes:
        pairs: 1 to 30; twice as many convolutions.
        norm: batch norm after each convolution.
        init: "he" (variance 2 / inputs) or "pytorch" (variance 1 / (3 inputs), what
            nn.Conv2d does unasked).
        seed: decides pictures, labels and weights, at least 0.
    """

    pairs: int = 10
    norm: bool = False
    init: str = "pytorch"
    seed: int = 0


@dataclass(frozen=True)
class Descent:
    """What one backward pass brings.

    Attributes:
        gradient: [2 · pairs], length of ∂L/∂W of each convolution, first to last.
        signal: [pairs + 1], length of ∂L/∂x before the first pair and after each.
        loss: before training; log 10 = 2.303 is guessing.
    """

    gradient: Tensor
    signal: Tensor
    loss: float


class Pair(nn.Module):
    """Two convolutions, and with `around` what came in is added: a(F(x) + x)."""

    def __init__(self, *, norm: bool, around: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(CHANNELS) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(CHANNELS) if norm else nn.Identity()
        self.around = around

    def forward(self, x: Tensor) -> Tensor:
        """Return [N, 8, 8, 8] from [N, 8, 8, 8]."""
        y = self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(x)))))
        return torch.relu(y + x if self.around else y)


def descend(stack: Stack, *, around: bool) -> Descent:
    """Return the gradients of one backward pass through a plain or residual stack.

    Both kinds get the same pictures, labels and weights.

    Args:
        stack: the network.
        around: whether every pair has a way around it.

    Raises:
        ValueError: a number of the stack is outside its range; unknown init.
    """
    _require(stack)
    generator = torch.Generator().manual_seed(stack.seed)
    size = (SAMPLES, CHANNELS, SIDE, SIDE)
    x = torch.randn(size, generator=generator, dtype=torch.float64).requires_grad_()
    labels = torch.randint(CLASSES, (SAMPLES,), generator=generator)
    with torch.device("meta"):  # built without drawing from shared random numbers
        pairs = [Pair(norm=stack.norm, around=around) for _ in range(stack.pairs)]
        answer = nn.Linear(CHANNELS * SIDE**2, CLASSES)
    net = nn.Sequential(*pairs, answer).to_empty(device="cpu").double()
    _fill(net, stack.init, generator)
    passed = [x]
    for pair in pairs:
        passed.append(pair(passed[-1]))
        passed[-1].retain_grad()
    loss = functional.cross_entropy(answer(passed[-1].flatten(1)), labels)
    loss.backward()
    weights = [part.weight for part in net.modules() if isinstance(part, nn.Conv2d)]
    return Descent(_lengths(weights), _lengths(passed), loss.item())


def share(lengths: Tensor) -> float:
    """Return the first length over the last one; nan where the last is 0."""
    first, last = lengths[0].item(), lengths[-1].item()
    return first / last if last else math.nan


def _lengths(tensors: Iterable[Tensor]) -> Tensor:
    return torch.stack([tensor.grad.norm() for tensor in tensors])


def _fill(net: nn.Module, init: str, generator: torch.Generator) -> None:
    """Draw the weights; biases start at 0, batch norms do nothing at first."""
    slope = 0.0 if init == "he" else math.sqrt(5)  # of kaiming's leaky ReLU
    for part in net.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.reset_running_stats()
            nn.init.ones_(part.weight)
            nn.init.zeros_(part.bias)
        elif isinstance(part, nn.Conv2d):
            nn.init.kaiming_uniform_(part.weight, a=slope, generator=generator)
        elif isinstance(part, nn.Linear):
            nn.init.kaiming_uniform_(part.weight, a=math.sqrt(5), generator=generator)
            nn.init.zeros_(part.bias)


def _require(stack: Stack) -> None:
    if stack.init not in INITS:
        raise ValueError(f"init must be one of {INITS}, got {stack.init!r}")
    if not 1 <= stack.pairs <= MOST_PAIRS or stack.seed < 0:
        raise ValueError(
            f"pairs must lie in [1, {MOST_PAIRS}] and seed be at least 0, "
            f"got {stack.pairs} and {stack.seed}"
        )
