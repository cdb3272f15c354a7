"""The network diagram beside its decision boundary, as a scene for the player.

`plan` says where every node stands; `diagram` turns a plan into layers, `Painter`
turns states of a run into the frames that move them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.features import labels
from engine.training import Run
from playground import theme
from playground.figures.numerals import LOWERED, RAISED
from playground.figures.paint import Painter, per_layer
from playground.figures.plan import BOTTOM, LEFT, MAIN, RIGHT, Plan, plan
from playground.player.charts import Curve, Series
from playground.player.scene import (
    Button,
    Dots,
    Edges,
    Field,
    Layer,
    Menu,
    Scene,
    Text,
)

SIZE = (900, 416)  # logical pixels of the stage
CURVES = (594.0, 312.0, 144.0, 84.0)  # of the loss; the accuracy's beside it
MOST_INPUTS_NAMED = 20  # beside their tiles
MOST_NAMED = 300  # weights between two layers whose ends are named
TERMS = 6  # products written out in a unit's formula


@dataclass(frozen=True)
class Words:
    """What the diagram says, translated."""

    epoch: str
    train: str
    test: str
    train_loss: str
    test_loss: str
    score: str
    test_score: str
    spoken: str
    loss: str
    change: str
    activation: str
    add_unit: str
    remove_unit: str
    add_layer: str
    remove_layer: str
    layers: str
    bias: str


def diagram(
    run: Run,
    painter: Painter,
    words: Words,
    *,
    menu: tuple[tuple[str, str], ...],
    points: tuple[Layer, ...],
) -> Scene:
    """Return the scene of one network: diagram, decision boundary, curves.

    Args:
        run: what is shown; only its spec and shapes matter here.
        painter: makes the frames; the scene refers to its tracks.
        words: translated texts.
        menu: (id, shown name) of the activations a layer may have.
        points: layers with the data, over the decision boundary.
    """
    where = plan(len(labels(run.spec.features)), run.spec.layers, run.outputs)
    where = replace(where, main=points[0].box)
    layers = [
        *_edges(run, where, words),
        *_tiles(run, painter, where),
        *_biases(run, where, words),
        *_editing(run, where, words, menu),
        Field(
            where.main,
            "field",
            (painter.side, painter.side),
            palette="rgb" if run.outputs > 1 else "diverging",
            line=run.outputs == 1,
            large=True,
        ),
        *points,
        *curves(words),
        Text((MAIN[0], 411.0), f"— {words.train}   ┄ {words.test}", muted=True),
    ]
    return Scene(
        SIZE,
        painter.tracks,
        tuple(layers),
        time=f"{words.epoch} {{time:int}}",
        metrics=metrics(run, words),
        spoken=words.spoken,
    )


def curves(words: Words) -> tuple[Curve, ...]:
    """Return the charts of loss and accuracy: training solid, test dashed."""
    x, y, width, height = CURVES
    charts = []
    for index, label in enumerate((words.loss, words.score)):
        lines = (
            Series("measures", 2 * index, "ink", words.train),
            Series("measures", 2 * index + 1, theme.CLASSES[4], words.test, dash=True),
        )
        place = (x + index * (width + 8), y, width, height)
        charts.append(Curve(place, lines, label=label))
    return tuple(charts)


def metrics(run: Run, words: Words) -> tuple[tuple[str, str], ...]:
    """Return the row of numbers under a run: (label, template)."""
    share = "" if run.task == "regression" else ":percent"
    return (
        (words.epoch, "{time:int}"),
        (words.train_loss, "{measures:0}"),
        (words.test_loss, "{measures:1}"),
        (words.test_score, f"{{measures:3{share}}}"),
    )


def _subscript(number: int) -> str:
    return str(number).translate(LOWERED)


def _names(run: Run) -> list[list[str]]:
    """Return what every node is called: x₁, a²₃ (unit 3 of layer 2), ŷ₁."""
    hidden = [
        [
            f"a{str(layer).translate(RAISED)}{_subscript(unit + 1)}"
            for unit in range(size)
        ]
        for layer, size in enumerate(run.spec.layers, start=1)
    ]
    outputs = [f"ŷ{_subscript(k + 1)}" for k in range(run.outputs)]
    return [labels(run.spec.features), *hidden, outputs if run.outputs > 1 else ["ŷ"]]


def _edges(run: Run, where: Plan, words: Words) -> Iterator[Layer]:
    """Yield the weights, one layer of curves per layer of the network."""
    names, half = _names(run), where.tile / 2
    ends = [*where.columns]
    if run.outputs == 1:
        ends.append(((where.end[0] + half, where.end[1]),))
    offset = 0
    for index, (left, right) in enumerate(pairwise(ends)):
        pairs = [(i, o) for i in range(len(left)) for o in range(len(right))]
        yield Edges(
            tuple(
                (left[i][0] + half, left[i][1], right[o][0] - half, right[o][1])
                for i, o in pairs
            ),
            "weights",
            offset,
            tip=tuple(
                f"{names[index][i]} → {names[index + 1][o]}: w = {{value}}  "
                f"({words.change})"
                for i, o in pairs
            )
            if len(pairs) <= MOST_NAMED
            else f"w = {{value}}  ({words.change})",
            edit=tuple(f"w.{index}.{i}.{o}" for i, o in pairs),
        )
        offset += (len(left) + 1) * len(right)


def _tiles(run: Run, painter: Painter, where: Plan) -> Iterator[Layer]:
    """Yield a small field for every node, in the painter's order."""
    tips, cells = _formulas(run), painter.small**2
    nodes = [place for column in where.columns for place in column]
    for index, (x, y) in enumerate(nodes):
        yield Field(
            (x - where.tile / 2, y - where.tile / 2, where.tile, where.tile),
            "units",
            (painter.small, painter.small),
            offset=index * cells,
            tip=tips[index],
            zooms=True,
        )
    if len(where.columns[0]) > MOST_INPUTS_NAMED:
        return  # their names would cover each other: the tips have them
    for (x, y), name in zip(where.columns[0], _names(run)[0], strict=True):
        at = (x - where.tile / 2 - 5, y + 5)
        yield Text(at, name, size=14, align="right")


