"""What the scenes of the anchors page hold."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import box_sizes
from engine.anchors import assign, kmeans_steps
from engine.boxes import pairwise_iou
from engine.dense_anchors import (
    IGNORED,
    NEGATIVE,
    POSITIVE,
    anchor_boxes,
    match,
    shapes,
    with_best,
)
from engine.plain_kmeans import nearness
from playground import theme
from playground.figures import anchor_cell, anchor_dense, anchor_search, anchor_stills
from playground.figures.anchor_street import GHOST, SIDE, dashed, picture
from playground.panels.anchor_objects import START, boxes_of, read

PEOPLE = "0.152.89.208.291~0.196.98.252.290"


def rows(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def found(layers, name):
    return [layer for layer in layers if layer.id == name]


def words(kind, **special):
    names = {name: name for name in kind.__dataclass_fields__}
    return kind(**names | special)


@pytest.fixture(scope="module")
def search():
    sizes = box_sizes.draw("street", 60, seed=0)
    steps = anchor_search.by_last_area(tuple(kmeans_steps(sizes, 3, seed=1)))
    return anchor_search.Search(sizes, steps, (0.4, 0.5, 0.6))


def test_anchors_are_numbered_by_their_area_at_the_end(search):
    assert (search.steps[-1].anchors.prod(dim=1).diff() > 0).all()
    for step in search.steps:
        overlap = torch.minimum(search.sizes, step.anchors[step.owner]).prod(dim=1)
        areas = search.sizes.prod(dim=1) + step.anchors[step.owner].prod(dim=1)
        torch.testing.assert_close(overlap / (areas - overlap), step.best)


def test_a_frame_of_the_search_holds_its_anchors_and_its_numbers(search):
    tracks, frames = anchor_search.film(search)
    assert len(frames) == len(search.steps)
    numbers = np.frombuffer(frames[-1], dtype=np.float32, count=6 + 12 + 2 + 3)
    last = search.steps[-1]
    np.testing.assert_allclose(numbers[:6], last.anchors.flatten(), rtol=1e-6)
    np.testing.assert_allclose(numbers[18:20], (3, last.mean_iou), rtol=1e-6)
    want = (last.mean_iou, (last.best >= 0.5).double().mean(), last.best.min())
    np.testing.assert_allclose(numbers[20:], want, rtol=1e-6)
    scene = anchor_search.scene(search, tracks, words(anchor_search.Words))
    assert scene.frame_bytes == len(frames[0])
    assert len(found(scene.layers, "way")) == 3
    assert len(found(scene.layers, "sizes")[0].xy) == 60


def test_a_region_has_the_colour_of_the_anchor_that_takes_it(search):
    painted = anchor_search.regions(search, rows((20, 80), (80, 20)))
    blue, orange = theme.rgb(*anchor_search.SHADES[:2])
    for at, colour in (((0, 0), blue), ((-1, -1), orange)):
        pale = np.round(0.62 * 255 + 0.38 * np.array(colour))
        assert (painted[at] == pale).all()
    plain = replace(search, pull=nearness)
    anchors = rows((10, 10), (40, 40))
    # (21, 21) is nearer to (10, 10), and overlaps (40, 40) more: .276 against .227.
    place = int(21 / search.reach * anchor_search.SIDE)
    for one, colour in ((plain, blue), (search, orange)):
        pale = np.round(0.62 * 255 + 0.38 * np.array(colour))
        painted = anchor_search.regions(one, anchors)
        assert (painted[anchor_search.SIDE - 1 - place, place] == pale).all()


@pytest.mark.parametrize("reach", [0.7, 5, 37.2, 100, 431, 98765])
def test_ticks_are_few_and_round(reach):
    ticks = anchor_search.ticks(reach)
    assert 2 < len(ticks) <= 6
    assert ticks[0] == 0
    assert ticks[-1] <= reach
    assert float(f"{ticks[1]:.1g}") == pytest.approx(ticks[1])


def test_boxes_are_cut_at_the_picture_and_y_turns_over():
    (line,) = dashed(rows((-5, 10, 20, 40)), ["#123456"], "x")
    assert line.xy[0] == (-5, SIDE - 10)
    assert line.xy[2] == (20, SIDE - 40)
    assert line.dash
    assert line.box == (0, 0, SIDE, SIDE)  # lines are cut at their box


def exhibit(text, anchors, chosen=0, grid=3):
    things = read(text)
    boxes = boxes_of(things)
    given = assign(boxes, anchors, grid=grid, picture=(SIDE, SIDE))
    return anchor_cell.Exhibit(things, boxes, anchors, given, grid, chosen)


TWO = rows((60, 200), (220, 100))


def cell_scene(shown):
    special = {"taken": "{name} has it", "slots_of": "{row},{column}"}
    return anchor_cell.scene(
        shown, words(anchor_cell.Words, slots="{shape}", **special)
    )


def test_the_table_has_every_iou_and_marks_the_winner():
    scene = cell_scene(exhibit(START, TWO))
    table = [layer.template for layer in found(scene.layers, "iou")]
    assert table == ["[0.925]", "0.202", "0.214", "[0.878]"]
    fates = [layer.template for layer in found(scene.layers, "fate")]
    assert fates == ["→ 1", "→ 2"]
    assert [x.template for x in found(scene.layers, "slot")] == ["A", "B"]
    (objects,) = found(scene.layers, "objects")
    assert objects.labels == ("A 1", "B 2")
    assert objects.colors == theme.CLASSES[:2]
    assert ("3 × 3 × 2", "18") in scene.metrics


def test_a_lost_object_is_crossed_out_in_label_table_and_slots():
    scene = cell_scene(exhibit(PEOPLE, TWO, chosen=1))
    assert found(scene.layers, "fate")[1].template == "✕ A has it"
    (objects,) = found(scene.layers, "objects")
    assert objects.labels == ("A 1", "B ✕")
    assert objects.colors[1] == theme.OUTLINE
    assert [x.template for x in found(scene.layers, "slot")] == ["A", "–"]
    assert found(scene.layers, "out")[0].template == "✕ B"
    assert ("learned", "1 / 2") in scene.metrics


def test_the_ghost_goes_from_its_place_to_the_anchor_s_centre():
    shown = exhibit(START, TWO)
    frames, times = anchor_cell.frames(shown)
    assert times[0] == 0
    size = sum(track.size for track in anchor_cell.TRACKS)
    first, last = (
        np.frombuffer(frames[i], dtype=np.float32, count=size) for i in (0, -1)
    )
    start = GHOST.size + 4
    anchor = rows((178, 108, 238, 308))
    lies = pairwise_iou(shown.boxes[:1], anchor).item()
    assert first[start] == pytest.approx(lies)
    assert last[start] == pytest.approx(shown.given.iou[0, 0].item())
    assert [first[-1], last[-1]] == [0, 100]
    common = torch.tensor(last[start - 4 : start])
    assert ((common[:2] + common[2:]) / 2).tolist() == [208, 208]


def test_where_box_and_anchor_are_apart_nothing_is_shaded():
    shown = exhibit("0.139.139.149.149", rows((10, 10)))
    frames, _times = anchor_cell.frames(shown)
    first = np.frombuffer(frames[0], dtype=np.float32)
    assert np.isnan(first[GHOST.size : GHOST.size + 4]).all()
    assert first[GHOST.size + 4] == 0


def test_the_picture_has_the_lines_of_the_grid():
    assert picture(read(START), 3) != picture(read(START), 4)


def dense(text, *, drawn=POSITIVE, rescue=True, picked=0):
    things = read(text)
    boxes = boxes_of(things)
    sizes = shapes((64, 128), (1.0, 2.0))
    anchors = anchor_boxes(sizes, stride=32, picture=(SIDE, SIDE))
    iou = pairwise_iou(anchors, boxes)
    plain = match(iou, positive=0.5, negative=0.3)
    matches = with_best(plain, iou) if rescue else plain
    return anchor_dense.Dense(
        things, boxes, anchors, iou, plain, matches, 13, 0, picked, drawn
    )


def dense_scene(shown):
    labels = {POSITIVE: "positive", IGNORED: "ignored", NEGATIVE: "negative"}
    special = {"labels": labels, "learns": labels, "anchors": "{shape}"}
    special |= {"target": "{iou} {name} {label}", "picked": "{size} {row} {column}"}
    return anchor_dense.scene(shown, words(anchor_dense.Words, **special))


def test_metrics_and_dots_count_what_anchors_learn():
    shown = dense(START)
    scene = dense_scene(shown)
    counts = dict(scene.metrics)
    assert counts["13 × 13 × 4"] == "676"
    assert sum(int(counts[x]) for x in ("positive", "ignored", "negative")) == 676
    dots = [len(found(scene.layers, f"dots{x}")[0].xy) for x in (1, -1, 0)]
    assert sum(dots) == 169
    assert 0 < dots[0] <= int(counts["positive"])


def test_a_cell_shows_the_best_of_its_anchors():
    shown = dense(START)
    labels = shown.matches.label.view(169, 4)
    got = anchor_dense.cell_labels(shown)
    for cell in range(169):
        order = (POSITIVE, IGNORED, NEGATIVE)
        assert got[cell] == next(x for x in order if x in labels[cell])


def test_positive_anchors_have_the_colour_of_their_object_and_others_are_limited():
    shown = dense(START)
    lines = found(dense_scene(shown).layers, "anchors")
    assert len(lines) == shown.matches.count(POSITIVE)
    colours = {line.color for line in lines}
    assert colours <= set(theme.CLASSES[:2])
    many = dense_scene(dense(START, drawn=NEGATIVE))
    assert len(found(many.layers, "anchors")) == anchor_dense.MOST_DRAWN
    assert found(many.layers, "more")


def test_the_picked_anchor_grows_into_its_box():
    best = int(dense(START).iou[:, 1].argmax())
    shown = dense(START, picked=best)
    frames, _times = anchor_dense.frames(shown)
    first, last = (np.frombuffer(frames[i], dtype=np.float32) for i in (0, -1))
    assert first[GHOST.size] == pytest.approx(shown.matches.best[best].item(), rel=1e-5)
    assert last[GHOST.size] == pytest.approx(1, abs=1e-6)
    scene = dense_scene(shown)
    t = [x.template.replace("−", "-") for x in found(scene.layers, "offset")]
    np.testing.assert_allclose(list(map(float, t)), shown.offsets(), atol=6e-4)
    assert found(scene.layers, "target")[0].template.endswith("B positive")


def test_an_object_that_nobody_learns_is_crossed_out():
    scene = dense_scene(dense("0.200.200.222.224~1.75.144.285.236"))
    notes = [layer.template for layer in found(scene.layers, "note")]
    assert notes[0] == "✕ none"


def test_stills_and_tables_have_every_size(search):
    figure = anchor_stills.sizes_still(search, width="w", height="h")
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert sum(len(trace.x) for trace in dots) == 60
    elbow = anchor_stills.elbow_still(search.elbow, count="k", mean="m")
    assert list(elbow.data[0].y) == [0.4, 0.5, 0.6]
    last = search.steps[-1]
    table = anchor_stills.anchors_csv(last).splitlines()
    assert len(table) == 4
    assert sum(int(line.split(",")[3]) for line in table[1:]) == 60
    assert len(anchor_stills.sizes_csv(search.sizes, last).splitlines()) == 61


def test_a_still_of_boxes_has_each_as_a_closed_line_y_down():
    outlines = [
        anchor_stills.Outline((1, 2, 5, 8), "#123456", "A"),
        anchor_stills.Outline((0, 0, 4, 4), "#654321", dash=True),
    ]
    figure = anchor_stills.boxes_still(outlines, 10, 2)
    solid, dashes = figure.data
    assert list(solid.x) == [1, 5, 5, 1, 1]
    assert list(solid.y) == [2, 2, 8, 8, 2]
    assert (solid.name, dashes.line.dash) == ("A", "dash")
    assert not dashes.showlegend
    assert list(figure.layout.yaxis.range) == [10, 0]
    assert figure.layout.xaxis.dtick == 5
