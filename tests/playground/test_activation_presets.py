"""What the presets of the activation page say is so; networks on 5 seeds."""

import math

import pytest
import torch

from engine.activations import ACTIVATIONS
from engine.depth import INITS, Plan, propagate
from engine.forms import Form, function
from engine.softmax import log_sum_exp, naive_softmax, softmax
from playground.panels import activation_functions, activation_softmax
from playground.panels.activation_presets import TRIES
from tests.pages.test_pages import failed, open_page, state

SEEDS = range(5)
Z = torch.linspace(-10, 10, 20_001, dtype=torch.float64)


def preset(words):
    """Return the settings of the one preset whose title begins like this."""
    (found,) = (entry.settings for entry in TRIES if entry.title.startswith(words))
    return found


def slope(name, z):
    there = torch.tensor([float(z)], dtype=torch.float64)
    return ACTIVATIONS[name].derivative(there).item()


def runs(words, act=None):
    """Return the preset's network for five seeds."""
    s = preset(words)
    form = Form(act or s["act"])
    return [
        propagate(Plan(form, s["init"], s["depth"], s["width"], s["bias"], seed))
        for seed in SEEDS
    ]


def test_titles_differ_and_every_preset_asks_and_answers():
    assert len({entry.title for entry in TRIES}) == len(TRIES) == 18
    assert all(entry.question and entry.why for entry in TRIES)


@pytest.mark.parametrize("entry", TRIES, ids=lambda entry: entry.title)
def test_a_preset_opens_by_its_link_as_it_does_by_its_button(entry):
    texts = {
        key: ".".join(value) if isinstance(value, list) else str(value)
        for key, value in entry.settings.items()
    }
    at = open_page("activations", "en", **texts)
    assert not failed(at)
    there = {key: text for key, (text, _usual) in state(at).items() if key in texts}
    assert len(there) >= 4
    there["logits"] = texts.get("logits")  # tidied
    assert there.items() <= (texts | {"logits": texts.get("logits")}).items()


def test_values_lie_on_the_steps_of_the_controls():
    for entry in TRIES:
        s = entry.settings
        if s["view"] == "softmax":
            assert s["temp"] in activation_softmax.TEMPERATURES
        elif s["view"] == "network":
            assert s["init"] in INITS
            assert 1 <= s["layer"] <= s["depth"] <= 50
        else:
            assert set(s["acts"]) <= set(ACTIVATIONS)
            assert len(s["acts"]) <= activation_functions.MOST


def test_a_quarter_five_times():
    assert preset("A quarter")["acts"] == ["sigmoid", "tanh"]
    slopes = ACTIVATIONS["sigmoid"].derivative(Z)
    assert slope("sigmoid", 0) == slopes.max().item() == 0.25
    assert (slopes == 0.25).sum() == 1
    assert 0.25**5 == 1 / 1024
    assert slope("tanh", 0) == 1


def test_tanh_is_a_stretched_sigmoid():
    assert preset("tanh is")["acts"] == ["sigmoid", "tanh"]
    torch.testing.assert_close(torch.tanh(Z), 2 * torch.sigmoid(2 * Z) - 1)
    assert slope("tanh", 0) == 4 * slope("sigmoid", 0)


def test_relu_dies_below_zero():
    assert preset("Fails: where ReLU")["z"] == -2
    assert (ACTIVATIONS["relu"].derivative(Z[Z < 0]) == 0).all()


def test_four_ways_to_stay_alive():
    s = preset("Works: four")
    found = [slope(name, s["z"]) for name in s["acts"]]
    assert found == pytest.approx([0.01, 0.25, 0.1353, -0.0852], abs=5e-5)


def test_gelu_and_its_shortcut():
    exact, short = (ACTIVATIONS[name] for name in preset("GELU and")["acts"])
    assert (exact.value(Z) - short.value(Z)).abs().max() < 0.0005
    assert (exact.derivative(Z) - short.derivative(Z)).abs().max() < 0.001


