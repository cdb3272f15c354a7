from itertools import permutations

import plotly.data
import pytest

from playground.data import IRIS, VARIABLE, iris, mnist_directory
from playground.points import FILL, snapped


@pytest.mark.parametrize(
    ("folders", "found"),
    [
        pytest.param(["mnist"], "mnist", id="inner"),
        pytest.param([], "", id="outer"),
        pytest.param(["cifar10"], "", id="another inner"),
    ],
)
def test_mnist_directory_is_the_named_folder_or_mnist_in_it(
    tmp_path, monkeypatch, folders, found
):
    for folder in folders:
        (tmp_path / folder).mkdir()
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert mnist_directory() == tmp_path / found


def test_mnist_directory_may_be_missing(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    assert mnist_directory() == tmp_path / "nowhere"


def test_mnist_directory_is_no_file_called_mnist(tmp_path, monkeypatch):
    (tmp_path / "mnist").touch()
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert mnist_directory() == tmp_path


@pytest.mark.parametrize("value", [None, ""], ids=["unset", "empty"])
@pytest.mark.parametrize("cache", ["named", "usual"])
def test_mnist_directory_lies_in_the_cache_without_a_name(
    tmp_path, monkeypatch, value, cache
):
    if value is None:
        monkeypatch.delenv(VARIABLE, raising=False)
    else:
        monkeypatch.setenv(VARIABLE, value)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path) if cache == "named" else "")
    parent = tmp_path if cache == "named" else tmp_path / "home" / ".cache"
    assert mnist_directory() == parent / "deep-learning-playground" / "mnist"


@pytest.mark.parametrize(("across", "upward"), list(permutations(IRIS, 2)))
def test_iris_has_150_flowers_each_at_its_two_measurements(across, upward):
    points = iris(across, upward)
    flowers = plotly.data.iris()
    species = {"setosa": 0, "versicolor": 1, "virginica": 2}
    assert [label for _x1, _x2, label in points] == [
        species[s] for s in flowers.species
    ]
    for axis, name in enumerate((across, upward)):
        column = flowers[name]
        share = (column - column.min()) / (column.max() - column.min())
        found = [point[axis] for point in points]
        assert found == pytest.approx((2 * share - 1) * FILL, abs=4e-4)


def test_iris_fits_into_the_link():
    points = iris(*IRIS[:2])
    assert points == snapped(points)
    assert len(points) == 150
