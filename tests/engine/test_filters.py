"""Classic kernels: their numbers, their sums, what they refuse."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.filters import (
    KERNELS,
    LARGEST,
    Filter,
    box,
    custom,
    emboss,
    gabor,
    gaussian,
    kernel,
    laplacian,
    laplacian_of_gaussian,
    sharpen,
    slope,
)

PLAIN = {
    "sobel x": (Filter("sobel"), [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    "sobel y": (Filter("sobel", axis="y"), [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
    "prewitt x": (Filter("prewitt"), [[-1, 0, 1]] * 3),
    "scharr x": (Filter("scharr"), [[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]]),
    "laplacian 4": (Filter("laplacian"), [[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "laplacian 8": (
        Filter("laplacian", neighbours=8),
        [[1, 1, 1], [1, -8, 1], [1, 1, 1]],
    ),
    "identity": (Filter("identity"), [[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "box": (Filter("box", size=3), [[1 / 9] * 3] * 3),
    "sharpen": (Filter("sharpen"), [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "emboss from top left": (
        Filter("emboss", angle=135.0),
        [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    ),
    "emboss from the right": (
        Filter("emboss", angle=0.0),
        [[1, 0, -1], [2, 1, -2], [1, 0, -1]],
    ),
    "custom": (Filter("custom", weights=((1.0, 0.0, -1.0),)), [[1, 0, -1]]),
}
SUMS = {
    1: ("identity", "box", "gaussian", "sharpen", "emboss"),
    0: ("sobel", "prewitt", "scharr", "laplacian", "log", "gabor"),
}
REFUSED = {
    "unknown": (lambda: kernel(Filter("canny")), "canny"),
    "even box": (lambda: box(4), "4"),
    "huge box": (lambda: box(33), "33"),
    "negative amount": (lambda: sharpen(-1.0), "-1.0"),
    "no such edge": (lambda: slope("roberts", "x"), "roberts"),
    "no such axis": (lambda: slope("sobel", "z"), "z"),
    "six neighbours": (lambda: laplacian(6), "6"),
    "no width": (lambda: gaussian(0.0), "0.0"),
    "too wide": (lambda: gaussian(5.1), "5.1"),
    "LoG too wide": (lambda: laplacian_of_gaussian(4.0), "4.0"),
    "light between": (lambda: emboss(30.0), "30.0"),
    "short wave": (lambda: gabor(0.0, 1.0), "1.0"),
    "long wave": (lambda: gabor(0.0, 13.0), "13.0"),
    "even rows": (lambda: custom(((1.0,), (2.0,))), "2"),
    "ragged rows": (lambda: custom(((1.0,), (2.0, 1.0, 1.0), (1.0,))), "3"),
    "no rows": (lambda: custom(()), "0"),
}


@pytest.mark.parametrize(("chosen", "rows"), PLAIN.values(), ids=PLAIN)
def test_kernels_have_their_numbers(chosen, rows):
    wanted = torch.tensor(rows, dtype=torch.float64)
    torch.testing.assert_close(kernel(chosen), wanted, rtol=0, atol=1e-15)


@pytest.mark.parametrize(("total", "kind"), [(s, k) for s in SUMS for k in SUMS[s]])
def test_weights_add_up_to_what_their_family_says(total, kind):
    assert kernel(Filter(kind)).sum().item() == pytest.approx(total, abs=1e-12)


def test_every_kind_but_custom_has_a_sum_that_is_told():
    assert set(KERNELS) - {"custom"} == {*SUMS[0], *SUMS[1]}


def test_gaussian_falls_by_the_formula():
    bell = gaussian(1.5)
    assert bell.shape == (11, 11)
    assert (bell[5, 8] / bell[5, 5]).item() == pytest.approx(math.exp(-9 / 4.5))
    assert (bell[4, 6] / bell[5, 5]).item() == pytest.approx(math.exp(-2 / 4.5))


def test_log_is_negative_inside_its_zero_circle_and_positive_outside():
    weights = laplacian_of_gaussian(2.0)  # zero at sqrt(2) sigma = 2.83
    middle = weights[8, 8:]
    assert (middle[:3] < 0).all()
    assert (middle[3:8] > 0).all()


@given(st.floats(0, 180), st.floats(2, 12))
@settings(max_examples=40, deadline=None)
def test_gabor_is_even_of_size_two_and_blind_to_brightness(angle, wavelength):
    weights = gabor(angle, wavelength)
    assert max(weights.shape) <= LARGEST
    assert weights.sum().item() == pytest.approx(0, abs=1e-12)
    assert weights.abs().sum().item() == pytest.approx(2)
    torch.testing.assert_close(weights, weights.flip(0, 1))


def test_gabor_turns_anticlockwise():
    upright, level = gabor(0.0, 6.0), gabor(90.0, 6.0)
    torch.testing.assert_close(level, upright.T)
    rising = gabor(45.0, 6.0)  # waves towards the upper right
    middle = len(rising) // 2
    assert rising[middle - 1, middle + 1] < rising[middle + 1, middle + 1]


@pytest.mark.parametrize(("build", "value"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_with_its_value(build, value):
    with pytest.raises(ValueError, match="got") as caught:
        build()
    assert value in str(caught.value)
