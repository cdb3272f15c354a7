"""Learned filters as a program: a filter over its training, or a picture's maps."""

import base64
import textwrap
import zlib

from torch import Tensor

TRAINING = '''\
"""Filter {number} of {layer} while it was learned.

Needs torch, and {file} beside this file.
"""

import torch

stored = torch.load("{file}", map_location="cpu", weights_only=True)
filters = stored["{name}"].float()[:, {number}]  # one per moment
moment = {moment}  # of {count}, from 0
now, end = filters[moment], filters[-1]
print(f"epoch {{stored['epochs'][moment]:.4f}}")
print(f"right {{stored['accuracies'][moment]:.4f}}")
print(f"largest weight {{now.abs().max():.4f}}, length {{now.norm():.4f}}")
print(f"likeness to the end {{(now * end).sum() / (now.norm() * end.norm()):.4f}}")
'''

MAPS = '''\
"""What {layer} says to a picture.

Needs torch, and {file} beside this file.
"""

import base64
import zlib

import torch
import torch.nn.functional as F

# The picture, 32 x 32, {channels} number(s) of 0 to 255 per pixel.
packed = """
{packed}
"""
pixels = bytearray(zlib.decompress(base64.b64decode(packed)))
levels = torch.frombuffer(pixels, dtype=torch.uint8).view(32, 32, {channels})
x = levels.permute(2, 0, 1)[None].float()
stored = torch.load("{file}", map_location="cpu", weights_only=True)
net = {{name: value.float() for name, value in stored.items()}}
said, sums = {{}}, {{}}


def convolve(name, x, padding=0):
    sums[name] = F.conv2d(x, net[name + ".weight"], net[name + ".bias"], 1, padding)
    return sums[name]


def linear(name, x):
    return F.linear(x, net[name + ".weight"], net[name + ".bias"])

'''

COLOUR = """
x = (x / 255 - 0.5) / 0.25
said["c1"] = torch.relu(convolve("c1", x, padding=3))
said["p1"] = F.max_pool2d(said["c1"], 2)
said["c2"] = torch.relu(convolve("c2", said["p1"], padding=1))
said["p2"] = F.max_pool2d(said["c2"], 2)
said["c3"] = torch.relu(convolve("c3", said["p2"], padding=1))
said["c4"] = torch.relu(convolve("c4", said["c3"], padding=1))
logits = linear("output", said["c4"].mean(dim=(2, 3)))[0]
"""

LENET = """
squash = torch.{squash}
x = x * (1.275 / 255) - 0.1
said["c1"] = squash(convolve("c1", x))
said["s2"] = F.avg_pool2d(said["c1"], 2)
said["c3"] = squash(convolve("c3", said["s2"]))
said["s4"] = F.avg_pool2d(said["c3"], 2)
c5 = squash(linear("c5", said["s4"].flatten(1)))
logits = linear("output", squash(linear("f6", c5)))[0]
"""

EVERY = """
for name, maps in said.items():
    quiet = (maps[0].abs().amax(dim=(1, 2)) == 0).sum()
    print(f"{name} {list(maps.shape[1:])}, {quiet} maps are 0, top {maps.max():.4f}")
"""

ONE = """
maps = said["{layer}"][0]
row, column = {row}, {column}
if "{layer}" in sums:
    print(f"sum z {{sums['{layer}'][0, {number}, row, column]:.4f}}")
print(f"value a {{maps[{number}, row, column]:.4f}}")
print(f"highest of the map {{maps[{number}].max():.4f}}")
"""

ANSWER = """
shares, classes = logits.softmax(dim=0).topk(3)
for share, number in zip(shares.tolist(), classes.tolist(), strict=True):
    print(f"class {number}: {share:.4f}")
"""


def weights_file(network: str) -> str:
    """Return the file in `engine/weights` that holds a network's weights."""
    return "colour_net.pt" if network == "colour" else f"lenet_{network}.pt"


def filters_file(network: str) -> str:
    """Return the file in `engine/weights` that holds its filters over the training."""
    return weights_file(network).replace(".pt", "_filters.pt")


def training(network: str, unit: tuple[str, int], moment: int, count: int) -> str:
    """Return the program that prints the numbers of a filter at a moment.

    Args:
        network: "colour", "relu" or "tanh".
        unit: layer and number of the filter.
        moment: from 0.
        count: of moments.
    """
    layer, number = unit
    return TRAINING.format(
        layer=layer,
        number=number,
        file=filters_file(network),
        name="filters" if network == "colour" else f"{layer}.weight",
        moment=moment,
        count=count,
    )


def all_maps(network: str, levels: Tensor) -> str:
    """Return the program that prints what every layer says to a picture.

    Args:
        network: "colour", "relu" or "tanh".
        levels: uint8 [32, 32, C].
    """
    return _maps(network, levels, "every layer") + EVERY + ANSWER


def one_map(
    network: str, levels: Tensor, unit: tuple[str, int], cell: tuple[int, int]
) -> str:
    """Return the program that prints one cell of one map; see `all_maps`.

    Args:
        network: "colour", "relu" or "tanh".
        levels: uint8 [32, 32, C].
        unit: layer and number of the map.
        cell: row and column.
    """
    layer, number = unit
    row, column = cell
    said = ONE.format(layer=layer, number=number, row=row, column=column)
    return _maps(network, levels, layer) + said + ANSWER


def _maps(network: str, levels: Tensor, layer: str) -> str:
    raw = zlib.compress(levels.contiguous().numpy().tobytes(), 9)
    opening = MAPS.format(
        layer=layer,
        file=weights_file(network),
        channels=levels.shape[2],
        packed="\n".join(textwrap.wrap(base64.b64encode(raw).decode(), 80)),
    )
    rest = COLOUR if network == "colour" else LENET.format(squash=network)
    return opening + rest
