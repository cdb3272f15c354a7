"""Backpropagation in matrices: one equation after the other, with its numbers."""

import re
from functools import partial
from math import prod

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from engine.matrices import (
    Net,
    collapsed,
    distance_to_autograd,
    every_matrix,
    loss,
)
from engine.matrix_equations import Equation, by_rows, equations, in_rows
from playground import state
from playground.figures import matrix_map
from playground.figures.matrices import equation
from playground.figures.matrix_parts import Cell, drawn, parts, tallest
from playground.figures.matrix_sums import entry, formula, matrix
from playground.figures.numerals import plain
from playground.i18n import _
from playground.layout import TakeAway, chart
from playground.panels.backprop_matrices_controls import Chosen, choose
from playground.panels.backprop_matrices_mistakes import mistake_view
from playground.panels.backprop_matrices_words import (
    equation_words,
    map_words,
    why,
)
from playground.snippets.matrices import program

CORNER = "1.1"  # the entry shown at first, from 1
CELL = re.compile(r"[1-8]\.[1-8]")
STEP = re.compile(r"d?[ZAWb][1-3]")


def matrices_view(controls: DeltaGenerator) -> TakeAway:
    """Show the network's matrices; return what can be taken away.

    Args:
        controls: where the controls go.
    """
    with controls:
        chosen = choose()
    net, rows = chosen.net, chosen.rows
    matrices, lines = every_matrix(net), equations(len(net.layers), net.output)
    if rows:
        matrices, lines = in_rows(matrices), tuple(map(by_rows, lines))
    figures = {"equation": "matrices"}
    with st.container(gap="xxsmall"):
        if chosen.mistake:
            mistake_view(chosen)
        else:
            _walk(chosen, matrices, lines)
            figures |= {"matrices": "matrix_map"}
    return TakeAway(
        snippet=partial(program, net, rows=rows, mistake=chosen.mistake),
        figures=figures,
        tables={"matrices.csv": _csv(matrices)},
    )


def _walk(
    chosen: Chosen, matrices: dict[str, Tensor], lines: tuple[Equation, ...]
) -> None:
    """Show one equation of the network: map, matrices, sum, numbers."""
    net = chosen.net
    names = [line.name for line in lines]
    index = names.index(_step(names))
    line = lines[index]
    size = drawn(tuple(matrices[line.name].shape))
    cell = _cell(size)
    after = divmod((cell[0] * size[1] + cell[1] + 1) % (size[0] * size[1]), size[1])
    function = net.output if line.rule == "answer" else net.activation
    _show_map(matrices, names, line, len(net.layers))
    _steps(names, index, after, formula(line, function))
    whole = parts(
        line,
        matrices,
        matrices[line.name],
        cell,
        function=function,
        samples=net.x.shape[1],
    )
    chart(
        equation(whole, tallest(matrices), equation_words()),
        key="matrices",
        alt=_("The matrices of {equation}, with their numbers and shapes").format(
            equation=line.code()
        ),
        on_click=lambda x, y: state.settings(mcell=f"{int(y) + 1}.{int(x) + 1}"),
    )
    sum_ = entry(line, matrices, cell, function=function, rows=chosen.rows)
    st.markdown(f"${sum_}$  \n{why(line, net.output, rows=chosen.rows)}")
    _numbers(net, line, matrices)
    _notes(chosen)


def _step(names: list[str]) -> str:
    """Return the step on screen, of those this network has."""
    asked = state.recall("mstep", names[0], partial(_fitting, STEP))
    return state.remember("mstep", asked if asked in names else names[0], names[0])


def _cell(size: Cell) -> Cell:
    """Return the entry on screen, from 0; the first if the matrix is smaller."""
    asked = state.recall("mcell", CORNER, partial(_fitting, CELL))
    row, column = map(int, asked.split("."))
    if row > size[0] or column > size[1]:
        row = column = 1
    state.remember("mcell", f"{row}.{column}", CORNER)
    return row - 1, column - 1


