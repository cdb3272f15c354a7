import re
from dataclasses import fields, replace
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.features import labels
from engine.spec import Spec
from playground.figures import network
from playground.figures.clouds import data
from playground.figures.network import SIZE, Words, diagram
from playground.figures.paint import Painter
from playground.figures.plan import BOTTOM, LARGEST_TILE, MAIN, TOP, plan
from playground.player.charts import Curve
from playground.player.scene import (
    Button,
    Dots,
    Edges,
    Field,
    Menu,
    Text,
)
from tests.playground.figures.trained import SPAN, apart, specs, trained

WORDS = Words(**{word.name: word.name for word in fields(Words)})
MENU = (("tanh", "Tanh"), ("relu", "ReLU"))
UP, DOWN = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
hidden_sizes = st.lists(st.integers(1, 32), max_size=8).map(tuple)


def drawn(spec):
    run, at = trained(spec)
    painter = Painter([run], span=SPAN, hard=False)
    scene = diagram(run, painter, WORDS, menu=MENU, points=data(run, MAIN, SPAN))
    frame = painter.frame([at], [0.0])
    assert len(frame) == scene.frame_bytes
    return run, scene, apart(scene.tracks, frame)


def layers_of(scene, kind):
    return [layer for layer in scene.layers if type(layer) is kind]


def node_names(spec, outputs):
    """Return the names a book would give: x₁, a²₃ (unit 3 of layer 2), ŷ₁."""
    low = str.maketrans("0123456789", DOWN)
    hidden = [
        [f"a{UP[layer]}{unit}".translate(low) for unit in range(1, size + 1)]
        for layer, size in enumerate(spec.layers, start=1)
    ]
    last = [f"ŷ{DOWN[k]}" for k in range(1, outputs + 1)] if outputs > 1 else ["ŷ"]
    return [labels(spec.features), *hidden, last]


@settings(deadline=None)
@given(st.integers(1, 53), hidden_sizes, st.integers(1, 6))
def test_nodes_stay_in_their_part_of_the_stage_and_never_touch(inputs, hidden, outputs):
    where = plan(inputs, hidden, outputs)
    sizes = (inputs, *hidden) if outputs == 1 else (inputs, *hidden, outputs)
    assert tuple(map(len, where.columns)) == sizes
    half = where.tile / 2
    assert 4 <= where.tile <= LARGEST_TILE
    xs = [column[0][0] for column in where.columns]
    assert half <= xs[0]
    assert xs[-1] + half < MAIN[0]
    assert all(b - a >= where.tile for a, b in pairwise(xs))
    for column in where.columns:
        assert len({x for x, _y in column}) == 1
        ys = [y for _x, y in column]
        assert all(b - a >= 1.1 * where.tile for a, b in pairwise(ys))
        assert ys[0] - half >= TOP
        assert ys[-1] + half <= BOTTOM
        assert sum(ys) / len(ys) == pytest.approx((TOP + BOTTOM) / 2)


@settings(max_examples=20, deadline=None)
@given(specs())
def test_edges_and_dots_show_the_parameters_their_names_say(spec):
    run, scene, parts = drawn(spec)
    seen = []
    for layer in layers_of(scene, Edges) + layers_of(scene, Dots):
        assert layer.track == "weights"
        for index, name in enumerate(layer.edit):
            kind, *place = name.split(".")
            number, *units = map(int, place)
            tensor = run.layers()[number][kind == "b"][0]
            place = layer.offset + index
            assert parts["weights"][place] == tensor[tuple(units)]
            seen.append(place)
    assert sorted(seen) == list(range(len(parts["weights"])))


@settings(max_examples=20, deadline=None)
@given(specs())
def test_edges_and_dots_stand_at_the_nodes_their_names_say(spec):
    run, scene, _parts = drawn(spec)
    where = plan(len(labels(spec.features)), spec.layers, run.outputs)
    half, out = where.tile / 2, (MAIN[0], MAIN[1] + MAIN[3] / 2)
    centres = [list(column) for column in where.columns]
    if run.outputs == 1:
        centres.append([(out[0] + half, out[1])])  # its left edge is the boundary's
    for layer in layers_of(scene, Edges):
        for (x0, y0, x1, y1), name in zip(layer.ends, layer.edit, strict=True):
            number, unit, to = map(int, name.split(".")[1:])
            left, right = centres[number][unit], centres[number + 1][to]
            assert (x0, y0) == pytest.approx((left[0] + half, left[1]))
            assert (x1, y1) == pytest.approx((right[0] - half, right[1]))
    for layer in layers_of(scene, Dots):
        for (x, y), name in zip(layer.at, layer.edit, strict=True):
            number, unit = map(int, name.split(".")[1:])
            home = centres[number + 1][unit]
            assert abs(x - home[0]) <= half + 2
            assert abs(y - home[1]) <= half + 1
            assert 0 <= x <= SIZE[0]


@settings(max_examples=20, deadline=None)
@given(specs(most=4))
def test_tips_of_edges_and_dots_name_both_ends(spec):
    run, scene, _parts = drawn(spec)
    names = node_names(spec, run.outputs)
    for layer in layers_of(scene, Edges):
        if len(layer.ends) > network.MOST_NAMED:
            assert layer.tip == "w = {value}  (change)"
            continue
        for tip, edit in zip(layer.tip, layer.edit, strict=True):
            number, unit, to = map(int, edit.split(".")[1:])
            ends = f"{names[number][unit]} → {names[number + 1][to]}"
            assert tip == f"{ends}: w = {{value}}  (change)"
    for layer in layers_of(scene, Dots):
        for tip, edit in zip(layer.tip, layer.edit, strict=True):
            number, unit = map(int, edit.split(".")[1:])
            assert tip.startswith(f"bias {names[number + 1][unit]}: b = {{value}}")


