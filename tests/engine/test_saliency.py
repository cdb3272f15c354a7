import pytest
import torch

from engine.lenet import load, new
from engine.saliency import gradient, occlusion


@pytest.fixture(scope="module")
def net():
    return new("tanh", 0).double().eval()


@pytest.fixture(scope="module")
def picture():
    generator = torch.Generator().manual_seed(1)
    return torch.rand(1, 1, 32, 32, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("digit", [0, 7])
def test_gradient_agrees_with_numeric_slopes(net, picture, digit):
    found = gradient(net, picture, digit)
    assert found.shape == (32, 32)
    for row, column in [(0, 0), (3, 30), (16, 16), (31, 8)]:
        step = torch.zeros_like(picture)
        step[0, 0, row, column] = 1e-5
        with torch.no_grad():
            rise = net(picture + step)[0, digit] - net(picture - step)[0, digit]
        assert found[row, column] == pytest.approx(abs(rise.item()) / 2e-5, rel=1e-4)


def test_gradient_works_without_grad_mode_and_on_frozen_nets(picture):
    net = load()
    with torch.no_grad():
        found = gradient(net, picture.float(), 3)
    assert found.sum() > 0
    assert all(parameter.grad is None for parameter in net.parameters())


@pytest.mark.parametrize("size", [1, 5, 31])
def test_occlusion_agrees_with_covering_by_hand(net, picture, size):
    found = occlusion(net, picture, 4, size)
    assert found.shape == (32, 32)
    with torch.no_grad():
        before = net(picture).softmax(1)[0, 4]
        for row, column in [(0, 0), (16, 9), (31, 31)]:
            covered, half = picture.clone(), size // 2
            rows = slice(max(row - half, 0), row + half + 1)
            columns = slice(max(column - half, 0), column + half + 1)
            covered[:, :, rows, columns] = -0.1
            drop = before - net(covered).softmax(1)[0, 4]
            torch.testing.assert_close(found[row, column], drop)


def test_occlusion_of_background_changes_nothing(net):
    empty = torch.full((1, 1, 32, 32), -0.1, dtype=torch.float64)
    assert occlusion(net, empty, 2).abs().max() < 1e-12


@pytest.mark.parametrize("measure", [gradient, occlusion])
@pytest.mark.parametrize(
    ("shape", "digit", "message"),
    [
        pytest.param((1, 32, 32), 1, r"got \[1, 32, 32\]", id="no batch"),
        pytest.param((2, 1, 32, 32), 1, r"got \[2, 1, 32, 32\]", id="two"),
        pytest.param((1, 1, 32, 32), 10, "0 to 9, got 10", id="digit"),
        pytest.param((1, 1, 32, 32), -1, "0 to 9, got -1", id="negative"),
    ],
)
def test_saliency_refuses_other_input(net, measure, shape, digit, message):
    with pytest.raises(ValueError, match=message):
        measure(net, torch.zeros(shape), digit)


@pytest.mark.parametrize("size", [0, 2, 33, -1])
def test_occlusion_refuses_other_sizes(net, picture, size):
    with pytest.raises(ValueError, match=f"odd and lie in .* got {size}"):
        occlusion(net, picture, 0, size)
