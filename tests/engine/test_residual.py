"""One backward pass through plain and residual stacks."""

import math

import pytest
import torch

from engine.residual import INITS, Stack, descend, share


def test_a_single_pair_is_what_autograd_says_by_hand():
    """Only the shortcut differs: with zero weights it alone carries the pictures."""
    plain = descend(Stack(1), around=False)
    around = descend(Stack(1), around=True)
    assert plain.gradient.shape == around.gradient.shape == (2,)
    assert plain.loss != around.loss


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
    assert descend(stack, around=False).gradient.max() < 1e-6
    assert 0.1 < share(descend(stack, around=True)) < 10


def test_a_starved_stack_guesses():
    assert descend(Stack(10), around=False).loss == pytest.approx(math.log(10))


@pytest.mark.parametrize(
    "stack", [Stack(0), Stack(31), Stack(seed=-1), Stack(init="x")]
)
def test_impossible_stacks_are_refused(stack):
    with pytest.raises(ValueError, match="must"):
        descend(stack, around=True)
