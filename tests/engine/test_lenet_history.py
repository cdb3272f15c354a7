"""The convolutions of LeNet-5 over their training."""

import pytest
import torch

from engine import lenet, lenet_history
from engine.ink import prepare
from engine.lenet_history import Watched
from engine.lenet_training import Recipe, Training
from engine.strokes import handwritten, render


@pytest.mark.parametrize("variant", lenet.VARIANTS)
def test_the_stored_run_begins_as_its_card_says_and_ends_with_the_shipped_weights(
    variant,
):
    kept = lenet_history.checkpoints(variant)
    card = lenet.card(variant)
    first, last = (
        lenet.new(variant, card["recipe"]["seed"]).state_dict(),
        lenet.load(variant).state_dict(),
    )
    for name in lenet_history.KEPT:
        torch.testing.assert_close(kept[0].weights[name], first[name].half().float())
        torch.testing.assert_close(kept[-1].weights[name], last[name].half().float())
    epochs = [one.epoch for one in kept]
    assert epochs == sorted(epochs)
    assert set(range(card["recipe"]["epochs"] + 1)) <= set(epochs)
    assert kept[-1].accuracy == pytest.approx(card["test_accuracy"], abs=1e-6)
    assert kept[0].accuracy < 0.2


@pytest.mark.parametrize("variant", lenet.VARIANTS)
def test_maps_at_the_end_are_those_of_the_trained_network(variant):
    drawing = render(handwritten(8, seed=14))
    picture = prepare(drawing)
    said = lenet.activations(lenet.load(variant), picture)
    kept = lenet_history.checkpoints(variant)[-1]
    found = lenet_history.maps(kept, variant, picture[0])
    for layer in ("c1", "c3"):
        torch.testing.assert_close(found[layer], said[layer][0], atol=5e-3, rtol=0)


def watched(resume=None):
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (60, 28, 28), generator=generator).byte()
    labels = torch.arange(60) % 10
    recipe = Recipe(epochs=2, batch_size=10)
    training = Training(recipe, images, labels, resume=resume)
    return Watched(training, lenet.from_mnist(images), labels, resume)


def test_a_watched_training_is_looked_at_early_and_after_every_epoch():
    run = watched()
    list(run.run())
    assert [one.epoch for one in run.checkpoints] == [0.0, 5 / 6, 1.0, 2.0]
    stored = lenet_history.packed(run.checkpoints)
    assert stored["c3.weight"].shape == (4, 16, 6, 5, 5)
    assert not torch.equal(stored["c1.weight"][0], stored["c1.weight"][-1])


def test_a_watched_training_goes_on_as_if_it_had_not_been_left():
    whole = watched()
    list(whole.run())
    broken = watched()
    for step in broken.run():
        if step.index == 8:  # within the second epoch
            break
    resumed = watched(broken.state())
    list(resumed.run())
    assert len(resumed.checkpoints) == len(whole.checkpoints)
    for one, other in zip(resumed.checkpoints, whole.checkpoints, strict=True):
        assert (one.epoch, one.accuracy) == (other.epoch, other.accuracy)
        for name in lenet_history.KEPT:
            assert torch.equal(one.weights[name], other.weights[name])


def test_checkpoints_of_unknown_or_missing_networks_are_refused(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="variant must be one of"):
        lenet_history.checkpoints("sigmoid")
    monkeypatch.setattr(lenet, "WEIGHTS", tmp_path)
    with pytest.raises(FileNotFoundError, match="playground train lenet"):
        lenet_history.checkpoints("relu")
