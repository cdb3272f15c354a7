"""Filters switched off and places covered, as programs in plain torch."""

from collections.abc import Sequence

from engine.cifar import CLASSES

PICTURE = "picture.png"  # what the program reads, 32 x 32

HEAD = '''\
"""{title}

Needs torch, Pillow, and colour_net.pt and picture.png beside this file.
"""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

pixels = np.array(Image.open("picture.png").convert("RGB"))
picture = torch.from_numpy(pixels).permute(2, 0, 1).float() / 255  # [3, 32, 32]
names = "{names}".split()
off = {off}  # layer, filter
'''

NET_OFF = '''

def load():
    """Return the weights of the network by name."""
    stored = torch.load("colour_net.pt", map_location="cpu", weights_only=True)
    return {name: value.float() for name, value in stored.items()}


net = load()


def answer(picture, off):
    """Return the probabilities with filters held at 0."""
    x = (picture[None] - 0.5) / 0.25
    for layer, pooled in (("c1", True), ("c2", True), ("c3", False), ("c4", False)):
        weight = net[f"{layer}.weight"]
        reach = weight.shape[-1] // 2
        x = torch.relu(F.conv2d(x, weight, net[f"{layer}.bias"], padding=reach))
        for name, unit in off:
            if name == layer:
                x[:, unit] = 0
        if pooled:
            x = F.max_pool2d(x, 2)
    mean = x.mean(dim=(2, 3))[0]
    logits = net["output.weight"] @ mean + net["output.bias"]
    return logits.softmax(dim=0)


before, now = answer(picture, []), answer(picture, off)
'''

SWITCHED = """
top = int(before.argmax())
print(f"all on: {{names[top]}} {{before[top]:.4f}}")
print(f"{{len(off)}} off: {{names[top]}} {{now[top]:.4f}}")
print(f"answer then: {{names[int(now.argmax())]}} {{now.max():.4f}}")

# Each filter of {layer} switched off alone, besides those that are off.
changes = []
for unit in range(net["{layer}.weight"].shape[0]):
    said = answer(picture, [*off, ("{layer}", unit)])
    changes.append((said[top] - now[top]).item())
for unit in sorted(range(len(changes)), key=lambda u: -abs(changes[u]))[:5]:
    print(f"{layer}.{{unit}} {{changes[unit]:+.4f}}")
"""

COVERED = """
SIZE, STRIDE, FILL = {size}, {stride}, {fill}
top = int(now.argmax())
losses = []
for row in range(STRIDE // 2, 32, STRIDE):
    for column in range(STRIDE // 2, 32, STRIDE):
        hidden, half = picture.clone(), SIZE // 2
        rows = slice(max(row - half, 0), row + half + 1)
        columns = slice(max(column - half, 0), column + half + 1)
        hidden[:, rows, columns] = FILL
        losses.append((now[top] - answer(hidden, off)[top]).item())
losses = torch.tensor(losses).view(-1, len(range(STRIDE // 2, 32, STRIDE)))
print(f"whole picture: {{names[top]}} {{now[top]:.4f}}")
row, column = divmod(int(losses.argmax()), losses.shape[1])
place = f"({{STRIDE // 2 + row * STRIDE}}, {{STRIDE // 2 + column * STRIDE}})"
print(f"largest loss {{losses.max():.4f}} at {{place}}")
"""


def switched(off: Sequence[tuple[str, int]], layer: str) -> str:
    """Return the program that switches filters off.

    Args:
        off: layer and number of each.
        layer: whose filters are tried one by one.
    """
    return _head("Switch filters off.", off) + SWITCHED.format(layer=layer)


def covered(off: Sequence[tuple[str, int]], setting: tuple[int, int, float]) -> str:
    """Return the program that covers every place.

    Args:
        off: layer and number of filters that are off.
        setting: side of the square, stride, level that covers.
    """
    size, stride, fill = setting
    body = COVERED.format(size=size, stride=stride, fill=fill)
    return _head("Cover every place of a picture.", off) + body


def _head(title: str, off: Sequence[tuple[str, int]]) -> str:
    listed = [tuple(unit) for unit in off]
    return HEAD.format(title=title, names=" ".join(CLASSES), off=listed) + NET_OFF
