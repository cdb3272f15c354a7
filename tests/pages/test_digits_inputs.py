"""The digit page's other inputs: MNIST, photos, and a network of the reader's own."""

import io
import re
from urllib.error import URLError

import numpy as np
import pytest
import streamlit as st
import torch
from PIL import Image

from engine import lenet, mnist
from engine.ink import from_photo, prepare
from engine.strokes import handwritten, render
from playground import drawing
from playground.uploads import grey_picture
from tests.engine.test_mnist import idx
from tests.messages import translated
from tests.pages.test_digits import answer, buttons, infos, metrics, warnings
from tests.pages.test_pages import failed, open_page, state

SEVEN = drawing.to_text(handwritten(7, seed=3))


@pytest.fixture(autouse=True)
def no_mnist(tmp_path, monkeypatch):
    """No test depends on what lies on this machine or on what another one trained."""
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    st.cache_resource.clear()
    yield tmp_path
    st.cache_resource.clear()


def mnist_like(digit):
    """Return MNIST's idea of a digit drawn by us: uint8 [28, 28]."""
    ready = prepare(render(handwritten(digit, seed=7)))[0, 0, 2:-2, 2:-2]
    return ((ready + 0.1) * (255 / 1.275)).round().to(torch.uint8)


@pytest.fixture
def tiny_mnist(no_mnist):
    """A folder with a hundred pictures in the form of MNIST; 3s are labelled 8."""
    pictures = [mnist_like(n) for n in range(10)] * 10
    labels = [n if n != 3 else 8 for n in range(10)] * 10
    pixels = torch.stack(pictures).flatten().tolist()
    for stem in mnist.STEMS.values():
        images = idx(pixels, len(labels), 28, 28)
        (no_mnist / f"{stem}-images-idx3-ubyte").write_bytes(images)
        (no_mnist / f"{stem}-labels-idx1-ubyte").write_bytes(idx(labels, len(labels)))
    return pictures


@pytest.mark.parametrize("code", ["en", "es"])
def test_mnist_that_is_not_here_is_offered_and_a_failed_download_explained(
    monkeypatch, code
):
    asked = []

    def download(directory):
        asked.append(directory)
        raise mnist.DownloadError("no mirror") from URLError("offline")

    monkeypatch.setattr(mnist, "download", download)
    at = open_page("digits", code, source="mnist")
    assert infos(at)[0] == translated("MNIST is not on this computer yet.", code)
    assert not at.metric
    assert not asked
    buttons(at)[translated("Download MNIST (11 MB)", code)].click()
    at.run()
    assert len(asked) == 1
    assert not failed(at)
    message = (
        "MNIST could not be downloaded: no server can be reached. Put its four files "
        "into a folder and name it in PLAYGROUND_DATA."
    )
    assert warnings(at) == [translated(message, code)]


def test_mnist_shows_its_pictures_as_they_are(tiny_mnist):
    at = open_page("digits", "en", source="mnist", turn="8", fit="0")
    assert not failed(at)
    (caption,) = [c.value for c in at.caption if "Test image" in c.value]
    assert caption == "Test image 7 of 100, labelled 7."
    probabilities = lenet.load()(lenet.from_mnist(tiny_mnist[7][None]))[0].softmax(0)
    assert metrics(at) == answer(probabilities)
    assert all(box.disabled for box in at.checkbox)  # prepared by its makers


def test_mnist_knows_which_pictures_are_read_wrong(tiny_mnist):
    """The 3s were labelled 8 on purpose, so they count as read wrong."""
    net = lenet.load()
    said = net(lenet.from_mnist(torch.stack(tiny_mnist))).argmax(dim=1)
    labels = torch.tensor([n if n != 3 else 8 for n in range(10)] * 10)
    wrong = (said != labels).nonzero().flatten().tolist()
    assert {3, 13, 23} <= set(wrong)
    shown = []
    for turn in (1, 2, len(wrong), len(wrong) + 1):
        at = open_page("digits", "en", source="mnist", pool="wrong", turn=str(turn))
        (caption,) = [c.value for c in at.caption if "Test image" in c.value]
        shown.append(int(re.search(r"image (\d+) of", caption)[1]))
    assert shown == [wrong[0], wrong[1], wrong[-1], wrong[0]]


