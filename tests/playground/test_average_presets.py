"""Every preset of the averages page keeps its word."""

import re

import pytest
import torch

from engine import moments, series
from engine.averages import (
    ewa,
    lag,
    moving_average,
    noise_left,
    settled,
    weight_sums,
    window,
)
from playground.panels.average_presets import TRIES

YEAR = series.temperatures(0)


def preset(title):
    return next(entry for entry in TRIES if entry.title == title)


def number(text, title):
    """Require the text to stand in the preset's answer."""
    assert text in preset(title).why


def test_every_preset_asks_before_it_answers():
    assert all(entry.question.rstrip().endswith("?") for entry in TRIES)
    assert len({entry.title for entry in TRIES}) == len(TRIES)


def test_ten_days_make_up_two_thirds():
    title = "Ten days, roughly"
    assert window(0.9) == pytest.approx(10)
    number(f"{weight_sums(0.9, 10)[-1]:.4f}", title)
    number(f"{0.9**10:.4f}", title)
    assert weight_sums(0.9, 10)[-1].item() == pytest.approx(2 / 3, abs=0.02)


def test_fifty_days_top_weeks_later():
    title = "Fifty days lag behind"
    tops = [int(ewa(YEAR, beta, True).argmax()) + 1 for beta in (0.9, 0.98)]
    for day in tops:
        number(f"day {day}" if day == tops[0] else str(day), title)
    assert preset(title).settings["day"] == tops[1]
    assert tops[1] - tops[0] > 21
    number(f"{lag(0.98):.0f}$ days", title)


def test_two_days_halve_the_jumps():
    title = "Two days are nervous"
    spreads = [YEAR.diff().std().item()]
    spreads += [ewa(YEAR, beta, True).diff().std().item() for beta in (0.5, 0.9)]
    for spread in spreads:
        number(f"{spread:.2f} °F", title)
    assert spreads[1] / spreads[0] == pytest.approx(0.5, abs=0.02)
    for seed in range(20):
        year = series.temperatures(seed)
        left = ewa(year, 0.5, True).diff().std() / year.diff().std()
        assert 0.4 < left < 0.6


def test_the_first_days_uncorrected_and_corrected():
    v, mended = ewa(YEAR, 0.98), ewa(YEAR, 0.98, True)
    number(f"{v[1]:.3f}", "The first days, uncorrected")
    number(f"{weight_sums(0.98, 2)[1]:.4f}", "The first days, uncorrected")
    title = "The first days, corrected"
    number(f"{mended[1]:.2f}", title)
    number(f"{weight_sums(0.98, 100)[-1]:.3f}", title)
    number(f"day {settled(0.98)}", title)
    assert 40 < mended[1] < 49


def test_the_corrected_first_day_is_the_day_itself():
    for seed in range(20):
        noise = series.noise(1.0, seed)
        assert ewa(noise, 0.98, True)[0].item() == pytest.approx(noise[0].item())
    drawn = torch.stack([series.noise(1.0, seed) for seed in range(200)])
    mended = torch.stack([ewa(row, 0.98, True) for row in drawn])
    first, later = mended[:, 0].std(), mended[:, 59].std()
    assert first > 0.8  # the spread of a single day
    assert later < 0.3 * first


def test_a_step_is_65_percent_done_after_the_window():
    title = "After a step"
    jump = series.step()
    for beta, days, text in ((0.9, 10, "65 %"), (0.98, 50, "63.6 %")):
        reached = ewa(jump, beta)[series.CHANGE - 2 + days].item()
        assert f"{100 * reached:.3g}".startswith(text.split()[0])
        number(text, title)
    assert preset(title).settings["day"] == series.CHANGE - 1 + 10


def test_the_plain_mean_arrives_first():
    title = "Plain mean or weighted?"
    jump = series.step()
    plain, v = moving_average(jump, 10), ewa(jump, 0.9)
    number("exactly 1 on day 110", title)
    assert plain[109] == 1
    assert plain[108] < 1
    number(f"{v[109]:.2f}", title)
    first = int((v >= 0.99).float().argmax()) + 1
    number(f"day {first}", title)
    assert v.max() < 1


def test_a_nineteenth_of_the_noise_is_left():
    assert noise_left(0.9) == pytest.approx(1 / 19)
    drawn = torch.stack([series.noise(1.0, seed) for seed in range(100)])
    averages = torch.stack([ewa(row, 0.9) for row in drawn])[:, 100:]
    assert averages.var().item() == pytest.approx(1 / 19, rel=0.05)
    plain = torch.stack([moving_average(row, 19) for row in drawn])[:, 100:]
    assert plain.var().item() == pytest.approx(1 / 19, rel=0.1)


def test_a_ramp_stays_nine_days_ahead():
    ramp = series.ramp()
    behind = (ramp - ewa(ramp, 0.9))[99].item()
    assert behind == pytest.approx(lag(0.9) / 100, rel=1e-3)
    number(f"{lag(0.9):.0f}$ days behind, {behind:.2f}", "Always behind a ramp")


def test_today_s_price_is_the_better_guess_on_every_seed():
    for seed in range(200):
        prices = series.walk(seed)
        today = (prices[1:] - prices[:-1]).abs().mean()
        average = (prices[1:] - ewa(prices, 0.9, True)[:-1]).abs().mean()
        assert today < average, seed


def test_a_window_longer_than_the_year():
    title = "A window longer than the year"
    v, mended = ewa(YEAR, 0.9999)[-1], ewa(YEAR, 0.9999, True)[-1]
    assert v < 2
    number(f"{100 * weight_sums(0.9999, 365)[-1]:.1f} %", title)
    number(f"{mended:.2f} °F", title)
    number(f"{YEAR.mean():.2f}", title)
    question = preset(title).question
    assert [float(x) for x in re.findall(r"(\d+) to (\d+)", question)[0]] == [
        YEAR.min(),
        YEAR.max(),
    ]


def test_adam_s_first_step_would_be_three_times_too_long():
    ones = torch.ones(100, dtype=torch.float64)
    raw = ewa(ones, 0.9) / ewa(ones, 0.999).sqrt()
    number(f"{raw[0]:.2f} times", "Adam's first step")
    assert raw[0] < raw.max()  # it gets worse
    assert raw[-1] < raw.max()  # before it gets better
    steps = moments.replay("adam", ones, beta1=0.9, beta2=0.999).steps
    torch.testing.assert_close(steps, ones)


def test_the_running_mean_is_about_2_after_ten_batches():
    assert weight_sums(0.9, 10)[-1].item() == pytest.approx(0.65, abs=5e-3)
    for seed in range(20):
        running = moments.batch_norm(moments.feature_batches(100, seed)[:10], 0.9)
        assert running.mean[9].item() == pytest.approx(2, abs=0.25)
        assert running.centre[9].item() == pytest.approx(1, abs=0.35)


def test_torch_s_momentum_is_ten_times_the_course_s():
    ones = torch.ones(100, dtype=torch.float64)
    torchs = moments.replay("momentum", ones, momentum=0.9).steps
    course = moments.replay("momentum_ema", ones, momentum=0.9).steps
    torch.testing.assert_close(torchs, 10 * course)
    assert torchs[-1].item() == pytest.approx(10, rel=1e-3)
