import math
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch.nn import functional

from engine import lenet, mnist
from engine.ink import Steps
from engine.lenet import VARIANTS
from engine.lenet_training import drawn_set, evaluate
from engine.strokes import drawings, handwritten, render
from tests.data_sets import data_set

MNIST = data_set("mnist", mnist.present)


@pytest.fixture(scope="module")
def net():
    return lenet.load()


@pytest.fixture(scope="module")
def picture():
    return torch.randn(1, 1, 32, 32, generator=torch.Generator().manual_seed(5))


@pytest.mark.parametrize("variant", VARIANTS)
def test_lenet_has_61706_parameters_in_seven_named_layers(variant):
    net = lenet.new(variant, 0)
    assert sum(parameter.numel() for parameter in net.parameters()) == 61_706
    assert [name for name, _ in net.named_children()] == list(lenet.LAYERS)


def test_lenet_agrees_with_the_same_layers_in_functional_form(net, picture):
    w = net.state_dict()
    x = functional.conv2d(picture, w["c1.weight"], w["c1.bias"]).relu()
    x = functional.avg_pool2d(x, 2)
    x = functional.conv2d(x, w["c3.weight"], w["c3.bias"]).relu()
    x = functional.avg_pool2d(x, 2).flatten(1)
    for name in ("c5", "f6"):
        x = functional.linear(x, w[f"{name}.weight"], w[f"{name}.bias"]).relu()
    x = functional.linear(x, w["output.weight"], w["output.bias"])
    torch.testing.assert_close(net(picture), x)


