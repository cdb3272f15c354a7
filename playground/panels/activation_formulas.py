"""The formulas of the activations as LaTeX, in letters and with the numbers filled in.

A formula has places for numbers: `<z>` the number as it is, `<(z)>` in brackets if it
is negative, `<-z>` with the other sign, `<+z>` with its sign before it. The letters are
z, the numbers that shape the function, and what `_numbers` adds.
"""

import math
import re
from dataclasses import dataclass

import torch

from engine.forms import Form, breaks, function, kinks, sides
from playground.panels.activation_numbers import tex

PLACE = re.compile(r"<([-+(]?)(\w+)\)?>")
LEFT, RIGHT = r"\ (z\le0)", r"\ (z>0)"


@dataclass(frozen=True)
class Formula:
    """A function and its slope: in letters, then in numbers on each side of a break.

    An empty text stands for what needs no arithmetic: the result says it all.
    """

    value: str
    slope: str
    worked: tuple[tuple[str, str], ...]


def _leak(number: str) -> Formula:
    return Formula(
        rf"z{RIGHT},\ <{number}>\,z{LEFT}",
        rf"1{RIGHT},\ <{number}>{LEFT}",
        ((rf"<{number}>\cdot<(z)>", ""), ("", "")),
    )


FORMULAS = {
    "step": Formula(rf"1{RIGHT},\ 0{LEFT}", "0", (("", ""), ("", ""))),
    "sign": Formula(r"1\ (z>0),\ 0\ (z=0),\ -1\ (z<0)", "0", (("", ""), ("", ""))),
    "linear": Formula("z", "1", (("", ""),)),
    "sigmoid": Formula(
        r"\frac{1}{1+e^{-z}}",
        r"g\,(1-g)",
        ((r"\frac{1}{1+e^{<-z>}}", r"<g>\,(1-<g>)"),),
    ),
    "tanh": Formula(
        r"\frac{e^z-e^{-z}}{e^z+e^{-z}}",
        "1-g^2",
        ((r"\frac{e^{<z>}-e^{<-z>}}{e^{<z>}+e^{<-z>}}", "1-<(g)>^2"),),
    ),
    "softsign": Formula(
        r"\frac{z}{1+\lvert z\rvert}",
        r"\frac{1}{(1+\lvert z\rvert)^2}",
        ((r"\frac{<z>}{1+<size>}", r"\frac{1}{(1+<size>)^2}"),),
    ),
    "relu": Formula(
        r"\max(0,\,z)", rf"1{RIGHT},\ 0{LEFT}", ((r"\max(0,\,<z>)", ""),) * 2
    ),
    "leaky_relu": _leak("leak"),
    "prelu": _leak("a"),
    "elu": Formula(
        rf"z{RIGHT},\ <alpha>\,(e^z-1){LEFT}",
        rf"1{RIGHT},\ <alpha>\,e^z{LEFT}",
        ((r"<alpha>\,(e^{<z>}-1)", r"<alpha>\,e^{<z>}"), ("", "")),
    ),
    "selu": Formula(
        rf"1.0507\,z{RIGHT},\ 1.7581\,(e^z-1){LEFT}",
        rf"1.0507{RIGHT},\ 1.7581\,e^z{LEFT}",
        (
            (r"1.7581\,(e^{<z>}-1)", r"1.7581\,e^{<z>}"),
            (r"1.0507\cdot<z>", ""),
        ),
    ),
    "gelu": Formula(
        r"z\,\Phi(z)",
        r"\Phi(z)+z\,\varphi(z)",
        ((r"<z>\cdot<below>", r"<below>+<(z)>\cdot<density>"),),
    ),
    "gelu_tanh": Formula(
        r"\tfrac z2(1+t),\ t=\tanh\big(\sqrt{\tfrac2\pi}\,(z+0.044715\,z^3)\big)",
        r"\tfrac12(1+t)+\tfrac z2(1-t^2)\,u'",
        (
            (
                r"\tfrac{<z>}{2}\,(1<+t>)",
                r"\tfrac12(1<+t>)+\tfrac{<z>}{2}(1-<(t)>^2)\cdot<rise>",
            ),
        ),
    ),
    "silu": Formula(
        r"z\,\sigma(z)",
        r"\sigma\,(1+z\,(1-\sigma))",
        ((r"<z>\cdot<s>", r"<s>\,(1+<(z)>\,(1-<s>))"),),
    ),
    "softplus": Formula(
        r"\ln(1+e^z)",
        r"\sigma(z)",
        ((r"\ln(1+e^{<z>})", r"\frac{1}{1+e^{<-z>}}"),),
    ),
    "hardswish": Formula(
        r"0\ (z\le-3),\ z\ (z\ge3),\ \tfrac{z(z+3)}{6}\ (\lvert z\rvert<3)",
        r"0\ (z\le-3),\ 1\ (z\ge3),\ \tfrac{2z+3}{6}\ (\lvert z\rvert<3)",
        (
            ("", ""),
            (r"\tfrac{<z>\,(<z>+3)}{6}", r"\tfrac{2\cdot<(z)>+3}{6}"),
            ("", ""),
        ),
    ),
}


