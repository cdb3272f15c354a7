"""Pictures of labelled boxes: a thing fills its box, and only that."""

import pytest
import torch

from engine.street import DARK, PALE, Thing, digits, street


@pytest.mark.parametrize("label", [0, 1, 2])
@pytest.mark.parametrize("box", [(20, 30, 90, 180), (15, 60, 190, 120)])
def test_a_thing_fills_its_box_and_nothing_else(label, box):
    changed = street([Thing(label, box)], 200) != street([], 200)
    rows, columns = (changed.any(dim=axis).nonzero() for axis in (1, 0))
    found = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    assert torch.tensor(found).float() == pytest.approx(
        torch.tensor(box).float(), abs=2
    )


def test_a_digit_fills_its_box_and_is_ink():
    picture = digits([Thing(7, (40.0, 20.0, 120.0, 180.0))], 200)
    rows, columns = ((picture > 100).any(dim=axis).nonzero() for axis in (1, 0))
    assert (columns[0], rows[0]) == pytest.approx((40, 20), abs=4)
    assert (columns[-1], rows[-1]) == pytest.approx((119, 179), abs=4)
    assert picture.max() > 240


def test_a_thing_is_cut_at_the_edge_and_gone_beyond_it():
    assert torch.equal(street([Thing(1, (210, 0, 300, 40))], 200), street([], 200))
    partly = street([Thing(1, (150, 50, 250, 110))], 200)
    assert (partly[:, 150:] != street([], 200)[:, 150:]).any()


def test_the_last_thing_is_in_front():
    person, car = Thing(0, (40, 40, 120, 160)), Thing(1, (50, 60, 110, 140))
    window = (84, 72)  # row and column in the car's pane, over the person's body
    assert street([person, car], 200)[window] == PALE
    assert street([car, person], 200)[window] == DARK


@pytest.mark.parametrize("label", [-1, 3])
def test_an_unknown_class_is_refused(label):
    with pytest.raises(ValueError, match=str(label)):
        street([Thing(label, (0, 0, 10, 10))], 20)
