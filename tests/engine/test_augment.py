from dataclasses import replace

import pytest
import torch

from engine.augment import Ranges, distort

STILL = Ranges(0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def cross(count=1):
    pictures = torch.zeros(count, 28, 28)
    pictures[:, 4:24, 13:15] = 1
    pictures[:, 8:10, 8:20] = 1
    return pictures


def test_distort_with_ranges_of_nothing_changes_nothing():
    pictures = torch.rand(5, 28, 28, generator=generator())
    found = distort(pictures, ranges=STILL, generator=generator())
    torch.testing.assert_close(found, pictures, atol=1e-5, rtol=0)


@pytest.mark.parametrize("shape", [(6, 28, 28), (6, 1, 28, 28)])
def test_distort_keeps_shape_and_range(shape):
    pictures = torch.rand(shape, generator=generator())
    found = distort(pictures, ranges=Ranges(), generator=generator())
    assert found.shape == shape
    assert ((found >= 0) & (found <= 1 + 1e-6)).all()


def test_distort_repeats_itself_for_a_seed_and_only_then():
    first, again, other = (
        distort(cross(4), ranges=Ranges(), generator=generator(seed))
        for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert not torch.equal(first[0], first[1])  # each picture draws its own values


@pytest.mark.parametrize(
    ("ranges", "area"),
    [
        pytest.param(replace(STILL, smallest=2.0, largest=2.0), 4.0, id="twice"),
        pytest.param(replace(STILL, smallest=0.5, largest=0.5), 0.25, id="half"),
        pytest.param(replace(STILL, rotation=18.0), 1.0, id="turned"),
        pytest.param(replace(STILL, slant=0.25), 1.0, id="slanted"),
        pytest.param(replace(STILL, shift=3.0), 1.0, id="shifted"),
        pytest.param(replace(STILL, squeeze=0.2), None, id="squeezed"),
    ],
)
def test_distort_changes_areas_as_geometry_says(ranges, area):
    square = torch.zeros(20, 28, 28)
    square[:, 10:18, 10:18] = 1
    found = distort(square, ranges=ranges, generator=generator())
    ratio = found.sum(dim=(1, 2)) / 64
    if area is None:  # (1 + s)(1 - s) of it
        assert ((ratio > 1 - 0.2**2 - 0.05) & (ratio < 1.05)).all()
    else:
        torch.testing.assert_close(ratio, torch.full((20,), area), rtol=0.05, atol=0)


def test_distort_thickness_swells_and_thins_by_at_most_a_pixel():
    ranges = replace(STILL, thickness=1.0)
    pictures = cross(200)
    change = distort(pictures, ranges=ranges, generator=generator()) - pictures
    assert change.sum(dim=(1, 2)).min() < -20
    assert change.sum(dim=(1, 2)).max() > 40
    assert (change[:, :, :12][:, 12:] < 1).all()
    assert not change[:, :, :11][:, 12:].any()  # two pixels beside the stem


def test_distort_refuses_other_shapes():
    with pytest.raises(ValueError, match=r"got \[28, 28\]"):
        distort(torch.zeros(28, 28), ranges=STILL, generator=generator())
    with pytest.raises(ValueError, match=r"got \[2, 3, 28, 28\]"):
        distort(torch.zeros(2, 3, 28, 28), ranges=STILL, generator=generator())
