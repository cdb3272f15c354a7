import argparse
import gzip
import struct
from functools import partial

import pytest
import torch

from engine import mnist, yolo, yolo_training
from engine.mouse_scenes import mouse_scenes
from engine.strokes import drawings
from engine.yolo_training import Recipe, Training
from playground import train_yolo
from tests.playground.trainings import fetched_once, left_and_taken_up


@pytest.fixture(autouse=True)
def small(monkeypatch):
    recipe = partial(Recipe, steps=2, batch_size=4, kept_out=10, precision="float32")
    monkeypatch.setattr(train_yolo, "Recipe", recipe)
    monkeypatch.setattr(train_yolo, "SCENES", 4)
    monkeypatch.setattr(yolo_training, "SAMPLE", 20)
    monkeypatch.setenv("PLAYGROUND_DEVICE", "cpu")


@pytest.fixture
def data(tmp_path):
    """A made-up MNIST of drawn digits: forty to train on, twenty to test."""
    directory = tmp_path / "data"
    directory.mkdir()
    for seed, (stem, count) in enumerate((("train", 40), ("t10k", 20))):
        pairs = list(drawings(count, seed))
        stack = torch.stack([picture for picture, _ in pairs]).float()[:, None]
        small = torch.nn.functional.adaptive_avg_pool2d(stack, 28)[:, 0]
        pixels = bytes(small.to(torch.uint8).flatten().tolist())
        labels = bytes(digit for _, digit in pairs)
        for name, shape, content in (
            ("images-idx3", (count, 28, 28), pixels),
            ("labels-idx1", (count,), labels),
        ):
            head = bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape)
            path = directory / f"{stem}-{name}-ubyte.gz"
            path.write_bytes(gzip.compress(head + content))
    return directory


def command(*words):
    parser = argparse.ArgumentParser()
    train_yolo.add_arguments(parser)
    return train_yolo.run(parser.parse_args([str(word) for word in words]))


def test_train_writes_weights_that_load_and_a_card_that_tells_of_them(
    data, tmp_path, monkeypatch, capsys
):
    out = tmp_path / "deep" / "out"
    assert command("--data", data, "--out", out, "--epochs", 2, "--seed", 5) == 0
    assert sorted(path.name for path in out.iterdir()) == ["yolo.json", "yolo.pt"]
    assert (out / "yolo.pt").stat().st_size <= 2_000_000
    monkeypatch.setattr(yolo, "WEIGHTS", out)
    card, net = yolo.card(), yolo.load()
    assert (card["recipe"]["seed"], card["recipe"]["epochs"]) == (5, 2)
    assert card["parameters"] == sum(p.numel() for p in net.parameters())
    assert card["data"] == "scenes of MNIST, 30 training digits"
    assert len(card["anchors"]) == len(net.anchors)
    for kind in ("kept_out", "mnist_test", "mnist_test_scanned", "mouse_like"):
        assert card[kind]["scenes"] == 4
        assert 0 <= card[kind]["map"] <= 1
    digits = sum(len(s.boxes) for s in mouse_scenes(4, card["test_seed"]))
    assert card["mouse_like"]["digits"] == digits
    written, told = capsys.readouterr()
    assert written.startswith(f"{out / 'yolo.pt'}: mAP of MNIST scenes ")
    assert told == "40 digits on CPU; midlines first\n"


def test_train_goes_on_after_ctrl_c_as_if_nothing_had_been(data, tmp_path, capsys):
    folders = left_and_taken_up(
        partial(command, "--data", data, "--epochs", 2),
        Training,
        "yolo.ckpt",
        tmp_path,
        capsys,
        after=3,  # two batches per epoch: within the second
    )
    first, second = (torch.load(out / "yolo.pt") for out in folders)
    assert all(torch.equal(first[name], second[name]) for name in first)
    first, second = ((out / "yolo.json").read_text() for out in folders)
    assert first == second


def test_train_fetches_the_digits_when_no_data_is_given(data, tmp_path, capsys):
    fetched_once(command, mnist, data, "mnist", tmp_path)
    assert "Fetching MNIST (11 MB)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(("--epochs", 0), "epochs", id="epochs"),
        pytest.param(("--device", "tpu"), "tpu", id="device"),
        pytest.param(("--data", "nowhere"), "missing in nowhere", id="data"),
        pytest.param(("--resume", __file__), "not a checkpoint", id="checkpoint"),
    ],
)
def test_train_says_in_one_line_what_is_wrong(data, tmp_path, capsys, options, message):
    assert command("--data", data, "--out", tmp_path, *options) == 2
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("playground train: ")
    assert message in told
    assert not (tmp_path / "yolo.pt").exists()
