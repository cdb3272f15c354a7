import math

import pytest

from playground.figures.sweeps import sweep_map

WORDS = {"across": "rate", "upward": "penalty", "loss": "loss", "lost": "diverged"}


def test_map_has_a_square_for_each_loss_and_a_cross_for_each_divergence():
    pairs = [(0.1, 1.0), (0.2, 2.0), (0.3, 3.0)]
    squares, crosses = sweep_map(pairs, [0.5, math.nan, 0.25], **WORDS).data
    assert (squares.x, squares.y) == ((0.1, 0.3), (1, 3))
    assert squares.marker.color == squares.customdata == (0.5, 0.25)
    assert (crosses.x, crosses.y) == ((0.2,), (2,))
    assert squares.marker.symbol != crosses.marker.symbol
    assert "diverged" in crosses.hovertemplate


def test_outliers_do_not_blind_the_scale():
    losses = [0.01 * i for i in range(99)] + [1e30]
    pairs = [(1.0, i + 1.0) for i in range(100)]
    (squares, _crosses) = sweep_map(pairs, losses, **WORDS).data
    assert (squares.marker.cmin, squares.marker.cmax) == (0, pytest.approx(0.89))
    assert squares.customdata[-1] == 1e30


@pytest.mark.parametrize("count", [0, 1, 4096])
def test_map_stands_when_all_diverged(count):
    pairs = [(1.0, 1.0)] * count
    figure = sweep_map(pairs, [math.nan] * count, **WORDS)
    squares, crosses = figure.data
    assert (len(squares.x), len(crosses.x)) == (0, count)
    assert 3 <= crosses.marker.size <= 11
    assert figure.layout.xaxis.title.text == "rate"
    assert figure.layout.yaxis.title.text == "penalty"
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"


def test_map_needs_a_loss_for_each_pair():
    with pytest.raises(ValueError, match="argument"):
        sweep_map([(1.0, 1.0)], [], **WORDS)