def _fitting(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"must match {pattern.pattern}, got {text!r}")
    return text


def _show_map(
    matrices: dict[str, Tensor], names: list[str], line: Equation, depth: int
) -> None:
    def jump(x: float, y: float) -> None:
        name = matrix_map.found_at(depth, x, y)
        if name in names:
            state.settings(mstep=name, mcell=CORNER)

    shapes = {name: tuple(values.shape) for name, values in matrices.items()}
    operands = {operand.name.replace("G", "Z") for operand in line.operands}
    chart(
        matrix_map.shape_map(shapes, line.name, operands, map_words()),
        key="matrix_map",
        alt=_("All matrices with their shapes, forward above, backward below"),
        on_click=jump,
    )


def _steps(names: list[str], index: int, after: Cell, written: str) -> None:
    """Show the way to other steps and to the next entry, and this step's equation."""

    def button(label: str, key: str, **to: str) -> None:
        st.button(
            label,
            disabled=not to,
            on_click=state.settings,
            kwargs=to,
            shortcut=key,
        )

    def step(by: int) -> dict[str, str]:
        there = 0 <= index + by < len(names)
        return {"mstep": names[index + by], "mcell": CORNER} if there else {}

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        button(_("Back"), "Left", **step(-1))
        button(_("Next"), "Right", **step(1))
        button(_("Entry"), "E", mcell=f"{after[0] + 1}.{after[1] + 1}")
        way = _("backward") if names[index][0] == "d" else _("forward")
        place = _("Step {number} of {count}, {way}").format(
            number=index + 1, count=len(names), way=way
        )
        st.markdown(f"{place}:  **${written}$**")


def _numbers(net: Net, line: Equation, matrices: dict[str, Tensor]) -> None:
    """Show the row of numbers under the stage."""
    sizes = line.multiplications(matrices)
    count = sum(w.numel() + b.numel() for w, b in net.layers)
    gap = distance_to_autograd(net)
    products = f"{'·'.join(map(str, sizes))} = {prod(sizes)}" if sizes else "–"
    shown = {
        _("Loss J"): f"{loss(net):.4g}",
        _("Multiplications here"): products,
        _("Weights and biases"): str(count),
        _("Away from autograd"): plain(float(f"{gap:.0e}")),
    }
    for place, (label, text) in zip(st.columns(len(shown)), shown.items(), strict=True):
        place.metric(label, text)


def _notes(chosen: Chosen) -> None:
    """Say what is special about this network, if anything is."""
    net = chosen.net
    if chosen.course:
        st.caption(
            _(
                "Some course notes print s₂ = 0.88969 and a₂ = 1. Right are 0.39 and "
                "0.5963, the second entries of Z and A in layer 1."
            )
        )
    elif net.activation == "linear":
        whole, shift = collapsed(net.layers)
        text = _(
            "Nothing bends between the layers, so they are one: {weights} and {bias} "
            "give the same answers."
        )
        weights, bias = f"$W = {matrix(whole)}$", f"$b = {matrix(shift)}$"
        st.markdown(text.format(weights=weights, bias=bias))
    if net.output == "softmax" and len(net.y) == 1:
        st.caption(
            _(
                "One output of a softmax always says 1: there is no error, and "
                "nothing to learn. Give it two outputs or more."
            )
        )


def _csv(matrices: dict[str, Tensor]) -> str:
    """Return every number with its matrix, row and column (from 1)."""
    rows = ["matrix,row,column,value"]
    for name, values in matrices.items():
        grid = values.reshape(drawn(tuple(values.shape))).tolist()
        called = f"g'(Z{name[1:]})" if name[0] == "G" else name
        rows += [
            f"{called},{i},{j},{value!r}"
            for i, row in enumerate(grid, start=1)
            for j, value in enumerate(row, start=1)
        ]
    return "\n".join(rows) + "\n"
