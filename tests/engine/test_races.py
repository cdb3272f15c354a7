import math
from dataclasses import replace

import pytest
import torch

from engine.optimizers import OPTIMIZERS, trajectory
from engine.races import GRID, LIMIT, Course, Racer, limit, race, tune
from engine.schedules import SCHEDULES
from engine.surfaces import SURFACES, surface

ROSENBROCK = Course("rosenbrock", start=(-1.2, 1.0), steps=200)
EXAM = Course("logistic", start=(0.0, 0.0), steps=60, batch=6, seed=4)


def racer(optimizer, learning_rate, **rates):
    return Racer(optimizer, tuple({"learning_rate": learning_rate, **rates}.items()))


@pytest.mark.parametrize("where", SURFACES)
def test_a_race_is_the_trajectories_side_by_side(where):
    course = Course(where, start=surface(where).start, steps=40)
    racers = [racer(name, 1e-3) for name in list(OPTIMIZERS)[:6]]
    ways = race(course, racers)
    for way, each in zip(ways, racers, strict=True):
        path = trajectory(where, each.optimizer, course.start, 40, lr=1e-3)
        torch.testing.assert_close(way.points, path, rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(way.losses, course.ground.value(path))
        slopes = course.ground.gradient(path).norm(dim=-1)
        torch.testing.assert_close(way.slopes, slopes)
        assert way.rates.tolist() == [1e-3] * 40
        assert way.blown is None


@pytest.mark.parametrize("where", ["rastrigin", "logistic", "beale"])
def test_companions_change_nothing_to_the_last_bit(where):
    course = Course(where, start=surface(where).start, steps=200, noise=0.3, seed=1)
    racers = [racer(name, 0.02) for name in ("adam", "nadam", "sgd", "rmsprop", "adam")]
    together = race(course, racers)
    for way, each in zip(together, racers, strict=True):
        (alone,) = race(course, [each])
        torch.testing.assert_close(way.points, alone.points, rtol=0, atol=0)


def test_the_same_optimizer_may_run_twice():
    slow, fast = race(ROSENBROCK, [racer("adam", 0.01), racer("adam", 0.1)])
    assert slow.losses[-1] > fast.losses[-1]


@pytest.mark.parametrize("count", [0, 7])
def test_a_race_has_one_to_six_racers(count):
    with pytest.raises(ValueError, match=f"racers must be 1 to 6, got {count}"):
        race(ROSENBROCK, [Racer("sgd")] * count)


def test_rates_follow_the_courses_table():
    """α = .2 / (1 + 1 · epoch): .1, .0667, .05, .04 after the first."""
    course = Course(steps=5, schedule="inverse", schedule_rate=1.0)
    (way,) = race(course, [racer("sgd", 0.2)])
    assert way.rates.tolist() == pytest.approx([0.2, 0.1, 0.2 / 3, 0.05, 0.04])
    assert round(way.rates[2].item(), 4) == 0.0667
    x, y = course.start
    for t, rate in enumerate(way.rates.tolist(), start=1):
        x, y = x - rate * x, y - rate * 10 * y
        assert way.points[t].tolist() == pytest.approx([x, y])


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_is_followed(schedule):
    course = Course("parabola", start=(0.0,), steps=9, schedule=schedule)
    (way,) = race(course, [racer("sgd", 0.1)])
    expected = [0.1 * SCHEDULES[schedule](step, 1.0, 9) for step in range(9)]
    assert way.rates.tolist() == pytest.approx(expected)
    left = 5.0
    for rate in expected:
        left *= 1 - 2 * rate
    assert 5 - way.points[-1].item() == pytest.approx(left)


@pytest.mark.parametrize("rate", [0.0199, 0.0201, 0.03, 0.5])
def test_sgd_leaves_the_bowl_at_the_step_theory_says(rate):
    """Each step multiplies y by 1 - α κ, κ = 100: stable below 2/λmax = 0.02."""
    course = Course("bowl", condition=100.0, start=(1.0, 1.0), steps=1000)
    assert limit(course, Racer("sgd")).rate_at_minimum == pytest.approx(0.02)
    (way,) = race(course, [racer("sgd", rate)])
    growth = abs(1 - rate * 100)
    if growth < 1:
        assert way.blown is None
        assert way.losses[-1] < 1e-4
        return
    steps = math.ceil(math.log(LIMIT) / math.log(growth))
    if steps > course.steps:  # just above the limit it takes its time
        assert way.blown is None
        assert way.points[-1, 1].abs().item() == pytest.approx(growth**1000)
    else:
        assert way.blown == steps


@pytest.mark.parametrize("name", ["sgd", "momentum", "momentum_ema", "nesterov"])
@pytest.mark.parametrize("kept", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("where", ["bowl", "parabola"])
def test_the_largest_stable_rate_parts_arriving_from_diverging(name, kept, where):
    course = Course(where, 20.0, surface(where).start, 1000)
    rates = {} if name == "sgd" else {"momentum": kept}
    largest = limit(course, racer(name, 1.0, **rates)).rate_at_minimum
    below, above = race(
        course, [racer(name, largest * share, **rates) for share in (0.97, 1.03)]
    )
    assert below.losses[-1] < 1e-3 * below.losses[0]
    assert below.blown is None
    assert above.blown is not None


def test_limits_by_hand():
    course = Course("bowl", condition=50.0)
    bounds = {
        "sgd": (Racer("sgd"), 2.0),
        "momentum": (racer("momentum", 1.0, momentum=0.9), 3.8),
        "momentum_ema": (racer("momentum_ema", 1.0, momentum=0.9), 38.0),
        "nesterov": (racer("nesterov", 1.0, momentum=0.9), 3.8 / 2.8),
    }
    for name, optimizer in OPTIMIZERS.items():
        if name not in bounds:
            assert "s" in optimizer.memory or "u" in optimizer.memory
            assert limit(course, Racer(name)) is None
            continue
        each, bound = bounds[name]
        found = limit(course, each)
        assert found.bound == pytest.approx(bound)
        assert (found.at_start, found.at_minimum) == pytest.approx((50, 50))
        assert found.rate_at_start == pytest.approx(bound / 50)


def test_a_start_that_bends_downwards_bears_any_rate():
    course = Course("rastrigin", start=(0.5, 0.5))
    found = limit(course, Racer("sgd"))
    assert found.at_start < 0
    assert found.rate_at_start == math.inf
    assert found.rate_at_minimum == pytest.approx(2 / (2 + 40 * math.pi**2))


def test_the_minimum_of_the_limit_is_the_nearest_one():
    course = Course("himmelblau", start=(-3.0, 3.0))
    hessian = torch.tensor(  # at (-2.805, 3.131), by hand
        [
            [12 * 2.805118**2 + 4 * 3.131313 - 42, 4 * (-2.805118 + 3.131313)],
            [4 * (-2.805118 + 3.131313), 12 * 3.131313**2 - 4 * 2.805118 - 26],
        ]
    )
    largest = torch.linalg.eigvalsh(hessian)[-1].item()
    found = limit(course, Racer("sgd")).at_minimum
    assert found == pytest.approx(largest, rel=1e-4)


def test_a_lost_racer_is_drawn_up_to_the_border_and_no_further():
    ways = race(ROSENBROCK, [racer("sgd", 0.01), racer("adam", 0.01)])
    lost, kept = ways
    assert lost.points[lost.blown - 1].norm() <= LIMIT
    assert not lost.points[lost.blown].norm() <= LIMIT
    assert lost.points[: lost.blown].isfinite().all()
    for numbers in (lost.points, lost.losses, lost.slopes):
        assert numbers[lost.blown + 1 :].isnan().all()
    assert kept.blown is None
    assert kept.points.isfinite().all()


def test_a_racer_lost_by_an_endless_number_is_lost_too():
    course = Course("beale", start=(90.0, 90.0), steps=30)
    (way,) = race(course, [racer("sgd", 1000.0)])
    assert way.blown == 1
    course = replace(course, clip="value", clip_at=1e6)
    (way,) = race(course, [racer("sgd", 1000.0)])
    assert way.points[way.blown].isfinite().all()


@pytest.mark.parametrize(
    "course",
    [
        ROSENBROCK,
        EXAM,
        replace(ROSENBROCK, noise=0.5, seed=3, clip="norm", schedule="cosine"),
        Course("rastrigin", start=(3.4, -2.6), steps=50),
    ],
    ids=["plain", "mini-batches", "everything", "rastrigin"],
)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_tuning_is_racing_with_each_rate(course, name):
    grid = (1e-4, 1e-3, 3e-3, 1e-2, 0.1, 1.0)
    found = tune(course, name, {}, grid)
    ways = race(course, [racer(name, rate) for rate in grid])
    expected = [
        way.losses[-1].item() if way.blown is None else math.inf for way in ways
    ]
    assert found.learning_rates.tolist() == list(grid)
    assert found.losses.tolist() == pytest.approx(expected, rel=1e-9)
    assert found.best == grid[expected.index(min(expected))]


def test_tuning_keeps_the_other_rates():
    slow = tune(ROSENBROCK, "momentum", {"momentum": 0.0})
    sgd = tune(ROSENBROCK, "sgd", {})
    fast = tune(ROSENBROCK, "momentum", {"momentum": 0.9, "learning_rate": 7.0})
    torch.testing.assert_close(slow.losses, sgd.losses)
    assert fast.losses.min() < sgd.losses.min()


def test_tuning_tries_ten_rates_a_decade_and_finds_the_bowls_best():
    assert GRID[0] == 1e-5
    assert GRID[-1] == 100
    assert len(GRID) == 71
    assert GRID[40:51] == (0.1, 0.13, 0.16, 0.2, 0.25, 0.32, 0.4, 0.5, 0.63, 0.79, 1.0)
    found = tune(Course("bowl", condition=3.0), "sgd", {})
    assert found.best == 0.5  # 2 / (1 + κ), where both directions shrink by a half
    assert found.learning_rates.tolist() == list(GRID)
    assert found.losses[GRID.index(0.63)] < 1
    assert found.losses[GRID.index(0.79)] == math.inf  # above 2/3


def test_tuning_takes_rates_in_any_order_and_says_when_all_are_lost():
    found = tune(ROSENBROCK, "sgd", {}, (5.0, 1.0, 2.0))
    assert found.learning_rates.tolist() == [1.0, 2.0, 5.0]
    assert found.losses.tolist() == [math.inf] * 3
    assert found.best == 1.0


@pytest.mark.parametrize(
    ("grid", "rates", "message"),
    [
        ((), {}, "grid must hold at least one learning rate, got none"),
        ((0.1, -1.0), {}, r"learning_rate must lie in \[0, 1000\], got -1.0"),
        ((0.1,), {"beta1": 0.9}, "rates of sgd must be of learning_rate"),
    ],
)
def test_wrong_tunings_are_refused(grid, rates, message):
    with pytest.raises(ValueError, match=message):
        tune(ROSENBROCK, "sgd", rates, grid)


def test_points_are_plain_tensors_that_autograd_takes():
    (way,) = race(ROSENBROCK, [racer("adam", 0.1)])
    point = way.points[3].clone().requires_grad_()
    ROSENBROCK.ground.value(point).backward()
    assert point.grad.norm().item() == pytest.approx(way.slopes[3].item())
