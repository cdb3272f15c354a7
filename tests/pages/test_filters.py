"""The filters page without a browser: links, numbers, uploads, own weights."""

import numpy as np
import pytest
from PIL import Image

from engine.filters import Filter, kernel
from engine.responses import noisy, respond
from playground.panels.filter_presets import TRIES
from playground.photos import PHOTOS, grey_photo
from tests.messages import translated
from tests.pages.test_pages import failed, open_page, state
from tests.pages.told import message
from tests.playground.test_uploads import encoded, header_only

CAMERA = grey_photo("camera")
AT = (181, 242)


def numbers(at):
    """Return label -> text of the row of numbers."""
    return dict(message(at)["scene"]["metrics"])


def layers(at, kind):
    return [layer for layer in message(at)["scene"]["layers"] if layer["kind"] == kind]


def words(at):
    return [layer["template"] for layer in layers(at, "text")]


def upload(content, code="en", name="picture.png", **link):
    at = open_page("filters", code, source="own", **link)
    at.file_uploader[0].set_value((name, content, "image/png"))
    return at.run()


def test_numbers_are_those_of_the_engine():
    at = open_page("filters", "en", kernel="scharr", axis="y", noise="20", flip="1")
    weights = kernel(Filter("scharr", axis="y")).flip(0, 1)
    response = respond(noisy(CAMERA, 20), weights)
    told = numbers(at)
    assert told["Response at (181, 242)"] == f"{response[AT]:.0f}".replace("-", "−")
    assert told["Lowest"] == f"{response.min():.0f}".replace("-", "−")
    assert told["Highest"] == f"{response.max():.0f}"
    assert told["Sum of the weights"] == "0"
    assert told["Products a pixel"] == "9 → 6"


def test_window_kernel_and_products_are_told_in_numbers():
    told = words(open_page("filters", "en"))
    levels = CAMERA[180:183, 241:244]
    weights = kernel(Filter("sobel"))
    for values in (levels, weights, levels * weights + 0.0):
        for value in values.flatten().tolist():
            assert f"{value:.0f}".replace("-", "−") in told
    assert f"= {(levels * weights).sum():.0f}" in told


def test_a_slope_is_told_as_a_slope():
    told = numbers(open_page("filters", "en", kernel="sobel", edges="direction"))
    assert list(told) == [
        "∂x, ∂y at (181, 242)",
        "|∇|",
        "Direction",
        "Products a pixel",
    ]
    assert told["∂x, ∂y at (181, 242)"].startswith("535, ")


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ({"kernel": "gabor", "angle": "35", "wave": "7.5"}, "angle"),
        ({"kernel": "gaussian", "sigma": "0.5", "tone": "magnitude"}, "tone"),
        ({"kernel": "box", "size": "15", "border": "reflect"}, "size"),
        ({"kernel": "custom", "rows": "1", "weights": "1_2_3"}, "weights"),
        ({"source": "draw", "ink": "", "edges": "absolute"}, "ink"),
        ({"photo": "rocket", "at": "340.511", "split": "0"}, "at"),
    ],
)
def test_a_link_restores_the_screen(link, kept):
    at = open_page("filters", "en", **link)
    assert not failed(at)
    assert not at.warning
    assert state(at)[kept][0] == link[kept]


@pytest.mark.parametrize(
    "link",
    [
        {"kernel": "box", "size": "4"},
        {"kernel": "emboss", "light": "10"},
        {"kernel": "custom", "weights": "1_2~3_4"},
        {"kernel": "custom", "weights": "1_2_9999"},
        {"kernel": "custom", "weights": "1_2_3!1_2_3"},
        {"at": "3.-1"},
        {"at": "3"},
        {"split": "101"},
        {"source": "draw", "ink": "!!"},
    ],
)
def test_a_link_that_asks_for_the_impossible_is_told(link):
    at = open_page("filters", "en", **link)
    assert not failed(at)
    assert len(at.warning) == 1