def test_new_repeats_itself_for_a_seed_and_leaves_shared_randomness_alone():
    before = torch.get_rng_state()
    first, again, other = (lenet.new("relu", seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first.c5.weight, again.c5.weight)
    assert not torch.equal(first.c5.weight, other.c5.weight)
    assert not first.c1.bias.any()
    assert all(parameter.requires_grad for parameter in first.parameters())


@pytest.mark.parametrize(
    ("variant", "bound"), [("relu", math.sqrt(6 / 400)), ("tanh", math.sqrt(6 / 520))]
)
def test_new_draws_weights_from_the_range_of_its_initialisation(variant, bound):
    largest = lenet.new(variant, 0).c5.weight.abs().max().item()
    assert largest == pytest.approx(bound, rel=0.01)
    assert largest <= bound


@pytest.mark.parametrize(
    "call",
    [lambda v: lenet.new(v, 0), lenet.load, lenet.card],
    ids=["new", "load", "c"],
)
def test_unknown_variants_are_refused(call):
    with pytest.raises(ValueError, match=r"one of \('relu', 'tanh'\), got 'gelu'"):
        call("gelu")


@pytest.mark.parametrize("call", [lenet.load, lenet.card])
def test_missing_weights_are_told_with_the_command_that_makes_them(
    call, monkeypatch, tmp_path
):
    monkeypatch.setattr(lenet, "WEIGHTS", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"lenet_tanh.*playground train lenet"):
        call("tanh")


@pytest.mark.parametrize("variant", VARIANTS)
def test_load_gives_a_frozen_network_from_a_small_file(variant):
    net = lenet.load(variant)
    assert not net.training
    assert net.variant == variant
    assert not any(parameter.requires_grad for parameter in net.parameters())
    assert (lenet.WEIGHTS / f"lenet_{variant}.pt").stat().st_size <= 300_000


def test_load_gives_every_caller_its_own_copy():
    first, second = lenet.load(), lenet.load()
    first.c1.weight.zero_()
    assert second.c1.weight.any()


@pytest.mark.parametrize(("variant", "least"), [("relu", 0.993), ("tanh", 0.99)])
def test_card_states_enough_on_mnist_and_on_drawings(variant, least):
    card = lenet.card(variant)
    assert card["parameters"] == 61_706
    assert card["test_pictures"] == 10_000
    assert card["test_accuracy"] >= least
    assert card["drawn_pictures"] >= 2000
    assert card["drawn_accuracy"] >= 0.97
    confusion = torch.tensor(card["test_confusion"])
    assert confusion.sum() == 10_000
    assert confusion.diag().sum() == pytest.approx(card["test_accuracy"] * 10_000)
    assert card["recipe"]["variant"] == variant


def test_shipped_networks_read_the_drawings_their_cards_count():
    card = lenet.card()
    pictures, digits = drawn_set(card["drawn_pictures"], card["drawn_seed"])
    for variant in VARIANTS:
        accuracy, _ = evaluate(lenet.load(variant), pictures, digits)
        stated = lenet.card(variant)["drawn_accuracy"]
        assert accuracy == pytest.approx(stated, abs=0.002)
        assert accuracy >= 0.97


if MNIST is not None:

    @pytest.mark.parametrize(("variant", "least"), [("relu", 0.993), ("tanh", 0.99)])
    def test_shipped_networks_read_mnist_as_their_cards_say(variant, least):
        images, labels = mnist.read(MNIST, "test")
        pictures = lenet.from_mnist(images)
        accuracy, confusion = evaluate(lenet.load(variant), pictures, labels)
        stated = torch.tensor(lenet.card(variant)["test_confusion"])
        assert (confusion - stated).abs().sum() <= 4  # rounding on another machine
        assert accuracy >= least


def test_from_mnist_adds_the_border_and_the_range():
    images = torch.zeros(2, 28, 28, dtype=torch.uint8)
    images[1, 0, 27] = 255
    found = lenet.from_mnist(images)
    assert found.shape == (2, 1, 32, 32)
    assert found[1, 0, 2, 29] == pytest.approx(1.175)
    assert found.sum() == pytest.approx(2 * 1024 * -0.1 + 1.275, rel=1e-4)


@pytest.mark.parametrize(
    "images",
    [torch.zeros(2, 28, 28), torch.zeros(28, 28, dtype=torch.uint8)],
    ids=["float", "no batch"],
)
def test_from_mnist_refuses_other_pictures(images):
    with pytest.raises(ValueError, match=r"uint8 \[N, 28, 28\], got"):
        lenet.from_mnist(images)


def test_classify_reads_a_drawing():
    drawing = render(handwritten(8, 2))
    found = lenet.classify(drawing)
    assert found.shape == (10,)
    assert found.sum().item() == pytest.approx(1, abs=1e-5)
    assert found.argmax() == 8
    torch.testing.assert_close(found, lenet.classify(drawing, net=lenet.load()))


def test_classify_obeys_net_and_steps():
    drawing = next(drawings(1, 3))[0]
    plain = lenet.classify(drawing)
    assert not torch.equal(plain, lenet.classify(drawing, net=lenet.new("tanh", 0)))
    rough = lenet.classify(drawing, steps=Steps(antialias=False, centre=False))
    assert not torch.equal(plain, rough)


def test_classify_may_be_called_by_many_threads_at_once():
    pictures = [picture for picture, _ in drawings(40, 9)]
    alone = [lenet.classify(picture) for picture in pictures]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lenet.classify, pictures))
    for one, other in zip(alone, together, strict=True):
        torch.testing.assert_close(one, other)


def test_classify_reads_most_drawings_worse_without_preparation(net):
    raw = Steps(crop=False, fit=False, antialias=False, centre=False)

    def share(steps):
        hits = [
            lenet.classify(picture, net=net, steps=steps).argmax().item() == digit
            for picture, digit in drawings(200, 31)
        ]
        return sum(hits) / len(hits)

    assert share(Steps()) > share(raw) + 0.1


def test_activations_have_the_shapes_of_the_paper(net):
    found = lenet.activations(net, torch.zeros(3, 1, 32, 32))
    assert {name: tuple(value.shape[1:]) for name, value in found.items()} == {
        "c1": (6, 28, 28),
        "s2": (6, 14, 14),
        "c3": (16, 10, 10),
        "s4": (16, 5, 5),
        "c5": (120,),
        "f6": (84,),
        "output": (10,),
    }
    assert all(found[name].min() >= 0 for name in ("c1", "c3", "c5", "f6"))


