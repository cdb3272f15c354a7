"""The program prints what the screen shows, for many formulas."""

import re
import subprocess
import sys

import pytest

from engine.expressions import parse
from engine.gradient_check import one_sided, two_sided
from engine.graphs import compute, gradients
from playground.panels.backprop_examples import EXAMPLES
from playground.panels.backprop_presets import TRIES
from playground.snippets.backprop import check, program

LINE = re.compile(r"(\w+) = (\S+), d(\w+)/d(\w+) = (\S+)")
OWN = {
    "functions": ("exp(a) + ln(b)*sin(c) - cos(a)/tanh(b)", {"a": 0.5, "b": 2, "c": 3}),
    "powers": ("a^b + 2^a + (-2)^2*a^-3", {"a": 1.5, "b": 2.5}),
    "kinks": ("max(a, 3) + max(a, b) + relu(-b)*sigmoid(a)", {"a": 2.0, "b": -1.0}),
    "names": ("u1 = a*b; inputs = u1 + name; nodes = inputs*value; nodes*formula", {}),
    "pi": ("pi*r^2 + max(-1, r)", {"r": 3.0}),
}


def printed(text):
    """Return what a program prints when it runs alone."""
    run = [sys.executable, "-W", "error", "-c", text]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    return done.stdout


def cases():
    for name, known in EXAMPLES.items():
        yield name, known.text, known.inputs
    for name, (text, inputs) in OWN.items():
        yield name, text, dict.fromkeys(parse(text).inputs, 1.5) | inputs
    for entry in TRIES:
        if "expr" in entry.settings:
            given = entry.settings
            text = given["expr"]
            inputs = {n: given[f"own_{n}"] for n in parse(text).inputs}
            yield entry.title, text, inputs


def told(source, name):
    """Return the lines that a program prints; here, for importing torch takes long."""
    lines = []
    exec(compile(source, name, "exec"), {"print": lines.append})
    return lines


@pytest.mark.parametrize(("name", "text", "inputs"), list(cases()))
def test_the_program_prints_what_the_engine_finds(name, text, inputs):
    lines = told(program(parse(text), inputs), name)
    found = {m[1]: m.groups() for m in map(LINE.fullmatch, lines)}
    known = compute(parse(text), inputs)
    result = known.nodes[-1].name
    rows = zip(known.nodes, known.values, gradients(known), strict=True)
    for node, value, slope in rows:
        if node.name:
            told_name, shown, of, by, gradient = found.pop(node.name)
            assert (told_name, of, by) == (node.name, result, node.name)
            assert float(shown) == pytest.approx(value, rel=1e-5, abs=1e-12)
            assert float(gradient) == pytest.approx(slope, rel=1e-5, abs=1e-12)
    assert not found


def test_the_program_runs_alone():
    known = EXAMPLES["chain"]
    assert "dJ/db = 6\n" in printed(program(parse(known.text), known.inputs))


@pytest.mark.parametrize("epsilon", [0.01, 1e-6])
def test_the_check_prints_both_differences(epsilon):
    graph, inputs = parse("theta^3 + x*theta"), {"theta": 1.0, "x": 2.0}
    last = told(check(graph, inputs, "theta", epsilon), "check")[-1]
    shown = [float(x) for x in re.findall(r"[\d.e+-]*\d", last.replace("-sided", ""))]
    expected = [f(graph, inputs, "theta", epsilon) for f in (one_sided, two_sided)]
    assert shown == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("name", "text", "inputs"), list(cases()))
def test_lines_are_short_enough_to_read(name, text, inputs):
    source = check(parse(text), inputs, next(iter(inputs)), 1e-5)
    assert max(map(len, source.splitlines())) <= 88