def letters(form: Form) -> tuple[str, str]:
    """Return g(z) and g'(z) as LaTeX, with the numbers that shape the function."""
    formula, numbers = _formula(form), form.named()
    return _filled(formula.value, numbers), _filled(formula.slope, numbers)


def worked(form: Form, z: float) -> tuple[str, str]:
    """Return "g(1) = … = 0.7311" and "g'(1) = … = 0.1966" as LaTeX.

    At a kink the slope is the convention's, without arithmetic.
    """
    numbers = _numbers(form, z)
    side = sum(z > place for place in breaks(form))
    value, slope = _formula(form).worked[side]
    if z in breaks(form):
        slope = ""
    said = tex(z)
    return (
        " = ".join(
            filter(None, (f"g({said})", _filled(value, numbers), tex(numbers["g"])))
        ),
        " = ".join(
            filter(None, (f"g'({said})", _filled(slope, numbers), tex(numbers["d"])))
        ),
    )


def kink_at(form: Form, z: float) -> tuple[str, str] | None:
    """Return the slopes left and right of z as LaTeX if it is a kink, else None."""
    if z not in kinks(form):
        return None
    left, right = sides(form, z)
    return tex(round(left, 6)), tex(round(right, 6))


def _formula(form: Form) -> Formula:
    return FORMULAS[form.name] if form.name != "maxout" else _maxout(form)


def _maxout(form: Form) -> Formula:
    """Return the formula of a maxout: which line is higher where depends on them."""
    w1, b1, w2, b2 = form.named().values()
    lines = rf"\max({_straight(w1, b1)},\ {_straight(w2, b2)})"
    put_in = (r"\max(<first>,\ <second>)", "")
    low, high = sorted((w1, w2))
    corner = breaks(form)
    if not corner:
        return Formula(lines, tex(low), (put_in,))
    place = tex(corner[0])
    slope = rf"{tex(low)}\ (z\le{place}),\ {tex(high)}\ (z>{place})"
    return Formula(lines, slope, (put_in, put_in))


def _straight(w: float, b: float) -> str:
    """Return the line wz + b as LaTeX, without what is 0 and without a factor 1."""
    factor = {1.0: "", -1.0: "-"}.get(w, rf"{tex(w)}\,")
    if not w or not b:
        return rf"{factor}z" if w else tex(b)
    return rf"{factor}z{'+' if b > 0 else ''}{tex(b)}"


def _numbers(form: Form, z: float) -> dict[str, float]:
    """Return every number a formula may need at z."""
    there = torch.tensor([z], dtype=torch.float64)
    found = function(form)
    given = form.named()
    u = math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)
    return given | {
        "z": z,
        "size": abs(z),
        "g": found.value(there).item(),
        "d": found.derivative(there).item(),
        "s": torch.sigmoid(there).item(),
        "below": torch.special.ndtr(there).item(),  # Φ
        "density": math.exp(-z * z / 2) / math.sqrt(2 * math.pi),  # φ
        "t": math.tanh(u),
        "rise": math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z * z),  # u'
        "first": given.get("w1", 0.0) * z + given.get("b1", 0.0),
        "second": given.get("w2", 0.0) * z + given.get("b2", 0.0),
    }


def _filled(template: str, numbers: dict[str, float]) -> str:
    """Put the numbers into their places."""

    def put(found: re.Match) -> str:
        how, name = found.groups()
        value = numbers[name]
        text = tex(-value if how == "-" else value)
        if how == "(" and value < 0:
            return f"({text})"
        return f"+{text}" if how == "+" and not text.startswith("-") else text

    return PLACE.sub(put, template)
