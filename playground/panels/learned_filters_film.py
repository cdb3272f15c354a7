"""The moments of a training: filters as they were, and what one said to a picture."""

from functools import lru_cache

import torch.nn.functional as F
from torch import Tensor

from engine import colour_net, lenet_history
from engine.colour_net import GREY, SPREAD
from engine.lenet_history import maps
from playground.figures.learned_film import Moment
from playground.panels.learned_source import COLOUR, Subject

Unit = tuple[str, int]  # layer and number of a filter


def filter_counts(network: str) -> dict[str, int]:
    """Return the layers whose filters are shown while they are learned."""
    return {"c1": 24} if network == COLOUR else {"c1": 6, "c3": 16}


def moments(subject: Subject, chosen: Unit) -> tuple[Moment, ...]:
    """Return the filters over the training, and what the chosen one says."""
    if subject.network == COLOUR:
        return _colour(subject.picture, chosen[1])
    return _lenet(subject, chosen)


@lru_cache(maxsize=1)
def _checkpoints() -> tuple[colour_net.Checkpoint, ...]:
    return colour_net.checkpoints()


def _colour(picture: Tensor, number: int) -> tuple[Moment, ...]:
    """The biases of the past are not stored: an answer is what the weights say."""
    centred = ((picture - GREY) / SPREAD)[None]
    found = []
    for stored in _checkpoints():
        weights = stored.filters[number][None]
        answer = F.conv2d(centred, weights, padding=weights.shape[-1] // 2)[0, 0]
        layers = {"c1": stored.filters}
        found.append(Moment(stored.epoch, stored.accuracy, layers, answer))
    return tuple(found)


def _lenet(subject: Subject, chosen: Unit) -> tuple[Moment, ...]:
    layer, number = chosen
    found = []
    for stored in _lenet_checkpoints(subject.network):
        layers = {name: stored.weights[f"{name}.weight"] for name in ("c1", "c3")}
        answer = maps(stored, subject.network, subject.picture)[layer][number]
        found.append(Moment(stored.epoch, stored.accuracy, layers, answer))
    return tuple(found)


@lru_cache(maxsize=2)
def _lenet_checkpoints(variant: str) -> tuple[lenet_history.Checkpoint, ...]:
    return lenet_history.checkpoints(variant)
