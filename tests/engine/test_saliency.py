import pytest
import torch

from engine.lenet import load, new
from engine.saliency import covered, gradient, occlude, occlusion


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


class Brightest(torch.nn.Module):
    """Two answers: the sum of a picture's left half and that of its right half."""

    def forward(self, pictures):
        middle = pictures.shape[3] // 2
        halves = (pictures[..., :middle], pictures[..., middle:])
        return torch.stack([half.sum(dim=(1, 2, 3)) for half in halves], dim=1)


def test_occlude_works_for_any_network_and_any_picture():
    picture = torch.zeros(1, 3, 6, 10)
    picture[0, :, 2, 1] = 1  # the only light: three channels at one place
    found = occlude(Brightest(), picture, 0, size=3, fill=0.0)
    assert found.shape == (6, 10)
    drop = torch.tensor(3.0).sigmoid().item() - 0.5
    expected = torch.zeros(6, 10)
    expected[1:4, 0:3] = drop  # every square that covers it
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(
        occlude(Brightest(), picture, 1, size=3, fill=0.0), -expected
    )


def test_occlude_hides_behind_the_level_asked_for():
    picture = torch.full((1, 3, 8, 8), 0.5)
    same = occlude(Brightest(), picture, 0, size=3, fill=0.5)
    assert same.abs().max() < 1e-6
    bright = occlude(Brightest(), picture, 0, size=3, fill=1.0)
    assert bright[4, 1] < -0.1 < 0.1 < bright[4, 6]


@pytest.mark.parametrize(
    ("shape", "answer", "size", "message"),
    [
        pytest.param((3, 8, 8), 0, 3, r"\[1, C, H, W\], got \[3, 8, 8\]", id="batch"),
        pytest.param((2, 3, 8, 8), 0, 3, r"got \[2, 3, 8, 8\]", id="two"),
        pytest.param((1, 3, 8, 9), 0, 9, r"lie in \[1, 7\], got 9", id="size"),
        pytest.param((1, 3, 8, 8), 0, 4, "odd", id="even"),
        pytest.param((1, 3, 8, 8), 2, 3, r"\[0, 1\], got 2", id="answer"),
        pytest.param((1, 3, 8, 8), -1, 3, "got -1", id="negative"),
    ],
)
def test_occlude_refuses_other_input(shape, answer, size, message):
    with pytest.raises(ValueError, match=message):
        occlude(Brightest(), torch.zeros(shape), answer, size=size, fill=0.0)


def test_covered_says_everything_at_every_stride():
    picture = torch.rand(1, 3, 6, 10, generator=torch.Generator().manual_seed(1))
    net = Brightest()
    fine = covered(net, picture, size=3, fill=0.5)
    assert fine.shape == (6, 10, 2)
    loss = net(picture).softmax(dim=1)[0, 1] - fine[..., 1]
    torch.testing.assert_close(loss, occlude(net, picture, 1, size=3, fill=0.5))
    for stride in (2, 3):
        coarse = covered(net, picture, size=3, fill=0.5, stride=stride)
        torch.testing.assert_close(
            coarse, fine[stride // 2 :: stride, stride // 2 :: stride]
        )


@pytest.mark.parametrize("stride", [0, -1, 7])
def test_covered_refuses_other_strides(stride):
    with pytest.raises(ValueError, match=f"stride must lie in .* got {stride}"):
        covered(Brightest(), torch.zeros(1, 3, 6, 10), size=3, fill=0.0, stride=stride)
