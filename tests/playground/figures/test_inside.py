from dataclasses import fields

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.spec import Change, Spec
from playground.figures import network
from playground.figures.clouds import colors
from playground.figures.inside import (
    CORNERS,
    LINES,
    MATRIX,
    InsidePainter,
    Words,
    inside,
)
from playground.player.charts import Curve
from playground.player.scene import (
    Boxes,
    Mesh,
    Points,
    Text,
)
from tests.playground.figures.trained import SPAN, apart, specs, trained

WORDS = Words(**{word.name: word.name for word in fields(Words)})
COMMON = network.Words(**{word.name: word.name for word in fields(network.Words)})
AS_IT_IS = tuple(  # changes that make a layer of two units show its two inputs
    Change(0, name, float(name in {"w.0.0.0", "w.0.1.1"}))
    for name in ("w.0.0.0", "w.0.0.1", "w.0.1.0", "w.0.1.1", "b.0.0", "b.0.1")
)


def shown(spec, seen, epochs=1):
    run, at = trained(spec, epochs)
    painter = InsidePainter([run], span=SPAN, seen=seen)
    chosen = colors(run.train.labels, run.task)
    scene = inside(painter, run, WORDS, COMMON, chosen)
    frame = painter.frame([at], [0.0])
    assert len(frame) == scene.frame_bytes
    return run, scene, apart(scene.tracks, frame)


def layers_of(scene, kind):
    return [layer for layer in scene.layers if type(layer) is kind]


@settings(max_examples=20, deadline=None)
@given(specs(), st.data())
def test_warped_plane_is_what_two_units_say_on_one_scale(spec, data):
    wide = [index for index, size in enumerate(spec.layers) if size >= 2]
    if not wide:
        run, scene, parts = shown(spec, None)
        assert "space" not in parts
        assert not layers_of(scene, Mesh)
        return
    layer = data.draw(st.sampled_from(wide))
    pair = st.lists(
        st.integers(0, spec.layers[layer] - 1), min_size=2, max_size=2, unique=True
    )
    across, upward = data.draw(pair)
    run, scene, parts = shown(spec, (layer, across, upward))
    (mesh,), (points,) = layers_of(scene, Mesh), layers_of(scene, Points)
    assert mesh.span == points.span  # or the points would leave their lattice
    assert mesh.box == points.box
    pairs = torch.from_numpy(parts["space"].copy()).view(-1, 2)
    count = 2 * LINES * CORNERS
    assert (mesh.offset, points.offset) == (0, 2 * count)
    assert (mesh.lines, mesh.points) == (2 * LINES, CORNERS)
    assert len(pairs) - count == len(run.train.points) == len(points.colors)
    units = run.units(run.train.points)[layer][0][:, [across, upward]]
    largest = units.abs().amax()
    assert (pairs.abs() <= 1 + 1e-6).all()
    scale = pairs[count:].abs().amax() / largest if largest > 1e-6 else 0.0
    assert torch.allclose(pairs[count:], units * scale, atol=1e-4)


def test_units_that_are_the_inputs_leave_the_plane_as_it_is():
    spec = Spec(
        data="plane",
        loss="mse",
        count=20,
        layers=(2,),
        activations=("linear",),
        changes=AS_IT_IS,
    )
    run, _scene, parts = shown(spec, (0, 0, 1), epochs=0)
    pairs = parts["space"].reshape(-1, 2) * 3
    corners = pairs[: 2 * LINES * CORNERS].reshape(2 * LINES, CORNERS, 2)
    along, lines = np.linspace(-3, 3, CORNERS), np.linspace(-3, 3, LINES)
    for index, x in enumerate(lines):  # upright lines, then level ones
        np.testing.assert_allclose(corners[index, :, 0], x, atol=1e-5)
        np.testing.assert_allclose(corners[index, :, 1], along, atol=1e-5)
        np.testing.assert_allclose(corners[LINES + index, :, 0], along, atol=1e-5)
        np.testing.assert_allclose(corners[LINES + index, :, 1], x, atol=1e-5)
    found = pairs[2 * LINES * CORNERS :]
    np.testing.assert_allclose(found, run.train.points, atol=1e-5)


@settings(max_examples=20, deadline=None)
@given(specs(most=3))
def test_confusion_matrix_counts_every_test_point_once(spec):
    run, scene, parts = shown(spec, None)
    if run.task == "regression":
        assert "confusion" not in parts
        assert not layers_of(scene, Boxes)
        return
    classes = max(run.outputs, 2)
    counted = np.zeros((classes, classes))
    for point, label in zip(*run.test, strict=True):
        answer = run.predict(point[None])[0, 0].tolist()
        said = int(answer[0] > 0.5) if classes == 2 else answer.index(max(answer))
        counted[int(label), said] += 1
    assert parts["confusion"].reshape(classes, classes).tolist() == counted.tolist()
    right = counted.trace() / counted.sum()
    assert right == pytest.approx(float(run.history.test_accuracy[-1, 0]))


@pytest.mark.parametrize("classes", [2, 6])
def test_confusion_matrix_is_written_row_by_row_inside_its_square(classes):
    spec = Spec(data="gaussians", classes=classes, count=60)
    _run, scene, _parts = shown(spec, (0, 0, 1))
    (grid,) = layers_of(scene, Boxes)
    left, top, side = MATRIX
    cell = side / classes
    texts = {text.template: text for text in layers_of(scene, Text)}
    for row in range(classes):
        for column in range(classes):
            x, y = texts[f"{{confusion:{row * classes + column}:int}}"].at
            assert left + column * cell < x < left + (column + 1) * cell
            assert top + row * cell < y < top + (row + 1) * cell
            index = row * classes + column
            assert grid.dash[index] is (row != column)
            x0, y0, x1, y1 = grid.xyxy[index]
            assert column < x0 < x1 < column + 1
            assert row < y0 < y1 < row + 1
    assert {"said", "truly", "matrix", "A", "B"} <= set(texts)


@settings(max_examples=10, deadline=None)
@given(specs())
def test_gradient_norms_have_a_line_for_every_layer(spec):
    run, scene, parts = shown(spec, None)
    norms = run.history.gradient_norm[-1, 0]
    assert parts["norms"].tolist() == norms.tolist()
    (curve,) = layers_of(scene, Curve)
    assert curve.log
    assert [line.index for line in curve.series] == list(range(len(spec.layers) + 1))
    looks = {(line.color, line.dash) for line in curve.series}
    assert len(looks) == len(curve.series)
    assert (curve.label, curve.series[0].label) == ("layer", "1")


def test_looks_differ_where_frames_do():
    run, _at = trained(Spec(count=20, layers=(3, 3)))
    look = InsidePainter([run], span=SPAN, seen=(0, 0, 1)).look
    assert look == InsidePainter([run], span=SPAN, seen=(0, 0, 1)).look
    for span, seen in (
        (SPAN, None),
        (SPAN, (1, 0, 1)),
        (SPAN, (0, 1, 0)),
        ((0.0, 1.0), (0, 0, 1)),
    ):
        assert InsidePainter([run], span=span, seen=seen).look != look
