"""The filters page as a program: one kernel on one picture, in plain torch."""

import base64
import textwrap
import zlib
from collections.abc import Sequence

from torch import Tensor

from engine.filters import ALONG, Filter, kernel
from engine.responses import Setting

PHOTO = '''\
"""{kind} on a photograph. Needs torch, Pillow and scikit-image."""

import math
from importlib.resources import files

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

# {credit}; ships with scikit-image.
photo = Image.open(files("skimage") / "data" / "{file}").convert("L")
photo.thumbnail(({side}, {side}))
picture = torch.from_numpy(np.array(photo)).float()  # [H, W], 0 to 255
'''

FILE = '''\
"""{kind} on a picture. Needs torch, Pillow, and picture.png beside this file."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

photo = Image.open("picture.png").convert("L")
picture = torch.from_numpy(np.array(photo)).float()  # [H, W], 0 to 255
'''

DRAWING = '''\
"""{kind} on a drawing. Needs torch only."""

import base64
import math
import zlib

import torch
import torch.nn.functional as F

# The drawing, {height} x {width} grey levels, white ink on black.
packed = """
{packed}
"""
pixels = bytearray(zlib.decompress(base64.b64decode(packed)))
picture = torch.frombuffer(pixels, dtype=torch.uint8).view({height}, {width}).float()
'''

NOISE = """
noise = torch.randn(picture.shape, generator=torch.Generator().manual_seed(0))
picture = (picture + {noise} * noise).round().clamp(0, 255)
"""

BELL = """

def bell(sigma, reach):
    steps = torch.arange(-reach, reach + 1, dtype=torch.float64)
    weights = torch.exp(-(steps**2) / (2 * sigma**2))
    return steps, weights / weights.sum()

"""

GAUSSIAN = (
    BELL
    + """
_steps, line = bell({sigma}, math.ceil(3 * {sigma}))
kernel = torch.outer(line, line)
"""
)

LOG = (
    BELL
    + """
steps, line = bell({sigma}, math.ceil(4 * {sigma}))
envelope = torch.outer(line, line)
squared = steps[:, None] ** 2 + steps**2
kernel = envelope * (squared - 2 * {sigma}**2) / {sigma}**4
kernel = kernel - envelope * kernel.sum()
"""
)

GABOR = (
    BELL
    + """
steps, line = bell({wavelength} / 2, math.ceil(2.5 * {wavelength} / 2))
envelope = torch.outer(line, line)
angle = math.radians({angle})
along = steps * math.cos(angle) - steps[:, None] * math.sin(angle)
kernel = envelope * torch.cos(2 * math.pi * along / {wavelength})
kernel = kernel - envelope * kernel.sum()
kernel = kernel * (2 / kernel.abs().sum())
"""
)

EDGE = """
along = torch.tensor({along}, dtype=torch.float64)
across = torch.tensor([-1.0, 0.0, 1.0], dtype=torch.float64)
to_right, to_bottom = torch.outer(along, across), torch.outer(across, along)
kernel = {name}
"""

LAID = """
{turn}

def respond(picture, kernel):
    rows, columns = kernel.shape
    around = (columns // 2, columns // 2, rows // 2, rows // 2)
    padded = F.pad(picture[None, None], around, mode="{mode}")
    return F.conv2d(padded, kernel.float()[None, None])[0, 0]


response = respond(picture, kernel)
row, column = {row}, {column}
print(f"sum of the weights {{kernel.sum():.6f}}")
print(f"response at ({{row}}, {{column}}) {{response[row, column]:.4f}}")
print(f"lowest {{response.min():.4f}}, highest {{response.max():.4f}}")
"""

SLOPES = """
{sobel}right, down = respond({seen}, to_right), respond({seen}, to_bottom)
angle = torch.rad2deg(torch.atan2(-down, right)).remainder(360)
right, down, angle = (part[row, column] for part in (right, down, angle))
print(f"slope {{right:.4f}} to the right, {{down:.4f}} down, {{angle:.2f}} degrees")
"""

SOBEL = """\
across = torch.tensor([-1.0, 0.0, 1.0])
along = torch.tensor([1.0, 2.0, 1.0])
to_right, to_bottom = torch.outer(along, across) / 8, torch.outer(across, along) / 8
"""

TURN = "kernel = kernel.flip(0, 1)  # true convolution turns the kernel first\n"
TURN_EDGES = """\
# True convolution turns the kernel first.
kernel, to_right, to_bottom = (k.flip(0, 1) for k in (kernel, to_right, to_bottom))
"""
MODES = {"zeros": "constant"}  # torch's name, where it is another


def opening_photo(kind: str, file: str, credit: str, side: int) -> str:
    """Return how a program begins that reads a photograph.

    Args:
        kind: the filter's English name.
        file: of `skimage/data`.
        credit: whose photograph it is.
        side: pixels of the longer side, at most.
    """
    return PHOTO.format(kind=kind, file=file, credit=credit, side=side)


def opening_file(kind: str) -> str:
    """Return how a program begins that reads a picture from a file beside it."""
    return FILE.format(kind=kind)


def opening_drawing(kind: str, picture: Tensor) -> str:
    """Return how a program begins that holds a drawing, uint8 [H, W]."""
    packed = base64.b64encode(zlib.compress(picture.numpy().tobytes())).decode()
    height, width = picture.shape
    lines = "\n".join(textwrap.wrap(packed, 80))
    return DRAWING.format(kind=kind, height=height, width=width, packed=lines)


def program(
    opening: str, setting: Setting, place: Sequence[int], *, noise: int, steep: bool
) -> str:
    """Return the program that prints the numbers on screen.

    Args:
        opening: how it gets its picture.
        setting: the filter and how it is laid.
        place: row and column of the pixel.
        noise: standard deviation of what is added to the picture.
        steep: it prints the slopes too.
    """
    parts = [opening]
    if noise:
        parts.append(NOISE.format(noise=noise))
    edges = setting.chosen.kind in ALONG
    parts.append(_kernel(setting.chosen))
    turn = "" if not setting.flip else TURN_EDGES if edges else TURN
    mode = MODES.get(setting.border, setting.border)
    row, column = place
    parts.append(LAID.format(turn=turn, mode=mode, row=row, column=column))
    if steep:
        seen = "picture" if edges else "response"
        parts.append(SLOPES.format(sobel="" if edges else SOBEL, seen=seen))
    return "".join(parts)


def _kernel(chosen: Filter) -> str:
    formulas = {"gaussian": GAUSSIAN, "log": LOG, "gabor": GABOR}
    if chosen.kind in formulas:
        return formulas[chosen.kind].format(
            sigma=chosen.sigma, angle=chosen.angle, wavelength=chosen.wavelength
        )
    if chosen.kind in ALONG:
        name = "to_right" if chosen.axis == "x" else "to_bottom"
        return EDGE.format(along=list(ALONG[chosen.kind]), name=name)
    return _typed(chosen)


def _typed(chosen: Filter) -> str:
    """Return a kernel written out; a mean as a division."""
    if chosen.kind == "box":
        size = chosen.size
        line = f"torch.full(({size}, {size}), 1 / {size}**2, dtype=torch.float64)"
        return f"\nkernel = {line}\n"
    rows = "".join(f"    {row},\n" for row in kernel(chosen).tolist())
    return (
        f"\nkernel = [\n{rows}]\nkernel = torch.tensor(kernel, dtype=torch.float64)\n"
    )
