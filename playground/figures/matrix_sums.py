"""The LaTeX of an equation, and of one entry with its numbers."""

from torch import Tensor

from engine.matrix_equations import Equation
from playground.figures.matrix_parts import Cell, drawn

NAMES = {
    "sigmoid": r"\sigma",
    "tanh": r"\tanh",
    "relu": r"\mathrm{ReLU}",
    "bce": r"\sigma",
    "softmax": r"\mathrm{softmax}",
    "squared": r"\sigma",
}
FORMULAS = {
    "affine": r"{} \, {} + {}",
    "bend": r"{g}({})",
    "answer": r"{g}({})",
    "difference": "{} - {}",
    "sloped": r"({0} - {1}) \circ {0} \circ (1 - {0})",
    "product": r"\tfrac{{1}}{{m}}\, {} \, {}",
    "back": r"\left({} \, {}\right) \circ {}",
    "across": r"\tfrac{{1}}{{m}} \textstyle\sum_{{j=1}}^m {}_{{:,j}}",
    "down_flat": r"\tfrac{{1}}{{m}} \textstyle\sum_{{i=1}}^m {}_{{i,:}}",
}


def tex(name: str, form: str = "") -> str:
    """Return the name of a matrix in LaTeX: dW2 is dW with a raised [2]."""
    if name[0] == "G":
        return rf"g'\!\left({tex('Z' + name[1:])}\right)"
    stem = name.rstrip("0123456789")
    raised = f"[{name[len(stem) :]}]" * (stem != name) + r"\top" * (form == "T")
    return f"{stem}^{{{raised}}}" if raised else stem


def formula(line: Equation, function: str) -> str:
    """Return an equation of the network without numbers.

    Args:
        line: one that `engine.matrix_equations.equations` gives.
        function: of this layer: an activation or output by its id.
    """
    operands = [tex(operand.name, operand.form) for operand in line.operands]
    pattern = FORMULAS[line.rule]
    if line.rule in ("bend", "answer") and function not in NAMES:
        pattern = "{}"
    whole = pattern.format(*operands, g=NAMES.get(function, ""))
    return f"{tex(line.name)} = {whole}"


def entry(
    line: Equation,
    matrices: dict[str, Tensor],
    cell: Cell,
    *,
    function: str,
    rows: bool,
) -> str:
    """Return one entry of an equation's result, written out with its numbers.

    Args:
        line: one that `engine.matrix_equations.equations` gives, or its row form.
        matrices: all numbers by name.
        cell: row and column of the entry, from 0.
        function: of this layer: an activation or output by its id.
        rows: whether samples are rows.
    """
    given = [operand.of(matrices) for operand in line.operands]
    given = [values.reshape(drawn(tuple(values.shape))) for values in given]
    result = matrices[line.name]
    value = plain(result.reshape(drawn(tuple(result.shape)))[cell].item())
    index = f"{cell[0] + 1},{cell[1] + 1}" if result.dim() == 2 else f"{cell[1] + 1}"
    along = given[0].T if rows else given[0]  # samples as columns
    place = cell[::-1] if rows else cell
    if line.rule in ("bend", "answer"):
        middle = _bent(along, place, function)
    else:
        middle = _written(line.rule, given, cell)
    return f"{tex(line.name)}_{{{index}}} = {middle} = {value}"


def matrix(values: Tensor) -> str:
    """Return a matrix with its numbers."""
    rows = r" \\ ".join(" & ".join(map(plain, row)) for row in values.tolist())
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def plain(value: float) -> str:
    """Return a number with four significant digits, in LaTeX."""
    text = f"{value + 0.0:.4g}"  # no minus before 0
    if "e" not in text:
        return text
    digits, power = text.split("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}"


def _factor(value: float) -> str:
    """Return a number that may stand behind a sign: what is negative in brackets."""
    return f"({plain(value)})" if value < 0 else plain(value)


def _row_times_column(left: Tensor, right: Tensor, cell: Cell) -> str:
    pairs = zip(left[cell[0]].tolist(), right[:, cell[1]].tolist(), strict=True)
    return " + ".join(rf"{_factor(a)} \cdot {_factor(b)}" for a, b in pairs)


def _written(rule: str, given: list[Tensor], cell: Cell) -> str:
    """Return what makes an entry, with numbers, for all rules but functions."""
    if rule in ("across", "down_flat"):
        values = given[0][cell[0]] if rule == "across" else given[0][:, cell[1]]
        total = " + ".join(map(_factor, values.tolist()))
        return rf"\tfrac{{1}}{{{len(values)}}} [{total}]"
    if rule in ("difference", "sloped"):
        a, y = (values[cell].item() for values in given)
        short = f"{plain(a)} - {_factor(y)}"
        slope = rf"\cdot {_factor(a)} \cdot (1 - {_factor(a)})"
        return short if rule == "difference" else rf"({short}) {slope}"
    total = _row_times_column(*given[:2], cell)
    if rule == "product":
        return rf"\tfrac{{1}}{{{given[0].shape[1]}}} [{total}]"
    last = _single(given[2], cell)
    if rule == "back":
        return rf"[{total}] \cdot {_factor(last)}"
    return f"{total} + {_factor(last)}"


def _single(values: Tensor, cell: Cell) -> float:
    """Return the number that broadcasting puts at a cell."""
    rows, columns = values.shape
    return values[min(cell[0], rows - 1), min(cell[1], columns - 1)].item()


def _bent(z: Tensor, place: Cell, function: str) -> str:
    """Return the function at an entry; z has samples as columns."""
    value = z[place].item()
    if function == "softmax":
        powers = [f"e^{{{plain(other)}}}" for other in z[:, place[1]].tolist()]
        return rf"\frac{{{powers[place[0]]}}}{{{' + '.join(powers)}}}"
    name = NAMES.get(function)
    return rf"{name}({plain(value)})" if name else plain(value)
