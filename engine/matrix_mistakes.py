"""Mistakes with shapes that learners make, run by torch as they stand.

Some are refused. The others are worse: torch repeats what is too short (broadcasting)
and goes on with a wrong matrix.

Source: PyTorch documentation, "Broadcasting semantics" and `torch.matmul`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.matrices import MOST_SAMPLES, Net, every_matrix, example
from engine.matrix_equations import Equation, Operand, by_rows, equations, in_rows

Lines = tuple[Equation, ...]


@dataclass(frozen=True)
class Attempt:
    """A line that was run: what came out, or torch's words, and what was wanted.

    Attributes:
        line: as it was run.
        right: the same without the mistake.
        matrices: the operands' numbers by name.
        value: what came out; None if torch refused.
        error: torch's own words; "" if it did not complain.
        wanted: what should have come out.
    """

    line: Equation
    right: Equation
    matrices: dict[str, Tensor]
    value: Tensor | None
    error: str
    wanted: Tensor

    @property
    def verdict(self) -> str:
        """Say "refused", "shape" or "numbers" (both wrong in silence), or "luck"."""
        if self.value is None:
            return "refused"
        if self.value.shape != self.wanted.shape:
            return "shape"
        return "luck" if torch.allclose(self.value, self.wanted) else "numbers"


def _input(rows: bool, depth: int, output: str) -> Lines:
    bias = Operand("b1")
    if rows:
        return (Equation("Z1", "affine", (Operand("X"), Operand("W1"), bias)),)
    return (Equation("Z1", "affine", (Operand("W1"), Operand("X", "T"), bias)),)


def _convention(rows: bool, depth: int, output: str) -> Lines:
    bias = Operand("b1")
    if rows:
        return (Equation("Z1", "affine", (Operand("W1"), Operand("X"), bias)),)
    return (Equation("Z1", "affine", (Operand("X"), Operand("W1", "T"), bias)),)


def _bias(rows: bool, depth: int, output: str) -> Lines:
    w, x = Operand("W1"), Operand("X")
    if rows:
        operands = (x, Operand("W1", "T"), Operand("b1", "column"))
    else:
        operands = (w, x, Operand("b1", "flat"))
    return (Equation("Z1", "affine", operands),)


def _weights(rows: bool, depth: int, output: str) -> Lines:
    operands = (Operand(f"dZ{depth}"), Operand(f"A{depth - 1}"))
    return (Equation(f"dW{depth}", "product", operands),)


def _error(rows: bool, depth: int, output: str) -> Lines:
    dz, slope = Operand(f"dZ{depth}"), Operand(f"G{depth - 1}")
    if rows:
        operands = (dz, Operand(f"W{depth}", "T"), slope)
    else:
        operands = (Operand(f"W{depth}"), dz, slope)
    return (Equation(f"dZ{depth - 1}", "back", operands),)


def _star(rows: bool, depth: int, output: str) -> Lines:
    dz, slope = Operand(f"dZ{depth}"), Operand(f"G{depth - 1}")
    if rows:
        operands = (dz, Operand(f"W{depth}"), slope)
    else:
        operands = (Operand(f"W{depth}", "T"), dz, slope)
    return (Equation(f"dZ{depth - 1}", "star", operands),)


def _labels(rows: bool, depth: int, output: str) -> Lines:
    labels = Operand("Y", "flat" if rows else "T")
    rule = "sloped" if output == "squared" else "difference"
    return (Equation(f"dZ{depth}", rule, (Operand(f"A{depth}"), labels)),)


def _keepdim(rows: bool, depth: int, output: str) -> Lines:
    rule = "down" if rows else "across_flat"
    return (Equation("db1", rule, (Operand("dZ1"),)), UPDATE)


def _axis(rows: bool, depth: int, output: str) -> Lines:
    rule = "across_flat" if rows else "down"
    return (Equation("db1", rule, (Operand("dZ1"),)), UPDATE)


UPDATE = Equation("b1", "step", (Operand("b1"), Operand("db1")))
# What a learner writes instead: samples as rows or not, depth, output.
MISTAKES: dict[str, Callable[[bool, int, str], Lines]] = {
    "weights": _weights,
    "input": _input,
    "convention": _convention,
    "error": _error,
    "star": _star,
    "bias": _bias,
    "labels": _labels,
    "keepdim": _keepdim,
    "axis": _axis,
}


def attempt(mistake: str, net: Net, *, rows: bool) -> tuple[Attempt, ...]:
    """Run a mistake line by line, until torch refuses or the lines end.

    Args:
        mistake: in `MISTAKES`.
        net: whose matrices it meets.
        rows: whether samples are rows.
    """
    depth, samples = len(net.layers), net.x.shape[1]
    matrices, right = every_matrix(net), equations(depth, net.output)
    if rows:
        matrices, right = in_rows(matrices), tuple(map(by_rows, right))
    known = {line.name: line for line in right} | {"b1": UPDATE}
    wanted = matrices | {"b1": UPDATE.compute(matrices, samples)}
    done = []
    for line in MISTAKES[mistake](rows, depth, net.output):
        value, error = _run(line, matrices, samples)
        end = wanted[line.name]
        done.append(Attempt(line, known[line.name], matrices, value, error, end))
        if value is None:
            break
        matrices = matrices | {line.name: value}
    return tuple(done)


def silent_batches(mistake: str, net: Net, seed: int, *, rows: bool) -> list[int]:
    """Return for how many samples, 1 to `MOST_SAMPLES`, torch would not complain.

    Args:
        mistake: in `MISTAKES`.
        net: its sizes and names count, not its numbers.
        seed: of the numbers tried.
        rows: whether samples are rows.
    """
    sizes = (net.x.shape[0], *(w.shape[0] for w, _b in net.layers))
    quiet = []
    for samples in range(1, MOST_SAMPLES + 1):
        tried = example(sizes, samples, net.activation, net.output, seed)
        if not attempt(mistake, tried, rows=rows)[-1].error:
            quiet.append(samples)
    return quiet


def _run(
    line: Equation, matrices: dict[str, Tensor], samples: int
) -> tuple[Tensor | None, str]:
    """Return what came out, or what torch said."""
    try:
        return line.compute(matrices, samples), ""
    except RuntimeError as refusal:
        return None, str(refusal)
