"""Numbers in formulas: LaTeX with four significant digits."""

from collections.abc import Sequence


def aligned(lines: Sequence[str]) -> str:
    """Return lines of LaTeX under each other, aligned at their ampersands."""
    return r"\begin{aligned}" + r" \\[2pt] ".join(lines) + r"\end{aligned}"


def tex(value: float) -> str:
    """Return a number with four significant digits as LaTeX."""
    text = f"{float(value):.4g}"
    mantissa, power, exponent = text.partition("e")
    return rf"{mantissa}\cdot 10^{{{int(exponent)}}}" if power else mantissa


def braced(value: float) -> str:
    """Return a number as a factor in LaTeX: in brackets if it is negative."""
    return f"({tex(value)})" if value < 0 else tex(value)
