"""What excites a unit, filters off, places covered: the page without a browser."""

import time

import numpy as np
import pytest

from engine import ablation, cifar, colour_net
from engine.cifar import CLASSES
from engine.colour_net import top_patches
from engine.excite import Recipe
from engine.growth import Growth
from engine.saliency import covered
from playground.panels.learned_excite_presets import ABLATE, EXCITE
from playground.photos import colour_photo, squared
from tests.data_sets import data_set
from tests.pages.test_pages import failed, open_page, state
from tests.pages.told import told

CIFAR = data_set("cifar10", cifar.present)
OFF = "2.0.0.20000000000000"  # c1·1 and c4·53
UNITS = {("c1", 1), ("c4", 53)}
RECIPE = Recipe(seed=5, steps=32, jitter=4, smoothness=0.4, aim="map", size=48)


@pytest.fixture
def no_data(monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))


@pytest.fixture(scope="module")
def net():
    return colour_net.load()


@pytest.fixture(scope="module")
def cat():
    return squared(colour_photo("chelsea")).permute(2, 0, 1).float() / 255


def opened(code="en", **link):
    at = open_page("filters", code, **link)
    assert not failed(at)
    return at


def scene(at):
    return told(at)[0]["scene"]


def metrics(at):
    return dict(scene(at)["metrics"])


def texts(at):
    return [x["template"] for x in scene(at)["layers"] if x["kind"] == "text"]


def frames(at):
    """Return the f32 numbers of every frame, [frames, numbers]."""
    header, content = told(at)
    tracks = header["scene"]["tracks"]
    size = sum({"f32": 4, "u8": 1}[track["kind"]] * track["size"] for track in tracks)
    count = sum(track["size"] for track in tracks if track["kind"] == "f32")
    return np.stack(
        [
            np.frombuffer(content, np.float32, count, start)
            for start in range(0, len(content), size)
        ]
    )


def grown(**link):
    """Return the page once the picture has grown; that happens beside the page."""
    at = opened(view="excite", **link)
    until = time.monotonic() + 60
    while metrics(at)["Grown / real"] == "…":
        assert time.monotonic() < until
        time.sleep(0.05)
        at.run()
    return at


@pytest.mark.usefixtures("no_data")
def test_a_picture_grows_and_its_numbers_are_the_engines(net):
    link = {"xlayer": "c3", "xc3": "8", "xsteps": "32", "xseed": "5", "xmapeven": "0.4"}
    at = grown(**link)
    assert {key: state(at)[key][0] for key in link} == link
    growth = Growth(net, "c3", 8, RECIPE)
    shots = list(growth.run())
    found = frames(at)
    assert told(at)[0]["source"]["times"] == [float(shot.step) for shot in shots]
    assert told(at)[0]["source"]["goto"] == 32.0
    assert found[:, 0] == pytest.approx([shot.reached for shot in shots], abs=1e-5)
    assert found[:, 1] == pytest.approx([shot.peak for shot in shots], abs=1e-5)
    best = top_patches()["c3"][8][0].score
    assert found[0, 2] == pytest.approx(best)
    ratio = float(metrics(at)["Grown / real"].removesuffix(" ×"))
    assert ratio == pytest.approx(shots[-1].peak / best, abs=6e-3)


@pytest.mark.usefixtures("no_data")
def test_without_the_data_set_the_nine_are_told_and_the_rest_is_shown():
    at = grown(xlayer="c4", xc4="53", xsteps="32")
    assert any("cifar-10-binary.tar.gz" in info.value for info in at.info)
    assert sum(text.startswith("dog ") for text in texts(at)) == 9
    assert "dog 14" in texts(at)
    assert metrics(at)["Of the nine: dog"] == "9"
    pictures = {
        x["id"]: x["png"] for x in scene(at)["layers"] if x["kind"] == "picture"
    }
    assert len({pictures[f"patch{place}"] for place in range(9)}) == 1  # plain grey
    assert pictures["units"].startswith("data:image/webp;base64,")


if CIFAR is not None:

    def test_the_nine_are_seen_and_framed(monkeypatch):
        monkeypatch.setenv("PLAYGROUND_DATA", str(CIFAR))
        at = grown(xlayer="c4", xc4="53", xsteps="32")
        assert not at.info
        pictures = {
            x["id"]: x["png"] for x in scene(at)["layers"] if x["kind"] == "picture"
        }
        assert len({pictures[f"patch{place}"] for place in range(9)}) == 9
        plain = sum(x["kind"] == "boxes" for x in scene(at)["layers"])
        whole = grown(xlayer="c4", xc4="53", xsteps="32", xwhole="1")
        assert sum(x["kind"] == "boxes" for x in scene(whole)["layers"]) == plain + 18