@settings(max_examples=20, deadline=None)
@given(specs(most=4))
def test_tiles_stand_at_their_nodes_with_their_formula(spec):
    run, scene, parts = drawn(spec)
    where = plan(len(labels(spec.features)), spec.layers, run.outputs)
    names = node_names(spec, run.outputs)
    tiles = [tile for tile in layers_of(scene, Field) if tile.zooms]
    nodes = [
        (column, row, place)
        for column, places in enumerate(where.columns)
        for row, place in enumerate(places)
    ]
    chosen = spec.activations * (8 if len(spec.activations) == 1 else 1)
    outer = [*chosen[: len(spec.layers)], "softmax"]
    for index, (tile, (column, row, (x, y))) in enumerate(
        zip(tiles, nodes, strict=True)
    ):
        left, top, width, height = tile.box
        assert (left + width / 2, top + height / 2) == pytest.approx((x, y))
        assert tile.offset == index * tile.shape[0] * tile.shape[1]
        if column == 0:
            assert tile.tip == names[0][row]
            continue
        assert tile.tip.startswith(f"{names[column][row]} = {outer[column - 1]}(")
        weight, bias = (tensor[0] for tensor in run.layers()[column - 1])
        found = re.findall(
            r"\{weights:(\d+):signed\}(?:·(\S+?(?: x[₁₂])?))?[ )]", tile.tip
        )
        numbers = [float(parts["weights"][int(place)]) for place, _name in found]
        shown = weight[: network.TERMS, row].tolist()
        assert numbers == [*shown, float(bias[row])]
        said = [name for _place, name in found]
        assert said == [*names[column - 1][: network.TERMS], ""]
        assert ("…" in tile.tip) == (len(weight) > network.TERMS)


@pytest.mark.parametrize("layers", [(), (1,), (32,), (4, 3), (2,) * 8])
@pytest.mark.parametrize("classes", [2, 3])
def test_menus_and_buttons_say_what_they_do(layers, classes):
    spec = Spec(data="gaussians", classes=classes, count=12, layers=layers)
    if layers:
        spec = replace(spec, activations=("relu", *["tanh"] * (len(layers) - 1)))
    _run, scene, _parts = drawn(spec)
    menus, buttons = layers_of(scene, Menu), layers_of(scene, Button)
    assert [menu.action for menu in menus] == [f"act.{i}" for i in range(len(layers))]
    assert tuple(menu.value for menu in menus) == (spec.activations if layers else ())
    changes = {(b.action, b.value, b.label) for b in buttons if b.action == "units"}
    assert changes == {
        ("units", f"{index}.{size + by}", f"{word}_unit")
        for index, size in enumerate(layers)
        for by, word in ((1, "add"), (-1, "remove"))
    }
    less, more = (b for b in buttons if b.action == "layers")
    assert (less.value, less.disabled) == ("-1", not layers)
    assert (more.value, more.disabled) == ("1", len(layers) == 8)
    for this, other in pairwise(sorted(button.at[0] for button in buttons)):
        assert other - this >= 18  # a finger's width on a small screen


def test_decision_boundary_and_curves_read_the_right_numbers():
    for classes, palette in ((2, "diverging"), (4, "rgb")):
        spec = Spec(data="gaussians", classes=classes, count=12)
        _run, scene, _parts = drawn(spec)
        (large,) = (layer for layer in layers_of(scene, Field) if layer.large)
        assert (large.box, large.palette) == (MAIN, palette)
        assert large.line is (classes == 2)
        loss, score = layers_of(scene, Curve)
        assert [(line.index, line.dash) for line in loss.series] == [
            (0, False),
            (1, True),
        ]
        assert [line.index for line in score.series] == [2, 3]
        assert loss.box[0] + loss.box[2] <= score.box[0]
        assert score.box[0] + score.box[2] <= SIZE[0]
        assert scene.metrics[-1] == ("test_score", "{measures:3:percent}")
    _run, scene, _parts = drawn(Spec(data="plane", loss="mse", count=12))
    assert scene.metrics[-1] == ("test_score", "{measures:3}")


def test_inputs_are_named_beside_their_tiles():
    spec = Spec(count=12, features=("x1", "sin_x2", "x1_x2"))
    _run, scene, _parts = drawn(spec)
    named = {text.template: text for text in layers_of(scene, Text)}
    where = plan(3, spec.layers, 1)
    for name, (x, y) in zip(("x₁", "sin x₂", "x₁x₂"), where.columns[0], strict=True):
        right, baseline = named[name].at
        assert named[name].align == "right"
        assert right < x - where.tile / 2
        assert baseline == pytest.approx(y, abs=6)


def test_formula_gives_what_the_unit_says():
    spec = Spec(count=12, layers=(3, 2), features=("x1", "x2"), activations=("tanh",))
    run, scene, parts = drawn(spec)
    tip = next(
        tile.tip
        for tile in layers_of(scene, Field)
        if tile.zooms and tile.tip.startswith("a²₂")
    )
    places = [int(place) for place in re.findall(r"weights:(\d+)", tip)]
    *weights, bias = (float(parts["weights"][place]) for place in places)
    point = torch.tensor([[0.3, -1.2]])
    first, second = run.units(point)
    z = bias + sum(w * a for w, a in zip(weights, first[0, 0].tolist(), strict=True))
    assert float(second[0, 0, 1]) == pytest.approx(torch.tanh(torch.tensor(z)).item())
