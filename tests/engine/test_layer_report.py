"""Reports against published totals, torch's own counter, and networks that run."""

import subprocess
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from engine.architectures import NETWORKS, conv, linear, pool
from engine.layer_plan import Layer, ShapeError, make, names
from engine.layer_report import folded, report

FLATTEN = Layer("flatten")
PUBLISHED = {  # parameters and, where published, multiply-adds
    "lenet5": (61_706, 416_520),
    "alexnet": (61_100_840, 714_188_480),
    "alexnet_2012": (60_965_224, None),
    "vgg16": (138_357_544, 15_470_264_320),
    "resnet18": (11_689_512, 1_814_073_344),
    "resnet34": (21_797_672, 3_663_761_408),
    "resnet50": (25_557_032, 4_089_184_256),
    "googlenet": (6_624_904, None),
    "googlenet_2015": (6_998_552, None),
}


def of(name):
    network = NETWORKS[name]
    return report(network.plan(network.classes), network.shape)


@pytest.mark.parametrize("name", PUBLISHED)
def test_totals_are_the_published_ones(name):
    parameters, multiplies = PUBLISHED[name]
    found = of(name)
    assert found.problem is None
    assert found.parameters == parameters
    assert multiplies in (None, found.multiplies)


def test_the_course_table_has_its_right_numbers_not_the_misprints():
    rows = folded(of("lenet_style").rows, "layers")
    assert [row.parameters for row in rows] == [608, 0, 3216, 0, 48120, 10164, 850]
    shapes = [row.shape for row in rows]
    assert shapes[:4] == [(8, 28, 28), (8, 14, 14), (16, 10, 10), (16, 5, 5)]
    rows = folded(of("course39").rows, "layers")
    assert [row.shape for row in rows] == [(10, 37, 37), (20, 17, 17), (40, 7, 7), (1,)]


def test_dense_and_convolution_of_the_course():
    shape = (3, 32, 32)
    dense = report((FLATTEN, linear(28 * 28 * 6)), shape)
    assert dense.multiplies == 14_450_688
    assert report((conv(6, 5),), shape).parameters == 456
    assert report((conv(6, 5),), (1, 32, 32)).parameters == 156


def test_inception_costs_of_the_course():
    shape = (192, 28, 28)
    assert report((conv(32, 5, 1, 2),), shape).multiplies == 120_422_400
    narrow = report((conv(16, 1), conv(32, 5, 1, 2)), shape)
    assert [row.multiplies for row in narrow.rows] == [2_408_448, 10_035_200]
    assert of("inception").rows[-1].shape == (256, 28, 28)


@pytest.mark.parametrize("axes", [1, 3])
def test_one_and_three_axes_of_the_course(axes):
    found = report((conv(16, 5), conv(32, 5)), (1, *[14] * axes))
    assert [row.shape for row in found.rows] == [(16, *[10] * axes), (32, *[6] * axes)]


def runs(layers, shape):
    """Return the plan as one real module on the CPU, and every layer's real shape."""
    x, shapes, modules = torch.zeros(1, *shape), [], []
    for index in range(len(layers)):
        modules.append(make(layers, index, tuple(x.shape[1:])).eval())
        x = modules[-1](x)
        shapes.append(tuple(x.shape[1:]))
    return nn.Sequential(*modules), shapes


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_shapes_and_parameters_are_those_of_modules_that_run(axes):
    layers = (
        *(conv(6, 3, 2, 1), Layer("norm"), Layer("relu"), pool("max", 3, 2, 1)),
        *(Layer("residual", 8, stride=2), Layer("bottleneck", 2), pool("avg", 2, 1)),
        *(Layer("adaptive", kernel=1), FLATTEN, Layer("dropout"), linear(5)),
    )
    shape = (2, *[25] * axes)
    with torch.no_grad():
        real, shapes = runs(layers, shape)
    found = report(layers, shape)
    last = {row.index: row.shape for row in found.rows}
    assert list(last.values()) == shapes
    assert found.parameters == sum(p.numel() for p in real.parameters())


@pytest.mark.parametrize("name", ["resnet18", "googlenet_2015"])
def test_multiply_adds_are_half_of_what_torchs_own_counter_says(name):
    network = NETWORKS[name]
    layers, x = network.plan(10), torch.zeros(1, 3, 32, 32)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        for index in range(len(layers)):
            x = make(layers, index, tuple(x.shape[1:])).eval()(x)
    counted = report(layers, (3, 32, 32)).multiplies
    assert counter.get_total_flops() == 2 * counted


sizes = st.integers(1, 5)


