import pytest
import torch

from engine.colour_learner import jostle, new_learner
from engine.colour_net import LAYERS, ColourNet


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def learner():
    """A learner whose normalisation has seen something, so that folding matters."""
    net = new_learner(generator())
    net(torch.rand(8, 3, 32, 32, generator=generator(1)))
    for name in LAYERS:
        norm = getattr(net, f"norm_{name}")
        norm.weight.data.uniform_(-1, 2, generator=generator(2))
        norm.bias.data.uniform_(-1, 1, generator=generator(3))
    return net.eval()


def test_fold_answers_as_the_learner_does(learner):
    pictures = torch.rand(4, 3, 32, 32, generator=generator(4))
    folded = learner.fold()
    assert isinstance(folded, ColourNet)
    assert not folded.training
    assert not any(parameter.requires_grad for parameter in folded.parameters())
    with torch.no_grad():
        expected = learner(pictures)
    torch.testing.assert_close(folded(pictures), expected, rtol=1e-4, atol=1e-4)


def test_fold_gives_a_copy_that_learning_does_not_touch(learner):
    folded = learner.fold()
    before = folded.output.weight.clone()
    learner.output.weight.data.zero_()
    assert torch.equal(folded.output.weight, before)


def test_new_learner_repeats_itself_and_leaves_shared_randomness_alone():
    before = torch.get_rng_state()
    first, again, other = (new_learner(generator(seed)) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first.c3.weight, again.c3.weight)
    assert not torch.equal(first.c3.weight, other.c3.weight)
    assert not first.output.bias.any()
    spread = first.c1.weight.std().item()
    assert spread == pytest.approx((2 / (24 * 49)) ** 0.5, rel=0.05)


def test_jostle_moves_by_at_most_three_pixels_and_mirrors_half():
    image = torch.randint(0, 256, (3, 32, 32), generator=generator(5))
    images = image.to(torch.uint8).expand(200, -1, -1, -1)
    found = (jostle(images, generator(6)) * 255).round().to(torch.uint8)
    assert found.shape == images.shape
    padded = torch.nn.functional.pad(image[None].float(), [3] * 4, mode="reflect")[0]
    views = {
        (down, right, mirrored): padded[:, down : down + 32, right : right + 32]
        .flip(2 if mirrored else ())
        .to(torch.uint8)
        for down in range(7)
        for right in range(7)
        for mirrored in (False, True)
    }
    seen = [
        next(key for key, view in views.items() if torch.equal(view, one))
        for one in found
    ]
    assert {key[0] for key in seen} == {key[1] for key in seen} == set(range(7))
    assert sum(key[2] for key in seen) == pytest.approx(100, abs=30)


def test_jostle_keeps_the_range_and_repeats_itself():
    images = torch.tensor([0, 255]).to(torch.uint8).view(2, 1, 1, 1)
    images = images.expand(2, 3, 32, 32)
    found = jostle(images, generator())
    assert found.flatten(1).mean(dim=1).tolist() == [0, 1]
    assert torch.equal(found, jostle(images, generator()))
