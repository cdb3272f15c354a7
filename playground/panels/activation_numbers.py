"""Numbers with four significant digits, for LaTeX and for running text."""

import math

from playground.figures.numerals import RAISED


def tex(value: float) -> str:
    """Return a number as LaTeX."""
    text = f"{value + 0.0:.4g}"
    if "e" not in text:
        return text
    digits, power = text.split("e")
    return rf"{digits}\cdot10^{{{int(power)}}}"


def number(value: float) -> str:
    """Return a number as text, with a true minus; what is not a number is "nan"."""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value + 0.0:.4g}"
    if "e" in text:
        digits, power = text.split("e")
        text = f"{digits}·10{str(int(power)).translate(RAISED)}"
    return text.replace("-", "−")
