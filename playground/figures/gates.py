"""Gates made of threshold units: the plane, the units, the table of truth.

A frame is one row of the table: what the inputs are and what each unit answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.units import GATES, Layer, corners, respond
from playground import theme
from playground.figures.paint import lattice, levels
from playground.figures.unit import PLANE, SIZE, input_names, number, ticks
from playground.figures.unit_frames import SURE, straight, thick
from playground.player import scene as stage

SIDE, FINER = 72, 4  # cells along the plane, and parts of each for smooth edges
SPAN = (-0.5, 1.5)
INPUT_X, HIDDEN_X, OUTPUT_X = 366.0, 496.0, 614.0
UPPER, MIDDLE, LOWER = 58.0, 130.0, 202.0
TABLE = (676.0, 30.0, 214.0, 200.0)  # x, y, width, height; below it the sums
ON = 3.0  # a dot's value that is as blue as can be
PARTS = {"xor": ("AND", "OR", "XOR")}  # what the units of a network answer


@dataclass(frozen=True)
class Words:
    """What the scene says, translated."""

    row: str
    answer: str
    spoken: str


def frames(gate: str) -> list[bytes]:
    """Return a frame per row of the table of truth of a key of `GATES`."""
    columns = [numbers for _name, numbers in _columns(GATES[gate])]
    floats = torch.cat(columns[:-1], dim=1).float().numpy()
    field = columns[-1].numpy().tobytes()
    return [row.tobytes() + field for row in floats]


def scene(gate: str, words: Words) -> stage.Scene:
    """Return the scene of a key of `GATES`."""
    layers = GATES[gate]
    tracks = tuple(
        stage.Track(name, "u8" if name == "field" else "f32", numbers.shape[-1])
        for name, numbers in _columns(layers)
    )
    inputs = len(layers[0].weights[0])
    names = input_names(inputs)
    parts = PARTS.get(gate, (gate.upper(),))
    return stage.Scene(
        SIZE,
        tracks,
        (
            *_plane(layers),
            *ticks(SPAN, (names[0], names[1] if inputs == 2 else "")),
            *_diagram(layers, names, parts),
            *_table(layers, names, parts),
            *_sums(layers, parts, words),
        ),
        time=f"{words.row} {{time:int}}",
        rate=1.0,
        end=float(2**inputs),
        spoken=words.spoken,
    )


def _columns(layers: tuple[Layer, ...]) -> Iterator[tuple[str, Tensor]]:
    """Yield (track, numbers per row of the table); the field is the same in all."""
    inputs = corners(len(layers[0].weights[0]))  # [R, D]
    answers = respond(layers, inputs)
    yield "inputs", inputs
    yield "z", torch.cat(_z(layers, inputs), dim=1)
    yield "answers", torch.cat(answers, dim=1)
    yield "lights", ON * torch.cat((inputs, *answers), dim=1)
    weights = [torch.tensor(x.weights).flatten() for x in layers]
    yield "weights", torch.cat(weights).float().expand(len(inputs), -1)
    yield "ring", _places(inputs)
    width, height = TABLE[2] / 100, TABLE[3] / (len(inputs) + 1) / 100
    rows = [(0, height * k, width, height * (k + 1)) for k in range(1, len(inputs) + 1)]
    yield "row", torch.tensor(rows)
    yield "lines", _lines(layers[0]).expand(len(inputs), -1)
    fine = lattice(SPAN, SIDE * FINER)[:, : inputs.shape[1]]
    answer = respond(layers, fine)[-1].reshape(SIDE, FINER, SIDE, FINER)
    yield "field", levels(SURE * (2 * answer.mean(dim=(1, 3)).flatten() - 1))


def _lines(layer: Layer) -> Tensor:
    """Return the lines where the units of a layer change their answer, flat."""
    weights = torch.tensor(layer.weights).double()
    flat = torch.zeros_like(weights[:, :1]).expand(-1, 2 - weights.shape[1])
    bias = torch.tensor(layer.biases).double()[:, None]
    ends, _foot, _normal = straight(torch.cat((weights, flat, bias), dim=1), SPAN)
    return thick(ends, SPAN).flatten()


def _z(layers: tuple[Layer, ...], inputs: Tensor) -> list[Tensor]:
    """Return the sum of every unit, per layer [R, units]."""
    signals = [inputs, *respond(layers, inputs)]
    return [
        signal @ torch.tensor(layer.weights).float().T + torch.tensor(layer.biases)
        for layer, signal in zip(layers, signals, strict=False)
    ]


def _places(inputs: Tensor) -> Tensor:
    """Return where the inputs are on the plane, [R, 2]; one input: half way up."""
    if inputs.shape[1] == 2:
        return inputs
    return torch.cat((inputs, torch.full_like(inputs, 0.5)), dim=1)


def _plane(layers: tuple[Layer, ...]) -> Iterator[stage.Layer]:
    inputs = corners(len(layers[0].weights[0]))
    said = respond(layers, inputs)[-1][:, 0].long().tolist()
    places = tuple(map(tuple, _places(inputs).tolist()))
    shades = tuple(theme.LABELS[answer] for answer in said)
    yield stage.Field(PLANE, "field", (SIDE, SIDE), large=True)
    count = 3 * len(layers[0].biases)
    yield stage.Mesh(PLANE, SPAN, "lines", 0, count, 2, theme.OUTLINE)
    yield stage.Points(PLANE, SPAN, places, shades, (False,) * len(said), radius=9.0)
    yield stage.Points(
        PLANE, SPAN, (), ("#ffffff",), (True,), radius=15.0, track="ring"
    )


def _nodes(layers: tuple[Layer, ...]) -> list[list[tuple[float, float]]]:
    """Return where inputs and units stand, column by column."""
    pair, alone = (UPPER, LOWER), (MIDDLE,)
    sizes = [len(layers[0].weights[0]), *(len(layer.biases) for layer in layers)]
    across = (INPUT_X, *((HIDDEN_X,) if len(layers) > 1 else ()), OUTPUT_X)
    return [
        [(x, y) for y in (pair if size == 2 else alone)]
        for x, size in zip(across, sizes, strict=True)
    ]


def _diagram(
    layers: tuple[Layer, ...], names: tuple[str, ...], parts: tuple[str, ...]
) -> Iterator[stage.Layer]:
    """Yield the units with their weights; what answers 1 is blue."""
    columns = _nodes(layers)
    ends, labels = [], []
    for layer, left, right in zip(layers, columns, columns[1:], strict=False):
        for (x1, y1), weights in zip(right, layer.weights, strict=True):
            for (x0, y0), weight in zip(left, weights, strict=True):
                end = (x0 + 16, y0, x1 - 16, y1)
                ends.append(end)
                labels.append(_label(end, weight, crossed=len(right) > 1))
    yield stage.Edges(tuple(ends), "weights", tip="w = {value}")
    flat = tuple(place for column in columns for place in column)
    yield stage.Dots(flat, "lights", radius=15.0)
    yield from labels
    for (x, y), name in zip(columns[0], names, strict=True):
        yield stage.Text((x, y - 28), name, size=16, align="center")
    biases = [bias for layer in layers for bias in layer.biases]
    units = flat[len(names) :]
    for (x, y), name, bias in zip(units, parts, biases, strict=True):
        yield stage.Text((x, y - 28), name, size=16, align="center")
        yield stage.Text((x, y + 42), f"b = {number(bias)}", size=16, align="center")


def _label(
    end: tuple[float, float, float, float], weight: float, *, crossed: bool
) -> stage.Text:
    """Return a weight's number: beside its edge, clear of all others."""
    x0, y0, x1, y1 = end
    if y0 == y1:
        y = y0 + 20 if y0 > MIDDLE else y0 - 8
        return stage.Text(((x0 + x1) / 2, y), number(weight), 16, "center")
    t = 0.7 if crossed else 0.5  # along the curve that the player paints
    x = x0 + (1.5 * t * (1 - t) + t**3) * (x1 - x0)
    y = y0 + (3 * t**2 - 2 * t**3) * (y1 - y0)
    if y1 > y0 and not crossed:
        return stage.Text((x + 10, y - 2), number(weight), 16)
    return stage.Text((x - 9, y + 6), number(weight), 16, "right")


