"""Filters that are switched off, as a short text in the link and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.colour_net import LAYERS
from playground.panels.learned_ablate_off import ALL_ON, from_text, to_text

UNITS = [
    (name, unit) for name, layer in LAYERS.items() for unit in range(layer.filters)
]


@given(st.sets(st.sampled_from(UNITS)))
def test_text_and_back(off):
    assert from_text(to_text(off)) == off
    assert len(to_text(off)) <= 6 + 12 + 24 + 24 + 3


@pytest.mark.parametrize(
    ("off", "text"),
    [
        (set(), ALL_ON),
        ({("c1", 0)}, "1.0.0.0"),
        ({("c1", 23), ("c4", 4)}, "800000.0.0.10"),
        (set(UNITS), f"{'f' * 6}.{'f' * 12}.{'f' * 24}.{'f' * 24}"),
    ],
)
def test_texts(off, text):
    assert to_text(off) == text
    assert from_text(text) == off


@pytest.mark.parametrize(
    "text",
    [
        "banana",
        "0.0.0",
        "0.0.0.0.0",
        "1000000.0.0.0",
        "-1.0.0.0",
        "0x1.0.0.0",
        "٣.0.0.0",
        "F.0.0.0",
        " 1.0.0.0",
        "...",
        "9" * 5000,
        "1_0.0.0.0",
    ],
)
def test_other_texts_are_refused(text):
    with pytest.raises(ValueError, match=r"must be four numbers|has 24 filters"):
        from_text(text)
