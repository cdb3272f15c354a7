import argparse
import gzip
import json
import struct
from functools import partial

import pytest
import torch

from engine import lenet, lenet_history, mnist
from engine.lenet_training import Training
from playground import train
from tests.playground.trainings import fetched_once, left_and_taken_up, not_fetched


@pytest.fixture(autouse=True)
def few_drawings(monkeypatch):
    monkeypatch.setattr(train, "DRAWN", 10)
    monkeypatch.setenv("PLAYGROUND_DEVICE", "cpu")


@pytest.fixture
def data(tmp_path):
    """A made-up MNIST of 150 grainy pictures for training and for testing."""
    directory = tmp_path / "data"
    directory.mkdir()
    generator = torch.Generator().manual_seed(0)
    grain = torch.randint(0, 256, (150, 784), generator=generator)
    images = struct.pack(">4I", 2051, 150, 28, 28) + bytes(grain.flatten().tolist())
    labels = struct.pack(">2I", 2049, 150) + bytes(i % 10 for i in range(150))
    for stem in ("train", "t10k"):
        for kind, content in (("images-idx3", images), ("labels-idx1", labels)):
            (directory / f"{stem}-{kind}-ubyte.gz").write_bytes(gzip.compress(content))
    return directory


def command(*words):
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    return train.run(parser.parse_args([str(word) for word in words]))


def test_train_writes_weights_that_load_and_a_card(data, tmp_path, monkeypatch, capsys):
    out = tmp_path / "deep" / "out"
    options = ("--epochs", 2, "--variant", "tanh", "--seed", 5)
    assert command("--data", data, "--out", out, *options) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "lenet_tanh.json",
        "lenet_tanh.pt",
        "lenet_tanh_filters.pt",
    ]
    monkeypatch.setattr(lenet, "WEIGHTS", out)
    assert lenet.load("tanh").variant == "tanh"
    epochs = [kept.epoch for kept in lenet_history.checkpoints("tanh")]
    assert epochs == [0.0, 1.0, 2.0]  # two batches each: none is looked at early
    card = lenet.card("tanh")
    assert card == json.loads((out / "lenet_tanh.json").read_text())
    assert card["recipe"]["seed"] == 5
    assert card["recipe"]["epochs"] == 2
    assert card["parameters"] == 61_706
    assert card["test_pictures"] == 150
    assert sum(map(sum, card["test_confusion"])) == 150
    assert card["drawn_pictures"] == 10
    assert set(card) >= {"data", "torch", "date", "drawn_seed", "drawn_accuracy"}
    written, told = capsys.readouterr()
    assert written.startswith(f"{out / 'lenet_tanh.pt'}: MNIST test ")
    assert told == "150 pictures on CPU\n"  # no progress line where nobody watches


def test_train_draws_its_progress_on_a_terminal(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(train.sys.stderr, "isatty", lambda: True)
    assert command("--data", data, "--out", tmp_path, "--epochs", 1) == 0
    told = capsys.readouterr().err
    assert "\r[" in told
    assert "100%  epoch 1  loss " in told
    assert told.endswith("\n")


def test_train_goes_on_after_ctrl_c_as_if_nothing_had_been(data, tmp_path, capsys):
    folders = left_and_taken_up(
        partial(command, "--data", data, "--epochs", 3),
        Training,
        "lenet_relu.ckpt",
        tmp_path,
        capsys,
        after=4,  # within the second epoch of two batches each
    )
    first, second = (
        torch.load(out / "lenet_relu.pt", weights_only=True) for out in folders
    )
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_train_fetches_mnist_into_the_cache_when_no_data_is_given(
    data, tmp_path, capsys
):
    fetched_once(command, mnist, data, "mnist", tmp_path)
    assert "Fetching MNIST (11 MB)" in capsys.readouterr().err


def test_train_says_in_one_line_that_nothing_could_be_fetched(tmp_path, capsys):
    error = mnist.DownloadError("a could not be fetched (b: c)")
    not_fetched(command, mnist, error, tmp_path)
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "playground train: a could not be fetched (b: c)"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--data", "nowhere"], "is missing in nowhere", id="data"),
        pytest.param(["--epochs", 0], "epochs and batch_size", id="epochs"),
        pytest.param(["--device", "abacus"], "got abacus", id="device"),
        pytest.param(["--resume", "none.ckpt"], "none.ckpt", id="no checkpoint"),
        pytest.param(["--resume", __file__], "is not a checkpoint", id="not one"),
    ],
)
def test_train_tells_errors_in_one_line(data, tmp_path, capsys, options, message):
    assert command("--data", data, "--out", tmp_path / "out", *options) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("playground train: ")
    assert message in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [[1, 2], {"recipe": {}}], ids=["list", "recipe"])
def test_train_refuses_checkpoints_of_another_kind(data, tmp_path, capsys, content):
    file = tmp_path / "other.ckpt"
    torch.save(content, file)
    assert command("--data", data, "--out", tmp_path, "--resume", file) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