def _table(
    layers: tuple[Layer, ...], names: tuple[str, ...], parts: tuple[str, ...]
) -> Iterator[stage.Layer]:
    """Yield the table of truth, the row on show framed."""
    inputs = corners(len(names))
    rows = torch.cat((inputs, *respond(layers, inputs)), dim=1).long().tolist()
    heads = [*names, *parts]
    x, y, width, height = TABLE
    across, down = width / len(heads), height / (len(rows) + 1)
    for k, row in enumerate([heads, *rows]):
        for j, entry in enumerate(row):
            at = (x + across * (j + 0.5), y + down * (k + 0.5) + 6)
            yield stage.Text(at, str(entry), size=17, align="center", muted=not k)
    yield stage.Boxes(TABLE, (0.0, width / 100), ("ink",), track="row", id="row")


def _sums(
    layers: tuple[Layer, ...], parts: tuple[str, ...], words: Words
) -> Iterator[stage.Layer]:
    """Yield each unit's sum with its numbers."""
    unit, signal = 0, [f"{{inputs:{i}}}" for i in range(len(layers[0].weights[0]))]
    lines = []
    for layer in layers:
        for weights, bias in zip(layer.weights, layer.biases, strict=True):
            terms = [
                f"{_signed(w) if place else number(w)}·{s}"
                for place, (w, s) in enumerate(zip(weights, signal, strict=True))
            ]
            lines.append(
                f"{parts[unit]}:  z = {''.join(terms)}{_signed(bias)}"
                f" = {{z:{unit}}},  {words.answer} {{answers:{unit}}}"
            )
            unit += 1
        before = unit - len(layer.biases)
        signal = [f"{{answers:{i}}}" for i in range(before, unit)]
    for index, line in enumerate(lines):
        yield stage.Text((346.0, 298.0 + 30 * index), line, size=17)


def _signed(value: float) -> str:
    return f" {'−' if value < 0 else '+'} {number(abs(value))}"
