"""The program of a prediction prints what the detector finds."""

import json
import shutil
import subprocess

import pytest
import torch

from engine import yolo
from engine.mouse_scenes import mouse_scenes
from playground.snippets.yolo_prediction import program
from tests.playground.snippets import reader

SCENES = {seed: next(mouse_scenes(1, seed)).drawing for seed in range(4)}
MANNERS = ((0.5, 0.45), (0.05, 0.2), (0.05, 1.0))  # the lowest score, the largest IoU
CASES = {
    f"scene{seed} {score} {overlap}": (seed, score, overlap)
    for seed in SCENES
    for score, overlap in MANNERS
} | {"empty 0.5 0.45": (None, 0.5, 0.45)}


def drawing(seed):
    return torch.zeros(280, 280).byte() if seed is None else SCENES[seed]


def written(name):
    seed, score, overlap = CASES[name]
    return program(drawing(seed), len(yolo.load().anchors), score, overlap)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """What every program printed, and which of our modules were loaded."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copy(yolo.WEIGHTS / "yolo.pt", folder)
    reader.write(folder, {name: written(name) for name in CASES})
    done = reader.run(folder, "-I")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", CASES)
def test_program_prints_what_is_found(run, name):
    seed, score, overlap = CASES[name]
    found = yolo.detect(drawing(seed), min_score=score, max_overlap=overlap)
    lines = [line.split() for line in run[0][name].splitlines()]
    assert [int(line[0]) for line in lines] == found.labels.tolist()
    printed = torch.tensor([[float(part) for part in line[1:]] for line in lines])
    printed = printed.view(-1, 5)
    assert printed[:, 0] == pytest.approx(found.scores, abs=1e-3)
    assert printed[:, 1:].numpy() == pytest.approx(found.boxes.numpy(), abs=0.1)


def test_the_settings_tell_the_programs_apart(run):
    counts = {name: len(text.splitlines()) for name, text in run[0].items()}
    assert counts["empty 0.5 0.45"] == 0
    for seed in SCENES:
        alike = [counts[f"scene{seed} {score} {most}"] for score, most in MANNERS]
        assert alike[0] <= alike[1] < alike[2]


def test_programs_load_none_of_our_modules(run):
    assert run[1] == []


def test_programs_pass_the_linter():
    done = subprocess.run(
        [*reader.LINTER, "-"],
        input=written("scene0 0.5 0.45"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
