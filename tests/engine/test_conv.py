"""Sizes, windows and sums: by hand, by torch, and the numbers of the course."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.conv import (
    cross_correlate,
    extent,
    output_size,
    patches,
    transposed_correlate,
    transposed_output_size,
    turned,
)

EDGE = [[1, 0, -1]] * 3
SOBEL = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]
SCHARR = [[3, 0, -3], [10, 0, -10], [3, 0, -3]]
PHOTO = [
    [3, 0, 1, 2, 7, 4],
    [1, 5, 8, 9, 3, 1],
    [2, 7, 2, 5, 1, 3],
    [0, 1, 3, 1, 7, 8],
    [4, 2, 1, 6, 2, 8],
    [2, 4, 5, 2, 3, 9],
]
BRIGHT_DARK = [[10] * 3 + [0] * 3] * 6
DARK_BRIGHT = [[0] * 3 + [10] * 3] * 6
QUADRANTS = [[10] * 3 + [0] * 3] * 3 + [[0] * 3 + [10] * 3] * 3
STRIDED = [
    [2, 3, 7, 4, 6, 2, 9],
    [6, 6, 9, 8, 7, 4, 3],
    [3, 4, 8, 3, 8, 9, 7],
    [7, 8, 3, 6, 6, 3, 4],
    [4, 2, 1, 8, 3, 4, 6],
    [3, 2, 4, 1, 9, 8, 3],
    [0, 1, 3, 9, 2, 1, 4],
]
COURSE = {
    "vertical edge": (
        PHOTO,
        EDGE,
        1,
        [[-5, -4, 0, 8], [-10, -2, 2, 3], [0, -2, -4, -7], [-3, -2, -3, -16]],
    ),
    "bright to dark": (BRIGHT_DARK, EDGE, 1, [[0, 30, 30, 0]] * 4),
    "dark to bright": (DARK_BRIGHT, EDGE, 1, [[0, -30, -30, 0]] * 4),
    "quadrants": (
        QUADRANTS,
        [[1] * 3, [0] * 3, [-1] * 3],
        1,
        [[0] * 4, [30, 10, -10, -30], [30, 10, -10, -30], [0] * 4],
    ),
    "Sobel": (BRIGHT_DARK, SOBEL, 1, [[0, 40, 40, 0]] * 4),
    "Scharr": (BRIGHT_DARK, SCHARR, 1, [[0, 160, 160, 0]] * 4),
    # Some copies of the course print 83 for 91 and 127 for 117.
    "strided": (
        STRIDED,
        [[3, 4, 4], [1, 0, 2], [-1, 0, 3]],
        2,
        [[91, 100, 88], [69, 91, 117], [44, 72, 74]],
    ),
}
SIZES = {  # n, k, p, s, d -> output
    (6, 3, 0, 1, 1): 4,
    (6, 3, 1, 1, 1): 6,
    (7, 3, 0, 2, 1): 3,
    (39, 3, 0, 1, 1): 37,
    (37, 5, 0, 2, 1): 17,
    (17, 5, 0, 2, 1): 7,
    (14, 5, 0, 1, 1): 10,
    (10, 5, 0, 1, 1): 6,
    (32, 5, 0, 1, 1): 28,
    (227, 11, 0, 4, 1): 55,
    (6, 3, 0, 2, 1): 2,  # the floor drops the last cell
    (7, 3, 0, 1, 2): 3,  # a kernel of 3 spans 5
    (5, 4, (1, 2), 1, 1): 5,
}
NUMBERS = st.integers(-1, 7)


def double(values):
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize("name", COURSE)
def test_the_courses_pictures_give_the_courses_numbers(name):
    image, kernel, stride, expected = COURSE[name]
    found = cross_correlate(double([image]), double([[kernel]]), stride=stride)
    assert found.tolist() == [expected]


@pytest.mark.parametrize(("numbers", "expected"), SIZES.items())
def test_output_size_by_hand(numbers, expected):
    assert output_size(*numbers) == expected


def size_or_none(function, *numbers):
    try:
        return function(*numbers)
    except (ValueError, RuntimeError):
        return None


def torch_size(n, k, p, s, d):
    if k < 1:
        return None  # an empty kernel: torch's answer is not about sizes
    found = F.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), None, s, p, d)
    return found.shape[-1]


@settings(max_examples=200, deadline=None)
@given(st.tuples(st.integers(1, 9), NUMBERS, NUMBERS, NUMBERS, NUMBERS))
def test_output_size_is_torchs_and_raises_where_torch_does(numbers):
    assert size_or_none(output_size, *numbers) == size_or_none(torch_size, *numbers)


def torch_transposed_size(n, k, p, s, d, e):
    if k < 1:
        return None
    image, kernel = torch.zeros(1, 1, n), torch.zeros(1, 1, k)
    return F.conv_transpose1d(image, kernel, None, s, p, e, 1, d).shape[-1]


@settings(max_examples=200, deadline=None)
@given(st.tuples(st.integers(1, 6), *[st.integers(0, 5)] * 2, *[st.integers(0, 4)] * 3))
def test_transposed_size_is_torchs_and_raises_where_torch_does(numbers):
    ours = size_or_none(transposed_output_size, *numbers)
    assert ours == size_or_none(torch_transposed_size, *numbers)


@given(st.integers(1, 20), st.integers(1, 5), st.integers(1, 4), st.integers(0, 3))
def test_transposed_size_undoes_output_size(size, kernel, stride, extra):
    extra = min(extra, stride - 1)
    grown = transposed_output_size(size, kernel, 0, stride, 1, extra)
    assert output_size(grown, kernel, 0, stride) == size


@pytest.mark.parametrize(
    ("function", "numbers", "message"),
    [
        (output_size, (5, 6), "at most 5 padded cells, got 6"),
        (output_size, (5, 3, 0, 1, 3), "at most 5 padded cells, got 7"),
        (output_size, (0, 3), "size must be at least 1, got 0"),
        (output_size, (5, 3, 0, 0), "stride must be at least 1, got 0"),
        (output_size, (5, 3, -1), "padding must be 0 or more, got -1"),
        (transposed_output_size, (1, 3, 2), "cut less than 3 cells, got 4"),
        (transposed_output_size, (5, 3, 0, 2, 1, 2), r"lie in \[0, 1\], got 2"),
    ],
)
def test_sizes_that_cannot_be_raise_with_value_and_range(function, numbers, message):
    with pytest.raises(ValueError, match=message):
        function(*numbers)


def normal(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def test_one_number_one_per_axis_and_a_name_for_padding():
    image, kernels = normal(2, 7, 6), normal(3, 2, 3, 3)
    one = cross_correlate(image, kernels, padding=1)
    torch.testing.assert_close(one, F.conv2d(image[None], kernels, padding=1)[0])
    for same in ([1, 1], [(1, 1), (1, 1)], "same"):
        assert cross_correlate(image, kernels, padding=same).equal(one)
    full = cross_correlate(image, kernels, padding="full", dilation=2)
    expected = F.conv2d(image[None], kernels, padding=4, dilation=2)[0]
    torch.testing.assert_close(full, expected)


def test_flip_is_the_convolution_of_mathematics():
    """Polynomials are multiplied by convolving their coefficients."""
    first, second = double([[1, 2, 3]]), double([[[4, 5]]])
    found = cross_correlate(first, second, padding="full", flip=True)
    assert found.tolist() == [[4, 13, 22, 15]]  # (1 + 2x + 3x²)(4 + 5x)


def test_turned_reverses_every_axis_of_the_kernel_and_nothing_else():
    kernels = double([[[[1, 2], [3, 4]]], [[[5, 6], [7, 8]]]])
    assert turned(kernels).tolist() == [[[[4, 3], [2, 1]]], [[[8, 7], [6, 5]]]]


def test_patches_are_what_torchs_unfold_sees():
    image = normal(2, 7, 8)
    found = patches(image, (3, 2), (2, 1), (1, 3))  # [C, *output, *kernel]
    assert found.shape == (2, 3, 5, 3, 2)
    expected = F.unfold(image[None], (3, 2), dilation=(1, 3), stride=(2, 1))
    assert found.permute(0, 3, 4, 1, 2).reshape(12, 15).equal(expected[0])


def test_transposing_is_the_adjoint_of_sliding():
    """⟨conv(x), y⟩ = ⟨x, transposed(y)⟩: it carries gradients back."""
    image, kernels = normal(2, 9), normal(3, 2, 4, seed=1)
    slid = cross_correlate(image, kernels, padding=1, stride=2)
    other = normal(*slid.shape, seed=2)
    back = transposed_correlate(other, kernels, padding=1, stride=2, output_padding=1)
    assert back.shape == image.shape
    torch.testing.assert_close((slid * other).sum(), (image * back).sum())


@pytest.mark.parametrize(
    ("image", "kernels", "how", "message"),
    [
        ((2, 5, 5), (1, 3, 3, 3), {}, "for 3 channels, got 2"),
        ((2, 5, 5), (1, 2, 3), {}, "one dimension more"),
        ((4, 5, 5), (3, 2, 3, 3), {"groups": 2}, "groups must divide 4 channels and 3"),
        ((1, 5, 5), (1, 1, 3, 3), {"stride": (1, 1, 1)}, "2 numbers, one per axis"),
        ((1, 5, 5), (1, 1, 6, 3), {}, "at most 5 padded cells, got 6"),
        ((1, 5, 5), (1, 1, 3, 3), {"padding": "half"}, "padding must be one of"),
        ((1, 5, 5), (1, 1, 3, 3), {"padding_mode": "mirror"}, "mode must be one of"),
    ],
)
def test_what_does_not_fit_raises(image, kernels, how, message):
    with pytest.raises(ValueError, match=message):
        cross_correlate(torch.zeros(image), torch.zeros(kernels), **how)


def test_extent_counts_the_holes():
    assert [extent(3), extent(3, 2), extent(1, 9)] == [3, 5, 1]
