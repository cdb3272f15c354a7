"""The numbers in the formulas are those of the step, and they add up."""

import re

import pytest
import torch

from engine.courses import Course, Racer
from engine.dissection import dissect
from engine.optimizers import OPTIMIZERS
from playground.figures.numerals import tex, vector
from playground.figures.race_formulas import RULES, formulas

COURSE = Course("himmelblau", start=(0.5, -1.0), steps=20)


def written(optimizer, course=COURSE, t=3, **rates):
    racer = Racer(optimizer, tuple({"learning_rate": 0.01, **rates}.items()))
    step = dissect(course, racer, t)
    return formulas(course, racer, step), step


def balanced(text):
    """Return whether every bracket, environment and \\left is closed."""
    pairs = (("{", "}"), ("(", ")"), (r"\left", r"\right"), (r"\begin", r"\end"))
    count = text.replace(r"\leftarrow", "")
    return all(count.count(a) == count.count(b) for a, b in pairs)


def test_every_optimizer_has_its_formulas():
    assert set(RULES) == set(OPTIMIZERS)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("t", [1, 7])
def test_every_number_of_a_step_is_written(optimizer, t):
    text, step = written(optimizer, t=t)
    assert balanced(text)
    parts = [step.gradient, step.before, step.update, step.after]
    parts += [v for name, v in step.slots_after.items() if name != "p"]
    parts += list(step.corrected.values())
    for numbers in parts:
        assert vector(numbers) in text
    for name, factor in step.factors.items():
        assert tex(factor) in text, name
    assert tex(step.rate) in text


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_one_parameter_needs_no_columns(optimizer):
    course = Course("parabola", start=(0.0,), steps=5)
    text, step = written(optimizer, course, t=2)
    assert balanced(text)
    assert "pmatrix" not in text
    assert tex(step.after.item()) in text


def test_the_course_first_step_reads_as_by_hand():
    course = Course("parabola", start=(0.0,), steps=5)
    text, _step = written("sgd", course, t=1)
    assert r"g &= \nabla L(w) = -10" in text
    assert r"\Delta w &= -\alpha g = -0.01\cdot \left(-10\right) = 0.1" in text
    assert text.endswith(r"0 + 0.1 = 0.1\end{aligned}")


def test_clipping_noise_batch_and_schedule_are_said():
    clipped = Course(
        "rosenbrock",
        start=(-1.2, 1.0),
        steps=9,
        clip="norm",
        clip_at=2.0,
        noise=0.1,
        schedule="exponential",
        schedule_rate=0.5,
    )
    text, step = written("sgd", clipped, t=3)
    assert balanced(text)
    assert r"\xi" in text
    assert tex(step.gradient.norm().item()) in text
    assert vector(step.clipped) in text
    assert step.clipped.norm() == pytest.approx(2, rel=1e-5)
    assert r"\alpha_{3} &= 0.01\cdot 0.25 = 0.0025" in text
    by_value = Course(
        "rosenbrock", start=(-1.2, 1.0), steps=9, clip="value", clip_at=2.0
    )
    text, step = written("sgd", by_value, t=1)
    assert r"\max(g, -c)" in text
    assert vector(step.clipped) in text
    batch = Course("logistic", start=(0.0, 0.0), steps=9, batch=5)
    text, _step = written("adam", batch)
    assert "|B|=5" in text


@pytest.mark.parametrize("optimizer", ["adam", "nadam", "adamax"])
def test_corrections_are_worth_what_they_say(optimizer):
    text, step = written(optimizer, t=4)
    memory = step.slots_after["v"]
    if optimizer != "nadam":
        expected = memory / (1 - 0.9**4)
        torch.testing.assert_close(step.corrected["v_hat"], expected)
        assert rf"1 - \beta_1^{{4}}}} = {vector(memory)}" in text
    assert not re.search(r"#\d", text)
