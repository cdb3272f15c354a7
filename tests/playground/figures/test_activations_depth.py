import pytest
import torch

from engine.activations import ACTIVATIONS
from engine.depth import INITS, SAMPLES, Plan, propagate
from engine.forms import Form
from playground import theme
from playground.figures.activations_depth import Words, histograms, signal

WORDS = Words(
    layer="Layer",
    spread="std",
    difference="between",
    gradient="gradient",
    before="before",
    after="after",
    active="active",
    saturated="saturated",
)


def network(name="tanh", init="xavier", depth=6, width=8, bias=0.0):
    return propagate(Plan(Form(name), init, depth, width, bias))


def line(figure, name, mode="lines+markers"):
    (found,) = (t for t in figure.data if t.name == name and t.mode == mode)
    return found


def test_every_layer_has_a_mark_in_each_line():
    found = network()
    figure = signal(found, 2, WORDS)
    for name, values in (
        ("std", found.spread),
        ("between", found.difference),
        ("gradient", found.gradient),
    ):
        assert list(line(figure, name).x) == list(range(7))
        assert list(line(figure, name).y) == pytest.approx(values.tolist())
    assert figure.layout.yaxis.type == figure.layout.yaxis2.type == "log"
    assert [shape.x0 for shape in figure.layout.shapes] == [2, 2]


def test_what_is_zero_stands_at_the_bottom_and_is_named():
    figure = signal(network(init="zeros"), 1, WORDS)
    crosses = line(figure, "gradient", "markers")
    assert list(crosses.x) == [0, 1, 2, 3, 4, 5]
    floor = 10 ** figure.layout.yaxis.range[0]
    assert list(crosses.y) == pytest.approx([floor] * 6)
    assert crosses.marker.symbol == "x"
    assert list(line(figure, "gradient").y) == [None] * 6 + [pytest.approx(1)]
    assert all("✕ 0" in note.text for note in figure.layout.annotations)
    plain = signal(network(), 1, WORDS)
    assert not any("✕" in note.text for note in plain.layout.annotations)


@pytest.mark.parametrize("init", INITS)
@pytest.mark.parametrize("name", ["sigmoid", "relu", "step", "linear"])
def test_all_marks_lie_within_the_axes(name, init):
    figure = signal(network(name, init, depth=50), 1, WORDS)
    for trace in figure.data:
        low, high = figure.layout["yaxis" + trace.yaxis.removeprefix("y")].range
        values = [value for value in trace.y if value is not None]
        # exact powers of ten at the bottom may be rounded
        assert all(10**low * 0.999 <= value <= 10**high for value in values)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_histograms_count_every_number_before_and_after(name):
    found = network(name, "he", depth=3)
    figure = histograms(found, 3, WORDS)
    before = [t for t in figure.data if t.xaxis == "x2"]
    after = [t for t in figure.data if t.xaxis == "x"]
    for bars in (before, after):
        assert sum(sum(bar.y) for bar in bars) == SAMPLES * 8
        saturated = next(bar for bar in bars if bar.name == "saturated")
        expected = round(found.flat[2].item() * SAMPLES * 8)
        assert sum(saturated.y) == expected
        assert saturated.marker.pattern.shape == "/"
        assert saturated.marker.color == theme.NEGATIVE


@pytest.mark.parametrize("init", ["zeros", "large"])
def test_equal_and_enormous_numbers_have_histograms_too(init):
    found = network("relu", init, depth=50, width=64)
    figure = histograms(found, 50, WORDS)
    for bar in figure.data:
        assert torch.tensor(bar.x).isfinite().all()
        assert len(set(bar.x)) == len(bar.x)
