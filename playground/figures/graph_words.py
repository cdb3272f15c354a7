"""Names, numbers and formulas of a graph: as plain text for boxes, and as LaTeX."""

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.graphs import Node
from playground.figures.numerals import LOWERED, RAISED

GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "eta": "η",
    "theta": "θ",
    "lambda": "λ",
    "mu": "μ",
    "rho": "ρ",
    "sigma": "σ",
    "phi": "φ",
    "omega": "ω",
}
NAME = re.compile(r"([^\d_]+)_?(\w*)")
LEVELS = {"add": 1, "sub": 1, "neg": 1, "mul": 2, "div": 2, "pow": 3}  # how tight
TIGHT = 5


@dataclass(frozen=True)
class Style:
    """How formulas are written.

    Attributes:
        templates: operation -> its operands as {0}, {1}; "{terms}" for a sum.
        brackets: what encloses a looser part.
        plus: between the terms of a sum.
        frac: a quotient needs no brackets.
    """

    templates: dict[str, str]
    brackets: tuple[str, str]
    plus: str
    frac: bool


FUNCTIONS = ("exp", "log", "sin", "cos", "tanh")
TEX = Style(
    {
        "sub": "{0} - {1}",
        "mul": r"{0} \cdot {1}",
        "div": r"\frac{{{0}}}{{{1}}}",
        "pow": "{0}^{{{1}}}",
        "neg": "-{0}",
        "sigmoid": r"\sigma\left({0}\right)",
        "relu": r"\mathrm{{relu}}\left({0}\right)",
        "max": r"\max\left({0},\, {1}\right)",
    }
    | {name: rf"\{name}\left({{0}}\right)" for name in FUNCTIONS},
    (r"\left(", r"\right)"),
    " + ",
    frac=True,
)
PLAIN = Style(
    {
        "sub": "{0}−{1}",
        "mul": "{0}·{1}",
        "div": "{0}/{1}",
        "pow": "{0}^{1}",
        "neg": "−{0}",
        "sigmoid": "σ({0})",
        "relu": "relu({0})",
        "max": "max({0}, {1})",
    }
    | {name: f"{name}({{0}})" for name in FUNCTIONS},
    ("(", ")"),
    "+",
    frac=False,
)
# Slope by operand number 0 and 1, of operands {0}, {1} and value {v}.
SLOPES = {
    "add": ("1",),
    "sub": ("1", "-1"),
    "mul": ("{1}", "{0}"),
    "div": (r"\frac{{1}}{{{1}}}", r"-\frac{{{v}}}{{{1}}}"),
    "pow": (r"{1} \cdot {0}^{{{1} - 1}}", r"{v} \cdot \log({0})"),
    "neg": ("-1",),
    "exp": ("{v}",),
    "log": (r"\frac{{1}}{{{0}}}",),
    "sin": (r"\cos({0})",),
    "cos": (r"-\sin({0})",),
    "tanh": ("1 - {v}^2",),
    "sigmoid": (r"{v} \cdot (1 - {v})",),
}
BARE = {"1", "-1", "{v}", "{0}", "{1}"}  # slopes that need no working out


def plain(name: str) -> str:
    """Return a name as it is shown in text: w₁, θ, ŷ."""
    stem, index = NAME.fullmatch(name).groups()
    if stem.endswith("hat") and len(stem) == 4:
        stem = unicodedata.normalize("NFC", f"{stem[0]}\N{COMBINING CIRCUMFLEX ACCENT}")
    stem = GREEK.get(stem, stem)
    if index and not index.isdecimal():
        return f"{stem}_{index}"
    return stem + index.translate(LOWERED)


def tex(name: str) -> str:
    r"""Return a name as LaTeX: w_{1}, \theta, \hat{y}."""
    stem, index = NAME.fullmatch(name).groups()
    if stem.endswith("hat") and len(stem) == 4:
        stem = rf"\hat{{{stem[0]}}}"
    elif stem in GREEK:
        stem = rf"\{stem}"
    elif len(stem) > 1:
        stem = rf"\mathrm{{{stem}}}"
    if not index:
        return stem
    index = index if index.isdecimal() else rf"\mathrm{{{index}}}".replace("_", r"\_")
    return f"{stem}_{{{index}}}"