@pytest.mark.usefixtures("no_data")
def test_a_class_shows_the_filters_that_speak_for_it(net):
    at = opened(view="excite", xlayer="output", xclass="5", xsteps="32")
    best = net.output.weight[5].topk(9)
    numbers = [text.split()[0] for text in texts(at) if text.startswith("C4·")]
    assert numbers == [f"C4·{number}" for number in best.indices.tolist()]
    assert numbers[0] == "C4·53"
    assert set(texts(at)) >= {"truck", "airplane"}


def test_nothing_off_leaves_the_answer_as_it_is(net, cat):
    at = opened(view="ablate")
    before = colour_net.activations(net, cat)["probabilities"]
    said = frames(at)[:, :10]
    assert said == pytest.approx(before.expand(21, -1).numpy(), abs=1e-5)
    assert metrics(at)["Off in C4"] == "0 of 96"
    assert metrics(at)["Answer when off"] == "dog"


def test_filters_of_a_link_are_off(net, cat):
    at = opened(view="ablate", aoff=OFF, alayer="c1")
    after = colour_net.activations(net, cat, UNITS)["probabilities"]
    assert frames(at)[-1, :10] == pytest.approx(after.numpy(), abs=1e-5)
    assert metrics(at)["Off in C1"] == "1 of 24"
    assert metrics(at)["Answer when off"] == CLASSES[int(after.argmax())]
    assert state(at)["aoff"] == (OFF, False)


def test_the_filters_named_are_those_that_move_the_answer_most(net, cat):
    at = opened(view="ablate", alayer="c2")
    before = colour_net.activations(net, cat)["probabilities"]
    top = int(before.argmax())
    change = ablation.alone(net, cat, "c2")[:, top] - before[top]
    order = change.abs().argsort(descending=True)[:5].tolist()
    labels = [b.label for b in at.button if b.label.startswith("C2·")]
    assert labels == [
        f"C2·{unit}  {100 * change[unit]:+.1f}\u202f%".replace("-", "−")
        for unit in order
    ]
    next(b for b in at.button if b.label == labels[0]).click().run()
    assert state(at)["aoff"][0] == f"0.{1 << order[0]:x}.0.0"


def test_buttons_switch_a_layer_off_round_and_on_again():
    at = opened(view="ablate", alayer="c1", aoff=OFF)

    def press(label):
        next(button for button in at.button if button.label == label).click().run()
        assert not failed(at)
        return state(at)["aoff"][0]

    assert press("Turn round") == "fffffd.0.0.20000000000000"
    assert press("All of C1 off") == "ffffff.0.0.20000000000000"
    assert press("All on") == ""


def test_covering_shows_what_every_place_loses(net, cat):
    link = {"asize": "9", "astride": "4", "afill": "black", "aoff": OFF}
    at = opened(view="ablate", ashow="cover", **link)
    assert {key: state(at)[key][0] for key in link} == link

    def answer(pictures):
        *_, output = net.stages(pictures, UNITS)
        return output.value

    said = covered(answer, cat[None], size=9, fill=0.0, stride=4)
    assert frames(at)[:, :10] == pytest.approx(said.flatten(0, 1).numpy(), abs=1e-5)
    before = answer(cat[None])[0].softmax(dim=0)
    top = int(before.argmax())
    losses = before[top] - said[..., top]
    assert told(at)[0]["source"]["goto"] == int(losses.argmax())
    assert metrics(at)["Largest loss"] == f"+{100 * losses.max():.1f}\u202f%"
    assert "2 filters are switched off." in [caption.value for caption in at.caption]


def test_a_place_of_a_link_is_where_the_square_lies():
    at = opened(view="ablate", ashow="cover", astride="2", aat="11.30")
    assert told(at)[0]["source"]["goto"] == 5 * 16 + 14  # rows 11, columns 29: nearest


@pytest.mark.usefixtures("no_data")
def test_without_a_picture_the_page_asks_for_one():
    at = opened(view="ablate", lsource="cifar")
    assert "Choose a picture at the left, and the network looks at it." in [
        info.value for info in at.info
    ]


@pytest.mark.usefixtures("no_data")
@pytest.mark.parametrize("entry", [*EXCITE, *ABLATE], ids=lambda entry: entry.title)
def test_a_preset_sets_what_its_link_would(entry):
    link = {
        key: str(int(value)) if isinstance(value, bool) else str(value)
        for key, value in entry.settings.items()
    }
    at = opened(**link)
    assert not at.warning
    there = {key: text for key, (text, _default) in state(at).items()}
    shown = link.keys() & there.keys()
    assert {key: there[key] for key in shown} == {key: link[key] for key in shown}
    hidden = {"xdeep", "xwhole"} if link.get("xlayer") == "output" else {"aat"}
    assert link.keys() - shown <= hidden
