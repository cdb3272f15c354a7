import math

import pytest
import torch

from engine.schedules import SCHEDULES

RATES = {
    "constant": 0.0,
    "inverse": 1.0,
    "exponential": 0.95,
    "staircase": 10.0,
    "inverse_sqrt": 1.0,
    "cosine": 0.0,
    "warmup": 5.0,
}


def test_the_list_is_the_one_agreed_on():
    assert list(SCHEDULES) == list(RATES)


def test_inverse_gives_the_numbers_of_the_course():
    rates = [0.2 * SCHEDULES["inverse"](epoch, 1.0, 9) for epoch in range(1, 5)]
    assert rates == pytest.approx([0.1, 0.2 / 3, 0.05, 0.04])


@pytest.mark.parametrize(
    ("name", "rate", "epochs", "factors"),
    [
        ("constant", 3.0, [0, 7, 1000], [1, 1, 1]),
        ("exponential", 0.95, [0, 1, 2, 10], [1, 0.95, 0.9025, 0.95**10]),
        ("staircase", 10, [0, 9, 10, 19, 20, 35], [1, 1, 0.5, 0.5, 0.25, 0.125]),
        ("inverse_sqrt", 0.5, [0, 1, 4, 100], [1, 0.5, 0.25, 0.05]),
        ("cosine", 0.0, [0, 25, 50, 75, 100, 180], [1, 0.853553, 0.5, 0.146447, 0, 0]),
        ("warmup", 4, [0, 1, 2, 3, 4, 90], [0.25, 0.5, 0.75, 1, 1, 1]),
    ],
)
def test_factors(name, rate, epochs, factors):
    found = [SCHEDULES[name](epoch, rate, 100) for epoch in epochs]
    assert found == pytest.approx(factors, abs=1e-6)


def test_cosine_is_pytorchs():
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], 1.0)
    theirs = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 30)
    for epoch in range(31):
        expected = theirs.get_last_lr()[0]
        assert SCHEDULES["cosine"](epoch, 0, 30) == pytest.approx(expected, abs=1e-9)
        optimizer.step()
        theirs.step()


@pytest.mark.parametrize("name", SCHEDULES)
def test_factors_are_floats_that_stay_in_range_for_long(name):
    for epoch in (0, 1, 99, 100, 100_000):
        factor = SCHEDULES[name](epoch, RATES[name], 100)
        assert isinstance(factor, float)
        assert 0 <= factor <= 1


@pytest.mark.parametrize(
    ("name", "rate", "message"),
    [
        ("inverse", -0.1, r"rate must lie in \[0, inf\), got -0.1"),
        ("exponential", 0.0, r"rate must lie in \(0, 1\], got 0.0"),
        ("exponential", 1.1, r"got 1.1"),
        ("staircase", 0.0, r"rate must lie in \(0, inf\), got 0.0"),
        ("inverse_sqrt", -1.0, r"got -1.0"),
        ("warmup", math.inf, r"got inf"),
        ("warmup", math.nan, r"got nan"),
    ],
)
def test_wrong_rates_are_refused(name, rate, message):
    with pytest.raises(ValueError, match=message):
        SCHEDULES[name](1, rate, 10)


@pytest.mark.parametrize("name", SCHEDULES)
def test_wrong_epochs_are_refused(name):
    with pytest.raises(ValueError, match="got -1 and 10"):
        SCHEDULES[name](-1, RATES[name], 10)
    with pytest.raises(ValueError, match="got 1 and 0"):
        SCHEDULES[name](1, RATES[name], 0)
