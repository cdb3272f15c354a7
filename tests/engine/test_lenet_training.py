import io
from dataclasses import replace
from itertools import islice

import pytest
import torch

from engine.augment import Ranges
from engine.device import available
from engine.lenet import new
from engine.lenet_training import (
    Recipe,
    Training,
    drawn_set,
    evaluate,
    one_cycle,
    train,
)

RECIPE = Recipe(epochs=3, batch_size=16, seed=3)


@pytest.fixture(scope="module")
def data():
    """Sixty noisy pictures in which the digit is the column that is lit."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 60, (60, 28, 28), generator=generator)
    labels = torch.arange(60) % 10
    for image, label in zip(images, labels, strict=True):
        image[4:24, 4 + 2 * label : 6 + 2 * label] = 255
    return images.to(torch.uint8), labels


def finished(recipe, data, **options):
    training = Training(recipe, *data, **options)
    steps = list(training.run())
    return training, steps


def same(a, b):
    pairs = zip(a.state_dict().values(), b.state_dict().values(), strict=True)
    return all(torch.equal(one, other) for one, other in pairs)


def test_run_yields_one_step_per_batch(data):
    training, steps = finished(RECIPE, data)
    assert [step.index for step in steps] == list(range(1, 13))
    assert [step.epoch for step in steps] == [1] * 4 + [2] * 4 + [3] * 4
    assert {step.total for step in steps} == {12}
    assert all(0 <= step.accuracy <= 1 and step.loss > 0 for step in steps)
    assert training.epoch == 3


def test_run_learns_what_can_be_learned(data):
    recipe = Recipe(epochs=25, batch_size=20, ranges=None)
    _, steps = finished(recipe, data)
    assert steps[0].loss > 1
    assert steps[-1].loss < 0.05
    assert steps[-1].accuracy == 1


@pytest.mark.parametrize("variant", ["relu", "tanh"])
@pytest.mark.parametrize("ranges", [None, Ranges()], ids=["plain", "distorted"])
def test_run_repeats_itself_for_a_seed_and_only_then(data, variant, ranges):
    recipe = replace(RECIPE, variant=variant, ranges=ranges)
    first, first_steps = finished(recipe, data)
    again, again_steps = finished(recipe, data)
    other, _ = finished(replace(recipe, seed=4), data)
    assert first_steps == again_steps
    assert same(first.net, again.net)
    assert not same(first.net, other.net)


def test_run_leaves_the_shared_random_numbers_alone(data):
    before = torch.get_rng_state()
    finished(RECIPE, data)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("taken", [0, 4, 6, 11], ids="{} steps".format)
def test_resume_ends_where_the_unbroken_run_ends(data, taken):
    whole, steps = finished(RECIPE, data)
    broken = Training(RECIPE, *data)
    list(islice(broken.run(), taken))
    file = io.BytesIO()
    torch.save(broken.state(), file)
    file.seek(0)
    state = torch.load(file, weights_only=True)
    resumed, rest = finished(RECIPE, data, resume=state)
    assert rest == steps[taken // 4 * 4 :]
    assert same(resumed.net, whole.net)


def test_resume_leaves_the_state_as_it_was(data):
    broken = Training(RECIPE, *data)
    list(islice(broken.run(), 5))
    state = broken.state()
    first, _ = finished(RECIPE, data, resume=state)
    second, _ = finished(RECIPE, data, resume=state)
    assert same(first.net, second.net)


def test_resume_refuses_another_recipe(data):
    state = Training(RECIPE, *data).state()
    with pytest.raises(ValueError, match="recipe must be the one begun with"):
        Training(replace(RECIPE, epochs=4), *data, resume=state)
    with pytest.raises(ValueError, match="recipe must be the one begun with"):
        Training(RECIPE, *data, resume={})


def test_train_takes_each_step_when_it_is_asked_for(data):
    steps = train(RECIPE, *data)
    expected = finished(RECIPE, data)[1]
    assert next(steps) == expected[0]
    assert list(steps) == expected[1:]
    assert list(train(RECIPE, *data, resume=finished(RECIPE, data)[0].state())) == []


@pytest.mark.parametrize("kind", available())
def test_run_works_on_every_device_of_this_machine(data, kind):
    training, steps = finished(RECIPE, data, device=torch.device(kind))
    assert training.net.c1.weight.device.type == kind
    expected = finished(RECIPE, data)[1]
    assert steps[0].loss == pytest.approx(expected[0].loss, rel=1e-3)


@pytest.mark.parametrize(
    ("change", "images", "labels", "message"),
    [
        pytest.param({}, (0, 28, 28), 0, "got 0 images", id="none"),
        pytest.param({}, (3, 28, 28), 2, "3 images and 2 labels", id="counts"),
        pytest.param({}, (3, 32, 32), 3, r"got torch.uint8 \[3, 32, 32\]", id="size"),
        pytest.param({"epochs": 0}, (3, 28, 28), 3, "at least 1", id="epochs"),
        pytest.param({"batch_size": 0}, (3, 28, 28), 3, "at least 1", id="batch"),
        pytest.param({"learning_rate": 0.0}, (3, 28, 28), 3, "above 0", id="rate"),
        pytest.param({"variant": "x"}, (3, 28, 28), 3, "variant must", id="variant"),
    ],
)
def test_training_refuses_data_and_recipes_that_make_no_sense(
    change, images, labels, message
):
    pictures = torch.zeros(images, dtype=torch.uint8)
    with pytest.raises(ValueError, match=message):
        train(replace(RECIPE, **change), pictures, torch.zeros(labels).long())


@pytest.mark.parametrize("total", [10, 37, 400])
def test_one_cycle_agrees_with_torch(total):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.AdamW([parameter], lr=1.0)
    oracle = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 0.01, total_steps=total, cycle_momentum=False
    )
    for step in range(total):
        expected = optimizer.param_groups[0]["lr"]
        assert one_cycle(step, total, 0.01) == pytest.approx(expected, rel=1e-6)
        optimizer.step()
        if step < total - 1:
            oracle.step()


@pytest.mark.parametrize("total", [1, 2, 3, 4])
def test_one_cycle_manages_the_shortest_runs(total):
    rates = [one_cycle(step, total, 0.01) for step in range(total)]
    assert all(0 < rate <= 0.01 for rate in rates)


def test_evaluate_counts_who_was_taken_for_whom():
    net = new("relu", 0)
    torch.nn.init.zeros_(net.output.weight)
    net.output.bias.data[6] = 1  # answers 6, whatever it sees
    labels = torch.tensor([6, 6, 1, 9, 6])
    accuracy, confusion = evaluate(net, torch.zeros(5, 1, 32, 32), labels, batch_size=2)
    assert accuracy == pytest.approx(0.6)
    assert confusion.shape == (10, 10)
    assert confusion[:, 6].tolist() == [0, 1, 0, 0, 0, 0, 3, 0, 0, 1]
    assert confusion.sum() == 5


def test_drawn_set_is_prepared_and_balanced():
    pictures, digits = drawn_set(20, 0)
    assert pictures.shape == (20, 1, 32, 32)
    assert pictures.min() == pytest.approx(-0.1)
    assert digits.tolist() == [*range(10), *range(10)]
