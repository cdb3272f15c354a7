"""One sum of a filter, and a kernel as a product, in LaTeX."""

from torch import Tensor

from playground.figures.numerals import tex

MOST = 9  # rows and columns that are written out
FRACTIONS = 7  # columns of two matrices side by side, where there are fractions
TERMS = 9  # products that are written out
NARROW = 5  # columns of matrices in large type


def sum_formula(levels: Tensor, weights: Tensor, symbol: str) -> str:
    r"""Return window ⊙ kernel = the sum, term by term where there are few.

    Args:
        levels: [rows, columns] of the window.
        weights: [rows, columns] of the kernel as it is laid on the picture.
        symbol: LaTeX before the sum.
    """
    total = tex(total_of(levels, weights))
    most = FRACTIONS if _fractional(weights) else MOST
    if weights.shape[1] > most or weights.shape[0] > MOST:
        return rf"{symbol} = \sum_{{u,v}} w_{{u,v}}\,x_{{u,v}} = {total}"
    pairs = list(
        zip(levels.flatten().tolist(), weights.flatten().tolist(), strict=True)
    )
    terms = [_term(level, weight) for level, weight in pairs if weight]
    if len(pairs) <= TERMS and terms:
        total = f"{' + '.join(terms)} = {total}"
    size = "" if weights.shape[1] <= NARROW else r"\scriptsize "
    return (
        rf"{size}\begin{{aligned}}{symbol} &= \sum {matrix(levels)} \odot "
        rf"{matrix(weights)}\\ &= {total}\end{{aligned}}"
    )


def product_formula(weights: Tensor, column: Tensor, row: Tensor) -> str:
    """Return the kernel as a column times a row; "" if it is a line, or too large."""
    if max(weights.shape) > MOST or min(weights.shape) == 1:
        return ""
    pair = f"{matrix(column[:, None])} {matrix(row[None])}"
    if weights.shape[1] > NARROW:
        return rf"\scriptsize w = {pair}"
    return rf"{matrix(weights)} = {pair}"


def matrix(values: Tensor) -> str:
    """Return [rows, columns] as a LaTeX matrix; three decimals where it is wide."""
    wide = values.shape[1] > NARROW and _fractional(values)
    write = _decimals if wide else _short
    rows = [" & ".join(map(write, row)) for row in values.tolist()]
    return r"\begin{bmatrix}" + r"\\ ".join(rows) + r"\end{bmatrix}"


def total_of(levels: Tensor, weights: Tensor) -> float:
    """Return the sum of window times kernel; 0 where only rounding is left."""
    products = levels.double() * weights.double()
    total = products.sum().item()
    return total if abs(total) > 1e-9 * products.abs().sum().item() else 0.0


def _fractional(values: Tensor) -> bool:
    return bool((values % 1).any())


def _decimals(value: float) -> str:
    """Return a number with three decimals and no zero before them: -.078."""
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.3f}"


def _short(value: float) -> str:
    """Return a number in three digits: whole ones as they are."""
    return tex(value) if value == round(value) else tex(float(f"{value:.3g}"))


def _term(level: float, weight: float) -> str:
    shown = _short(weight)
    return rf"{_short(level)}\cdot " + (f"({shown})" if weight < 0 else shown)
