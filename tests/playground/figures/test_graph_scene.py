"""What is on the stage, and what every frame holds."""

import math
from itertools import pairwise

import numpy as np
import pytest

from playground.figures.graph_film import (
    BACK,
    DONE,
    IDLE,
    THERE,
    film,
    has_room,
    slope_labels,
    tracks,
)
from playground.figures.graph_scene import Words, scene, title
from tests.playground.figures.graphs import example, own, place

WORDS = Words(
    step="Step",
    upper="value",
    lower="slope {gradient}",
    edge="×",
    undefined="none",
    spoken="Step {time:int}.",
)


def frames(story):
    """Return the tracks of every frame, name -> numbers."""
    found = []
    for frame in film(story):
        numbers, start, named = np.frombuffer(frame, "<f4"), 0, {}
        for track in tracks(story):
            named[track.name] = numbers[start : start + track.size]
            start += track.size
        assert start == len(numbers)
        found.append(named)
    return found


def texts(story):
    return [x.template for x in scene(story, WORDS).layers if x.kind == "text"]


@pytest.mark.parametrize("name", ["chain", "paths", "logistic", "net", "own"])
@pytest.mark.parametrize("lines", [False, True])
def test_frames_have_the_length_that_the_scene_asks_for(name, lines):
    story = example(name, lines=lines)
    stage = scene(story, WORDS)
    assert {len(frame) for frame in film(story)} == {stage.frame_bytes}
    assert stage.end == len(film(story)) - 1 == len(story.moments) - 1


def test_numbers_arrive_one_by_one():
    story = example("paths")
    b, f = place(story, "b"), place(story, "f")
    told = frames(story)
    assert math.isnan(told[0]["values"][f])
    assert told[0]["values"][b] == 3
    assert told[3]["values"][f] == 72
    slopes = [frame["gradients"][b] for frame in told]
    assert np.isnan(slopes[:6]).all()
    assert slopes[-1] == 33
    assert 24 in slopes


def test_cells_get_their_colour_when_their_number_is_there():
    story = example("chain")
    for frame in frames(story):
        for cells, numbers in (("valued", "values"), ("graded", "gradients")):
            drawn = [i for i, at in enumerate(story.layout.at) if at]
            filled = ~np.isnan(frame[cells].reshape(-1, 4)[:, 0])
            known = ~np.isnan(frame[numbers][drawn])
            assert filled.tolist() == known.tolist()


def test_edges_tell_what_goes_along_them():
    story = example("chain")
    told = frames(story)
    kinds = [moment.kind for moment in story.moments]
    assert set(told[0]["flow"].round(3)) == {IDLE}
    forward = told[kinds.index("forward")]["flow"]
    assert [round(float(x), 3) for x in forward].count(THERE) == 2  # b and c to u
    for before, after in pairwise(told[kinds.index("backward") :]):
        assert (before["flow"].round(3) == BACK).sum() == 1
        was = before["flow"].round(3) == BACK
        assert (after["flow"][was].round(3) == DONE).all()


def test_the_focus_is_on_the_node_at_work_and_where_its_gradient_goes():
    story = example("chain")
    told = frames(story)
    boxes = [(~np.isnan(frame["focus"].reshape(2, 4)[:, 0])).sum() for frame in told]
    wanted = {"start": 0, "forward": 1, "seed": 1, "backward": 2}
    assert boxes == [wanted[moment.kind] for moment in story.moments]


def test_slopes_stay_where_there_is_room_and_are_shown_one_by_one_where_not():
    for name, stays in (("chain", True), ("net", False)):
        story = example(name)
        assert has_room(story.layout) == stays
        shown = [
            (~np.isnan(frame["slopes"].reshape(-1, 4)[:, 0])).sum()
            for frame in frames(story)
        ]
        edges = len(story.layout.edges)
        assert shown[-1] == (edges if stays else 1)
        assert max(shown) == shown[-1]


def test_slopes_are_written_at_their_edges():
    found = dict(
        zip(example("chain").layout.edges, slope_labels(example("chain")), strict=True)
    )
    story = example("chain")
    said = {
        (story.computed.nodes[p].name, story.computed.nodes[p].operands[i]): text
        for (p, i), (text, _at) in found.items()
    }
    assert said["u", place(story, "b")] == "×2"
    assert said["u", place(story, "c")] == "×3"
    assert said["J", place(story, "v")] == "×3"
    crowded = [text for text, _at in slope_labels(example("net"))]
    assert "∂a₁/∂s₁ = 0.2411" in crowded


@pytest.mark.parametrize("name", ["chain", "paths", "own"])
def test_no_slope_hides_another(name):
    spots = [at for _text, at in slope_labels(example(name))]
    for i, (x, y) in enumerate(spots):
        assert all(abs(x - a) > 30 or abs(y - b) > 12 for a, b in spots[:i])


def test_titles_are_formulas_where_they_fit():
    story = example("chain")
    assert title(story, place(story, "v")) == "v = a+u"
    story = example("net")
    assert title(story, place(story, "s1")) == "s₁  (+)"
    assert title(story, place(story, "a1")) == "a₁ = σ(s₁)"
    story = example("net", lines=True)
    assert title(story, place(story, "s1")) == "s₁"
    assert title(story, place(story, "E")) == "E = (y−ŷ)²/2"


def test_inputs_have_their_name_beside_their_number():
    assert "a = 5" in texts(example("chain"))
    assert "w₁ = 0.15" in texts(example("net"))


def test_a_number_that_does_not_exist_says_so():
    story = own("u = log(x); f = u*y", x=-1.0, y=2.0)
    assert texts(story).count("none") == 2
    assert len(story.moments) == 3  # there is no way back
    assert "none" not in texts(example("chain"))


def test_a_long_formula_takes_a_wider_stage_and_fewer_digits():
    story = own("sin(cos(" * 7 + "x" + "))" * 7, x=2.0)
    assert story.layout.crowding > 1
    assert "{values:1:3}" in texts(story)
    assert "{values:1}" not in texts(story)
    width, _height = story.layout.size
    for text, (x, _y) in slope_labels(story):
        assert x + len(text) * story.layout.letter / 2 <= width


def test_the_legend_names_the_result():
    assert "value   ·   slope ∂J/∂…   ·   ×" in texts(example("chain"))
    assert "value   ·   slope ∂E/∂…" in texts(example("net"))