@settings(max_examples=30, deadline=None)
@given(side=st.integers(1, 16), k=sizes, s=sizes, p=st.integers(0, 3), g=sizes)
def test_a_shape_error_is_raised_where_torch_raises_and_nowhere_else(side, k, s, p, g):
    x = torch.zeros(1, 4, side, side)
    layers = (
        Layer("conv", 4, k, s, p, groups=g),
        Layer("max", kernel=k, stride=s, padding=p),
    )
    made = (
        lambda: nn.Conv2d(4, 4, k, s, p, groups=g)(x),
        lambda: nn.MaxPool2d(k, s, p)(x),
    )
    for layer, run in zip(layers, made, strict=True):
        try:
            expected = tuple(run().shape[1:])
        except (RuntimeError, ValueError):
            expected = None
        found = report((layer,), (4, side, side))
        assert (found.rows[-1].shape if found.rows else None) == expected


@pytest.mark.parametrize(
    ("layers", "index", "reason", "arrives", "wanted"),
    [
        ((FLATTEN, conv(1, 3)), 1, "volume", (48,), 0),
        ((linear(5),), 0, "line", (3, 4, 4), 48),
        ((FLATTEN, linear(5, 400)), 1, "inputs", (48,), 400),
        ((Layer("conv", 4, 3, inputs=1),), 0, "inputs", (3, 4, 4), 1),
        ((conv(2, 3), conv(2, 3)), 1, "kernel", (2, 2, 2), 2),
        ((pool("max", 2, 2, 2),), 0, "padding", (3, 4, 4), 1),
        ((Layer("conv", 4, 1, groups=2),), 0, "groups", (3, 4, 4), 3),
        ((Layer("conv", 4, 1, groups=3),), 0, "filters", (3, 4, 4), 4),
    ],
)
def test_problems_name_the_layer_and_both_shapes(
    layers, index, reason, arrives, wanted
):
    problem = report(layers, (3, 4, 4)).problem
    found = (problem.index, problem.reason, problem.arrives, problem.wanted)
    assert found == (index, reason, arrives, wanted)


def test_rows_before_a_problem_are_told():
    found = report((conv(2, 3), conv(2, 3)), (3, 4, 4))
    assert isinstance(found.problem, ShapeError)
    assert [row.shape for row in found.rows] == [(2, 2, 2)]


@pytest.mark.parametrize(
    "layer",
    [Layer("banana"), conv(0, 3), conv(1, 65), conv(1, 3, 0), conv(1, 1, 1, 65)],
)
def test_impossible_numbers_are_refused(layer):
    with pytest.raises(ValueError, match="must"):
        report((layer,), (1, 8, 8))


@pytest.mark.parametrize("level", ["blocks", "layers", "modules"])
@pytest.mark.parametrize("name", ["resnet18", "googlenet", "lenet5"])
def test_folding_keeps_every_total(name, level):
    found = of(name)
    rows = folded(found.rows, level)
    assert sum(row.parameters for row in rows) == found.parameters
    assert sum(row.multiplies for row in rows) == found.multiplies
    assert sum(row.memory for row in rows) == found.memory


def test_folding_names_and_counts_rows():
    rows = of("resnet18").rows
    blocks = [row.name for row in folded(rows, "blocks")]
    assert blocks[:3] == ["conv1", "max1", "residual1"]
    assert len(blocks) == 12
    assert folded(rows, "layers")[2].name == "residual1.conv1"
    assert len(folded(rows, "modules")) == len(rows)


def test_receptive_fields_by_hand():
    fields = [row.field for row in folded(of("lenet5").rows, "layers")]
    assert fields[:4] == [5, 6, 14, 16]
    assert [r.field for r in report((conv(1, 3), conv(1, 3)), (1, 9, 9)).rows] == [3, 5]
    stem = [row.field for row in folded(of("resnet18").rows, "blocks")]
    assert stem[:4] == [7, 11, 27, 43]


def test_the_receptive_field_is_what_a_gradient_reaches():
    layers = (conv(1, 3, 2), pool("avg", 2, 1), conv(1, 3))
    x = torch.zeros(1, 1, 31, 31, requires_grad=True)
    y = x
    for index, _layer in enumerate(layers):
        module = make(layers, index, tuple(y.shape[1:]))
        if hasattr(module, "weight"):
            nn.init.ones_(module.weight)
        y = module(y)
    y[0, 0, 2, 2].backward()
    reached = (x.grad[0, 0] != 0).any(dim=0).sum().item()
    assert report(layers, (1, 31, 31)).rows[-1].field == reached


def test_lenet_takes_only_32():
    network = NETWORKS["lenet5"]
    problem = report(network.plan(10), (1, 28, 28)).problem
    assert problem.arrives == (256,)
    assert problem.wanted == 400
    assert names(network.plan(10))[problem.index] == "C5"


def test_no_shape_loads_torchs_compiler():
    program = (
        "import sys; from engine.architectures import NETWORKS as N\n"
        "from engine.layer_report import report\n"
        "for n in ('lenet5', 'resnet18', 'googlenet'):\n"
        "    report(N[n].plan(10), N[n].shape)\n"
        "print('torch._dynamo' in sys.modules)"
    )
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    assert done.stdout == "False\n"
