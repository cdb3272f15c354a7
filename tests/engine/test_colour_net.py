import copy

import pytest
import torch
from torch.nn import functional

from engine import colour_net
from engine.colour_learner import new_learner
from engine.colour_net import LAYERS, activations, window


@pytest.fixture(scope="module")
def net():
    """An untrained network whose filters answer, some above and some below 0."""
    return new_learner(torch.Generator().manual_seed(0)).eval().fold()


@pytest.fixture(scope="module")
def picture():
    generator = torch.Generator().manual_seed(5)
    return torch.rand(3, 32, 32, generator=generator)


@pytest.mark.parametrize(
    "call",
    [
        colour_net.load,
        colour_net.card,
        colour_net.checkpoints,
        colour_net.top_patches,
        colour_net.brightness,
    ],
)
def test_missing_files_are_told_with_the_command_that_makes_them(
    call, monkeypatch, tmp_path
):
    monkeypatch.setattr(colour_net, "WEIGHTS", tmp_path)
    with pytest.raises(FileNotFoundError, match="make it with: playground train cifar"):
        call()


def test_activations_agree_with_the_same_layers_in_functional_form(net, picture):
    w = net.state_dict()
    x = ((picture - 0.5) / 0.25)[None]
    expected = {}
    for name, padding in (("c1", 3), ("c2", 1), ("c3", 1), ("c4", 1)):
        weight, bias = w[f"{name}.weight"], w[f"{name}.bias"]
        x = functional.conv2d(x, weight, bias, padding=padding).relu()
        expected[name] = x[0]
        if name in ("c1", "c2"):
            x = functional.max_pool2d(x, 2)
            expected["p" + name[1]] = x[0]
    expected["mean"] = x.mean(dim=(2, 3))[0]
    logits = functional.linear(expected["mean"], w["output.weight"], w["output.bias"])
    expected |= {"output": logits, "probabilities": logits.softmax(dim=0)}
    found = activations(net, picture)
    assert list(found) == [
        *("c1", "p1", "c2", "p2", "c3", "c4"),
        *("mean", "output", "probabilities"),
    ]
    for name, value in expected.items():
        torch.testing.assert_close(found[name], value)
    torch.testing.assert_close(net(picture[None])[0], logits)


def test_layers_say_how_many_maps_there_are_and_how_large(net, picture):
    found = activations(net, picture)
    for name, layer in LAYERS.items():
        assert found[name].shape == (layer.filters, layer.size, layer.size)
    assert len(found["probabilities"]) == len(colour_net.CLASSES)


def test_totals_are_what_relu_is_given(net, picture):
    for name in LAYERS:
        total = net.totals(picture[None], name)[0]
        torch.testing.assert_close(total.relu(), activations(net, picture)[name])
        assert total.min() < 0


@pytest.mark.parametrize("layer", LAYERS)
def test_switching_a_filter_off_silences_its_map_and_only_later_layers(
    net, picture, layer
):
    before = activations(net, picture)
    strongest = before[layer].flatten(1).sum(dim=1).argmax().item()
    after = activations(net, picture, off={(layer, strongest)})
    assert not after[layer][strongest].any()
    others = [unit for unit in range(LAYERS[layer].filters) if unit != strongest]
    assert torch.equal(after[layer][others], before[layer][others])
    names = list(before)
    for name in names[: names.index(layer)]:
        assert torch.equal(after[name], before[name])
    assert not torch.equal(after["probabilities"], before["probabilities"])
    assert after["probabilities"].sum().item() == pytest.approx(1, abs=1e-5)


def test_switching_everything_off_leaves_the_biases_of_the_output(net, picture):
    everything = [("c4", unit) for unit in range(LAYERS["c4"].filters)]
    found = activations(net, picture, off=everything)
    torch.testing.assert_close(found["output"], net.output.bias)


@pytest.mark.parametrize(
    ("off", "message"),
    [
        pytest.param(("p1", 0), "layer must be one of .* got 'p1'", id="layer"),
        pytest.param(("c1", 24), r"\[0, 23\] in c1, got 24", id="unit"),
        pytest.param(("c4", -1), r"\[0, 95\] in c4, got -1", id="negative"),
    ],
)
def test_activations_refuse_filters_that_are_not_there(net, picture, off, message):
    with pytest.raises(ValueError, match=message):
        activations(net, picture, off=[off])


@pytest.mark.parametrize(
    "picture",
    [torch.zeros(1, 3, 32, 32), torch.zeros(3, 32, 32).byte(), torch.zeros(3, 48, 48)],
    ids=["batch", "bytes", "size"],
)
def test_activations_refuse_other_pictures(net, picture):
    with pytest.raises(ValueError, match=r"float \[3, 32, 32\], got"):
        activations(net, picture)


@pytest.mark.parametrize("cell", [(0, 0), (3, 2), (7, 7)])
@pytest.mark.parametrize("layer", LAYERS)
def test_window_is_what_the_slope_reaches(net, layer, cell):
    """Exactly the pixels of the window, and no other, can move the cell."""
    exact = copy.deepcopy(net).double()
    top, left, side = window(layer, *cell)
    reached = torch.zeros(32, 32, dtype=torch.bool)
    for seed in range(8):  # pooling passes on one of four: several pictures see all
        generator = torch.Generator().manual_seed(seed)
        pixels = torch.rand(1, 3, 32, 32, generator=generator, dtype=torch.float64)
        total = exact.totals(pixels.requires_grad_(), layer)[0, :, *cell].sum()
        (slope,) = torch.autograd.grad(total, pixels)
        reached |= slope[0].abs().sum(dim=0) > 0
    rows, columns = (axis.unique() for axis in reached.nonzero(as_tuple=True))
    assert (rows.min(), rows.max()) == (max(top, 0), min(top + side, 32) - 1)
    assert (columns.min(), columns.max()) == (max(left, 0), min(left + side, 32) - 1)
    assert side == LAYERS[layer].receptive_field


@pytest.mark.parametrize(
    ("place", "message"),
    [(("p1", 0, 0), "got 'p1'"), (("c2", 16, 0), r"\[0, 15\], got \(16, 0\)")],
)
def test_window_refuses_cells_that_are_not_there(place, message):
    with pytest.raises(ValueError, match=message):
        window(*place)
