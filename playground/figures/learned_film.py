"""Filters while a network learns them, as frames: every filter, and one from near."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.figures.learned_tiles import (
    TINY,
    coloured,
    enlarged,
    peaks,
    shades,
)
from playground.player.scene import Track

NUMBERS = 6  # epoch, accuracy, largest weight, norm, likeness, peak of the answer


@dataclass(frozen=True)
class Moment:
    """Filters at one moment of a training.

    Attributes:
        epoch: passes over the data, 0 before the first step.
        accuracy: a fraction; nan if nobody measured it.
        layers: layer -> [F, C, k, k].
        answer: [h, w], what the chosen filter says to the picture, signed.
    """

    epoch: float
    accuracy: float
    layers: dict[str, Tensor]
    answer: Tensor


@dataclass(frozen=True)
class Manner:
    """How filters are painted.

    Attributes:
        shared: one scale for all filters of a layer and all moments; else each its
            own.
        smooth: blend the weights; else show each as a square.
    """

    shared: bool
    smooth: bool


def film(
    moments: Sequence[Moment], chosen: tuple[str, int], manner: Manner
) -> tuple[tuple[Track, ...], list[bytes]]:
    """Return the tracks, and one frame per moment.

    "numbers" has the `NUMBERS` of the chosen filter; then bytes: a track of every
    layer with all its filters ("c1"; filters of three channels as red, green, blue,
    others one kernel after the other), "planes" the chosen filter's kernels, "large"
    all its colours (filters of three channels only), "answer" what it says.

    Args:
        moments: in order.
        chosen: layer and number of a filter.
        manner: how they are painted.
    """
    last = _one(moments[-1], chosen)
    most = largest(moments)
    rows = [_parts(moment, chosen, manner, most) for moment in moments]
    numbers = [_numbers(moment, chosen, last) for moment in moments]
    tracks = (
        Track("numbers", "f32", NUMBERS),
        *(Track(name, "u8", len(part)) for name, part in rows[0].items()),
    )
    frames = [
        head + b"".join(row.values()) for head, row in zip(numbers, rows, strict=True)
    ]
    return tracks, frames


def largest(moments: Sequence[Moment]) -> dict[str, float]:
    """Return the largest weight of every layer over all moments."""
    return {
        layer: max(moment.layers[layer].abs().max().item() for moment in moments)
        for layer in moments[-1].layers
    }


def likeness(first: Tensor, second: Tensor) -> float:
    """Return the cosine of the angle between two filters, -1 to 1."""
    product = (first * second).sum() / (first.norm() * second.norm()).clamp(min=TINY)
    return product.item()


def _one(moment: Moment, chosen: tuple[str, int]) -> Tensor:
    return moment.layers[chosen[0]][chosen[1]]


def _numbers(moment: Moment, chosen: tuple[str, int], last: Tensor) -> bytes:
    weights = _one(moment, chosen)
    largest, peak = weights.abs().max().item(), moment.answer.abs().max().item()
    norm, like = weights.norm().item(), likeness(weights, last)
    numbers = moment.epoch, moment.accuracy, largest, norm, like, peak
    return np.array(numbers, dtype=np.float32).tobytes()


def _parts(
    moment: Moment, chosen: tuple[str, int], manner: Manner, most: dict[str, float]
) -> dict[str, bytes]:
    parts = {}
    for layer, filters in moment.layers.items():
        peak = most[layer] if manner.shared else None
        parts[layer] = _tiles(filters, peak, manner)
    layer = chosen[0]
    weights = _one(moment, chosen)
    peak = most[layer] if manner.shared else weights.abs().max().clamp(min=TINY)
    planes = enlarged(weights[:, None], smooth=manner.smooth)
    parts["planes"] = _bytes(shades(planes, peak))
    if len(weights) == 3:
        large = enlarged(weights[None], smooth=manner.smooth)
        parts["large"] = _bytes(coloured(large, peak))
    answer = moment.answer
    if not manner.smooth:
        answer = enlarged(answer[None, None], smooth=False)
    reach = answer.abs().max().clamp(min=TINY)
    return parts | {"answer": _bytes(shades(answer, reach))}


def _tiles(filters: Tensor, peak: float | None, manner: Manner) -> bytes:
    large = enlarged(filters, smooth=manner.smooth)
    if filters.shape[1] == 3:
        return _bytes(coloured(large, peaks(filters) if peak is None else peak))
    if peak is None:  # of a filter with several kernels: their sizes stay comparable
        return _bytes(shades(large, peaks(filters)))
    return _bytes(shades(large, peak))


def _bytes(values: Tensor) -> bytes:
    return values.to(torch.uint8).contiguous().numpy().tobytes()
