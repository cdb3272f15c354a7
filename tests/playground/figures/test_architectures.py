"""The picture of a network: volumes to scale, bars with every layer's share."""

from itertools import pairwise

import pytest

from engine.architectures import NETWORKS
from engine.layer_report import folded, report
from engine.residual import Stack, descend
from playground.figures.architecture_charts import Texts, costs, gradients
from playground.figures.architecture_solids import solids
from playground.figures.architectures import Words, picture

WORDS = Words("input", "sides", "channels", "parameters", "multiplies", "memory")


def drawn(name="vgg16", chosen=1):
    network = NETWORKS[name]
    found = report(network.plan(network.classes), network.shape)
    rows = folded(found.rows, "blocks")
    return rows, picture((network.shape, rows), WORDS, chosen=chosen)


def test_volumes_shrink_and_widen_with_their_shapes():
    first, second, line = solids([(3, 64, 64), (64, 16, 16), (10,)])
    tall = [solid.front[2][1] for solid in (first, second, line)]
    wide = [solid.front[1][0] - solid.front[0][0] for solid in (first, second, line)]
    assert tall[0] == pytest.approx(2 * tall[1])  # the root of the side
    assert wide[0] < wide[1]
    assert wide[2] < wide[1]


@pytest.mark.parametrize("name", NETWORKS)
def test_bars_are_the_numbers_of_the_layers(name):
    rows, figure = drawn(name)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert [list(bar.y) for bar in bars] == [
        [row.parameters for row in rows],
        [row.multiplies for row in rows],
        [row.memory for row in rows],
    ]
    assert list(figure.layout.xaxis.ticktext) == ["input", *(r.name for r in rows)]


def test_parts_of_a_single_block_go_without_its_name():
    network = NETWORKS["inception"]
    rows = folded(report(network.plan(0), network.shape).rows, "layers")
    names = picture((network.shape, rows), WORDS).layout.xaxis.ticktext
    assert list(names)[:4] == ["input", "one", "reduce3", "three"]


def test_more_names_than_fit_become_numbers():
    network = NETWORKS["googlenet"]
    rows = report(network.plan(1000), network.shape).rows
    figure = picture((network.shape, rows), WORDS)
    assert list(figure.layout.xaxis.ticktext)[:2] == ["10", "20"]
    above = [note.x for note in figure.layout.annotations if note.yanchor == "bottom"]
    assert above == sorted(set(above))
    assert all(b - a > 2 for a, b in pairwise(above))


def test_the_largest_share_is_written_and_the_chosen_layer_marked():
    _rows, figure = drawn(chosen=20)
    (parameters,) = [t for t in figure.data if t.type == "bar" and t.yaxis == "y2"]
    assert [text for text in parameters.text if text] == ["74%"]
    (band,) = figure.layout.shapes
    assert band.x0 < 20 < band.x1


def test_a_network_without_any_row_is_an_input_alone():
    figure = picture(((3, 8, 8), ()), WORDS)
    assert list(figure.layout.xaxis.ticktext) == ["input"]
    assert not figure.layout.shapes


def test_a_layer_that_fails_has_a_cross_behind_the_last_volume():
    network = NETWORKS["lenet5"]
    rows = report(network.plan(10), (1, 28, 28)).rows
    figure = picture(((1, 28, 28), rows), WORDS, failed="C5")
    lines = [trace for trace in figure.data if trace.type == "scatter"]
    (cross,) = [trace for trace in lines if trace.marker.symbol == "x"]
    assert figure.layout.xaxis.ticktext[cross.x[0]] == "C5"


def test_costs_write_exact_numbers():
    numbers = [("p", [456, 14_455_392]), ("m", [1, 2])]
    figure = costs(["a", "b"], numbers, title="log")
    assert list(figure.data[0].text) == ["456", "14 455 392"]
    assert figure.layout.xaxis.type == "log"


def test_gradients_have_a_mark_for_each_convolution():
    both = {n: descend(Stack(2), around=n == "r").gradient for n in "pr"}
    figure = gradients(both, Texts("layer", "length"), first=1)
    assert [len(line.y) for line in figure.data] == [4, 4]
    first, second = (line.marker.symbol[0] for line in figure.data)
    assert first != second