def test_a_place_beyond_the_picture_is_moved_into_it():
    at = open_page("filters", "en", photo="chelsea", at="9999.9999")
    assert "Response at (299, 450)" in numbers(at)


def test_every_photo_names_whose_it_is():
    at = open_page("filters", "en")
    for name, photo in PHOTOS.items():
        at.selectbox(key="filters.photo").set_value(name).run()
        (line,) = [c.value for c in at.caption if "scikit-image" in c.value]
        assert photo.credit in line


def test_kernel_and_look_each_keep_what_was_chosen():
    at = open_page("filters", "en", kernel="gaussian", tone="absolute")
    assert state(at)["tone"][0] == "absolute"
    at.selectbox(key="filters.kernel").set_value("sobel").run()
    assert state(at)["edges"][0] == "signed"


def test_weights_can_be_taken_over_and_are_the_same():
    at = open_page("filters", "en", kernel="sharpen", amount="2")
    before = numbers(at)
    (edit,) = [b for b in at.button if b.label == "Edit these weights"]
    edit.click().run()
    assert state(at)["kernel"][0] == "custom"
    assert state(at)["weights"][0] == "0_-2_0~-2_9_-2~0_-2_0"
    assert numbers(at) == before


def test_another_size_cuts_or_fills_round_the_middle():
    at = open_page("filters", "en", kernel="custom", rows="1", columns="5")
    assert "kernel w, 1 × 5" in words(at)
    assert numbers(at)["Sum of the weights"] == "0"
    assert not [b for b in at.button if b.label == "Edit these weights"]


def test_an_upload_is_filtered_and_can_be_taken_away():
    levels = np.zeros((60, 80), dtype=np.uint8)
    levels[:, 40:] = 200
    at = upload(encoded(Image.fromarray(levels)).read(), at="30.40")
    assert not failed(at)
    assert numbers(at)["Response at (30, 40)"] == "800"
    assert "The picture is read and forgotten; a link cannot carry it." in [
        c.value for c in at.caption
    ]


def test_a_large_upload_is_shrunk_to_what_is_quick():
    at = upload(encoded(Image.new("L", (3000, 2000), 90), "JPEG").read())
    (picture, *_others) = layers(at, "picture")
    assert picture["span"][1] == 512


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(
            header_only(10_000, 6_000).read(),
            "This picture has more than 20 million pixels: shrink it first.",
            id="60 megapixels",
        ),
        pytest.param(
            b"Dear teacher, this is a text.",
            "This file cannot be read as a picture: try PNG or JPEG.",
            id="text",
        ),
    ],
)
def test_what_is_no_usable_picture_is_refused_with_a_sentence(content, sentence, code):
    at = upload(content, code)
    assert not failed(at)
    assert [w.value for w in at.warning] == [translated(sentence, code)]
    components = [c.proto.component_name for c in at.get("bidi_component")]
    assert "player" not in components


def test_a_tiny_picture_is_refused_with_a_sentence():
    at = upload(encoded(Image.new("L", (400, 20))).read())
    (warning,) = at.warning
    assert "32" in warning.value


def test_presets_open_what_they_set():
    at = open_page("filters", "en")
    for entry in TRIES:
        for key, value in entry.settings.items():
            at.session_state[f"filters.{key}"] = value
        at.run()
        assert not failed(at)
        shown = state(at)
        for key in entry.settings.keys() & shown.keys():
            value = entry.settings[key]
            text = str(int(value)) if isinstance(value, bool) else str(value)
            assert shown[key][0] == text, (entry.title, key)


def test_the_curtain_says_which_side_is_which():
    at = open_page("filters", "en", photo="rocket", kernel="gaussian")
    assert not failed(at)
    (curtain,) = layers(at, "curtain")
    assert curtain["png"].startswith("data:image/png;base64,")
    assert curtain["labels"] == ["filtered", "before"]