def _formulas(run: Run) -> list[str]:
    """Return every node's formula with its numbers, as templates of the player."""
    names, offset, formulas = _names(run), 0, list(_names(run)[0])
    chosen = per_layer(run)
    for index, size in enumerate([*run.spec.layers, run.outputs]):
        inputs = names[index]
        last = index == len(run.spec.layers)
        outer = "softmax" if last else chosen[index]
        for unit in range(size if not last or run.outputs > 1 else 0):
            terms = [
                f"{{weights:{offset + i * size + unit}:signed}}·{name}"
                for i, name in enumerate(inputs[:TERMS])
            ]
            more = " + …" if len(inputs) > TERMS else ""
            bias = f"{{weights:{offset + len(inputs) * size + unit}:signed}}"
            inner = f"{' '.join(terms)}{more} {bias}"
            if run.spec.batch_norm and not last:
                inner = f"BN({inner})"
            formulas.append(f"{names[index + 1][unit]} = {outer}({inner})")
        offset += (len(inputs) + 1) * size
    return formulas


def _biases(run: Run, where: Plan, words: Words) -> Iterator[Layer]:
    """Yield a dot at the lower left corner of every node that has a bias."""
    names, half, offset = _names(run), where.tile / 2, 0
    columns = list(where.columns)
    if run.outputs == 1:
        columns.append(((where.end[0] + half - 2, where.end[1]),))
    radius = min(4.5, half / 2)
    for index, (left, right) in enumerate(pairwise(columns)):
        offset += len(left) * len(right)
        alone = index == len(columns) - 2 and run.outputs == 1
        drop = 0 if alone else half - 1
        yield Dots(
            tuple((x - half + 1, y + drop) for x, y in right),
            "weights",
            offset,
            radius=5 if alone else radius,
            tip=tuple(
                f"{words.bias} {names[index + 1][unit]}: b = {{value}}  "
                f"({words.change})"
                for unit in range(len(right))
            ),
            edit=tuple(f"b.{index}.{unit}" for unit in range(len(right))),
        )
        offset += len(right)


def _editing(
    run: Run, where: Plan, words: Words, menu: tuple[tuple[str, str], ...]
) -> Iterator[Layer]:
    """Yield menus above the hidden layers, buttons below them and for layers."""
    hidden, chosen = run.spec.layers, per_layer(run)
    step = (RIGHT - LEFT) / max(len(where.columns) - 1, 1)
    y = BOTTOM + 26
    for index, size in enumerate(hidden):
        x = where.columns[index + 1][0][0]
        yield Menu(
            (x, 13),
            min(step - 6, 96),
            menu,
            chosen[index],
            words.activation,
            f"act.{index}",
        )
        yield Button(
            (x - 16, y), "−", words.remove_unit, "units", f"{index}.{size - 1}"
        )
        yield Button((x + 16, y), "+", words.add_unit, "units", f"{index}.{size + 1}")
    yield Text((LEFT, y + 27), words.layers, size=14, align="center", muted=True)
    few, many = len(hidden) == 0, len(hidden) == 8
    yield Button((LEFT - 16, y), "−", words.remove_layer, "layers", "-1", disabled=few)
    yield Button((LEFT + 16, y), "+", words.add_layer, "layers", "1", disabled=many)