def number(value: float, digits: int = 4) -> str:
    """Return a number with its significant digits and a true minus; – for NaN, ∞."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    mantissa, power = _parts(value, digits)
    if power:
        mantissa += f"·10{str(power).translate(RAISED)}"
    return mantissa.replace("-", "−")


def tex_number(value: float, digits: int = 4) -> str:
    """Return a finite number, or NaN, as LaTeX; see `number`."""
    if math.isnan(value):
        return r"\text{–}"
    mantissa, power = _parts(value, digits)
    return rf"{mantissa} \cdot 10^{{{power}}}" if power else mantissa


def formula(
    nodes: Sequence[Node], place: int, leaf: Callable[[int], str | None], style: Style
) -> str:
    """Return the formula of a node.

    Args:
        nodes: of a graph, not folded.
        place: of the node; an operation.
        leaf: returns what is written for an operand; None: its own formula.
        style: TEX or PLAIN.
    """
    node = nodes[place]
    parts = []
    for index, operand in enumerate(node.operands):
        text = leaf(operand)
        if text is None:
            text = formula(nodes, operand, leaf, style)
            tightness = _tightness(nodes[operand].operation, style)
        else:
            tightness = _tightness_of_number(text)
        if tightness < _needed(node.operation, index, style):
            text = text.join(style.brackets)
        parts.append(text)
    if node.operation == "add":
        return style.plus.join(parts)
    if style is PLAIN and node.operation == "pow" and parts[1].isdecimal():
        return parts[0] + parts[1].translate(RAISED)
    return style.templates[node.operation].format(*parts)


def slope(operation: str, index: int, operands: Sequence[str], value: str) -> str:
    """Return the slope by operand number `index` as LaTeX.

    Args:
        operation: key of `SLOPES`.
        index: from 0.
        operands: each as LaTeX, in brackets where it is negative.
        value: of the operation, as LaTeX.
    """
    if operation == "pow" and index == 0:
        return _slope_of_power(*operands)
    known = SLOPES[operation]
    return known[min(index, len(known) - 1)].format(*operands, v=value)


def _slope_of_power(base: str, exponent: str) -> str:
    r"""Return n x^{n-1}, in its short forms 2 x and 1 where n is known."""
    try:
        less = tex_number(float(exponent) - 1)
    except ValueError:
        less = f"{exponent} - 1"
    power = {"1": base, "0": ""}.get(less, f"{base}^{{{less}}}")
    return rf"{exponent} \cdot {power}" if power else "1"


def has_working(operation: str, index: int) -> bool:
    """Return whether the slope is worked out of numbers, not just one of them."""
    known = SLOPES[operation]
    return known[min(index, len(known) - 1)] not in BARE


def bracketed(text: str) -> str:
    """Return LaTeX of a number, in brackets if it is negative."""
    return rf"\left({text}\right)" if text.startswith("-") else text


def _parts(value: float, digits: int) -> tuple[str, int]:
    """Return mantissa and power of ten; power 0: the mantissa is the number."""
    size = abs(value)
    if size and not 1e-3 <= size < 10 ** max(digits, 6):
        mantissa, power = f"{value:.{digits - 1}e}".split("e")
        return mantissa, int(power)
    text = f"{value:.{digits}g}"
    if "e" in text:  # such as 1e+05
        text = f"{value:.0f}"
    return ("0" if text == "-0" else text), 0


def _tightness(operation: str, style: Style) -> float:
    if operation == "div" and style.frac:
        return 2.5
    return LEVELS.get(operation, TIGHT)


def _tightness_of_number(text: str) -> float:
    """Return how tight a name or a number is: −2 and 3·10⁴ are loose."""
    if text.startswith(("-", "−")):
        return 1
    return 2 if "10^" in text or "·10" in text else TIGHT


def _needed(operation: str, index: int, style: Style) -> float:
    """Return how tight an operand must be to stand without brackets."""
    if operation in ("add", "sub"):
        return 1 if index == 0 else 2
    if operation in ("mul", "neg"):
        return 2
    if operation == "div" and not style.frac:
        return 2 + index
    if operation == "pow":
        return TIGHT if index == 0 or not style.frac else 0
    return 0
