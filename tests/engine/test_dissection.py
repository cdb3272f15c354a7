from dataclasses import replace

import pytest
import torch

from engine.optimizers import OPTIMIZERS
from engine.races import Course, Racer, dissect, race

COURSES = {
    "plain": Course("himmelblau", start=(0.5, -0.5), steps=30),
    "wild": Course("rastrigin", start=(3.4, -2.6), steps=120, noise=2.0, seed=5),
    "mini-batches": Course("logistic", start=(0.0, 0.0), steps=30, batch=3, seed=1),
    "one parameter": Course("parabola", start=(0.0,), steps=30),
    "clipped, scheduled": Course(
        "beale",
        start=(1.0, 1.5),
        steps=30,
        noise=0.1,
        clip="norm",
        clip_at=0.5,
        schedule="inverse",
        schedule_rate=0.2,
    ),
}


def racer(name, rate=0.005):
    return Racer(name, (("learning_rate", rate),))


def textbook(name, step, r):
    """The update as the textbook has it, from the parts of a step."""
    g, rate = step.clipped, step.rate
    kept, memory, hats = step.slots_before, step.slots_after, step.corrected
    if "s_hat" in hats:
        decay = rate * r.get("weight_decay", 0.0) * step.before
        return -rate * hats["v_hat"] / (hats["s_hat"].sqrt() + r["epsilon"]) - decay
    return {
        "sgd": lambda: -rate * g,
        "momentum": lambda: -rate * (r["momentum"] * kept["v"] + g),
        "momentum_ema": lambda: -rate * memory["v"],
        "nesterov": lambda: -rate * (g + r["momentum"] * memory["v"]),
        "adagrad": lambda: -rate * g / ((kept["s"] + g**2).sqrt() + r["epsilon"]),
        "rmsprop": lambda: -rate * g / (memory["s"].sqrt() + r["epsilon"]),
        "adadelta": lambda: -rate * hats["delta"],
        "adamax": lambda: -rate * hats["v_hat"] / memory["u"],
    }[name]()


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_step_is_the_one_of_the_race_to_the_last_bit(name, course):
    ways = race(course, [racer("sgd"), racer(name), racer("adam")])
    for t in (1, 2, course.steps):
        step = dissect(course, racer(name), t)
        assert step.t == t
        assert step.before.tolist() == ways[1].points[t - 1].tolist()
        assert step.after.tolist() == ways[1].points[t].tolist()
        assert step.rate == ways[1].rates[t - 1].item()
        assert set(step.slots_after) == set(OPTIMIZERS[name].memory)
        assert set(step.slots_before) == set(OPTIMIZERS[name].memory)


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_parts_make_the_update(name, course):
    for t in (1, 2, 17, 30):
        step = dissect(course, racer(name), t)
        expected = textbook(name, step, racer(name).values)
        torch.testing.assert_close(step.update, expected, rtol=1e-9, atol=1e-12)
        torch.testing.assert_close(step.before + step.update, step.after)


def test_memory_goes_on_where_the_step_before_left_it():
    for name in OPTIMIZERS:
        first, second = (dissect(COURSES["plain"], racer(name), t) for t in (4, 5))
        assert first.after.tolist() == second.before.tolist()
        for slot, numbers in first.slots_after.items():
            assert numbers.tolist() == second.slots_before[slot].tolist()
            assert dissect(COURSES["plain"], racer(name), 1).slots_before[
                slot
            ].tolist() == [0, 0]


def test_adams_second_step_on_the_parabola_by_hand():
    """w² - 10w + 25 from 0: g = -10, then at w = 0.5 it is -9."""
    course = COURSES["one parameter"]
    step = dissect(course, racer("adam", 0.5), 2)
    assert step.before.item() == pytest.approx(0.5)
    assert step.gradient.item() == pytest.approx(-9.0)
    v, s = 0.9 * -1 + 0.1 * -9, 0.999 * 0.1 + 0.001 * 81
    assert step.slots_before["v"].item() == pytest.approx(-1.0)
    assert step.slots_before["s"].item() == pytest.approx(0.1)
    assert step.slots_after["v"].item() == pytest.approx(v)
    assert step.slots_after["s"].item() == pytest.approx(s)
    assert step.factors == pytest.approx({"v": 0.19, "s": 1 - 0.999**2})
    v_hat, s_hat = v / 0.19, s / (1 - 0.999**2)
    assert step.corrected["v_hat"].item() == pytest.approx(v_hat)
    assert step.corrected["s_hat"].item() == pytest.approx(s_hat)
    update = -0.5 * v_hat / (s_hat**0.5 + 1e-8)
    assert step.update.item() == pytest.approx(update)


def test_nadams_first_step_by_hand():
    course, first = COURSES["one parameter"], racer("nadam", 0.1)
    step = dissect(course, first, 1)
    mu = 0.9 * (1 - 0.5 * 0.96**0.004)
    ahead = 0.9 * (1 - 0.5 * 0.96**0.008)
    found = {"mu": mu, "mu_next": ahead, "p": 1 - mu, "p_next": 1 - mu * ahead}
    assert step.factors == pytest.approx({**found, "s": 0.001})
    v_hat = ahead * -1 / (1 - mu * ahead) + (1 - mu) * -10 / (1 - mu)
    assert step.corrected["v_hat"].item() == pytest.approx(v_hat)
    assert step.corrected["s_hat"].item() == pytest.approx(100)
    assert step.update.item() == pytest.approx(-0.1 * v_hat / 10)


def test_clipping_and_noise_are_told_apart():
    course = COURSES["clipped, scheduled"]
    step = dissect(course, racer("sgd"), 1)
    assert step.clipped.norm().item() == pytest.approx(0.5, rel=1e-4)
    assert step.gradient.norm().item() > 10
    torch.testing.assert_close(step.update, -step.rate * step.clipped)
    quiet = dissect(replace(course, noise=0.0), racer("sgd"), 1).gradient
    assert 0 < (step.gradient - quiet).abs().max() < 1


@pytest.mark.parametrize("step", [0, 31, -1])
def test_a_step_that_is_not_taken_is_refused(step):
    with pytest.raises(ValueError, match=rf"step must lie in \[1, 30\], got {step}"):
        dissect(COURSES["plain"], racer("sgd"), step)
