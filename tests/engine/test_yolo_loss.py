import pytest
import torch

from engine.boxes import pairwise_diou, pairwise_iou
from engine.yolo import encode
from engine.yolo_loss import boxes_of, loss, matched_iou, nearest_iou, targets
from engine.yolo_net import CLASSES, GRID, SIDE, opened

ANCHORS = torch.tensor([[14.0, 20.0], [30.0, 40.0], [70.0, 80.0]])


@pytest.fixture
def scenes():
    """Six scenes of up to eight boxes, some of them for one slot."""
    generator = torch.Generator().manual_seed(0)
    middle = SIDE * torch.rand(6, 8, 2, generator=generator)
    half = 4 + 40 * torch.rand(6, 8, 2, generator=generator)
    boxes = torch.cat([middle - half, middle + half], dim=2)
    boxes[:, 1] = boxes[:, 0] + 0.01  # surely for the same slot
    labels = torch.randint(CLASSES, (6, 8), generator=generator)
    there = torch.rand(6, 8, generator=generator) < 0.7
    there[:, :2] = True
    return boxes, labels, there


def written(scenes, p_c=14.0):
    """Return raw answers that say what is there, and the slots of the objects."""
    boxes, labels, there = scenes
    parts = [
        encode(
            b[t], n[t], image=(SIDE, SIDE), grid=GRID, anchors=ANCHORS, classes=CLASSES
        )
        for b, n, t in zip(boxes, labels, there, strict=True)
    ]
    tensor = torch.stack(parts)
    sides = (ANCHORS * GRID / SIDE).flip(1)
    raw = torch.cat(
        [
            (2 * tensor[..., :1] - 1) * p_c,
            torch.logit(tensor[..., 1:3], eps=1e-6),
            (tensor[..., 3:5] / sides).clamp(min=1e-3).log(),
            tensor[..., 5:] * 30,
        ],
        dim=-1,
    )
    return tensor, raw


def test_targets_are_what_encode_writes_scene_by_scene(scenes):
    tensor, _raw = written(scenes)
    slots, objects = targets(*scenes, ANCHORS)
    full = tensor[..., 0].flatten().nonzero().flatten()
    assert torch.equal(slots.sort().values, full)
    flat = tensor.view(-1, 5 + CLASSES)[slots]
    assert torch.equal(flat[:, 5:].argmax(dim=1), objects[:, 4].long())
    boxes = boxes_of(tensor).view(-1, 4)[slots]
    torch.testing.assert_close(boxes, objects[:, :4], rtol=1e-4, atol=1e-3)
    assert len(slots) < scenes[2].sum()  # some were lost


def test_a_right_answer_costs_next_to_nothing(scenes):
    _tensor, raw = written(scenes)
    cost, overlap = loss(raw, *scenes, ANCHORS)
    assert cost.item() < 0.01
    assert overlap.item() > 0.999


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param((0, -28.0), id="object not seen"),
        pytest.param((1, 2.0), id="too far right"),
        pytest.param((3, 0.5), id="too tall"),
    ],
)
def test_every_mistake_costs(scenes, spoil):
    tensor, raw = written(scenes)
    part, by = spoil
    worse = raw.clone()
    worse[..., part] += by * tensor[..., 0]
    assert loss(worse, *scenes, ANCHORS)[0] > loss(raw, *scenes, ANCHORS)[0] + 0.05


def test_an_invented_object_costs_unless_its_box_is_nearly_right(scenes):
    tensor, raw = written(scenes)
    plain = loss(raw, *scenes, ANCHORS)[0]
    invented = raw.clone()
    free = (tensor[..., 0].amax(dim=3) == 0).nonzero()[0]  # an empty cell
    invented[(*free, 0, 0)] = 5.0
    assert loss(invented, *scenes, ANCHORS)[0] > plain + 0.05
    twin = raw.clone()
    slots = {tuple(slot) for slot in tensor[..., 0].nonzero().tolist()}
    *cell, anchor = next(s for s in slots if (*s[:3], (s[3] + 1) % 3) not in slots)
    other = (anchor + 1) % 3  # says the same, with its own anchor
    sides = (ANCHORS * GRID / SIDE).flip(1)
    twin[(*cell, other)] = raw[(*cell, anchor)]
    twin[(*cell, other, slice(3, 5))] += (sides[anchor] / sides[other]).log()
    assert loss(twin, *scenes, ANCHORS)[0] == pytest.approx(plain.item(), abs=1e-3)


def test_a_scene_without_objects_can_be_learned_from():
    raw = torch.zeros(1, GRID, GRID, 3, 15, requires_grad=True)
    nothing = torch.zeros(1, 8, dtype=torch.bool)
    cost, _ = loss(
        raw, torch.zeros(1, 8, 4), torch.zeros(1, 8).long(), nothing, ANCHORS
    )
    cost.backward()
    assert cost.item() > 100  # every slot says one half
    assert raw.grad.isfinite().all()


def test_gradients_are_finite_even_for_absurd_answers(scenes):
    generator = torch.Generator().manual_seed(0)
    raw = 50 * torch.randn(6, GRID, GRID, 3, 15, generator=generator)
    raw.requires_grad_()
    cost, _ = loss(raw, *scenes, ANCHORS)
    cost.backward()
    assert cost.isfinite()
    assert raw.grad.isfinite().all()


def test_overlaps_are_those_of_the_boxes_module(scenes):
    boxes, _labels, there = scenes
    generator = torch.Generator().manual_seed(3)
    raw = torch.randn(6, GRID, GRID, 3, 15, generator=generator)
    guessed = boxes_of(opened(raw, ANCHORS)).flatten(1, 3)
    for at, best in enumerate(nearest_iou(guessed, boxes, there)):
        every = pairwise_iou(guessed[at], boxes[at][there[at]])
        torch.testing.assert_close(best, every.amax(dim=1))
    a, b = guessed[0, :48], boxes.view(-1, 4)
    overlap, apart = matched_iou(a, b)
    torch.testing.assert_close(overlap, pairwise_iou(a, b).diag())
    assert (overlap - apart <= pairwise_diou(a, b).diag() + 1e-5).all()
    same, none = matched_iou(b, b)
    assert same.min().item() == pytest.approx(1)
    assert none.abs().max().item() == pytest.approx(0, abs=1e-9)
