import math

import pytest
import torch
from torch import nn

from engine.activations import ACTIVATIONS
from engine.depth import INITS, SAMPLES, Plan, histogram, propagate
from engine.forms import Form

ORACLES = {
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "relu": nn.ReLU(),
    "gelu": nn.GELU(),
    "selu": nn.SELU(),
    "elu": nn.ELU(0.5),
    "softplus": nn.Softplus(),
}


def by_autograd(plan, module):
    """The same network as nn.Linear layers, its gradients by autograd."""
    generator = torch.Generator().manual_seed(plan.seed)

    def draw(rows):
        return torch.randn(rows, plan.width, generator=generator, dtype=torch.float64)

    signals = [draw(SAMPLES).requires_grad_()]
    for _layer in range(plan.depth):
        linear = nn.Linear(plan.width, plan.width, dtype=torch.float64)
        with torch.no_grad():
            weight = draw(plan.width) * INITS[plan.init](plan.width, plan.width)
            linear.weight.copy_(weight.T)
            linear.bias.fill_(plan.bias)
        signals.append(module(linear(signals[-1])))
        signals[-1].retain_grad()
    direction = draw(SAMPLES)
    (signals[-1] * direction / direction.norm()).sum().backward()
    return signals


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("init", ["he", "xavier", "small", "large"])
def test_signal_and_gradient_are_those_of_a_torch_network(name, init):
    form = Form(name, (0.5,) if name == "elu" else ())
    plan = Plan(form, init, depth=6, width=12, bias=0.3, seed=4)
    found, expected = propagate(plan), by_autograd(plan, ORACLES[name])
    for layer, signal in enumerate(expected):
        torch.testing.assert_close(found.a[layer], signal.detach())
        torch.testing.assert_close(found.gradient[layer], signal.grad.norm())
        spread = signal.detach().std(correction=0)
        torch.testing.assert_close(found.spread[layer], spread)


def test_shapes_and_the_top():
    found = propagate(Plan(Form("tanh"), depth=3, width=5))
    assert found.z.shape == found.slopes.shape == (3, SAMPLES, 5)
    assert found.a.shape == (4, SAMPLES, 5)
    assert found.gradient.shape == found.spread.shape == found.difference.shape == (4,)
    assert found.flat.shape == found.dead.shape == (3,)
    assert found.gradient[-1].item() == pytest.approx(1)


def test_the_same_seed_gives_the_same_network_and_another_one_another():
    plan = Plan(Form("relu"), depth=3, width=8, seed=1)
    assert torch.equal(propagate(plan).z, propagate(plan).z)
    other = propagate(Plan(Form("relu"), depth=3, width=8, seed=2))
    assert not torch.equal(propagate(plan).z, other.z)


def test_weights_have_the_deviation_of_their_name():
    deviations = {name: INITS[name](50, 50) for name in INITS}
    assert deviations == pytest.approx(
        {"he": 0.2, "xavier": 50**-0.5, "lecun": 50**-0.5}
        | {"small": 0.01, "zeros": 0, "large": 1}
    )
    z = propagate(Plan(Form("linear"), "he", depth=1, width=200)).z
    assert z.std().item() == pytest.approx(math.sqrt(2), rel=0.05)


def test_zeros_let_nothing_through():
    found = propagate(Plan(Form("sigmoid"), "zeros", depth=4, width=6))
    assert (found.a[1:] == 0.5).all()
    assert found.gradient.tolist() == pytest.approx([0, 0, 0, 0, 1])
    assert found.difference[1:].tolist() == [0, 0, 0, 0]
    assert found.back_factor == 0
    assert not found.dead.any()  # they could learn, if a gradient came


def test_a_bias_far_below_0_kills_every_relu_and_no_leaky_one():
    plan = Plan(Form("relu"), "small", depth=2, width=6, bias=-1.0)
    found = propagate(plan)
    assert found.dead.tolist() == [6, 6]
    assert found.flat.tolist() == [1, 1]
    assert found.gradient[:-1].tolist() == [0, 0]
    leaky = propagate(Plan(Form("leaky_relu"), "small", depth=2, width=6, bias=-1.0))
    assert leaky.dead.tolist() == [0, 0]
    assert (leaky.gradient > 0).all()


def test_factors_are_geometric_means():
    found = propagate(Plan(Form("tanh"), depth=5, width=16))
    left = found.back_factor**4 * found.gradient[-1].item()
    assert left == pytest.approx(found.gradient[1].item())
    grown = found.forward_factor**5 * found.spread[0].item()
    assert grown == pytest.approx(found.spread[-1].item())
    assert math.isnan(propagate(Plan(Form("tanh"), depth=1)).back_factor)


def test_five_sigmoid_layers_shrink_a_gradient_more_than_1024_times():
    found = propagate(Plan(Form("sigmoid"), "xavier", depth=6, width=128))
    assert found.gradient[1].item() < 1 / 1024


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("init", INITS)
def test_every_activation_and_init_stays_finite_fifty_layers_deep(name, init):
    found = propagate(Plan(Form(name), init, depth=50, width=16))
    for numbers in (found.spread, found.difference, found.gradient, found.flat):
        assert numbers.isfinite().all()
        assert (numbers >= 0).all()
    assert ((found.dead >= 0) & (found.dead <= 16)).all()


@pytest.mark.parametrize(
    "change",
    [
        {"init": "uniform"},
        {"depth": 0},
        {"depth": 51},
        {"width": 0},
        {"width": 257},
        {"bias": 6.0},
        {"bias": math.nan},
        {"seed": -1},
    ],
    ids=str,
)
def test_plans_outside_the_ranges_are_refused(change):
    with pytest.raises(ValueError, match="must"):
        propagate(Plan(**{"form": Form("relu")} | change))


def test_histogram_counts_every_value_once():
    values = torch.tensor([-2.0, -1.0, 0.1, 0.2, 0.9, 1.0, 5.0])
    middles, counts = histogram(values, -1.0, 1.0, 4)
    assert middles.tolist() == [-0.75, -0.25, 0.25, 0.75]
    assert counts.tolist() == [2, 0, 2, 3]
    assert histogram(values[:0], 0.0, 1.0, 3)[1].tolist() == [0, 0, 0]
