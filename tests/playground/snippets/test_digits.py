"""The page's program runs without us and prints what the page shows."""

import json
import re
import shutil
import subprocess
from dataclasses import fields, replace

import pytest
import torch

from engine import lenet
from engine.ink import ALL_STEPS, Steps, prepare
from engine.strokes import handwritten, render
from playground.snippets.digits import read_drawing, read_mnist
from tests.messages import ROOT
from tests.playground.snippets import reader

# Two digits on top of each other: undecided, so that every step changes the answer.
DRAWING = render((*handwritten(8, seed=1), *handwritten(0, seed=101)))
ODD = render(handwritten(4, seed=8))[60:, :201]  # neither square nor whole
MNIST = prepare(render(handwritten(2, seed=1)))[0, 0, 2:-2, 2:-2]
MNIST = ((MNIST + 0.1) / 1.275 * 255).round().to(torch.uint8)
NAMES = [field.name for field in fields(Steps)]
SETTINGS = {"all on": ALL_STEPS, "all off": Steps(*[False] * len(NAMES))}
SETTINGS |= {f"no {name}": replace(ALL_STEPS, **{name: False}) for name in NAMES}
CASES = {f"{name}, relu": (DRAWING, on, "relu") for name, on in SETTINGS.items()}
CASES |= {
    "all on, tanh": (DRAWING, ALL_STEPS, "tanh"),
    "all off, tanh": (DRAWING, SETTINGS["all off"], "tanh"),
    "odd size": (ODD, ALL_STEPS, "relu"),
    "odd size, all off": (ODD, SETTINGS["all off"], "relu"),
}
PROGRAMS = {name: read_drawing(*case) for name, case in CASES.items()}
PROGRAMS |= {f"MNIST, {net}": read_mnist(MNIST, net) for net in lenet.VARIANTS}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """What every program printed, and which of our modules were loaded."""
    folder = tmp_path_factory.mktemp("reader")
    for variant in lenet.VARIANTS:
        shutil.copy(lenet.WEIGHTS / f"lenet_{variant}.pt", folder)
    reader.write(folder, PROGRAMS)
    done = reader.run(folder, "-I")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


def expected(name):
    """What the page shows: the engine's answer to the same settings."""
    if name.startswith("MNIST"):
        net = lenet.load(name.rpartition(" ")[2])
        return net(lenet.from_mnist(MNIST[None]))[0].softmax(dim=0)
    drawing, steps, variant = CASES[name]
    return lenet.classify(drawing, net=lenet.load(variant), steps=steps)


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_prints_the_probabilities_of_the_page(run, name):
    lines = [line.split() for line in run[0][name].splitlines()]
    assert [digit for digit, _probability in lines] == list("0123456789")
    printed = torch.tensor([float(probability) for _digit, probability in lines])
    assert all(re.fullmatch(r"\d\.\d{4}", probability) for _digit, probability in lines)
    assert (printed - expected(name)).abs().max() <= 0.5e-4 + 1e-5


def test_programs_load_none_of_our_modules(run):
    assert run[1] == []


def test_settings_tell_the_programs_apart():
    """Else the test above could not see a program that ignores its settings."""
    answers = torch.stack([expected(f"{name}, relu") for name in SETTINGS])
    away = (answers[:, None] - answers).abs().amax(dim=2)
    assert away.fill_diagonal_(1).min() > 0.1


def test_programs_pass_the_linter():
    for name, program in PROGRAMS.items():
        done = subprocess.run(
            [*reader.LINTER, "--line-length", "88", "--select", "E,F", "-"],
            input=program,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{name}: {done.stdout}"


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_names_nothing_of_ours(name):
    program = PROGRAMS[name]
    assert str(ROOT) not in program
    assert not re.search(r"\b(engine|playground)\b", program)
    assert re.findall(r'"([^"\n]*\.pt)"', program) == [
        f"lenet_{'tanh' if name.endswith('tanh') else 'relu'}.pt"
    ]


def test_program_leaves_out_the_steps_that_are_off():
    for name, comment in {
        "crop": "# Crop",
        "normalise": "# Background",
        "pad": "# Two pixels",
        "centre": "# The centre of mass",
    }.items():
        assert comment in PROGRAMS["all on, relu"]
        assert comment not in PROGRAMS[f"no {name}, relu"]
