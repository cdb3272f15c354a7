import pytest
import torch

from engine.box_slide import DIRECTIONS, slide

SIZE = (320.0, 240.0)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_place_is_inside_and_a_pixel_farther(direction):
    box = torch.tensor([30.0, 40, 130, 90])
    steps, places = slide(box, direction, SIZE)
    assert steps.diff().eq(1).all()
    assert places.ge(0).all()
    assert places[:, 2].le(SIZE[0]).all()
    assert places[:, 3].le(SIZE[1]).all()
    assert torch.equal(places[steps == 0][0], box)
    moved = torch.tensor(DIRECTIONS[direction] * 2, dtype=torch.float32)
    assert places.diff(dim=0).eq(moved).all()


def test_it_slides_as_far_as_the_picture_goes():
    box = torch.tensor([30.0, 40, 130, 90])
    assert slide(box, "x", SIZE)[0][[0, -1]].tolist() == [-30, 190]
    assert slide(box, "y", SIZE)[0][[0, -1]].tolist() == [-40, 150]
    assert slide(box, "xy", SIZE)[0][[0, -1]].tolist() == [-30, 150]


def test_a_box_as_wide_as_the_picture_stays():
    steps, places = slide(torch.tensor([0.0, 0, 320, 10]), "x", SIZE)
    assert steps.tolist() == [0]
    assert len(places) == 1


def test_parts_of_pixels_stay_parts():
    steps, places = slide(torch.tensor([0.5, 0, 10, 10]), "x", SIZE)
    assert steps[0] == 0
    assert places[-1, 2] == 320


@pytest.mark.parametrize(
    ("box", "direction", "words"),
    [
        ([0.0, 0, 10, 10], "z", "direction"),
        ([-1.0, 0, 10, 10], "x", "must lie in"),
        ([0.0, 0, 10, 241], "x", "must lie in"),
        ([9.0, 0, 1, 10], "x", "box must be finite"),
    ],
)
def test_what_cannot_slide_is_refused(box, direction, words):
    with pytest.raises(ValueError, match=words):
        slide(torch.tensor(box), direction, SIZE)
