"""Whole layers against torch, and the terms of single cells against whole layers."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.conv_layer import laid, run, seen_padded, terms, windows
from engine.conv_settings import KINDS, Axis, ConvSettings, output_sizes
from tests.engine.conv_cases import layers, possible, tensors, torch_output


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_layers_give_what_torch_gives(kind, data):
    layer = possible(data.draw(layers((kind,))))
    given_tensors = tensors(layer, data.draw(st.integers(0, 99)))
    found = run(layer, *given_tensors)
    assert found.shape == (layer.outputs, *output_sizes(layer))
    expected = torch_output(layer, *given_tensors)
    torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-10)


@settings(max_examples=120, deadline=None)
@given(layers().map(possible), st.data())
def test_terms_of_a_cell_add_up_to_the_layers_output(layer, data):
    image, kernels, bias = tensors(layer)
    output = run(layer, image, kernels, bias)
    cell = tuple(data.draw(st.integers(0, size - 1)) for size in output.shape)
    found = terms(layer, image, kernels, cell, bias)
    assert found.total == pytest.approx(output[cell].item(), rel=1e-9, abs=1e-9)
    assert found.places == tuple(dict.fromkeys(found.places))
    padded = seen_padded(layer, image)
    for row, channel in enumerate(found.channels):
        seen = [padded[(channel, *place)].item() for place in found.places]
        assert found.values[row].tolist() == seen
    torch.testing.assert_close(found.products.sum(dim=1), found.sums)
    total = found.sums.sum().item() + found.bias
    total = math.sqrt(total) if layer.kind == "l2" else total
    assert found.total == pytest.approx(total)


@settings(max_examples=60, deadline=None)
@given(
    layers([kind for kind in KINDS if kind != "transposed"]).map(possible), st.data()
)
def test_windows_show_the_values_of_the_terms(layer, data):
    image, kernels, bias = tensors(layer)
    shape = (layer.outputs, *output_sizes(layer))
    cell = tuple(data.draw(st.integers(0, size - 1)) for size in shape)
    found = terms(layer, image, kernels, cell, bias)
    seen = windows(layer, image)[(slice(None), *cell[1:])]  # [C, *kernel]
    chosen = seen[found.channels.start : found.channels.stop]
    assert chosen.flatten(1).equal(found.values)


STRIDED = ConvSettings("conv2d", (Axis(5, 2, 1, 2),) * 2, channels=2, flip=True)


def test_terms_by_hand_with_padding_two_channels_and_a_flip():
    image = torch.arange(50.0).view(2, 5, 5)
    kernels = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]], [[0.0, 0.0], [-1.0, 5.0]]]])
    found = terms(STRIDED, image, kernels, (0, 0, 1))
    assert found.places == ((0, 2), (0, 3), (1, 2), (1, 3))
    assert found.taps == ((0, 0), (0, 1), (1, 0), (1, 1))
    assert found.values.tolist() == [[0, 0, 1, 2], [0, 0, 26, 27]]
    assert found.weights.tolist() == [[4, 3, 2, 1], [5, -1, 0, 0]]
    assert found.sums.tolist() == [4, 0]
    assert (found.total, found.bias, found.channels) == (4, 0, range(2))


def test_terms_of_a_transposed_cell_are_the_inputs_that_reach_it():
    layer = ConvSettings("transposed", (Axis(2, 3, 0, 2),))
    image = torch.tensor([[2.0, 5.0]])
    kernels = torch.tensor([[[1.0, 10.0, 100.0]]])
    assert run(layer, image, kernels).tolist() == [[2, 20, 205, 50, 500]]
    found = terms(layer, image, kernels, (0, 2))
    assert set(zip(found.places, found.taps, strict=True)) == {
        ((0,), (2,)),
        ((1,), (0,)),
    }
    assert sorted(found.products.flatten().tolist()) == [5, 200]


def test_a_transposed_cell_that_nothing_reaches_is_the_bias():
    layer = ConvSettings("transposed", (Axis(2, 1, 0, 3),), bias=True)
    image, kernels = torch.tensor([[2.0, 5.0]]), torch.tensor([[[3.0]]])
    found = terms(layer, image, kernels, (0, 1), torch.tensor([0.5]))
    assert (found.places, found.total) == ((), 0.5)
    assert run(layer, image, kernels, torch.tensor([0.5])).tolist() == [
        [6.5, 0.5, 0.5, 15.5]
    ]


def test_terms_of_pooling_say_which_number_counts():
    image = torch.tensor([[[-4.0, -2.0], [-2.0, -8.0]]])
    largest = ConvSettings("max", (Axis(2, 2, 1, 2),) * 2)
    corner = terms(largest, image, None, (0, 0, 0))
    assert corner.values.tolist() == [[-math.inf] * 3 + [-4]]
    assert corner.weights.tolist() == [[0, 0, 0, 1]]
    assert (corner.products.tolist(), corner.total) == ([[0, 0, 0, -4]], -4)
    twice = terms(ConvSettings("max", (Axis(2, 2),) * 2), image, None, (0, 0, 0))
    assert twice.weights.tolist() == [[0, 1, 0, 0]]  # the first of two largest
    mean = terms(ConvSettings("global", (Axis(2),) * 2), image, None, (0, 0, 0))
    assert (mean.weights.unique().tolist(), mean.total) == ([0.25], -4)
    root = terms(ConvSettings("l2", (Axis(2, 2),) * 2), image, None, (0, 0, 0))
    assert root.sums.tolist() == [88]
    assert root.total == pytest.approx(math.sqrt(88))


def test_laid_turns_kernels_only_where_they_are_flipped():
    kernels = torch.arange(4.0).view(1, 1, 2, 2)
    plain = ConvSettings("conv2d", (Axis(5, 2),) * 2)
    assert laid(plain, kernels).equal(kernels)
    assert laid(STRIDED, kernels).flatten().tolist() == [3, 2, 1, 0]


PLAIN = ConvSettings("conv1d", (Axis(4, 2),))
IMAGE, KERNELS = torch.zeros(1, 4), torch.zeros(1, 1, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: run(PLAIN, torch.zeros(1, 5), KERNELS), r"image must be \[1, 4\]"),
        (lambda: run(PLAIN, IMAGE), r"kernels must be \(1, 1, 2\), got \(\)"),
        (lambda: run(PLAIN, IMAGE, KERNELS, torch.zeros(1)), r"bias must be \(\)"),
        (lambda: terms(PLAIN, IMAGE, KERNELS, (0, 3)), r"inside \(1, 3\), got \(0, 3"),
        (lambda: terms(PLAIN, IMAGE, KERNELS, (0,)), r"inside \(1, 3\), got \(0,"),
        (lambda: terms(PLAIN, IMAGE, KERNELS, (0, -1)), r"got \(0, -1\)"),
    ],
)
def test_what_does_not_fit_the_settings_raises(call, message):
    with pytest.raises(ValueError, match=message):
        call()
