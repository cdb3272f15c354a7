"""What the presets of the optimizers page claim, computed."""

from dataclasses import replace

import pytest
import torch

from engine.courses import Racer
from engine.races import limit, race, tune
from playground.panels.race_presets import PRESETS, TRIES
from playground.panels.race_runs import from_text


def preset(beginning):
    (found,) = [p for p in PRESETS if p.title.startswith(beginning)]
    return found


def ways(found, **changes):
    """Return the ways of a preset's runners, on its course with these changes."""
    return race(replace(found.course, **changes), found.racers)


def far(found, way):
    """Return how far a runner ends from the nearest minimum."""
    minima = torch.tensor(found.course.ground.minima, dtype=torch.float64)
    return (way.points[-1] - minima).norm(dim=-1).min().item()


def loss(found, way):
    return way.losses[-1].item() - found.course.ground.lowest


def test_settings_name_the_race_they_come_from():
    for found, entry in zip(PRESETS, TRIES, strict=True):
        assert from_text(entry.settings["runs"]) == found.racers
        assert entry.settings["surface"] == found.course.surface


def test_zigzag_momentum_is_a_thousand_times_nearer():
    found = preset("Zigzag")
    sgd, momentum = ways(found)
    jumps = sgd.points[:, 1].sign()
    assert (jumps[1:] == -jumps[:-1]).all()
    assert far(found, sgd) > 1000 * far(found, momentum)
    assert limit(found.course, found.racers[0]).rate_at_start == pytest.approx(0.04)
    rates = [racer.values["learning_rate"] for racer in found.racers]
    assert rates[1] == pytest.approx(rates[0] / 2, rel=0.06)


def test_a_hair_below_arrives_and_a_hair_above_leaves():
    found = preset("A hair")
    below, above = ways(found)
    assert far(found, below) < 1e-6
    assert above.blown == 145
    for way, factor in ((below, -0.9), (above, -1.1)):
        ratio = way.points[1:50, 1] / way.points[:49, 1]
        assert ratio.tolist() == pytest.approx([factor] * 49)


def test_only_sgd_is_still_at_the_saddle():
    found = preset("Stuck on")
    sgd, *others = ways(found)
    assert sgd.points[-1].norm() < 0.2
    assert all(far(found, way) < 0.02 for way in others)


def test_noise_and_nothing_else_leaves_the_ridge():
    found = preset("Noise leaves")
    sides = set()
    for seed in range(20):
        for way in ways(found, seed=seed):
            assert far(found, way) < 0.4
            sides.add(way.points[-1, 1].sign().item())
    assert sides == {1.0, -1.0}
    for way in ways(found, noise=0.0):
        assert not way.points[:, 1].any()


def test_one_rate_for_all_puts_adam_last():
    found = preset("Adam loses")
    losses = [loss(found, way) for way in ways(found)]
    sgd, momentum, rmsprop, adam = losses
    assert momentum < sgd < rmsprop < adam
    for way in ways(found)[2:]:
        assert (way.points[-1] - way.points[0]).norm() < 0.6
    steps = ways(found)[3].points.diff(dim=0).norm(dim=-1)
    assert steps.median() < 0.002


def test_tuned_adam_is_as_good_as_momentum_and_sgd_is_not():
    found = preset("The same valley")
    tunings = {
        racer.optimizer: tune(found.course, racer.optimizer, racer.values)
        for racer in found.racers
    }
    lowest = {name: tuning.losses.min() for name, tuning in tunings.items()}
    assert len(tunings["adam"].learning_rates) == 71
    assert tunings["adam"].best == 0.5
    assert max(lowest["adam"], lowest["momentum"]) < 1e-12
    assert min(lowest["sgd"], lowest["rmsprop"]) > 0.01


def test_rastrigin_holds_all_in_the_same_hole():
    found = preset("Rastrigin")
    for way in ways(found):
        assert (way.points[-1] - torch.tensor([2.985, -2.985])).norm() < 0.1
        assert far(found, way) > 4


def test_momentum_rolls_on_into_another_minimum():
    found = preset("One start")
    sgd, momentum = ways(found)
    assert far(found, sgd) < 1e-3
    assert far(found, momentum) < 1e-3
    assert (sgd.points[-1] - momentum.points[-1]).norm() > 3
    first = torch.tensor([3.0, 2.0])
    assert (sgd.points[-1] - first).norm() < 1e-3
    assert (momentum.points - first).norm(dim=-1).min() < 1


def test_adagrads_steps_only_get_shorter():
    found = preset("AdaGrad")
    adagrad, *others = ways(found)
    steps = adagrad.points.diff(dim=0).abs()[:, 0]
    assert (steps.diff() < 0).all()
    assert adagrad.points[-1, 0] < 2.5
    assert all(far(found, way) < 1e-3 for way in others)


def test_the_valley_flings_sgd_out_and_clipping_keeps_it_in():
    free, clipped = preset("Flung out"), preset("Clipping keeps")
    assert clipped.course == replace(free.course, clip="norm", clip_at=0.03)
    (flung,), (kept,) = ways(free), ways(clipped)
    heights = flung.points[:, 1].abs()
    below = int((heights < 0.3).int().argmax())
    assert below > 0
    assert heights[below + 1 :].max() > 1
    assert far(free, flung) > 1
    assert kept.points.diff(dim=0).norm(dim=-1).max() <= 0.03 + 1e-9
    assert far(clipped, kept) < 0.03
    start, steepest = flung.slopes[0], flung.slopes.max()
    assert steepest > 50 * start


def test_warm_up_arrives_where_the_whole_rate_is_lost():
    found = preset("Warm-up")
    (plain,) = ways(found, schedule="constant")
    assert plain.blown == 4
    (warm,) = ways(found)
    assert far(found, warm) < 1e-9
    assert warm.rates[19:].tolist() == pytest.approx([0.02] * 81)
    assert limit(found.course, found.racers[0]).rate_at_start < 0.02
    assert limit(found.course, found.racers[0]).rate_at_minimum > 0.02


def test_a_cosine_ends_ten_times_lower_over_twenty_seeds():
    found = preset("A cosine")
    means = [
        torch.tensor(
            [
                [loss(found, way) for way in ways(found, seed=s, schedule=schedule)]
                for s in range(20)
            ]
        ).mean(0)
        for schedule in ("constant", "cosine")
    ]
    assert (means[0] > 10 * means[1]).all()


def test_both_conventions_of_momentum_take_the_same_path():
    plain, course = ways(preset("Momentum with"))
    torch.testing.assert_close(plain.points, course.points)


def test_the_parabola_by_hand():
    found = preset("w² − 10w + 25")
    (way,) = ways(found)
    assert way.points[1].item() == pytest.approx(0.1)
    distances = 5 - way.points[:101, 0]
    assert (distances[1:] / distances[:-1]).tolist() == pytest.approx([0.98] * 100)
    assert way.points[-1].item() == pytest.approx(5, abs=1e-7)
    assert found.racers == (Racer("sgd", (("learning_rate", 0.01),)),)


def test_the_decay_table():
    (way,) = ways(preset("α₀"))
    expected = [0.2, 0.1, 0.0667, 0.05, 0.04]
    assert way.rates[:5].tolist() == pytest.approx(expected, abs=5e-5)
