"""Pen strokes as the canvas's JSON, as ours and as text: nothing is lost or trusted."""

import ast
import base64
import math
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import lenet
from engine.strokes import Stroke, handwritten, render
from playground import drawing
from tests.messages import ROOT

thorough = settings(deadline=None, max_examples=50, derandomize=True)
pixels = st.integers(-drawing.REACH, drawing.REACH)
lines = st.lists(st.tuples(pixels, pixels), min_size=1, max_size=40)
drawn = st.lists(
    st.builds(Stroke, lines.map(tuple), st.integers(1, 100)), max_size=5
).map(tuple)
hands = pytest.mark.parametrize(("digit", "seed"), [(d, 7 * d) for d in range(10)])


def distance(point, start, end):
    """How far a point lies from a segment: the nearest of many places along it."""
    places = torch.linspace(0, 1, 2001, dtype=torch.float64)[:, None]
    ends = torch.tensor([start, end, point], dtype=torch.float64)
    along = ends[0] + places * (ends[1] - ends[0])
    return (along - ends[2]).norm(dim=1).min().item()


def scribble(points, seed):
    """One stroke of whole pixels that wanders over the canvas like a bored hand."""
    generator = torch.Generator().manual_seed(seed)
    steps = torch.randint(-9, 10, (points, 2), generator=generator)
    places = (140 + steps.cumsum(0)).remainder(280)
    return Stroke(tuple(map(tuple, places.tolist())), 20)


def text_of(*numbers):
    """A link's text that holds these bytes."""
    return base64.urlsafe_b64encode(bytes(numbers)).decode().rstrip("=")


@thorough
@given(drawn)
def test_text_gives_back_every_corner_and_width(strokes):
    corners = tuple(
        Stroke(tuple(drawing.simplify(s.points, drawing.TOLERANCE)), s.width)
        for s in strokes
    )
    assert drawing.from_text(drawing.to_text(strokes)) == corners


@thorough
@given(drawn)
def test_text_of_a_restored_drawing_is_the_same_text(strokes):
    text = drawing.to_text(strokes)
    assert drawing.to_text(drawing.from_text(text)) == text


@hands
def test_text_of_a_restored_digit_is_the_same_text(digit, seed):
    text = drawing.to_text(handwritten(digit, seed))
    assert drawing.to_text(drawing.from_text(text)) == text


@pytest.mark.parametrize("points", [2000, 8000])
def test_text_of_a_long_scribble_is_bounded_and_settled(points):
    text = drawing.to_text((scribble(points, seed=1),))
    assert 1000 < len(text) <= 4 / 3 * drawing.LONGEST + 3
    assert drawing.to_text(drawing.from_text(text)) == text


