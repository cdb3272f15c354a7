"""Sizes of boxes that are drawn at random."""

import pytest
import torch

from engine.box_sizes import KINDS, draw


@pytest.mark.parametrize("kind", KINDS)
def test_sizes_fit_their_picture_and_the_seed_decides_them(kind):
    sizes = draw(kind, 300, seed=4)
    assert sizes.shape == (300, 2)
    assert (sizes >= 1).all()
    assert (sizes <= KINDS[kind][1]).all()
    assert torch.equal(sizes, draw(kind, 300, seed=4))
    assert not torch.equal(sizes, draw(kind, 300, seed=5))


def test_the_street_has_tall_and_wide_boxes_and_digits_are_mostly_upright():
    width, height = draw("street", 1000, seed=0).T
    assert (height > 1.8 * width).float().mean() == pytest.approx(0.45, abs=0.06)
    assert (width > 1.3 * height).float().mean() > 0.35
    width, height = draw("digits", 1000, seed=0).T
    assert (width < height).float().mean() > 0.9
    assert (width < 0.5 * height).float().mean() == pytest.approx(0.1, abs=0.03)


@pytest.mark.parametrize(("kind", "count"), [("sea", 5), ("street", 0)])
def test_unknown_kinds_and_no_sizes_are_refused(kind, count):
    with pytest.raises(ValueError, match="needs a kind"):
        draw(kind, count, seed=0)
