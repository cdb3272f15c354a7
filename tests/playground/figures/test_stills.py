import numpy as np
import plotly.graph_objects as go
import pytest

from engine.spec import Spec
from playground import theme
from playground.figures.stills import CELLS, boundary_still, curves_still
from tests.playground.figures.trained import SPAN, as_bytes, middles, trained

NAMES = ("training", "test")


def still(spec, epochs=3):
    run, at = trained(spec, epochs)
    return run, boundary_still(run, at, span=SPAN, names=NAMES)


def test_boundary_of_two_classes_is_a_map_with_a_line_where_they_meet():
    run, figure = still(Spec(data="gaussians", count=20))
    heat, line, train, test = figure.data
    answer = run.predict(middles(CELLS))[0, :, 0] * 2 - 1
    rows = as_bytes(answer).reshape(CELLS, CELLS)
    assert np.abs(heat.z[::-1] - rows).max() <= 0.52  # plotly's first row is lowest
    for trace in (heat, line):
        assert (trace.x0, trace.dx) == (trace.y0, trace.dy) == (-2.975, 0.05)
    assert (line.contours.start, line.contours.end) == (127.5, 127.5)
    assert (heat.zmin, heat.zmax) == (0, 255)
    assert train.x == tuple(run.train.points[:, 0].tolist())
    assert test.y == tuple(run.test.points[:, 1].tolist())
    assert train.marker.symbol != test.marker.symbol
    assert (train.name, test.name) == NAMES
    classes = run.train.labels.tolist()
    labels = [theme.shaded(theme.LABELS[label]) for label in classes]
    assert list(train.marker.color) == labels


def test_boundary_of_several_classes_is_a_picture_the_right_way_up():
    run, figure = still(Spec(data="gaussians", classes=3, count=30), epochs=20)
    picture = figure.data[0]
    assert isinstance(picture, go.Image)
    winner = run.predict(middles(CELLS))[0].argmax(1).reshape(CELLS, CELLS).numpy()
    found = np.asarray(picture.z)[::-1].astype(float)
    paper = np.array(theme.rgb(theme.PAPER), float)  # [1, 3]
    away = np.array(theme.rgb(*theme.LABELS[:3])) - paper  # [3 classes, 3]
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    assert len(np.unique(winner)) == 3
    assert (((found - paper) @ away.T).argmax(2) == winner).all()
    assert (picture.dx, picture.dy) == (0.05, 0.05)
    assert figure.layout.yaxis.range == SPAN  # plotly turns pictures over otherwise


def test_boundary_of_a_regression_has_the_colours_of_its_values():
    _run, figure = still(Spec(data="plane", loss="mse", count=20))
    assert all(color.startswith("rgb(") for color in figure.data[-1].marker.color)


@pytest.mark.parametrize("epochs", [0, 5])
def test_curves_show_both_losses_of_every_epoch(epochs):
    run, _at = trained(Spec(count=20, layers=(2,)), epochs)
    figure = curves_still(run, names=NAMES, epoch="epoch")
    train, test = figure.data
    assert train.x == test.x == tuple(range(epochs + 1))
    assert list(train.y) == run.history.train_loss[:, 0].tolist()
    assert list(test.y) == run.history.test_loss[:, 0].tolist()
    assert (train.name, test.name) == NAMES
    assert train.line.dash != test.line.dash
    assert figure.layout.xaxis.title.text == "epoch"


def test_stills_show_the_moment_asked_for():
    run, at = trained(Spec(data="gaussians", count=20), 1)
    before = boundary_still(run, at, span=SPAN, names=NAMES)
    run.advance(20)
    again = boundary_still(run, at, span=SPAN, names=NAMES)
    assert (again.data[0].z == before.data[0].z).all()
