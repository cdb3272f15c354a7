"""Numbers as the pages write them: in words and in LaTeX, in any language."""

import math

from torch import Tensor

DIGITS = 4  # significant ones
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
NARROW = "\u202f"  # the space between groups of digits, and before a unit
EXACT = 10**7  # whole numbers below are written out
UNITS = ("", "k", "M", "G", "T", "P", "E")


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
    """Return a whole number in groups of three digits, such as 14 450 688.

    Four digits stand together, as Spanish wants it and as the player has it.
    """
    return _in_groups(number, NARROW)


def tex_grouped(number: int) -> str:
    r"""Return a whole number as LaTeX in groups of three digits: 61\,706."""
    return _in_groups(number, r"\,")


def short(number: float) -> str:
    """Return a count, rounded where it is large: 61 706, 138.4 M, 15.47 G."""
    return grouped(round(number)) if number < EXACT else _with_unit(number, "")


def in_bytes(count: float) -> str:
    """Return a size in memory, such as 241 kB or 528.2 MB."""
    return _with_unit(count, "B")


def percent(share: float) -> str:
    """Return a share, such as 46.1 %."""
    return f"{100 * share:.1f}{NARROW}%"


def exact(value: float) -> str:
    """Return a number with all its digits, such as 10⁻⁸: different ones differ."""
    mantissa, power, exponent = repr(float(value)).removesuffix(".0").partition("e")
    mantissa = mantissa.replace("-", "−")
    if not power:
        return mantissa
    ten = f"10{str(int(exponent)).translate(RAISED)}"
    return ten if mantissa == "1" else f"{mantissa}·{ten}"


def _in_groups(number: int, gap: str) -> str:
    return str(number) if abs(number) < 10_000 else f"{number:,}".replace(",", gap)


def _with_unit(number: float, unit: str) -> str:
    power = min(int(math.log(max(number, 1), 1000)), len(UNITS) - 1)
    return f"{number / 1000**power:.4g}{NARROW}{UNITS[power]}{unit}"


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
