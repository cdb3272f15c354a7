"""Networks that made history, as plans of layers.

Sources: LeCun et al., Proc. IEEE 1998 (LeNet-5); Krizhevsky et al., NIPS 2012, and
"One weird trick", 2014 (AlexNet); Simonyan, Zisserman, ICLR 2015 (VGG); Szegedy et
al., CVPR 2015 (GoogLeNet); He et al., CVPR 2016 (ResNet). "Reference" means the
implementations that come with PyTorch's vision library, whose totals are published.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from engine.blocks import Branches
from engine.layer_plan import Layer, Shape

# Widths of an inception module, in the order of the paper's table 1.
INCEPTIONS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
RELU, FLATTEN, DROPOUT = Layer("relu"), Layer("flatten"), Layer("dropout")
NORM, TANH = Layer("norm"), Layer("tanh")


@dataclass(frozen=True)
class Network:
    """A network of the list.

    Attributes:
        shape: input it was made for, (channels, side, side).
        classes: answers it was made for; 0 if it has no classes.
        plan: classes -> layers.
        chain: whether every layer fits into a row of a table editor.
    """

    shape: Shape
    classes: int
    plan: Callable[[int], tuple[Layer, ...]]
    chain: bool = True


def conv(filters: int, kernel: int, stride: int = 1, padding: int = 0) -> Layer:
    """Return a convolution with biases."""
    return Layer("conv", filters, kernel, stride, padding)


def pool(kind: str, kernel: int, stride: int, padding: int = 0) -> Layer:
    """Return a pooling layer, "max" or "avg"."""
    return Layer(kind, kernel=kernel, stride=stride, padding=padding)


def linear(outputs: int, inputs: int = 0) -> Layer:
    """Return a fully connected layer; inputs 0 = made for what arrives."""
    return Layer("linear", outputs, inputs=inputs)


def lenet5(classes: int) -> tuple[Layer, ...]:
    """Return LeNet-5, its C3 fully connected to all six maps: 61,706 parameters."""
    layers = (
        ("C1", (conv(6, 5), TANH)),
        ("S2", (pool("avg", 2, 2),)),
        ("C3", (conv(16, 5), TANH)),
        ("S4", (pool("avg", 2, 2), FLATTEN)),
        ("C5", (linear(120, 400), TANH)),
        ("F6", (linear(84), TANH)),
        ("output", (linear(classes),)),
    )
    return _named(layers)


def lenet_style(classes: int) -> tuple[Layer, ...]:
    """Return the course's LeNet-style network for 32×32 colour pictures."""
    layers = (
        ("conv1", (conv(8, 5), RELU)),
        ("pool1", (pool("max", 2, 2),)),
        ("conv2", (conv(16, 5), RELU)),
        ("pool2", (pool("max", 2, 2), FLATTEN)),
        ("fc3", (linear(120, 400), RELU)),
        ("fc4", (linear(84), RELU)),
        ("softmax", (linear(classes),)),
    )
    return _named(layers)


def course39(classes: int) -> tuple[Layer, ...]:
    """Return the course's first deep network: 39×39×3 becomes 7×7×40 = 1960."""
    return (
        *(conv(10, 3), RELU),
        *(conv(20, 5, 2), RELU),
        *(conv(40, 5, 2), RELU),
        *(FLATTEN, linear(classes, 1960)),
    )


def alexnet(classes: int) -> tuple[Layer, ...]:
    """Return the reference AlexNet of 2014, one tower: 61,100,840 parameters."""
    return (
        *(conv(64, 11, 4, 2), RELU, pool("max", 3, 2)),
        *(conv(192, 5, 1, 2), RELU, pool("max", 3, 2)),
        *(conv(384, 3, 1, 1), RELU, conv(256, 3, 1, 1), RELU),
        *(conv(256, 3, 1, 1), RELU, pool("max", 3, 2)),
        *(Layer("adaptive", kernel=6), FLATTEN, DROPOUT),
        *(linear(4096, 9216), RELU, DROPOUT, linear(4096), RELU, linear(classes)),
    )


def alexnet_2012(classes: int) -> tuple[Layer, ...]:
    """Return AlexNet as published, three convolutions split over two graphics cards."""
    split = replace(conv(256, 5, 1, 2), groups=2)
    return (
        *(conv(96, 11, 4), RELU, Layer("lrn", kernel=5), pool("max", 3, 2)),
        *(split, RELU, Layer("lrn", kernel=5), pool("max", 3, 2)),
        *(conv(384, 3, 1, 1), RELU),
        *(replace(conv(384, 3, 1, 1), groups=2), RELU),
        *(replace(conv(256, 3, 1, 1), groups=2), RELU, pool("max", 3, 2)),
        *(FLATTEN, linear(4096, 9216), RELU, DROPOUT),
        *(linear(4096), RELU, DROPOUT, linear(classes)),
    )


