"""Numbers in words and in LaTeX: four significant digits, columns for vectors."""

import math

from torch import Tensor

DIGITS = 4  # significant ones
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def tex(value: float) -> str:
    r"""Return a number with four significant digits, such as 1.5\cdot10^{-7}."""
    if not math.isfinite(value):
        return r"\infty" if value > 0 else r"-\infty" if value < 0 else r"\text{–}"
    size = abs(value)
    if size == 0 or 1e-3 <= size < 1e6:
        return f"{value:.{DIGITS}g}" if size < 9999.5 else f"{value:.0f}"
    mantissa, power = f"{value:.{DIGITS - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    power = f"10^{{{int(power)}}}"
    if mantissa in ("1", "-1"):
        return mantissa.removesuffix("1") + power
    return rf"{mantissa}\cdot {power}"


def vector(numbers: Tensor) -> str:
    """Return a column of numbers [D]; a single number stands alone."""
    return _column([tex(number) for number in numbers.tolist()])


def plain(value: float) -> str:
    """Return a number with four significant digits, such as 1.5·10⁻⁷."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "–"
    mantissa, ten, power = tex(value).replace(r"\cdot ", "·").partition("10^{")
    if not ten:
        return mantissa.replace("-", "−")
    return f"{mantissa.replace('-', '−')}10{power.rstrip('}').translate(RAISED)}"


def grouped(number: int) -> str:
    """Return a whole number in groups of three digits, such as 14 450 688."""
    return f"{number:,}".replace(",", "\u202f")


def exact(value: float) -> str:
    """Return a number with all its digits, such as 10⁻⁸: different ones differ."""
    mantissa, power, exponent = repr(float(value)).removesuffix(".0").partition("e")
    mantissa = mantissa.replace("-", "−")
    if not power:
        return mantissa
    ten = f"10{str(int(exponent)).translate(RAISED)}"
    return ten if mantissa == "1" else f"{mantissa}·{ten}"


def _column(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return r"\begin{pmatrix}" + r"\\".join(parts) + r"\end{pmatrix}"


def factor(numbers: Tensor) -> str:
    """Return a column that is added or squared: no minus sign stands bare."""
    text = vector(numbers)
    return rf"\left({text}\right)" if text.startswith("-") else text


def times(numbers: Tensor) -> str:
    """Return a column after the number that multiplies it."""
    text = factor(numbers)
    return text if len(numbers) > 1 else rf"\cdot {text}"


def each(pattern: str, *columns: Tensor) -> str:
    """Return a column: the pattern with the numbers of the columns for #1, #2, ..."""
    rows = []
    for numbers in zip(*(column.tolist() for column in columns), strict=True):
        row = pattern
        for place, number in enumerate(numbers, start=1):
            row = row.replace(f"#{place}", tex(number))
        rows.append(row)
    return _column(rows)
