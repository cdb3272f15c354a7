import numpy as np
import pytest
import torch

from engine.boxes import pairwise_intersection, pairwise_iou
from playground.figures.box_pair import (
    CURVE,
    HEIGHT,
    MEASURES,
    SIZE,
    SQUARE,
    VERDICTS,
    WIDTH,
    Pair,
    Words,
    scene,
    tape_of,
)
from playground.figures.box_pair_still import curve_still, pair_still

WORDS = Words(*["word"] * 5)
PAIR = Pair((50, 60, 190, 180), (100, 40, 220, 200))


def read(pair):
    """Return the shifts, and track -> numbers [T, size]."""
    tape = tape_of(pair)
    table = np.stack([np.frombuffer(frame, np.float32) for frame in tape.frames])
    ends = np.cumsum([track.size for track in tape.tracks])
    return tape.times, {
        track.name: table[:, end - track.size : end]
        for track, end in zip(tape.tracks, ends, strict=True)
    }


@pytest.mark.parametrize("way", ["x", "y", "xy"])
def test_at_its_own_shift_b_is_where_it_is(way):
    pair = Pair(PAIR.a, PAIR.b, way)
    times, tape = read(pair)
    here = times.index(pair.shift)
    assert tape["b"][here].tolist() == list(PAIR.b)
    values = [m(*pair.boxes()).item() for m, *_look in MEASURES.values()]
    assert tape["measures"][here].tolist() == pytest.approx(values)
    common = pairwise_intersection(*pair.boxes()).item()
    assert tape["areas"][here].tolist() == [common, 140 * 120 + 120 * 160 - common]
    assert tape["hull"][here].tolist() == [50, 40, 220, 200]


def test_every_frame_has_the_measures_of_its_place():
    _times, tape = read(PAIR)
    places = torch.tensor(tape["b"])
    iou = pairwise_iou(torch.tensor([PAIR.a]), places)[0]
    assert tape["measures"][:, 0].tolist() == pytest.approx(iou.tolist())
    shared = tape["common"]
    areas = (shared[:, 2] - shared[:, 0]) * (shared[:, 3] - shared[:, 1])
    assert areas.tolist() == pytest.approx(tape["areas"][:, 0].tolist())


def test_the_times_are_the_shifts():
    times, tape = read(PAIR)
    assert times == pytest.approx((tape["b"][:, 0] - PAIR.a[0]).tolist())
    times, tape = read(Pair(PAIR.a, PAIR.b, "y"))
    assert times == pytest.approx((tape["b"][:, 1] - PAIR.a[1]).tolist())


def test_the_line_between_the_centres_is_drawn_with_y_up():
    times, tape = read(PAIR)
    scale = SQUARE[2] / WIDTH
    centre = [
        120 * scale,
        SQUARE[3] - 120 * scale,
        160 * scale,
        SQUARE[3] - 120 * scale,
    ]
    assert tape["centres"][times.index(50)].tolist() == pytest.approx(centre)


def test_each_threshold_has_one_mark_that_says_whether_it_is_reached():
    _times, tape = read(Pair((60, 60, 160, 160), (70, 70, 170, 170), "xy"))
    yes, no = (
        ~np.isnan(tape[name].reshape(len(tape[name]), 4, 4)[:, :, 0])
        for name in ("yes", "no")
    )
    assert (yes != no).all()
    for index, limit in enumerate(VERDICTS):
        assert (yes[:, index] == (tape["measures"][:, 0] >= limit)).all()
    assert yes.all(axis=1).any()
    assert no.all(axis=1).any()


def test_the_shaded_shifts_are_those_where_the_iou_is_correct():
    times, tape = read(PAIR)
    curve = next(
        layer
        for layer in scene(PAIR, tape_of(PAIR), WORDS).layers
        if layer.id == "curve"
    )
    ((low, high),) = curve.bands
    for time, iou in zip(times, tape["measures"][:, 0], strict=True):
        assert (low <= time <= high) == (iou >= 0.5)
    far = Pair((0, 0, 10, 10), (100, 100, 110, 110))
    apart = scene(far, tape_of(far), WORDS)
    assert next(layer for layer in apart.layers if layer.id == "curve").bands == ()


def test_the_scene_reads_its_tracks_and_holds_both_boxes():
    tape = tape_of(PAIR)
    shown = scene(PAIR, tape, WORDS)
    assert shown.tracks == tape.tracks
    assert {len(frame) for frame in tape.frames} == {shown.frame_bytes}
    movable = next(layer for layer in shown.layers if layer.kind == "movable")
    assert movable.xyxy == (PAIR.a, PAIR.b)
    assert movable.labels == ("A", "B")
    assert movable.chosen == 1
    assert CURVE[0] + CURVE[2] <= SIZE[0]


@pytest.mark.parametrize(
    "pair",
    [
        Pair((0, 0, WIDTH, HEIGHT), (0, 0, WIDTH, HEIGHT)),
        Pair((5, 5, 5, 5), (5, 5, 5, 5)),
        Pair((0.5, 0.25, 10, 10), (3.75, 1, 200.5, 240)),
    ],
)
@pytest.mark.parametrize("way", ["x", "y", "xy"])
def test_every_pair_has_a_scene_of_finite_measures(pair, way):
    pair = Pair(pair.a, pair.b, way)
    times, tape = read(pair)
    assert pair.shift in times
    assert np.isfinite(tape["measures"]).all()
    assert scene(pair, tape_of(pair), WORDS).frame_bytes


def test_the_stills_show_the_same_numbers():
    figure = pair_still(PAIR)
    assert len(figure.layout.shapes) == 4  # enclosing, common, A and B
    apart = pair_still(Pair((0, 0, 10, 10), (100, 100, 110, 110)))
    assert len(apart.layout.shapes) == 3
    lines = curve_still(PAIR, axis="shift").data
    times, tape = read(PAIR)
    for index, line in enumerate(lines):
        assert list(line.x) == pytest.approx(times)
        assert list(line.y) == pytest.approx(
            tape["measures"][:, index].tolist(), abs=1e-6
        )
    assert len({(line.line.color, line.line.dash) for line in lines}) == 4
