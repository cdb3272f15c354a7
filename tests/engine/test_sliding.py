"""One pass and the sliding window: the course's table, the same answers, the work."""

import pytest
import torch

from engine.sliding import (
    STRIDES,
    Detector,
    costs,
    network,
    one_pass,
    plan,
    shrink,
    slide,
    windows,
)


def picture(side, seed=0):
    return torch.rand(3, side, side, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    ("side", "shapes"),
    [
        (14, [(16, 10, 10), (16, 5, 5), (400, 1, 1), (400, 1, 1), (4, 1, 1)]),
        (16, [(16, 12, 12), (16, 6, 6), (400, 2, 2), (400, 2, 2), (4, 2, 2)]),
        (28, [(16, 24, 24), (16, 12, 12), (400, 8, 8), (400, 8, 8), (4, 8, 8)]),
    ],
)
def test_shapes_are_those_of_the_course(side, shapes):
    said = one_pass(network(Detector(), seed=0), picture(side))
    assert [tuple(part.shape) for part in said] == shapes
    assert [row.shape for row in costs(Detector(), side).rows] == shapes


@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize("side", [14, 15, 19, 24, 31])
def test_one_pass_says_what_every_window_says_alone(stride, side):
    net = network(Detector(hidden=30, stride=stride), seed=side)
    seen = picture(side)
    alone = slide(net, seen, stride)
    assert alone.shape == (4, windows(side, stride), windows(side, stride))
    torch.testing.assert_close(one_pass(net, seen)[-1], alone, atol=1e-5, rtol=1e-4)
    assert alone.abs().mean() > 0.01


def test_multiplies_by_hand():
    # 10·10·16·(5·5·3) + 400·(5·5·16) + 400·400 + 4·400
    assert costs(Detector(), 14).alone == 120_000 + 160_000 + 160_000 + 1_600
    found = costs(Detector(), 28)
    assert found.windows == 64
    assert found.alone == 64 * 441_600
    assert found.shared == 24**2 * 16 * 75 + 64 * 321_600
    assert found.saved == pytest.approx(1 - 21_273_600 / 28_262_400)


def test_the_same_seed_gives_the_same_network():
    first, again, other = (network(Detector(10), seed=s) for s in (1, 1, 2))
    for one, two, three in zip(
        *(n.parameters() for n in (first, again, other)), strict=True
    ):
        assert torch.equal(one, two)
        assert one.dim() == 1 or not torch.equal(one, three)


def test_shrink_takes_the_middle_square():
    levels = torch.zeros(20, 60, 3, dtype=torch.uint8)
    levels[:, 20:40] = 255
    small = shrink(levels, 10)
    assert small.shape == (3, 10, 10)
    assert small.min() == 1
    levels[:10] = 0
    assert shrink(levels, 2)[0].tolist() == [[0, 0], [1, 1]]


def test_a_plan_holds_only_what_can_slide():
    assert {layer.kind for layer in plan(Detector())} == {"conv", "relu", "max"}


@pytest.mark.parametrize(
    ("make", "value"),
    [
        (lambda: Detector(hidden=0), "0"),
        (lambda: Detector(stride=3), "3"),
        (lambda: windows(13, 2), "13"),
        (lambda: costs(Detector(), 13), "13"),
    ],
)
def test_what_cannot_be_is_refused(make, value):
    with pytest.raises(ValueError, match=value):
        make()
