"""The loss term by term: the same as the training's, by hand, and what is free."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.yolo import encode
from engine.yolo_loss import BOX, loss
from engine.yolo_net import CLASSES, GRID, SIDE, opened
from engine.yolo_terms import loss_terms

ANCHORS = torch.tensor([[16.0, 16.0], [32.0, 64.0]])
NOTHING = torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64)


def scene(seed, count):
    generator = torch.Generator().manual_seed(seed)
    middle = torch.rand(count, 2, generator=generator) * SIDE
    half = 4 + torch.rand(count, 2, generator=generator) * 30
    labels = torch.randint(CLASSES, (count,), generator=generator)
    raw = torch.randn(GRID, GRID, 2, 5 + CLASSES, generator=generator)
    return raw, torch.cat([middle - half, middle + half], dim=1), labels


@given(st.integers(0, 2**16), st.integers(1, 8))
def test_the_terms_add_up_to_the_training_s_loss(seed, count):
    raw, boxes, labels = scene(seed, count)
    terms = loss_terms(opened(raw, ANCHORS), boxes, labels, ANCHORS)
    there = torch.ones(1, count, dtype=torch.bool)
    total, overlap = loss(raw[None], boxes[None], labels[None], there, ANCHORS)
    assert terms.total == pytest.approx(total.item(), rel=1e-4)
    assert terms.overlap[terms.there].mean().item() == pytest.approx(
        overlap.item(), abs=1e-5
    )


def test_a_perfect_answer_costs_nothing():
    boxes, labels = torch.tensor([[20.0, 30.0, 52.0, 94.0]]), torch.tensor([7])
    target = encode(
        boxes,
        labels,
        image=(SIDE, SIDE),
        grid=GRID,
        anchors=ANCHORS,
        classes=CLASSES,
    )
    terms = loss_terms(target, boxes, labels, ANCHORS)
    assert terms.total == pytest.approx(0, abs=1e-5)
    assert terms.overlap.sum().item() == pytest.approx(1)


def test_place_and_class_cost_only_where_an_object_is():
    raw, boxes, labels = scene(3, 4)
    terms = loss_terms(opened(raw, ANCHORS), boxes, labels, ANCHORS)
    free = ~terms.there
    assert terms.box[free].abs().sum() == terms.label[free].abs().sum() == 0
    assert (terms.box[terms.there] > 0).all()


def test_an_empty_picture_costs_only_p_c():
    answer = torch.full((GRID, GRID, 2, 5 + CLASSES), 0.25)
    terms = loss_terms(answer, *NOTHING, ANCHORS)
    assert terms.total == pytest.approx(-GRID * GRID * 2 * math.log(0.75), rel=1e-5)


def test_a_slot_beside_the_right_one_is_spared_when_its_box_fits():
    boxes, labels = torch.tensor([[20.0, 30.0, 52.0, 94.0]]), torch.tensor([7])
    answer = encode(
        boxes, labels, image=(SIDE, SIDE), grid=GRID, anchors=ANCHORS, classes=CLASSES
    )
    answer[..., 0] = 0.5
    row, column, _anchor = (answer[..., 3] > 0).nonzero()[0].tolist()
    answer[row, column, 0] = answer[row, column, 1]  # the other anchor says the same
    terms = loss_terms(answer, boxes, labels, ANCHORS)
    assert terms.spared.nonzero().tolist() == [[row, column, 0]]
    assert terms.object[row, column, 0] == 0
    assert terms.object[row, column, 1].item() == pytest.approx(math.log(2))


def test_a_box_beside_its_object_costs_more_than_one_on_it():
    boxes, labels = torch.tensor([[20.0, 30.0, 52.0, 94.0]]), torch.tensor([7])
    manner = {"image": (SIDE, SIDE), "grid": GRID, "anchors": ANCHORS}
    answer = encode(boxes, labels, classes=CLASSES, **manner)
    near = loss_terms(answer, boxes + 0.5, labels, ANCHORS)
    far = loss_terms(answer, boxes + 1.5, labels, ANCHORS)
    assert 0 < near.box.sum() < far.box.sum() < BOX
