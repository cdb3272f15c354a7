"""The stages of the YOLO page: what their frames hold and their layers show."""

import math

import numpy as np
import pytest
import torch

from engine.families import Work, families, total
from engine.sliding import WINDOW, Detector, costs, network, one_pass, shrink, slide
from engine.yolo import assigned, encode
from playground.figures import yolo_families, yolo_pass, yolo_target
from playground.figures.yolo_still import target_still

ANCHORS = torch.tensor([[70.0, 190.0], [200.0, 100.0]])
BOXES = torch.tensor(
    [[62.0, 130, 118, 330], [150, 170, 370, 290], [160, 180, 350, 280]]
)
LABELS = torch.tensor([0, 1, 1])


def shown(cell=(1, 1), chosen=1):
    manner = {"image": (420, 420), "grid": 3, "anchors": ANCHORS}
    return yolo_target.Shown(
        "data:,",
        (420, 420),
        BOXES,
        tuple(LABELS.tolist()),
        (0, 1, 2),
        assigned(BOXES, **manner),
        encode(BOXES, LABELS, classes=3, **manner),
        cell,
        chosen,
        ANCHORS,
    )


WORDS = yolo_target.Words(("person", "car", "bike"), "anchor {number}", "–", "t", "s")


def numbers(scene, frame):
    """Return track -> its numbers in a frame."""
    values, found, at = np.frombuffer(frame, "<f4"), {}, 0
    for track in scene.tracks:
        found[track.name] = values[at : at + track.size]
        at += track.size
    assert at == len(values)
    return found


def layers(scene, kind):
    return [layer for layer in scene.layers if layer.kind == kind]


