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
    with left:
        _separable(weights)
    with right:
        st.markdown(turned_note(setting))


def products(weights: Tensor) -> str:
    """Return how many products a pixel takes, and how many as columns and rows."""
    rank, count = len(factors(weights)[0]), weights.numel()
    fewer = rank * sum(weights.shape)
    return f"{count} → {fewer}" if fewer < count else f"{count}"


def turned_note(setting: Setting) -> str:
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


def _separable(weights: Tensor) -> None:
    pair, rank = separated(weights), len(factors(weights)[0])
    if pair is None:
        text = _(
            "**Not separable.** It takes {rank} products of a column and a row to make "
            "this kernel up."
        )
        st.markdown(text.format(rank=rank))
        return
    rows, columns = weights.shape
    text = _(
        "**Separable.** A column times a row (rank 1): first one, then the other, "
        "{few} products a pixel in place of {many}."
    )
    st.markdown(text.format(few=rows + columns, many=rows * columns))
    if formula := product_formula(weights, *pair):
        st.latex(formula)
