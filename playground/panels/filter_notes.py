"""What is said of a kernel below the picture: its sum, its parts, its turned twin."""

import streamlit as st
import torch
from torch import Tensor

from engine.filters import kernel
from engine.responses import Setting, factors, separated
from playground.figures.filters_tex import product_formula, sum_formula
from playground.i18n import _


def notes(setting: Setting, seen: Tensor, place: tuple[int, int]) -> None:
    """Show one sum, whether the kernel is separable, and whether turning matters.

    Args:
        setting: the filter and how it is laid.
        seen: [rows, columns] of the window.
        place: row and column of its pixel.
    """
    weights = setting.weights
    st.latex(sum_formula(seen, weights, f"y_{{{place[0]},\\,{place[1]}}}"))
    left, right = st.columns(2, gap="medium")
    pair = separated(weights)
    left.markdown(_separable_note(weights, rank=len(factors(weights)[0])))
    right.markdown(_turned_note(setting))
    formula = product_formula(weights, *pair) if pair else ""
    if formula:
        st.latex(formula)


def products(weights: Tensor) -> str:
    """Return how many products a pixel takes, and how many as columns and rows."""
    rank, count = len(factors(weights)[0]), weights.numel()
    fewer = rank * sum(weights.shape)
    return f"{count} → {fewer}" if fewer < count else f"{count}"


def _turned_note(setting: Setting) -> str:
    """Return what true convolution makes of this kernel, translated."""
    weights = kernel(setting.chosen)
    turned = weights.flip(0, 1)
    if torch.allclose(turned, weights, atol=1e-12):
        return _(
            "**True convolution** turns the kernel by 180° first. This one looks the "
            "same then: nothing changes."
        )
    if torch.allclose(turned, -weights, atol=1e-12):
        return _(
            "**True convolution** turns the kernel by 180° first. Of this one only the "
            "signs change: orange and blue are exchanged."
        )
    return _(
        "**True convolution** turns the kernel by 180° first. This one is another "
        "kernel then. Networks learn their weights, so for them it is all the same: "
        "torch never turns."
    )


def _separable_note(weights: Tensor, rank: int) -> str:
    """Return whether a kernel is a column times a row, translated."""
    if rank > 1:
        text = _(
            "**Not separable.** It takes {rank} products of a column and a row to make "
            "this kernel up."
        )
        return text.format(rank=rank)
    rows, columns = weights.shape
    if min(rows, columns) == 1:
        return _("**One line.** A single row or column: there is nothing to separate.")
    text = _(
        "**Separable.** A column times a row (rank 1): first one, then the other, "
        "{few} products a pixel in place of {many}."
    )
    return text.format(few=rows + columns, many=rows * columns)
