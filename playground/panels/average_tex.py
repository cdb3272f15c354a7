"""Numbers in formulas and tables, with four significant digits."""

from collections.abc import Sequence

SMALLEST, LARGEST = 1e-4, 1e7  # beyond these a number is written as a power of ten


def aligned(lines: Sequence[str]) -> str:
    """Return lines of LaTeX under each other, aligned at their ampersands."""
    return r"\begin{aligned}" + r" \\[2pt] ".join(lines) + r"\end{aligned}"


def plain(value: float) -> str:
    """Return a number with four significant digits; a power of ten only if need be."""
    rounded = float(f"{float(value):.4g}")
    if rounded and not SMALLEST <= abs(rounded) < LARGEST:
        return f"{rounded:.4g}"
    return f"{rounded:.8f}".rstrip("0").rstrip(".")


def tex(value: float) -> str:
    """Return a number with four significant digits as LaTeX."""
    mantissa, power, exponent = plain(value).partition("e")
    return rf"{mantissa}\cdot 10^{{{int(exponent)}}}" if power else mantissa


def braced(value: float) -> str:
    """Return a number as a factor in LaTeX: in brackets if it is negative."""
    return f"({tex(value)})" if value < 0 else tex(value)


def written(value: float) -> str:
    """Return a number for a table, with a true minus sign."""
    return plain(value).replace("-", "−")


def factor(value: float) -> str:
    """Return a number as a factor in a table: in brackets if it is negative."""
    return f"({written(value)})" if value < 0 else written(value)
