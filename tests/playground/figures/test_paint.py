import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.features import expand
from engine.spec import Spec
from playground import theme
from playground.figures.paint import Painter, field, lattice, levels, per_layer
from tests.playground.figures.trained import (
    SPAN,
    apart,
    as_bytes,
    middle,
    middles,
    specs,
    trained,
)

CLOSE = 0.51 + 0.01  # rounding to a byte, and sums in another order


def painted(run, at, *, hard=False, span=SPAN):
    painter = Painter([run], span=span, hard=hard)
    return painter, apart(painter.tracks, painter.frame([at], [0.0]))


def near(found, expected):
    return np.abs(found.astype(float) - expected).max() <= CLOSE


@settings(max_examples=20, deadline=None)
@given(specs())
def test_frame_holds_measures_weights_and_fields(spec):
    run, at = trained(spec)
    _painter, parts = painted(run, at)
    loss, accuracy = run.history.train_loss[-1, 0], run.history.test_accuracy[-1, 0]
    assert parts["measures"][[0, 3]].tolist() == [loss, accuracy]
    flat = torch.cat([t[0].flatten() for layer in run.layers() for t in layer])
    assert parts["weights"].tolist() == flat.tolist()
    assert np.isfinite(parts["weights"]).all()


@settings(max_examples=20, deadline=None)
@given(specs(most=3), st.lists(st.integers(0, 96 * 96 - 1), min_size=9, max_size=9))
def test_field_is_the_answer_at_the_middle_of_each_cell(spec, cells):
    run, at = trained(spec)
    painter, parts = painted(run, at)
    side = painter.side
    points = torch.tensor([middle(*divmod(cell, side), side) for cell in cells])
    answer = run.predict(points)[0]
    if run.outputs == 1:
        signed = answer[:, 0] * 2 - 1 if run.task == "binary" else answer[:, 0]
        assert near(parts["field"][cells], as_bytes(signed))
        return
    pixels = parts["field"].reshape(-1, 3)[cells].astype(float)
    colours = np.array(theme.rgb(*theme.LABELS[: run.outputs]))
    paper = np.array(theme.rgb(theme.PAPER))
    worst = 1 / run.outputs
    sure = ((answer.max(1).values - worst) / (1 - worst)).clamp(0.08, 1).numpy()
    expected = paper + sure[:, None] * (colours[answer.argmax(1)] - paper)
    assert np.abs(pixels - expected).max() <= CLOSE


@pytest.mark.parametrize("span", [(-3.0, 3.0), (-0.5, 1.5)])
def test_field_has_its_first_row_at_the_top(span):
    upward = Spec(data="plane", count=8, loss="mse", layers=(), features=("x2",))
    run, at = trained(upward, epochs=60)
    _painter, parts = painted(run, at, span=span)
    rows = parts["field"].reshape(96, 96)
    weight = float(run.layers()[0][0].squeeze())
    assert abs(weight) > 0.05
    assert (rows == rows[:, :1]).all()
    assert np.sign(float(rows[0, 0]) - float(rows[-1, 0])) == np.sign(weight)
    centres, step = lattice(span, 4), (span[1] - span[0]) / 8
    assert centres[0].tolist() == [span[0] + step, span[1] - step]
    assert centres[3].tolist() == [span[1] - step, span[1] - step]
    assert centres[-1].tolist() == [span[1] - step, span[0] + step]


@settings(max_examples=15, deadline=None)
@given(specs(most=4))
def test_tiles_are_inputs_then_units_then_classes(spec):
    run, at = trained(spec)
    painter, parts = painted(run, at)
    points = middles(painter.side, every=painter.side // painter.small)
    inputs = expand(middles(painter.side), spec.features)
    expected = [expand(points, spec.features) / inputs.abs().amax(0)]
    for values, name in zip(run.units(points), per_layer(run), strict=True):
        bounded = name in {"tanh", "sigmoid", "step"}
        faded = 1.25 * values[0] / (1 + values[0].abs())
        expected.append(values[0] if bounded else faded)
    if run.outputs > 1:
        expected.append(run.predict(points)[0] * 2 - 1)
    tiles = parts["units"].reshape(-1, painter.small**2)
    wanted = torch.cat(expected, 1).T
    assert tiles.shape == wanted.shape
    wrong = np.abs(tiles.astype(float) - as_bytes(wanted)) > CLOSE
    steps = "step" in spec.activations  # a cell on the edge may fall on either side
    assert wrong.mean() <= (0.02 if steps else 0)


def test_frame_of_an_earlier_checkpoint_is_what_was_painted_then():
    spec = Spec(count=24, layers=(4, 3), batch_norm=True, data="spiral", classes=3)
    run, at = trained(spec, epochs=2)
    painter = Painter([run], span=SPAN, hard=False)
    before = painter.frame([at], [0.0])
    run.advance(3)
    assert painter.frame([at], [9.9]) == before
    assert painter.frame([run.store()], [0.0]) != before


@pytest.mark.parametrize(
    ("count", "small"), [((8, 8), 32), ((32, 30), 32), ((32, 31), 16)]
)
def test_many_nodes_have_smaller_fields(count, small):
    run, at = trained(Spec(count=8, layers=count), epochs=0)
    painter, _parts = painted(run, at)
    assert painter.small == small


@settings(deadline=None)
@given(st.lists(st.floats(0, 1, width=32), min_size=1), st.integers(1, 6))
@example([0.5], 1)
def test_hard_mode_has_one_colour_for_each_class(shares, classes):
    binary = field(torch.tensor(shares)[:, None], "binary", hard=True)
    assert binary.tolist() == [236 if share > 0.5 else 19 for share in shares]
    if classes == 1:
        return
    rows = torch.tensor(shares).repeat(classes, 1).T.clone()
    rows[:, classes - 1] += 0.1
    several = field(rows, "classes", hard=True)
    assert several.shape == (len(shares), 3)
    assert len(several.unique(dim=0)) == 1


def test_hard_mode_decides_as_the_accuracy_does():
    run, at = trained(Spec(data="xor", count=200, noise=0.0), epochs=20)
    painter, parts = painted(run, at, hard=True)
    assert set(parts["field"].tolist()) == {19, 236}
    points, labels = run.test
    side, (low, high) = painter.side, SPAN
    column = ((points[:, 0] - low) / (high - low) * side).long().clamp(0, side - 1)
    row = ((high - points[:, 1]) / (high - low) * side).long().clamp(0, side - 1)
    blue = parts["field"].reshape(side, side)[row, column] == 236
    said = torch.from_numpy(blue).long()
    right = float((said == labels).float().mean())
    assert right == pytest.approx(float(at.measures.test_accuracy[0]), abs=0.05)


def test_looks_differ_where_frames_do():
    spec = Spec(count=8, layers=(2,))
    run, _at = trained(spec)
    other, _at = trained(Spec(count=8, layers=(3,)))
    look = Painter([run], span=SPAN, hard=False).look
    assert look == Painter([trained(spec)[0]], span=SPAN, hard=False).look
    assert look != Painter([run], span=SPAN, hard=True).look
    assert look != Painter([run], span=(-1.0, 1.0), hard=False).look
    assert look != Painter([other], span=SPAN, hard=False).look


def test_levels_reach_both_ends_and_stop_there():
    values = torch.tensor([-9.0, -1.0, 0.0, 1.0, 9.0])
    assert levels(values).tolist() == [0, 0, 128, 255, 255]
