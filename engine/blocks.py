"""Blocks that are more than a chain: residual, bottleneck, inception; in 1, 2 or 3-D.

Sums and concatenations are modules of their own, so that whoever watches the modules
sees every tensor on its way.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

CONVOLUTIONS = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}  # axes -> module
NORMS = {1: nn.BatchNorm1d, 2: nn.BatchNorm2d, 3: nn.BatchNorm3d}
MAX_POOLS = {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}
EXPANSION = 4  # of a bottleneck: how many times wider it leaves than it is inside


@dataclass(frozen=True)
class Branches:
    """The six widths of an inception module, and how its branches are made.

    Attributes:
        ones: filters of the 1×1 branch.
        reduced: filters before the 3×3 and before the large kernel.
        threes: filters of 3×3.
        large: filters of the large kernel.
        pooled: 1×1 filters after the pooling.
        kernel: of the large branch; 5 in the paper, 3 in the usual reference code.
        norm: batch norm after each convolution, which then has no bias.
    """

    ones: int
    reduced: tuple[int, int]
    threes: int
    large: int
    pooled: int
    kernel: int = 5
    norm: bool = False

    @property
    def channels(self) -> int:
        """Return how many channels leave the module."""
        return self.ones + self.threes + self.large + self.pooled


class Add(nn.Module):
    """Add two tensors of one shape."""

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """Return a + b."""
        return a + b


class Concat(nn.Module):
    """Put tensors behind each other, channel after channel."""

    def forward(self, *parts: Tensor) -> Tensor:
        """Return [N, C1 + C2 + ..., ...] from [N, C1, ...], [N, C2, ...], ..."""
        return torch.cat(parts, dim=1)


class Residual(nn.Module):
    """Two 3×3 convolutions and a way around them: a(F(x) + x).

    Where the stride or the number of channels changes, x passes a 1×1 convolution.
    Source: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016.
    """

    def __init__(self, axes: int, arriving: int, filters: int, stride: int) -> None:
        super().__init__()
        self.conv1 = _conv(axes, arriving, filters, 3, stride)
        self.norm1 = NORMS[axes](filters)
        self.relu1 = nn.ReLU()
        self.conv2 = _conv(axes, filters, filters, 3)
        self.norm2 = NORMS[axes](filters)
        self.shortcut = _shortcut(axes, arriving, filters, stride)
        self.add = Add()
        self.relu2 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """Return [N, filters, ...], each side divided by the stride, rounded up."""
        y = self.relu1(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        return self.relu2(self.add(y, self.shortcut(x)))


class Bottleneck(nn.Module):
    """A residual block that is narrow inside: 1×1 down, 3×3, 1×1 up to four times.

    The stride stands at the 3×3 convolution, as reference code has it.
    Source: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016.
    """

    def __init__(self, axes: int, arriving: int, filters: int, stride: int) -> None:
        super().__init__()
        wide = EXPANSION * filters
        self.conv1 = _conv(axes, arriving, filters, 1)
        self.norm1 = NORMS[axes](filters)
        self.relu1 = nn.ReLU()
        self.conv2 = _conv(axes, filters, filters, 3, stride)
        self.norm2 = NORMS[axes](filters)
        self.relu2 = nn.ReLU()
        self.conv3 = _conv(axes, filters, wide, 1)
        self.norm3 = NORMS[axes](wide)
        self.shortcut = _shortcut(axes, arriving, wide, stride)
        self.add = Add()
        self.relu3 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """Return [N, 4 · filters, ...], each side divided by the stride, rounded up."""
        y = self.relu1(self.norm1(self.conv1(x)))
        y = self.relu2(self.norm2(self.conv2(y)))
        y = self.norm3(self.conv3(y))
        return self.relu3(self.add(y, self.shortcut(x)))


class Inception(nn.Module):
    """Four views of one input, side by side: 1×1, 3×3, a larger kernel, pooling.

    Source: Szegedy et al., "Going Deeper with Convolutions", CVPR 2015.
    """

    def __init__(self, axes: int, arriving: int, plan: Branches) -> None:
        super().__init__()
        (before_three, before_large), k = plan.reduced, plan.kernel

        def unit(wide: int, filters: int, kernel: int) -> nn.Sequential:
            return _unit(axes, (wide, filters), kernel, norm=plan.norm)

        self.one = unit(arriving, plan.ones, 1)
        self.reduce3 = unit(arriving, before_three, 1)
        self.three = unit(before_three, plan.threes, 3)
        self.reduce_large = unit(arriving, before_large, 1)
        self.large = unit(before_large, plan.large, k)
        self.pool = MAX_POOLS[axes](3, stride=1, padding=1)
        self.project = unit(arriving, plan.pooled, 1)
        self.concat = Concat()

    def forward(self, x: Tensor) -> Tensor:
        """Return [N, ones + threes + large + pooled, ...], sides unchanged."""
        return self.concat(
            self.one(x),
            self.three(self.reduce3(x)),
            self.large(self.reduce_large(x)),
            self.project(self.pool(x)),
        )


def _conv(
    axes: int, arriving: int, filters: int, kernel: int, stride: int = 1
) -> nn.Module:
    """Return a "same" convolution without bias: the batch norm behind it has one."""
    make = CONVOLUTIONS[axes]
    return make(arriving, filters, kernel, stride, kernel // 2, bias=False)


def _shortcut(axes: int, arriving: int, leaving: int, stride: int) -> nn.Module:
    if stride == 1 and arriving == leaving:
        return nn.Identity()
    convolution = _conv(axes, arriving, leaving, 1, stride)
    return nn.Sequential(convolution, NORMS[axes](leaving))


def _unit(
    axes: int, channels: tuple[int, int], kernel: int, *, norm: bool
) -> nn.Sequential:
    """Return convolution, perhaps batch norm, ReLU; sides unchanged."""
    make = CONVOLUTIONS[axes]
    conv = make(*channels, kernel, padding=kernel // 2, bias=not norm)
    middle = [NORMS[axes](channels[1])] if norm else []
    return nn.Sequential(conv, *middle, nn.ReLU())
