"""The formulas of the page: text, numbers to begin with, and what is learnt."""

from collections.abc import Mapping
from dataclasses import dataclass, field

OWN = "own"


@dataclass(frozen=True)
class Example:
    """A formula to begin with.

    Attributes:
        text: as the parser reads it.
        inputs: name -> number at first, in the order in which they are shown.
        weights: inputs that a step of gradient descent changes; none: all.
        stride: by how much the buttons beside a number change it.
    """

    text: str
    inputs: Mapping[str, float] = field(default_factory=dict)
    weights: tuple[str, ...] = ()
    stride: float = 1.0


EXAMPLES = {
    "chain": Example("u = b*c\nv = a + u\nJ = 3*v", {"a": 5.0, "b": 3.0, "c": 2.0}),
    "paths": Example("u = a + b\nv = 3*b\nf = u*v", {"a": 5.0, "b": 3.0}),
    "logistic": Example(
        "z = w1*x1 + w2*x2 + b\na = sigmoid(z)\nL = -(y*log(a) + (1-y)*log(1-a))",
        {"x1": 2.0, "x2": 1.0, "y": 1.0, "w1": 0.5, "w2": -1.0, "b": 0.25},
        ("w1", "w2", "b"),
        0.25,
    ),
    "net": Example(
        "s1 = w1*x1 + w3*x2 + b1\na1 = sigmoid(s1)\n"
        "s2 = w2*x1 + w4*x2 + b2\na2 = sigmoid(s2)\n"
        "s3 = w5*a1 + w6*a2 + b3\nyhat = sigmoid(s3)\nE = (y - yhat)^2 / 2",
        {"x1": 0.05, "x2": 0.1, "y": 1.0}
        | {"w1": 0.15, "w2": 0.2, "w3": 0.25, "w4": 0.3, "w5": 0.5, "w6": 0.55}
        | {"b1": 0.35, "b2": 0.35, "b3": 0.6},
        ("w1", "w2", "w3", "w4", "w5", "w6", "b1", "b2", "b3"),
        0.05,
    ),
    OWN: Example("f = x^2*y + y", {"x": 2.0, "y": 3.0}, stride=0.1),
}
UNNAMED = 1.0  # what an input of the reader's own formula begins with
