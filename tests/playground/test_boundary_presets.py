"""What the presets of the boundary page say is so, on 20 seeds.

Where only the start matters, 20 networks share the points; where the points matter
too, there are 20 runs.
"""

import math
from dataclasses import replace

import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine.training import start
from playground.panels import boundary_controls as controls
from playground.panels import boundary_presets

SEEDS = tuple(range(20))
PRESETS = {preset.title: preset for preset in boundary_presets.PRESETS}
LN2 = math.log(2)


CONTROL_BAR = """
from dataclasses import replace

import streamlit as st

from playground import state
from playground.panels.boundary_controls import knobs
from playground.panels.boundary_run import checked, from_text

state.arrive("boundaries")
state.settings(**st.session_state["wanted"])
changes = from_text(state.recall("changes", "", checked))
st.session_state["made"] = replace(knobs().spec, changes=changes)
"""


def preset(words):
    """Return the spec of the one preset whose title begins like this."""
    (found,) = (p.spec for title, p in PRESETS.items() if title.startswith(words))
    return found


def trained(spec, epochs):
    run = start(spec)
    run.advance(epochs)
    return run


def starts(spec, epochs, seeds=SEEDS):
    """Return one run of a network from each start, on the preset's own points."""
    return trained(replace(spec, init_seeds=seeds), epochs)


def draws(spec, epochs, seeds=SEEDS):
    """Return runs that differ in start, points and order, as "New seed" makes them."""
    return [trained(replace(spec, seed=seed), epochs) for seed in seeds]


def accuracy(runs):
    return torch.stack([run.measure().train_accuracy for run in runs])


def first_layer(run):
    return run.layers()[0][0][0]  # [in, units]


def on_grid(value, low, high, step):
    steps = (value - low) / step
    return low <= value <= high and abs(steps - round(steps)) < 1e-6


def test_titles_differ_and_every_preset_asks_and_answers():
    assert len(PRESETS) == len(boundary_presets.PRESETS) == 18
    assert all(p.title and p.question and p.why for p in PRESETS.values())


@pytest.mark.parametrize("title", PRESETS)
def test_values_lie_on_the_steps_of_the_controls(title):
    chosen = next(t for t in boundary_presets.TRIES if t.title == title).settings
    assert chosen["lr"] in controls.RATES
    assert {chosen["l1"], chosen["l2"]} <= set(controls.PENALTIES)
    assert chosen["clip"] in controls.CLIPS
    assert on_grid(chosen["count"], 20, 1000, 20)
    assert on_grid(chosen["noise"], 0, 1, 0.05)
    assert on_grid(chosen["share"], 0.1, 0.9, 0.1)
    assert on_grid(chosen["batch"], 0, 250, 1)
    assert on_grid(chosen["dropout"], 0, 0.9, 0.05)
    assert on_grid(chosen["seed"], 0, controls.LARGEST_SEED, 1)
    assert chosen["balance"] == 0.5
    assert chosen["schedule"] == "constant"


def test_one_click_after_another_makes_exactly_the_trainings_of_the_presets():
    app = AppTest.from_string(CONTROL_BAR, default_timeout=120)
    for entry in (*boundary_presets.TRIES, boundary_presets.TRIES[0]):
        app.session_state["wanted"] = entry.settings
        app.run()
        assert not app.exception
        assert not app.warning
        assert app.session_state["made"] == PRESETS[entry.title].spec


def test_one_perceptron_never_gets_more_than_three_corners_of_xor():
    for run in draws(preset("One perceptron"), 60):
        corners = run.train.points.round()
        _corner, counts = corners.unique(dim=0, return_counts=True)
        best = 1 - counts.min() / counts.sum()
        assert len(counts) == 4
        assert run.history.train_accuracy.max() <= best + 1e-6


def test_two_hidden_units_do_xor_from_all_but_eleven_of_eighty_seeds():
    runs = draws(preset("Two hidden units"), 25, range(80))
    stuck = [seed for seed, run in enumerate(runs) if accuracy([run]) < 0.95]
    assert (len(stuck), stuck[0]) == (11, 24)
    assert (accuracy(runs[:20]) > 0.99).all()
    line = torch.tensor([[-0.4, -0.4], [0.5, 0.5], [1.4, 1.4]])  # across the strip
    orange, blue = (runs[seed].predict(line)[0, :, 0] > 0.5 for seed in (0, 5))
    assert orange.tolist() == [False, False, False]
    assert blue.tolist() == [False, True, False]
    outside = torch.tensor([[-0.3, 1.3], [1.3, -0.3]])
    assert (runs[0].predict(outside) > 0.5).all()


