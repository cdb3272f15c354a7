from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from engine.colour_learner import new_learner
from engine.excite import Recipe, climb

QUICK = Recipe(seed=1, steps=12, jitter=2, size=24)


@pytest.fixture(scope="module")
def net():
    return new_learner(torch.Generator().manual_seed(0)).eval().fold()


def grown(net, layer="c2", unit=5, recipe=QUICK):
    return list(climb(net, layer, unit, recipe))


@pytest.mark.parametrize("aim", ["map", "cell"])
@pytest.mark.parametrize("layer", ["c1", "c2", "c3", "c4", "output"])
def test_climb_raises_the_activation(net, layer, aim):
    steps = grown(net, layer, 3, replace(QUICK, aim=aim))
    start, middle, end = (steps[at].activation for at in (0, 6, 12))
    assert start < middle < end


def test_climb_yields_frozen_pictures_from_the_grain_on(net):
    steps = grown(net)
    assert [step.step for step in steps] == list(range(13))
    assert all(step.picture.shape == (3, 24, 24) for step in steps)
    assert all(0 <= step.picture.min() <= step.picture.max() <= 1 for step in steps)
    assert not steps[0].picture.requires_grad
    assert steps[0].picture.std() == pytest.approx(0.02, rel=0.1)
    assert all(not torch.equal(a.picture, b.picture) for a, b in pairwise(steps))


def test_climb_says_what_the_network_says_before_relu(net):
    last = grown(net)[-1]
    maps = net.totals(last.picture[None], "c2")[0, 5]
    assert last.activation == pytest.approx(maps.mean().item(), abs=1e-5)
    cell = grown(net, recipe=replace(QUICK, aim="cell"))[-1]
    maps = net.totals(cell.picture[None], "c2")[0, 5]
    assert cell.activation == pytest.approx(maps[6, 6].item(), abs=1e-5)
    label = grown(net, "output", 9)[-1]
    logit = net(label.picture[None])[0, 9].item()
    assert label.activation == pytest.approx(logit, abs=1e-5)


def test_climb_agrees_with_a_step_taken_by_hand(net):
    recipe = replace(QUICK, steps=1, jitter=0, smoothness=0.0)
    start, end = (step.picture for step in grown(net, recipe=recipe))
    pixels = start.clone().requires_grad_()
    net.totals(pixels[None], "c2")[0, 5].mean().backward()
    slope = pixels.grad / pixels.grad.square().mean().sqrt()
    torch.testing.assert_close(end, (start + 0.02 * slope).clamp(0, 1))


def test_climb_smooths_each_pixel_towards_its_four_neighbours(net):
    rough, smooth = (
        grown(net, recipe=replace(QUICK, steps=1, smoothness=share))[-1].picture
        for share in (0.0, 1.0)
    )
    inner = rough[:, :-2, 1:-1] + rough[:, 2:, 1:-1]
    inner = inner + rough[:, 1:-1, :-2] + rough[:, 1:-1, 2:]
    torch.testing.assert_close(smooth[:, 1:-1, 1:-1], inner / 4)
    corner = (2 * rough[:, 0, 0] + rough[:, 0, 1] + rough[:, 1, 0]) / 4
    torch.testing.assert_close(smooth[:, 0, 0], corner)


def test_climb_repeats_itself_for_a_seed_and_only_then(net):
    before = torch.get_rng_state()
    first, again = grown(net), grown(net)
    assert torch.equal(torch.get_rng_state(), before)
    pairs = zip(first, again, strict=True)
    assert all(torch.equal(one.picture, two.picture) for one, two in pairs)
    other = grown(net, recipe=replace(QUICK, seed=2))
    assert not torch.equal(first[-1].picture, other[-1].picture)


def test_climb_works_without_grad_mode_and_leaves_the_network_alone(net):
    before = {name: value.clone() for name, value in net.state_dict().items()}
    with torch.no_grad():
        steps = grown(net)
    assert steps[-1].activation > steps[0].activation
    assert all(torch.equal(before[k], v) for k, v in net.state_dict().items())
    assert all(parameter.grad is None for parameter in net.parameters())


def test_climb_takes_each_step_when_it_is_asked_for(net):
    steps = climb(net, "c4", 0, replace(QUICK, steps=10**9))
    assert [next(steps).step for _ in range(3)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("layer", "unit", "change", "message"),
    [
        pytest.param("p1", 0, {}, "layer must be one of .* got 'p1'", id="layer"),
        pytest.param("c1", 24, {}, r"\[0, 23\] in c1, got 24", id="unit"),
        pytest.param("output", 10, {}, r"\[0, 9\] in output, got 10", id="class"),
        pytest.param("c1", 0, {"steps": 0}, "steps must .* got 0", id="steps"),
        pytest.param("c1", 0, {"jitter": 9}, r"\[0, 8\], got 9", id="jitter"),
        pytest.param("c1", 0, {"smoothness": 1.1}, "got 1.1", id="smooth"),
        pytest.param("c1", 0, {"aim": "all"}, "aim must .* got 'all'", id="aim"),
        pytest.param("c1", 0, {"size": 97}, r"\[16, 96\], got 97", id="size"),
    ],
)
def test_climb_refuses_what_it_cannot_climb(net, layer, unit, change, message):
    with pytest.raises(ValueError, match=message):
        next(climb(net, layer, unit, replace(QUICK, **change)))
