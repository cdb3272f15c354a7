"""Stills and the tuning chart of a race."""

import numpy as np
import pytest
import torch

from engine.courses import Course, Racer
from engine.races import Tuning, race
from playground import theme
from playground.figures.race import Runner
from playground.figures.race_map import window
from playground.figures.race_still import losses_still, map_still
from playground.figures.race_tuning import FLOOR, Found, tuning_chart

RACERS = (
    Racer("sgd", (("learning_rate", 0.3),)),
    Racer("adam", (("learning_rate", 0.1),)),
)
RUNNERS = (Runner("SGD", 1), Runner("Adam", 2))
COURSE = Course(steps=60)


def test_the_map_has_both_paths_up_to_its_border():
    ways = race(COURSE, RACERS)
    figure = map_still(COURSE.ground, RUNNERS, ways)
    paths = {t.name: t for t in figure.data if t.name}
    assert set(paths) == {"1 SGD", "2 Adam"}
    assert paths["1 SGD"].line.color == theme.LABELS[0]
    assert paths["2 Adam"].line.dash == "dash"
    x_low, x_high, y_low, y_high = window(COURSE.ground)
    for path in paths.values():
        assert x_low <= min(path.x) <= max(path.x) <= x_high
        assert y_low <= min(path.y) <= max(path.y) <= y_high
    assert max(map(abs, paths["1 SGD"].y)) == pytest.approx(y_high)
    np.testing.assert_allclose(paths["2 Adam"].x, ways[1].points[:, 0])
    heads = figure.data[-1]
    assert list(heads.text) == ["1", "2"]
    assert heads.x[1] == pytest.approx(ways[1].points[-1, 0].item())


def test_of_one_parameter_paths_lie_on_the_curve():
    course = Course("parabola", start=(0.0,), steps=10)
    figure = map_still(course.ground, RUNNERS[1:], race(course, RACERS[1:]))
    (path,) = [t for t in figure.data if t.name]
    assert [(w - 5) ** 2 for w in path.x] == pytest.approx(list(path.y))


def test_losses_are_those_above_the_minimum():
    course = Course("styblinski_tang", start=(0.5, -0.5), steps=10)
    ways = race(course, RACERS[1:])
    figure = losses_still(course.ground, RUNNERS[1:], ways, step="s", loss="l")
    (line,) = figure.data
    expected = ways[0].losses - course.ground.lowest
    np.testing.assert_allclose(line.y, expected)
    assert figure.layout.yaxis.type == "log"


def chart(losses, best, current):
    tuning = Tuning(torch.tensor([0.01, 0.1, 1.0]), torch.tensor(losses), best)
    tuning = Tuning(tuning.learning_rates.double(), tuning.losses.double(), best)
    found = Found(RUNNERS[1], tuning, current, torch.tensor(3.0).double())
    return tuning_chart([found], 2.0, rate="r", loss="l", best="b", now="n")


def test_tuning_shows_losses_above_the_lowest_with_gaps_for_the_lost():
    line, *_marks = chart([7.0, 2.5, float("inf")], 0.1, 0.02).data
    assert line.y[:2] == pytest.approx((5.0, 0.5))
    assert np.isnan(line.y[2])
    assert line.line.dash == "dash"


def test_tuning_marks_the_best_and_the_current_rate():
    rates = torch.tensor([0.01, 0.1, 1.0]).double().tolist()
    _line, best, now = chart([7.0, 2.0, 8.0], rates[1], 0.5).data
    assert (best.marker.symbol, now.marker.symbol) == ("circle-open", "x")
    assert list(best.x) == [rates[1]]
    assert list(best.y) == [FLOOR]
    assert list(now.x) == [0.5]  # it need not be one of those tried
    assert list(now.y) == pytest.approx([1.0])