def test_four_relu_units_stick_from_four_of_twenty_seeds():
    spec = preset("Four ReLU units")
    runs = draws(spec, 50)
    stuck = [seed for seed, run in enumerate(runs) if accuracy([run]) < 0.9]
    assert stuck == [1, 15, 16, 17]
    assert spec.seed in stuck
    assert accuracy([runs[0]]) > 0.99
    for seed in stuck:
        assert accuracy([runs[seed]]) == pytest.approx(0.75, abs=0.05)


@pytest.mark.parametrize("seed", [1, 15, 16, 17])
def test_four_stuck_relu_units_are_all_off_where_they_are_wrong(seed):
    run = trained(replace(preset("Four ReLU units"), seed=seed), 400)
    assert accuracy([run]) == pytest.approx(0.75, abs=0.05)
    points, labels = run.train
    wrong = (run.predict(points)[0, :, 0] > 0.5) != (labels > 0.5)
    quadrants = (points > 0).int() @ torch.tensor([2, 1], dtype=torch.int32)
    worst = quadrants[wrong].mode().values
    (units,) = run.units(points[quadrants == worst])
    assert wrong[quadrants == worst].all()
    assert (units == 0).all()


def test_units_that_start_at_zero_stay_copies_of_one_unit():
    spec = preset("Zeros never")
    runs = draws(spec, 100)
    for run in runs:
        weight = first_layer(run)  # [2, 4]
        assert weight.abs().max() > 0.5  # they do move
        torch.testing.assert_close(weight, weight[:, :1].expand_as(weight))
    assert (accuracy(runs) < 0.96).all()
    solved = starts(replace(spec, init="xavier"), 100)
    assert (solved.measure().train_accuracy > 0.96).all()


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_zeros_do_not_even_move_where_the_activation_of_zero_is_zero(activation):
    run = trained(replace(preset("Zeros never"), activations=(activation,)), 20)
    assert not any(weight.any() for weight, _bias in run.layers())
    assert not run.layers()[0][1].any()
    assert run.layers()[1][1].any()


def test_too_large_a_step_explodes_on_every_seed():
    spec = preset("Too large")
    for run in draws(spec, 20):
        assert 5 <= run.divergence[0].epoch <= 15
        growth = run.history.train_loss[1:, 0] / run.history.train_loss[:-1, 0]
        assert growth[2:8].median() > 20
    assert all(run.divergence[0] for run in draws(replace(spec, learning_rate=0.5), 70))


def test_steps_explode_beyond_two_over_the_largest_curvature():
    spec = replace(preset("Too large"), learning_rate=0.3)
    for run in draws(spec, 100):
        inputs = torch.cat([run.train.points, torch.ones(len(run.train.points), 1)], 1)
        curvature = 2 * inputs.T @ inputs / len(inputs)
        largest = torch.linalg.eigvalsh(curvature)[-1]
        assert 5.5 < largest < 2 / 0.3
        assert run.history.train_loss[-1] < run.history.train_loss[0] / 5


def test_linear_layers_do_what_one_unit_does():
    spec = preset("Linear layers")
    deep = draws(spec, 60)
    single = draws(replace(spec, layers=()), 60)
    assert ((accuracy(deep) - accuracy(single)).abs() < 0.03).all()
    plane = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [2.0, -1.5]])
    for run in deep:
        origin, right, up, *others = run.predict(plane).logit()[0, :, 0].tolist()
        for (x1, x2), score in zip(plane[3:].tolist(), others, strict=True):
            affine = origin + x1 * (right - origin) + x2 * (up - origin)
            assert score == pytest.approx(affine, abs=1e-3, rel=1e-3)
    bent = starts(replace(spec, activations=("tanh",)), 60)
    assert (bent.measure().train_accuracy > 0.98).all()


def test_deep_sigmoid_does_not_move():
    spec = preset("Deep sigmoid")
    together = starts(spec, 100)
    for run in (together, *draws(spec, 20)):
        assert (run.history.train_loss[1:] / LN2 - 1).abs().max() < 0.02
        norms = run.history.gradient_norm[10:]  # [T, E, L]
        assert (norms[..., -1] > 500 * norms[..., 0]).all()
    norms = together.history.gradient_norm[10:]
    assert (norms[..., -1] > 1000 * norms[..., 0]).all()


