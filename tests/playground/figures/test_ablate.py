"""The stages of switching filters off and of covering places."""

import math
import struct

import numpy as np
import pytest
import torch

from playground import theme
from playground.figures import ablate, occlusion
from playground.figures.ablate_bars import NAMES, NUMBERS, bar_frame
from playground.figures.ablate_influence import influence
from playground.figures.filters_paint import SIGNS

NAMED = tuple("abcdefghij")


def said(*tops):
    """Return probabilities [N, 10], the class given on top."""
    rows = torch.full((len(tops), 10), 0.05)
    for row, top in zip(rows, tops, strict=True):
        row[top] = 0.55
    return rows


def switched(count=96, off=(), named=None, rows=None):
    maps = torch.rand(count, 8, 8, generator=torch.Generator().manual_seed(1))
    rows = said(3, 3, 5) if rows is None else rows
    return ablate.Exhibit(ablate.address(BLANK), maps, off, named or {}, rows, NAMED)


BLANK = np.zeros((1, 1, 4), dtype=np.uint8)
WORDS = ablate.Words("picture", "grid", "bars", "{time:int}", "")


def covering(losses, stride=2):
    before = said(3)[0]
    rows = before.expand(*losses.shape, 10).clone()
    rows[..., 3] -= losses
    return occlusion.Exhibit(
        ablate.address(BLANK), before, rows, 3, NAMED, size=7, stride=stride
    )


@pytest.mark.parametrize("count", ablate.COLUMNS)
def test_a_click_finds_the_map_under_it(count):
    across = ablate.COLUMNS[count]
    down = math.ceil(count / across)
    for unit in range(count):
        row, column = divmod(unit, across)
        assert ablate.map_at(count, column + 0.5, down - row - 0.5) == unit
    assert ablate.map_at(count, 1e6, -1e6) == count - 1


@pytest.mark.parametrize("count", ablate.COLUMNS)
def test_maps_lie_in_rows_and_those_off_are_crossed(count):
    shown = switched(count)
    plain = ablate.maps_sheet(shown.maps, ())
    crossed = ablate.maps_sheet(shown.maps, {count - 1})
    row, column = divmod(count - 1, ablate.COLUMNS[count])
    step = ablate.PIXELS + ablate.GAP
    place = (
        slice(row * step, row * step + 32),
        slice(column * step, column * step + 32),
    )
    ink = theme.rgb(theme.OUTLINE)[0]
    assert (crossed[place][5, 5, :3] == ink).all()
    assert (crossed[place][5, 26, :3] == ink).all()
    assert (crossed[place][..., :3] != plain[place][..., :3]).any(axis=2).mean() > 0.9
    rest = np.ones(plain.shape[:2], dtype=bool)
    rest[place] = False
    assert (crossed[rest] == plain[rest]).all()


def test_maps_share_one_scale():
    maps = torch.zeros(24, 8, 8)
    maps[2, 0, 0], maps[7, 0, 0] = 4.0, 2.0
    sheet = ablate.maps_sheet(maps, ())
    step = ablate.PIXELS + ablate.GAP
    assert (sheet[0, 2 * step, :3] == ablate.LIGHTS[255]).all()
    assert (sheet[step, 2 * step, :3] == ablate.LIGHTS[128]).all()
    assert (
        ablate.maps_sheet(torch.zeros(24, 8, 8), ())[0, 0, :3] == ablate.LIGHTS[0]
    ).all()


def test_frames_fade_from_0_to_100_percent():
    rows = said(3, 4, 5)
    tape, times = ablate.frames(rows)
    assert times == [0.0, 50.0, 100.0]
    shown = ablate.scene(switched(rows=rows), WORDS, ())
    assert {len(frame) for frame in tape} == {shown.frame_bytes}
    assert struct.unpack_from("<10f", tape[1])[4] == pytest.approx(0.55)


def test_bars_are_as_long_as_their_probability():
    box = (0.0, 0.0, NAMES + NUMBERS + 200.0, 400.0)
    numbers = struct.unpack("<50f", bar_frame(said(2)[0], box))
    x1, y1, x2, y2 = numbers[10 + 8 : 10 + 12]
    assert (x1, x2) == (0.0, pytest.approx(0.55))
    assert 80 < 200 * y1 < 200 * y2 < 120  # the third row of forty pixels


@pytest.mark.parametrize(("last", "rival"), [(5, 5), (3, 0)])
def test_curve_shows_the_first_answer_and_its_rival(last, rival):
    rows = said(3, last)
    rows[0, 0] = 0.06
    shown = ablate.scene(switched(rows=rows), WORDS, ())
    (curve,) = [layer for layer in shown.layers if layer.kind == "curve"]
    assert [series.index for series in curve.series] == [3, rival]
    assert curve.series[0].dash != curve.series[1].dash


def test_named_maps_are_framed_by_colour_and_dash():
    shown = ablate.scene(switched(named={12: False, 95: True}), WORDS, ())
    frames = [x for x in shown.layers if x.kind == "boxes" and not x.track]
    looks = [(frame.colors[0], frame.dash[0]) for frame in frames]
    assert looks == [
        ("paper", False),
        ("negative", False),
        ("paper", False),
        ("positive", True),
    ]


def test_influence_is_signed_by_colour_and_direction():
    figure = influence(torch.tensor([0.25, -0.5]), names=("Filter", "cat"))
    assert list(figure.data[0].y) == [25.0, -50.0]
    assert list(figure.data[0].marker.color) == [theme.POSITIVE, theme.NEGATIVE]


@pytest.mark.parametrize(("stride", "count"), [(1, 32), (2, 16), (4, 8)])
def test_places_cover_the_picture_evenly(stride, count):
    centres = [occlusion.centre(place, stride) for place in range(count)]
    assert 0 <= centres[0] < stride
    assert 32 - stride <= centres[-1] < 32
    for place, pixel in enumerate(centres):
        assert occlusion.nearest(pixel, stride, count) == place
    assert occlusion.nearest(31, stride, count) == count - 1
    assert occlusion.nearest(-5, stride, count) == 0


def test_square_and_cell_of_a_frame_stay_in_the_picture():
    shown = covering(torch.zeros(16, 16))
    tape, times = occlusion.frames(shown)
    assert times == [float(at) for at in range(256)]
    words = occlusion.Words("p", "m", "b", "l", "m", "{time}", "")
    assert {len(frame) for frame in tape} == {
        occlusion.scene(shown, words, ()).frame_bytes
    }
    corner = struct.unpack("<8f", tape[0][-32:])
    assert corner == (0.0, 0.0, 5.0, 5.0, 0.0, 0.0, 2.0, 2.0)
    inner = struct.unpack("<8f", tape[16 * 5 + 3][-32:])
    assert inner == (4.0, 8.0, 11.0, 15.0, 6.0, 10.0, 8.0, 12.0)


def test_losses_are_blue_and_gains_orange():
    losses = torch.zeros(16, 16)
    losses[0, 0], losses[0, 1] = 0.4, -0.2
    painted, peak = occlusion.loss_map(covering(losses).losses)
    assert peak == pytest.approx(0.4)
    assert (painted.rgb()[0, 0] == SIGNS[255]).all()
    assert painted.pixels[0, 1] == 64
    assert painted.pixels[5, 5] in (127, 128)
