import pytest
import torch
import torch.nn.functional as F

from engine.matrices import OUTPUTS, bend, every_matrix, example, slope
from engine.matrix_equations import (
    CODE,
    COMPUTE,
    Equation,
    Operand,
    by_rows,
    equations,
    in_rows,
)

NETS = {
    "two layers": example((2, 3, 1), 4, "sigmoid", "bce", 0),
    "three layers": example((3, 4, 2, 3), 5, "tanh", "softmax", 1),
    "slope stays": example((2, 2, 2), 1, "relu", "squared", 2),
    "squares": example((3, 3, 3), 3, "relu", "mse", 3),
}


def written(net, rows):
    matrices, lines = every_matrix(net), equations(len(net.layers), net.output)
    if rows:
        return in_rows(matrices), tuple(map(by_rows, lines))
    return matrices, lines


def words(net, matrices, rows):
    """Return what the code of an equation may name."""
    says = OUTPUTS[net.output].says
    return matrices | {
        "m": net.x.shape[1],
        "g": bend(net.activation),
        "dg": slope(net.activation),
        "answer": (lambda z: says(z.T).T) if rows else says,
    }


@pytest.mark.parametrize("rows", [False, True], ids=["columns", "rows"])
@pytest.mark.parametrize("net", NETS.values(), ids=NETS)
def test_the_code_of_every_line_gives_the_matrix_it_names(net, rows):
    matrices, lines = written(net, rows)
    for line in lines:
        name, code = line.code().split(" = ")
        value = eval(code, {"__builtins__": {}}, words(net, matrices, rows))
        assert name == line.name
        assert value.shape == matrices[name].shape, line.code()
        torch.testing.assert_close(value, matrices[name])


@pytest.mark.parametrize("rows", [False, True], ids=["columns", "rows"])
@pytest.mark.parametrize("net", NETS.values(), ids=NETS)
def test_computing_a_line_gives_what_its_code_gives(net, rows):
    matrices, lines = written(net, rows)
    for line in lines:
        if line.rule in COMPUTE:
            value = line.compute(matrices, net.x.shape[1])
            torch.testing.assert_close(value, matrices[line.name])


@pytest.mark.parametrize("rule", COMPUTE)
def test_every_rule_computes_what_it_writes(rule):
    values = torch.arange(1.0, 10.0).reshape(3, 3)
    matrices = {name: values * k for k, name in enumerate(("X", "Y", "W1"), start=1)}
    count = CODE[rule].replace("{0}", "{}").count("{}")
    count = {"sloped": 2}.get(rule, count)
    line = Equation("Z1", rule, tuple(map(Operand, list(matrices)[:count])))
    code = line.code().split(" = ")[1]
    expected = eval(code, {"__builtins__": {}}, matrices | {"m": 7})
    torch.testing.assert_close(line.compute(matrices, 7), expected)


def test_the_course_writes_two_layers_like_this():
    lines = [line.code() for line in equations(2, "bce")]
    assert lines == [
        "Z1 = W1 @ X + b1",
        "A1 = g(Z1)",
        "Z2 = W2 @ A1 + b2",
        "A2 = answer(Z2)",
        "dZ2 = A2 - Y",
        "dW2 = dZ2 @ A1.T / m",
        "db2 = dZ2.sum(1, keepdim=True) / m",
        "dZ1 = (W2.T @ dZ2) * dg(Z1)",
        "dW1 = dZ1 @ X.T / m",
        "db1 = dZ1.sum(1, keepdim=True) / m",
    ]


def test_rows_are_pytorchs_linear_layer():
    net = NETS["three layers"]
    matrices, _lines = written(net, True)
    linear = F.linear(matrices["X"], matrices["W1"], matrices["b1"])
    torch.testing.assert_close(linear, matrices["Z1"])


def test_rows_are_columns_transposed_but_weights_keep_their_shape():
    columns = every_matrix(NETS["three layers"])
    rows = in_rows(columns)
    assert torch.equal(rows["Z2"], columns["Z2"].T)
    assert torch.equal(rows["dW2"], columns["dW2"])
    assert rows["db2"].shape == (2,)


def test_multiplications_count_products_only():
    net = NETS["two layers"]
    matrices, lines = written(net, False)
    counted = {line.name: line.multiplications(matrices) for line in lines}
    assert counted["Z1"] == (3, 2, 4)
    assert counted["dZ1"] == (3, 1, 4)
    assert counted["dW1"] == (3, 4, 2)
    assert counted["A1"] == counted["db1"] == counted["dZ2"] == ()


def test_forms_of_an_operand():
    matrices = {"b1": torch.tensor([[1.0], [2.0]])}
    forms = ("", "T", "flat", "column")
    shapes = [tuple(Operand("b1", form).of(matrices).shape) for form in forms]
    assert shapes == [(2, 1), (1, 2), (2,), (2, 1)]
