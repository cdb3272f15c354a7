"""The live tape: frames in order, the same ones again, and every way to branch it."""

import time
from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from engine.spec import Change, Spec
from playground.live import MOST_FRAMES, LiveTraining

SPEC = Spec(count=40, layers=(3,), learning_rate=0.1, init="xavier")
WILD = replace(SPEC, optimizer="sgd", loss="mse", data="plane", learning_rate=1e3)
GONE = "diverged at {epoch} with {norm}"


class Plain:
    """Frames that are the parameters themselves: equal bytes, equal states."""

    def __init__(self, runs, look="plain"):
        self.look = look
        self.runs = runs

    def frame(self, moments, seconds):
        states = [at.parameters.flatten() for at in moments]
        clocks = torch.tensor([float(at.epoch) for at in moments])
        return torch.cat([*states, clocks]).numpy().tobytes()


def show(training, *specs, make=Plain, limit=60):
    return training.show(specs, make, limit=limit, diverged=GONE)


def pull(training, until, after=-1.0, step=1):
    """Return {time: frame} of all frames up to a time."""
    frames = {}
    while after < until:
        deadline = 0 if step == 1 else time.monotonic() + 60  # 0: one epoch each
        chunk = training.pull(after, step, deadline)
        assert len(chunk.times) == len(chunk.frames)
        assert [after, *chunk.times] == sorted({after, *chunk.times})
        frames |= dict(zip(chunk.times, chunk.frames, strict=True))
        after = chunk.times[-1] if chunk.times else after
        if chunk.end:
            break
    return {t: frame for t, frame in frames.items() if t <= until}


def taped(*specs, until=60, step=1, limit=60):
    training = LiveTraining()
    show(training, *specs, limit=limit)
    return training, pull(training, until, step=step)


def with_changes(*changes):
    return replace(SPEC, changes=tuple(Change(*change) for change in changes))


def test_pull_returns_every_epoch_in_order_and_then_the_end():
    training = LiveTraining()
    show(training, SPEC)
    first = training.pull(-1, 1, time.monotonic() + 60)
    assert first.times == list(range(MOST_FRAMES))
    assert not first.end
    second = training.pull(first.times[-1], 1, time.monotonic() + 60)
    assert second.times == list(range(MOST_FRAMES, 61))
    assert (second.end, second.note) == (True, "")
    nothing = training.pull(60, 1, time.monotonic() + 60)
    assert (nothing.times, nothing.frames, nothing.end) == ([], [], True)


def test_steps_are_as_wide_as_asked_and_stop_at_the_limit():
    training, frames = taped(SPEC, step=25)
    assert list(frames) == [0, 25, 50, 60]
    assert training.pull(10, 5, time.monotonic() + 60).times == [25, 50, 60]


def test_two_trainings_give_the_same_frames_whatever_the_steps():
    _one, fine = taped(SPEC)
    _two, coarse = taped(SPEC, step=7)
    assert {t: fine[t] for t in coarse} == coarse
    assert len(set(fine.values())) == 61


@pytest.mark.parametrize("step", [1, 30])
def test_a_deadline_in_the_past_allows_one_frame(step):
    training = LiveTraining()
    show(training, SPEC)
    for epoch in range(4):
        chunk = training.pull(epoch - 1, step, time.monotonic() - 1)
        assert chunk.times == [epoch]


def test_another_look_paints_the_same_epochs_again_without_training():
    training, before = taped(SPEC, until=20, step=5)
    generation = training.generation
    (run,), _painter = show(training, SPEC, make=lambda runs: Plain(runs, "other"))
    assert (training.generation, training.keep) == (generation + 1, None)
    assert training.stays
    trained = run.epoch
    again = pull(training, 20)
    assert again == before
    assert run.epoch == trained


def test_showing_the_same_again_changes_nothing():
    training, _frames = taped(SPEC, until=20)
    generation, keep = training.generation, training.keep
    (run,), _painter = show(training, SPEC)
    assert (training.generation, training.keep) == (generation, keep)
    assert training.pull(20, 1, 0).times == [21]
    assert run.epoch == 21


