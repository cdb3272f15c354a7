"""Sizes of boxes that are drawn at random."""

import pytest
import torch

from engine.box_sizes import DETECTOR_SIDE, KINDS, SIDE, detector, draw


@pytest.mark.parametrize("kind", KINDS)
def test_sizes_fit_their_picture_and_the_seed_decides_them(kind):
    sizes = draw(kind, 300, seed=4)
    assert sizes.shape == (300, 2)
    assert (sizes >= 1).all()
    assert (sizes <= SIDE).all()
    assert torch.equal(sizes, draw(kind, 300, seed=4))
    assert not torch.equal(sizes, draw(kind, 300, seed=5))


def test_the_street_has_tall_boxes_and_wide_ones():
    width, height = draw("street", 1000, seed=0).T
    assert (height > 1.8 * width).float().mean() == pytest.approx(0.45, abs=0.06)
    assert (width > 1.3 * height).float().mean() > 0.35


def test_the_detector_s_boxes_are_of_all_sizes_and_mostly_upright():
    sizes = detector()
    assert sizes.shape == (200, 2)
    assert (sizes <= DETECTOR_SIDE).all()
    assert sizes[:, 1].min() < 0.12 * DETECTOR_SIDE
    assert sizes[:, 1].max() > 0.7 * DETECTOR_SIDE
    assert (sizes[:, 0] < sizes[:, 1]).float().mean() > 0.7


@pytest.mark.parametrize(("kind", "count"), [("sea", 5), ("street", 0)])
def test_unknown_kinds_and_no_sizes_are_refused(kind, count):
    with pytest.raises(ValueError, match="needs a kind"):
        draw(kind, count, seed=0)
