import io
import zipfile
from itertools import permutations

import numpy as np
import plotly.data
import pytest
from PIL import Image

from playground.data import (
    IRIS,
    VARIABLE,
    cifar_directory,
    cifar_pictures,
    iris,
    mnist_directory,
)
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


def test_cifar_directory_stands_beside_that_for_mnist(tmp_path, monkeypatch):
    (tmp_path / "cifar10").mkdir()
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert cifar_directory() == tmp_path / "cifar10"
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cifar_directory() == tmp_path / "deep-learning-playground" / "cifar10"


def packed(folder, content):
    with zipfile.ZipFile(folder / "pictures.zip", "w") as file:
        file.writestr("test/frog/0000.jpg", content)
    return folder


def jpeg(size, *, kind="JPEG", mode="RGB"):
    file = io.BytesIO()
    level = (200, 100, 50) if mode == "RGB" else 90
    Image.new(mode, size, level).save(file, kind, quality=100)
    return file.getvalue()


def test_cifar_pictures_decodes_red_green_and_blue(tmp_path):
    found = cifar_pictures(packed(tmp_path, jpeg((32, 32))), "test")
    assert found.labels.tolist() == [6]
    means = found.images[0].float().mean(dim=(1, 2)).numpy()
    assert np.abs(means - [200, 100, 50]).max() <= 2


def test_cifar_pictures_makes_grey_files_coloured(tmp_path):
    found = cifar_pictures(packed(tmp_path, jpeg((32, 32), mode="L")), "test")
    assert found.images.shape == (1, 3, 32, 32)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(jpeg((20000, 32)), r"32 x 32, got \(20000, 32\)", id="size"),
        pytest.param(jpeg((32, 32), kind="PNG"), "cannot be decoded", id="PNG"),
        pytest.param(b"no picture", "cannot be decoded", id="text"),
        pytest.param(jpeg((32, 32))[:-200], "cannot be decoded", id="cut"),
        pytest.param(b"", "cannot be decoded", id="empty"),
    ],
)
def test_cifar_pictures_refuses_other_files(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        cifar_pictures(packed(tmp_path, content), "test")


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
