"""Learned filters without a browser: links in, what the stage holds out."""

import numpy as np
import pytest

from engine import colour_net, lenet
from playground.figures.learned_film import NUMBERS
from playground.panels.learned_filters_presets import TRIES
from playground.photos import colour_photo, squared
from tests.pages.test_pages import failed, open_page, state
from tests.pages.told import told


def opened(code="en", **link):
    at = open_page("filters", code, view="learned", **link)
    assert not failed(at)
    return at


def metrics(at):
    """Return the numbers below the stage, label -> template."""
    return dict(told(at)[0]["scene"]["metrics"])


def texts(at):
    layers = told(at)[0]["scene"]["layers"]
    return [layer["template"] for layer in layers if layer["kind"] == "text"]


def frames(at):
    """Return the numbers that every frame begins with."""
    header, content = told(at)
    tracks = header["scene"]["tracks"]
    size = sum({"f32": 4, "u8": 1}[track["kind"]] * track["size"] for track in tracks)
    return [
        np.frombuffer(content, np.float32, tracks[0]["size"], start)
        for start in range(0, len(content), size)
    ]


@pytest.fixture(scope="module")
def cat():
    levels = squared(colour_photo("chelsea")).permute(2, 0, 1).float() / 255
    return colour_net.activations(colour_net.load(), levels)


def test_the_training_is_all_there_and_stands_at_its_end():
    at = opened()
    kept = colour_net.checkpoints()
    rows = frames(at)
    assert [row[0] for row in rows] == pytest.approx([one.epoch for one in kept])
    assert len(rows[0]) == NUMBERS
    assert told(at)[0]["source"]["goto"] == len(kept) - 1
    assert "Filter 1 of C1" in texts(at)


@pytest.mark.parametrize("net", ["relu", "tanh"])
def test_lenet_is_seen_over_its_training_too(net):
    at = opened(lnet=net, lat="c3.5", lmoment="3")
    assert told(at)[0]["source"]["goto"] == 3
    last = frames(at)[-1]
    weights = lenet.load(net).c3.weight[5]
    assert last[0] == lenet.card(net)["recipe"]["epochs"]
    assert last[1] == pytest.approx(lenet.card(net)["test_accuracy"], abs=1e-4)
    assert last[2] == pytest.approx(weights.abs().max().item(), abs=1e-3)
    assert "Filter 5 of C3" in texts(at)


def test_a_filter_that_is_not_there_gives_way_to_the_first():
    assert "Filter 0 of C1" in texts(opened(lnet="relu", lat="c1.20"))
    at = opened(lshow="c2", lat="c2.47")
    assert "Map 47" in texts(at)


def test_the_overview_says_what_the_network_answers(cat):
    at = opened(lshow="all")
    found = metrics(at)
    shares, order = cat["probabilities"].topk(3)
    for label, share, number in zip(
        ("Answer", "Second", "Third"), shares.tolist(), order.tolist(), strict=True
    ):
        name = colour_net.CLASSES[number]
        assert found[label] == f"{name} · {100 * share:.1f}\u202f%"
    maps = [value for value in cat.values() if value.dim() == 3]
    quiet = sum(int((one.amax(dim=(1, 2)) == 0).sum()) for one in maps)
    assert found["Maps that are 0 everywhere"] == f"{quiet} / 336"
    assert "perro" in metrics(opened("es", lshow="all"))["Respuesta"]


@pytest.mark.parametrize(
    ("scope", "ends"),
    [("map", "the largest number of each map"), ("network", "3.995")],
)
def test_the_scope_decides_what_the_colours_mean(scope, ends):
    assert ends in texts(opened(lshow="all", lscope=scope))


@pytest.mark.parametrize("scope", ["map", "layer", "network"])
def test_a_layer_names_the_ends_of_its_colours(scope, cat):
    maps = [value for value in cat.values() if value.dim() == 3]
    most = {
        "map": maps[0][2],
        "layer": maps[0],
        "network": max(maps, key=lambda m: m.max()),
    }
    at = opened(lshow="c1", lat="c1.2", lscope=scope)
    assert f"{most[scope].max().item():.4g}" in texts(at)


def test_a_cell_of_the_link_is_shown_with_its_sum(cat):
    at = opened(lshow="c4", lat="c4.10", lcell="c4.10.2.5")
    cell = frames(at)[2 * 8 + 5]
    assert told(at)[0]["source"]["goto"] == 2 * 8 + 5
    assert cell[:2].tolist() == [2, 5]
    assert cell[3] == pytest.approx(cat["c4"][10, 2, 5].item(), abs=1e-5)
    (formula,) = [m.value for m in at.latex]
    assert f"{cell[2]:.4g}" in formula
    assert "z_{2,\\,5}" in formula


def test_without_a_cell_in_the_link_the_strongest_is_shown(cat):
    values = cat["c4"][11]
    for link in ({}, {"lcell": "c4.10.2.5"}):  # a cell of another map
        at = opened(lshow="c4", lat="c4.11", **link)
        assert told(at)[0]["source"]["goto"] == int(values.argmax())


def test_pooling_shows_its_four_numbers(cat):
    at = opened(lshow="p1", lat="p1.7", lcell="p1.7.3.4")
    four = cat["c1"][7, 6:8, 8:10]
    (formula,) = [m.value for m in at.latex]
    assert r"\max(" in formula
    assert f"= {four.max().item():.4g}" in formula
    assert "Sum z" not in metrics(at)


def test_an_empty_pad_asks_for_a_picture():
    at = opened(lnet="relu", lpad="", lstep="c1")
    assert [info.value for info in at.info] == [
        "Choose a picture at the left, and the network looks at it here."
    ]


def test_without_cifar_the_page_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    at = opened(lsource="cifar")
    assert any("cifar-10-binary.tar.gz" in info.value for info in at.info)


@pytest.mark.parametrize("entry", TRIES, ids=[entry.title for entry in TRIES])
def test_a_button_sets_what_its_link_would(entry):
    link = {
        key: str(int(value)) if isinstance(value, bool) else str(value)
        for key, value in entry.settings.items()
        if key != "view"
    }
    at = opened(**link)
    there = {key: text for key, (text, _default) in state(at).items()}
    shown = {key: text for key, text in link.items() if key in there}
    assert {key: there[key] for key in shown} == shown
    assert "lnet" in shown
    assert not at.warning
