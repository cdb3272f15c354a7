"""The program of the matrices runs without us and prints what the page shows."""

import json
import re
import subprocess

import pytest
import torch

from engine.matrices import BENDS, OUTPUTS, course_example, every_matrix, example, loss
from engine.matrix_equations import equations, in_rows
from engine.matrix_mistakes import MISTAKES, attempt
from playground.snippets.matrices import program
from tests.playground.snippets import reader

USUAL = example((2, 3, 1), 4, "sigmoid", "bce", 0)
NETS = {
    f"{bend}, {output}": example((3, 4, 2, 3)[: 3 + k % 2], 1 + k, bend, output, k)
    for k, (bend, output) in enumerate(
        zip((*BENDS, "tanh"), (*OUTPUTS, "softmax"), strict=True)
    )
}
NETS["course"] = course_example()
CASES = {
    f"{name}, {'rows' if rows else 'columns'}": (net, rows, "")
    for name, net in NETS.items()
    for rows in (False, True)
}
CASES |= {
    f"{mistake}, {'rows' if rows else 'columns'}": (USUAL, rows, mistake)
    for mistake in MISTAKES
    for rows in (False, True)
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """What every program printed; torch loads once for all of them."""
    folder = tmp_path_factory.mktemp("reader")
    programs = {
        name: program(net, rows=rows, mistake=mistake)
        for name, (net, rows, mistake) in CASES.items()
    }
    reader.write(folder, programs)
    linted = subprocess.run(
        [*reader.LINTER, "programs"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    assert linted.returncode == 0, linted.stdout
    done = reader.run(folder)
    assert done.returncode == 0, done.stderr
    printed, ours = json.loads(done.stdout)
    assert ours == []
    return printed


@pytest.mark.parametrize("name", CASES)
def test_the_program_prints_the_matrices_of_the_page(run, name):
    net, rows, _mistake = CASES[name]
    matrices = in_rows(every_matrix(net)) if rows else every_matrix(net)
    found = {
        line.split()[0]: json.loads(line[line.index(")") + 1 :])
        for line in run[name].splitlines()
        if re.match(r"d?[ZAWb]\d \(", line)
    }
    assert list(found) == [line.name for line in equations(len(net.layers), net.output)]
    for called, values in found.items():
        printed = torch.tensor(values, dtype=torch.float64)
        torch.testing.assert_close(printed, matrices[called], rtol=1e-9, atol=1e-12)
    told = re.search(r"^J (\S+)$", run[name], re.MULTILINE)
    assert float(told[1]) == pytest.approx(loss(net))


@pytest.mark.parametrize("name", CASES)
def test_the_program_agrees_with_autograd(run, name):
    gaps = re.findall(r"is (\S+) away from autograd", run[name])
    net, _rows, _mistake = CASES[name]
    assert len(gaps) == 2 * len(net.layers)
    assert max(map(float, gaps)) < 1e-12


@pytest.mark.parametrize("rows", [False, True], ids=["columns", "rows"])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_program_makes_the_mistake_on_screen(run, mistake, rows):
    last = run[f"{mistake}, {'rows' if rows else 'columns'}"].splitlines()[-1]
    tried = attempt(mistake, USUAL, rows=rows)[-1]
    if tried.error:
        assert last == f"RuntimeError: {tried.error}"
    else:
        assert last == f"no error, shape {tuple(tried.value.shape)}"


def test_without_a_mistake_none_is_made():
    assert "RuntimeError" not in program(USUAL, rows=False)
