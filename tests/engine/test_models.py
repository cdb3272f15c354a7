"""The analytic backward pass against autograd, and the forward passes."""

from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from engine.activations import ACTIVATIONS
from engine.losses import LOSSES
from engine.models import (
    EPSILON,
    Network,
    answer,
    backward,
    dropout_masks,
    forward,
)
from engine.parameters import Shape, apart, starts, views

SMOOTH = sorted(set(ACTIVATIONS) - {"step", "sign"})
PAIRS = [(loss, task) for loss in LOSSES for task in LOSSES[loss].tasks]


def random(*size, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*size, generator=generator, dtype=torch.float64)


def network(shape, activations, *, networks=3, seed=0):
    """Random networks of a shape, float64, biases and gains included."""
    flat = starts(shape, "he", tuple(range(seed, seed + networks))).double()
    flat += 0.3 * random(*flat.shape, seed=seed)
    units = shape.sizes[1:-1] if shape.batch_norm else ()
    running = [
        (torch.zeros(networks, 1, u).double(), torch.ones(networks, 1, u).double())
        for u in units
    ]
    chosen = [ACTIVATIONS[name] for name in activations]
    return flat, Network(views(flat, shape), chosen, running)


def labelled(task, batch, outputs, seed):
    if task == "regression":
        return random(batch, 1, seed=seed)
    picks = torch.arange(batch) % max(outputs, 2)
    if task == "binary":
        return picks[:, None].double()
    return nn.functional.one_hot(picks, outputs).double()


def ours(shape, flat, net, batch):
    """Return loss [E] and gradient [E, P] by our own backward pass."""
    points, targets, masks, loss, task = batch
    seen, scores = forward(points, net, masks)
    gradients, rows = apart(flat, shape)
    backward(LOSSES[loss].gradient(scores, targets, task), net, seen, gradients)
    return LOSSES[loss].value(scores, targets, task), torch.cat(rows, 1)


def by_autograd(shape, flat, net, batch):
    """Return the same by autograd, the loss and the network written afresh."""
    points, targets, masks, loss, task = batch
    flat = flat.detach().clone().requires_grad_()
    a = points
    *hidden, output = views(flat, shape)
    for layer, activation, mask in zip(hidden, net.activations, masks, strict=True):
        z = a @ layer.weight + layer.bias
        if layer.gain is not None:
            mean = z.mean(1, keepdim=True)
            variance = ((z - mean) ** 2).mean(1, keepdim=True)
            z = layer.gain * (z - mean) / torch.sqrt(variance + EPSILON) + layer.shift
        a = activation.value(z)
        a = a if mask is None else a * mask
    scores = a @ output.weight + output.bias
    value = LOSSES[loss].value(scores, targets, task)
    value.sum().backward()
    return value, flat.grad


