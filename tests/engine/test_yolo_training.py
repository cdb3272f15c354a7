import io
from dataclasses import replace
from itertools import islice

import pytest
import torch

from engine import yolo_training
from engine.device import available
from engine.scenes import digits
from engine.strokes import drawings
from engine.yolo_training import Recipe, Training

RECIPE = Recipe(
    epochs=2, steps=2, batch_size=4, kept_out=10, precision="float32", seed=3
)


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Anchors of a few scenes will do here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yolo_training, "SAMPLE", 20)
        yield


@pytest.fixture(scope="module")
def source():
    """Thirty digits that are not MNIST's: drawn ones, shrunk."""
    pairs = list(drawings(30, seed=4))
    stack = torch.stack([picture for picture, _ in pairs]).float()[:, None]
    small = torch.nn.functional.adaptive_avg_pool2d(stack, 28)[:, 0]
    return digits(small.to(torch.uint8), torch.tensor([digit for _, digit in pairs]))


@pytest.fixture(scope="module")
def whole(source):
    return finished(RECIPE, source)


def finished(recipe, source, **options):
    training = Training(recipe, source, **options)
    return training, list(training.run())


def same(a, b):
    pairs = zip(a.state_dict().values(), b.state_dict().values(), strict=True)
    return all(torch.equal(one, other) for one, other in pairs)


def test_run_yields_one_step_per_batch(whole):
    training, steps = whole
    assert [step.index for step in steps] == [1, 2, 3, 4]
    assert [step.epoch for step in steps] == [1, 1, 2, 2]
    assert {step.total for step in steps} == {4}
    assert all(0 <= step.accuracy <= 1 and step.loss > 0 for step in steps)
    assert training.epoch == 2


def test_run_learns_what_can_be_learned(source):
    few = source[torch.arange(12)]
    recipe = replace(RECIPE, epochs=1, steps=30, batch_size=8, pens=0.0)
    _, steps = finished(recipe, few)
    losses = [step.loss for step in steps]
    assert sum(losses[-5:]) < 0.6 * sum(losses[:5])


def test_anchors_are_found_in_the_scenes_and_sorted(whole):
    anchors = whole[0].net.anchors
    assert anchors.shape == (RECIPE.anchors, 2)
    areas = anchors.prod(dim=1)
    assert torch.equal(areas, areas.sort().values)
    assert anchors.min() > 3
    assert anchors.max() < 160


def test_run_never_composes_of_digits_kept_out(source):
    training = Training(RECIPE, source)
    assert len(training.source.labels) == 20
    kept = {bytes(image.flatten().tolist()) for image in training.kept_out.images}
    used = {bytes(image.flatten().tolist()) for image in training.source.images}
    assert len(kept) == 10
    assert kept.isdisjoint(used)


def test_the_mean_follows_the_network_slowly(source):
    training = Training(replace(RECIPE, memory=0.5), source)
    start = training.net.output.weight.detach().clone()
    run = training.run()
    next(run)
    first = training.net.output.weight.detach().clone()
    # after step 1 the mean keeps 1 / 11: min(0.5, 1 / 11)
    expected = start + (first - start) * (10 / 11)
    torch.testing.assert_close(training.mean.output.weight, expected)
    assert training.mean.norms[0].num_batches_tracked == 0


def test_shipped_is_the_mean_folded_and_rounded(whole):
    net = whole[0].shipped()
    assert not len(net.norms)
    for value in net.state_dict().values():
        assert value.dtype == torch.float32
        assert torch.equal(value.half().float(), value)
    bias = whole[0].mean.output.bias
    torch.testing.assert_close(net.output.bias, bias, rtol=1e-3, atol=1e-4)


def test_run_repeats_itself_for_a_seed_and_only_then(source, whole):
    again, again_steps = finished(RECIPE, source)
    other, _ = finished(replace(RECIPE, seed=4), source)
    assert again_steps == whole[1]
    assert same(again.net, whole[0].net)
    assert not same(other.net, whole[0].net)


def test_run_leaves_the_shared_random_numbers_alone(source):
    before = torch.get_rng_state()
    finished(replace(RECIPE, epochs=1), source)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("taken", [0, 1, 3], ids="{} steps".format)
def test_resume_ends_where_the_unbroken_run_ends(source, whole, taken):
    broken = Training(RECIPE, source)
    list(islice(broken.run(), taken))
    file = io.BytesIO()
    torch.save(broken.state(), file)
    file.seek(0)
    state = torch.load(file, weights_only=True)
    resumed, rest = finished(RECIPE, source, resume=state)
    assert rest == whole[1][taken // 2 * 2 :]
    assert same(resumed.net, whole[0].net)
    assert same(resumed.mean, whole[0].mean)


def test_resume_refuses_another_recipe(source):
    with pytest.raises(ValueError, match="recipe must be the one begun with"):
        Training(RECIPE, source, resume={"recipe": {}})


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("kind", available())
def test_run_works_on_every_device_and_in_every_precision(
    source, whole, kind, precision
):
    recipe = replace(RECIPE, precision=precision)
    training = Training(recipe, source, device=torch.device(kind))
    step = next(training.run())
    assert training.net.output.weight.device.type == kind
    assert step.loss == pytest.approx(whole[1][0].loss, rel=0.02)
    assert next(training.shipped().parameters()).device.type == "cpu"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"epochs": 0}, "at least 1", id="epochs"),
        pytest.param({"steps": 0}, "at least 1", id="steps"),
        pytest.param({"anchors": 0}, "at least 1", id="anchors"),
        pytest.param({"kept_out": 0}, "at least 1", id="kept out"),
        pytest.param({"learning_rate": 0.0}, "above 0", id="rate"),
        pytest.param({"kept_out": 30}, "beside the 30 .* got 30", id="few"),
        pytest.param({"precision": "int8"}, "got 'int8'", id="precision"),
        pytest.param({"pens": 1.5}, r"pens must lie in \[0, 1\], got 1.5", id="pens"),
    ],
)
def test_training_refuses_recipes_that_make_no_sense(source, change, message):
    with pytest.raises(ValueError, match=message):
        Training(replace(RECIPE, **change), source)
