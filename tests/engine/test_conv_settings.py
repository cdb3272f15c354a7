"""Sizes, dropped cells and costs: the course's networks, and torch for the rest."""

import itertools
import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.conv_layer import terms
from engine.conv_settings import (
    Axis,
    ConvSettings,
    counts,
    dropped,
    output_sizes,
    resolved,
)
from tests.engine.conv_cases import layers, possible, tensors, torch_module


def square(kind, size, *, axes=2, channels=1, filters=1, bias=True, **axis):
    """A layer whose axes are all alike."""
    return ConvSettings(
        kind,
        (Axis(size, **axis),) * axes,
        channels=channels,
        filters=filters,
        bias=bias,
    )


def chain(*layers_of_a_net):
    """Output sizes and channels, layer by layer; each must take what is given."""
    for before, after in itertools.pairwise(layers_of_a_net):
        assert output_sizes(before) == tuple(axis.size for axis in after.axes)
        assert before.outputs == after.channels
    return [(*output_sizes(layer), layer.outputs) for layer in layers_of_a_net]


def test_the_net_of_39_ends_with_1960_numbers():
    shapes = chain(
        square("conv2d", 39, channels=3, filters=10),
        square("conv2d", 37, channels=10, filters=20, kernel=5, stride=2),
        square("conv2d", 17, channels=20, filters=40, kernel=5, stride=2),
    )
    assert shapes == [(37, 37, 10), (17, 17, 20), (7, 7, 40)]
    assert math.prod(shapes[-1]) == 1960


def test_the_lenet_style_net_has_the_right_parameters():
    """Copies of the course print 208 for 608 and 416 for 3216."""
    net = (
        square("conv2d", 32, channels=3, filters=8, kernel=5),
        square("max", 28, channels=8, kernel=2, stride=2),
        square("conv2d", 14, channels=8, filters=16, kernel=5),
        square("max", 10, channels=16, kernel=2, stride=2),
    )
    shapes = [(28, 28, 8), (14, 14, 8), (10, 10, 16), (5, 5, 16)]
    assert chain(*net) == shapes
    assert [counts(layer).parameters for layer in net] == [608, 0, 3216, 0]


@pytest.mark.parametrize(("channels", "expected"), [(3, 456), (1, 156)])
def test_a_convolution_needs_few_parameters(channels, expected):
    layer = square("conv2d", 32, channels=channels, filters=6, kernel=5)
    assert counts(layer).parameters == expected
    assert output_sizes(layer) == (28, 28)


def test_one_by_one_changes_the_channels_alone():
    layer = square("conv2d", 28, channels=192, filters=32, kernel=1, bias=False)
    assert (*output_sizes(layer), layer.outputs) == (28, 28, 32)
    assert counts(layer).parameters == 192 * 32


def test_the_bottleneck_of_the_inception_module_saves_nine_tenths():
    direct = square("conv2d", 28, channels=192, filters=32, kernel=5, padding=2)
    narrow = square("conv2d", 28, channels=192, filters=16, kernel=1)
    wide = square("conv2d", 28, channels=16, filters=32, kernel=5, padding=2)
    assert chain(narrow, wide)[-1] == chain(direct)[-1] == (28, 28, 32)
    costs = [counts(layer).multiplies for layer in (direct, narrow, wide)]
    assert costs == [120_422_400, 2_408_448, 10_035_200]
    assert costs[1] + costs[2] == 12_443_648


@pytest.mark.parametrize(("kind", "axes"), [("conv1d", 1), ("conv3d", 3)])
def test_one_and_three_axes_follow_the_same_formula(kind, axes):
    shapes = chain(
        square(kind, 14, axes=axes, filters=16, kernel=5),
        square(kind, 10, axes=axes, channels=16, filters=32, kernel=5),
    )
    assert shapes == [(*(10,) * axes, 16), (*(6,) * axes, 32)]


def test_memory_counts_four_bytes_for_each_number():
    found = counts(square("conv2d", 6, channels=3, filters=2))
    assert (found.input_bytes, found.output_bytes) == (4 * 108, 4 * 32)
    assert found.parameter_bytes == 4 * (2 * 3 * 9 + 2)
    assert found.memory == 4 * (108 + 32 + 56)


def test_rectangles_and_settings_of_their_own_for_each_axis():
    layer = ConvSettings(
        "conv2d", (Axis(7, kernel=3, padding=(1, 0), stride=2), Axis(9, dilation=3))
    )
    assert output_sizes(layer) == (3, 3)
    assert [list(dropped(axis)) for axis in resolved(layer)] == [[7], []]
    assert counts(layer).receptive_field == (3, 7)


def test_resolved_names_the_padding_in_numbers():
    axes = (Axis(9, kernel=4, padding=1), Axis(9, kernel=3, dilation=2))
    for name, expected in {
        "number": [(1, 1), (0, 0)],
        "valid": [(0, 0), (0, 0)],
        "same": [(1, 2), (2, 2)],
        "full": [(3, 3), (4, 4)],
    }.items():
        layer = ConvSettings("conv2d", axes, padding=name)
        assert [axis.pads for axis in resolved(layer)] == expected
    pooled = ConvSettings("global", (Axis(9, kernel=2, stride=3, padding=1),))
    assert resolved(pooled) == (Axis(9, kernel=9),)
    assert output_sizes(pooled) == (1,)