def check_gradient(shape, activations, pair, dropout, *, batch=5, networks=3, seed=0):
    loss, task = pair
    hidden = shape.sizes[1:-1]
    flat, net = network(shape, activations, networks=networks, seed=seed)
    masks = [None] * len(hidden)
    if dropout and hidden:
        generator = torch.Generator().manual_seed(seed)
        draws = torch.rand(batch, sum(hidden), generator=generator).double()
        masks = dropout_masks(draws, torch.tensor([[[dropout]]]), hidden)
    points = random(1, batch, 2, seed=seed).expand(networks, -1, -1)
    targets = labelled(task, batch, shape.sizes[-1], seed)
    data = (points, targets, masks, loss, task)
    value, gradient = ours(shape, flat, net, data)
    expected_value, expected = by_autograd(shape, flat, net, data)
    torch.testing.assert_close(value, expected_value.detach())
    torch.testing.assert_close(gradient, expected, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
@pytest.mark.parametrize("activation", SMOOTH)
def test_backward_is_the_gradient_of_forward(activation, pair):
    outputs = 4 if pair[1] == "classes" else 1
    for batch_norm, dropout in product([False, True], [0.0, 0.3]):
        shape = Shape((2, 4, 3, outputs), batch_norm)
        check_gradient(shape, (activation,) * 2, pair, dropout)


@settings(max_examples=100, deadline=None)
@given(
    activations=st.lists(st.sampled_from(SMOOTH), max_size=5),
    pair=st.sampled_from(PAIRS),
    units=st.lists(st.integers(1, 6), min_size=5, max_size=5),
    sizes=st.tuples(st.booleans(), st.integers(1, 7), st.integers(1, 4)),
    dropout=st.sampled_from([0.0, 0.3]),
    seed=st.integers(0, 10**6),
)
def test_backward_is_right_for_every_shape(
    activations, pair, units, sizes, dropout, seed
):
    batch_norm, batch, networks = sizes
    outputs = 3 if pair[1] == "classes" else 1
    shape = Shape((2, *units[: len(activations)], outputs), batch_norm)
    sizes = {"batch": batch, "networks": networks, "seed": seed}
    check_gradient(shape, activations, pair, dropout, **sizes)


@pytest.mark.parametrize("activation", ["step", "sign"])
def test_backward_stops_at_a_step(activation):
    shape = Shape((2, 3, 1))
    flat, net = network(shape, (activation,))
    points, targets = random(1, 5, 2).expand(3, -1, -1), labelled("binary", 5, 1, 0)
    batch = (points, targets, [None], "cross_entropy", "binary")
    _value, gradient = ours(shape, flat, net, batch)
    (start, end), (_start, last) = shape.spans()
    assert not gradient[:, start:end].any()
    assert gradient[:, end:last].any()


def test_backward_reproduces_the_course_example():
    """The 2-2-1 sigmoid network of the notes: weights .15 to .55, x = (.05, .1)."""
    flat = torch.tensor([[0.15, 0.2, 0.25, 0.3, 0.35, 0.35, 0.5, 0.55, 0.6]])
    shape = Shape((2, 2, 1))
    net = Network(views(flat, shape), [ACTIVATIONS["sigmoid"]], [])
    seen, scores = forward(torch.tensor([[[0.05, 0.1]]]), net, [None])
    assert seen[0].a.flatten().tolist() == pytest.approx([0.594476, 0.596283], abs=1e-6)
    answered = torch.sigmoid(scores)
    assert answered.item() == pytest.approx(0.772976, abs=1e-6)
    d_scores = (answered - 1) * answered * (1 - answered)  # of (1 - ŷ)² / 2
    gradients, rows = apart(flat, shape)
    backward(d_scores, net, seen, gradients)
    got = torch.cat(rows, 1)[0].tolist()
    expected = [-0.000240, -0.000264, -0.000480, -0.000527, -0.004802, -0.005275]
    assert got[:6] == pytest.approx(expected, abs=1e-6)
    assert got[6:] == pytest.approx([-0.023683, -0.023755, -0.039839], abs=1e-6)


@pytest.mark.parametrize("batch", [1, 2, 9])
def test_batch_norm_agrees_with_torch(batch):
    shape = Shape((2, 4, 1), batch_norm=True)
    _flat, net = network(shape, ("linear",), networks=2)
    points = random(1, batch, 2).expand(2, -1, -1)
    seen, _scores = forward(points, net, [None])
    for index in range(2):
        layer = [part[index] for part in net.layers[0]]
        weight, bias, gain, shift = layer
        norm = nn.BatchNorm1d(4).double()
        norm.load_state_dict({"weight": gain[0], "bias": shift[0]}, strict=False)
        z = points[index] @ weight + bias
        if batch > 1:  # torch refuses to normalise one point
            torch.testing.assert_close(seen[0].a[index], norm(z).detach())
            mean, variance = (part[index, 0] for part in net.running[0])
            torch.testing.assert_close(mean, norm.running_mean)
            torch.testing.assert_close(variance, norm.running_var)
        else:
            torch.testing.assert_close(seen[0].a[index], shift)
        norm.running_mean, norm.running_var = (p[index, 0] for p in net.running[0])
        torch.testing.assert_close(
            answer(points, net)[0][index], norm.eval()(z).detach()
        )


def test_answer_is_forward_where_nothing_is_random():
    shape = Shape((2, 5, 3, 4))
    _flat, net = network(shape, ("tanh", "relu"))
    points = random(1, 6, 2).expand(3, -1, -1)
    seen, scores = forward(points, net, [None, None])
    units = answer(points, net)
    assert [list(part.shape) for part in units] == [[3, 6, 5], [3, 6, 3], [3, 6, 4]]
    torch.testing.assert_close(units, [seen[0].a, seen[1].a, scores])


def test_networks_do_not_hear_each_other():
    shape = Shape((2, 5, 1), batch_norm=True)
    flat, net = network(shape, ("tanh",))
    points, targets = random(1, 6, 2), labelled("binary", 6, 1, 0)
    batch = (points.expand(3, -1, -1), targets, [None], "cross_entropy", "binary")
    _value, together = ours(shape, flat, net, batch)
    for index in range(3):
        row = flat[index : index + 1]
        running = [tuple(part[index : index + 1] for part in net.running[0])]
        alone = Network(views(row, shape), net.activations, running)
        batch = (points, targets, [None], "cross_entropy", "binary")
        torch.testing.assert_close(
            ours(shape, row, alone, batch)[1][0], together[index]
        )


def test_dropout_masks_drop_their_share_and_keep_the_mean():
    generator = torch.Generator().manual_seed(0)
    draws = torch.rand(20_000, 5, generator=generator)
    rates = torch.tensor([0.0, 0.25, 0.9]).view(3, 1, 1)
    first, second = dropout_masks(draws, rates, (2, 3))
    assert first.shape == (3, 20_000, 2)
    assert second.shape == (3, 20_000, 3)
    for mask, rate in zip(second, rates.flatten().tolist(), strict=True):
        assert (mask == 0).double().mean().item() == pytest.approx(rate, abs=0.01)
        assert mask.double().mean().item() == pytest.approx(1, abs=0.02)
        assert mask.max().item() == pytest.approx(1 / (1 - rate))