def test_activations_end_in_the_logits(net, picture):
    torch.testing.assert_close(lenet.activations(net, picture)["output"], net(picture))


def test_activations_refuse_other_pictures(net):
    with pytest.raises(ValueError, match=r"\[N, 1, 32, 32\], got \[1, 28, 28\]"):
        lenet.activations(net, torch.zeros(1, 28, 28))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    ("layer", "channel", "row", "column"),
    [("c1", 0, 0, 0), ("c1", 5, 27, 13), ("c3", 15, 9, 0), ("c3", 3, 4, 9)],
)
def test_explain_agrees_with_the_convolution(
    picture, variant, layer, channel, row, column
):
    net = lenet.load(variant)
    cell = lenet.explain(net, picture, layer, channel, row, column)
    said = {"c1": picture} | {"c3": lenet.activations(net, picture)["s2"]}
    convolution = getattr(net, layer)
    oracle = functional.conv2d(said[layer], convolution.weight, convolution.bias)
    expected = oracle[0, channel, row, column].item()
    assert cell.patch.shape == cell.kernel.shape == cell.products.shape
    assert cell.total == pytest.approx(expected, abs=1e-4)
    assert cell.value == pytest.approx(
        lenet.ACTIVATIONS[variant](torch.tensor(expected)).item(), abs=1e-4
    )
    torch.testing.assert_close(cell.products, cell.patch * cell.kernel)
    assert cell.total == pytest.approx(cell.products.sum().item() + cell.bias)


@pytest.mark.parametrize(("layer", "source"), [("s2", "c1"), ("s4", "c3")])
def test_explain_shows_pooling_as_four_quarters(net, picture, layer, source):
    cell = lenet.explain(net, picture, layer, 2, 4, 3)
    before = lenet.activations(net, picture)[source]
    assert cell.patch.tolist() == before[0, 2:3, 8:10, 6:8].tolist()
    assert cell.kernel.tolist() == [[[0.25, 0.25], [0.25, 0.25]]]
    assert cell.bias == 0
    assert cell.total == cell.value == pytest.approx(cell.patch.mean().item())


@pytest.mark.parametrize(
    ("layer", "place", "message"),
    [
        pytest.param("c5", (0, 0, 0), "layer must be one of", id="no maps"),
        pytest.param("c1", (6, 0, 0), r"\(6, 28, 28\), from 0, got", id="channel"),
        pytest.param("c1", (0, 28, 0), r"got \(0, 28, 0\)", id="row"),
        pytest.param("s4", (0, 0, -1), r"\(16, 5, 5\)", id="negative"),
    ],
)
def test_explain_refuses_places_outside_the_maps(net, picture, layer, place, message):
    with pytest.raises(ValueError, match=message):
        lenet.explain(net, picture, layer, *place)


def test_table_counts_what_the_paper_counts():
    rows = lenet.table()
    assert [row.name for row in rows] == list(lenet.LAYERS)
    assert [row.parameters for row in rows] == [156, 0, 2416, 0, 48120, 10164, 850]
    assert sum(row.parameters for row in rows) == 61_706
    assert [row.shape for row in rows][:3] == [(6, 28, 28), (6, 14, 14), (16, 10, 10)]
    connections = [row.connections for row in rows]
    assert connections == [122_304, 4_704, 241_600, 1_600, 48_120, 10_164, 850]
    multiplies = [row.multiplies for row in rows]
    assert multiplies == [117_600, 4_704, 240_000, 1_600, 48_000, 10_080, 840]


@pytest.mark.parametrize(
    ("probabilities", "bits"),
    [
        pytest.param([1.0, 0.0, 0.0], 0, id="certain"),
        pytest.param([0.5, 0.5], 1, id="coin"),
        pytest.param([0.1] * 10, math.log2(10), id="ten equal digits"),
        pytest.param([0.5, 0.25, 0.25], 1.5, id="uneven"),
    ],
)
def test_entropy_is_in_bits(probabilities, bits):
    found = lenet.entropy(torch.tensor(probabilities))
    assert found == pytest.approx(bits, abs=1e-6)
