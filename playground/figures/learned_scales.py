"""Which numbers the ends of a colour scale mean: per map, per layer, per network."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from playground.figures.learned_tiles import TINY
from playground.figures.numerals import plain

SCOPES = ("map", "layer", "network")
Span = tuple[float, float]  # what the first and the last colour mean


def span(values: Tensor) -> Span:
    """Return 0 and the highest number; where some are below 0, both signs alike."""
    high = max(values.abs().max().item(), TINY)
    return (-high if values.min() < 0 else 0.0), high


def spans(layers: Mapping[str, Tensor], scope: str) -> dict[str, tuple[Span, ...]]:
    """Return the scale of every map.

    Args:
        layers: name -> maps [K, h, w], or [K], which counts as one map.
        scope: of `SCOPES`.

    Returns:
        Layer -> one span per map; layers of numbers have one.
    """
    if scope not in SCOPES:
        raise ValueError(f"scope must be one of {SCOPES}, got {scope!r}")
    everything = torch.cat([values.flatten() for values in layers.values()])
    found = {}
    for name, values in layers.items():
        maps = values if values.dim() == 3 else values[None]
        wider = {"layer": values, "network": everything}
        found[name] = tuple(span(wider.get(scope, one)) for one in maps)
    return found


def ending(value: float) -> str:
    """Return an end of a span in words; that of silent maps is 0."""
    return plain(0.0 if abs(value) <= TINY else value)


def levels(values: Tensor, ends: Span) -> np.ndarray:
    """Return numbers as bytes of the same shape: 0 at the low end, 255 at the high."""
    low, high = ends
    share = (values - low) * (255 / (high - low))
    return share.round().clamp(0, 255).to(torch.uint8).numpy()
