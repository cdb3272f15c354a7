"""What plain Python and other libraries say of the same boxes."""

import contextlib
import io

import numpy as np
import pytest
import torch
from pycocotools import coco, cocoeval, mask
from torchvision import ops

from engine.average_precision import average_precisions, mean_average_precision
from engine.boxes import (
    nms,
    nms_per_class,
    pairwise_ciou,
    pairwise_diou,
    pairwise_giou,
    pairwise_iou,
)
from tests.engine.test_average_precision import scenes
from tests.engine.test_boxes import random_boxes


def brute_force(boxes, scores, labels, max_overlap, min_score):
    """Read off the definition, in plain Python."""

    def overlap(a, b):
        width = max(0, min(a[2], b[2]) - max(a[0], b[0]))
        height = max(0, min(a[3], b[3]) - max(a[1], b[1]))
        areas = [(s[2] - s[0]) * (s[3] - s[1]) for s in (a, b)]
        return width * height / (sum(areas) - width * height)

    rows = boxes.double().tolist()
    left = sorted(range(len(rows)), key=lambda i: (-scores[i].item(), i))
    left = [i for i in left if scores[i] >= min_score]
    kept = []
    while left:
        best, *left = left
        kept.append(best)
        left = [
            i
            for i in left
            if labels[i] != labels[best] or overlap(rows[i], rows[best]) <= max_overlap
        ]
    return kept


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("max_overlap", [0.0, 0.37, 0.63])
def test_nms_is_what_its_definition_says(seed, max_overlap):
    boxes, scores, labels = random_boxes(300, seed)
    one = torch.zeros(300)
    expected = brute_force(boxes, scores, one, max_overlap, 0.2)
    assert nms(boxes, scores, max_overlap, 0.2).tolist() == expected
    expected = brute_force(boxes, scores, labels, max_overlap, 0.2)
    found = nms_per_class(boxes, scores, labels, max_overlap, min_score=0.2)
    assert found.tolist() == expected


@pytest.mark.parametrize("seed", range(4))
def test_torchvision_agrees(seed):
    a, _scores, labels = random_boxes(200, seed)
    b = random_boxes(150, seed + 10)[0]
    assert torch.allclose(pairwise_iou(a, b), ops.box_iou(a, b))
    giou, diou, ciou = (
        measure(a, b) for measure in (pairwise_giou, pairwise_diou, pairwise_ciou)
    )
    assert torch.allclose(giou, ops.generalized_box_iou(a, b), atol=1e-5)
    assert torch.allclose(diou, ops.distance_box_iou(a, b), atol=1e-5)
    assert torch.allclose(ciou, ops.complete_box_iou(a, b), atol=1e-5)
    unlike = torch.rand(200, generator=torch.Generator().manual_seed(seed))
    assert torch.equal(nms(a, unlike, 0.5), ops.nms(a, unlike, 0.5))
    expected = ops.batched_nms(a, unlike, labels, 0.5)
    assert torch.equal(nms_per_class(a, unlike, labels, 0.5), expected)


@pytest.mark.parametrize("seed", range(4))
def test_pycocotools_has_the_same_iou(seed):
    a, b = (random_boxes(50, place)[0].double() for place in (seed, seed + 10))
    sizes = [torch.cat((x[:, :2], x[:, 2:] - x[:, :2]), dim=1).numpy() for x in (a, b)]
    expected = mask.iou(*sizes, np.zeros(50))
    assert np.allclose(pairwise_iou(a, b).numpy(), expected)


def coco_precisions(found, truth, overlap):
    """Return label -> average precision as pycocotools computes it."""

    def sizes(box):
        x1, y1, x2, y2 = box.tolist()
        return [x1, y1, x2 - x1, y2 - y1]

    known, said = [], []
    for image, (one, there) in enumerate(zip(found, truth, strict=True), 1):
        for box, label in zip(there.boxes, there.labels, strict=True):
            known.append(
                {
                    "id": len(known) + 1,
                    "image_id": image,
                    "category_id": int(label),
                    "bbox": sizes(box),
                    "area": 1.0,
                    "iscrowd": 0,
                }
            )
        rows = zip(one.boxes, one.scores, one.labels, strict=True)
        said += [
            {
                "image_id": image,
                "category_id": int(label),
                "bbox": sizes(box),
                "score": float(score),
            }
            for box, score, label in rows
        ]
    labels = sorted({row["category_id"] for row in known})
    with contextlib.redirect_stdout(io.StringIO()):
        reference = coco.COCO()
        reference.dataset = {
            "info": {},
            "images": [{"id": i} for i in range(1, len(found) + 1)],
            "categories": [{"id": label} for label in labels],
            "annotations": known,
        }
        reference.createIndex()
        answers = [row for row in said if row["category_id"] in labels]
        judge = cocoeval.COCOeval(reference, reference.loadRes(answers), "bbox")
        judge.params.iouThrs = [overlap]
        judge.evaluate()
        judge.accumulate()
    precision = judge.eval["precision"]  # [overlaps, recalls, classes, areas, limits]
    return dict(zip(labels, precision[0, :, :, 0, -1].mean(axis=0), strict=True))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("overlap", [0.5, 0.75])
def test_pycocotools_agrees(seed, overlap):
    found, truth = scenes(seed)
    expected = coco_precisions(found, truth, overlap)
    assert min(expected.values()) > 0
    assert max(expected.values()) < 1
    assert average_precisions(found, truth, overlap) == pytest.approx(expected)
    mean = sum(expected.values()) / len(expected)
    assert mean_average_precision(found, truth, overlap) == pytest.approx(mean)
