import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.strokes import CANVAS, SKELETONS, Stroke, drawings, handwritten, render

slow = settings(deadline=None, max_examples=25, derandomize=True)
places = st.tuples(st.integers(-50, 330), st.integers(-50, 330))


def slow_render(strokes, size):
    """The same picture, straight from the definition: every pixel, every segment."""
    rows, columns = torch.meshgrid(
        torch.arange(size) + 0.5, torch.arange(size) + 0.5, indexing="ij"
    )
    picture = torch.zeros(size, size)
    for stroke in strokes:
        ends = list(zip(stroke.points, stroke.points[1:], strict=False))
        for (x1, y1), (x2, y2) in ends or [(stroke.points[0], stroke.points[0])]:
            long = (x2 - x1) ** 2 + (y2 - y1) ** 2
            share = (columns - x1) * (x2 - x1) + (rows - y1) * (y2 - y1)
            share = (share / long).clamp(0, 1) if long else share * 0
            away = torch.hypot(
                columns - x1 - share * (x2 - x1), rows - y1 - share * (y2 - y1)
            )
            picture = torch.maximum(
                picture, (stroke.width / 2 + 0.5 - away).clamp(0, 1)
            )
    return picture * 255


@slow
@given(
    st.lists(
        st.builds(
            Stroke,
            st.lists(places, min_size=1, max_size=6).map(tuple),
            st.floats(0.5, 60),
        ),
        max_size=3,
    )
)
def test_render_agrees_with_the_distance_to_every_segment(strokes):
    found = render(strokes)
    assert found.dtype == torch.uint8
    assert (found - slow_render(strokes, CANVAS)).abs().max() <= 1


def test_render_draws_a_dot_as_a_disc():
    picture = render([Stroke(((140, 140),), 20)]).float() / 255
    assert picture.sum() == pytest.approx(math.pi * 100, rel=0.01)
    assert picture[140, 140] == 1
    assert picture[140, 152] == 0


def test_render_rounds_the_ends_of_a_line():
    picture = render([Stroke(((50, 100), (150, 100)), 20)]).float() / 255
    assert picture.sum() == pytest.approx(100 * 20 + math.pi * 100, rel=0.01)
    assert picture[100, 42] == 1  # inside the round cap
    assert picture[91, 42] == 0  # outside it, though inside a square one


def test_render_softens_edges():
    column = render([Stroke(((50, 100.5), (150, 100.5)), 6)])[95:106, 100]
    assert column.tolist() == [0, 0, 128, 255, 255, 255, 255, 255, 128, 0, 0]


@pytest.mark.parametrize("size", [1, 28, 500])
def test_render_gives_the_size_asked_for(size):
    assert render([Stroke(((3, 3), (900, -40)), 5)], size).shape == (size, size)


@pytest.mark.parametrize(
    "strokes",
    [
        pytest.param([], id="none"),
        pytest.param([Stroke(((-400, 3), (-300, 900)), 9)], id="outside"),
        pytest.param([Stroke(((1e5, 1e5),), 9)], id="far away"),
    ],
)
def test_render_of_nothing_visible_is_black(strokes):
    assert not render(strokes).any()


def test_render_manages_repeated_points_and_huge_pens():
    assert (render([Stroke(((5, 5), (5, 5), (5, 5)), 2000)]) == 255).all()


@pytest.mark.parametrize(
    ("strokes", "size", "message"),
    [
        pytest.param([Stroke((), 5)], 9, "got 0 points", id="no points"),
        pytest.param([Stroke(((1, 1),), 0)], 9, "width 0", id="no width"),
        pytest.param([Stroke(((1, 1),), math.nan)], 9, "width nan", id="nan"),
        pytest.param([], 0, "size must be at least 1 pixel, got 0", id="size"),
    ],
)
def test_render_refuses_impossible_strokes(strokes, size, message):
    with pytest.raises(ValueError, match=message):
        render(strokes, size)


@pytest.mark.parametrize("digit", range(10))
def test_handwritten_stays_inside_the_canvas_and_its_stated_sizes(digit):
    for seed in range(40):
        strokes = handwritten(digit, seed)
        (width,) = {stroke.width for stroke in strokes}
        assert 10 <= width <= 30
        points = torch.tensor([point for s in strokes for point in s.points])
        assert points.min() - width / 2 >= 0
        assert points.max() + width / 2 <= CANVAS
        height = (points[:, 1].max() - points[:, 1].min()).item()
        assert 75 <= height <= 252
        assert (points == points.round()).all()


def test_handwritten_repeats_itself_for_a_seed_and_only_then():
    assert handwritten(3, 8) == handwritten(3, 8)
    assert len({handwritten(3, seed) for seed in range(50)}) == 50


def test_handwritten_leaves_the_shared_random_numbers_alone():
    before = torch.get_rng_state()
    handwritten(3, 8)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("digit", [-1, 10])
def test_handwritten_refuses_what_is_no_digit(digit):
    with pytest.raises(ValueError, match=f"0 to 9, got {digit}"):
        handwritten(digit, 0)


def test_skeletons_cover_all_digits_in_several_styles():
    assert list(SKELETONS) == list(range(10))
    assert all(len(styles) >= 2 for styles in SKELETONS.values())


def test_drawings_are_balanced_and_differ_between_seeds():
    found = list(drawings(20, 0))
    assert [digit for _, digit in found] == [*range(10), *range(10)]
    assert all(picture.shape == (CANVAS, CANVAS) for picture, _ in found)
    other = [picture for picture, _ in drawings(20, 1)]
    assert not any(torch.equal(a, b) for (a, _), b in zip(found, other, strict=True))
