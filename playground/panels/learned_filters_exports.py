"""What a reader can carry off from learned filters: programs, tables, charts."""

from collections.abc import Iterator, Sequence
from functools import partial

import plotly.graph_objects as go
from torch import Tensor

from engine.colour_net import WEIGHTS
from playground.figures.learned_film import Manner, Moment, largest, likeness
from playground.figures.learned_layer import columns
from playground.figures.learned_scales import spans
from playground.figures.learned_still import filters_still, maps_still
from playground.layout import TakeAway
from playground.panels.learned_filters_unit import Unit
from playground.panels.learned_maps_facts import all_layers
from playground.panels.learned_source import Subject, activations
from playground.snippets import learned as snippet

ACROSS = 6  # filters in a row


def from_training(
    network: str, seen: Sequence[Moment], at: int, chosen: Unit, manner: Manner
) -> TakeAway:
    """Return what there is of a training.

    Args:
        network: its name.
        seen: all moments.
        at: the one on screen.
        chosen: layer and number of a filter.
        manner: how filters are painted.
    """
    layer, number = chosen
    file = WEIGHTS / snippet.filters_file(network)
    history = [moment.layers[layer][number] for moment in seen]
    return TakeAway(
        snippet=partial(snippet.training, network, chosen, at, len(seen)),
        stills={"filters": partial(_filters, seen, at, layer, manner)},
        tables={
            "training.csv": "\n".join(_training_rows(seen, history)),
            "filter.csv": "\n".join(_weight_rows(history[at])),
        },
        files={file.name: file.read_bytes},
    )


def from_all(subject: Subject) -> TakeAway:
    """Return what there is of all layers."""
    return TakeAway(
        snippet=partial(snippet.all_maps, subject.network, subject.levels),
        tables={
            "maps.csv": "\n".join(_map_rows(subject)),
            "answer.csv": "\n".join(_answer_rows(subject)),
        },
        files=_weights(subject.network),
    )


def from_layer(
    subject: Subject, unit: Unit, cell: tuple[int, int], scope: str
) -> TakeAway:
    """Return what there is of a layer."""
    layer, number = unit
    levels = subject.levels
    program = partial(snippet.one_map, subject.network, levels, unit, cell)
    values = all_layers(subject)[layer][number]
    lines = (",".join(f"{value:.10g}" for value in row) for row in values.tolist())
    return TakeAway(
        snippet=program,
        stills={"maps": partial(_maps, subject, layer, scope)},
        tables={"map.csv": "\n".join(lines)},
        files=_weights(subject.network),
    )


def _weights(network: str) -> dict:
    file = WEIGHTS / snippet.weights_file(network)
    return {file.name: file.read_bytes}


def _filters(seen: Sequence[Moment], at: int, layer: str, manner: Manner) -> go.Figure:
    peak = largest(seen)[layer] if manner.shared else None
    return filters_still(seen[at].layers[layer], peak, ACROSS)


def _maps(subject: Subject, layer: str, scope: str) -> go.Figure:
    layers = all_layers(subject)
    maps = layers[layer]
    return maps_still(maps, spans(layers, scope)[layer], columns(len(maps)))


def _training_rows(seen: Sequence[Moment], history: Sequence[Tensor]) -> Iterator[str]:
    yield "epoch,accuracy,largest_weight,length,likeness"
    for moment, now in zip(seen, history, strict=True):
        numbers = (
            moment.epoch,
            moment.accuracy,
            now.abs().max().item(),
            now.norm().item(),
            likeness(now, history[-1]),
        )
        yield ",".join(f"{number:.6g}" for number in numbers)


def _weight_rows(weights: Tensor) -> Iterator[str]:
    yield "channel,row,column,weight"
    for channel, plane in enumerate(weights.tolist()):
        for row, line in enumerate(plane):
            for column, weight in enumerate(line):
                yield f"{channel},{row},{column},{weight:.6g}"


def _map_rows(subject: Subject) -> Iterator[str]:
    yield "layer,map,highest,mean"
    for layer, values in all_layers(subject).items():
        for number, one in enumerate(values):
            yield f"{layer},{number},{one.max():.6g},{one.mean():.6g}"


def _answer_rows(subject: Subject) -> Iterator[str]:
    yield "class,probability"
    for number, share in enumerate(activations(subject)["probabilities"].tolist()):
        yield f"{number},{share:.6g}"
