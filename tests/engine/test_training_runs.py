"""The life of a run: changes by hand, going back, going on, diverging, answering."""

from dataclasses import replace

import pytest
import torch

from engine.history import MOST_CHECKPOINTS
from engine.training import Change, Divergence, Spec, resume, start

SPEC = Spec(
    count=60,
    layers=(5, 4),
    seed=3,
    batch_norm=True,
    dropout=0.2,
    l1=1e-3,
    clip=1.0,
    schedule="inverse",
    schedule_rate=0.1,
    init_seeds=(1, 2),
)
WILD = Spec(
    data="plane",
    loss="mse",
    count=60,
    layers=(5,),
    activations=("relu",),
    optimizer="sgd",
    learning_rate=(500.0, 0.05, 300.0),
)


def weights(run):
    return torch.cat([part.flatten() for pair in run.layers() for part in pair])


def state(run):
    checkpoint = run.store()
    return torch.cat([checkpoint.state.flatten(), checkpoint.running.flatten()])


def after(spec, epochs):
    run = start(spec)
    run.advance(epochs)
    return run


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "rmsprop", "adamw"])
@pytest.mark.parametrize("stored", [(), (4,), (3, 7)], ids=str)
def test_back_returns_bit_by_bit(optimizer, stored):
    spec = replace(
        SPEC,
        optimizer=optimizer,
        changes=(Change(5, "learning_rate", 0.5), Change(6, "w.0.0.1", 3.0)),
    )
    run, seen = start(spec), []
    for epoch in range(9):
        if epoch in stored:
            run.store()
        seen.append(weights(run))
        run.advance(1)
    expected = run.history
    for epoch in (8, 5, 6, 2, 0, 7):
        run.back(epoch)
        assert run.epoch == epoch
        assert torch.equal(weights(run), seen[epoch])
        assert run.history.epochs.tolist() == list(range(epoch + 1))
        assert torch.equal(run.history.test_loss, expected.test_loss[: epoch + 1])
        assert torch.equal(run.measure().gradient_norm, expected.gradient_norm[epoch])


def test_back_refuses_what_was_before_the_first_checkpoint():
    later = resume(SPEC, after(SPEC, 4).store())
    with pytest.raises(ValueError, match="epoch must be at least 4, got 3"):
        later.back(3)


def test_a_change_of_a_rate_holds_from_its_epoch_on():
    spec = replace(SPEC, l1=0.0)
    changed = after(replace(spec, changes=(Change(3, "learning_rate", 0.0),)), 6)
    assert torch.equal(weights(changed), weights(after(spec, 3)))


@pytest.mark.parametrize(
    ("name", "value"),
    [("learning_rate", 0.2), ("l1", 0.1), ("l2", 0.1), ("dropout", 0.5), ("clip", 0.1)],
)
def test_a_change_at_epoch_0_is_another_start_value(name, value):
    changed = after(replace(SPEC, changes=(Change(0, name, value),)), 3)
    expected = after(replace(SPEC, **{name: value}), 3)
    assert torch.equal(state(changed), state(expected))


def test_a_change_of_a_parameter_is_seen_when_its_epoch_is_reached():
    spec = replace(SPEC, changes=(Change(0, "b.2.0", -1.0), Change(2, "w.1.4.3", 9.0)))
    run = start(spec)
    assert run.layers()[2][1].tolist() == [[-1.0], [-1.0]]
    run.advance(2)
    assert run.layers()[1][0][:, 4, 3].tolist() == [9.0, 9.0]
    plain = after(replace(SPEC, changes=spec.changes[:1]), 2)
    assert not torch.equal(run.measure().train_loss, plain.measure().train_loss)
    run.advance(1)
    assert (run.layers()[1][0][:, 4, 3] != 9).all()


def test_start_refuses_a_change_of_what_is_not_there():
    with pytest.raises(ValueError, match=r"got w\.0\.2\.0"):
        start(replace(SPEC, changes=(Change(7, "w.0.2.0", 1.0),)))


