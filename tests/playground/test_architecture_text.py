"""Plans of layers as text for the link."""

import pytest

from engine.architectures import NETWORKS
from engine.layer_report import report
from playground.panels.architecture_build import START
from playground.panels.architecture_table import frame, from_frame, tidy
from playground.panels.architecture_text import from_text, tidied, to_text

CHAINS = [name for name, network in NETWORKS.items() if network.chain]


@pytest.mark.parametrize("name", CHAINS)
def test_chains_survive_the_link_and_the_table(name):
    network = NETWORKS[name]
    text = to_text(network.plan(network.classes))
    plan = from_text(text)
    assert to_text(plan) == text
    assert report(plan, network.shape).problem is None
    assert from_frame(frame(plan)) == plan
    assert tidy(frame(plan), plan)


def test_empty_cells_have_usual_values_which_the_table_then_shows():
    table = frame(from_text("conv-n6-k5~relu"))
    table.loc[1, "kind"] = table.loc[0, "kind"]
    table.loc[2, "kind"] = None  # a line just added
    plan = from_frame(table)
    assert to_text(plan) == "conv-n6-k5~conv-n16-k3"
    assert not tidy(table, plan)
    assert tidy(frame(plan), plan)


def test_text_is_short_and_readable():
    assert (
        tidied("conv-n6-k5-s1-p0~max-k2-s2~flatten") == "conv-n6-k5~max-k2-s2~flatten"
    )
    assert tidied(START) == START


@pytest.mark.parametrize(
    "text",
    [
        *("", "banana", "conv", "conv-n6", "conv-n6-k99", "conv-n6-k5-x1"),
        *("conv-n6-k-5", "inception", "relu~" * 60 + "relu", "relu~~relu"),
        "conv-n9999999999-k3",
    ],
)
def test_other_text_is_refused(text):
    with pytest.raises(ValueError, match=r"must|letter"):
        from_text(text)
