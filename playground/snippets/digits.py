"""The digit page as a program: one drawing, prepared as on screen, read by LeNet-5."""

import base64
import textwrap
import zlib

from torch import Tensor

from engine.ink import Steps

HEAD = '''\
"""LeNet-5 reads one drawing. Needs torch, and lenet_{variant}.pt beside this file."""

import base64
import zlib

import torch
import torch.nn.functional as F
from torch import nn

# The drawing, {height} x {width} grey levels, white ink on black.
packed = """
{packed}
"""
pixels = bytearray(zlib.decompress(base64.b64decode(packed)))
picture = torch.frombuffer(pixels, dtype=torch.uint8).view({height}, {width}).float()
'''

AREA = '''

def area(old, new):
    """[new, old]: the share of each new pixel that each old pixel covers."""
    start, pixel = torch.arange(new)[:, None] * (old / new), torch.arange(old)
    overlap = torch.minimum(start + old / new, pixel + 1) - torch.maximum(start, pixel)
    return overlap.clamp(min=0) * (new / old)


def resize(picture, height, width):
    old_height, old_width = picture.shape
    return area(old_height, height) @ picture @ area(old_width, width).T

'''

NEAREST = '''

def resize(picture, height, width):
    """Copy the pixel under the centre of each new pixel: no averaging."""
    rows, columns = (
        ((torch.arange(new) + 0.5) * (old / new)).long()
        for old, new in zip(picture.shape, (height, width))
    )
    return picture[rows][:, columns]

'''

CROP = """
# Crop to the ink.
rows = (picture.amax(dim=1) >= 32).nonzero().flatten()
columns = (picture.amax(dim=0) >= 32).nonzero().flatten()
picture = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
"""

FIT = """
# The longer side becomes {side} pixels, the brightest pixel 255.
scale = {side} / max(picture.shape)
height, width = (max(1, round(length * scale)) for length in picture.shape)
picture = resize(picture, height, width)
picture = picture * (255 / picture.amax().clamp(min=1e-3))
"""

MIDDLE = """
# The middle of the box goes to the middle of 28 x 28.
top, left = (28 - height) // 2, (28 - width) // 2
picture = F.pad(picture, (left, 28 - width - left, top, 28 - height - top))
"""

MASS = """
# The centre of mass goes to (14, 14) of 28 x 28.
row = (picture.sum(dim=1) @ torch.arange(height).float() / picture.sum()).item()
column = (picture.sum(dim=0) @ torch.arange(width).float() / picture.sum()).item()
top = min(max(round(14 - row), 0), 28 - height)
left = min(max(round(14 - column), 0), 28 - width)
picture = F.pad(picture, (left, 28 - width - left, top, 28 - height - top))
"""

PAD = """
# Two pixels of border: 32 x 32.
picture = F.pad(picture, (2, 2, 2, 2))
"""

STRETCH = """
# Stretched, not padded, to 32 x 32.
picture = resize(picture, 32, 32)
"""

NORMALISE = """
# Background -0.1, ink 1.175: mean about 0, variance about 1.
picture = picture * (1.275 / 255) - 0.1
"""

NET = """

class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.c3 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.c5, self.f6 = nn.Linear(400, 120), nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.{variant}(self.c1(x)), 2)  # [N, 6, 14, 14]
        x = F.avg_pool2d(torch.{variant}(self.c3(x)), 2)  # [N, 16, 5, 5]
        x = torch.{variant}(self.c5(x.flatten(1)))
        return self.output(torch.{variant}(self.f6(x)))  # [N, 10] logits


net = LeNet5().eval()
net.load_state_dict(torch.load("lenet_{variant}.pt", weights_only=True))
with torch.inference_mode():
    probabilities = net(picture[None, None])[0].softmax(dim=0)
for digit, probability in enumerate(probabilities.tolist()):
    print(digit, f"{{probability:.4f}}")
"""


def read_drawing(drawing: Tensor, steps: Steps, variant: str) -> str:
    """Return the program that prepares a drawing and prints ten probabilities.

    Args:
        drawing: uint8 [H, W], white ink on black.
        steps: which stages of the preparation are on.
        variant: "relu" or "tanh".
    """
    parts = [_head(drawing, variant), AREA if steps.antialias else NEAREST]
    if steps.crop:
        parts.append(CROP)
    parts.append(FIT.format(side=20 if steps.fit else 28))
    parts.append(MASS if steps.centre else MIDDLE)
    parts.append(PAD if steps.pad else STRETCH)
    if steps.normalise:
        parts.append(NORMALISE)
    return "".join([*parts, NET.format(variant=variant)])


def read_mnist(image: Tensor, variant: str) -> str:
    """Return the program that prints ten probabilities for a picture of MNIST.

    Args:
        image: uint8 [28, 28], prepared by MNIST's makers.
        variant: "relu" or "tanh".
    """
    return "".join([_head(image, variant), PAD, NORMALISE, NET.format(variant=variant)])


def _head(drawing: Tensor, variant: str) -> str:
    packed = base64.b64encode(zlib.compress(drawing.numpy().tobytes())).decode()
    height, width = drawing.shape
    return HEAD.format(
        variant=variant,
        height=height,
        width=width,
        packed="\n".join(textwrap.wrap(packed, 80)),
    )
