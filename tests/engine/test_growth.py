"""A picture on its way: few snapshots, the same numbers as the whole ascent."""

import pytest
import torch

from engine.colour_net import load
from engine.excite import Recipe, climb
from engine.growth import SNAPSHOTS, Growth

RECIPE = Recipe(steps=70, size=16)


def test_growth_keeps_the_start_the_end_and_few_between():
    net = load()
    growth = Growth(net, "c2", 7, RECIPE)
    assert not growth.finished
    shots = tuple(growth.run())
    assert growth.finished
    assert growth.snapshots == shots
    assert [shot.step for shot in shots] == list(range(0, 71, 2))
    assert len(shots) <= 2 * SNAPSHOTS + 1
    whole = list(climb(net, "c2", 7, RECIPE))
    for shot in shots:
        assert torch.equal(shot.picture, whole[shot.step].picture)
        assert shot.reached == whole[shot.step].activation
        peak = net.totals(shot.picture[None], "c2")[0, 7].max().item()
        assert shot.peak == peak >= shot.reached


def test_growth_of_a_class_climbs_its_logit():
    growth = Growth(load(), "output", 3, Recipe(steps=4, size=32))
    shots = list(growth.run())
    assert [shot.step for shot in shots] == [0, 1, 2, 3, 4]
    assert all(shot.peak == shot.reached for shot in shots)
    assert shots[-1].peak > shots[0].peak


def test_growth_left_early_is_not_finished():
    growth = Growth(load(), "c1", 0, RECIPE)
    next(growth.run())
    assert len(growth.snapshots) == 1
    assert not growth.finished


def test_growth_refuses_what_climb_refuses():
    with pytest.raises(ValueError, match="c9"):
        next(Growth(load(), "c9", 0).run())
