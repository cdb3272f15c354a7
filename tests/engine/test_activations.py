import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.activations import ACTIVATIONS, LEARNED, elu, leaky, maxout
from engine.spec import FIXED

ORACLES = {
    "step": lambda z: (z > 0).double(),
    "sign": torch.sign,
    "linear": lambda z: z,
    "sigmoid": F.sigmoid,
    "tanh": F.tanh,
    "softsign": F.softsign,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "gelu_tanh": lambda z: F.gelu(z, approximate="tanh"),
    "silu": F.silu,
    "softplus": F.softplus,
    "hardswish": F.hardswish,
    "prelu": lambda z: F.prelu(z, z.new_tensor([0.25])),
    "maxout": torch.abs,
}
KINKS = (-3.0, 0.0, 3.0)
numbers = st.lists(
    st.floats(-40, 40).filter(lambda z: z not in KINKS), min_size=1, max_size=20
)
many = settings(deadline=None, max_examples=30, derandomize=True)
each = pytest.mark.parametrize("name", ACTIVATIONS)


def test_the_list_is_the_one_agreed_on():
    assert list(ACTIVATIONS) == list(ORACLES)


@each
@many
@given(numbers)
def test_values_and_derivatives_agree_with_pytorch(name, values):
    z = torch.tensor(values, dtype=torch.float64, requires_grad=True)
    expected = ORACLES[name](z)
    (slope,) = (
        torch.autograd.grad(expected.sum(), z)
        if expected.requires_grad
        else (torch.zeros_like(z),)
    )
    z = z.detach()
    before = z.clone()
    found = ACTIVATIONS[name]
    a = found.value(z)
    # Above 20 PyTorch's softplus is z itself: its slope jumps from 1 - 2e-9 to 1.
    close = {"rtol": 1e-7, "atol": 1e-8 if name == "softplus" else 1e-12}
    torch.testing.assert_close(a, expected.detach(), rtol=1e-12, atol=1e-15)
    torch.testing.assert_close(found.derivative(z), slope, **close)
    torch.testing.assert_close(found.slope(z, a), slope, **close)
    assert torch.equal(z, before)


AT_KINKS = [
    ("step", 0, 0.0),
    ("sign", 0, 0.0),
    ("relu", 0, 0.0),
    ("leaky_relu", 0, 0.01),
    ("selu", 0, 1.7580993408473766),
    ("elu", 0, 1.0),
    ("softsign", 0, 1.0),
    ("hardswish", -3, 0.0),
    ("hardswish", 3, 1.0),
    ("prelu", 0, 0.25),
    ("maxout", 0, -1.0),
]


@pytest.mark.parametrize(("name", "place", "slope"), AT_KINKS)
def test_the_slope_at_a_kink_is_the_one_stated(name, place, slope):
    z = torch.tensor([float(place)], dtype=torch.float64)
    found = ACTIVATIONS[name]
    assert found.derivative(z).item() == pytest.approx(slope, rel=1e-12)
    assert found.slope(z, found.value(z)).item() == pytest.approx(slope, rel=1e-12)


def test_step_and_sign_at_zero():
    zero = torch.zeros(1)
    assert ACTIVATIONS["step"].value(zero) == 0
    assert ACTIVATIONS["sign"].value(zero) == 0


@each
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_kind_and_shape_of_numbers_stay(name, dtype):
    z = torch.linspace(-5, 5, 24, dtype=dtype).view(2, 3, 4)
    found = ACTIVATIONS[name]
    a = found.value(z)
    for result in (a, found.derivative(z), found.slope(z, a)):
        assert (result.dtype, result.shape) == (z.dtype, z.shape)


@each
def test_nothing_breaks_far_out(name):
    z = torch.tensor([-1e8, -1e3, 1e3, 1e8])
    found = ACTIVATIONS[name]
    a = found.value(z)
    for result in (a, found.derivative(z), found.slope(z, a)):
        assert result.isfinite().all()


@each
def test_inference_mode_is_enough(name):
    with torch.inference_mode():
        z = torch.randn(4, generator=torch.Generator().manual_seed(0))
        found = ACTIVATIONS[name]
        found.slope(z, found.value(z))


def test_five_sigmoids_shrink_a_gradient_at_least_1024_times():
    steepest = ACTIVATIONS["sigmoid"].derivative(torch.linspace(-9, 9, 19)).max()
    assert steepest == 0.25
    assert math.prod([steepest.item()] * 5) == 1 / 1024


slopes = st.floats(-3, 3).map(lambda number: round(number, 3))


def by_autograd(value, z):
    z = z.clone().requires_grad_()
    (slope,) = torch.autograd.grad(value(z).sum(), z)
    return slope


@many
@given(numbers, slopes)
def test_a_leak_of_any_slope_agrees_with_pytorch(values, slope):
    z = torch.tensor(values, dtype=torch.float64)
    found = leaky(slope)
    torch.testing.assert_close(found.value(z), torch.where(z > 0, z, slope * z))
    expected = by_autograd(lambda z: F.leaky_relu(z, slope), z)
    torch.testing.assert_close(found.derivative(z), expected)


@many
@given(numbers, st.floats(0.1, 3).map(lambda number: round(number, 3)))
def test_an_elu_of_any_height_agrees_with_pytorch(values, alpha):
    z = torch.tensor(values, dtype=torch.float64)
    found = elu(alpha)
    torch.testing.assert_close(found.value(z), F.elu(z, alpha))
    expected = by_autograd(lambda z: F.elu(z, alpha), z)
    torch.testing.assert_close(found.derivative(z), expected)
    assert found.derivative(torch.zeros(1)).item() == pytest.approx(alpha)


@many
@given(numbers, slopes, slopes, slopes, slopes)
def test_maxout_is_the_higher_of_two_lines_with_its_slope(values, w1, b1, w2, b2):
    z = torch.tensor(values, dtype=torch.float64)
    found = maxout(w1, b1, w2, b2)
    first, second = w1 * z + b1, w2 * z + b2
    torch.testing.assert_close(found.value(z), torch.maximum(first, second))
    expected = torch.where(first > second, w1, w2)
    expected = torch.where(first == second, min(w1, w2), expected).double()
    torch.testing.assert_close(found.derivative(z), expected)


def test_maxout_of_z_and_zero_is_relu_also_at_the_kink():
    z = torch.linspace(-3, 3, 13)
    for lines in ((1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0)):
        assert torch.equal(maxout(*lines).value(z), torch.relu(z))
        assert torch.equal(
            maxout(*lines).derivative(z), ACTIVATIONS["relu"].derivative(z)
        )


def test_a_training_takes_those_activations_that_learn_nothing_themselves():
    assert set(ACTIVATIONS) - set(FIXED) == set(LEARNED)
    assert len(FIXED) == 15
