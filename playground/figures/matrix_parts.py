"""What an equation of a network is drawn with: its matrices, signs and marks."""

from torch import Tensor

from engine.matrix_equations import Equation
from playground.figures.matrix_cells import Mark, Matrix

Cell = tuple[int, int]  # row and column, from 0
Shape = tuple[int, ...]
# Signs before each operand, HTML; {m}: samples, {g}: the function of this layer.
SIGNS = {
    "affine": ("=", "·", "+"),
    "bend": ("= {g}",),
    "answer": ("= {g}",),
    "difference": ("=", "−"),
    "sloped": ("= (", "−", ") ∘"),
    "product": ("= {mean}", "·"),
    "back": ("=", "·", "∘"),
    "star": ("=", "∗", "∘"),
    "across": ("= {mean} Σ →",),
    "across_flat": ("= {mean} Σ →",),
    "down": ("= {mean} Σ ↓",),
    "down_flat": ("= {mean} Σ ↓",),
    "step": ("=", "− 0.1"),
}
PRODUCTS = ("affine", "product", "back")  # begin with row times column
FUNCTIONS = {  # linear ones need no sign
    "sigmoid": "σ",
    "tanh": "tanh",
    "relu": "ReLU",
    "bce": "σ",
    "softmax": "softmax",
    "squared": "σ",
}


def html(name: str, form: str = "") -> str:
    """Return the name of a matrix as HTML: dW2 is dW with a raised [2]."""
    if name[0] == "G":
        return f"g′({html('Z' + name[1:])})"
    stem = name.rstrip("0123456789")
    layer = f"[{name[len(stem) :]}]" if stem != name else ""
    raised = layer + (" T" if layer else "T") * (form == "T")
    return f"{stem}<sup>{raised}</sup>" if raised else stem


def parts(
    line: Equation,
    matrices: dict[str, Tensor],
    value: Tensor | None,
    cell: Cell,
    *,
    function: str,
    samples: int,
) -> list[Matrix | str]:
    """Return the matrices and signs of an equation, the result first.

    Args:
        line: the equation.
        matrices: the operands' numbers by name, and what the result should be.
        value: the result; None if torch refused.
        cell: of the result, whose row and column are marked.
        function: of this layer: an activation or output by its id.
        samples: m.
    """
    given = [operand.of(matrices) for operand in line.operands]
    names = [html(operand.name, operand.form) for operand in line.operands]
    if line.rule == "sloped":  # (A - Y) ∘ A ∘ (1 - A)
        given.append(given[0] * (1 - given[0]))
        names.append("σ′")
    sizes = [tuple(values.shape) for values in given]
    refused = value is None
    shape = tuple(matrices[line.name].shape if refused else value.shape)
    inner = _inner(line.rule, sizes)
    whole: list[Matrix | str] = [
        Matrix(html(line.name), value, shape, (cell[0], 1, cell[1], 1))
    ]
    words = {"mean": f"1/{samples}", "g": FUNCTIONS.get(function, "")}
    for index, (values, name) in enumerate(zip(given, names, strict=True)):
        mark = _mark(line.rule, index, sizes[index], cell, function)
        copies = 1 if refused else _copies(line.rule, index, sizes[index], shape)
        whole.append(SIGNS[line.rule][index].format(**words).strip())
        whole.append(
            Matrix(
                name,
                values,
                sizes[index],
                None if refused else mark,
                inner[index],
                copies,
            )
        )
    return whole


def conflict(left: Shape, right: Shape) -> tuple[int, int] | None:
    """Return the sizes that broadcasting cannot match, as index in each shape.

    Compared from the right, sizes must be equal, or one of them 1, or missing.
    """
    for back in range(1, min(len(left), len(right)) + 1):
        if left[-back] != right[-back] and 1 not in (left[-back], right[-back]):
            return len(left) - back, len(right) - back
    return None


def drawn(shape: Shape) -> tuple[int, int]:
    """Return rows and columns of a matrix; one number is a row."""
    return (1, *shape)[-2:]


def tallest(matrices: dict[str, Tensor]) -> int:
    """Return the most rows that a matrix of a network has, turned or not."""
    return max(max(values.shape) for values in matrices.values())


def _inner(rule: str, sizes: list[Shape]) -> list[int | None]:
    """Return for each operand which of its sizes is to be compared with another's."""
    inner: list[int | None] = [None] * len(sizes)
    if rule in PRODUCTS:
        inner[:2] = [1, 0]
        (rows, one), (two, columns), *_rest = sizes
        clash = conflict((rows, columns), sizes[2]) if rule == "affine" else None
        if one == two and clash:  # the product is fine: what is added is not
            inner = [None, None, clash[1]]
            inner[clash[0]] = clash[0]
    elif len(sizes) > 1:
        clash = conflict(*sizes[:2])
        if clash:
            inner[:2] = clash
    return inner


def _copies(rule: str, index: int, shape: Shape, result: Shape) -> int:
    """Return how often broadcasting repeats an operand to the size of the result."""
    added = index == 2 if rule in PRODUCTS else rule in ("difference", "star", "step")
    (rows, columns), (high, wide) = drawn(shape), drawn(result)
    if not added or (rows, columns) == (high, wide):
        return 1
    return wide if columns == 1 and len(shape) == 2 else high


def _mark(rule: str, index: int, shape: Shape, cell: Cell, function: str) -> Mark:
    """Return which cells of an operand a cell of the result is made of."""
    (rows, columns), (i, j) = drawn(shape), cell
    row, column = (i, 1, 0, columns), (0, rows, j, 1)
    if rule in PRODUCTS and index < 2:
        return row if index == 0 else column
    if rule in ("across", "across_flat"):
        return (max(i, j), 1, 0, columns)
    if rule in ("down", "down_flat"):
        return column
    return (min(i, rows - 1), 1, min(j, columns - 1), 1)
