"""The prediction as a program: a drawing, the network, its boxes, what is left."""

import base64
import textwrap
import zlib

from torch import Tensor

from engine.yolo_net import LAYERS

PROGRAM = '''\
"""A small YOLO finds digits. Needs torch, and yolo.pt beside this file."""

import base64
import zlib

import torch
import torch.nn.functional as F

SIDE, GRID, ANCHORS = 160, 10, {anchors}
MIN_SCORE, MAX_OVERLAP = {score}, {overlap}

# The drawing, {height} x {width} grey levels, white ink on black.
packed = """
{packed}
"""
pixels = bytearray(zlib.decompress(base64.b64decode(packed)))
drawing = torch.frombuffer(pixels, dtype=torch.uint8).view({height}, {width}).float()


def area(old, new):
    """[new, old]: the share of each new pixel that each old pixel covers."""
    start, pixel = torch.arange(new)[:, None] * (old / new), torch.arange(old)
    overlap = torch.minimum(start + old / new, pixel + 1) - torch.maximum(start, pixel)
    return overlap.clamp(min=0) * (new / old)


# Shrunk to 160 x 160, and blurred a little: sigma = 0.6 pixels.
small = area({height}, SIDE) @ (drawing / 255) @ area({width}, SIDE).T
apart = torch.arange(SIDE)[:, None] - torch.arange(SIDE)
bell = torch.exp(-(apart**2) / (2 * 0.6**2)) * (apart.abs() <= 3)
bell = bell / bell[SIDE // 2].sum()
x = (bell @ small @ bell)[None, None]

# {layers} convolutions; where input and output have one shape they are added.
weights = torch.load("yolo.pt", weights_only=True)
weights = {{name: part.float() for name, part in weights.items()}}
for at, stride in enumerate({strides}):
    kernel = weights[f"convolutions.{{at}}.weight"]
    bias = weights[f"convolutions.{{at}}.bias"]
    y = F.conv2d(x, kernel, bias, stride, padding=kernel.shape[-1] // 2).relu()
    x = x + y if x.shape == y.shape else y
raw = F.conv2d(x, weights["output.weight"], weights["output.bias"])[0]
raw = raw.permute(1, 2, 0).view(GRID, GRID, ANCHORS, 15)

# p_c, b_x, b_y, b_h, b_w and ten classes for each of {slots} slots.
p_c, b_x, b_y = raw[..., :3].sigmoid().unbind(dim=-1)
anchors = weights["anchors"] * (GRID / SIDE)  # width, height in cells
b_h, b_w = (raw[..., 3:5].clamp(-4, 4).exp() * anchors.flip(1)).unbind(dim=-1)
chance, label = raw[..., 5:].softmax(dim=-1).max(dim=-1)
score = p_c * chance

# From cells to pixels of the drawing.
place = torch.arange(GRID)
unit = torch.tensor([{width}, {height}]) / GRID
middle_x, middle_y = b_x + place[None, :, None], b_y + place[:, None, None]
low = torch.stack([middle_x - b_w / 2, middle_y - b_h / 2], dim=-1) * unit
high = torch.stack([middle_x + b_w / 2, middle_y + b_h / 2], dim=-1) * unit
boxes = torch.cat([low, high], dim=-1).clamp(min=0)
boxes = torch.minimum(boxes, torch.tensor([{width}, {height}, {width}, {height}]))


def iou(a, b):
    low, high = torch.maximum(a[:2], b[:2]), torch.minimum(a[2:], b[2:])
    common = (high - low).clamp(min=0).prod()
    return common / ((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - common)


# The best box stays; boxes of its class that overlap it too much go; and so on.
over = (score >= MIN_SCORE).nonzero()
order = score[tuple(over.T)].argsort(descending=True, stable=True)
kept = []
for at in over[order].tolist():
    row, column, anchor = at
    same = [one for one in kept if label[tuple(one)] == label[row, column, anchor]]
    box = boxes[row, column, anchor]
    if all(iou(box, boxes[tuple(one)]) <= MAX_OVERLAP for one in same):
        kept.append(at)
for row, column, anchor in kept:
    at = row, column, anchor
    corners = [f"{{side:.1f}}" for side in boxes[at].tolist()]
    print(label[at].item(), f"{{score[at]:.4f}}", *corners)
'''


def program(drawing: Tensor, anchors: int, score: float, overlap: float) -> str:
    """Return the program that prints class, score and box of every digit found.

    Args:
        drawing: uint8 [H, H], white ink on black.
        anchors: of the network.
        score: the lowest that counts.
        overlap: the largest IoU of two boxes of one class.
    """
    packed = base64.b64encode(zlib.compress(drawing.numpy().tobytes())).decode()
    height, width = drawing.shape
    return PROGRAM.format(
        anchors=anchors,
        slots=100 * anchors,
        layers=len(LAYERS),
        strides=[layer.stride for layer in LAYERS],
        score=score,
        overlap=overlap,
        height=height,
        width=width,
        packed="\n".join(textwrap.wrap(packed, 80)),
    )
