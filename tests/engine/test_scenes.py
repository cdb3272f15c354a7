import pytest
import torch

from engine.boxes import pairwise_intersection
from engine.scenes import (
    CROWDED,
    LARGEST,
    MOST,
    SMALLEST,
    compose,
    digits,
    scattered,
    tight_boxes,
)
from engine.strokes import drawings

SIDE = 160


@pytest.fixture(scope="module")
def source():
    """Forty digits that are not MNIST's: drawn ones, shrunk."""
    pairs = list(drawings(40, seed=3))
    stack = torch.stack([picture for picture, _ in pairs]).float()[:, None]
    small = torch.nn.functional.adaptive_avg_pool2d(stack, 28)[:, 0]
    return digits(small.to(torch.uint8), torch.tensor([digit for _, digit in pairs]))


def composed(source, count=64, *, pens=0.5, seed=0, side=SIDE):
    generator = torch.Generator().manual_seed(seed)
    return compose(source, count, side=side, pens=pens, generator=generator)


@pytest.mark.parametrize("pens", [0.0, 1.0], ids=["scanned", "pen"])
def test_compose_draws_digits_of_all_sizes_within_the_canvas(source, pens):
    scenes = composed(source, 256, pens=pens)
    assert scenes.pictures.shape == (256, SIDE, SIDE)
    assert scenes.pictures.min() >= 0
    assert scenes.pictures.max() <= 1
    boxes = scenes.boxes[scenes.there]
    assert boxes.min() >= 0
    assert boxes.max() <= SIDE
    heights = (boxes[:, 3] - boxes[:, 1]) / SIDE
    assert heights.max() < LARGEST + 0.03
    assert heights.max() > 0.8
    assert (heights < SMALLEST + 0.05).float().mean() > 0.05
    counts = scenes.there.sum(dim=1)
    assert counts.min() >= 1
    assert counts.max() == MOST
    assert set(scenes.labels[scenes.there].tolist()) == set(range(10))


def test_boxes_are_tight_around_the_ink_of_a_lone_digit(source):
    scenes = composed(source, 256, pens=0.5)
    alone = scenes.there.sum(dim=1) == 1
    assert alone.sum() > 10
    for picture, boxes, there in zip(
        scenes.pictures[alone],
        scenes.boxes[alone],
        scenes.there[alone],
        strict=True,
    ):
        ink = (picture >= picture.max() / 2).nonzero()  # rows, columns of pixels
        top, left = ink.amin(dim=0)
        bottom, right = ink.amax(dim=0) + 1
        expected = torch.stack([left, top, right, bottom]).float()
        assert (boxes[there][0] - expected).abs().max() <= 0.5


def test_digits_do_not_hide_each_other(source):
    scenes = composed(source, 128)
    for boxes, there in zip(scenes.boxes, scenes.there, strict=True):
        kept = boxes[there]
        areas = (kept[:, 2:] - kept[:, :2]).prod(dim=1)
        common = pairwise_intersection(kept, kept)
        share = common / torch.minimum(areas[:, None], areas[None])
        assert share.fill_diagonal_(0).max() <= CROWDED + 0.25  # planned by midlines


def test_a_pen_writes_hard_edges_of_one_width(source):
    pen, scanned = (composed(source, 64, pens=share) for share in (1.0, 0.0))

    def share_of_grey(scenes):
        ink = scenes.pictures[scenes.pictures > 0.05]
        return (ink < 0.95).float().mean()

    assert share_of_grey(pen) < 0.4
    assert share_of_grey(scanned) > 0.6


def test_compose_repeats_itself_for_a_seed_and_only_then(source):
    one, again, other = (composed(source, 8, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(one.pictures, again.pictures)
    assert torch.equal(one.boxes, again.boxes)
    assert not torch.equal(one.pictures, other.pictures)


def test_compose_works_on_other_canvases(source):
    scenes = composed(source, 4, side=280)
    assert scenes.pictures.shape == (4, 280, 280)
    assert scenes.boxes[scenes.there].max() > SIDE


def test_tight_boxes_lie_where_ink_crosses_half_of_its_peak():
    pictures = torch.zeros(3, 8, 8)
    pictures[0, 2:5, 3:7] = 1.0
    pictures[1] = pictures[0] / 4  # faint ink has the same box
    assert tight_boxes(pictures).tolist() == [[3, 2, 7, 5], [3, 2, 7, 5], [0, 0, 0, 0]]
    pictures[0, 2:5, 2] = 0.25  # a grey rim: a little farther out
    left = tight_boxes(pictures)[0, 0].item()
    assert left == pytest.approx(2 + 0.5 + 0.25 / 0.75)


def test_scattered_measures_what_lies_in_the_smaller_box():
    placed = torch.tensor([[[0.0, 0.0, 10.0, 10.0], [50.0, 50.0, 60.0, 60.0]]])
    tried = torch.tensor(
        [[[7.0, 0.0, 17.0, 10.0], [6.9, 0.0, 16.9, 10.0], [5.0, 5.0, 6.0, 6.0]]]
    )
    there = torch.tensor([[True, True]])
    assert scattered(tried, placed, there).tolist() == [[True, False, False]]
    assert scattered(tried, placed, ~there).all()


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        pytest.param(torch.zeros(3, 28, 28), 3, "uint8", id="float"),
        pytest.param(torch.zeros(3, 27, 28).byte(), 3, "27", id="size"),
        pytest.param(torch.zeros(3, 28, 28).byte(), 2, "3 images .* 2", id="labels"),
        pytest.param(torch.zeros(0, 28, 28).byte(), 0, "0 images", id="none"),
    ],
)
def test_digits_refuses_other_pictures(images, labels, message):
    with pytest.raises(ValueError, match=message):
        digits(images, torch.zeros(labels, dtype=torch.int64))


@pytest.mark.parametrize(("count", "pens"), [(0, 0.5), (4, -0.1), (4, 1.1)])
def test_compose_refuses_numbers_outside_their_range(source, count, pens):
    with pytest.raises(ValueError, match="count must be at least 1 and pens"):
        composed(source, count, pens=pens)