@pytest.mark.parametrize("step", [1, 7])
@pytest.mark.parametrize("name", ["learning_rate", "w.0.1.2", "b.1.0"])
def test_a_later_change_branches_just_before_it(name, step):
    training, before = taped(SPEC, until=40, step=step)
    generation = training.generation
    changed = with_changes((20, name, 0.5))
    (run,), _painter = show(training, changed)
    assert (training.generation, training.keep) == (generation + 1, 19.5)
    assert (run.epoch, training.stays) == (20, False)
    after = pull(training, 40, step=step)
    early = [t for t in after if t < 20]
    assert early == [t for t in before if t < 20]
    assert all(after[t] == before[t] for t in early)
    assert 20 in after
    at_once = name != "learning_rate"  # a rate acts in the next epoch only
    shared = {t for t in after if t >= 20 + (not at_once)} & set(before)
    assert all(after[t] != before[t] for t in shared)
    _fresh, whole = taped(changed, until=40)
    assert all(whole[t] == frame for t, frame in after.items())


def test_a_change_at_the_newest_epoch_goes_on_from_there():
    changed = with_changes((20, "w.0.0.0", 2.0))
    training, _frames = taped(SPEC, until=20)
    (run,), _painter = show(training, changed)
    assert (run.epoch, training.keep) == (20, 19.5)
    assert pull(training, 30) == taped(changed, until=30)[1]


def test_a_change_at_the_start_begins_anew():
    training, before = taped(SPEC, until=10)
    (run,), _painter = show(training, with_changes((0, "w.0.0.0", 2.0)))
    assert training.keep is None
    assert run.layers()[0][0][0, 0, 0] == 2
    assert all(frame != before[t] for t, frame in pull(training, 10).items())


def test_taking_a_change_back_returns_to_the_tape_before_it():
    first, second = (10, "w.0.0.0", 2.0), (20, "learning_rate", 0.5)
    training, before = taped(with_changes(first), until=30)
    show(training, with_changes(first, second))
    pull(training, 30)
    show(training, with_changes(first))
    assert training.keep == 19.5
    assert pull(training, 30) == before
    show(training, SPEC)
    assert training.keep == 9.5
    assert pull(training, 30) == taped(SPEC, until=30)[1]


def test_a_change_later_than_what_is_trained_is_met_on_the_way():
    training, _frames = taped(SPEC, until=10)
    changed = with_changes((30, "w.0.0.0", 2.0))
    show(training, changed)
    assert training.keep is None
    assert pull(training, 40) == taped(changed, until=40)[1]


def test_a_branch_that_the_browser_missed_does_not_keep_more_of_its_frames():
    training, _frames = taped(SPEC, until=40)
    show(training, SPEC, make=lambda runs: Plain(runs, "other"))
    branch = with_changes((20, "l2", 0.1))
    show(training, branch, make=lambda runs: Plain(runs, "other"))
    assert training.keep is None


def test_other_settings_begin_anew():
    training, _frames = taped(with_changes((5, "l2", 0.1)), until=10)
    generation = training.generation
    (run,), _painter = show(training, replace(SPEC, seed=1))
    assert (training.generation, training.keep) == (generation + 1, None)
    assert (run.epoch, training.playhead) == (0, 0)


def test_restart_begins_the_same_training_at_epoch_0():
    training, before = taped(SPEC, until=10)
    training.at = 7.0
    training.restart()
    assert training.playhead == 0
    assert training.pull(3, 1, 0).times == [4]  # the browser may ask in between
    (run,), _painter = show(training, SPEC)
    assert (run.epoch, training.keep, training.playhead) == (0, None, 0)
    assert pull(training, 10) == before


