import pytest

from engine.matrices import every_matrix, example
from playground import theme
from playground.figures.matrix_map import Words, found_at, places, shape_map

WORDS = Words(forward="there", backward="back")
SHAPES = {
    name: tuple(values.shape)
    for name, values in every_matrix(example((2, 3, 1), 4, "tanh", "bce", 0)).items()
}


@pytest.fixture
def figure():
    return shape_map(SHAPES, "Z1", {"W1", "X", "b1"}, WORDS)


def test_every_matrix_is_on_the_map_with_its_shape(figure):
    ways, names, sizes, clicks = figure.data
    assert set(ways.text) == {"there", "back"}
    assert "<b>Z<sup>[1]</sup></b>" in names.text
    assert len(names.text) == len(clicks.x) == len(SHAPES) - 1  # slopes are no step
    told = dict(zip(names.text, sizes.text, strict=True))
    assert told["W<sup>[1]</sup>"] == told["dW<sup>[1]</sup>"] == "3×2"


def test_rectangles_are_to_scale(figure):
    sides = {
        place.name: (shape.x1 - shape.x0, shape.y1 - shape.y0)
        for place, shape in zip(places(2), figure.layout.shapes, strict=True)
    }
    unit = sides["b2"][0]
    for name, (wide, high) in sides.items():
        assert (high / unit, wide / unit) == pytest.approx(SHAPES[name])


def test_the_result_is_filled_and_what_it_is_made_of_is_outlined(figure):
    drawn = {
        place.name: shape
        for place, shape in zip(places(2), figure.layout.shapes, strict=True)
    }
    filled = {n for n, s in drawn.items() if s.fillcolor == theme.POSITIVE}
    outlined = {n for n, s in drawn.items() if s.line.width > 1}
    assert filled == {"Z1"}
    assert outlined == {"Z1", "W1", "X", "b1"}


@pytest.mark.parametrize("depth", [2, 3])
def test_a_click_finds_the_matrix_it_hits(depth):
    for place in places(depth):
        assert found_at(depth, place.x + 9, place.y - 9) == place.name


@pytest.mark.parametrize("depth", [2, 3])
def test_gradients_stand_below_what_they_belong_to(depth):
    found = {place.name: place for place in places(depth)}
    for name, place in found.items():
        if name[0] == "d":
            assert place.x == found[name[1:]].x
            assert place.y > found[name[1:]].y