def test_resume_goes_on_as_if_never_left():
    run = after(SPEC, 4)
    checkpoint = run.store()
    run.advance(3)
    again = resume(SPEC, checkpoint)
    assert again.history.epochs.tolist() == [4]
    again.advance(3)
    assert torch.equal(state(again), state(run))
    assert torch.equal(again.history.train_loss[1:], run.history.train_loss[5:])


def test_resume_with_a_later_change_keeps_the_past():
    run = after(SPEC, 4)
    checkpoint = run.store()
    run.advance(3)
    spec = replace(SPEC, changes=(Change(4, "w.0.1.0", 2.0), Change(4, "l2", 0.5)))
    again = resume(spec, checkpoint, past=run)
    assert again.layers()[0][0][:, 1, 0].tolist() == [2.0, 2.0]
    assert again.history.epochs.tolist() == [0, 1, 2, 3, 4]
    again.advance(3)
    assert torch.equal(state(again), state(after(spec, 7)))
    assert torch.equal(again.history.train_loss, after(spec, 7).history.train_loss)
    again.back(2)
    assert torch.equal(state(again), state(after(SPEC, 2)))


def test_resume_with_another_optimizer_starts_its_memory_afresh():
    checkpoint = after(replace(SPEC, optimizer="momentum"), 4).store()
    run = resume(replace(SPEC, optimizer="adam"), checkpoint, past=None)
    assert torch.equal(run.store().parameters, checkpoint.parameters)
    assert not run.store().state[1:].any()
    assert run.store().steps == 0
    run.advance(1)
    assert run.epoch == 5


def test_resume_takes_no_checkpoints_of_another_past():
    run = after(SPEC, 4)
    other = resume(replace(SPEC, noise=0.5), run.store(), past=run)
    assert [kept.epoch for kept in other.checkpoints] == [4]
    assert other.history.epochs.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "change", [{"layers": (4, 5)}, {"init_seeds": (1,)}, {"features": ("x1",)}], ids=str
)
def test_resume_refuses_another_shape(change):
    checkpoint = start(SPEC).store()
    with pytest.raises(ValueError, match="checkpoint must be one of"):
        resume(replace(SPEC, **change), checkpoint)


def test_a_diverging_network_keeps_its_last_finite_weights():
    run = after(WILD, 30)
    first, second, third = run.divergence
    assert first.epoch < 10
    assert 0 < first.gradient_norm < float("inf")
    assert isinstance(third, Divergence)
    assert second is None
    assert all(part.isfinite().all() for pair in run.layers() for part in pair)
    for name in ("train_loss", "test_loss", "train_accuracy", "gradient_norm"):
        assert getattr(run.history, name).isfinite().all(), name
    before = after(WILD, first.epoch - 1)
    for (weight, _bias), (wanted, _wanted) in zip(
        run.layers(), before.layers(), strict=True
    ):
        assert torch.equal(weight[0], wanted[0])
    alone = after(replace(WILD, learning_rate=0.05), 30)
    torch.testing.assert_close(
        run.predict(run.test[0])[1], alone.predict(run.test[0])[0]
    )


def test_a_run_stops_when_every_network_has_diverged():
    run = after(replace(WILD, learning_rate=(500.0, 400.0)), 30)
    assert run.epoch == max(at.epoch for at in run.divergence) < 30


def test_weights_that_run_away_count_as_diverged_though_the_loss_is_finite():
    spec = Spec(loss="mse", optimizer="adamw", learning_rate=500.0, l2=10.0)
    run = after(spec, 3)  # every step multiplies the weights by -4,999
    assert run.divergence[0].epoch == 1
    assert run.predict(torch.zeros(3, 2)).isfinite().all()


def test_back_passes_a_divergence_as_before():
    run = after(WILD, 12)
    expected, where = state(run), run.divergence
    run.back(0)
    assert run.divergence == (None,) * 3
    run.advance(12)
    assert run.divergence == where
    assert torch.equal(state(run), expected)


