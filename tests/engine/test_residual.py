"""One backward pass through plain and residual stacks."""

import math

import pytest
import torch

from engine.residual import INITS, Pair, Stack, descend, share


def test_a_pair_passes_on_the_gradient_of_both_ways():
    """The signal's gradient before a pair, by torch's own vector-Jacobian product."""
    x = torch.randn(2, 8, 8, 8, generator=torch.Generator().manual_seed(0))
    down = torch.ones_like(x)
    pair = Pair(norm=False, around=True)
    for layer in (pair.conv1, pair.conv2):
        torch.nn.init.zeros_(layer.weight)
    _y, came = torch.autograd.functional.vjp(pair, x, down)
    assert torch.equal(came, (x > 0).float())  # F gives nothing, the shortcut all


def test_there_is_a_gradient_for_every_convolution_and_around_every_pair():
    found = descend(Stack(4), around=True)
    assert found.gradient.shape == (8,)
    assert found.signal.shape == (5,)
    assert (found.signal > 0).all()


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("init", INITS)
def test_the_same_stack_gives_the_same_gradients(init, norm):
    stack = Stack(3, norm=norm, init=init, seed=4)
    first, second = (descend(stack, around=True) for _ in range(2))
    assert torch.equal(first.gradient, second.gradient)
    assert first.gradient.shape == (6,)
    other = descend(Stack(3, norm=norm, init=init, seed=5), around=True)
    assert not torch.equal(first.gradient, other.gradient)


def test_shared_random_numbers_are_left_alone():
    before = torch.get_rng_state()
    descend(Stack(2, norm=True), around=True)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("seed", range(5))
def test_a_plain_stack_starves_and_shortcuts_feed_it(seed):
    stack = Stack(10, seed=seed)
    plain, around = (descend(stack, around=way) for way in (False, True))
    assert plain.gradient.max() < 1e-6
    assert share(plain.signal) < 1e-4
    assert 0.1 < share(around.gradient) < 10
    assert 0.1 < share(around.signal) < 10


def test_a_starved_stack_guesses():
    assert descend(Stack(10), around=False).loss == pytest.approx(math.log(10))


@pytest.mark.parametrize(
    "stack", [Stack(0), Stack(31), Stack(seed=-1), Stack(init="x")]
)
def test_impossible_stacks_are_refused(stack):
    with pytest.raises(ValueError, match="must"):
        descend(stack, around=True)
