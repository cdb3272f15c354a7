"""Switch filters of the colour network off, and see what its answer loses.

Source: Morcos et al., "On the Importance of Single Directions for Generalization",
ICLR 2018 (ablation of single units).
"""

from collections.abc import Collection, Mapping

import torch
from torch import Tensor

from engine.cifar import SIDE
from engine.colour_net import LAYERS, ColourNet, require_unit

Units = Collection[tuple[str, int]]  # (layer, unit)


def faded(net: ColourNet, picture: Tensor, off: Units, shares: Tensor) -> Tensor:
    """Return the probabilities while filters are faded out together.

    Args:
        net: the network.
        picture: [3, 32, 32] float in [0, 1].
        off: the filters.
        shares: [S] float in [0, 1]; 0 leaves their maps as they are, 1 makes them 0.

    Returns:
        [S, 10], each row summing to 1.

    Raises:
        ValueError: another picture, or a filter the network does not have.
    """
    keep = {layer: torch.ones(len(shares), LAYERS[layer].filters) for layer in _in(off)}
    for layer, unit in off:
        keep[layer][:, unit] = 1 - shares
    return _answers(net, picture, keep).expand(len(shares), -1)


def alone(net: ColourNet, picture: Tensor, layer: str, off: Units = ()) -> Tensor:
    """Return the probabilities with each filter of a layer switched off by itself.

    Args:
        net: the network.
        picture: [3, 32, 32] float in [0, 1].
        layer: c1 to c4.
        off: filters that are off all the time.

    Returns:
        [filters of the layer, 10].

    Raises:
        ValueError: another picture, or a filter the network does not have.
    """
    require_unit(layer, 0)
    keep = {name: torch.ones(1, LAYERS[name].filters) for name in _in(off)}
    for name, unit in off:
        keep[name][0, unit] = 0
    each = 1 - torch.eye(LAYERS[layer].filters)
    keep[layer] = keep.get(layer, torch.ones(1, len(each))) * each
    return _answers(net, picture, keep)


def _in(off: Units) -> set[str]:
    """Return the layers with filters to switch off, all of which exist."""
    for layer, unit in off:
        require_unit(layer, unit)
    return {layer for layer, _ in off}


def _answers(net: ColourNet, picture: Tensor, keep: Mapping[str, Tensor]) -> Tensor:
    if picture.shape != (3, SIDE, SIDE):
        raise ValueError(
            f"the picture must be [3, {SIDE}, {SIDE}], got {list(picture.shape)}"
        )
    with torch.no_grad():
        *_, output = net.damped(picture[None], keep)
        return output.value.softmax(dim=1)
