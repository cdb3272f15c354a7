"""Seeded series: what they promise, whatever the seed."""

import pytest
import torch

from engine import series

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_year_has_the_course_s_five_days_in_whole_degrees(seed):
    year = series.temperatures(seed)
    assert len(year) == 365
    assert [year[day - 1].item() for day in (1, 2, 3, 180, 181)] == [40, 49, 45, 60, 56]
    torch.testing.assert_close(year, year.round())


def test_years_are_like_london_s():
    years = torch.stack([series.temperatures(seed) for seed in SEEDS])
    january, july = years[:, :31].mean(), years[:, 181:212].mean()
    assert 38 < january < 44
    assert 62 < july < 67
    assert years.min() > 15
    assert years.max() < 85


def test_the_anchors_do_not_stand_out_of_their_weather():
    """A day forced to a number would jump more than others do."""
    years = torch.stack([series.temperatures(seed) for seed in range(200)])
    jumps = years.diff(dim=1).abs()
    usual = jumps[:, 30:150].mean()
    around = jumps[:, [178, 180 + 1]].mean()  # into day 180 and out of day 181
    assert around < 1.5 * usual


def test_weather_lasts_some_days():
    free = torch.stack([series.temperatures(seed) for seed in SEEDS])
    left = (free - free.mean(dim=0))[:, 30:150]
    together = (left[:, 1:] * left[:, :-1]).mean() / left.square().mean()
    assert 0.5 < together < 0.8


def test_celsius_has_tenths():
    assert series.celsius(torch.tensor([32.0, 40.0, 212.0])).tolist() == pytest.approx(
        [0.0, 4.4, 100.0]
    )


def test_step_and_ramp_without_noise():
    jump, slope = series.step(), series.ramp()
    assert jump[:100].tolist() == [0.0] * 100
    assert jump[100:].tolist() == [1.0] * 265
    assert slope[[0, 99, 364]].tolist() == pytest.approx([0.01, 1.0, 3.65])


@pytest.mark.parametrize("make", [series.step, series.ramp, series.noise])
def test_noise_has_the_spread_asked_for(make):
    quiet = make(0.0, 0)
    loud = torch.stack([make(0.5, seed) - quiet for seed in SEEDS])
    assert loud.std().item() == pytest.approx(0.5, rel=0.05)
    assert loud.mean().item() == pytest.approx(0.0, abs=0.02)


def test_walk_starts_at_100_in_cents_and_stays_positive():
    for seed in SEEDS:
        prices = series.walk(seed)
        assert prices[0] == 100
        assert prices.min() > 0
        torch.testing.assert_close(prices, prices.round(decimals=2))


@pytest.mark.parametrize(
    "make",
    [
        series.temperatures,
        series.walk,
        lambda seed: series.noise(1.0, seed),
        lambda seed: series.step(0.1, seed),
    ],
)
def test_a_seed_always_gives_the_same_series_and_another_one_another(make):
    torch.testing.assert_close(make(3), make(3))
    assert not torch.equal(make(3), make(4))
