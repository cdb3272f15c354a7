"""One sum of a filter, and a kernel as a product, in LaTeX."""

from torch import Tensor

from playground.figures.numerals import tex

MOST = 9  # rows and columns that are written out
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
    if max(weights.shape) > MOST:
        return rf"{symbol} = \sum_{{u,v}} w_{{u,v}}\,x_{{u,v}} = {total}"
    lines = [
        rf"{symbol} = \sum {matrix(levels)} \odot {matrix(weights)}",
        rf"= {total}",
    ]
    pairs = list(
        zip(levels.flatten().tolist(), weights.flatten().tolist(), strict=True)
    )
    if len(pairs) <= TERMS:
        terms = [_term(level, weight) for level, weight in pairs if weight]
        lines[1] = f"= {' + '.join(terms) or 0} = {total}"
        return (
            r"\begin{aligned}"
            + r"\\ &".join([lines[0].replace(" = ", " &= ", 1), lines[1]])
            + r"\end{aligned}"
        )
    text = " ".join(lines)
    return text if weights.shape[1] <= NARROW else rf"\scriptsize {text}"


def product_formula(weights: Tensor, column: Tensor, row: Tensor) -> str:
    """Return the kernel as a column times a row; only these two if it is large."""
    pair = f"{matrix(column[:, None])} {matrix(row[None])}"
    if max(weights.shape) > MOST:
        return ""
    return rf"{matrix(weights)} = {pair}"


def matrix(values: Tensor) -> str:
    """Return [rows, columns] as a LaTeX matrix."""
    rows = [" & ".join(map(_short, row)) for row in values.tolist()]
    return r"\begin{bmatrix}" + r"\\ ".join(rows) + r"\end{bmatrix}"


def total_of(levels: Tensor, weights: Tensor) -> float:
    """Return the sum of window times kernel; 0 where only rounding is left."""
    products = levels.double() * weights.double()
    total = products.sum().item()
    return total if abs(total) > 1e-9 * products.abs().sum().item() else 0.0


def _short(value: float) -> str:
    """Return a number in three digits: whole ones as they are."""
    return tex(value) if value == round(value) else tex(float(f"{value:.3g}"))


def _term(level: float, weight: float) -> str:
    shown = _short(weight)
    return rf"{_short(level)}\cdot " + (f"({shown})" if weight < 0 else shown)
