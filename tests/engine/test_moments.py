"""What optimizers and batch norm keep is the weighted average; torch is the judge."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn, optim

from engine import moments
from engine.averages import ewa
from engine.moments import batch_norm, feature_batches, noisy_gradients, replay

TORCHS = {
    "momentum": (lambda w, b, _: optim.SGD(w, lr=1.0, momentum=b), ["momentum_buffer"]),
    "rmsprop": (lambda w, b, _: optim.RMSprop(w, lr=1.0, alpha=b), ["square_avg"]),
    "adam": (
        lambda w, *betas: optim.Adam(w, lr=1.0, betas=betas),
        ["exp_avg", "exp_avg_sq"],
    ),
}
RATES = {"momentum": ("momentum",), "rmsprop": ("rho",), "adam": ("beta1", "beta2")}


def kept_by_torch(kind, gradients, betas):
    """Return what torch.optim keeps, [S, T], and how far it steps, [T]."""
    make, names = TORCHS[kind]
    w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    torchs = make([w], *betas)
    rows = []
    for gradient in gradients:
        before = w.detach().clone()
        w.grad = gradient[None].clone()
        torchs.step()
        kept = [torchs.state[w][name] for name in names]
        rows.append(torch.cat([*kept, before - w.detach()]).clone())
    columns = torch.stack(rows, dim=1)
    return columns[:-1], columns[-1]


@pytest.mark.parametrize("kind", TORCHS)
@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.5, 0.9)])
def test_replay_is_what_torch_keeps_and_where_it_steps(kind, betas):
    gradients = noisy_gradients(100, seed=1)
    kept, steps = kept_by_torch(kind, gradients, betas)
    rates = dict(zip(RATES[kind], betas, strict=False))
    ours = replay(kind, gradients, **rates)
    torch.testing.assert_close(ours.kept, kept)
    torch.testing.assert_close(ours.steps, steps)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.0, 0.999), st.integers(0, 50))
def test_every_average_that_is_kept_is_an_ewa(beta, seed):
    gradients = noisy_gradients(40, seed)
    squares = gradients.square()
    ball = replay("momentum", gradients, momentum=beta)
    torch.testing.assert_close(ball.kept[0] * (1 - beta), ewa(gradients, beta))
    course = replay("momentum_ema", gradients, momentum=beta)
    torch.testing.assert_close(course.kept[0], ewa(gradients, beta))
    prop = replay("rmsprop", gradients, rho=beta)
    torch.testing.assert_close(prop.kept[0], ewa(squares, beta))
    adam = replay("adam", gradients, beta1=beta, beta2=0.99)
    torch.testing.assert_close(adam.kept[0], ewa(gradients, beta))
    torch.testing.assert_close(adam.kept[1], ewa(squares, 0.99))
    mended = ewa(gradients, beta, True) / (ewa(squares, 0.99, True).sqrt() + 1e-8)
    torch.testing.assert_close(adam.steps, mended)


@pytest.mark.parametrize("gradient", [1.0, -3.0, 1e-3])
def test_adam_s_steps_on_a_constant_gradient_are_exactly_alpha(gradient):
    steps = replay("adam", torch.full((50,), gradient)).steps
    expected = torch.full_like(steps, 1.0 if gradient > 0 else -1.0)
    torch.testing.assert_close(steps, expected, rtol=1e-4, atol=0)


@pytest.mark.parametrize("beta", [0.0, 0.9, 0.99])
def test_running_mean_is_an_ewa_that_starts_at_0_and_is_not_corrected(beta):
    batches = feature_batches(60, seed=2)
    running = batch_norm(batches, beta)
    torch.testing.assert_close(running.means, batches.mean(dim=1))
    torch.testing.assert_close(running.mean, ewa(running.means, beta))
    spread = batches.var(dim=1)  # torch keeps the unbiased one, started at 1
    at_first = beta ** torch.arange(1, 61, dtype=torch.float64)
    torch.testing.assert_close(running.variance, ewa(spread, beta) + at_first)
    expected = (moments.CENTRE - running.mean) / (running.variance + 1e-5).sqrt()
    torch.testing.assert_close(running.centre, expected)


def test_batch_norm_is_torch_s_layer():
    batches = feature_batches(5, seed=0)
    layer = nn.BatchNorm1d(1, dtype=torch.float64)  # momentum 0.1
    for batch in batches:
        layer(batch[:, None])
    kept = batch_norm(batches, 0.9)
    torch.testing.assert_close(kept.mean[-1:], layer.running_mean)
    torch.testing.assert_close(kept.variance[-1:], layer.running_var)


def test_gradients_are_those_of_a_training_that_learns():
    gradients = torch.stack([noisy_gradients(100, seed) for seed in range(30)])
    assert gradients[:, 0].mean().item() == pytest.approx(-4, rel=0.25)  # -2·2·E[x²]
    assert gradients[:, 60:].mean().abs() < 0.15
    torch.testing.assert_close(noisy_gradients(100, 3), noisy_gradients(100, 3))


def test_features_have_their_mean_and_spread():
    drawn = feature_batches(2000, seed=0)
    assert drawn.mean().item() == pytest.approx(moments.CENTRE, abs=0.03)
    assert drawn.std().item() == pytest.approx(moments.SPREAD, abs=0.03)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: replay("lion", torch.ones(2)), "lion"),
        (lambda: replay("adam", torch.ones(2), rho=0.9), "rho"),
        (lambda: batch_norm(feature_batches(2), 1.0), "1.0"),
    ],
)
def test_impossible_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
