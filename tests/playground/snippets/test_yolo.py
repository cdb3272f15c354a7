"""The programs of the YOLO page run without us and print what is on screen."""

import contextlib
import io
import re

import pytest
import torch

from engine.families import Work, families, total
from engine.sliding import Detector, costs
from engine.yolo import assigned, encode
from playground.panels.yolo_settings import ANCHORS
from playground.snippets.yolo import pass_program, target_program
from playground.snippets.yolo_families import families_program

SIZE = (420, 300)


def printed(program):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "yolo.py", "exec"), {"__name__": "__main__"})
    return out.getvalue().splitlines()


@pytest.mark.parametrize(("grid", "slots", "seed"), [(1, 1, 0), (3, 2, 1), (19, 5, 2)])
def test_the_target_is_that_of_the_engine(grid, slots, seed):
    generator = torch.Generator().manual_seed(seed)
    corner = torch.randint(-40, 400, (30, 2), generator=generator).float()
    sides = torch.randint(12, 260, (30, 2), generator=generator)
    boxes = torch.cat((corner, corner + sides), dim=1)
    labels = torch.randint(0, 3, (30,), generator=generator)
    anchors = torch.tensor(ANCHORS[:slots]).float()
    program = target_program(
        SIZE,
        boxes.tolist(),
        tuple(labels.tolist()),
        anchors.tolist(),
        grid=grid,
        classes=3,
    )
    *lines, shape = printed(program)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = ((middle >= 0) & (middle <= torch.tensor(SIZE))).all(dim=1)
    manner = {"image": SIZE, "grid": grid, "anchors": anchors}
    slot = assigned(boxes[inside], **manner)
    target = encode(boxes[inside], labels[inside], classes=3, **manner)
    assert str(list(target.shape)) in shape
    assert f"{target.numel()} numbers" in shape
    assert not inside.all()
    places = iter(zip(slot.rows, slot.columns, slot.anchors, slot.lost, strict=True))
    for line, within in zip(lines, inside, strict=True):
        if not within:
            assert line.endswith("outside")
            continue
        row, column, anchor, lost = next(places)
        assert f"slot {row}, {column}, {anchor}" in line
        assert line.endswith("taken") == bool(lost)
        if not lost:
            told = [float(n) for n in line.rpartition(": ")[2].split()]
            wanted = target[row, column, anchor].tolist()
            assert told == pytest.approx(wanted, abs=6e-5)


def test_no_objects_are_a_target_of_zeros():
    program = target_program(SIZE, [], (), [[70, 190]], grid=3, classes=3)
    assert printed(program) == ["shape [3, 3, 1, 8], 72 numbers"]


@pytest.mark.parametrize(
    ("side", "hidden", "stride"), [(14, 10, 2), (28, 25, 2), (15, 10, 5), (18, 10, 1)]
)
def test_one_pass_costs_what_is_shown(side, hidden, stride):
    detector = Detector(hidden, stride)
    found = costs(detector, side)
    answer, off, work, saved = printed(pass_program(detector, side, seed=0))
    places = round(found.windows**0.5)
    assert answer == f"answer [4, {places}, {places}], {found.windows} windows"
    assert float(off.split()[-1]) < 1e-4
    assert f"{found.alone:,} one by one, {found.shared:,} in one pass" in work
    assert float(saved.split()[-1]) == pytest.approx(found.saved, abs=1e-4)


@pytest.mark.parametrize("work", [Work(), Work(224, 100, 50, 10)])
def test_detectors_cost_what_is_shown(work):
    told = [
        int(re.sub(r"\D", "", line.split(":")[1]))
        for line in printed(families_program(work))
    ]
    assert told == [total(stages) for stages in families(work).values()]