def test_a_spec_that_cannot_start_leaves_the_tape_as_it_was():
    training, before = taped(SPEC, until=20)
    generation, playhead = training.generation, training.playhead
    for broken in (
        with_changes((10, "w.7.0.0", 1.0)),
        with_changes((0, "w.0.9.0", 1.0)),
        replace(SPEC, loss="hinge", data="plane"),
    ):
        with pytest.raises(ValueError, match=r"layer|loss|unit|w\."):
            show(training, broken)
    assert (training.generation, training.playhead) == (generation, playhead)
    assert training.pull(20, 1, 0).times == [21]
    assert pull(training, 20) == before


def test_the_playhead_is_where_the_browser_says_not_where_the_frames_end():
    training, _frames = taped(SPEC, until=12)
    assert training.playhead == 0
    training.at = 5.7
    show(training, with_changes((3, "l2", 0.1)))
    assert training.playhead == 3  # the frames after it are gone


def test_a_higher_limit_lets_an_ended_tape_go_on():
    training, before = taped(SPEC, limit=10)
    generation = training.generation
    show(training, SPEC, limit=20)
    assert (training.generation, training.keep) == (generation + 1, 10)
    assert list(pull(training, 20, after=10)) == list(range(11, 21))
    assert pull(training, 10) == before


def test_a_lower_limit_ends_the_tape_there():
    training, _frames = taped(SPEC, until=40)
    show(training, SPEC, limit=10)
    assert training.keep == 10
    chunk = training.pull(-1, 1, time.monotonic() + 60)
    assert (chunk.times, chunk.end) == (list(range(11)), True)


def test_divergence_ends_the_tape_with_a_note():
    training, frames = taped(WILD)
    (lost,) = training.read(lambda run: run.divergence)
    norm = f"{lost.gradient_norm:.3g}".replace("e+17", "·10¹⁷")
    said = f"diverged at {lost.epoch} with {norm}"
    for after, times in ((max(frames), []), (-1, list(frames))):
        chunk = training.pull(after, 1, time.monotonic() + 60)
        assert (chunk.times, chunk.end, chunk.note) == (times, True, said)


def test_without_the_change_that_made_it_diverge_the_training_goes_on():
    calm = replace(WILD, learning_rate=1e-3)
    training, _frames = taped(calm, until=5)
    show(training, replace(calm, changes=(Change(5, "learning_rate", 1e3),)))
    assert 5 <= max(pull(training, 60)) < 60
    show(training, calm)
    assert training.keep == 4.5
    assert pull(training, 60) == taped(calm)[1]


def test_runs_go_on_beside_one_that_diverged():
    training, frames = taped(SPEC, WILD, replace(SPEC, seed=3))
    assert list(frames) == list(range(61))
    assert training.pull(59, 1, time.monotonic() + 60).note == ""
    calm, wild, other = training.moments(60)
    assert (calm.epoch, other.epoch) == (60, 60)
    assert wild.epoch < 60
    assert all(wild.divergence)


def test_a_branch_after_one_of_the_runs_diverged_leaves_it_alone():
    late = (Change(40, "l2", 0.1),)
    specs = (SPEC, WILD)
    changed = tuple(replace(spec, changes=late) for spec in specs)
    training, before = taped(*specs, until=50)
    show(training, *changed)
    assert training.keep == 39.5
    after = pull(training, 50)
    assert all(after[t] == before[t] for t in range(40))
    assert after == taped(*changed, until=50)[1]


def test_computing_time_grows_and_survives_a_branch():
    clocks = []

    class Clock(Plain):
        def frame(self, moments, seconds):
            clocks.append(seconds)
            return super().frame(moments, seconds)

    training = LiveTraining()
    show(training, SPEC, replace(SPEC, seed=1), make=Clock)
    pull(training, 30)
    changed = with_changes((20, "l2", 0.1))
    show(training, changed, replace(changed, seed=1), make=Clock)
    pull(training, 30, after=19)
    assert clocks[0] == (0, 0)
    for earlier, later in pairwise(clocks[:31]):
        assert all(a < b for a, b in zip(earlier, later, strict=True))
    assert all(a >= b > 0 for a, b in zip(clocks[31], clocks[19], strict=True))
