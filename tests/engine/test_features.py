import pytest
import torch

from engine.features import FEATURES, expand, labels

POINTS = torch.tensor([[2.0, 3.0], [-1.0, 0.5], [0.0, 0.0]])
SINGLE = {
    "x1": (lambda x, y: x, "x₁"),
    "x2": (lambda x, y: y, "x₂"),
    "x1_squared": (lambda x, y: x**2, "x₁²"),
    "x2_squared": (lambda x, y: y**2, "x₂²"),
    "x1_x2": (lambda x, y: x * y, "x₁x₂"),
    "sin_x1": (lambda x, y: torch.sin(x), "sin x₁"),
    "sin_x2": (lambda x, y: torch.sin(y), "sin x₂"),
    "cos_x1": (lambda x, y: torch.cos(x), "cos x₁"),
    "cos_x2": (lambda x, y: torch.cos(y), "cos x₂"),
}


def test_the_list_is_the_one_agreed_on():
    assert list(FEATURES) == [*SINGLE, *(f"degree_{n}" for n in range(1, 9))]


@pytest.mark.parametrize("name", SINGLE)
def test_single_features(name):
    function, label = SINGLE[name]
    assert labels((name,)) == [label]
    torch.testing.assert_close(expand(POINTS, (name,))[:, 0], function(*POINTS.T))


def test_features_keep_the_order_asked_for():
    names = ("sin_x2", "x1", "x1_x2")
    assert labels(names) == ["sin x₂", "x₁", "x₁x₂"]
    expected = torch.stack([expand(POINTS, (name,))[:, 0] for name in names], dim=1)
    assert torch.equal(expand(POINTS, names), expected)


def test_degree_three_by_hand():
    assert labels(("degree_3",)) == [
        *("x₁", "x₂", "x₁²/3", "x₁x₂/3", "x₂²/3"),
        *("x₁³/3²", "x₁²x₂/3²", "x₁x₂²/3²", "x₂³/3²"),
    ]
    expected = [2, 3, 4 / 3, 6 / 3, 9 / 3, 8 / 9, 12 / 9, 18 / 9, 27 / 9]
    found = expand(POINTS, ("degree_3",))[0]
    torch.testing.assert_close(found, torch.tensor(expected))


@pytest.mark.parametrize("degree", range(1, 9))
def test_degrees_have_all_products_once_and_stay_in_the_plane(degree):
    names = (f"degree_{degree}",)
    written = labels(names)
    assert len(written) == (degree + 1) * (degree + 2) // 2 - 1
    assert len(set(written)) == len(written)
    points = torch.rand(200, 2, generator=torch.Generator().manual_seed(0)) * 6 - 3
    found = expand(points, names)
    assert found.shape == (200, len(written))
    assert found.dtype == torch.float32
    assert found.abs().max() <= 3.0001
    # Independent columns: no product is there twice in disguise.
    assert torch.linalg.matrix_rank(found.double()) == len(written)


def test_no_points_give_no_rows():
    assert expand(torch.zeros(0, 2), ("x1", "degree_2")).shape == (0, 6)


@pytest.mark.parametrize("names", [(), ("x3",), ("x1", "degree_9")])
def test_unknown_names_are_refused(names):
    for call in (lambda: labels(names), lambda: expand(POINTS, names)):
        with pytest.raises(ValueError, match="names must be at least one of"):
            call()


@pytest.mark.parametrize("shape", [(2,), (3, 3), (1, 2, 2)])
def test_what_is_not_in_the_plane_is_refused(shape):
    with pytest.raises(ValueError, match=r"points must be \[M, 2\], got"):
        expand(torch.zeros(shape), ("x1",))
