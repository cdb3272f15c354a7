"""The stage of "What excites a unit": the strip, the nine, the tape."""

import math
import struct

import pytest
import torch

from engine.excite import Recipe
from engine.growth import Snapshot
from playground.figures.excite import (
    CLEAR,
    COLUMNS,
    HEIGHT,
    WIDTH,
    Exhibit,
    Patch,
    Words,
    frames,
    picture,
    scene,
    strip,
    unit_at,
)
from playground.figures.excite_still import still
from playground.figures.excite_tex import climb_formula

WORDS = Words("nine", "grown", "peak", "best", "step {time:int}", "")


def shot(step, peak, side=16):
    return Snapshot(step, torch.full((3, side, side), 0.5), peak / 2, peak)


def exhibit(count, *, best=2.0, names=(), peaks=(1.0, 3.9)):
    patches = tuple(Patch(CLEAR, f"p{place}") for place in range(9))
    shots = [shot(16 * at, peak) for at, peak in enumerate(peaks)]
    return Exhibit(CLEAR, count, names, 5, patches, shots, best)


def layers(shown, kind):
    return [layer for layer in scene(shown, WORDS, ()).layers if layer.kind == kind]


@pytest.mark.parametrize("count", COLUMNS)
def test_strip_has_every_unit_in_its_place(count):
    units = torch.arange(count).byte()[:, None, None, None].expand(-1, 3, 18, 18)
    pixels = strip(units)
    step = 19
    for unit in range(count):
        row, column = divmod(unit, COLUMNS[count])
        y, x = row * step, column * step
        assert (pixels[y : y + 18, x : x + 18, :3] == unit).all()
        assert (pixels[y : y + 18, x : x + 18, 3] == 255).all()
    assert (pixels[:, 18, 3] == 0).all()  # between the first and the second


@pytest.mark.parametrize("count", COLUMNS)
def test_a_click_finds_the_unit_under_it(count):
    across = COLUMNS[count]
    down = math.ceil(count / across)
    for unit in range(count):
        row, column = divmod(unit, across)
        assert unit_at(count, column + 0.5, down - row - 0.5) == unit
    assert unit_at(count, 1e6, -1e6) == count - 1
    assert unit_at(count, -1.0, 1e6) == 0


@pytest.mark.parametrize(("count", "names"), [(24, ()), (96, ()), (10, ("x",) * 10)])
def test_everything_lies_on_the_stage(count, names):
    shown = scene(exhibit(count, names=names), WORDS, ())
    for layer in shown.layers:
        if layer.kind in ("picture", "field", "curve"):
            x, y, wide, high = layer.box
            assert x >= 0
            assert y >= 0
            assert x + wide <= WIDTH + 3
            assert y + high <= HEIGHT
    captions = [layer.template for layer in shown.layers if layer.kind == "text"]
    assert set(captions) >= {f"p{place}" for place in range(9)}


def test_frames_hold_numbers_and_pixels():
    shots = [shot(0, 1.0), shot(4, 3.0)]
    tape = frames(shots, 2.5)
    assert struct.unpack_from("<fff", tape[1]) == (1.5, 3.0, 2.5)
    assert len(tape[0]) == scene(exhibit(24), WORDS, ()).frame_bytes
    assert set(tape[0][12:]) == {128}
    assert math.isnan(struct.unpack_from("<fff", frames(shots, None)[0])[2])


def test_curve_ends_above_all_it_shows():
    (curve,) = layers(exhibit(24), "curve")
    assert curve.span == (0.0, 4.0)
    assert [series.dash for series in curve.series] == [False, True]
    (curve,) = layers(exhibit(24, best=14.34, peaks=(0.1, math.nan)), "curve")
    assert curve.span == (0.0, 15.0)
    (curve,) = layers(exhibit(10, best=None, peaks=(-3.0, -2.0)), "curve")
    assert curve.span[1] == pytest.approx(0.11)
    assert len(curve.series) == 1


def test_a_whole_picture_has_its_window_framed():
    shown = exhibit(24)
    plain = len(layers(shown, "boxes"))
    framed = Patch(CLEAR, "p", (1.0, 2.0, 8.0, 9.0))
    seen = Exhibit(CLEAR, 24, (), 0, (framed,) * 9, shown.shots, 1.0)
    assert len(layers(seen, "boxes")) == plain + 18


def test_picture_is_a_png_address():
    assert picture(torch.full((3, 5, 5), 0.3)).startswith("data:image/png;base64,")


def test_still_has_the_best_real_one_dashed():
    words = {"step": "s", "peak": "p", "best_name": "b"}
    shots = [shot(0, 1.0), shot(4, 3.0)]
    figure = still(shots, 2.0, **words)
    assert list(figure.data[0].y) == [1.0, 3.0]
    assert list(figure.data[1].y) == [2.0, 2.0]
    assert figure.data[1].line.dash == "dash"
    assert len(still(shots, None, **words).data) == 1


def test_formula_holds_the_numbers():
    text = climb_formula("c3", 8, Recipe(smoothness=0.25))
    assert r"\overline{z^{(C3)}_{8}}" in text
    assert "0.75\\,x + 0.25" in text
    assert "shift" in text
    rough = climb_formula("c3", 8, Recipe(smoothness=0.0, jitter=0, aim="cell"))
    assert r"\tilde" not in rough
    assert "shift" not in rough
    assert "z_{4}" in climb_formula("output", 4, Recipe())
    assert text.count("{") == text.count("}")
