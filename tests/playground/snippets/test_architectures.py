"""The programs of the page run alone and print what the page shows."""

import contextlib
import io

import pytest

from engine.architectures import NETWORKS
from engine.layer_report import report
from engine.residual import Stack, descend
from playground.snippets.architectures import depth_program, program


def output(text):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(text, "snippet", "exec"), {"__name__": "snippet"})
    return said.getvalue()


@pytest.mark.parametrize("name", ["lenet5", "alexnet_2012", "resnet18", "inception"])
def test_a_network_prints_its_totals(name):
    network = NETWORKS[name]
    layers = network.plan(network.classes)
    found = report(layers, network.shape)
    assert output(program({name: (layers, network.shape)})) == (
        f"{name}: {found.parameters:,} parameters, {found.multiplies:,} multiply-adds\n"
    )


@pytest.mark.parametrize("norm", [False, True])
def test_both_stacks_print_their_gradients(norm):
    stack = Stack(3, norm=norm, seed=7)
    lines = output(depth_program(stack)).splitlines()
    assert len(lines) == 2 * (1 + 6 + 4)
    found = descend(stack, around=True)
    assert lines[11] == f"residual loss {found.loss:.6g}"
    assert lines[17] == f"weights of layer 6: {found.gradient[-1].item():.6g}"
    assert lines[18] == f"signal after pair 0: {found.signal[0].item():.6g}"
