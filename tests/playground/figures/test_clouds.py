import pytest
import torch

from engine.spec import Spec
from engine.training import start
from playground import theme
from playground.figures.clouds import colors, data
from playground.player.scene import Brush

BOX, SPAN = (0.0, 0.0, 100.0, 100.0), (-3.2, 3.2)


def test_data_are_training_discs_and_then_test_rings():
    run = start(Spec(data="spiral", classes=3, count=30, train_share=0.7, layers=(2,)))
    (points,) = data(run, BOX, SPAN)
    assert points.hollow == (False,) * 21 + (True,) * 9
    assert points.xy[:21] == tuple(map(tuple, run.train.points.tolist()))
    assert points.xy[21:] == tuple(map(tuple, run.test.points.tolist()))
    labels = [*run.train.labels.tolist(), *run.test.labels.tolist()]
    assert points.colors == tuple(labels)
    assert (points.box, points.span, points.brush) == (BOX, SPAN, None)


def test_points_for_training_and_test_alike_are_drawn_once():
    run = start(Spec(data="xor_corners", noise=0.0, count=4, layers=(2,)))
    (points,) = data(run, BOX, SPAN)
    assert len(points.xy) == len(points.hollow) == len(points.colors) == 4
    assert not any(points.hollow)


def test_a_brush_paints_the_classes_it_is_given():
    run = start(Spec(points=((0.0, 0.0, 1.0),), layers=()))
    (points,) = data(run, BOX, SPAN, brush=range(6))
    assert points.brush == Brush((0, 1, 2, 3, 4, 5))
    assert points.colors == (1,)


@pytest.mark.parametrize(
    ("label", "colour"),
    [
        (-1.0, theme.NEGATIVE),
        (-7.0, theme.NEGATIVE),
        (0.0, theme.PAPER),
        (1.0, theme.POSITIVE),
        (7.0, theme.POSITIVE),
    ],
)
def test_values_have_the_colours_of_the_scale(label, colour):
    ((red, green, blue),) = theme.rgb(colour)
    (found,) = colors(torch.tensor([label]), "regression")
    assert found == f"rgb({red},{green},{blue})"


def test_values_between_have_colours_between():
    (found,) = colors(torch.tensor([0.5]), "regression")
    numbers = [int(part) for part in found[4:-1].split(",")]
    ends = theme.rgb(theme.PAPER, theme.POSITIVE)
    middle = [(a + b) / 2 for a, b in zip(*ends, strict=True)]
    assert numbers == pytest.approx(middle, abs=1)
