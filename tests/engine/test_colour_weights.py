import pytest
import torch
from torch.nn import functional

from engine import cifar, colour_net
from engine.colour_net import LAYERS
from engine.patches import same_pictures
from playground.data import cifar_pictures
from tests.data_sets import data_set

CIFAR = data_set("cifar10", cifar.present)


@pytest.fixture(scope="module")
def net():
    return colour_net.load()


def test_load_gives_a_frozen_network_from_a_small_file(net):
    assert not net.training
    assert not any(parameter.requires_grad for parameter in net.parameters())
    assert {parameter.dtype for parameter in net.parameters()} == {torch.float32}
    assert (colour_net.WEIGHTS / "colour_net.pt").stat().st_size <= 300_000


def test_load_gives_every_caller_its_own_copy(net):
    colour_net.load().c1.weight.zero_()
    assert colour_net.load().c1.weight.any()


def test_card_states_what_the_network_is_and_enough_accuracy(net):
    card = colour_net.card()
    assert card["parameters"] == sum(p.numel() for p in net.parameters())
    assert card["test_pictures"] == 10_000
    assert card["test_accuracy"] >= 0.75
    confusion = torch.tensor(card["test_confusion"])
    assert confusion.sum(dim=1).tolist() == [1000] * 10
    assert confusion.diag().sum() == pytest.approx(card["test_accuracy"] * 10_000)
    assert card["kept_out_accuracy"] == colour_net.checkpoints()[-1].accuracy


def test_checkpoints_lead_from_noise_to_the_shipped_filters(net):
    found = colour_net.checkpoints()
    epochs = [checkpoint.epoch for checkpoint in found]
    assert epochs == sorted(set(epochs))
    assert (epochs[0], epochs[-1]) == (0, colour_net.card()["recipe"]["epochs"])
    assert all(checkpoint.filters.shape == (24, 3, 7, 7) for checkpoint in found)
    assert torch.equal(found[-1].filters, net.c1.weight)
    assert found[0].accuracy < 0.2
    assert found[-1].accuracy > 0.75
    assert max(range(len(found)), key=lambda i: found[i].accuracy) > len(found) - 5


def test_the_trained_filters_are_smooth_where_the_untrained_are_noise():
    """Neighbouring weights agree once trained: edges and blobs, no grain."""

    def agreement(filters):
        left, right = filters[..., :-1].flatten(1), filters[..., 1:].flatten(1)
        return functional.cosine_similarity(left, right).median().item()

    first, *_, last = colour_net.checkpoints()
    assert abs(agreement(first.filters)) < 0.15
    assert agreement(last.filters) > 0.4


def test_top_patches_name_nine_places_of_different_pictures_for_every_unit():
    found = colour_net.top_patches()
    for name, layer in LAYERS.items():
        assert len(found[name]) == layer.filters
        for rows in found[name]:
            assert len({row.image for row in rows}) == len(rows) == 9
            assert all(0 <= row.image < 10_000 for row in rows)
            assert all(0 <= at < layer.size for row in rows for at in row[1:3])
            scores = [row.score for row in rows]
            assert scores == sorted(scores, reverse=True)
            assert scores[-1] > 0


if CIFAR is not None:

    @pytest.fixture(scope="module")
    def tests():
        return cifar_pictures(CIFAR, "test")

    def test_the_shipped_network_answers_as_its_card_says(net, tests):
        """One test picture in ten, each class alike."""
        images, labels = tests.images[::10], tests.labels[::10]
        with torch.no_grad():
            answers = net(images.float() / 255).argmax(dim=1)
        accuracy = (answers == labels).float().mean().item()
        assert accuracy == pytest.approx(colour_net.card()["test_accuracy"], abs=0.04)
        assert accuracy >= 0.75

    def test_the_index_of_patches_holds_on_the_pictures(net, tests):
        """The units answer there as stated, and nowhere else more."""
        assert same_pictures(tests.images, colour_net.brightness())
        found = colour_net.top_patches()
        others = tests.images[::25].float() / 255
        with torch.no_grad():
            elsewhere = {s.name: s.value for s in net.stages(others)}
        for name in LAYERS:
            units = range(0, LAYERS[name].filters, 8)
            rows = [row for unit in units for row in found[name][unit]]
            images = tests.images[[row.image for row in rows]].float() / 255
            with torch.no_grad():
                said = next(s.value for s in net.stages(images) if s.name == name)
            for at, row in enumerate(rows):
                here = said[at, units[at // 9]]
                assert here[row.row, row.column] == pytest.approx(row.score, abs=0.01)
                assert here.max() == pytest.approx(row.score, abs=0.01)
            for unit in units:
                least = found[name][unit][-1].score
                above = elsewhere[name][:, unit].flatten(1).max(dim=1).values > least
                listed = sum(row.image % 25 == 0 for row in found[name][unit])
                assert above.sum() <= listed
