"""A window that slides over a picture, and one convolutional pass: the same answers.

A small classifier reads a window of 14 × 14 pixels: convolution 5 × 5, max pooling,
two fully connected layers, one score per class. Written as convolutions, its fully
connected layers run over larger pictures too, and each place of the answer is the
answer to one window. The pooling decides how far the window moves.

Source: Sermanet et al., "OverFeat", ICLR 2014.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.architectures import RELU, conv, pool
from engine.layer_plan import Layer, make
from engine.layer_report import Row, report

WINDOW = 14  # pixels: side of the window that the classifier was made for
KERNEL, FILTERS = 5, 16  # of the first convolution
STRIDES = (2, 1, 5)  # of the pooling: each divides the 10 places it pools
CHANNELS, CLASSES = 3, 4


@dataclass(frozen=True)
class Detector:
    """The classifier that slides.

    Attributes:
        hidden: numbers in each of the two fully connected layers.
        stride: side of the pooling, and so the step of the window in pixels.
    """

    hidden: int = 400
    stride: int = 2

    def __post_init__(self) -> None:
        if self.hidden < 1:
            raise ValueError(f"hidden must be at least 1, got {self.hidden}")
        if self.stride not in STRIDES:
            raise ValueError(f"stride must be one of {STRIDES}, got {self.stride}")


def plan(detector: Detector) -> tuple[Layer, ...]:
    """Return the layers, all of them convolutions or poolings."""
    kernel = (WINDOW - KERNEL + 1) // detector.stride  # what pooling leaves
    return (
        *(conv(FILTERS, KERNEL), RELU, pool("max", detector.stride, detector.stride)),
        *(conv(detector.hidden, kernel), RELU, conv(detector.hidden, 1), RELU),
        conv(CLASSES, 1),
    )


def network(detector: Detector, *, seed: int) -> nn.Sequential:
    """Return the network with random weights; the same seed gives the same."""
    generator, layers = torch.Generator().manual_seed(seed), plan(detector)
    shape, modules = (CHANNELS, WINDOW, WINDOW), []
    for index in range(len(layers)):
        module = make(layers, index, shape)
        for weight in module.parameters():
            if weight.dim() > 1:
                nn.init.kaiming_uniform_(
                    weight, nonlinearity="relu", generator=generator
                )
            else:
                nn.init.zeros_(weight)
        shape = report((layers[index],), shape).rows[-1].shape
        modules.append(module)
    return nn.Sequential(*modules).eval()


def shrink(levels: Tensor, side: int) -> Tensor:
    """Return the middle of a photograph as the network's input.

    Args:
        levels: uint8 [H, W, 3].
        side: pixels of what comes out.

    Returns:
        [3, side, side] float in [0, 1]: the largest square, averaged.
    """
    high, wide, _three = levels.shape
    edge = min(high, wide)
    top, left = (high - edge) // 2, (wide - edge) // 2
    square = levels[top : top + edge, left : left + edge].permute(2, 0, 1)
    return F.adaptive_avg_pool2d(square.float() / 255, side)


def windows(side: int, stride: int) -> int:
    """Return how many places the window has along each side of a picture.

    Raises:
        ValueError: the picture is smaller than the window.
    """
    if side < WINDOW:
        raise ValueError(f"side must be at least {WINDOW}, got {side}")
    return (side - WINDOW) // stride + 1


@torch.inference_mode()
def one_pass(net: nn.Sequential, picture: Tensor) -> list[Tensor]:
    """Return what every layer says when the whole picture goes through once.

    Args:
        net: from `network`.
        picture: [3, side, side] float.

    Returns:
        The output of each convolution (after its ReLU) and of the pooling,
        [K, h, w] each; the last are the scores, one column per window.
    """
    said, x = [], picture[None]
    for module in net:
        x = module(x)
        if isinstance(module, nn.ReLU):
            said[-1] = x[0]
        else:
            said.append(x[0])
    return said


@torch.inference_mode()
def slide(net: nn.Sequential, picture: Tensor, stride: int) -> Tensor:
    """Return the scores of every window, each cut out and read on its own.

    Here the layers after the pooling are fully connected, as they were before
    anybody made convolutions of them: the same weights in rows.

    Args:
        net: from `network`.
        picture: [3, side, side] float.
        stride: pixels from one window to the next.

    Returns:
        [K, n, n], n as `windows` says.
    """
    places = windows(picture.shape[-1], stride)
    scores = torch.empty(CLASSES, places, places)
    for row in range(places):
        for column in range(places):
            top, left = row * stride, column * stride
            seen = picture[:, top : top + WINDOW, left : left + WINDOW]
            scores[:, row, column] = _alone(net, seen)
    return scores


def _alone(net: nn.Sequential, window: Tensor) -> Tensor:
    """Return the scores [K] of one window [3, 14, 14]."""
    first, relu, pooling, *dense = net
    x = pooling(relu(first(window[None]))).flatten(1)  # [1, 16 · 5 · 5]
    for layer in dense:
        if isinstance(layer, nn.Conv2d):
            x = F.linear(x, layer.weight.flatten(1), layer.bias)
        else:
            x = layer(x)
    return x[0]


@dataclass(frozen=True)
class Costs:
    """What both ways cost for one picture.

    Attributes:
        rows: of the report of the single pass, activations left out.
        windows: how many there are.
        alone: multiply-adds of all windows, one by one.
        shared: multiply-adds of the single pass.
    """

    rows: tuple[Row, ...]
    windows: int
    alone: int
    shared: int

    @property
    def saved(self) -> float:
        """The share of the multiply-adds that the single pass does not do."""
        return 1 - self.shared / self.alone


def costs(detector: Detector, side: int) -> Costs:
    """Return what a picture of this side costs, both ways.

    Raises:
        ValueError: the picture is smaller than the window.
    """
    count = windows(side, detector.stride) ** 2
    one = report(plan(detector), (CHANNELS, WINDOW, WINDOW)).multiplies
    whole = report(plan(detector), (CHANNELS, side, side))
    rows = tuple(row for row in whole.rows if not row.thin)
    return Costs(rows, count, count * one, whole.multiplies)
