"""The program of the filters page runs without us and prints what is on screen."""

import contextlib
import io
import re

import pytest
import torch

from engine.filters import Filter
from engine.responses import Setting, angles, noisy, respond, slopes
from engine.strokes import handwritten, render
from playground.figures.filters_paint import grey
from playground.photos import PHOTOS, SIDE, grey_photo
from playground.snippets import filters as snippet

CASES = {
    "sobel": Setting(Filter("sobel")),
    "scharr y, turned": Setting(Filter("scharr", axis="y"), "reflect", True),
    "prewitt": Setting(Filter("prewitt"), "zeros"),
    "laplacian": Setting(Filter("laplacian", neighbours=8)),
    "log": Setting(Filter("log", sigma=1.4)),
    "gabor": Setting(Filter("gabor", angle=35.0, wavelength=7.5), "reflect"),
    "identity": Setting(Filter("identity")),
    "box": Setting(Filter("box", size=15)),
    "gaussian": Setting(Filter("gaussian", sigma=2.3), "zeros"),
    "sharpen": Setting(Filter("sharpen", amount=1.25)),
    "emboss, turned": Setting(Filter("emboss", angle=45.0), flip=True),
    "custom": Setting(Filter("custom", weights=((0.5, -1.0, 2.25),)), flip=True),
}
NUMBER = r"(-?\d+(?:\.\d+)?)"


def printed(program):
    """Run a program; return the numbers it prints, line by line."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "filters.py", "exec"), {"__name__": "__main__"})
    return [
        [float(n) for n in re.findall(NUMBER, line)]
        for line in out.getvalue().splitlines()
    ]


def check(lines, levels, setting, place):
    response = respond(levels, setting.weights, setting.border)
    ((total,), (row, column, there), (low, high), *rest) = lines
    assert total == pytest.approx(setting.weights.sum().item(), abs=1e-6)
    assert (row, column) == place
    shown = response[place].item(), response.min().item(), response.max().item()
    assert (there, low, high) == pytest.approx(shown, abs=0.01, rel=1e-5)
    along, down = (part[place] for part in slopes(levels, setting))
    ((right, downwards, angle),) = rest
    assert (right, downwards) == pytest.approx(
        (along.item(), down.item()), abs=0.01, rel=1e-4
    )
    assert angle == pytest.approx(angles(along, down).item(), abs=0.1)


@pytest.mark.parametrize("setting", CASES.values(), ids=CASES)
def test_a_drawing_gives_the_numbers_shown(setting):
    levels = render(handwritten(8, seed=14))
    opening = snippet.opening_drawing("A filter", levels)
    place = (181, 242)
    program = snippet.program(opening, setting, place, noise=20, steep=True)
    check(printed(program), noisy(levels, 20), setting, place)


def test_a_photo_gives_the_numbers_shown():
    setting, place = CASES["sobel"], (181, 242)
    photo = PHOTOS["coffee"]  # larger than 512 pixels
    opening = snippet.opening_photo("Sobel", photo.file, photo.credit, SIDE)
    program = snippet.program(opening, setting, place, noise=0, steep=True)
    check(printed(program), grey_photo("coffee"), setting, place)


def test_an_own_picture_is_read_from_the_file_beside_it(tmp_path, monkeypatch):
    generator = torch.Generator().manual_seed(3)
    levels = torch.randint(0, 256, (40, 50), generator=generator).to(torch.uint8)
    (tmp_path / "picture.png").write_bytes(grey(levels).png())
    monkeypatch.chdir(tmp_path)
    setting, place = CASES["log"], (7, 9)
    program = snippet.program(
        snippet.opening_file("LoG"), setting, place, noise=5, steep=True
    )
    check(printed(program), noisy(levels, 5), setting, place)


def test_slopes_are_left_out_where_none_are_shown():
    opening = snippet.opening_file("LoG")
    plain = snippet.program(opening, CASES["log"], (7, 9), noise=0, steep=False)
    assert "atan2" not in plain
    assert "noise" not in plain