def test_resume_lets_diverged_networks_try_again():
    run = after(WILD, 12)
    again = resume(replace(WILD, learning_rate=(0.01, 0.02, 0.01)), run.store())
    assert again.divergence == (None,) * 3
    again.advance(5)
    assert again.divergence == (None,) * 3


def test_checkpoints_stay_few_the_first_and_the_newest():
    run = start(replace(SPEC, count=8, layers=(1,)))
    for _epoch in range(MOST_CHECKPOINTS + 50):
        run.advance(1)
        run.store()
    epochs = [checkpoint.epoch for checkpoint in run.checkpoints]
    assert len(epochs) <= MOST_CHECKPOINTS
    assert epochs[0] == 0
    assert epochs[-20:] == list(range(run.epoch - 19, run.epoch + 1))
    assert epochs == sorted(set(epochs))
    assert run.store() is run.checkpoints[-1]


def test_answers_have_a_row_for_every_network_and_point():
    run = after(replace(SPEC, data="gaussians", classes=4), 2)
    points = torch.zeros(7, 2)
    assert run.predict(points).shape == (2, 7, 4)
    torch.testing.assert_close(run.predict(points).sum(2), torch.ones(2, 7))
    assert [part.shape for part in run.units(points)] == [(2, 7, 5), (2, 7, 4)]
    assert [weight.shape for weight, _bias in run.layers()] == [
        (2, 2, 5),
        (2, 5, 4),
        (2, 4, 4),
    ]


def test_answers_of_an_earlier_state():
    run = after(SPEC, 2)
    checkpoint, points = run.store(), run.test.points
    expected = run.predict(points), run.units(points), run.layers()[0][0].clone()
    measured = checkpoint.measures.test_loss
    run.advance(3)
    assert torch.equal(run.predict(points, at=checkpoint), expected[0])
    torch.testing.assert_close(run.units(points, at=checkpoint), expected[1])
    assert torch.equal(run.layers(checkpoint)[0][0], expected[2])
    assert not torch.equal(run.predict(points), expected[0])
    assert torch.equal(run.history.test_loss[2], measured)


def test_accuracy_agrees_with_the_answers():
    run = after(SPEC, 5)
    points, labels = run.test
    right = (run.predict(points)[..., 0] > 0.5) == (labels == 1)
    torch.testing.assert_close(run.measure().test_accuracy, right.float().mean(1))


@pytest.mark.parametrize(
    ("points", "task", "outputs"),
    [
        pytest.param(((0.0, 1.0, 0),), "binary", 1, id="one"),
        pytest.param(((0.0, 1.0, 0), (1.0, 1.0, 1)), "binary", 1, id="two"),
        pytest.param(((0.0, 1.0, 0), (1.0, 1.0, 5)), "classes", 6, id="gaps"),
        pytest.param(tuple((i / 9, 0.0, 0) for i in range(9)), "binary", 1, id="alike"),
        pytest.param(tuple((i / 9, 0.0, 2) for i in range(9)), "classes", 3, id="twos"),
    ],
)
@pytest.mark.parametrize("batch_norm", [False, True])
def test_own_points_can_be_few_and_alike(points, task, outputs, batch_norm):
    run = after(Spec(points=points, batch_norm=batch_norm, batch_size=2), 3)
    assert (run.task, run.outputs) == (task, outputs)
    assert run.measure().train_loss.isfinite().all()


def test_own_points_can_have_values():
    points = tuple((x / 5, 0.0, x / 10) for x in range(10))
    spec = Spec(points=points, own_task="regression", loss="mse", layers=())
    run = after(spec, 200)
    assert run.task == "regression"
    assert run.measure().train_accuracy.item() > 0.99
    same = tuple((x / 5, 0.0, 0.5) for x in range(10))
    assert after(replace(spec, points=same), 2).measure().test_accuracy.item() == 0
