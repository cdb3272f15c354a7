"""Find the pictures, and the places in them, that each filter answers to most.

Source: Zeiler, Fergus, "Visualizing and Understanding Convolutional Networks", ECCV
2014; Girshick et al., "Rich Feature Hierarchies", CVPR 2014 (top regions per unit).
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.cifar import SIDE
from engine.colour_net import GREY, LAYERS, ColourNet, Patch, window

SAMPLES = 16  # pictures whose brightness tells one collection from another
ALIKE = 3.0  # grey levels of 255: JPEG compression moves a mean by less than this


def strongest(
    net: ColourNet, images: Tensor, *, count: int = 9, batch_size: int = 250
) -> dict[str, list[list[Patch]]]:
    """Return the strongest answers of every filter, one at most per picture.

    Args:
        net: the network.
        images: uint8 [N, 3, 32, 32], N at least `count`, on the network's device.
        count: patches per filter, at least 1.
        batch_size: pictures looked at together.

    Returns:
        Layer -> unit -> `count` patches, strongest first; of equal ones the earlier
        picture, and in a picture the upper left cell, come first.

    Raises:
        ValueError: fewer pictures than patches, or no patches asked for.
    """
    if not 1 <= count <= len(images):
        raise ValueError(f"count must lie in [1, {len(images)}], got {count}")
    peaks = {layer: [] for layer in LAYERS}
    with torch.no_grad():
        for part in images.split(batch_size):
            for name, _, value in net.stages(part.float() / 255):
                if name in LAYERS:
                    peaks[name].append(value.flatten(2).max(dim=2))  # [B, K] each
    found = {}
    for layer, parts in peaks.items():
        scores = torch.cat([part.values for part in parts]).cpu()  # [N, K]
        cells = torch.cat([part.indices for part in parts]).cpu()
        rank = scores.sort(dim=0, descending=True, stable=True).indices[:count]
        found[layer] = [
            _patches(rank[:, unit], scores[:, unit], cells[:, unit], LAYERS[layer].size)
            for unit in range(scores.shape[1])
        ]
    return found


def cut(image: Tensor, layer: str, patch: Patch) -> Tensor:
    """Return the pixels that a patch's cell sees; grey where they lie outside.

    Args:
        image: uint8 [3, 32, 32], the picture that the patch's number means.
        layer: the layer that answered.
        patch: where it answered.

    Returns:
        float [3, R, R] in [0, 1], R the layer's receptive field. Grey is what the
        network's own padding stands for.
    """
    top, left, side = window(layer, patch.row, patch.column)
    margins = [-left, left + side - SIDE, -top, top + side - SIDE]
    return F.pad(image.float() / 255, margins, value=GREY)


def brightness(images: Tensor) -> list[float]:
    """Return the mean level, 0 to 255, of sixteen pictures spread evenly.

    Args:
        images: uint8 [N, 3, 32, 32], N at least 16.
    """
    rows = torch.arange(SAMPLES) * (len(images) // SAMPLES)
    return images[rows].float().mean(dim=(1, 2, 3)).tolist()


def same_pictures(images: Tensor, known: list[float]) -> bool:
    """Return whether these are the pictures, in the order, that an index was made on.

    Args:
        images: uint8 [N, 3, 32, 32].
        known: their `brightness` then. Compression may have changed it a little.
    """
    if len(images) < SAMPLES:
        return False
    pairs = zip(brightness(images), known, strict=True)
    return all(abs(now - then) <= ALIKE for now, then in pairs)


def _patches(rank: Tensor, scores: Tensor, cells: Tensor, size: int) -> list[Patch]:
    return [
        Patch(image, *divmod(cells[image].item(), size), scores[image].item())
        for image in rank.tolist()
    ]
