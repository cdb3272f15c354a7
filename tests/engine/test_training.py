"""Training against nn.Sequential and torch.optim, and the life of a run."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from engine.device import available
from engine.features import expand
from engine.losses import output
from engine.sampling import draw as draw_data
from engine.sampling import shuffle, targets
from engine.training import Spec, start

SMALL = Spec(count=60, layers=(5, 4), seed=3)
RICH = replace(
    SMALL,
    batch_norm=True,
    dropout=0.2,
    l1=1e-3,
    l2=1e-2,
    clip=1.0,
    schedule="exponential",
    schedule_rate=0.9,
    init_seeds=(1, 2, 3),
)
ACTIVATIONS = {"tanh": torch.tanh, "relu": F.relu, "gelu": F.gelu}
OPTIMIZERS = {
    "sgd": lambda p, s: torch.optim.SGD(p, s.learning_rate),
    "momentum": lambda p, s: torch.optim.SGD(p, s.learning_rate, s.momentum),
    "nesterov": lambda p, s: torch.optim.SGD(
        p, s.learning_rate, s.momentum, nesterov=True
    ),
    "adagrad": lambda p, s: torch.optim.Adagrad(p, s.learning_rate),
    "rmsprop": lambda p, s: torch.optim.RMSprop(p, s.learning_rate, s.rho),
    "adam": lambda p, s: torch.optim.Adam(p, s.learning_rate, (s.beta1, s.beta2)),
    "adamw": lambda p, s: torch.optim.AdamW(
        [
            {"params": [q for q in p if q.ndim == 2], "weight_decay": s.l2},
            {"params": [q for q in p if q.ndim == 1], "weight_decay": 0.0},
        ],
        s.learning_rate,
        (s.beta1, s.beta2),
    ),
}


class Plain(nn.Module):
    """The network of a spec with one set of weights, as a PyTorch user writes it."""

    def __init__(self, spec, layers):
        super().__init__()
        self.spec = spec
        self.linears = nn.ModuleList()
        self.norms = nn.ModuleList()
        for weight, bias in layers:
            linear = nn.Linear(*weight[0].shape).double()
            linear.weight.data = weight[0].T.clone()
            linear.bias.data = bias[0].clone()
            self.linears.append(linear)
        if spec.batch_norm:
            self.norms.extend(nn.BatchNorm1d(u).double() for u in spec.layers)

    def forward(self, x, draws=None):
        for index, linear in enumerate(self.linears[:-1]):
            x = linear(x)
            x = self.norms[index](x) if self.norms else x
            x = ACTIVATIONS[self.spec.activations[0]](x)
            if draws is not None and self.spec.dropout:
                start = sum(self.spec.layers[:index])
                kept = draws[:, start : start + x.shape[1]] >= self.spec.dropout
                x = x * kept / (1 - self.spec.dropout)
        return self.linears[-1](x)


def plain_loss(scores, wanted, spec, task):
    if spec.loss == "mse":
        return (output(scores, task) - wanted).square().sum(1).mean()
    if task == "binary":
        return F.binary_cross_entropy_with_logits(scores, wanted)
    return F.cross_entropy(scores, wanted)


def plainly(spec, epochs):
    """Train as a PyTorch user would; return the network and its training loss."""
    first = start(replace(spec, changes=()), dtype=torch.float64)
    data, net = draw_data(spec), Plain(spec, first.layers())
    x = expand(data.train.points, spec.features).double()
    y = targets(data.train.labels, data).double()
    optimizer = OPTIMIZERS[spec.optimizer](list(net.parameters()), spec)
    for epoch in range(1, epochs + 1):
        for group in optimizer.param_groups:
            if spec.schedule == "exponential":
                group["lr"] = spec.learning_rate * spec.schedule_rate ** (epoch - 1)
        order, draws = shuffle(
            len(x), spec.seed, epoch, sum(spec.layers) if spec.dropout else 0
        )
        size = spec.batch_size or len(x)
        for rows, drawn in zip(order.split(size), draws.split(size), strict=True):
            loss = plain_loss(net(x[rows], drawn), y[rows], spec, data.task)
            for linear in net.linears:
                if spec.optimizer != "adamw":
                    loss = loss + spec.l2 / 2 * linear.weight.square().sum()
                loss = loss + spec.l1 * linear.weight.abs().sum()
            optimizer.zero_grad()
            loss.backward()
            if spec.clip:
                nn.utils.clip_grad_norm_(net.parameters(), spec.clip)
            optimizer.step()
    net.eval()
    return net, plain_loss(net(x), y, spec, data.task).item()


def assert_agrees(spec, epochs=3):
    run = start(spec, dtype=torch.float64)
    run.advance(epochs)
    net, loss = plainly(spec, epochs)
    for (weight, bias), linear in zip(run.layers(), net.linears, strict=True):
        torch.testing.assert_close(
            weight[0].T, linear.weight.data, rtol=1e-6, atol=1e-8
        )
        torch.testing.assert_close(bias[0], linear.bias.data, rtol=1e-6, atol=1e-8)
    assert run.measure().train_loss.item() == pytest.approx(loss, rel=1e-5)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_equals_torch_for_every_optimizer(optimizer):
    assert_agrees(replace(SMALL, optimizer=optimizer))


@pytest.mark.parametrize(
    "change",
    [
        {"batch_norm": True},
        {"dropout": 0.4},
        {"l1": 0.01},
        {"l2": 0.1},
        {"l2": 0.1, "optimizer": "adamw"},
        {"clip": 0.05},
        {"batch_size": 0},
        {"batch_size": 7},
        {"layers": ()},
        {"layers": (3,) * 8, "activations": ("relu",), "init": "he"},
        {"classes": 3, "data": "gaussians"},
        {"data": "hills", "loss": "mse", "activations": ("gelu",)},
        {"loss": "mse", "features": ("degree_3", "sin_x1")},
        {"schedule": "exponential", "schedule_rate": 0.5},
        {
            **{
                k: getattr(RICH, k)
                for k in ("batch_norm", "dropout", "l1", "l2", "clip")
            }
        },
    ],
    ids=str,
)
def test_training_equals_torch_with(change):
    assert_agrees(replace(SMALL, **change))


def state(run):
    return torch.cat([part.flatten() for pair in run.layers() for part in pair])


def test_same_spec_same_numbers_to_the_last_bit():
    one, other = start(RICH), start(RICH)
    one.advance(4)
    for _epoch in range(4):
        other.advance()
    assert torch.equal(state(one), state(other))
    assert torch.equal(one.history.train_loss, other.history.train_loss)
    assert not torch.equal(state(one), state(start(replace(RICH, seed=4))))


def test_training_leaves_the_shared_random_numbers_alone():
    before = torch.get_rng_state()
    start(RICH).advance(1)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_network_among_others_trains_as_if_alone(optimizer):
    rates = {
        "learning_rate": (0.01, 0.02, 0.03),
        "l2": (0.0, 0.1, 0.0),
        "l1": (0.01, 0.0, 0.02),
        "dropout": (0.0, 0.3, 0.1),
        "clip": (0.0, 1.0, 0.1),
        "beta1": (0.9, 0.8, 0.5),
        "momentum": (0.0, 0.9, 0.5),
    }
    spec = replace(RICH, optimizer=optimizer, **rates)
    together = start(spec, dtype=torch.float64)
    together.advance(3)
    for index in range(3):
        own = {name: values[index] for name, values in rates.items()}
        alone = start(
            replace(spec, **own, init_seeds=(spec.init_seeds[index],)),
            dtype=torch.float64,
        )
        alone.advance(3)
        for (weight, bias), (own_weight, own_bias) in zip(
            together.layers(), alone.layers(), strict=True
        ):
            torch.testing.assert_close(weight[index], own_weight[0])
            torch.testing.assert_close(bias[index], own_bias[0])
        torch.testing.assert_close(
            together.measure().gradient_norm[index], alone.measure().gradient_norm[0]
        )


def test_gradient_norm_is_the_root_mean_square_over_the_steps():
    spec = replace(SMALL, learning_rate=0.0, batch_size=10, count=40, optimizer="sgd")
    run = start(spec, dtype=torch.float64)
    data, net = draw_data(spec), Plain(spec, run.layers())
    x, y = data.train.points.double(), targets(data.train.labels, data).double()
    run.advance(1)
    squares = []
    for rows in shuffle(20, spec.seed, 1)[0].split(10):
        net.zero_grad()
        F.binary_cross_entropy_with_logits(net(x[rows]), y[rows]).backward()
        squares.append(
            [
                sum(p.grad.square().sum() for p in part.parameters())
                for part in net.linears
            ]
        )
    squares = torch.tensor(squares)
    expected = torch.stack([squares[0].sqrt(), squares.mean(0).sqrt()]).float()
    torch.testing.assert_close(run.history.gradient_norm[:, 0], expected)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_steps_can_be_counted_on_the_device(optimizer):
    """A captured CUDA graph needs it: a number would be frozen in the graph."""
    spec = replace(RICH, optimizer=optimizer, batch_norm=False)
    counted, plain = start(spec), start(spec)
    counted._learner.steps = torch.zeros(())
    for run in (counted, plain):
        run.advance(2)
    assert counted._learner.steps.item() == plain._learner.steps == 6
    torch.testing.assert_close(state(counted), state(plain), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", available())
def test_training_works_on_every_device_of_this_machine(kind):
    run, expected = start(RICH, device=kind), start(RICH)
    for either in (run, expected):
        either.advance(2)
    torch.testing.assert_close(
        run.history.train_loss, expected.history.train_loss, rtol=1e-3, atol=1e-4
    )
    assert run.predict(torch.zeros(2, 2)).device.type == kind
