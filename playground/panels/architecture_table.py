"""A plan of layers as the table that is edited, and back."""

import pandas as pd
import streamlit as st

from engine.layer_plan import LIMITS, Layer
from playground.i18n import _
from playground.panels import architecture_text as texts
from playground.panels import architecture_words as words

FIELDS = ("filters", "kernel", "stride", "padding", "inputs", "groups")


def frame(layers: tuple[Layer, ...]) -> pd.DataFrame:
    """Return a plan as the table that is edited; numbers not used are empty."""
    kinds, lines = words.kind_names(), []
    for layer in layers:
        uses = texts.KINDS[layer.kind].uses
        given = [
            (getattr(layer, field) or None) if field != "padding" else layer.padding
            for field in FIELDS
        ]
        kept = [
            number if field in uses else None
            for field, number in zip(FIELDS, given, strict=True)
        ]
        bias = layer.bias if "bias" in uses else None
        lines.append((kinds[layer.kind], *kept, bias))
    found = pd.DataFrame(lines, columns=["kind", *FIELDS, "bias"])
    return found.astype(dict.fromkeys(FIELDS, "Int64") | {"bias": "boolean"})


def from_frame(table: pd.DataFrame) -> tuple[Layer, ...]:
    """Return the plan in an edited table; what is empty has its usual value.

    Raises:
        ValueError: with a translated sentence, if a row cannot be used.
    """
    ids = {name: kind for kind, name in words.kind_names().items()}
    layers = []
    for number, line in enumerate(table.to_dict("records"), start=1):
        if pd.isna(line["kind"]):
            continue  # a row just added, still empty
        kind = ids[line["kind"]]
        given = {
            field: int(line[field])
            for field in (*FIELDS, "bias")
            if field in texts.KINDS[kind].uses and not pd.isna(line[field])
        }
        usual = {"filters": 16, "kernel": 2 if kind in ("max", "avg") else 3}
        if kind in ("max", "avg"):
            usual["stride"] = 2
        used = {k: v for k, v in usual.items() if k in texts.KINDS[kind].uses}
        layer = Layer(kind, **(used | given))
        try:
            layers += texts.from_text(texts.to_text([layer]))
        except ValueError as problem:
            raise ValueError(
                _("Row {row} has a number outside its range.").format(row=number)
            ) from problem
    if not 1 <= len(layers) <= texts.MOST_LAYERS:
        raise ValueError(
            _("A network has 1 to {most} layers.").format(most=texts.MOST_LAYERS)
        )
    return tuple(layers)


def tidy(table: pd.DataFrame, layers: tuple[Layer, ...]) -> bool:
    """Return whether an edited table shows the plan as it was read, and no more."""
    filled = table[table["kind"].notna()].reset_index(drop=True)
    return filled.equals(frame(layers))


def columns(scale: float) -> dict[str, object]:
    """Return how the columns of the editor look and what they take.

    Args:
        scale: of the type, 1 unless presenting.
    """
    kinds = words.kind_names()
    heads = {
        "filters": (_("Filters"), 82),
        "kernel": ("k", 54),
        "stride": ("s", 54),
        "padding": ("p", 54),
        "inputs": (_("Inputs"), 84),
        "groups": (_("Groups"), 84),
    }
    helps = {
        "kernel": _("Kernel"),
        "stride": _("Stride"),
        "padding": _("Padding"),
        "filters": _("Channels that leave; of a fully connected layer, its outputs."),
        "inputs": _("What the layer is made for. Empty: whatever arrives."),
    }
    found = {
        field: st.column_config.NumberColumn(
            head,
            min_value=LIMITS[field][0],
            max_value=LIMITS[field][1],
            step=1,
            format="%d",
            width=round(scale * width),
            help=helps.get(field),
        )
        for field, (head, width) in heads.items()
    }
    kind = st.column_config.SelectboxColumn(
        _("Kind"),
        options=[kinds[one] for one in texts.EDITABLE],
        width=round(122 * scale),
    )
    bias = st.column_config.CheckboxColumn(_("Bias"), width=round(70 * scale))
    return {"kind": kind} | found | {"bias": bias}
