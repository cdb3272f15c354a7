"""A plan of layers as text for the link: `conv-n6-k5~avg-k2-s2~flatten~linear-n120`.

Numbers that stand at their usual value are left out.
"""

import re
from collections.abc import Iterable
from dataclasses import fields

from engine.layer_plan import KINDS, Layer, require

MOST_LAYERS = 60
LONGEST = 2400  # letters that are read
LETTERS = {  # of a number in the text -> field of a layer
    "n": "filters",
    "k": "kernel",
    "s": "stride",
    "p": "padding",
    "g": "groups",
    "i": "inputs",
    "b": "bias",
}
EDITABLE = tuple(kind for kind in KINDS if kind != "inception")
USUAL = {field.name: field.default for field in fields(Layer)}


def to_text(layers: Iterable[Layer]) -> str:
    """Return a plan as the link holds it; names are not kept."""
    return "~".join(_one(layer) for layer in layers)


def from_text(text: str) -> tuple[Layer, ...]:
    """Return the plan that `to_text` wrote.

    Raises:
        ValueError: a layer cannot be read, or there are not 1 to 60.
    """
    parts = text.split("~")
    if len(text) > LONGEST or len(parts) > MOST_LAYERS:
        raise ValueError(f"there must be 1 to {MOST_LAYERS} layers")
    return tuple(map(_layer, parts))


def tidied(text: str) -> str:
    """Return the text of a link as `to_text` writes it; ValueError as `from_text`."""
    return to_text(from_text(text))


def _one(layer: Layer) -> str:
    numbers = [
        f"{letter}{int(getattr(layer, field))}"
        for letter, field in LETTERS.items()
        if field in KINDS[layer.kind].uses and getattr(layer, field) != USUAL[field]
    ]
    return "-".join([layer.kind, *numbers])


def _layer(text: str) -> Layer:
    kind, *numbers = text.split("-")
    if kind not in EDITABLE:
        raise ValueError(f"kind must be one of {EDITABLE}, got {kind!r}")
    given = {}
    for number in numbers:
        found = re.fullmatch(r"([nkspgib])([0-9]{1,9})", number)
        if not found:
            raise ValueError(f"not a letter and a number: {number!r}")
        given[LETTERS[found[1]]] = int(found[2])
    require(Layer(kind, **given))
    if "bias" in given:
        given["bias"] = bool(given["bias"])
    return Layer(kind, **given)