def photographed(number=7, seed=3, noise=4):
    """Return a synthetic photo: dark ink on light paper in uneven light."""
    ink = render(handwritten(number, seed)).float().numpy() / 255
    generator = np.random.default_rng(0)
    light = np.linspace(170, 220, 280)[:, None] + np.linspace(-15, 15, 280)
    grey = light * (1 - 0.75 * ink) + generator.normal(0, noise, ink.shape)
    picture = Image.fromarray(grey.clip(0, 255).astype(np.uint8))
    file = io.BytesIO()
    picture.convert("RGB").resize((900, 900)).save(file, "JPEG")
    return file.getvalue()


def upload(code, name, content):
    at = open_page("digits", code, source="photo")
    at.file_uploader[0].set_value((name, content, "image/png"))
    return at.run()


def test_photo_of_a_digit_is_read():
    content = photographed()
    at = upload("en", "seven.jpg", content)
    pixels = from_photo(grey_picture(io.BytesIO(content)))
    assert metrics(at) == answer(lenet.classify(pixels))
    assert metrics(at)["Answer"].startswith("7 ")
    assert not at.warning


def blank_png(mode, size):
    file = io.BytesIO()
    Image.new(mode, size, 1).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not,a,picture\n", "This file cannot be read as a picture: try PNG or JPEG."),
        (
            blank_png("1", (8000, 7500)),
            "This picture has more than 20 million pixels: shrink it first.",
        ),
        (
            blank_png("L", (90, 90)),
            "No digit stands out from the paper: try a darker pen.",
        ),
    ],
    ids=["text", "too large", "empty paper"],
)
def test_bad_photo_is_answered_with_one_translated_warning(code, content, message):
    at = upload(code, "photo.png", content)
    assert not failed(at)
    assert not at.metric
    assert warnings(at) == [translated(message, code)]
    assert code == "en" or warnings(at) != [message]


def train(at):
    """Press the button and look until the training is over."""
    buttons(at)["Train a new network"].click()
    for _glance in range(600):
        at.run()
        if "Stop" not in buttons(at):
            return at.run()  # it may have ended while the page was half drawn
    pytest.fail("the training does not end")


def test_training_needs_mnist():
    at = open_page("digits", "en", view="train")
    message = "Training needs MNIST: choose MNIST as input to download it."
    assert message in infos(at)
    assert "Train a new network" not in buttons(at)


@pytest.mark.parametrize("distort", ["0", "1"])
def test_training_ends_with_a_network_that_reads_along(tiny_mnist, distort):
    link = {"view": "train", "epochs": "2", "seed": "4", "distort": distort}
    at = open_page("digits", "en", ink=SEVEN, **link)
    assert set(metrics(at)) == {"Answer", "Second", "Third", "Entropy"}
    at = train(at)
    assert not failed(at)
    (caption,) = [c.value for c in at.caption if c.value.startswith("Your network")]
    assert re.fullmatch(
        r"Your network reads \d+\.\d% of MNIST's test images\.", caption
    )
    assert re.fullmatch(r"\d · [<>]?[\d.]+%", metrics(at)["Your network"])
    assert {key: state(at)[key][0] for key in link} == link


def test_training_without_readable_files_is_explained(tiny_mnist, no_mnist):
    at = open_page("digits", "en", view="train")
    for file in no_mnist.iterdir():
        file.write_bytes(b"damaged")
    at = train(at)
    assert not failed(at)
    assert warnings(at) == [
        "The training failed: MNIST could not be read, or memory ran out."
    ]
    assert "Train a new network" in buttons(at)
