import argparse
import io
import json
from dataclasses import replace
from functools import partial

import pytest
import torch

from engine import cifar, colour_net, mnist, portraits
from engine.colour_training import Recipe, Training
from engine.patches import same_pictures
from playground import train_colour
from playground.data import cifar_pictures
from tests.playground.trainings import fetched_once, left_and_taken_up, not_fetched


@pytest.fixture(autouse=True)
def small(monkeypatch):
    recipe = partial(Recipe, batch_size=16, kept_out=10)
    monkeypatch.setattr(train_colour, "Recipe", recipe)
    monkeypatch.setenv("PLAYGROUND_DEVICE", "cpu")
    quick = {layer: replace(r, steps=1) for layer, r in portraits.RECIPES.items()}
    monkeypatch.setattr(portraits, "RECIPES", quick)


@pytest.fixture
def data(tmp_path):
    """A made-up CIFAR-10 of fifty grainy pictures, and thirty to test on."""
    directory = tmp_path / "data"
    directory.mkdir()
    generator = torch.Generator().manual_seed(0)

    def write(name, count):
        grain = torch.randint(0, 256, (count, cifar.RECORD), generator=generator)
        grain[:, 0] = torch.arange(count) % 10
        (directory / name).write_bytes(bytes(grain.flatten().tolist()))

    for name in cifar.BATCHES["train"]:
        write(name, 10)
    write("test_batch.bin", 30)
    return directory


def command(*words):
    parser = argparse.ArgumentParser()
    train_colour.add_arguments(parser)
    return train_colour.run(parser.parse_args([str(word) for word in words]))


def test_train_writes_files_that_load_and_belong_together(
    data, tmp_path, monkeypatch, capsys
):
    out = tmp_path / "deep" / "out"
    options = ("--epochs", 2, "--seed", 5, "--precision", "float32")
    assert command("--data", data, "--out", out, *options) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "colour_net.json",
        "colour_net.pt",
        "colour_net_filters.pt",
        "colour_net_patches.json",
        "colour_net_portraits.pt",
    ]
    monkeypatch.setattr(colour_net, "WEIGHTS", out)
    card = colour_net.card()
    assert (card["recipe"]["seed"], card["recipe"]["precision"]) == (5, "float32")
    assert card["test_pictures"] == sum(map(sum, card["test_confusion"])) == 30
    assert set(card) >= {"network", "data", "torch", "date", "kept_out_accuracy"}
    net, found = colour_net.load(), colour_net.checkpoints()
    assert card["parameters"] == sum(p.numel() for p in net.parameters())
    assert torch.equal(found[-1].filters, net.c1.weight)
    tests = cifar_pictures(data, "test")
    assert same_pictures(tests.images, colour_net.brightness())
    patch = colour_net.top_patches()["c3"][7][0]
    said = colour_net.activations(net, tests.images[patch.image].float() / 255)
    assert said["c3"][7, patch.row, patch.column] == pytest.approx(
        patch.score, abs=6e-4
    )
    faces = portraits.load()
    assert torch.equal(faces["c2"][9], portraits.portrait(net, "c2", 9))
    written, told = capsys.readouterr()
    assert written.startswith(f"{out / 'colour_net.pt'}: CIFAR-10 test ")
    assert told == "50 pictures on CPU\n"  # no progress line where nobody watches


def test_train_goes_on_after_ctrl_c_as_if_nothing_had_been(data, tmp_path, capsys):
    folders = left_and_taken_up(
        partial(command, "--data", data, "--epochs", 2),
        Training,
        "colour_net.ckpt",
        tmp_path,
        capsys,
        after=4,  # two batches per epoch: within the second
    )
    for name in ("colour_net.json", "colour_net_patches.json"):
        first, second = (json.loads((out / name).read_text()) for out in folders)
        assert first == second


def test_train_fetches_the_pictures_when_no_data_is_given(data, tmp_path, capsys):
    fetched_once(command, cifar, data, "cifar10", tmp_path)
    assert "Fetching CIFAR-10 (170 MB)" in capsys.readouterr().err


def test_train_says_in_one_line_that_nothing_could_be_fetched(tmp_path, capsys):
    error = mnist.DownloadError("a could not be fetched (b)")
    not_fetched(command, cifar, error, tmp_path)
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "playground train: a could not be fetched (b)"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--data", "nowhere"], "lies in nowhere", id="data"),
        pytest.param(["--epochs", 0], "epochs, batch_size", id="epochs"),
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


def test_train_refuses_checkpoints_of_another_run(data, tmp_path, capsys):
    file = tmp_path / "other.ckpt"
    content = io.BytesIO()
    torch.save({"recipe": {}}, content)
    file.write_bytes(content.getvalue())
    assert command("--data", data, "--out", tmp_path, "--resume", file) == 2
    assert "recipe must be the one begun with" in capsys.readouterr().err
