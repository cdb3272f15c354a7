"""The equations of a small network as data: what meets what, and turned how.

Written once for samples as columns (the course: Z = W·A + b). `by_rows` turns one into
its form for samples as rows (PyTorch: Z = A·Wᵀ + b), `in_rows` the matrices: the same
numbers, transposed. W and dW are [n, n before] in both; b and db are [n, 1] in columns
and [n] in rows, as in torch.nn.Linear. See `engine.matrices` for the names.

Source: (AB)ᵀ = BᵀAᵀ; torch.nn.Linear for the second convention.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

# What an operand may be made into, and how Python writes it.
FORMS: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "": (lambda a: a, ""),
    "T": (lambda a: a.T, ".T"),
    "flat": (torch.flatten, ".flatten()"),
    "column": (lambda a: a.reshape(-1, 1), ".reshape(-1, 1)"),
}
STEP = 0.1  # learning rate where an update is shown

# What an equation does with its operands, in PyTorch; m is the number of samples.
CODE = {
    "affine": "{} @ {} + {}",
    "bend": "g({})",
    "answer": "answer({})",
    "difference": "{} - {}",
    "sloped": "({0} - {1}) * {0} * (1 - {0})",
    "product": "{} @ {} / m",
    "back": "({} @ {}) * {}",
    "star": "({} * {}) * {}",
    "across": "{}.sum(1, keepdim=True) / m",
    "across_flat": "{}.sum(1) / m",
    "down": "{}.sum(0, keepdim=True) / m",
    "down_flat": "{}.sum(0) / m",
    "step": f"{{}} - {STEP} * {{}}",
}
# The same as functions of m and the operands, of all but the two that vary: g, answer.
COMPUTE: dict[str, Callable[..., Tensor]] = {
    "affine": lambda m, a, b, c: a @ b + c,
    "difference": lambda m, a, y: a - y,
    "sloped": lambda m, a, y: (a - y) * a * (1 - a),
    "product": lambda m, a, b: a @ b / m,
    "back": lambda m, a, b, c: (a @ b) * c,
    "star": lambda m, a, b, c: (a * b) * c,
    "across": lambda m, a: a.sum(1, keepdim=True) / m,
    "across_flat": lambda m, a: a.sum(1) / m,
    "down": lambda m, a: a.sum(0, keepdim=True) / m,
    "down_flat": lambda m, a: a.sum(0) / m,
    "step": lambda m, b, db: b - STEP * db,
}
CONTRACTED = ("affine", "product", "back")  # rules with a row-times-column product


@dataclass(frozen=True)
class Operand:
    """A matrix by its name, and the form in `FORMS` in which it enters."""

    name: str
    form: str = ""

    def of(self, matrices: dict[str, Tensor]) -> Tensor:
        """Return its numbers."""
        return FORMS[self.form][0](matrices[self.name])

    def code(self) -> str:
        """Return how Python writes it."""
        name = f"dg(Z{self.name[1:]})" if self.name[0] == "G" else self.name
        return name + FORMS[self.form][1]


@dataclass(frozen=True)
class Equation:
    """One line of the network: its name, a rule of `CODE`, its operands in order."""

    name: str
    rule: str
    operands: tuple[Operand, ...]

    def code(self) -> str:
        """Return the line as PyTorch code."""
        written = (operand.code() for operand in self.operands)
        return f"{self.name} = {CODE[self.rule].format(*written)}"

    def compute(self, matrices: dict[str, Tensor], samples: int) -> Tensor:
        """Run the line with torch; its rule must be one of `COMPUTE`.

        Raises:
            RuntimeError: torch's own, where shapes do not fit.
        """
        given = (operand.of(matrices) for operand in self.operands)
        return COMPUTE[self.rule](samples, *given)

    def multiplications(self, matrices: dict[str, Tensor]) -> tuple[int, ...]:
        """Return rows, inner size and columns of a product, whose product counts them.

        Empty where nothing is multiplied row by column.
        """
        if self.rule not in CONTRACTED:
            return ()
        left, right = (operand.of(matrices) for operand in self.operands[:2])
        return (*left.shape, right.shape[1])


def equations(depth: int, output: str) -> tuple[Equation, ...]:
    """Return the lines of a network with samples as columns, forward, then backward.

    Args:
        depth: number of layers.
        output: of `engine.matrices.OUTPUTS`.
    """
    lines = []
    for number in range(1, depth + 1):
        w, b = Operand(f"W{number}"), Operand(f"b{number}")
        rule = "answer" if number == depth else "bend"
        lines.append(Equation(f"Z{number}", "affine", (w, _before(number), b)))
        lines.append(Equation(f"A{number}", rule, (Operand(f"Z{number}"),)))
    for number in range(depth, 0, -1):
        dz = Operand(f"dZ{number}")
        inputs = replace(_before(number), form="T")
        lines += [
            _error(number, depth, output),
            Equation(f"dW{number}", "product", (dz, inputs)),
            Equation(f"db{number}", "across", (dz,)),
        ]
    return tuple(lines)


def by_rows(line: Equation) -> Equation:
    """Return the line of a network whose samples are rows: the whole, transposed."""
    if line.rule == "across":
        return replace(line, rule="down_flat")
    if line.rule == "product":  # dW has one shape in both: what was turned is not now
        return replace(line, operands=tuple(map(_turned, line.operands)))
    if line.rule in CONTRACTED:
        w, data, *rest = line.operands
        return replace(line, operands=(data, _turned(w), *rest))
    return line


def in_rows(matrices: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the matrices of a network whose samples are rows."""

    def stored(name: str, values: Tensor) -> Tensor:
        if "W" in name:
            return values
        return values.flatten() if "b" in name else values.T

    return {name: stored(name, values) for name, values in matrices.items()}


def _before(number: int) -> Operand:
    return Operand(f"A{number - 1}" if number > 1 else "X")


def _error(number: int, depth: int, output: str) -> Equation:
    name = f"dZ{number}"
    if number == depth:
        rule = "sloped" if output == "squared" else "difference"
        return Equation(name, rule, (Operand(f"A{number}"), Operand("Y")))
    above = number + 1
    w, dz = Operand(f"W{above}", "T"), Operand(f"dZ{above}")
    return Equation(name, "back", (w, dz, Operand(f"G{number}")))


def _turned(operand: Operand) -> Operand:
    return replace(operand, form="" if operand.form == "T" else "T")
