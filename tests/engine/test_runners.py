from dataclasses import replace

import pytest
import torch

from engine.courses import Course, Racer
from engine.races import race
from engine.runners import Runners
from engine.sampling import batches
from engine.surfaces import HOURS, PASSED

BOWL = Course("bowl", start=(1.0, 2.0), steps=400)
EXAM = Course("logistic", start=(0.3, -0.2), steps=12, batch=6, seed=4)
SGD = ("sgd", {"learning_rate": 0.1}, 1)


def runners(course, count=1):
    return Runners(course, [SGD] * count)


def test_all_start_in_the_same_point_with_nothing_remembered():
    found = Runners(BOWL, [SGD, ("adam", {"learning_rate": 0.1}, 3)])
    assert found.weights.tolist() == [[1.0, 2.0]] * 4
    assert [len(slots) for slots in found.slots] == [0, 2]
    assert [slot.shape for slot in found.slots[1]] == [(3, 2)] * 2
    assert not any(slot.any() for slot in found.slots[1])


def test_noise_is_the_same_for_all_and_another_for_another_seed():
    course = replace(BOWL, noise=0.5, seed=7)
    met = runners(course, 3).slope(5)
    assert met[0].tolist() == met[1].tolist() == met[2].tolist()
    assert runners(course).slope(5).tolist() == met[:1].tolist()
    assert runners(course).slope(6).tolist() != met[:1].tolist()
    assert runners(replace(course, seed=8)).slope(5).tolist() != met[:1].tolist()


def test_noise_has_the_size_asked_for():
    found = runners(replace(BOWL, noise=0.5))
    off = torch.cat([found.slope(t) for t in range(1, 401)])
    off = off - torch.tensor([1.0, 20.0], dtype=torch.float64)
    assert off.mean(0).abs().max() < 0.1
    assert off.std().item() == pytest.approx(0.5, rel=0.1)
    twice = runners(replace(BOWL, noise=1.0)).slope(3) - runners(BOWL).slope(3)
    torch.testing.assert_close(twice[0], 2 * off[2])


def test_mini_batches_are_those_of_an_epoch_shuffled_by_the_seed():
    """Six of twenty samples: 6, 6, 6 and 2, then a new order."""
    course, found = EXAM, runners(EXAM)
    w, b = torch.tensor([course.start], dtype=torch.float64).unbind(-1)
    steps = [*batches(20, 6, 4, 1), *batches(20, 6, 4, 2), *batches(20, 6, 4, 3)]
    assert [len(rows) for rows in steps[:5]] == [6, 6, 6, 2, 6]
    for t, rows in enumerate(steps, start=1):
        hours = torch.tensor(HOURS, dtype=torch.float64)[rows]
        off = (w * hours + b).sigmoid() - torch.tensor(PASSED)[rows]
        expected = [(off * hours).mean(), off.mean()]
        torch.testing.assert_close(found.slope(t)[0], torch.stack(expected))
    assert sorted(torch.cat(steps[:4]).tolist()) == list(range(20))


@pytest.mark.parametrize("batch", [0, 20])
def test_all_samples_are_the_whole_gradient(batch):
    course = replace(EXAM, batch=batch)
    whole = course.ground.gradient(torch.tensor([course.start], dtype=torch.float64))
    assert runners(course).slope(1).tolist() == whole.tolist()


def test_noise_comes_on_top_of_mini_batches():
    noisy = runners(replace(EXAM, noise=0.1)).slope(2)
    assert noisy.tolist() != runners(EXAM).slope(2).tolist()


@pytest.mark.parametrize("most", [0.5, 5.0, 50.0])
def test_clipping_is_torchs(most):
    slopes = torch.tensor([[3.0, -4.0], [0.1, 7.0], [0.0, 0.0]], dtype=torch.float64)
    for kind, judge in (
        ("norm", torch.nn.utils.clip_grad_norm_),
        ("value", torch.nn.utils.clip_grad_value_),
    ):
        found = runners(replace(BOWL, clip=kind, clip_at=most)).clip(slopes)
        for row, slope in zip(found, slopes, strict=True):
            point = torch.zeros(2, dtype=torch.float64, requires_grad=True)
            point.grad = slope.clone()
            judge([point], most)
            torch.testing.assert_close(row, point.grad, rtol=1e-12, atol=0)
    assert runners(BOWL).clip(slopes) is slopes


def test_clipping_lets_sgd_survive_a_wall():
    start = {"surface": "rosenbrock", "start": (-1.2, 1.0), "steps": 300}
    racer = Racer("sgd", (("learning_rate", 0.01),))
    (bare,) = race(Course(**start), [racer])
    (held,) = race(Course(**start, clip="norm", clip_at=1.0), [racer])
    assert bare.blown is not None
    assert held.blown is None
    assert held.losses[-1] < held.losses[0] / 4
