import pytest
import torch

from engine.skeletons import distance, nearness, thin


def drawn(*rows):
    return torch.tensor([[[mark == "#" for mark in row] for row in rows]])


def test_thin_leaves_the_midline_of_a_bar():
    bar = drawn(".........", ".#######.", ".#######.", ".#######.", ".........")
    line = thin(bar)[0]
    assert line.sum(dim=0).max() == 1  # one pixel wide
    assert line.nonzero()[:, 0].unique().tolist() == [2]
    assert line[2, 3:6].all()


def test_thin_keeps_the_hole_of_a_ring():
    ring = drawn(".......", ".#####.", ".#####.", ".##.##.", ".#####.", ".#####.")
    line = thin(ring)[0]
    assert not line[3, 3]
    # walking round the hole still crosses the line on every side
    assert line[:3, 3].any()
    assert line[4:, 3].any()
    assert line[3, :3].any()
    assert line[3, 4:].any()


@pytest.mark.parametrize("seed", range(5))
def test_thin_removes_no_blob_and_adds_nothing(seed):
    generator = torch.Generator().manual_seed(seed)
    ink = torch.rand(1, 1, 5, 5, generator=generator) > 0.5
    ink = ink.repeat_interleave(4, dim=2).repeat_interleave(4, dim=3)[:, 0]
    line = thin(ink)
    assert not (line & ~ink).any()
    assert blobs(line[0]) == blobs(ink[0])
    assert torch.equal(thin(line), line)


def blobs(mask):
    """Count the parts of a mask that touch, also by their corners."""
    left, count = {tuple(at) for at in mask.nonzero().tolist()}, 0
    while left:
        count, edge = count + 1, [left.pop()]
        while edge:
            row, column = edge.pop()
            near = [(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
            edge += left.intersection(near)
            left.difference_update(near)
    return count


def test_distance_is_that_of_the_nearest_marked_pixel():
    generator = torch.Generator().manual_seed(0)
    marked = torch.rand(3, 12, 17, generator=generator) > 0.95
    rows, columns = torch.meshgrid(torch.arange(12), torch.arange(17), indexing="ij")
    places = torch.stack([rows, columns], dim=2).float().view(-1, 2)
    for one, found in zip(marked, distance(marked), strict=True):
        expected = torch.cdist(places, one.nonzero().float()).amin(dim=1)
        torch.testing.assert_close(found.flatten(), expected)


def test_nearness_falls_from_the_midline_to_nothing():
    picture = torch.zeros(2, 28, 28, dtype=torch.uint8)
    picture[0, :, 13:15] = 255  # an upright bar
    near = nearness(picture)
    assert near.shape == (2, 56, 56)
    middle = near[0, 28].tolist()
    top = middle.index(255)
    assert 26 <= top <= 29
    assert middle[top + 4] == round(255 * 12 / 16)
    assert middle[top + 16] == middle[top - 16] == 0
    assert not near[1].any()  # no ink: far from everything


def test_nearness_of_nothing_is_nothing():
    assert nearness(torch.zeros(0, 28, 28, dtype=torch.uint8)).shape == (0, 56, 56)
