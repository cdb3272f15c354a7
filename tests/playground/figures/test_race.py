"""The scene and the film of a race: what stands where, and the numbers in it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.courses import Course, Racer
from engine.races import race
from engine.surfaces import SURFACES, surface
from playground.figures.race import MAP, SIZE, Race, Runner, Words, map_scene, scene
from playground.figures.race_film import film, step_film, up_to_the_border
from playground.figures.race_map import relief_heights, window

WORDS = Words("Step", "gap", "excess", "slope", "rate")
RACERS = (
    Racer("sgd", (("learning_rate", 0.01),)),
    Racer("adam", (("learning_rate", 0.1),)),
)


def filmed(course, racers=RACERS):
    """Return the ways, the tracks, and every track as [T, numbers]."""
    ways = race(course, racers)
    tracks, frames = film(course.ground, ways)
    table = np.stack([np.frombuffer(frame, dtype=np.float32) for frame in frames])
    ends = np.cumsum([track.size for track in tracks])
    parts = np.split(table, ends[:-1], axis=1)
    return (
        ways,
        tracks,
        {track.name: part for track, part in zip(tracks, parts, strict=True)},
    )


def drawn(course, racers=RACERS):
    _ways, tracks, _numbers = filmed(course, racers)
    runners = tuple(Runner(r.optimizer, i) for i, r in enumerate(racers, start=1))
    heights = relief_heights(course.ground)
    scheduled = course.schedule != "constant"
    return Race(
        course.ground, runners, tracks, course.steps, "data:x", heights, scheduled
    )


def layers(made, kind):
    return [layer for layer in made.layers if layer.kind == kind]


def test_film_holds_the_race_exactly():
    course = Course("himmelblau", start=(0.5, -1.0), steps=30)
    ways, _tracks, numbers = filmed(course)
    assert all(len(part) == 31 for part in numbers.values())
    for index, way in enumerate(ways):
        place = numbers["place"][:, 2 * index : 2 * index + 2]
        np.testing.assert_allclose(place, way.points.numpy(), rtol=1e-6)
        np.testing.assert_allclose(numbers["loss"][:, index], way.losses, rtol=1e-6)
        np.testing.assert_allclose(numbers["slope"][:, index], way.slopes, rtol=1e-6)
        np.testing.assert_allclose(numbers["excess"][:, index], way.losses, rtol=1e-5)
        minima = torch.tensor(course.ground.minima, dtype=torch.float64)
        gaps = (way.points[:, None] - minima).norm(dim=-1).min(1).values
        np.testing.assert_allclose(numbers["far"][:, index], gaps, rtol=1e-6)


def test_each_frame_shows_the_rate_of_the_step_that_led_there():
    course = Course(
        "parabola", start=(0.0,), steps=4, schedule="inverse", schedule_rate=1.0
    )
    _ways, _tracks, numbers = filmed(course, (Racer("sgd", (("learning_rate", 0.2),)),))
    shown = numbers["rate"][:, 0]
    np.testing.assert_allclose(shown, [0.2, 0.2, 0.1, 0.2 / 3, 0.05], rtol=1e-6)


def test_of_one_parameter_the_place_is_w_and_its_loss():
    ways, tracks, numbers = filmed(Course("parabola", start=(0.0,), steps=5))
    assert "relief" not in [track.name for track in tracks]
    np.testing.assert_allclose(numbers["place"][:, 0], ways[0].points[:, 0], rtol=1e-6)
    np.testing.assert_allclose(numbers["place"][:, 1], ways[0].losses, rtol=1e-6)


def test_curves_leave_out_what_is_off_the_map_and_what_is_rounding():
    fast = Racer("sgd", (("learning_rate", 0.3),))
    done = Racer("sgd", (("learning_rate", 0.1),))
    course = Course("bowl", condition=10.0, steps=400)
    ways, _tracks, numbers = filmed(course, (fast, done))
    assert ways[0].blown is not None
    assert np.isnan(numbers["excess"][ways[0].blown, 0])
    assert ways[1].losses[-1] < 1e-12
    assert np.isnan(numbers["excess"][-1, 1])
    assert numbers["loss"][-1, 1] == pytest.approx(ways[1].losses[-1].item())
    assert np.nanmin(numbers["excess"]) >= 1e-12 * 0.999


def test_relief_stays_in_the_unit_cube_while_on_the_map():
    course = Course("rastrigin", start=(3.4, -2.6), steps=20)
    ways, _tracks, numbers = filmed(
        course, (Racer("sgd", (("learning_rate", 0.001),)),)
    )
    assert ((numbers["relief"] >= 0) & (numbers["relief"] <= 1)).all()
    low, high = window(course.ground)[:2]
    x = (ways[0].points[:, 0].numpy() - low) / (high - low)
    np.testing.assert_allclose(numbers["relief"][:, 0], x, rtol=1e-6)


def test_who_leaves_for_good_ends_on_the_border():
    places = np.array([[0, 0], [0.5, 0.2], [2.0, 0.8], [9.0, 9.0]])[:, None]
    cut = up_to_the_border(places, (-1.0, 1.0, -1.0, 1.0))[:, 0]
    np.testing.assert_allclose(cut[:2], places[:2, 0])
    np.testing.assert_allclose(cut[2], [1.0, 0.4])
    assert np.isnan(cut[3]).all()


def test_who_leaves_and_comes_back_is_not_cut():
    places = np.array([[0, 0], [3.0, 0], [0.5, 0], [0.0, 0]])[:, None]
    cut = up_to_the_border(places, (-1.0, 1.0, -1.0, 1.0))
    np.testing.assert_array_equal(cut, places)


def test_a_step_to_infinity_has_no_place():
    places = np.array([[0, 0], [np.nan, np.nan]])[:, None]
    cut = up_to_the_border(places, (-1.0, 1.0, -1.0, 1.0))
    assert np.isnan(cut[1]).all()
    np.testing.assert_array_equal(cut[0], places[0])


@pytest.mark.parametrize("name", SURFACES)
def test_every_surface_has_a_scene_within_the_stage(name):
    start = (1.0,) if name == "parabola" else (1.0, 0.5)
    made = scene(drawn(Course(name, start=start, steps=10)), WORDS)
    made.to_json()
    for layer in made.layers:
        if hasattr(layer, "box"):
            x, y, width, height = layer.box
            assert x >= 0
            assert y >= 0
            assert x + width <= SIZE[0]
            assert y + height <= SIZE[1]
    assert len(layers(made, "relief")) == (name != "parabola")
    assert [picture.action for picture in layers(made, "picture")] == ["start"]
    assert len([x for x in made.layers if x.id == "minimum"]) == 2 * len(
        drawn(Course(name, start=start, steps=10)).surface.minima
    ) * (name != "parabola")


def test_runners_differ_by_colour_dash_and_number():
    racers = tuple(RACERS[i % 2] for i in range(6))
    made = scene(drawn(Course(), racers), WORDS)
    trails = layers(made, "trail")
    assert [trail.label for trail in trails] == list("123456")
    assert len({trail.color for trail in trails}) == 6
    assert [trail.dash for trail in trails] == [False, True] * 3
    (relief,) = layers(made, "relief")
    assert relief.colors == tuple(trail.color for trail in trails)
    assert [label for label, _value in made.metrics] == [
        f"{i} {racer.optimizer}" for i, racer in enumerate(racers, start=1)
    ]


def test_a_schedule_gets_a_curve_of_its_own():
    plain = scene(drawn(Course()), WORDS)
    moving = scene(drawn(Course(schedule="cosine")), WORDS)
    assert [curve.id for curve in layers(plain, "curve")] == ["excess", "steep"]
    assert [curve.id for curve in layers(moving, "curve")] == [
        "excess",
        "steep",
        "rate",
    ]
    assert all(curve.log for curve in layers(moving, "curve"))


def test_a_few_steps_are_marked_one_by_one():
    few = scene(drawn(Course(steps=20)), WORDS)
    many = scene(drawn(Course(steps=200)), WORDS)
    assert layers(few, "trail")[0].dots
    assert not layers(many, "trail")[0].dots


def test_the_map_alone_has_the_map_and_no_more():
    made = map_scene(drawn(Course()), WORDS)
    assert {layer.kind for layer in made.layers} == {"picture", "text", "line", "trail"}
    assert layers(made, "picture")[0].box == MAP


def test_the_arrow_points_downhill_from_where_the_step_began():
    course = Course("himmelblau", start=(0.5, -1.0), steps=8)
    (way,) = race(course, RACERS[:1])
    tracks, frames = step_film(course.ground, way)
    assert tracks[-1].name == "downhill"
    arrows = np.stack([np.frombuffer(f, dtype=np.float32)[-10:] for f in frames])
    low_x, high_x, low_y, high_y = window(course.ground)
    size = np.array([high_x - low_x, high_y - low_y])
    for frame, arrow in enumerate(arrows):
        begin = way.points[max(frame - 1, 0)]
        corner = np.array([low_x, low_y])
        tail, tip = (arrow[i : i + 2] * size + corner for i in (0, 2))
        np.testing.assert_allclose(tail, begin, atol=1e-5)
        down = -course.ground.gradient(begin).numpy()
        way_down = tip - tail
        cosine = way_down @ down / np.linalg.norm(way_down) / np.linalg.norm(down)
        assert cosine == pytest.approx(1, abs=1e-6)
    made = replace(drawn(course, RACERS[:1]), tracks=tracks)
    (mesh,) = layers(map_scene(made, WORDS), "mesh")
    assert (mesh.track, mesh.lines, mesh.points) == ("downhill", 1, 5)


def test_where_it_is_flat_and_of_one_parameter_there_is_no_arrow():
    (way,) = race(Course("saddle", start=(0.0, 0.0), steps=2), RACERS[:1])
    _tracks, frames = step_film(surface("saddle"), way)
    assert np.isnan(np.frombuffer(frames[0], dtype=np.float32)[-8:]).all()
    (way,) = race(Course("parabola", start=(0.0,), steps=2), RACERS[:1])
    tracks, _frames = step_film(surface("parabola"), way)
    assert "downhill" not in [track.name for track in tracks]
