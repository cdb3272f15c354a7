"""The YOLO page as programs: a target, a single pass, the work of detectors."""

from engine.sliding import CHANNELS, CLASSES, FILTERS, KERNEL, WINDOW, Detector

TARGET = '''\
"""Objects under a grid as the tensor that YOLO learns. Needs torch only."""

import torch

WIDTH, HEIGHT = {size}  # pixels of the picture
GRID, CLASSES = {grid}, {classes}
anchors = torch.tensor({anchors})  # width, height
boxes = {boxes}  # x1, y1, x2, y2
labels = {labels}


def shape_iou(size, anchors):
    overlap = torch.minimum(size, anchors).prod(dim=1)
    return overlap / (size.prod() + anchors.prod(dim=1) - overlap)


target = torch.zeros(GRID, GRID, len(anchors), 5 + CLASSES)
for number, (box, label) in enumerate(zip(boxes, labels), start=1):
    x1, y1, x2, y2 = box
    x, y = (x1 + x2) / 2 * GRID / WIDTH, (y1 + y2) / 2 * GRID / HEIGHT
    if not (0 <= x <= GRID and 0 <= y <= GRID):
        print(f"object {{number}}: its midpoint is outside")
        continue
    column, row = min(int(x), GRID - 1), min(int(y), GRID - 1)
    size = torch.tensor([x2 - x1, y2 - y1])
    anchor = int(shape_iou(size, anchors).argmax())
    slot = target[row, column, anchor]
    if slot[0]:
        print(f"object {{number}}: slot {{row}}, {{column}}, {{anchor}} is taken")
        continue
    b_w, b_h = (size * GRID / torch.tensor([WIDTH, HEIGHT])).tolist()
    slot[:5] = torch.tensor([1.0, x - column, y - row, b_h, b_w])
    slot[5 + label] = 1.0
    told = " ".join(f"{{n:.4f}}" for n in slot.tolist())
    print(f"object {{number}}: slot {{row}}, {{column}}, {{anchor}}: {{told}}")
print(f"shape {{list(target.shape)}}, {{target.numel()}} numbers")
'''

SHARED = '''\
"""One convolutional pass against a window that slides. Needs torch only."""

import torch
import torch.nn.functional as F
from torch import nn

SIDE, HIDDEN, STRIDE = {side}, {hidden}, {stride}
WINDOW, KERNEL, FILTERS, CLASSES = {window}, {kernel}, {filters}, {classes}
generator = torch.Generator().manual_seed({seed})
net = nn.Sequential(
    *(nn.Conv2d({channels}, FILTERS, KERNEL), nn.ReLU(), nn.MaxPool2d(STRIDE)),
    *(nn.Conv2d(FILTERS, HIDDEN, (WINDOW - KERNEL + 1) // STRIDE), nn.ReLU()),
    *(nn.Conv2d(HIDDEN, HIDDEN, 1), nn.ReLU(), nn.Conv2d(HIDDEN, CLASSES, 1)),
)
for weight in net.parameters():
    if weight.dim() > 1:
        nn.init.kaiming_uniform_(weight, nonlinearity="relu", generator=generator)
    else:
        nn.init.zeros_(weight)


def dense(window):
    """The same weights with fully connected layers, for one window."""
    x = net[2](net[1](net[0](window[None]))).flatten(1)
    for layer in net[3:]:
        if isinstance(layer, nn.Conv2d):
            x = F.linear(x, layer.weight.flatten(1), layer.bias)
        else:
            x = layer(x)
    return x[0]


def multiplies(side):
    counted = []

    def count(module, given, answer):
        counted.append(answer[0].numel() * module.weight[0].numel())

    hooks = [m.register_forward_hook(count) for m in net if hasattr(m, "weight")]
    net(torch.zeros(1, {channels}, side, side))
    for hook in hooks:
        hook.remove()
    return sum(counted)


with torch.no_grad():
    picture = torch.rand({channels}, SIDE, SIDE, generator=generator)
    scores = net(picture[None])[0]
    places = (SIDE - WINDOW) // STRIDE + 1
    worst = 0.0
    for row in range(places):
        for column in range(places):
            top, left = row * STRIDE, column * STRIDE
            window = picture[:, top : top + WINDOW, left : left + WINDOW]
            off = (scores[:, row, column] - dense(window)).abs().max().item()
            worst = max(worst, off)
    alone, shared = places**2 * multiplies(WINDOW), multiplies(SIDE)
print(f"answer {{list(scores.shape)}}, {{places**2}} windows")
print(f"largest difference {{worst:.1e}}")
print(f"multiply-adds: {{alone:,}} one by one, {{shared:,}} in one pass")
print(f"saved {{1 - shared / alone:.4f}}")
'''


def target_program(
    size: tuple[int, int],
    boxes: list[list[float]],
    labels: tuple[int, ...],
    anchors: list[list[float]],
    *,
    grid: int,
    classes: int,
) -> str:
    """Return the program that writes these objects and prints their slots.

    Args:
        size: width and height of the picture in pixels.
        boxes: (x1, y1, x2, y2) each.
        labels: class of each.
        anchors: width and height of each.
        grid: cells per side.
        classes: how many there are.
    """
    return TARGET.format(
        size=size,
        boxes=_rows(boxes),
        labels=list(labels),
        anchors=anchors,
        grid=grid,
        classes=classes,
    )


def pass_program(detector: Detector, side: int, *, seed: int) -> str:
    """Return the program that compares one pass with all windows."""
    return SHARED.format(
        side=side,
        hidden=detector.hidden,
        stride=detector.stride,
        window=WINDOW,
        kernel=KERNEL,
        filters=FILTERS,
        classes=CLASSES,
        channels=CHANNELS,
        seed=seed,
    )


def _rows(boxes: list[list[float]]) -> str:
    if not boxes:
        return "[]"
    return "[\n" + "".join(f"    {box},\n" for box in boxes) + "]"