def test_maxout_draws_a_relu():
    s = preset("Maxout")
    lines = tuple(s[f"maxout_{name}"] for name in ("w1", "b1", "w2", "b2"))
    assert lines == (1, 0, 0, 0)
    assert torch.equal(function(Form("maxout", lines)).value(Z), torch.relu(Z))
    both = function(Form("maxout", (1, 0, -1, 0)))
    assert torch.equal(both.value(Z), Z.abs())


def test_twenty_sigmoid_layers_vanish():
    for found in runs("Fails: twenty"):
        assert found.gradient[1] < 1e-11
        assert found.back_factor == pytest.approx(0.234, abs=0.005)
        assert found.difference[-1] < 1e-11


def test_xavier_is_too_small_for_relu_and_he_is_not():
    for found in runs("Fails: Xavier"):
        assert found.back_factor == pytest.approx(0.7, abs=0.02)
        assert found.gradient[1] < 1e-6
        assert found.spread[-1] < 1e-6
    for found in runs("Works: He"):
        assert found.back_factor == pytest.approx(1, abs=0.05)
        assert 0.1 < found.gradient[1] < 10
        assert found.difference[-1] < 0.8 * found.spread[-1]
        assert found.dead.sum() > 0


def test_variance_one_over_n_keeps_tanh_going():
    for found in runs("Fails: Xavier", act="tanh"):
        assert found.gradient[1] > 0.05
        assert found.spread[-1] > 0.05


def test_small_weights_lose_signal_and_gradient():
    for found in runs("Fails: 0.01"):
        assert found.back_factor == pytest.approx(0.08, abs=0.003)
        assert found.gradient[1] < 1e-9
        assert found.spread[-1] < 1e-9


def test_weights_of_size_one_explode():
    assert math.sqrt(64 / 2) == pytest.approx(5.7, abs=0.05)
    for found in runs("Fails: weights"):
        assert found.back_factor == pytest.approx(5.7, abs=0.25)
        assert 1e36 < found.gradient[1] < 3.4e38


def test_zeros_let_nothing_through():
    for found in runs("Fails: all weights"):
        assert (found.z == 0).all()
        assert found.gradient[:-1].tolist() == [0] * 5


def test_ten_relu_layers_die_and_elu_lives():
    for found in runs("Fails: ten dead"):
        assert found.gradient[1] == 0
        assert 64 in found.dead.tolist()
        assert found.difference[-1] == 0
        rising = found.flat[:3].tolist()
        assert rising == sorted(rising)
    for found in runs("Works: the same"):
        assert found.dead.sum() == 0
        assert found.back_factor == pytest.approx(0.8, abs=0.05)
        assert 0.05 < found.gradient[1] < 0.2
    for found in runs("Works: the same", act="leaky_relu"):
        assert 0 < found.gradient[1] < 1e-12


def test_selu_keeps_its_balance():
    for found in runs("Works: SELU"):
        assert found.spread[-1] == pytest.approx(1, abs=0.15)
        assert abs(found.a[-1].mean().item()) < 0.15


def given(words):
    s = preset(words)
    logits = [float(part) for part in s["logits"].split(",")]
    return torch.tensor(logits), s["temp"], s["shift"]


def test_cold_softmax_is_argmax():
    logits, temperature, _shift = given("Cold")
    assert softmax(logits, temperature)[0] > 0.9999
    hot = softmax(logits, 100.0)
    assert hot.tolist() == pytest.approx([1 / 3] * 3, abs=0.01)
    assert hot.argsort().tolist() == logits.argsort().tolist()


def test_logits_of_a_thousand_break_the_formula_as_written():
    logits, temperature, _shift = given("Fails: logits")
    assert naive_softmax(logits, temperature).isnan().all()
    small = softmax(torch.tensor([0.0, -1.0, -2.0]))
    torch.testing.assert_close(softmax(logits), small)


def test_only_differences_count():
    logits, _temperature, shift = given("Only")
    torch.testing.assert_close(softmax(logits + shift), softmax(logits))
    grown = log_sum_exp(logits + shift) - log_sum_exp(logits)
    assert grown == pytest.approx(50, abs=1e-4)
