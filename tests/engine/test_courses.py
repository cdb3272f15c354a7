import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.courses import NUMBERS, RANGES, Course, Racer
from engine.optimizers import OPTIMIZERS
from engine.surfaces import SURFACES, surface

WHOLE = {"steps": (1, 1000), "batch": (0, 20), "seed": (0, 2**31 - 1)}
NUMBER = {**NUMBERS, "condition": (1.0, 1000.0)}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_racer_takes_the_usual_value_of_what_is_not_given(name):
    usual = OPTIMIZERS[name].rates
    assert Racer(name).values == usual
    racer = Racer(name, (("learning_rate", 0.5),))
    assert racer.values == {**usual, "learning_rate": 0.5}


def test_usual_values_lie_within_the_ranges_and_every_rate_has_one():
    for optimizer in OPTIMIZERS.values():
        for name, value in optimizer.rates.items():
            low, high = RANGES[name]
            assert low <= value <= high


@pytest.mark.parametrize(
    ("optimizer", "rates", "message"),
    [
        ("adagard", (), "optimizer must be one of sgd, .*, nadam, got adagard"),
        ("sgd", (("momentum", 0.9),), "rates of sgd must be of learning_rate, each"),
        ("adam", (("beta1", 0.9), ("beta1", 0.8)), "each once, got beta1, beta1"),
        ("adam", (("beta2", 1.0),), r"beta2 must lie in \[0, 0.99999\], got 1.0"),
        ("adam", (("epsilon", 0.0),), r"epsilon must lie in \[1e-16, 1\], got 0.0"),
        ("sgd", (("learning_rate", math.nan),), r"learning_rate must lie .* got nan"),
    ],
)
def test_wrong_racers_are_refused(optimizer, rates, message):
    with pytest.raises(ValueError, match=message):
        Racer(optimizer, rates)


@given(st.sampled_from(sorted(OPTIMIZERS)), st.data())
def test_a_rate_is_taken_exactly_when_it_lies_within_its_range(name, data):
    rate = data.draw(st.sampled_from(sorted(OPTIMIZERS[name].rates)))
    value = data.draw(st.floats() | st.floats(*RANGES[rate]))
    low, high = RANGES[rate]
    if low <= value <= high:
        assert Racer(name, ((rate, value),)).values[rate] == value
    else:
        with pytest.raises(ValueError, match=f"{rate} must lie in"):
            Racer(name, ((rate, value),))


@given(st.sampled_from(sorted(NUMBER | WHOLE)), st.data())
def test_a_number_of_a_course_is_taken_exactly_when_it_lies_within_its_range(
    name, data
):
    low, high = (NUMBER | WHOLE)[name]
    kind = st.integers if name in WHOLE else st.floats
    value = data.draw(kind() | kind(low, high))
    given_ = {"surface": "logistic", "start": (0.0, 0.0), name: value}
    if low <= value <= high:
        assert getattr(Course(**given_), name) == value
    else:
        with pytest.raises(ValueError, match=f"{name} must"):
            Course(**given_)


@given(st.sampled_from(sorted(SURFACES)), st.lists(st.floats(), max_size=3))
def test_a_start_is_taken_exactly_when_it_lies_on_the_surface(name, numbers):
    fits = len(numbers) == surface(name).dimensions
    if fits and all(abs(number) <= 100 for number in numbers):
        assert Course(name, start=tuple(numbers)).start == tuple(numbers)
    else:
        with pytest.raises(ValueError, match="start must"):
            Course(name, start=tuple(numbers))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"surface": "x"}, "surface must be one of"),
        ({"steps": 2.0}, "steps must be whole, 1 to 1000, got 2.0"),
        ({"batch": 4}, "batch must be whole, 0 to 0, got 4"),
        ({"clip": "both"}, 'clip must be one of "", norm, value, got both'),
        ({"schedule": "x"}, "schedule must be one of constant, .*, got x"),
        (
            {"schedule": "exponential", "schedule_rate": 1.5},
            r"rate must lie in \(0, 1\], got 1.5",
        ),
    ],
)
def test_wrong_courses_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        Course(**wrong)


def test_factors_are_the_schedules_with_steps_for_epochs():
    course = Course(schedule="inverse", schedule_rate=1.0, steps=5)
    assert course.factors == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])
    cosine = Course(schedule="cosine", steps=4).factors
    assert cosine == pytest.approx([1, (1 + 0.5**0.5) / 2, 0.5, (1 - 0.5**0.5) / 2])
