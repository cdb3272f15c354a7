import pytest
import torch

from engine.colour_learner import new_learner
from engine.colour_net import LAYERS, Patch
from engine.patches import brightness, cut, same_pictures, strongest


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def net():
    return new_learner(generator()).eval().fold()


@pytest.fixture(scope="module")
def images():
    return torch.randint(0, 256, (20, 3, 32, 32), generator=generator(1)).byte()


def test_strongest_finds_what_looking_at_every_picture_finds(net, images):
    found = strongest(net, images, count=4, batch_size=7)
    assert {layer: len(units) for layer, units in found.items()} == {
        name: layer.filters for name, layer in LAYERS.items()
    }
    for name, _, value in net.stages(images.float() / 255):
        for unit in (0, 23) if name in LAYERS else ():
            maps = value[:, unit]  # [20, h, w]
            peaks = maps.flatten(1).max(dim=1).values
            assert [patch.score for patch in found[name][unit]] == pytest.approx(
                peaks.sort(descending=True).values[:4].tolist(), abs=1e-5
            )
            for patch in found[name][unit]:
                there = maps[patch.image, patch.row, patch.column].item()
                assert there == pytest.approx(patch.score, abs=1e-5)


def test_strongest_names_each_picture_once_and_the_earliest_of_equal_ones(net, images):
    twins = torch.cat([images[:3], images[:3]])
    for units in strongest(net, twins, count=6).values():
        for rows in units:
            assert sorted(row.image for row in rows) == [0, 1, 2, 3, 4, 5]
            assert rows[0].image < 3
            assert rows[1].image == rows[0].image + 3 or rows[0].score == 0


@pytest.mark.parametrize("count", [0, 21])
def test_strongest_refuses_more_patches_than_pictures_and_none(net, images, count):
    with pytest.raises(ValueError, match=rf"lie in \[1, 20\], got {count}"):
        strongest(net, images, count=count)


def test_cut_shows_the_window_and_grey_outside(images):
    image = images[0]
    whole = image.float() / 255
    inner = cut(image, "c1", Patch(0, 10, 20, 1.0))
    assert torch.equal(inner, whole[:, 7:14, 17:24])
    corner = cut(image, "c1", Patch(0, 0, 31, 1.0))
    assert torch.equal(corner[:, 3:, :4], whole[:, :4, 28:])
    assert (corner[:, :3] == 0.5).all()
    assert (corner[:, :, 4:] == 0.5).all()
    wide = cut(image, "c3", Patch(0, 7, 7, 1.0))  # reaches over two sides
    assert torch.equal(wide[:, :13, :13], whole[:, 19:, 19:])
    assert wide.shape == (3, 22, 22)


def test_same_pictures_forgives_compression_and_nothing_else(images):
    known = brightness(images)
    assert len(known) == 16
    assert known[3] == pytest.approx(images[3].float().mean().item())
    dim = torch.linspace(0, 120, 20).view(20, 1, 1, 1)
    varied = (images * 0.5 + dim).byte()
    known = brightness(varied)
    assert same_pictures(varied, known)
    assert same_pictures((varied + 2).byte(), known)
    assert not same_pictures(varied.flip(0), known)
    assert not same_pictures(varied[:5], known)
