"""The numbers to slide over: a course's picture, edges, and how matrices are fitted."""

import pytest
import torch

from engine.conv_examples import COURSE, KERNELS, PICTURES, fitted, kernels, picture


@pytest.mark.parametrize("name", [*PICTURES, "random"])
@pytest.mark.parametrize("sizes", [(5,), (4, 7), (3, 4, 5)])
def test_pictures_have_the_shape_asked_for(name, sizes):
    found = picture(name, sizes, 2, seed=3)
    assert (found.shape, found.dtype) == ((2, *sizes), torch.float64)
    assert found.equal(picture(name, sizes, 2, seed=3))
    assert found.equal(found.round())


def test_a_larger_picture_goes_on_with_the_courses():
    assert picture("course", (6, 6), 1)[0].tolist() == [list(row) for row in COURSE]
    large = picture("course", (8, 13), 1)[0]
    assert large[6:, :6].tolist() == [list(row) for row in COURSE[:2]]
    assert large[0, 12] == COURSE[0][0]
    first, second = picture("course", (6, 6), 2)
    assert not first.equal(second)


def test_edges_stand_in_the_middle():
    assert picture("bright_dark", (5,), 1).tolist() == [[10, 10, 10, 0, 0]]
    assert picture("dark_bright", (2, 4), 1).tolist() == [[[0, 0, 10, 10]] * 2]
    upper, lower = [10, 10, 0, 0], [0, 0, 10, 10]
    assert picture("quadrants", (3, 4), 1).tolist() == [[upper, upper, lower]]
    assert picture("counting", (2, 2), 2).tolist() == [
        [[0, 1], [2, 3]],
        [[4, 5], [6, 7]],
    ]


@pytest.mark.parametrize("name", [*KERNELS, "random"])
@pytest.mark.parametrize("shape", [(2, 3, 4), (1, 1, 3, 3), (2, 1, 2, 3, 5)])
def test_kernels_have_the_shape_asked_for(name, shape):
    found = kernels(name, shape, seed=1)
    assert (found.shape, found.dtype) == (shape, torch.float64)
    assert found.equal(kernels(name, shape, seed=1))


def test_kernels_by_hand():
    def one(name, *sizes):
        return kernels(name, (1, 1, *sizes))[0, 0].tolist()

    assert one("vertical", 2, 3) == [[1, 0, -1]] * 2
    assert one("vertical", 1, 4) == [[1, 1, -1, -1]]
    assert one("horizontal", 3, 2) == [[1, 1], [0, 0], [-1, -1]]
    assert one("sobel", 3, 3) == [[1, 0, -1], [2, 0, -2], [1, 0, -1]]
    assert one("mean", 2, 2) == [[0.25] * 2] * 2
    assert one("ones", 3) == [1, 1, 1]
    drawn = kernels("random", (4, 4, 5, 5))
    assert set(drawn.unique().tolist()) == {-2, -1, 0, 1, 2}
    assert not drawn.equal(kernels("random", (4, 4, 5, 5), seed=1))


def test_matrices_are_cut_or_filled_with_zeros():
    given = [torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), torch.tensor([[7.0]])]
    found = fitted(given, (3, 3, 2))
    assert found[0].tolist() == [[1, 2], [4, 5], [0, 0]]
    assert found[1].tolist() == [[7, 0], [0, 0], [0, 0]]
    assert not found[2].any()
    assert fitted(given, (1, 1, 1, 2)).tolist() == [[[[1, 2]]]]


@pytest.mark.parametrize(
    "call", [lambda: picture("cat", (2,), 1), lambda: kernels("cat", (1, 1, 2))]
)
def test_unknown_names_raise(call):
    with pytest.raises(ValueError, match=r"name must be random or in .*got 'cat'"):
        call()
