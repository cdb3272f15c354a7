"""The programs of the activation page run alone and print the page's numbers."""

import contextlib
import io
import re
import subprocess
import sys

import pytest
import torch

from engine.activations import ACTIVATIONS
from engine.depth import INITS, Plan, propagate
from engine.forms import Form, function
from engine.lenet import entropy
from engine.softmax import jacobian, log_sum_exp, softmax
from playground.snippets.activations import (
    functions_program,
    network_program,
    softmax_program,
)

NUMBER = r"(-?(?:inf|nan|[\d.]+(?:e[-+]?\d+)?))"
OWN = [
    Form("leaky_relu", (0.3,)),
    Form("prelu", (-0.5,)),
    Form("elu", (2.5,)),
    Form("maxout", (1.0, 0.5, -0.5, 0.0)),
    Form("maxout", (-1.5, 0.0, 0.0, 0.0)),
]


def printed(program):
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(program, "program", "exec"), {"__name__": "__main__"})
    return output.getvalue()


@pytest.mark.parametrize("z", [-4.0, -3.0, -0.7, 0.0, 0.05, 3.0, 10.0])
def test_functions_and_slopes_by_autograd_are_the_engines(z):
    forms = [*map(Form, ACTIVATIONS)]
    found = printed(functions_program(forms, z)).splitlines()
    there = torch.tensor([z], dtype=torch.float64)
    for line, form in zip(found, forms, strict=True):
        name, value, slope = re.fullmatch(
            rf"(\w+): g\(z\) = {NUMBER}, slope = {NUMBER}", line
        ).groups()
        assert name == form.name
        g = function(form)
        assert float(value) == pytest.approx(g.value(there).item(), rel=1e-5, abs=1e-9)
        expected = g.derivative(there).item()
        assert float(slope) == pytest.approx(expected, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("z", [-1.0, 0.0, 0.4])
@pytest.mark.parametrize("form", OWN, ids=str)
def test_functions_with_numbers_of_their_own(form, z):
    line = printed(functions_program([form], z))
    there = torch.tensor([z], dtype=torch.float64)
    value, slope = map(float, re.findall(rf"= {NUMBER}", line))
    g = function(form)
    assert value == pytest.approx(g.value(there).item(), rel=1e-5, abs=1e-9)
    assert slope == pytest.approx(g.derivative(there).item(), rel=1e-5, abs=1e-9)


PLANS = [Plan(Form(name), "he", 4, 8, 0.2, 3) for name in ACTIVATIONS]
PLANS += [Plan(Form("tanh"), init, 3, 16) for init in INITS]
PLANS += [Plan(form, "xavier", 3, 8) for form in OWN]
PLANS += [Plan(Form("relu"), "he", 10, 64, -1.0), Plan(Form("sigmoid"), depth=1)]


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_the_network_is_the_engines(plan):
    *layers, last = printed(network_program(plan)).splitlines()
    found = propagate(plan)
    for layer, line in enumerate(layers):
        spread, between, gradient = map(float, re.findall(rf" {NUMBER}(?:,|$)", line))
        assert spread == pytest.approx(found.spread[layer].item(), rel=1e-5)
        expected = found.difference[layer].item()
        assert between == pytest.approx(expected, rel=1e-5, abs=1e-12)
        assert gradient == pytest.approx(found.gradient[layer].item(), rel=1e-5)
    assert len(layers) == plan.depth + 1
    dead = int(found.dead.sum())
    assert last == f"dead units: {dead} of {plan.depth * plan.width}"


@pytest.mark.parametrize("temperature", [0.01, 1.0, 20.0])
@pytest.mark.parametrize("shift", [0.0, -50.0])
@pytest.mark.parametrize("logits", [(2, 1, 0.1), (1000, 999), (-3, -3, -3, 5)])
def test_softmax_is_the_engines(logits, temperature, shift):
    said = printed(softmax_program(logits, temperature, shift))
    z = torch.tensor(logits, dtype=torch.float64) + shift
    p = softmax(z, temperature)
    listed = re.search(r"probabilities: \[(.*)\]", said)[1].split(", ")
    assert [float(x) for x in listed] == pytest.approx(p.tolist(), rel=1e-5, abs=1e-12)
    assert "as PyTorch: True" in said
    total = float(re.search(rf"log-sum-exp: {NUMBER}", said)[1])
    assert total == pytest.approx(log_sum_exp(z / temperature), rel=1e-5)
    bits = float(re.search(rf"entropy: {NUMBER}", said)[1])
    assert bits == pytest.approx(entropy(p), rel=1e-4, abs=1e-9)
    slope = float(re.search(rf"largest slope: {NUMBER}", said)[1])
    expected = jacobian(p, temperature).abs().max().item()
    assert slope == pytest.approx(expected, rel=1e-4, abs=1e-12)
    overflows = (z / temperature).max() > 89 or (z / temperature).max() < -104
    assert ("nan" in said) == overflows


def test_the_longest_program_runs_alone(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(network_program(Plan(Form("maxout"), depth=2, width=8)))
    run = [sys.executable, "-W", "error", path]
    done = subprocess.run(run, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout.count("\n") == 4
