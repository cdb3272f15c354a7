"""What the presets of the page of architectures claim, computed."""

import pytest

from engine.architectures import NETWORKS
from engine.layer_report import folded, report
from engine.residual import Stack, descend, share
from playground.panels.architecture_presets import TRIES
from playground.panels.architecture_text import from_text


def blocks(name, side=None):
    network = NETWORKS[name]
    shape = network.shape if side is None else (network.shape[0], side, side)
    found = report(network.plan(network.classes), shape)
    return found, folded(found.rows, "blocks")


def preset(title):
    (found,) = [entry for entry in TRIES if title in entry.title]
    return found.settings


def test_alexnet_stores_in_dense_layers_and_multiplies_in_convolutions():
    found, rows = blocks("alexnet")
    assert rows[preset("AlexNet")["row"] - 1].name == "linear1"
    dense = sum(row.parameters for row in rows if row.block == "linear")
    work = sum(row.multiplies for row in rows if row.block == "conv")
    assert dense == pytest.approx(58.6e6, abs=5e4)
    assert dense / found.parameters == pytest.approx(0.96, abs=0.005)
    assert work / found.multiplies == pytest.approx(0.92, abs=0.005)


def test_one_layer_of_vgg_has_three_quarters():
    found, rows = blocks("vgg16")
    row = rows[preset("VGG")["row"] - 1]
    assert (row.arrives, row.shape) == ((25088,), (4096,))
    assert row.parameters == 102_764_544
    assert 0.74 < row.parameters / found.parameters < 0.76


def test_resnet_is_a_twelfth_and_takes_any_size():
    vgg, _rows = blocks("vgg16")
    found, rows = blocks("resnet18")
    assert 11.5 < vgg.parameters / found.parameters < 12.5
    assert rows[preset("any size")["row"] - 1].shape == (512, 1, 1)
    half, _rows = blocks("resnet18", preset("any size")["side_resnet18"])
    assert half.parameters == found.parameters
    assert found.multiplies / half.multiplies == pytest.approx(4, abs=0.3)


def test_lenet_fails_at_c5_with_256():
    found, _rows = blocks("lenet5", preset("MNIST")["side_lenet5"])
    assert found.problem.arrives == (256,)


def test_one_pooling_too_many_fails_at_the_last_kernel():
    chosen = preset("one pooling too many")
    found = report(from_text(chosen["plan"]), (chosen["channels"], 32, 32))
    assert [row.shape[-1] for row in found.rows] == [28, 14, 10, 5, 2]
    assert (found.problem.index, found.problem.wanted) == (5, 2)


def test_three_by_three_works_hardest_inside_inception():
    found, _rows = blocks("inception")
    rows = folded(found.rows, preset("Inside")["rows"])
    work = {row.name: row.multiplies for row in rows}
    branch = work["3a.reduce3"] + work["3a.three"]
    large = work["3a.reduce_large"] + work["3a.large"]
    assert rows[preset("Inside")["row"] - 1].name == "3a.three"
    assert branch == pytest.approx(101e6, abs=5e5)
    assert found.multiplies == pytest.approx(128e6, abs=5e5)
    assert large == pytest.approx(12e6, abs=5e5)


def stacks(title):
    chosen = preset(title)
    stack = Stack(chosen["pairs"], chosen["norm"], chosen["init"], chosen["seed"])
    return descend(stack, around=False), descend(stack, around=True)


def test_twenty_plain_layers_starve():
    plain, around = stacks("twenty plain")
    assert plain.gradient.max() < 1e-6
    assert 0.5 < share(around.gradient) < 2


def test_shortcuts_without_a_brake_explode():
    plain, around = stacks("without a brake")
    assert 2000 < around.loss < 3000
    assert plain.loss == pytest.approx(2.3, abs=0.05)


def test_batch_norm_alone_is_not_enough():
    plain, around = stacks("Batch norm alone")
    assert share(plain.gradient) > 1000
    assert 5 < share(around.gradient) < 15
