"""Our optimizers against torch.optim, 200 steps on every surface."""

import random

import pytest
import torch

from engine.optimizers import OPTIMIZERS, trajectory
from engine.surfaces import SURFACES, surface
from tests.engine import judge

STEPS = 200
# Learning rates so small that rounding does not grow: no jumping across a valley.
CALM = {
    "bowl": 0.02,
    "saddle": 0.01,
    "plateau": 5e-4,
    "rosenbrock": 1e-4,
    "beale": 5e-4,
    "himmelblau": 1e-3,
    "rastrigin": 2e-4,
    "styblinski_tang": 5e-3,
    "logistic": 2e-3,
    "parabola": 0.05,
}


def theirs(name, ground, start, rates, steps=STEPS):
    """The points torch visits with autograd's gradients, [steps + 1, D]."""
    with judge.default_dtype(torch.float64):
        point = torch.tensor(start, requires_grad=True)
        optimizer = judge.make(name, [point], rates)
        path = [point.detach().clone()]
        for _step in range(steps):
            optimizer.zero_grad()
            ground.value(point).backward()
            optimizer.step()
            path.append(point.detach().clone())
    return torch.stack(path)


def drawn_start(ground, drawn):
    """A point of the middle half of the map."""
    x_low, x_high, y_low, y_high = ground.domain
    sides = ((x_low, x_high), (y_low, y_high))[: ground.dimensions]
    return tuple(low + (high - low) * drawn.uniform(0.25, 0.75) for low, high in sides)


@pytest.mark.parametrize("where", SURFACES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_way_is_that_of_torch_optim(name, where):
    ground, drawn = surface(where), random.Random(f"{name} {where}")
    rates = judge.drawn_rates(drawn, OPTIMIZERS[name].rates)
    rates["learning_rate"] = CALM[where] * 10 ** drawn.uniform(-2, 0)
    if "epsilon" in rates:  # a usual rate there is far larger
        rates["epsilon"] = 10 ** drawn.uniform(-10, -5)
    start = drawn_start(ground, drawn)
    hyper = {rate: rates[rate] for rate in rates if rate != "learning_rate"}
    ours = trajectory(where, name, start, STEPS, lr=rates["learning_rate"], **hyper)
    expected = theirs(name, ground, start, rates)
    assert expected.isfinite().all()
    torch.testing.assert_close(ours, expected, rtol=1e-6, atol=1e-9)
    assert not torch.equal(ours[0], ours[-1])


@pytest.mark.parametrize("where", SURFACES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_step_is_that_of_torch_optim_however_wild_the_way(name, where):
    """Both get the gradient at torch's points: differences cannot grow by chaos."""
    ground, drawn = surface(where), random.Random(f"wild {name} {where}")
    rates = judge.drawn_rates(drawn, OPTIMIZERS[name].rates)
    rates["learning_rate"] = 10 ** drawn.uniform(-3, 0.5)
    start = drawn_start(ground, drawn)
    path = theirs(name, ground, start, rates)
    bounded = torch.linalg.vector_norm(path, dim=-1) < 1e6
    path = path[: STEPS if bounded.all() else int(bounded.int().argmin())]
    rule, point = OPTIMIZERS[name], path[:1].clone()
    state = tuple(torch.zeros_like(point) for _slot in rule.memory)
    for t in range(1, len(path)):
        point.copy_(path[t - 1])  # the memory goes on, the point is torch's
        rule.step(point, ground.gradient(path[t - 1 : t]), state, rates, t)
        torch.testing.assert_close(point[0], path[t], rtol=1e-6, atol=1e-9)


def test_momentums_conventions_coincide_when_the_rates_differ_by_1_minus_beta():
    ours = trajectory("rosenbrock", "momentum", (-1.2, 1.0), 300, lr=1e-4, momentum=0.9)
    course = trajectory(
        "rosenbrock", "momentum_ema", (-1.2, 1.0), 300, lr=1e-3, momentum=0.9
    )
    torch.testing.assert_close(ours, course)
    same_rate = trajectory("rosenbrock", "momentum_ema", (-1.2, 1.0), 300, lr=1e-4)
    assert (ours[-1] - same_rate[-1]).abs().max() > 0.1


def test_tensorflows_classic_starts_with_a_tenth_and_ends_at_5():
    """Minimize w² - 10w + 25 from 0 with α = 0.01."""
    path = trajectory("parabola", "sgd", (0.0,), 1000, lr=0.01)
    assert path.shape == (1001, 1)
    assert path[1].item() == pytest.approx(0.1)
    assert path[2].item() == pytest.approx(0.198)
    by_formula = 5 - 5 * 0.98 ** torch.arange(1001, dtype=torch.float64)
    torch.testing.assert_close(path[:, 0], by_formula)
    assert path[-1].item() == pytest.approx(5, abs=1e-7)


def test_a_surface_may_be_given_instead_of_its_name():
    by_name = trajectory("bowl", "adam", (1.0, 1.0), 5, lr=0.1)
    torch.testing.assert_close(
        by_name, trajectory(surface("bowl", 10.0), "adam", (1.0, 1.0), 5, lr=0.1)
    )
    steep = trajectory(surface("bowl", 90.0), "sgd", (1.0, 1.0), 1, lr=0.1)
    assert steep[1].tolist() == pytest.approx([0.9, -8.0])


def test_a_way_that_diverges_ends_in_no_finite_numbers():
    path = trajectory("rosenbrock", "sgd", (-1.2, 1.0), 50, lr=0.1)
    assert path.shape == (51, 2)
    assert path[:3].isfinite().all()
    assert not path[-1].isfinite().any()


@pytest.mark.parametrize(
    ("arguments", "hyper", "message"),
    [
        (("hill", "sgd", (0.0, 0.0), 1), {}, "surface must be one of"),
        (("bowl", "sdg", (0.0, 0.0), 1), {}, "optimizer must be one of .*, got sdg"),
        (("bowl", "sgd", (0.0,), 1), {}, r"start must have 2 numbers .* \(0.0,\) and"),
        (("bowl", "sgd", (0.0, 0.0), -1), {}, "steps be at least 0, got .* and -1"),
        (("bowl", "sgd", (0.0, 0.0), 1), {"momentum": 0.9}, "of sgd .* got momentum"),
        (("bowl", "adam", (0.0, 0.0), 1), {"learning_rate": 1}, "got learning_rate"),
    ],
)
def test_wrong_trajectories_are_refused(arguments, hyper, message):
    with pytest.raises(ValueError, match=message):
        trajectory(*arguments, lr=0.1, **hyper)