def test_the_target_fills_object_by_object():
    seen = shown()
    scene = yolo_target.scene(seen, WORDS, ())
    frames, times = yolo_target.frames(seen)
    assert times == [0, 1, 2, 3]
    told = [numbers(scene, frame) for frame in frames]
    assert [part["count"].tolist() for part in told] == [[0, 0], [1, 1], [2, 2], [3, 2]]
    lit = [np.isfinite(part["cells"]).sum() // 4 for part in told]
    assert lit == [0, 1, 2, 3]  # the lost object's cell is lit as well
    empty = np.array([0] + [math.nan] * 7)
    for part in told[:2]:
        assert part["vector"] == pytest.approx(np.tile(empty, 2), nan_ok=True)
    wide = told[3]["vector"].reshape(2, 8)
    assert wide[0] == pytest.approx(empty, nan_ok=True)
    assert wide[1] == pytest.approx(seen.target[1, 1, 1].numpy())


def test_a_lit_cell_is_where_the_midpoint_is():
    seen = shown()
    frame = yolo_target.frames(seen)[0][-1]
    cells = numbers(yolo_target.scene(seen, WORDS, ()), frame)["cells"].reshape(-1, 4)
    for (left, top, right, bottom), box in zip(cells, BOXES.tolist(), strict=True):
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        assert left <= x < right
        assert top <= y < bottom


def test_boxes_can_be_moved_and_drawn_and_the_cell_is_framed():
    scene = yolo_target.scene(shown(), WORDS, ())
    (things,) = layers(scene, "movable")
    assert things.fresh
    assert things.labels == ("1: person", "2: car", "3: car")
    assert things.colors[1] == things.colors[2] != things.colors[0]
    frame = next(layer for layer in scene.layers if layer.id == "cell")
    assert frame.xyxy == ((140, 140, 280, 280),)
    assert len(layers(scene, "line")) == 2


@pytest.mark.parametrize(
    ("x", "y", "cell"),
    [(0, 420, (0, 0)), (139.9, 281, (0, 0)), (140, 279, (1, 1)), (420, 0, (2, 2))],
)
def test_a_click_finds_its_cell(x, y, cell):
    assert yolo_target.cell_at(shown(), x, y) == cell


def test_names_of_digits_are_not_names_of_numbers():
    words = yolo_target.Words(tuple("0123456789"), "a {number}", "–", "t", "s")
    seen = shown()
    manner = {"image": (420, 420), "grid": 3, "anchors": ANCHORS}
    target = encode(BOXES, LABELS, classes=10, **manner)
    ten = yolo_target.Shown(**(vars(seen) | {"target": target}))
    scene = yolo_target.scene(ten, words, ())
    texts = [layer.template for layer in layers(scene, "text")]
    assert "c1 = 0" in texts
    assert "c10 = 9" in texts


def test_a_picture_that_is_not_square_is_fitted():
    wide = yolo_target.Shown(**(vars(shown()) | {"size": (400, 200)}))
    x, y, width, height = yolo_target.place(wide)
    assert width == 2 * height
    assert (x, y + height / 2) == (yolo_target.EDGE, yolo_target.EDGE + 214)


def test_the_csv_leaves_out_what_does_not_count():
    lines = yolo_target.tensor_csv(shown().target, ("a", "b", "c")).splitlines()
    assert len(lines) == 1 + 18
    assert lines[0] == "row,column,anchor,p_c,b_x,b_y,b_h,b_w,a,b,c"
    assert lines[1] == "0,0,0,0,,,,,,,"
    assert "1,1,1,1,0.857143,0.642857,0.857143,1.57143,0,1,0" in lines


def test_anchors_are_drawn_around_the_middle_of_the_cell():
    assert all(x.id != "anchors" for x in yolo_target.scene(shown(), WORDS, ()).layers)
    seen = yolo_target.Shown(**(vars(shown()) | {"shapes": True}))
    scene = yolo_target.scene(seen, WORDS, ())
    dark, light = (layer for layer in scene.layers if layer.id == "anchors")
    assert dark.xyxy == light.xyxy == ((175, 115, 245, 305), (110, 160, 310, 260))


def test_what_does_not_count_is_veiled():
    seen = shown()
    scene = yolo_target.scene(seen, WORDS, ())
    first, *_rest, last = yolo_target.frames(seen)[0]
    assert np.isfinite(numbers(scene, first)["veil"]).all()
    empty, filled = numbers(scene, last)["veil"].reshape(2, 4)
    assert np.isfinite(empty).all()
    assert np.isnan(filled).all()


def test_the_still_shows_grid_cells_boxes_and_midpoints():
    figure = target_still(shown(), ("person", "car", "bike"))
    assert len(figure.layout.shapes) == 3 + 8 + 3
    assert figure.data[0].x[1] == 260
    assert figure.layout.annotations[1].text == "2: car"
    assert not target_still(shown(), ("", "", "")).layout.annotations


def passed(side, stride=2):
    detector = Detector(hidden=12, stride=stride)
    net = network(detector, seed=0)
    generator = torch.Generator().manual_seed(0)
    levels = torch.randint(0, 256, (40, 40, 3), generator=generator).to(torch.uint8)
    picture = shrink(levels, side)
    said, alone = one_pass(net, picture), slide(net, picture, stride)
    return yolo_pass.Passed(picture, said, alone, costs(detector, side), stride)


PASS_WORDS = yolo_pass.Words("p", "was FC {count}", "m", "a", "b", "c", "s")


@pytest.mark.parametrize(("side", "stride"), [(14, 2), (16, 2), (19, 1), (25, 5)])
def test_each_window_has_a_frame_with_its_scores(side, stride):
    seen = passed(side, stride)
    scene = yolo_pass.scene(seen, PASS_WORDS, ())
    frames, times = yolo_pass.frames(seen)
    assert len(frames) == len(times) == seen.costs.windows
    last = numbers(scene, frames[-1])
    corner = (seen.alone.shape[-1] - 1) * stride
    assert last["window"].tolist() == [corner, corner, corner + WINDOW, corner + WINDOW]
    assert last["window"][2] <= side
    assert last["scores"][:4] == pytest.approx(seen.alone[:, -1, -1].numpy())
    assert last["scores"][:4] == pytest.approx(last["scores"][4:], abs=1e-4)
    assert last["spent"][2] == pytest.approx(seen.costs.alone)
    sides = [seen.maps[at].shape[-1] for at in (0, 1, 4)]
    for track, most in zip(("conv", "pool", "place"), sides, strict=True):
        assert last[track][2] <= most


def test_the_shapes_and_the_work_are_written_under_the_maps():
    scene = yolo_pass.scene(passed(16), PASS_WORDS, ())
    texts = [layer.template for layer in layers(scene, "text")]
    for text in ("16×16×3", "12×12×16", "6×6×16", "2×2×12", "2×2×4", "172\u202f800"):
        assert text in texts


FOUND = families(Work())
FAMILY_WORDS = yolo_families.Words(
    dict.fromkeys(FOUND, "name"), ("a\nb",) * 5, "t\nu", "c", "s"
)


def test_all_run_by_one_clock_until_the_slowest_is_through():
    scene = yolo_families.scene(FOUND, FAMILY_WORDS, ())
    frames, times = yolo_families.frames(FOUND)
    assert len(times) == yolo_families.STEPS + 1
    told = [numbers(scene, frame) for frame in frames]
    clocks = np.array([part["clock"][0] for part in told])
    assert (np.diff(clocks) > 0).all()
    assert clocks[-1] == pytest.approx(total(FOUND["rcnn"]), rel=1e-5)
    assert told[0]["runs"].tolist()[:2] == [1, told[0]["runs"][1]]
    assert (told[0]["through"] < 0.6).all()
    stages = [stage for part in FOUND.values() for stage in part]
    assert told[-1]["runs"].tolist() == [stage.runs for stage in stages]
    assert told[-1]["through"] == pytest.approx(1)
    yolo = next(i for i, part in enumerate(told) if part["through"][4] == 1)
    assert told[yolo]["through"][0] < 0.005  # YOLO is done, R-CNN has hardly begun


def test_parts_run_one_after_the_other():
    stages = FOUND["fast"]
    first = stages[1].total
    assert list(yolo_families.shares(stages, first / 2)) == [1, 0.5, 0]
    assert list(yolo_families.shares(stages, first)) == [1, 1, 0]
    done = list(yolo_families.shares(stages, first + stages[2].total / 4))
    assert done == [1, 1, 0.25]


def test_the_work_is_told_and_compared_with_yolo():
    scene = yolo_families.scene(FOUND, FAMILY_WORDS, ())
    texts = [layer.template for layer in layers(scene, "text")]
    assert "3.093·10¹³" in texts
    assert "× 274" in texts
    assert "× 1" in texts
