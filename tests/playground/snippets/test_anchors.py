"""The programs of the anchors page print what the engine says."""

import re

import pytest
import torch

from engine import box_sizes
from engine.anchors import assign, by_area, kmeans_anchors, kmeans_steps
from engine.boxes import pairwise_iou
from engine.cell_offsets import encode_in_cell
from engine.dense_anchors import (
    IGNORED,
    NEGATIVE,
    POSITIVE,
    anchor_boxes,
    match,
    shapes,
    with_best,
)
from engine.plain_kmeans import plain_steps
from playground.panels.anchor_objects import START, boxes_of, read
from playground.snippets import anchors


def printed(program, capsys):
    exec(compile(program, "snippet", "exec"), {})
    return capsys.readouterr().out


def close(texts, values):
    assert [float(text) for text in texts] == pytest.approx(values, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize(
    ("kind", "count", "seed"),
    [("street", 1, 0), ("street", 3, 9), ("street", 5, 1), ("even", 9, 2)],
)
def test_the_search_takes_the_same_steps(kind, count, seed, capsys):
    sizes = box_sizes.draw(kind, 80, seed=0)
    out = printed(anchors.search(sizes, count, seed), capsys)
    steps = [step.mean_iou for step in kmeans_steps(sizes, count, seed=seed)]
    close(re.findall(r"mean best IoU (\S+)", out), steps)
    found = re.findall(r"^(\S+) x (\S+)$", out, re.MULTILINE)
    want = kmeans_anchors(sizes, count, seed=seed).tolist()
    for sides, row in zip(found, want, strict=True):
        close(sides, row)


@pytest.mark.parametrize(("kind", "count", "seed"), [("street", 3, 0), ("even", 7, 2)])
def test_the_plain_search_takes_the_same_steps(kind, count, seed, capsys):
    sizes = box_sizes.draw(kind, 80, seed=0)
    out = printed(anchors.plain_search(sizes, count, seed), capsys)
    steps = list(plain_steps(sizes, count, seed=seed))
    close(re.findall(r"mean best IoU (\S+)", out), [step.mean_iou for step in steps])
    found = re.findall(r"^(\S+) x (\S+)$", out, re.MULTILINE)
    for sides, row in zip(found, by_area(steps[-1].anchors).tolist(), strict=True):
        close(sides, row)


def test_the_search_lives_with_fewer_sizes_than_anchors(capsys):
    sizes = torch.tensor([(10.0, 10), (10, 10), (20, 20)], dtype=torch.float64)
    out = printed(anchors.search(sizes, 3, 0), capsys)
    *_, last = kmeans_steps(sizes, 3, seed=0)
    close(re.findall(r"mean best IoU (\S+)", out)[-1:], [last.mean_iou])


@pytest.mark.parametrize("grid", [1, 3, 13])
@pytest.mark.parametrize("text", [START, "0.152.89.208.291~0.196.98.252.290"])
def test_the_cell_gives_the_same_anchors_and_offsets(text, grid, capsys):
    boxes = boxes_of(read(text))
    sizes = torch.tensor([(60.0, 200), (220, 100)], dtype=torch.float64)
    out = printed(anchors.cell(boxes, sizes, grid, 416), capsys)
    given = assign(boxes, sizes, grid=grid, picture=(416, 416))
    lines = re.findall(r"cell \((\d+), (\d+)\), anchor (\d+), IoU (\S+), (.*)", out)
    for index, (row, column, anchor, iou, fate) in enumerate(lines):
        assert [int(row), int(column)] == given.cell[index].tolist()
        assert int(anchor) == given.anchor[index] + 1
        assert float(iou) == pytest.approx(given.iou[index].max().item(), rel=1e-6)
        assert fate == ("lost to A" if given.lost[index] else "has it")
    offsets = encode_in_cell(
        boxes, sizes[given.anchor], given.cell, pitch=416 / grid
    ).tolist()
    for found, want in zip(re.findall(r"t = (.*)", out), offsets, strict=True):
        close(found.split(", "), want)


@pytest.mark.parametrize("rescue", [True, False])
@pytest.mark.parametrize("stride", [32, 104])
def test_dense_anchors_get_the_same_labels(stride, rescue, capsys):
    boxes = boxes_of(read(START))
    scales, ratios = (64.0, 128.0), (2.0, 1.0, 0.5)
    made = anchor_boxes(shapes(scales, ratios), stride=stride, picture=(416, 416))
    iou = pairwise_iou(made, boxes)
    got = match(iou, positive=0.6, negative=0.3)
    got = with_best(got, iou) if rescue else got
    picked = int(iou[:, 1].argmax())
    program = anchors.dense(
        boxes,
        (scales, ratios),
        side=416,
        stride=stride,
        positive=0.6,
        negative=0.3,
        rescue=rescue,
        picked=picked,
    )
    out = printed(program, capsys)
    for name, label in (("positive", POSITIVE), ("ignored", IGNORED)):
        assert f"{name}: {got.count(label)}\n" in out
    assert f"negative: {got.count(NEGATIVE)}\n" in out
    close(re.findall(r"picked anchor: (\S+)", out), [got.best[picked].item()])
