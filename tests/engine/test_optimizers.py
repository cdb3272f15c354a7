import random

import pytest
import torch

from engine.optimizers import OPTIMIZERS
from tests.engine import judge

NETWORKS, SIZE = 3, 12


def slopes(weights, inputs, targets):
    """The gradient, [E, P], of a small logistic regression with a bump added."""
    z = weights @ inputs.T  # [E, N]
    return (torch.sigmoid(z) - targets) @ inputs / len(inputs) + 0.1 * weights.cos()


def race(name, rates, dtype, steps=200):
    """Our weights and those of one torch optimizer per network after some steps.

    Both follow the slopes of a real loss at torch's weights. Each at its own would let
    rounding grow without bound where large rates zigzag across the minimum.
    """
    generator = torch.Generator().manual_seed(5)
    inputs = torch.randn(30, SIZE, generator=generator, dtype=dtype)
    targets = torch.randint(2, (30,), generator=generator).to(dtype)
    ours = torch.randn(NETWORKS, SIZE, generator=generator, dtype=dtype)
    theirs = [row.clone().requires_grad_() for row in ours]
    makers = [
        judge.make(name, [row], {n: v[e] for n, v in rates.items()})
        for e, row in enumerate(theirs)
    ]
    optimizer = OPTIMIZERS[name]
    state = tuple(torch.zeros_like(ours) for _ in range(optimizer.slots))
    columns = {n: torch.tensor(v, dtype=dtype)[:, None] for n, v in rates.items()}
    for t in range(1, steps + 1):
        gradient = slopes(torch.stack(theirs).detach(), inputs, targets)
        for row, each, slope in zip(theirs, makers, gradient.clone(), strict=True):
            row.grad = slope
            each.step()
        with torch.inference_mode():
            optimizer.step(ours, gradient, state, columns, t)
    return ours, torch.stack(theirs).detach()


def test_the_list_is_the_one_agreed_on():
    assert list(OPTIMIZERS) == list(judge.TORCH)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("seed", range(4))
def test_200_steps_agree_with_torch_optim_for_different_rates(name, dtype, seed):
    drawn = random.Random(seed)
    rates = {
        rate: [drawn.uniform(*judge.RANGES[rate]) for _ in range(NETWORKS)]
        for rate in OPTIMIZERS[name].rates
    }
    coarse = 5e-6 if name == "nadam" else 1e-6  # its product of momenta rounds too
    close = 1e-12 if dtype == torch.float64 else coarse
    with judge.default_dtype(dtype):
        ours, theirs = race(name, rates, dtype)
    torch.testing.assert_close(ours, theirs, rtol=close, atol=close)


@pytest.mark.parametrize("name", sorted(set(OPTIMIZERS) - {"momentum_ema"}))
def test_usual_values_are_torchs(name):
    maker, fixed = judge.TORCH[name]
    rates = OPTIMIZERS[name].rates
    if "momentum" in rates:
        fixed = {**fixed, "momentum": 0.9}  # torch's default is to have none
    theirs = maker([torch.zeros(1)], **fixed).defaults
    for key, value in judge.arguments(name, rates).items():
        assert theirs[key] == pytest.approx(value)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_float_rate_is_the_same_rate_for_every_network(name):
    optimizer = OPTIMIZERS[name]
    generator = torch.Generator().manual_seed(2)
    start = torch.randn(NETWORKS, SIZE, generator=generator, dtype=torch.float64)
    column = torch.ones(NETWORKS, 1, dtype=torch.float64)
    ends = []
    for rates in (
        optimizer.rates,
        {n: v * column for n, v in optimizer.rates.items()},
    ):
        weights = start.clone()
        state = tuple(torch.zeros_like(weights) for _ in range(optimizer.slots))
        for t in range(1, 20):
            optimizer.step(weights, weights.sin(), state, rates, t)
        ends.append(weights)
    torch.testing.assert_close(*ends, rtol=1e-12, atol=1e-12)


def test_adamw_spares_the_parameters_without_decay():
    weights = torch.ones(2, 3)
    state = (torch.zeros(2, 3), torch.zeros(2, 3))
    decay = torch.tensor([[0.5, 0.0, 0.5], [0.0, 0.0, 0.1]])
    rates = {**OPTIMIZERS["adamw"].rates, "learning_rate": 0.1, "weight_decay": decay}
    OPTIMIZERS["adamw"].step(weights, torch.zeros(2, 3), state, rates, 1)
    torch.testing.assert_close(weights, 1 - 0.1 * decay)


def test_the_first_steps_by_hand():
    """TensorFlow's classic: w² - 10w + 25 from 0 with α = 0.01 steps to 0.1."""
    weight = torch.zeros(1, 1)
    OPTIMIZERS["sgd"].step(weight, 2 * weight - 10, (), {"learning_rate": 0.01}, 1)
    assert weight.item() == pytest.approx(0.1)
    for t in range(2, 1000):
        OPTIMIZERS["sgd"].step(weight, 2 * weight - 10, (), {"learning_rate": 0.01}, t)
    assert weight.item() == pytest.approx(5, abs=1e-4)


def test_adams_first_step_is_the_learning_rate_whatever_the_slope():
    weights = torch.zeros(1, 3)
    state = (torch.zeros(1, 3), torch.zeros(1, 3))
    gradient = torch.tensor([[1e-3, -1.0, 500.0]])
    OPTIMIZERS["adam"].step(weights, gradient, state, OPTIMIZERS["adam"].rates, 1)
    expected = torch.tensor([[-1e-3, 1e-3, -1e-3]])
    torch.testing.assert_close(weights, expected, rtol=1e-4, atol=0)
