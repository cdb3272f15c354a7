import re

import pytest
import torch

from engine.matrices import course_example, every_matrix, example
from engine.matrix_equations import by_rows, equations, in_rows
from playground.figures.matrix_parts import conflict, drawn, html
from playground.figures.matrix_sums import entry, formula, matrix, plain, tex

NETS = {
    "sigmoid": example((2, 3, 1), 4, "sigmoid", "bce", 0),
    "softmax": example((3, 4, 2, 3), 5, "tanh", "softmax", 1),
    "squared": course_example(),
    "linear": example((2, 2, 2), 2, "linear", "mse", 2),
    "relu": example((2, 3, 2), 3, "relu", "mse", 4),
}


def written(net, rows):
    matrices, lines = every_matrix(net), equations(len(net.layers), net.output)
    if rows:
        return in_rows(matrices), tuple(map(by_rows, lines))
    return matrices, lines


def function(net, line):
    return net.output if line.rule == "answer" else net.activation


def worked_out(latex):
    """Return the value of an entry's arithmetic, read as a person would."""
    python = re.sub(r"10\^\{(-?\d+)\}", r"(10.0**(\1))", latex)
    python = re.sub(r"\\t?frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1)/(\2)*", python)
    python = python.replace("[", "(").replace("]", ")")
    python = python.replace(r"\cdot", "*").replace(r"\sigma", "sigma")
    python = python.replace(r"\tanh", "tanh").replace(r"\mathrm{ReLU}", "relu")
    words = {
        name: lambda z, name=name: getattr(torch, name)(torch.tensor(z)).item()
        for name in ("tanh", "relu")
    }
    words["sigma"] = lambda z: torch.sigmoid(torch.tensor(z)).item()
    return eval(python, {"__builtins__": {}}, words)


@pytest.mark.parametrize("rows", [False, True], ids=["columns", "rows"])
@pytest.mark.parametrize("net", NETS.values(), ids=NETS)
def test_every_entry_written_out_gives_the_number_in_the_matrix(net, rows):
    matrices, lines = written(net, rows)
    for line in lines:
        if line.rule == "answer" and net.output == "softmax":
            continue  # a fraction of powers: below
        size = drawn(tuple(matrices[line.name].shape))
        values = matrices[line.name].reshape(size)
        for cell in ((0, 0), (size[0] - 1, size[1] - 1)):
            latex = entry(line, matrices, cell, function=function(net, line), rows=rows)
            _name, middle, last = latex.split(" = ")
            exact = values[cell].item()
            assert worked_out(last) == pytest.approx(exact, rel=5e-4, abs=1e-9)
            assert worked_out(middle) == pytest.approx(exact, rel=5e-3, abs=2e-3), latex


def test_a_softmax_is_one_power_over_the_sum_of_its_samples():
    net = NETS["softmax"]
    for rows in (False, True):
        matrices, lines = written(net, rows)
        line = next(line for line in lines if line.rule == "answer")
        cell = (1, 2) if rows else (2, 1)  # sample 1, output 2
        latex = entry(line, matrices, cell, function="softmax", rows=rows)
        powers = [f"e^{{{plain(z)}}}" for z in every_matrix(net)["Z3"][:, 1].tolist()]
        assert rf"\frac{{{powers[2]}}}{{{' + '.join(powers)}}}" in latex


def test_a_step_of_the_course_is_written_like_this():
    matrices, lines = written(NETS["squared"], False)
    latex = entry(lines[0], matrices, (0, 0), function="sigmoid", rows=False)
    assert latex == (
        r"Z^{[1]}_{1,1} = 0.15 \cdot 0.05 + 0.25 \cdot 0.1 + 0.35 = 0.3825"
    )


def test_formulas_are_the_courses():
    net = NETS["sigmoid"]
    lines = {line.name: line for line in equations(2, "bce")}
    assert formula(lines["Z1"], net.activation) == r"Z^{[1]} = W^{[1]} \, X + b^{[1]}"
    assert formula(lines["A1"], "relu") == r"A^{[1]} = \mathrm{ReLU}(Z^{[1]})"
    assert formula(lines["A2"], "mse") == "A^{[2]} = Z^{[2]}"
    turned = formula(lines["dZ1"], net.activation)
    assert r"W^{[2]\top} \, dZ^{[2]}" in turned
    assert r"\circ g'" in turned
    assert formula(by_rows(lines["dW2"]), "bce").endswith(r"dZ^{[2]\top} \, A^{[1]}")


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("output", ["bce", "squared"])
def test_every_line_has_a_formula(depth, output):
    for line in equations(depth, output):
        for shown in (line, by_rows(line)):
            assert formula(shown, "tanh").startswith(f"{tex(line.name)} = ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5"),
        (-0.0, "0"),
        (1.23456, "1.235"),
        (-2.5e-06, r"-2.5 \cdot 10^{-6}"),
    ],
)
def test_plain_numbers(value, text):
    assert plain(value) == text


def test_a_matrix_in_latex():
    text = matrix(torch.tensor([[1.0, -2.0], [0.5, 0.0]]))
    assert text == r"\begin{pmatrix} 1 & -2 \\ 0.5 & 0 \end{pmatrix}"


@pytest.mark.parametrize(
    ("name", "form", "text"),
    [
        ("X", "", "X"),
        ("X", "T", "X<sup>T</sup>"),
        ("dW2", "", "dW<sup>[2]</sup>"),
        ("W2", "T", "W<sup>[2] T</sup>"),
        ("G1", "", "g′(Z<sup>[1]</sup>)"),
    ],
)
def test_names_in_html(name, form, text):
    assert html(name, form) == text


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ((3, 4), (3,), (1, 0)),
        ((3, 4), (4,), None),
        ((3, 4), (3, 1), None),
        ((4, 3), (3, 3), (0, 0)),
        ((3,), (4,), (0, 0)),
        ((3, 1), (1, 4), None),
    ],
)
def test_conflict_says_what_torchs_broadcasting_says(left, right, found):
    assert conflict(left, right) == found
    try:
        torch.broadcast_shapes(left, right)
    except RuntimeError:
        assert found
    else:
        assert found is None
