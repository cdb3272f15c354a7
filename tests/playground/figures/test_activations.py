import math

import numpy as np
import pytest
import torch

from engine.activations import ACTIVATIONS
from engine.forms import Form, flat, function
from playground.figures.activations import (
    REACHES,
    Chosen,
    Words,
    frames,
    scene,
    slope_span,
    still,
    times,
    value_span,
)

WORDS = Words(value="g(z)", slope="g′(z)", shaded="grey", spoken="z is {time}")


def chosen(*names, reach=6):
    return Chosen(tuple(map(Form, names)), names, reach)


def layers(what, kind):
    return [layer for layer in scene(what, WORDS).layers if layer.kind == kind]


@pytest.mark.parametrize("reach", REACHES)
def test_the_tape_goes_from_end_to_end_in_equal_steps_through_zero(reach):
    z = times(reach)
    assert (z[0], z[-1]) == (-reach, reach)
    assert 0.0 in z
    assert np.diff(z) == pytest.approx(REACHES[reach][0])
    for tenth in range(-10 * reach, 10 * reach + 1):
        assert round(tenth / 10, 4) in z  # the control's steps


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_frames_hold_value_and_slope(name, reach):
    what = chosen("tanh", name, reach=reach)
    film = np.stack([np.frombuffer(frame, "<f4") for frame in frames(what)])
    assert film.shape == (len(times(reach)), 4)
    assert len(frames(what)[0]) == scene(what, WORDS).frame_bytes
    z = torch.tensor(times(reach), dtype=torch.float64)
    values, slopes = function(Form(name)).value(z), function(Form(name)).derivative(z)
    assert film[:, 1] == pytest.approx(values.numpy(), rel=1e-6, abs=1e-7)
    assert film[:, 3] == pytest.approx(slopes.numpy(), rel=1e-6, abs=1e-7)
    span = slope_span(what)
    assert span[0] <= slopes.min().item()
    assert slopes.max().item() <= span[1]


def test_functions_stand_over_their_slopes_and_the_first_one_is_shaded():
    what = chosen("sigmoid", "step", "relu")
    above, below = layers(what, "curve")
    assert (above.label, below.label) == ("g(z)", "g′(z)")
    assert [line.label for line in above.series] == ["sigmoid", "step", "relu"]
    assert [line.dots for line in above.series] == [False, True, False]
    assert above.bands == below.bands == tuple(flat(Form("sigmoid"), -6.0, 6.0))
    assert above.ticks == below.ticks
    assert above.ticks[0] == (-6.0, "−6")
    assert above.box[0] == below.box[0]
    assert above.box[2] == below.box[2]
    assert above.whole
    assert below.whole


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_plots_show_what_is_near_zero_and_begin_at_the_same_place(name, reach):
    what = chosen(name, reach=reach)
    _step, (lowest, highest), _every = REACHES[reach]
    (low, high), (down, up) = value_span(what), slope_span(what)
    assert lowest <= low <= -0.2
    assert 1.2 <= high <= highest
    for end in (low, high, down, up):  # as many letters on either axis
        assert len(f"{abs(end):.3g}") == 3, end


def test_a_sigmoid_alone_fills_its_plot():
    assert value_span(chosen("sigmoid")) == (-0.2, 1.2)
    assert value_span(chosen("tanh")) == pytest.approx((-1.1, 1.2))


def test_four_functions_differ_in_colour_and_neighbours_in_dash():
    (above, _below) = layers(chosen("sigmoid", "tanh", "relu", "gelu"), "curve")
    assert len({line.color for line in above.series}) == 4
    assert [line.dash for line in above.series] == [False, True, False, True]


def test_numbers_are_inside_the_stage_and_name_every_function():
    what = chosen("sigmoid", "tanh", "relu", "gelu")
    width, height = scene(what, WORDS).size
    texts = layers(what, "text")
    assert all(0 <= t.at[0] <= width and 0 <= t.at[1] <= height for t in texts)
    assert {"sigmoid", "tanh", "relu", "gelu", "grey"} <= {t.template for t in texts}
    assert sum("{g:" in t.template for t in texts) == 4
    assert sum("{d:" in t.template for t in texts) == 4


def test_the_still_has_two_lines_per_function_and_a_gap_at_a_jump():
    figure = still(chosen("step", "tanh", reach=3), WORDS)
    assert len(figure.data) == 4
    assert len(figure.layout.shapes) == 1  # a step is flat everywhere
    step = next(t for t in figure.data if t.name == "step" and t.yaxis == "y2")
    middle = list(step.x).index(0.0)
    assert step.y[middle] is None
    assert (step.y[middle - 1], step.y[middle + 1]) == (0, 1)
    tanh = next(t for t in figure.data if t.name == "tanh" and t.yaxis == "y2")
    assert tanh.y[-1] == pytest.approx(math.tanh(3))
