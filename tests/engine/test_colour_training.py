import io
from dataclasses import replace
from itertools import islice

import pytest
import torch

from engine.colour_learner import new_learner
from engine.colour_training import EARLY, Recipe, Training, evaluate, triangle
from engine.device import available

RECIPE = Recipe(epochs=2, batch_size=16, kept_out=10, precision="float32", seed=3)


@pytest.fixture(scope="module")
def data():
    """Fifty-eight grainy pictures in which the class is a level of red."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 60, (58, 3, 32, 32), generator=generator)
    labels = torch.arange(58) % 10
    images[:, 0] += 19 * labels[:, None, None]
    return images.to(torch.uint8), labels


def finished(recipe, data, **options):
    training = Training(recipe, *data, **options)
    return training, list(training.run())


@pytest.fixture(scope="module")
def whole(data):
    return finished(RECIPE, data)


def same(a, b):
    pairs = zip(a.state_dict().values(), b.state_dict().values(), strict=True)
    return all(torch.equal(one, other) for one, other in pairs)


def test_run_yields_one_step_per_whole_batch(whole):
    training, steps = whole
    assert [step.index for step in steps] == [1, 2, 3, 4, 5, 6]
    assert [step.epoch for step in steps] == [1, 1, 1, 2, 2, 2]
    assert {step.total for step in steps} == {6}
    assert all(0 <= step.accuracy <= 1 and step.loss > 0 for step in steps)
    assert training.epoch == 2


def test_run_looks_at_the_first_layer_before_during_and_after(whole):
    training, _ = whole
    # three steps per epoch: the early looks fall on steps 0, 1 and 2
    assert [at.epoch for at in training.checkpoints] == [0, 1 / 3, 2 / 3, 1, 2]
    start, *_, end = training.checkpoints
    blank = new_learner(fresh(RECIPE, 58))
    scale = (1 + blank.norm_c1.eps) ** -0.5  # normalisation that has seen nothing
    torch.testing.assert_close(start.filters, (blank.c1.weight * scale).half())
    assert torch.equal(end.filters, training.net.eval().fold().c1.weight.half())
    assert not torch.equal(start.filters, end.filters)
    assert all(0 <= at.accuracy <= 1 for at in training.checkpoints)


def fresh(recipe, count):
    """The generator as it is when the network is drawn: after the split."""
    generator = torch.Generator().manual_seed(recipe.seed)
    torch.randperm(count, generator=generator)
    return generator


def test_early_looks_are_in_order_and_begin_before_the_first_step():
    assert EARLY[0] == 0
    assert list(EARLY) == sorted(EARLY)
    assert EARLY[-1] < 1


def test_run_never_trains_on_pictures_kept_out(data):
    training = Training(RECIPE, *data)
    assert set(training.rows.tolist()).isdisjoint(training.kept_out.tolist())
    assert len(training.rows) + len(training.kept_out) == 58
    spoiled = data[1].clone()
    spoiled[training.kept_out] = (spoiled[training.kept_out] + 1) % 10
    other, _ = finished(RECIPE, (data[0], spoiled))
    assert same(other.net, finished(RECIPE, data)[0].net)


def test_run_learns_what_can_be_learned(data):
    recipe = replace(RECIPE, epochs=12, learning_rate=0.05)
    _, steps = finished(recipe, data)
    assert steps[0].loss > 2
    assert steps[-1].loss < 1.2


def test_run_repeats_itself_for_a_seed_and_only_then(data, whole):
    again, again_steps = finished(RECIPE, data)
    other, _ = finished(replace(RECIPE, seed=4), data)
    assert again_steps == whole[1]
    assert same(again.net, whole[0].net)
    assert not same(other.net, whole[0].net)


def test_run_leaves_the_shared_random_numbers_alone(data):
    before = torch.get_rng_state()
    finished(replace(RECIPE, epochs=1), data)
    assert torch.equal(torch.get_rng_state(), before)


def test_first_decay_holds_back_the_first_layer_only(data):
    """With no slope to follow, weights shrink by their decay alone."""
    recipe = replace(RECIPE, epochs=1, momentum=0.0, weight_decay=0.0, first_decay=0.5)
    training = Training(recipe, *data)
    before = {name: p.detach().clone() for name, p in training.net.named_parameters()}
    for parameter in training.net.parameters():
        parameter.grad = torch.zeros_like(parameter)
    training.optimizer.step()
    for name, parameter in training.net.named_parameters():
        share = 1 - 0.1 * 0.5 if name == "c1.weight" else 1
        torch.testing.assert_close(parameter.detach(), before[name] * share)


@pytest.mark.parametrize("taken", [0, 2, 4], ids="{} steps".format)
def test_resume_ends_where_the_unbroken_run_ends(data, whole, taken):
    broken = Training(RECIPE, *data)
    list(islice(broken.run(), taken))
    file = io.BytesIO()
    torch.save(broken.state(), file)
    file.seek(0)
    resumed, rest = finished(RECIPE, data, resume=torch.load(file, weights_only=True))
    assert rest == whole[1][taken // 3 * 3 :]
    assert same(resumed.net, whole[0].net)
    pairs = zip(resumed.checkpoints, whole[0].checkpoints, strict=True)
    for one, other in pairs:
        assert (one.epoch, one.accuracy) == (other.epoch, other.accuracy)
        assert torch.equal(one.filters, other.filters)


def test_resume_refuses_another_recipe(data):
    with pytest.raises(ValueError, match="recipe must be the one begun with"):
        Training(RECIPE, *data, resume={"recipe": {}})


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("kind", available())
def test_run_works_on_every_device_and_in_every_precision(data, whole, kind, precision):
    recipe = replace(RECIPE, precision=precision)
    training = Training(recipe, *data, device=torch.device(kind))
    step = next(training.run())
    assert training.net.c1.weight.device.type == kind
    assert training.net.c1.weight.dtype == torch.float32
    assert step.loss == pytest.approx(whole[1][0].loss, rel=0.02)


@pytest.mark.parametrize(
    ("change", "shape", "labels", "message"),
    [
        pytest.param({}, (30, 1, 32, 32), 30, r"got torch.uint8 \[30, 1,", id="grey"),
        pytest.param({}, (30, 3, 32, 32), 29, "30 images .* 29 labels", id="counts"),
        pytest.param({}, (25, 3, 32, 32), 25, "16 must be left .* 25", id="few"),
        pytest.param({"epochs": 0}, (30, 3, 32, 32), 30, "at least 1", id="epochs"),
        pytest.param({"kept_out": 0}, (30, 3, 32, 32), 30, "at least 1", id="kept"),
        pytest.param({"learning_rate": 0.0}, (30, 3, 32, 32), 30, "above 0", id="rate"),
        pytest.param(
            {"precision": "int8"}, (30, 3, 32, 32), 30, "got 'int8'", id="precision"
        ),
    ],
)
def test_training_refuses_data_and_recipes_that_make_no_sense(
    change, shape, labels, message
):
    images = torch.zeros(shape, dtype=torch.uint8)
    with pytest.raises(ValueError, match=message):
        Training(replace(RECIPE, **change), images, torch.zeros(labels).long())


@pytest.mark.parametrize("total", [1, 5, 400])
def test_triangle_rises_to_its_peak_and_falls_to_nothing(total):
    rates = [triangle(step, total, 0.4) for step in range(total)]
    assert all(0 < rate <= 0.4 for rate in rates)
    top = rates.index(max(rates))
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    if total == 400:
        assert top / total == pytest.approx(0.2, abs=0.01)
        assert max(rates) == pytest.approx(0.4, rel=0.02)
        assert rates[-1] < 0.002


def test_evaluate_counts_what_was_taken_for_what():
    def always_six(pictures):
        assert pictures.max() <= 1
        return torch.eye(10)[[6] * len(pictures)]

    labels = torch.tensor([6, 6, 1, 9, 6])
    images = torch.full((5, 3, 32, 32), 255, dtype=torch.uint8)
    accuracy, confusion = evaluate(always_six, images, labels, batch_size=2)
    assert accuracy == pytest.approx(0.6)
    assert confusion[:, 6].tolist() == [0, 1, 0, 0, 0, 0, 3, 0, 0, 1]
    assert confusion.sum() == 5
