"""Weighted averages: by hand, against pandas, and what their formulas promise."""

import math

import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.averages import (
    ewa,
    lag,
    moving_average,
    noise_left,
    settled,
    smooth,
    weight_sums,
    weights,
    window,
)

LONDON = torch.tensor([40.0, 49.0, 45.0])
betas = st.floats(0, 0.9999)
numbers = st.floats(-1e6, 1e6)
series = st.lists(numbers, min_size=1, max_size=60)


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize(
    ("beta", "corrected", "expected"),
    [
        pytest.param(0.9, False, [4.0, 8.5, 12.15], id="0.9"),
        pytest.param(0.9, True, [40.0, 8.5 / 0.19, 12.15 / 0.271], id="0.9-corrected"),
        pytest.param(0.98, False, [0.8, 1.764, 2.62872], id="0.98"),
        pytest.param(
            0.98, True, [40.0, 1.764 / 0.0396, 2.62872 / 0.058808], id="0.98^"
        ),
        pytest.param(0.0, False, [40.0, 49.0, 45.0], id="nothing-is-kept"),
    ],
)
def test_ewa_of_the_first_days_in_london(beta, corrected, expected):
    torch.testing.assert_close(ewa(LONDON, beta, corrected), tensor(expected))


@settings(max_examples=50, deadline=None)
@given(series, betas)
def test_corrected_ewa_is_what_pandas_calls_adjusted(values, beta):
    expected = pd.Series(values).ewm(alpha=1 - beta, adjust=True).mean()
    ours = ewa(tensor(values), beta, corrected=True)
    torch.testing.assert_close(ours, tensor(expected.tolist()), rtol=1e-6, atol=1e-6)


@settings(max_examples=50, deadline=None)
@given(series, betas)
def test_ewa_is_pandas_without_adjustment_after_a_day_of_0(values, beta):
    led = pd.Series([0.0, *values]).ewm(alpha=1 - beta, adjust=False).mean()
    expected = tensor(led.tolist()[1:])
    torch.testing.assert_close(ewa(tensor(values), beta), expected, atol=1e-6, rtol=0)


@settings(max_examples=50, deadline=None)
@given(series, betas)
def test_ewa_is_the_sum_of_all_days_times_their_weights(values, beta):
    reached = weights(beta, len(values)).flip(0) @ tensor(values)
    torch.testing.assert_close(
        ewa(tensor(values), beta)[-1], reached, atol=1e-6, rtol=0
    )


@settings(max_examples=50, deadline=None)
@given(series, betas)
def test_corrected_ewa_stays_between_the_lowest_and_the_highest_day(values, beta):
    mended = ewa(tensor(values), beta, corrected=True)
    slack = 1e-6 * max(1.0, *map(abs, values))
    assert mended.min() >= min(values) - slack
    assert mended.max() <= max(values) + slack


@settings(max_examples=50, deadline=None)
@given(numbers, betas, st.integers(1, 50))
def test_correction_of_a_constant_series_is_exact_from_the_first_day(value, beta, days):
    mended = ewa(torch.full((days,), value, dtype=torch.float64), beta, corrected=True)
    torch.testing.assert_close(mended, torch.full_like(mended, value))


@pytest.mark.parametrize(
    ("beta", "day", "share"), [(0.98, 2, 0.0396), (0.98, 100, 0.867)]
)
def test_weight_sums_of_the_course(beta, day, share):
    assert weight_sums(beta, day)[-1].item() == pytest.approx(share, abs=5e-4)


@settings(max_examples=50, deadline=None)
@given(betas, st.integers(0, 200))
def test_weights_sum_to_their_sums(beta, days):
    added = weights(beta, days).cumsum(dim=0)
    torch.testing.assert_close(weight_sums(beta, days), added)


@pytest.mark.parametrize(("beta", "days"), [(0.9, 10), (0.98, 50), (0.5, 2), (0, 1)])
def test_window_of_the_course(beta, days):
    assert window(beta) == pytest.approx(days)


@pytest.mark.parametrize("beta", [0.9, 0.98, 0.99, 0.999])
def test_after_its_window_a_weight_is_about_1_over_e(beta):
    assert beta ** window(beta) == pytest.approx(1 / math.e, rel=0.06)


@pytest.mark.parametrize(("beta", "day"), [(0.5, 7), (0.9, 44), (0.98, 228), (0, 1)])
def test_settled_by_hand(beta, day):
    assert settled(beta) == day


@settings(max_examples=50, deadline=None)
@given(st.floats(0.001, 0.9999), st.floats(1e-6, 1))
def test_settled_is_the_first_day_below_the_tolerance(beta, tolerance):
    day = settled(beta, tolerance)
    assert beta**day < tolerance
    assert day == 1 or beta ** (day - 1) >= tolerance * (1 - 1e-9)


def test_settled_at_a_power_of_beta_takes_the_next_day():
    assert settled(0.5, 0.25) == 3


def test_lag_is_how_far_a_ramp_is_ahead_in_the_end():
    ramp = torch.arange(1.0, 2001)
    for beta in (0.5, 0.9, 0.98):
        behind = (ramp - ewa(ramp, beta))[-1].item()
        assert behind == pytest.approx(lag(beta))


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.98])
def test_noise_left_is_the_sum_of_squared_weights(beta):
    assert noise_left(beta) == pytest.approx(weights(beta, 5000).square().sum().item())


@settings(max_examples=50, deadline=None)
@given(series, st.integers(1, 80))
def test_moving_average_is_pandas_rolling_mean(values, days):
    expected = pd.Series(values).rolling(days, min_periods=1).mean()
    ours = moving_average(tensor(values), days)
    torch.testing.assert_close(ours, tensor(expected.tolist()), rtol=1e-6, atol=1e-4)


def test_empty_series_have_empty_averages():
    nothing = torch.zeros(0)
    assert len(ewa(nothing, 0.9, corrected=True)) == 0
    assert len(moving_average(nothing, 3)) == 0


def test_a_gap_spreads_to_all_later_days():
    v = ewa(tensor([1.0, math.nan, 1.0]), 0.5)
    assert v.isnan().tolist() == [False, True, True]


def test_smooth_holds_every_average():
    shown = smooth(LONDON.double(), (0.9, 0.5), 2)
    for index, beta in enumerate(shown.betas):
        torch.testing.assert_close(shown.v[index], ewa(LONDON, beta))
        torch.testing.assert_close(shown.corrected[index], ewa(LONDON, beta, True))
        torch.testing.assert_close(shown.sums[index], weight_sums(beta, 3))
    assert shown.moving.tolist() == [40.0, 44.5, 47.0]


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: ewa(LONDON, 1.0), "1.0"),
        (lambda: ewa(LONDON, -0.1), "-0.1"),
        (lambda: ewa(LONDON, math.nan), "nan"),
        (lambda: ewa(LONDON[None], 0.9), r"\[1, 3\]"),
        (lambda: weights(0.9, -1), "-1"),
        (lambda: weight_sums(2.0, 1), "2.0"),
        (lambda: moving_average(LONDON, 0), "0"),
        (lambda: moving_average(LONDON[None], 1), r"\[1, 3\]"),
        (lambda: window(1.0), "1.0"),
        (lambda: lag(1.0), "1.0"),
        (lambda: noise_left(-1.0), "-1.0"),
        (lambda: settled(0.9, 0.0), "0.0"),
        (lambda: settled(1.0), "1.0"),
    ],
)
def test_impossible_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
