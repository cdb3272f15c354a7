from playground import theme
from playground.figures.graph_still import graph_sketch, graph_still
from tests.playground.figures.graphs import example, own


def written(figure):
    return {text for trace in figure.data for text in (trace.text or ())}


def test_the_still_holds_every_value_every_slope_and_every_gradient():
    figure = graph_still(example("paths"), height=300)
    assert {"a = 5", "b = 3", "8", "9", "72", "33", "1"} <= written(figure)
    assert {"×1", "×3", "×8", "×9"} <= written(figure)
    assert {"u = a+b", "v = 3·b", "f = u·v"} <= written(figure)
    assert len(figure.layout.shapes) == 2 * 5
    assert figure.layout.height == 300


def test_values_and_gradients_differ_in_place_and_colour():
    figure = graph_still(example("chain"), height=300)
    colours = {trace.textfont.color for trace in figure.data if trace.text}
    assert {theme.POSITIVE, theme.NEGATIVE} <= colours


def test_a_result_that_does_not_exist_has_no_gradient():
    figure = graph_still(own("log(x)", x=-1.0), height=300)
    assert "–" in written(figure)
    assert not any(text.startswith("×") for text in written(figure))


def test_the_sketch_has_no_words():
    assert not written(graph_sketch(example("net"), height=150))
