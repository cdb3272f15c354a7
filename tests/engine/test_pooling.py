import pytest
import torch

from engine.pooling import POOLS, global_average, pool

COURSE = [[1, 3, 2, 2], [4, 3, 1, 3], [6, 4, 1, 5], [8, 6, 4, 7]]
EXPECTED = {
    "max": [[4, 3], [8, 7]],
    "average": [[2.75, 2], [6, 4.25]],
    # Roots of the sums of squares 35, 18; 152, 91.
    "l2": [[35**0.5, 18**0.5], [152**0.5, 91**0.5]],
}
HALVES = {"padding": (0, 0), "stride": (2, 2), "dilation": (1, 1)}


def double(values):
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize("kind", POOLS)
def test_the_courses_picture_gives_the_courses_numbers(kind):
    found = pool(double([COURSE]), kind, (2, 2), **HALVES)
    torch.testing.assert_close(found, double([EXPECTED[kind]]))


def test_global_average_is_one_number_for_each_channel():
    image = double([COURSE, [[0] * 4] * 3 + [[0, 0, 0, 16]]])
    assert global_average(image).tolist() == [[[3.75]], [[1.0]]]


def test_the_border_never_is_the_maximum_but_counts_in_the_mean():
    image = double([[[-4.0, -2.0], [-6.0, -8.0]]])
    around = {"padding": (1, 1), "stride": (2, 2), "dilation": (1, 1)}
    assert pool(image, "max", (2, 2), **around).tolist() == [[[-4, -2], [-6, -8]]]
    assert pool(image, "average", (2, 2), **around).tolist() == [
        [[-1, -0.5], [-1.5, -2]]
    ]


def test_channels_are_pooled_one_by_one():
    image = torch.arange(32.0).view(2, 4, 4)
    both = pool(image, "max", (2, 2), **HALVES)
    assert both[1].equal(pool(image[1:], "max", (2, 2), **HALVES)[0])


def test_wrong_pools_raise():
    with pytest.raises(ValueError, match="kind must be one of"):
        pool(double([COURSE]), "median", (2, 2), **HALVES)
    with pytest.raises(ValueError, match="at most 4 padded cells, got 5"):
        pool(double([COURSE]), "max", (5, 2), **HALVES)
