"""The detector that comes with the playground: what it finds, and how well."""

import pytest
import torch

from engine import mnist
from engine.average_precision import match
from engine.mouse_scenes import Scene, mouse_scenes, printed_scenes
from engine.scenes import digits
from engine.yolo import WEIGHTS, answer, candidates, card, detect, encode, load
from engine.yolo_net import CLASSES, GRID, SIDE
from engine.yolo_scores import score
from tests.data_sets import data_set

MNIST = data_set("mnist", mnist.present)
SEED = 5  # neither the card's nor one that a recipe was chosen by


@pytest.fixture(scope="module")
def scenes():
    return list(mouse_scenes(120, SEED))


def test_the_weights_are_small():
    assert (WEIGHTS / "yolo.pt").stat().st_size <= 2_000_000
    assert sum(p.numel() for p in load().parameters()) <= 1_000_000


def test_load_returns_a_copy_of_its_own():
    one, other = load(), load()
    one.output.bias.zero_()
    assert other.output.bias.any()
    assert not one.training
    assert not any(p.requires_grad for p in one.parameters())


def test_the_card_tells_of_these_weights():
    told, net = card(), load()
    assert told["parameters"] == sum(p.numel() for p in net.parameters())
    expected = torch.tensor(told["anchors"])
    torch.testing.assert_close(net.anchors, expected, rtol=0, atol=0.006)
    assert told["mnist_test"]["scenes"] == told["mouse_like"]["scenes"] == 1000
    assert told["mnist_test"]["map"] >= 0.95
    assert told["mouse_like"]["map"] >= 0.90


def test_it_finds_digits_as_a_mouse_draws_them(scenes):
    said = score(scenes)
    assert said["map"] >= 0.90
    assert said["map"] == pytest.approx(card()["mouse_like"]["map"], abs=0.03)
    assert min(said["recall"].values()) >= 0.80


if MNIST is not None:

    def test_it_finds_digits_of_mnist():
        images, labels = mnist.read(MNIST, "test")
        source = digits(images[:2000], labels[:2000])
        pens = card()["recipe"]["pens"]
        said = score(printed_scenes(source, 120, pens=pens, seed=SEED))
        assert said["map"] >= 0.93
        assert said["map"] == pytest.approx(card()["mnist_test"]["map"], abs=0.03)


def test_answer_is_a_tensor_as_encode_writes_it(scenes):
    net = load()
    full, free = [], []  # p_c of slots with and without an object
    for scene in scenes[:20]:
        tensor = answer(scene.drawing)
        target = encode(
            scene.boxes * SIDE / 280,
            scene.labels,
            image=(SIDE, SIDE),
            grid=GRID,
            anchors=net.anchors,
            classes=CLASSES,
        )
        assert tensor.shape == target.shape
        assert tensor[..., :3].min() >= 0
        assert tensor[..., :3].max() <= 1
        sums = tensor[..., 5:].sum(dim=-1)
        torch.testing.assert_close(sums, torch.ones_like(sums))
        there = target[..., 0] == 1
        full.append(tensor[there][:, 0])
        free.append(tensor[~there][:, 0])
    assert torch.cat(full).mean() > 0.75
    assert torch.cat(free).mean() < 0.02


def test_candidates_are_many_and_detect_keeps_some_of_them(scenes):
    for scene in scenes[:20]:
        many = candidates(scene.drawing, min_score=0.05)
        few = detect(scene.drawing, min_score=0.05, max_overlap=0.3)
        assert len(few) <= len(many) <= GRID * GRID * len(load().anchors)
        assert torch.equal(many.scores, many.scores.sort(descending=True).values)
        assert set(few.scores.tolist()) <= set(many.scores.tolist())
        assert len({tuple(slot) for slot in many.slots.tolist()}) == len(many)
        assert many.scores.min() >= 0.05
        all_kept = detect(scene.drawing, min_score=0.05, max_overlap=1.0)
        assert torch.equal(all_kept.boxes, many.boxes)


def test_a_higher_score_asked_for_leaves_fewer(scenes):
    counts = [
        sum(len(candidates(s.drawing, min_score=low)) for s in scenes[:10])
        for low in (0.01, 0.1, 0.5, 0.99)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_nothing_is_found_where_nothing_is_drawn():
    black = torch.zeros(280, 280, dtype=torch.uint8)
    assert len(detect(black, min_score=0.3, max_overlap=0.5)) == 0


def put(scene, rows, columns):
    """The scene in the lower right corner of a larger canvas."""
    drawing = torch.zeros(rows, columns, dtype=torch.uint8)
    drawing[rows - 280 :, columns - 280 :] = scene.drawing
    shift = torch.tensor([columns - 280, rows - 280] * 2)
    return Scene(drawing, scene.boxes + shift, scene.labels)


def magnified(scene, scale):
    drawing = scene.drawing.repeat_interleave(scale, 0).repeat_interleave(scale, 1)
    return Scene(drawing, scene.boxes * scale, scene.labels)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda scene: put(scene, 280, 380), id="wide"),
        pytest.param(lambda scene: put(scene, 380, 280), id="tall"),
        pytest.param(lambda scene: magnified(scene, 3), id="large"),
    ],
)
def test_drawings_of_other_shapes_are_looked_at_as_a_whole(scenes, changed):
    """Boxes come in the drawing's pixels: else hardly one would overlap by half."""
    hits = total = 0
    for scene in map(changed, scenes[:40]):
        found = detect(scene.drawing, min_score=0.5, max_overlap=0.5)
        hits += (match(found, scene, 0.5) >= 0).sum().item()
        total += len(scene.boxes)
        height, width = scene.drawing.shape
        assert found.boxes.min() >= 0
        assert (found.boxes[:, 2:] <= torch.tensor([width, height])).all()
    assert hits / total >= 0.85


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param(torch.zeros(280, 280), id="float"),
        pytest.param(torch.zeros(1, 280, 280).byte(), id="three dimensions"),
        pytest.param(torch.zeros(0, 280).byte(), id="empty"),
    ],
)
def test_answer_refuses_what_is_no_drawing(drawing):
    with pytest.raises(ValueError, match=r"must be uint8 \[H, W\]"):
        answer(drawing)


def test_detect_refuses_numbers_outside_their_range():
    black = torch.zeros(28, 28, dtype=torch.uint8)
    with pytest.raises(ValueError, match="min_score"):
        detect(black, min_score=-0.1, max_overlap=0.5)
    with pytest.raises(ValueError, match="max_overlap"):
        detect(black, min_score=0.5, max_overlap=1.1)
