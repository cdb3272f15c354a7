"""What "Try this" says of units, switches and squares, computed."""

import pytest
import torch

from engine import ablation, colour_net
from engine.cifar import CLASSES
from engine.excite import Recipe
from engine.growth import Growth
from engine.saliency import covered
from playground.panels.learned_ablate_off import from_text
from playground.panels.learned_excite_presets import ABLATE, EXCITE
from playground.photos import PHOTOS, colour_photo, squared

SETTINGS = {entry.title: dict(entry.settings) for entry in (*EXCITE, *ABLATE)}
FILLS = {"grey": 0.5, "black": 0.0, "white": 1.0}


@pytest.fixture(scope="module")
def net():
    return colour_net.load()


def photo(name):
    """Return a photograph as the network sees it, float [3, 32, 32]."""
    return squared(colour_photo(name)).permute(2, 0, 1).float() / 255


def classes_of_nine(layer, unit):
    """The test set is sorted by class, a thousand pictures of each."""
    found = colour_net.top_patches()[layer][unit]
    return [CLASSES[patch.image // 1000] for patch in found]


def grown(net, **changes):
    """Return the last snapshot of a preset's ascent, some settings changed."""
    given = SETTINGS[changes.pop("title")] | changes
    layer = given["xlayer"]
    aim = "map"
    if layer != "output":
        aim = given["xnear" if layer in ("c1", "c2") else "xdeep"]
    unit = int(given["xclass"] if layer == "output" else given[f"x{layer}"])
    recipe = Recipe(
        seed=given["xseed"],
        steps=given["xsteps"],
        jitter=given[f"x{aim}jit"],
        smoothness=given[f"x{aim}even"],
        aim=aim,
        size=16 if layer == "c1" else 48,
    )
    *_, last = Growth(net, layer, unit, recipe).run()
    return last


@pytest.fixture(scope="module")
def dogs(net):
    return grown(net, title="A filter for dogs")


def grain(picture):
    """Return the mean difference between neighbouring pixels."""
    return (picture.diff(dim=1).abs().mean() + picture.diff(dim=2).abs().mean()).item()


def switched(net, title):
    """Return the probabilities before and with a preset's filters off, and these."""
    given = SETTINGS[title]
    off = from_text(given["aoff"])
    picture = photo(given["lphoto"])
    before, after = ablation.faded(net, picture, off, torch.tensor([0.0, 1.0]))
    return before, after, off


def hidden(net, title, **changes):
    """Return the answer, its losses [R, C] and the share of places that change it."""
    given = SETTINGS[title] | changes
    picture = photo(given["lphoto"])[None]
    before = net(picture).softmax(dim=1)[0]
    top = int(before.argmax())
    said = covered(
        net,
        picture,
        size=given["asize"],
        fill=FILLS[given["afill"]],
        stride=int(given["astride"]),
    )
    other = (said.argmax(dim=2) != top).float().mean().item()
    return CLASSES[top], before[top] - said[..., top], other


def test_every_preset_asks_first():
    assert all("?" in entry.question for entry in (*EXCITE, *ABLATE))


def test_filter_53_is_for_dogs():
    assert classes_of_nine("c4", 53) == ["dog"] * 9


def test_filter_3_of_the_first_layer_is_for_green(net):
    last = grown(net, title="A filter for green")
    red, green, blue = last.picture[:, 8, 8].tolist()
    assert green > 0.95
    assert max(red, blue) < 0.05
    weights = net.c1.weight[3].sum(dim=(1, 2))
    assert weights[1] > 0 > max(weights[0], weights[2])


def test_filter_34_is_for_many_things():
    found = classes_of_nine("c4", 34)
    assert len(set(found)) == 6
    assert max(map(found.count, found)) == 2


def test_a_grown_automobile_convinces_the_network(net):
    last = grown(net, title="Draw a car")
    said = net(last.picture[None]).softmax(dim=1)[0]
    assert said[CLASSES.index("automobile")] > 0.999


def test_nothing_held_back_gives_grain_and_almost_three_times_the_answer(net, dogs):
    rough = grown(net, title="Without smoothing and jitter")
    assert 2.5 < rough.peak / dogs.peak < 3
    assert grain(rough.picture) > 3 * grain(dogs.picture)


def test_too_much_smoothing_halves_the_answer(net, dogs):
    soft = grown(net, title="Too smooth")
    assert 0 < soft.peak < dogs.peak / 2
    assert grain(soft.picture) < grain(dogs.picture) / 2


def test_another_grain_gives_another_picture_and_the_same_answer(net):
    first, second = (grown(net, title="Another grain", xseed=seed) for seed in (0, 1))
    assert (first.picture - second.picture).abs().mean() > 0.15
    assert second.reached == pytest.approx(first.reached, rel=0.1)
    assert second.peak == pytest.approx(first.peak, rel=0.1)


def test_one_filter_makes_the_dog_a_cat(net):
    before, after, off = switched(net, "One filter off: dog or cat?")
    assert off == {("c4", 53)}
    assert CLASSES[int(before.argmax())] == "dog"
    assert CLASSES[int(after.argmax())] == "cat"


def test_three_quarters_of_the_last_layer_are_not_needed_for_bricks(net):
    before, after, off = switched(net, "Three quarters off")
    top = int(before.argmax())
    assert CLASSES[top] == CLASSES[int(after.argmax())] == "deer"
    assert 0 < after[top] - before[top] < 0.05
    change = ablation.alone(net, photo("brick"), "c4")[:, top] - before[top]
    weakest = change.abs().argsort()[:72].tolist()
    assert off == {("c4", unit) for unit in weakest}


def test_one_filter_of_the_first_layer_turns_a_truck_into_a_dog(net):
    before, after, off = switched(net, "One filter of the first layer")
    assert off == {("c1", 1)}
    top = int(before.argmax())
    assert (CLASSES[top], CLASSES[int(after.argmax())]) == ("truck", "dog")
    last = ablation.alone(net, photo("astronaut"), "c4")[:, top] - before[top]
    assert before[top] - after[top] > last.abs().max()


def test_a_blind_network_says_the_same_of_every_photo(net):
    off = from_text(SETTINGS["A blind network"]["aoff"])
    assert off == {("c1", unit) for unit in range(24)}
    said = [ablation.faded(net, photo(name), off, torch.ones(1))[0] for name in PHOTOS]
    for one in said:
        torch.testing.assert_close(one, said[0])
    assert CLASSES[int(said[0].argmax())] == "ship"
    assert round(100 * said[0].max().item()) == 44


def test_the_truck_hangs_on_a_place_at_the_bottom_right(net):
    answer, losses, other = hidden(net, "What the truck hangs on")
    assert answer == "truck"
    row, column = divmod(int(losses.argmax()), losses.shape[1])
    assert row > 10
    assert column > 8
    assert losses.max() > 0.5
    assert 0 < other < 0.1
    around = photo("astronaut")[:, 2 * row - 2 : 2 * row + 5, 2 * column - 2 :][..., :7]
    assert around.mean() < 0.25  # dark


def test_grey_and_white_covers_give_different_maps(net):
    title = "A cover is a picture, too"
    assert hidden(net, title, afill="grey")[2] == 0
    assert hidden(net, title)[2] == pytest.approx(1 / 6, abs=0.02)


def test_covering_can_help_more_than_it_hurts(net):
    _answer, losses, _other = hidden(net, "Covering helps")
    assert -losses.min() > losses.max() > 0
