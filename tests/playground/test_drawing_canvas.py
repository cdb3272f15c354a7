"""Pen strokes as the canvas writes them: found where the reader left them."""

from dataclasses import replace

import pytest
from hypothesis import given

from playground import drawing
from tests.playground.test_drawing import drawn, thorough


def path(commands, **moved):
    """An object as Fabric 7 writes it, as far as we read it."""
    usual = {"stroke": "#ffffff", "fill": None, "originX": "center"}
    return {"type": "Path", "path": commands, "strokeWidth": 8} | usual | moved


def read(*objects):
    return drawing.from_canvas({"version": "7.0.0", "objects": list(objects)})


def close(points):
    return [pytest.approx(point, abs=1e-9) for point in points]


CURVE = [["M", 10, 20], ["Q", 10, 20, 30, 20], ["Q", 50, 20, 50, 60], ["L", 50, 80]]
FLAT = [  # the curve above as straight pieces, by de Casteljau
    (10, 20),
    *[(11.25, 20), (15, 20), (21.25, 20), (30, 20)],
    *[(38.75, 22.5), (45, 30), (48.75, 42.5), (50, 60)],
    (50, 80),
]
MIDDLE = {"left": 30, "top": 50}  # of the curve's box, 10..50 by 20..80


def turned(quarter):
    """The points of FLAT turned clockwise around the middle by 90 degrees or more."""
    points = [(x - 30, y - 50) for x, y in FLAT]
    for _turn in range(quarter):
        points = [(-y, x) for x, y in points]
    return [(x + 30, y + 50) for x, y in points]


@pytest.mark.parametrize(
    ("moved", "points"),
    [
        pytest.param({}, FLAT, id="without place"),
        pytest.param(MIDDLE, FLAT, id="in place"),
        pytest.param(
            {"left": 130, "top": 45}, [(x + 100, y - 5) for x, y in FLAT], id="moved"
        ),
        pytest.param(
            MIDDLE | {"scaleX": 2, "scaleY": 0.5},
            [(2 * x - 30, y / 2 + 25) for x, y in FLAT],
            id="scaled",
        ),
        pytest.param(MIDDLE | {"angle": 90}, turned(1), id="quarter turn"),
        pytest.param(MIDDLE | {"angle": 270}, turned(3), id="three quarters"),
        pytest.param(
            MIDDLE | {"flipX": True}, [(60 - x, y) for x, y in FLAT], id="flipped"
        ),
        pytest.param(
            MIDDLE | {"flipY": True}, [(x, 100 - y) for x, y in FLAT], id="upside down"
        ),
        pytest.param(
            MIDDLE | {"flipX": True, "angle": 180, "scaleY": 2},
            [(x, 150 - 2 * y) for x, y in FLAT],
            id="flipped, turned and scaled",
        ),
    ],
)
def test_from_canvas_finds_a_path_where_the_reader_left_it(moved, points):
    (stroke,) = read(path(CURVE, **moved))
    assert list(stroke.points) == close(points)


@pytest.mark.parametrize(
    ("scale", "width"),
    [
        pytest.param({}, 8, id="as drawn"),
        pytest.param({"scaleX": 2, "scaleY": 2}, 16, id="twice as large"),
        pytest.param({"scaleX": 4, "scaleY": 1}, 16, id="stretched"),
        pytest.param({"flipX": True, "scaleX": 0.25}, 4, id="flipped and shrunk"),
    ],
)
def test_from_canvas_scales_the_pen_with_the_path(scale, width):
    (stroke,) = read(path(CURVE, **MIDDLE, **scale))
    assert stroke.width == pytest.approx(width)


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "Rect", "left": 5, "top": 5, "width": 9, "height": 9},
        {"type": "Circle", "radius": 5},
        {"type": "Path", "path": []},
        {"type": "Path"},
        {},
    ],
    ids=["rectangle", "circle", "empty path", "no path", "nothing"],
)
def test_from_canvas_leaves_out_what_is_no_stroke(entry):
    assert len(read(entry, path(CURVE), entry)) == 1


@pytest.mark.parametrize("given", [None, {}, {"objects": []}])
def test_from_canvas_of_nothing_is_no_strokes(given):
    assert drawing.from_canvas(given) == ()


def test_from_canvas_keeps_the_order_of_strokes():
    first, second = read(path([["M", 1, 1], ["L", 2, 2]]), path([["M", 5, 5]]))
    assert (first.points, second.points) == (((1, 1), (2, 2)), ((5, 5),))


@thorough
@given(drawn)
def test_canvas_gives_back_the_strokes_it_was_given(strokes):
    returned = drawing.from_canvas(drawing.to_canvas(strokes))
    # a dot is a line from a point to itself: the canvas draws no lone point
    assert returned == tuple(
        replace(s, points=s.points * (2 if len(s.points) == 1 else 1)) for s in strokes
    )
