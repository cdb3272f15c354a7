"""Programs about the colour network run without us and print what the page shows."""

import json
import re
import shutil
import warnings

import pytest
import torch
from PIL import Image

from engine import colour_net
from engine.ablation import alone, faded
from engine.cifar import CLASSES
from engine.excite import Recipe
from engine.growth import Growth
from engine.saliency import covered
from playground.snippets import ablate, excite
from playground.snippets.colour_net import FILE
from tests.playground.snippets import reader

GROWN = {
    "cell": ("c1", 3, Recipe(steps=12, jitter=0, smoothness=0.1, aim="cell", size=16)),
    "map": ("c4", 53, Recipe(seed=7, steps=10, size=48)),
    "rough": ("c3", 95, Recipe(steps=9, jitter=8, smoothness=0.0, size=48)),
    "class": ("output", 5, Recipe(steps=8, smoothness=1.0)),
}
OFF = {"none": [], "one": [("c4", 53)], "several": [("c1", 1), ("c2", 0), ("c2", 47)]}
COVERED = {"fine": ([], (5, 4, 0.5)), "white": ([("c3", 9)], (9, 2, 1.0))}
PROGRAMS = {f"grown {name}": excite.program(*case) for name, case in GROWN.items()}
PROGRAMS |= {
    f"off {name}": ablate.switched(off, "c2" if off else "c4")
    for name, off in OFF.items()
}
PROGRAMS |= {f"cover {name}": ablate.covered(*case) for name, case in COVERED.items()}


@pytest.fixture(scope="module")
def net():
    return colour_net.load()


@pytest.fixture(scope="module")
def levels():
    return torch.randint(
        0, 256, (32, 32, 3), generator=torch.Generator().manual_seed(3)
    ).byte()


@pytest.fixture(scope="module")
def run(tmp_path_factory, levels):
    """What every program printed, and which of our modules were loaded."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copy(colour_net.WEIGHTS / FILE, folder)
    Image.fromarray(levels.numpy()).save(folder / ablate.PICTURE)
    reader.write(folder, PROGRAMS)
    done = reader.run(folder, env={"OMP_NUM_THREADS": "1", "PATH": "/usr/bin"})
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


def numbers(text):
    return [float(found) for found in re.findall(r"[-+]?\d+\.\d{4}\b", text)]


def test_programs_need_none_of_our_modules(run):
    assert run[1] == []


@pytest.mark.parametrize("name", GROWN)
def test_growing_prints_what_the_page_shows(run, net, name):
    layer, unit, recipe = GROWN[name]
    growth = Growth(net, layer, unit, recipe)
    *_, last = growth.run()
    assert numbers(run[0][f"grown {name}"]) == pytest.approx(
        [last.reached, last.peak], rel=2e-3, abs=2e-3
    )


@pytest.mark.parametrize("name", OFF)
def test_switching_prints_what_the_page_shows(run, net, levels, name):
    off, layer = OFF[name], "c2" if OFF[name] else "c4"
    picture = levels.permute(2, 0, 1).float() / 255
    before, now = faded(net, picture, off, torch.tensor([0.0, 1.0]))
    top = int(before.argmax())
    change = alone(net, picture, layer, off)[:, top] - now[top]
    text = run[0][f"off {name}"]
    assert numbers(text)[:3] == pytest.approx(
        [before[top].item(), now[top].item(), now.max().item()], abs=1e-4
    )
    assert f"answer then: {CLASSES[int(now.argmax())]}" in text
    largest = change[change.abs().argsort(descending=True)[:5]].tolist()
    assert numbers(text)[3:] == pytest.approx(largest, abs=2e-4)


@pytest.mark.parametrize("name", COVERED)
def test_covering_prints_what_the_page_shows(run, net, levels, name):
    off, (size, stride, fill) = COVERED[name]
    picture = levels.permute(2, 0, 1).float()[None] / 255

    def answer(pictures):
        *_, output = net.stages(pictures, off)
        return output.value

    before = answer(picture)[0].softmax(dim=0)
    top = int(before.argmax())
    said = covered(answer, picture, size=size, fill=fill, stride=stride)
    losses = before[top] - said[..., top]
    assert numbers(run[0][f"cover {name}"]) == pytest.approx(
        [before[top].item(), losses.max().item()], abs=1e-4
    )
    row, column = divmod(int(losses.argmax()), losses.shape[1])
    place = f"({stride // 2 + stride * row}, {stride // 2 + stride * column})"
    assert place in run[0][f"cover {name}"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_are_tidy(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile(PROGRAMS[name], name, "exec")
    lines = PROGRAMS[name].splitlines()
    listed = [line for line in lines if not line.startswith("off =")]
    assert max(map(len, listed)) <= 88
    assert not any(line != line.rstrip() for line in lines)
