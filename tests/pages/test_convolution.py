"""The convolution page without a browser; what its presets claim, computed."""

import math
from urllib.parse import parse_qsl

import pytest
import torch

from engine.conv_examples import kernels, picture
from engine.conv_layer import run
from engine.conv_problems import problems
from engine.conv_settings import (
    Axis,
    ConvSettings,
    counts,
    dropped,
    output_sizes,
    resolved,
)
from playground import planes
from playground.panels.conv_presets import PLAIN, TRIES
from tests.pages.test_boundaries import message
from tests.pages.test_pages import failed, open_page, state

PRESETS = {entry.title: entry.settings for entry in TRIES}
ROWS = {
    "Bright to dark": [[0, 30, 30, 0]] * 4,
    "Dark to bright": [[0, -30, -30, 0]] * 4,
    "Scharr's weights": [[0, 160, 160, 0]] * 4,
    "Four quadrants": [[0] * 4, [30, 10, -10, -30], [30, 10, -10, -30], [0] * 4],
    "Two steps at a time": [[91, 100, 88], [69, 91, 117], [44, 72, 74]],
    "Three colours, one sum": [[0, 12, 12]] * 3,
    "The largest of four": [[4, 3], [8, 7]],
    "The mean of four": [[2.75, 2], [6, 4.25]],
    "One number per channel": [[3.75]],
    "Reflected padding": [[0] * 6] * 6,
    "Zeros draw an edge": [[-10, 0, 0, 0, 0, 10]]
    + [[-15, 0, 0, 0, 0, 15]] * 4
    + [[-10, 0, 0, 0, 0, 10]],
}
SIZES = {
    "What the floor drops": (3, 3),
    "Same, with an even kernel": (6, 6),
    "A kernel with holes": (3, 3),
    "The second layer of a net": (17, 17),
    "Upwards: transposed": (5, 5),
    "A signal": (10,),
    "A volume": (10, 10, 10),
}


def settings_of(given):
    given = PLAIN | dict(given)
    kind, dims = given["op"], int(given["dims"])
    axis = Axis(
        given["n"],
        *((given["k"], given["p"], given["s"], given["d"], given["e"])),
    )
    learns = kind in ("conv", "transposed")
    return ConvSettings(
        f"conv{dims}d" if kind == "conv" else kind,
        (axis,) * dims,
        given["c"],
        given["f"] if learns else 1,
        given["groups"],
        given["pad"],
        given["mode"],
        given["flip"],
        given["bias"] if learns else False,
    )


def output_of(given):
    settings, given = settings_of(given), PLAIN | dict(given)
    if given["data"] == "own":
        image = torch.stack(planes.from_text(given["image"]))
    else:
        image = picture(given["data"], [a.size for a in settings.axes], given["c"])
    if not settings.learns:
        return run(settings, image)
    if given["kern"] == "own":
        weights = torch.stack(planes.from_text(given["kernel"]))[None]
    else:
        weights = kernels(given["kern"], settings.weight_shape)
    return run(settings, image, weights)


@pytest.mark.parametrize("title", ROWS)
def test_the_numbers_of_a_preset_are_those_it_claims(title):
    assert output_of(PRESETS[title])[0].tolist() == ROWS[title]


@pytest.mark.parametrize("title", SIZES)
def test_the_size_of_a_preset_is_the_one_it_claims(title):
    assert output_sizes(settings_of(PRESETS[title])) == SIZES[title]


def test_the_other_claims_of_the_presets():
    assert output_of(PRESETS["Vertical edges"])[0, 3, 3] == -16
    turned = output_of(PRESETS["True convolution"])
    assert torch.equal(turned, -output_of(PRESETS["Vertical edges"]))
    lost = resolved(settings_of(PRESETS["What the floor drops"]))
    assert [len(dropped(axis)) for axis in lost] == [1, 1]
    (first, _second) = problems(settings_of(PRESETS["A kernel too large"]))
    assert (first.kind, first.nearest) == ("window", 6)
    even = resolved(settings_of(PRESETS["Same, with an even kernel"]))
    assert even[0].pads == (1, 2)
    assert counts(settings_of(PRESETS["A kernel with holes"])).receptive_field == (5, 5)
    assert counts(settings_of(PRESETS["One filter per channel"])).parameters == 27
    second = settings_of(PRESETS["The second layer of a net"])
    assert counts(second).parameters == 5000
    lenet = settings_of(PRESETS["Eight filters of LeNet's kind"])
    assert counts(lenet).parameters == 608
    chess = output_of(PRESETS["Chessboard artefacts"])
    assert set(chess.flatten().tolist()) == {1, 2, 4}