def test_text_of_more_dots_than_fit_comes_to_an_end(monkeypatch):
    """No tolerance makes dots fewer: to_text must notice, not double it for ever."""
    dots = tuple(Stroke(((9 + n % 250, 9 + n // 5),), 20) for n in range(1000))
    simplify, calls = drawing.simplify, []

    def counted(points, tolerance):
        calls.append(tolerance)
        if len(calls) > 40 * len(dots):
            pytest.fail(f"still simplifying, tolerance {tolerance}")
        return simplify(points, tolerance)

    monkeypatch.setattr(drawing, "simplify", counted)
    restored = drawing.from_text(drawing.to_text(dots))
    assert set(restored) <= set(dots)
    assert len(restored) > 100


@pytest.mark.parametrize(
    ("width", "kept"), [(0.2, 1), (17.4, 17), (17.6, 18), (1e6, 100)]
)
def test_text_keeps_widths_to_the_pixel_within_limits(width, kept):
    (stroke,) = drawing.from_text(drawing.to_text((Stroke(((3, 4),), width),)))
    assert stroke == Stroke(((3, 4),), kept)


def test_text_pulls_points_out_of_reach_to_the_limit():
    far = Stroke(((-1e9, 5.4), (20, 1e9)), 5)
    (stroke,) = drawing.from_text(drawing.to_text((far,)))
    assert stroke.points == ((-drawing.REACH, 5), (20, drawing.REACH))


@hands
def test_restored_digit_looks_like_the_original(digit, seed):
    strokes = [replace(s, width=round(s.width)) for s in handwritten(digit, seed)]
    before = render(strokes).int()
    after = render(drawing.from_text(drawing.to_text(tuple(strokes)))).int()
    away = (before - after).abs()
    assert away.max() <= 255 * drawing.TOLERANCE  # so far may a rim move
    assert away.sum() / before.sum() < 0.02


@hands
def test_simplify_stays_within_tolerance_and_keeps_the_ends(digit, seed):
    for stroke in handwritten(digit, seed):
        points = list(stroke.points)
        kept = drawing.simplify(points, 3.0)
        assert (kept[0], kept[-1]) == (points[0], points[-1])
        assert len(kept) < len(points) / 2
        at = iter(points)
        assert all(point in at for point in kept)  # a subsequence, in order
        segments = list(pairwise(kept))
        for point in points:
            assert min(distance(point, *ends) for ends in segments) < 3.01


@thorough
@given(lines, st.floats(0, 50))
def test_simplify_never_leaves_a_point_behind(points, tolerance):
    kept = drawing.simplify(points, tolerance)
    segments = list(pairwise(kept)) or [(kept[0], kept[0])]
    for point in points:
        away = min(distance(point, *ends) for ends in segments)
        longest = max(math.dist(*ends) for ends in segments)
        assert away <= tolerance + longest / 4000 + 1e-6  # half a step of the oracle


def test_simplify_returns_a_straight_line_as_its_ends():
    assert drawing.simplify([(0, 0), (5, 5), (7, 7), (9, 9)], 0) == [(0, 0), (9, 9)]


def test_no_strokes_are_the_empty_text():
    assert drawing.to_text(()) == ""
    assert drawing.from_text("") == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A", id="half a byte"),
        pytest.param(text_of(20), id="width alone"),
        pytest.param(text_of(20, 2, 8, 8), id="stroke breaks off"),
        pytest.param(text_of(20, 1, 8, 8, 20), id="second stroke breaks off"),
        pytest.param(text_of(20, 1, 8, 128), id="number breaks off"),
        pytest.param(text_of(20, 1, 128, 128), id="numbers break off"),
        pytest.param(text_of(20, 0), id="no points"),
        pytest.param(text_of(0, 1, 8, 8), id="zero width"),
        pytest.param(text_of(101, 1, 8, 8), id="too wide"),
        pytest.param(text_of(20, 1, 0x82, 8, 8), id="out of reach"),
        pytest.param(text_of(20, 1, 8, 0x81, 8), id="out of reach downwards"),
        pytest.param(text_of(20, *[255] * 400, 1), id="giant count"),
        pytest.param(text_of(20, 1, *[255] * 7000, 1, 8), id="giant step"),
        pytest.param("not a drawing!", id="no base64"),
        pytest.param("Gg9Y+gE/", id="other base64"),
        pytest.param("Gg9Y\n", id="newline"),
        pytest.param("\u0416\u00f1\U0001f58a\x00", id="unicode"),
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param("A" * 1_000_000, id="huge"),
        pytest.param(text_of(*[20, 1, 8, 8] * 2251), id="one letter too long"),
    ],
)
def test_from_text_refuses_what_it_never_wrote(text):
    with pytest.raises(ValueError, match=r"drawing|points|digits"):
        drawing.from_text(text)


@thorough
@given(st.text(max_size=30) | st.binary(max_size=60).map(lambda b: text_of(*b)))
def test_from_text_answers_any_text_with_strokes_or_a_value_error(text):
    try:
        strokes = drawing.from_text(text)
    except ValueError:
        return
    again = drawing.to_text(strokes)
    assert drawing.to_text(drawing.from_text(again)) == again


@pytest.mark.parametrize(("constant", "seed"), [("SEVEN", 2), ("BOLD", 21)])
def test_shipped_drawings_are_handwritten_sevens_read_as_sevens(constant, seed):
    tree = ast.parse((ROOT / "pages" / "digits.py").read_text("utf-8"))
    (text,) = (
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == constant
    )
    assert text == drawing.to_text(handwritten(7, seed))
    probabilities = lenet.classify(render(drawing.from_text(text)))
    assert probabilities.argmax() == 7
    assert probabilities[7] > 0.9
