"""The programs of learned filters run without us and print what the page shows."""

import contextlib
import io
import re
import runpy
import shutil
import subprocess
import sys

import pytest
import torch

from engine import colour_net, lenet, lenet_history
from engine.colour_net import WEIGHTS
from engine.ink import to_input_range
from playground.figures.learned_film import likeness
from playground.snippets import learned

LINTER = (sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "-")
NETS = ("colour", "relu", "tanh")


def levels(net):
    generator = torch.Generator().manual_seed(3)
    size = (32, 32, 3 if net == "colour" else 1)
    return torch.randint(0, 256, size, generator=generator).to(torch.uint8)


def numbers(program, folder, monkeypatch, file):
    """Run a program beside its file; return all numbers it prints."""
    shutil.copy(WEIGHTS / file, folder)
    monkeypatch.chdir(folder)
    (folder / "program.py").write_text(program, "utf-8")
    with contextlib.redirect_stdout(io.StringIO()) as output:
        runpy.run_path("program.py", run_name="__main__")
    return output.getvalue()


def floats(text):
    return [float(found) for found in re.findall(r"-?\d+\.\d+", text)]


def said(net):
    """Return every layer's values, the sums before ReLU or tanh, and the answer."""
    planes = levels(net).permute(2, 0, 1).float()
    if net == "colour":
        network = colour_net.load()
        found = colour_net.activations(network, planes / 255)
        stages = network.stages(planes[None] / 255)
        sums = {stage.name: stage.total[0] for stage in stages}
        return found, sums, found["probabilities"]
    network = lenet.load(net)
    picture = to_input_range(planes)[None]
    found = {k: v[0] for k, v in lenet.activations(network, picture).items()}
    sums = {
        "c1": network.c1(picture)[0],
        "c3": network.c3(found["s2"][None])[0],
    }
    return found, sums, found["output"].softmax(dim=0)


@pytest.mark.parametrize(
    ("net", "unit", "moment"),
    [("colour", ("c1", 3), 6), ("relu", ("c1", 5), 0), ("tanh", ("c3", 9), 36)],
)
def test_the_program_of_a_training(net, unit, moment, tmp_path, monkeypatch):
    layer, number = unit
    if net == "colour":
        kept = colour_net.checkpoints()
        now, end = (one.filters[number] for one in (kept[moment], kept[-1]))
    else:
        kept = lenet_history.checkpoints(net)
        both = kept[moment], kept[-1]
        now, end = (one.weights[f"{layer}.weight"][number] for one in both)
    program = learned.training(net, unit, moment, len(kept))
    file = learned.filters_file(net)
    printed = floats(numbers(program, tmp_path, monkeypatch, file))
    size = now.abs().max().item(), now.norm().item()
    expected = kept[moment].epoch, kept[moment].accuracy, *size, likeness(now, end)
    assert printed == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("net", "unit", "cell"),
    [
        ("colour", ("c1", 7), (0, 31)),
        ("colour", ("p2", 40), (3, 2)),
        ("colour", ("c4", 95), (7, 7)),
        ("relu", ("c3", 15), (9, 0)),
        ("tanh", ("s4", 2), (4, 4)),
    ],
)
@torch.no_grad()
def test_the_program_of_a_map(net, unit, cell, tmp_path, monkeypatch):
    (layer, number), (found, sums, shares) = unit, said(net)
    program = learned.one_map(net, levels(net), unit, cell)
    file = learned.weights_file(net)
    printed = floats(numbers(program, tmp_path, monkeypatch, file))
    values = found[layer][number]
    expected = [values[cell].item(), values.max().item()]
    if layer.startswith("c"):
        expected.insert(0, sums[layer][number][cell].item())
    expected += shares.topk(3).values.tolist()
    assert printed == pytest.approx(expected, abs=2e-4)


@pytest.mark.parametrize("net", NETS)
@torch.no_grad()
def test_the_program_of_all_maps(net, tmp_path, monkeypatch):
    found, _sums, shares = said(net)
    program = learned.all_maps(net, levels(net))
    file = learned.weights_file(net)
    text = numbers(program, tmp_path, monkeypatch, file)
    tops = {
        name: float(top)
        for name, top in re.findall(r"^(\w\d) .* top (-?[\d.]+)$", text, re.MULTILINE)
    }
    maps = {name: value for name, value in found.items() if value.dim() == 3}
    assert tops == pytest.approx({k: v.max().item() for k, v in maps.items()}, abs=2e-4)
    quiet = [int(count) for count in re.findall(r", (\d+) maps are 0", text)]
    silent = [(v.abs().amax(dim=(1, 2)) == 0).sum() for v in maps.values()]
    assert quiet == silent
    first = int(re.search(r"class (\d): ", text).group(1))
    assert first == shares.argmax()


def test_programs_are_clean_python():
    programs = [
        learned.training("relu", ("c3", 4), 2, 37),
        learned.all_maps("colour", levels("colour")),
        learned.one_map("tanh", levels("tanh"), ("c1", 0), (1, 2)),
    ]
    for program in programs:
        assert "engine" not in program
        assert "playground" not in program
        done = subprocess.run(
            LINTER, input=program, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
        assert max(map(len, program.splitlines())) <= 88