@settings(max_examples=80, deadline=None)
@given(
    size=st.integers(1, 12),
    padding=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    kernel=st.integers(1, 4),
    stride=st.integers(1, 5),
    dilation=st.integers(1, 3),
)
def test_dropped_cells_are_those_after_the_last_that_the_output_depends_on(
    size, padding, kernel, stride, dilation
):
    axis = Axis(size, kernel, padding, stride, dilation)
    if axis.span > axis.padded:
        with pytest.raises(ValueError, match="kernel must span at most"):
            dropped(axis)
        return
    padded = torch.zeros(1, 1, axis.padded, requires_grad=True)
    output = F.conv1d(padded, torch.ones(1, 1, kernel), None, stride, 0, dilation)
    (touched,) = torch.autograd.grad(output.sum(), padded)
    last = touched.flatten().nonzero().max().item()
    assert list(dropped(axis)) == list(range(last + 1, axis.padded))
    assert len(dropped(axis)) < stride


def reach(kernel, stride, dilation, transposed):
    """The widest span of inputs under one output, far from the borders."""
    function = F.conv_transpose1d if transposed else F.conv1d
    image = torch.zeros(1, 1, 24, requires_grad=True)
    how = {"stride": stride, "dilation": dilation}
    output = function(image, torch.ones(1, 1, kernel), **how).flatten()
    spans = []
    for cell in output:
        (touched,) = torch.autograd.grad(cell, image, retain_graph=True)
        places = touched.flatten().nonzero().flatten()
        spans.append(int(places[-1] - places[0]) + 1 if len(places) else 0)
    return max(spans)


@pytest.mark.parametrize("kind", ["conv1d", "transposed"])
@pytest.mark.parametrize(
    ("kernel", "stride", "dilation"),
    [(1, 1, 1), (3, 1, 1), (3, 2, 1), (4, 2, 1), (2, 3, 1), (5, 3, 2), (4, 4, 2)],
)
def test_receptive_field_is_what_gradients_reach(kind, kernel, stride, dilation):
    layer = ConvSettings(kind, (Axis(24, kernel, 0, stride, dilation),))
    found = counts(layer).receptive_field
    assert found == (reach(kernel, stride, dilation, kind == "transposed"),)


@settings(max_examples=40, deadline=None)
@given(layers().map(possible))
def test_parameters_are_those_of_torchs_layer(layer):
    weights = torch_module(layer).parameters()
    assert counts(layer).parameters == sum(each.numel() for each in weights)


MANY = {
    "groups": ConvSettings(
        "conv2d", (Axis(5, 3, 1), Axis(4, 2)), channels=4, filters=6, groups=2
    ),
    "dilated": ConvSettings("conv1d", (Axis(9, 3, 2, 2, 2),), channels=2, filters=3),
    "transposed": ConvSettings(
        "transposed", (Axis(3, 3, 0, 2), Axis(2, 2)), channels=2, filters=4, groups=2
    ),
    "l2": ConvSettings("l2", (Axis(5, 2, 0, 2),) * 2, channels=3),
}


@pytest.mark.parametrize("name", MANY)
def test_multiplies_are_the_products_of_all_output_cells(name):
    layer = MANY[name]
    image, kernels, bias = tensors(layer)
    cells = itertools.product(*map(range, (layer.outputs, *output_sizes(layer))))
    products = [terms(layer, image, kernels, cell, bias).products for cell in cells]
    assert counts(layer).multiplies == sum(each.numel() for each in products)


def test_pooling_multiplies_little():
    layers_of = {kind: square(kind, 6, channels=2) for kind in ("max", "average")}
    assert counts(layers_of["max"]).multiplies == 0
    assert counts(layers_of["average"]).multiplies == 2 * 4 * 4
    assert counts(square("global", 6, channels=2)).multiplies == 2


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Axis(0), "size must be at least 1, got 0"),
        (lambda: Axis(5, kernel=0), "kernel must be at least 1, got 0"),
        (lambda: Axis(5, padding=(0, -2)), r"padding must be 0 or more, got \(0, -2\)"),
        (lambda: Axis(5, output_padding=-1), "output_padding must be 0 or more"),
        (lambda: ConvSettings("conv4d", (Axis(5),)), "kind must be one of"),
        (lambda: ConvSettings("conv2d", (Axis(5),)), "conv2d has 2 axes, got 1"),
        (lambda: ConvSettings("max", ()), "max has 1 to 3 axes, got 0"),
        (lambda: ConvSettings("max", (Axis(5),), mode="mirror"), "mode must be one"),
        (lambda: ConvSettings("max", (Axis(5),), padding="half"), "padding must be on"),
        (lambda: ConvSettings("max", (Axis(5),), channels=0), "channels must be at le"),
        (lambda: counts(square("conv2d", 2)), "at most 2 padded cells, got 3"),
    ],
)
def test_values_that_cannot_be_raise_with_value_and_range(make, message):
    with pytest.raises(ValueError, match=message):
        make()
