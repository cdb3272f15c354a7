import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.activations import ACTIVATIONS
from engine.forms import (
    SHAPED,
    Form,
    bounds,
    breaks,
    flat,
    function,
    kinks,
    mean_output,
    sides,
    steepest,
)

each = pytest.mark.parametrize("name", ACTIVATIONS)
many = settings(deadline=None, max_examples=40, derandomize=True)
numbers = st.floats(-2, 2).map(lambda number: round(number, 1))


@st.composite
def forms(draw):
    """Any activation, with numbers of its own if some shape it."""
    name = draw(st.sampled_from(list(ACTIVATIONS)))
    usual, _make = SHAPED.get(name, ({}, None))
    return Form(name, tuple(draw(numbers) for _number in usual))


@each
def test_without_numbers_a_form_is_the_activation_of_the_list(name):
    assert function(Form(name)) is ACTIVATIONS[name]


@pytest.mark.parametrize("name", SHAPED)
def test_the_usual_numbers_make_the_usual_activation(name):
    z = torch.linspace(-4, 4, 33, dtype=torch.float64)
    usual, _make = SHAPED[name]
    shaped, plain = function(Form(name, tuple(usual.values()))), ACTIVATIONS[name]
    torch.testing.assert_close(shaped.value(z), plain.value(z))
    torch.testing.assert_close(shaped.derivative(z), plain.derivative(z))
    assert Form(name).named() == usual


@pytest.mark.parametrize(
    "form",
    [
        Form("softmax"),
        Form("relu", (1.0,)),
        Form("elu", (1.0, 2.0)),
        Form("maxout", (1.0,)),
        Form("prelu", (math.nan,)),
        Form("elu", (math.inf,)),
    ],
    ids=str,
)
def test_unknown_names_and_numbers_that_do_not_fit_are_refused(form):
    with pytest.raises(ValueError, match=r"must be one of|finite numbers"):
        function(form)


KINKS = [
    (Form("relu"), (0.0,)),
    (Form("step"), (0.0,)),
    (Form("sign"), (0.0,)),
    (Form("leaky_relu"), (0.0,)),
    (Form("leaky_relu", (1.0,)), ()),
    (Form("elu"), ()),
    (Form("elu", (0.5,)), (0.0,)),
    (Form("selu"), (0.0,)),
    (Form("hardswish"), (-3.0, 3.0)),
    (Form("maxout"), (0.0,)),
    (Form("maxout", (1.0, 0.0, -0.5, 3.0)), (2.0,)),
    (Form("maxout", (1.0, 0.0, 1.0, 3.0)), ()),
    (Form("tanh"), ()),
    (Form("gelu"), ()),
]


@pytest.mark.parametrize(("form", "places"), KINKS, ids=str)
def test_kinks_are_where_the_slope_changes_at_once(form, places):
    assert kinks(form) == places


def test_sides_of_a_kink():
    assert sides(Form("relu"), 0.0) == (0.0, 1.0)
    assert sides(Form("hardswish"), 3.0) == pytest.approx((1.5, 1.0), abs=1e-6)
    assert sides(Form("hardswish"), -3.0) == pytest.approx((0.0, -0.5), abs=1e-6)


@many
@given(forms(), st.floats(-5, 5))
def test_away_from_kinks_the_slope_is_that_of_pytorch(form, place):
    if any(abs(place - corner) < 1e-4 for corner in breaks(form)):
        return
    found = function(form)
    near = torch.tensor([place - 1e-6, place + 1e-6], dtype=torch.float64)
    low, high = found.value(near).tolist()
    slope = found.derivative(torch.tensor([place], dtype=torch.float64)).item()
    assert slope == pytest.approx((high - low) / 2e-6, abs=1e-6)


@many
@given(forms())
def test_flat_stretches_hold_exactly_the_small_slopes(form):
    stretches = flat(form, -6.0, 6.0)
    z = torch.linspace(-6, 6, 2400, dtype=torch.float64)
    slopes = function(form).derivative(z).abs()
    ends = [end for stretch in stretches for end in stretch]
    assert ends == sorted(ends)
    for place, slope in zip(z.tolist(), slopes.tolist(), strict=True):
        if min((abs(place - end) for end in ends), default=1.0) > 1e-3:
            inside = any(low <= place <= high for low, high in stretches)
            assert inside == (slope < 0.1), place


def test_flat_stretches_of_the_sigmoid_by_hand():
    """σ(1 - σ) = 0.1 where σ = (1 ± √0.6) / 2."""
    share = (1 + math.sqrt(0.6)) / 2
    edge = math.log(share / (1 - share))
    (left, right) = flat(Form("sigmoid"), -6.0, 6.0)
    assert left == pytest.approx((-6, -edge), abs=1e-7)
    assert right == pytest.approx((edge, 6), abs=1e-7)
    assert flat(Form("linear"), -6.0, 6.0) == []
    assert flat(Form("step"), -6.0, 6.0) == [(-6.0, 6.0)]
    assert flat(Form("relu"), -6.0, 6.0) == [(-6.0, 0.0)]


def test_flat_refuses_an_empty_range():
    with pytest.raises(ValueError, match="low must be below high"):
        flat(Form("relu"), 1.0, 1.0)


@pytest.mark.parametrize(
    ("name", "slope"),
    [("sigmoid", 0.25), ("tanh", 1), ("softsign", 1), ("hardswish", 1.5), ("step", 0)],
)
def test_steepest(name, slope):
    assert steepest(Form(name)) == pytest.approx(slope, abs=2e-3)


@many
@given(forms())
def test_values_stay_within_the_bounds_and_come_near_them(form):
    near = torch.linspace(-60, 60, 24_001, dtype=torch.float64)
    far = torch.tensor([-1e9, 1e9], dtype=torch.float64)
    corners = torch.tensor(breaks(form), dtype=torch.float64)
    values = function(form).value(torch.cat([near, far, corners]))
    found, room = bounds(form), 1e-6
    assert found.low - room <= values.min().item()
    assert values.max().item() <= found.high + room
    if math.isfinite(found.low):
        assert values.min().item() == pytest.approx(found.low, abs=1e-5)
    else:
        assert values.min().item() < -1e6
    if math.isfinite(found.high):
        assert values.max().item() == pytest.approx(found.high, abs=1e-5)
    else:
        assert values.max().item() > 1e6


@pytest.mark.parametrize(
    ("form", "low", "takes"),
    [
        (Form("elu", (2.0,)), -2, False),
        (Form("relu"), 0, True),
        (Form("softplus"), 0, False),
        (Form("leaky_relu", (0.0,)), 0, True),
        (Form("maxout", (1.0, 0.0, -1.0, 2.0)), 1, True),
        (Form("maxout", (0.0, 0.5, 0.0, -1.0)), 0.5, True),
    ],
    ids=str,
)
def test_lower_bounds_and_whether_they_are_reached(form, low, takes):
    found = bounds(form)
    assert (found.low, found.takes_low) == (low, takes)


@pytest.mark.parametrize(
    ("name", "mean"),
    [
        ("step", 0.5),
        ("sigmoid", 0.5),
        ("tanh", 0),
        ("relu", 1 / math.sqrt(2 * math.pi)),
        ("selu", 0),
        ("gelu", 1 / (2 * math.sqrt(math.pi))),
        ("maxout", math.sqrt(2 / math.pi)),
    ],
)
def test_mean_output_for_normal_inputs(name, mean):
    assert mean_output(Form(name)) == pytest.approx(mean, abs=1e-6)