def test_deep_relu_moves():
    spec = preset("The same depth")
    assert replace(spec, activations=("sigmoid",)) == preset("Deep sigmoid")
    runs = draws(spec, 60)
    best = torch.stack([run.history.train_accuracy[:, 0] for run in runs])  # [20, T]
    assert (best.amax(1) > 0.95).all()
    assert (best[:, :21].amax(1) > 0.95).sum() >= 15


def test_overfitting_shows_and_l2_and_dropout_help():
    plain, l2, dropout = map(
        preset, ("Overfitting the", "Overfitting: then L2", "Overfitting: then dropout")
    )
    assert plain == replace(l2, l2=0.0) == replace(dropout, dropout=0.0)
    three = replace(plain, l2=(0.0, l2.l2, 0.0), dropout=(0.0, 0.0, dropout.dropout))
    runs = draws(three, 150)
    test = torch.stack([run.history.test_loss for run in runs])  # [20, T, 3]
    train = torch.stack([run.measure().train_loss for run in runs])  # [20, 3]
    last, lowest = test[:, -1], test.min(1).values
    assert (last[:, 0] > 1.2 * lowest[:, 0]).all()
    assert (last[:, 1:] < last[:, :1]).all()
    assert (last[:, 1] < 0.75 * last[:, 0]).sum() >= 17
    assert (last[:, 2] < 0.9 * last[:, 0]).sum() >= 17
    assert (last[:, 1] < last[:, 2]).sum() >= 12
    assert (train[:, 1] > train[:, 0] + 0.05).all()
    own = plain.seed
    assert train[own, 0] < 0.03
    assert last[own, 0] > 4 * lowest[own, 0]
    assert 5 <= test[own, :, 0].argmin() <= 20


def test_single_points_jump_and_the_full_batch_glides():
    single, full = preset("One point"), preset("The full batch")
    assert replace(single, batch_size=0) == full
    for jumping, gliding in zip(draws(single, 50), draws(full, 50), strict=True):
        up = jumping.history.train_loss.diff(dim=0) > 0
        assert 0.25 < up.float().mean() < 0.6
        assert (gliding.history.train_loss.diff(dim=0) < 0).all()
        assert jumping.measure().train_loss < gliding.measure().train_loss


def test_and_by_hand_is_right_and_stays_as_it_is():
    for run in draws(preset("AND by hand"), 10):
        assert (run.history.train_accuracy == 1).all()
        assert (run.history.test_accuracy == 1).all()
        assert not run.history.train_loss.any()
        assert not run.history.gradient_norm.any()
        assert first_layer(run).flatten().tolist() == [10, 10]


def test_xor_by_hand_trains_its_output_only():
    spec = preset("XOR by hand")
    for run in draws(spec, 20):
        assert (run.history.train_accuracy == 1).all()
        assert not run.history.gradient_norm[..., 0].any()
        (hidden, bias), (output, _bias) = run.layers()
        assert hidden.flatten().tolist() == [1, 1, 1, 1]
        assert bias.flatten().tolist() == [-0.5, -1.5]
        assert output[0, 0, 0] > 1.1
        assert run.measure().train_loss < 0.9 * run.history.train_loss[0]


def test_three_layers_part_four_arms_and_one_does_not():
    spec = preset("Four arms")
    assert (starts(spec, 150).measure().test_accuracy > 0.9).sum() >= 19
    assert trained(spec, 150).measure().test_accuracy > 0.9
    flat = starts(replace(spec, layers=spec.layers[:1]), 150)
    assert (flat.history.test_accuracy < 0.5).all()


def test_a_product_of_the_coordinates_does_xor_without_hidden_units():
    for run in draws(preset("x₁x₂"), 40):
        assert run.measure().test_accuracy > 0.98
        ((weight, bias),) = run.layers()
        assert bias.abs().max() < weight.min() / 2  # the border: x₁x₂ = -bias / weight


def test_sines_help_with_the_spiral():
    spec = preset("Sines")
    assert (starts(spec, 250).measure().test_accuracy > 0.9).sum() >= 19
    assert trained(spec, 250).measure().test_accuracy > 0.9
    plain = starts(replace(spec, features=("x1", "x2")), 250)
    assert (plain.history.test_accuracy < 0.9).all()
