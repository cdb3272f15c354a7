from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.spec import Spec
from playground.figures.clouds import data
from playground.figures.compare import (
    CELLS,
    SIZE,
    ComparePainter,
    Words,
    comparison,
)
from playground.player.charts import Curve
from playground.player.scene import (
    Field,
    Points,
    Text,
)
from tests.playground.figures.trained import SPAN, apart, as_bytes, middles, trained

WORDS = Words("Epoch", "epochs", "Loss", "spoken")
SPEC = Spec(data="gaussians", count=20, layers=(3,))


def compared(specs, *, epochs=(1,), hard=False):
    pairs = [
        trained(spec, epochs[index % len(epochs)]) for index, spec in enumerate(specs)
    ]
    runs, moments = [run for run, _at in pairs], [at for _run, at in pairs]
    painter = ComparePainter(runs, span=SPAN, hard=hard)
    names = [f"number {index}" for index in range(painter.networks)]
    (points,) = data(runs[0], (0.0, 0.0, 1.0, 1.0), SPAN)
    scene = comparison(painter, names, points, WORDS)
    frame = painter.frame(moments, [2.0 * (i + 1) for i in range(len(runs))])
    assert len(frame) == scene.frame_bytes
    return runs, scene, apart(scene.tracks, frame)


def layers_of(scene, kind):
    return [layer for layer in scene.layers if type(layer) is kind]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(2, 3))
def test_fields_and_numbers_follow_the_runs_and_their_networks(sizes, classes):
    specs = [
        replace(
            SPEC, classes=classes, init_seeds=tuple(range(10 * index, 10 * index + n))
        )
        for index, n in enumerate(sizes)
    ]
    runs, scene, parts = compared(specs, epochs=(1, 3, 2))
    answers = torch.cat([run.predict(middles(CELLS)) for run in runs])  # [N, M, K]
    fields = layers_of(scene, Field)
    assert len(fields) == len(answers) == sum(sizes)
    bytes_ = CELLS**2 * (1 if classes == 2 else 3)
    for index, answer in enumerate(answers):
        assert fields[index].offset == index * bytes_
        found = parts["field"][index * bytes_ : (index + 1) * bytes_]
        if classes == 2:
            expected = as_bytes(answer[:, 0] * 2 - 1)
            assert np.abs(found - expected).max() <= 0.52
    whose = [run for run in runs for _network in range(run.networks)]
    losses = torch.cat([run.history.test_loss[-1] for run in runs])
    assert parts["losses"].tolist() == losses.tolist()
    assert parts["measures"].reshape(-1, 4)[:, 1].tolist() == losses.tolist()
    assert parts["epochs"].tolist() == [run.epoch for run in whose]
    clocks = [2 * (runs.index(run) + 1) / run.networks for run in whose]
    assert parts["seconds"] == pytest.approx(clocks)


def test_several_classes_have_the_colours_of_the_single_view():
    specs = [replace(SPEC, classes=4), replace(SPEC, classes=4, seed=5)]
    _runs, scene, parts = compared(specs, hard=True)
    pixels = parts["field"].reshape(2, -1, 3)
    assert all(1 < len(np.unique(one, axis=0)) <= 4 for one in pixels)
    assert not (pixels[0] == pixels[1]).all()
    assert {field.palette for field in layers_of(scene, Field)} == {"rgb"}


@pytest.mark.parametrize("count", range(1, 10))
def test_boundaries_fit_beside_each_other_with_their_words(count):
    spec = replace(SPEC, init_seeds=tuple(range(count)))
    _runs, scene, _parts = compared([spec], epochs=(0,))
    boxes = [field.box for field in layers_of(scene, Field)]
    assert [points.box for points in layers_of(scene, Points)] == boxes
    taken = [(x, y, x + width, y + height + 36) for x, y, width, height in boxes]
    (curve,) = layers_of(scene, Curve)
    for index, (x0, y0, x1, y1) in enumerate(taken):
        assert x0 >= 0
        assert x1 <= SIZE[0]
        assert y1 <= curve.box[1]
        assert x1 - x0 >= 120
        for u0, v0, u1, v1 in taken[:index]:
            assert u1 <= x0 or x1 <= u0 or v1 <= y0 or y1 <= v0
    names = [text.template for text in layers_of(scene, Text)][::2]
    expected = [f"{'①②③④⑤⑥⑦⑧⑨'[i]} number {i}" for i in range(count)]
    assert names == expected
    assert [(line.track, line.index) for line in curve.series] == [
        ("losses", index) for index in range(count)
    ]
    assert len({(line.color, line.dash) for line in curve.series}) == count
    assert curve.box[3] >= 60
    assert curve.box[1] + curve.box[3] <= SIZE[1]


def test_every_boundary_says_its_own_numbers():
    _runs, scene, _parts = compared([SPEC, replace(SPEC, seed=1)])
    told = [text.template for text in layers_of(scene, Text)][1::2]
    assert told == [
        "Loss {measures:1} · {epochs:0:int} epochs · {seconds:0:2} s",
        "Loss {measures:5} · {epochs:1:int} epochs · {seconds:1:2} s",
    ]
