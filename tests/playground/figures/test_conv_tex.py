"""The formulas of the convolution page, and its chart to take away."""

import pytest
import torch

from engine.conv_layer import terms
from engine.conv_settings import Axis
from playground.figures.conv_still import still
from playground.figures.conv_tex import cell_formula, size_formula
from tests.playground.figures.conv_layers import layer

POOL = (Axis(4, 2, 0, 2),) * 2


def cell(given, *index):
    found = terms(given.settings, given.image, given.kernels, (0, *index), given.bias)
    return cell_formula(given.settings.kind, found, [at + 1 for at in index])


def test_axes_that_agree_are_written_once():
    found = size_formula(layer(axes=(Axis(7, 3, 1, 2),) * 2).settings, ("a", "b"))
    assert found.endswith(
        r"= \left\lfloor \frac{7 + 2\cdot 1 - 1(3-1) - 1}{2} \right\rfloor + 1 = 4"
        r"\end{aligned}"
    )
    assert r"\text{a}" not in found


def test_every_axis_has_a_line_if_they_differ():
    axes = (Axis(5, 3, 1), Axis(12, 5, 0, 3))
    found = size_formula(layer(axes=axes).settings, ("height", "width"))
    assert r"\text{height} &= \left\lfloor \frac{5 + 2\cdot 1" in found
    assert r"{3} \right\rfloor + 1 = 3\end{aligned}" in found
    same = layer(axes=(Axis(6, 4), Axis(6, 4)), padding="same").settings
    assert r"\frac{6 + 1 + 2 - 1(4-1) - 1}{1}" in size_formula(same, ("a", "b"))


def test_a_transposed_size_has_its_own_formula():
    axes = (Axis(3, 3, 1, 2, output_padding=1),) * 2
    found = size_formula(layer("transposed", axes).settings, ("a", "b"))
    assert r"= (3-1)\cdot 2 - 2\cdot 1 + 1(3-1) + 1 + 1 = 6" in found


def test_a_cell_is_told_with_every_product():
    assert cell(layer("conv1d", (Axis(6),), bias=True), 1) == (
        r"\begin{aligned}y_{2} &= 0\cdot 1 + 1\cdot 0 + 2\cdot (-1) + 2 = 0"
        r"\end{aligned}"
    )
    assert cell(layer("max", POOL), 0, 0) == r"y_{1,1} = \max(3,\, 0,\, 1,\, 5) = 5"
    assert r"\tfrac{1}{4} \big(3 + 0 + 1 + 5\big) = 2.25" in cell(
        layer("average", POOL), 0, 0
    )
    assert r"\Big(3^2 + 0^2 + 1^2 + 5^2\Big)^{1/2} = 5.916" in cell(
        layer("l2", POOL), 0, 0
    )


def test_the_sums_of_the_channels_are_told_too():
    found = cell(layer(channels=3, bias=True), 0, 0)
    assert found.count(r"\\ &\quad") >= 2
    assert r" \\ &= (-5) + " in found
    long = cell(layer(axes=(Axis(15, 11),) * 2, kernel="ones"), 0, 0)
    assert r"\dots" in long


def test_a_cell_that_nothing_reaches_is_its_bias():
    spread = layer("transposed", (Axis(2, 1, 0, 3),), bias=True)
    assert cell(spread, 1) == "y_{2} = 2"


@pytest.mark.parametrize(
    ("given", "shapes"),
    [
        (layer(), [(6, 6), (3, 3), (4, 4)]),
        (layer("max", POOL), [(4, 4), (2, 2)]),
        (layer("transposed", (Axis(3, 3, 1, 2),) * 2), [(3, 3), (3, 3), (5, 5)]),
        (layer("conv1d", (Axis(6),)), [(1, 6), (1, 3), (1, 4)]),
    ],
)
def test_the_chart_shows_the_numbers_side_by_side(given, shapes):
    figure = still(given, ("input", "kernel", "output"))
    assert [torch.as_tensor(trace.z).shape for trace in figure.data] == shapes
    last = torch.as_tensor(figure.data[-1].z).flatten()
    assert last.tolist() == given.output().flatten().tolist()
    assert all(trace.texttemplate for trace in figure.data)