def vgg16(classes: int) -> tuple[Layer, ...]:
    """Return VGG-16, all its kernels 3×3: 138,357,544 parameters."""
    layers: list[Layer] = []
    for filters, times in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        layers += [conv(filters, 3, 1, 1), RELU] * times + [pool("max", 2, 2)]
    return (
        *layers,
        *(Layer("adaptive", kernel=7), FLATTEN),
        *(linear(4096, 25088), RELU, DROPOUT, linear(4096), RELU, DROPOUT),
        linear(classes),
    )


def resnet(kind: str, times: tuple[int, int, int, int], classes: int) -> tuple:
    """Return a ResNet.

    Args:
        kind: of its blocks, "residual" or "bottleneck".
        times: blocks of each of the four stages.
        classes: answers.
    """
    stem = replace(conv(64, 7, 2, 3), bias=False)
    layers = [stem, NORM, RELU, pool("max", 3, 2, 1)]
    for stage, count in enumerate(times):
        for block in range(count):
            stride = 2 if stage and not block else 1
            layers.append(Layer(kind, 64 * 2**stage, stride=stride))
    return (*layers, Layer("adaptive", kernel=1), FLATTEN, linear(classes))


def googlenet(classes: int, *, reference: bool) -> tuple[Layer, ...]:
    """Return GoogLeNet (Inception v1), the main branch alone.

    Args:
        classes: answers.
        reference: as the reference code has it: batch norm in place of biases, and 3×3
            in place of 5×5, a slip that its weights have made permanent.
    """

    def unit(filters: int, kernel: int, stride: int = 1) -> list[Layer]:
        layer = replace(conv(filters, kernel, stride, kernel // 2), bias=not reference)
        return [layer, *([NORM] if reference else []), RELU]

    def modules(stage: str) -> Iterable[Layer]:
        for name, widths in INCEPTIONS.items():
            if name.startswith(stage):
                yield inception(name, widths, reference=reference)

    respond = [] if reference else [Layer("lrn", kernel=5)]
    # Sides are rounded up when halved: 112 -> 56 -> 28 -> 14 -> 7.
    halve = pool("max", 3, 2, 1)
    return (
        *(*unit(64, 7, 2), halve, *respond),
        *(*unit(64, 1), *unit(192, 3), *respond, halve),
        *(*modules("3"), halve),
        *(*modules("4"), pool("max", 2, 2) if reference else halve),
        *(*modules("5"), Layer("adaptive", kernel=1)),
        *(FLATTEN, DROPOUT, linear(classes)),
    )


def inception(name: str, widths: tuple[int, ...], *, reference: bool) -> Layer:
    """Return an inception module from the six widths of the paper's table."""
    ones, reduce3, threes, reduce_large, large, pooled = widths
    plan = Branches(ones, (reduce3, reduce_large), threes, large, pooled)
    if reference:
        plan = replace(plan, kernel=3, norm=True)
    return Layer("inception", branches=plan, name=name)


NETWORKS = {
    "lenet5": Network((1, 32, 32), 10, lenet5),
    "lenet_style": Network((3, 32, 32), 10, lenet_style),
    "course39": Network((3, 39, 39), 1, course39),
    "alexnet": Network((3, 224, 224), 1000, alexnet),
    "alexnet_2012": Network((3, 227, 227), 1000, alexnet_2012),
    "vgg16": Network((3, 224, 224), 1000, vgg16),
    "resnet18": Network(
        (3, 224, 224), 1000, lambda n: resnet("residual", (2, 2, 2, 2), n)
    ),
    "resnet34": Network(
        (3, 224, 224), 1000, lambda n: resnet("residual", (3, 4, 6, 3), n)
    ),
    "resnet50": Network(
        (3, 224, 224), 1000, lambda n: resnet("bottleneck", (3, 4, 6, 3), n)
    ),
    "inception": Network(
        (192, 28, 28),
        0,
        lambda n: (inception("3a", INCEPTIONS["3a"], reference=False),),
        chain=False,
    ),
    "googlenet": Network(
        (3, 224, 224), 1000, lambda n: googlenet(n, reference=True), chain=False
    ),
    "googlenet_2015": Network(
        (3, 224, 224), 1000, lambda n: googlenet(n, reference=False), chain=False
    ),
}


def _named(layers: Iterable[tuple[str, tuple[Layer, ...]]]) -> tuple[Layer, ...]:
    """Return all layers in a row; the first of each group gets the group's name."""
    return tuple(
        replace(layer, name=name) if place == 0 else layer
        for name, group in layers
        for place, layer in enumerate(group)
    )