@pytest.mark.parametrize(
    "link", [{}, {"op": "transposed", "s": "2", "p": "1"}, {"dims": "1"}, {"op": "max"}]
)
def test_every_place_of_the_window_has_a_frame(link):
    at = open_page("convolution", "en", **link)
    assert not failed(at)
    drawn = message(at)
    inputs = link.get("op") == "transposed"  # there, each input number has a frame
    places = 36 if inputs else math.prod([4] if link.get("dims") == "1" else [4, 4])
    assert len(drawn["source"]["times"]) == places


def test_an_impossible_kernel_is_explained_and_mended_by_a_button():
    at = open_page("convolution", "en", k="9")
    assert "9 > 6" in at.warning[0].value
    next(b for b in at.button if b.label == "Take k = 6").click().run()
    assert not failed(at)
    assert state(at)["k"] == ("6", False)
    assert not at.warning


IMPOSSIBLE = {  # link -> the failing inequality, and the button that mends it
    "k=9&axes=1&k2=7": ("1(7-1)+1 = 7 > 6", "Take k = 6"),
    "pad=same&s=3": ("3 > 1", "Take s = 1"),
    "p=7&mode=reflect": (r"7 \ge 6", "Take p = 5"),
    "p=7&mode=circular&k=2": ("7 > 6", "Take p = 6"),
    "c=3&groups=2&f=2": (r"3 \bmod 2 = 1", "Take g = 1"),
    "c=2&groups=2&f=3": (r"3 \bmod 2 = 1", "Take g = 1"),
    "op=transposed&e=3&s=2": (r"3 \ge 2 = \max(2, 1)", "Take e = 1"),
    "op=transposed&n=2&p=2": (r"4 \ge 4", "Take p = 1"),
    "op=max&p=2": ("4 > 3", "Take p = 1"),
    "op=average&p=3&k=4": ("6 > 4", "Take p = 2"),
    "op=average&dims=3&n=3&k=4&p=1": ("4 > 3", "Take k = 3"),
}


def test_a_layer_too_large_to_slide_over_has_its_sizes():
    link = {"dims": "3", "n": "64", "c": "64", "f": "64", "k": "15", "s": "2"}
    at = open_page("convolution", "en", **link)
    assert not failed(at)
    assert not played(at)
    numbers = {metric.label: metric.value for metric in at.metric}
    assert numbers["Output"] == "64 × 25³"
    assert numbers["Parameters"] == "13.82\u202fM"
    assert "500\u202f000" in at.info[0].value
    at = open_page("convolution", "en", **link, view="numbers")
    assert not failed(at)
    assert not at.text_area


def played(at):
    names = [one.proto.component_name for one in at.get("bidi_component")]
    return "player" in names


@pytest.mark.parametrize("link", IMPOSSIBLE)
def test_what_is_impossible_is_named_and_mended(link):
    inequality, button = IMPOSSIBLE[link]
    at = open_page("convolution", "en", **dict(parse_qsl(link)))
    assert not failed(at)
    assert any(inequality in warning.value for warning in at.warning)
    assert any(inequality in formula.value for formula in at.latex)
    assert not played(at)
    for _turn in range(3):
        if not at.warning:
            break
        labels = [b.label for b in at.button]
        wanted = button if button in labels else labels[-1]
        next(b for b in at.button if b.label == wanted).click().run()
        assert not failed(at)
    assert not at.warning
    assert played(at)


def test_a_pasted_matrix_becomes_the_input():
    at = open_page("convolution", "en", view="numbers")
    at.text_area(key="convolution.paste_image").set_value("1\t2\n3\t-4,5").run()
    assert not failed(at)
    assert state(at)["image"][0] == "1_2~3_-4.5"
    assert state(at)["n"] == ("2", False)
