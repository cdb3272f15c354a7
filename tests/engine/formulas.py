"""Random formulas with numbers for their inputs, for hypothesis."""

from hypothesis import strategies as st

NAMES = ("a", "b", "c", "x1")
FUNCTIONS = ("exp", "sin", "cos", "tanh", "sigmoid", "relu", "log")
NUMBERS = st.sampled_from(["2", "0.5", "3", "1.25"])


def _grow(inner):
    two = st.tuples(inner, st.sampled_from("+-*/"), inner)
    return st.one_of(
        two.map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"max({p[0]}, {p[1]})"),
        inner.map(lambda part: f"({part})^2"),
        inner.map(lambda part: f"-{part}"),
    )


LEAVES = st.one_of(st.sampled_from(NAMES), NUMBERS)
PARTS = st.recursive(LEAVES, _grow, max_leaves=8)
WITH_INPUT = st.tuples(PARTS, st.sampled_from(NAMES)).map(lambda p: f"{p[0]} + {p[1]}")
# u is used twice: gradients must be added.
SHARED = st.tuples(WITH_INPUT, PARTS).map(lambda p: f"u = {p[0]}\nf = u*u + u*({p[1]})")
FORMULAS = st.one_of(WITH_INPUT, SHARED)
# Multiples of 1/256, whose sums are exact: quotients of tiny numbers tell of rounding.
VALUES = st.integers(-512, 512).map(lambda number: number / 256)
INPUTS = st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES))
