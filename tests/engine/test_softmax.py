import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.softmax import jacobian, log_sum_exp, naive_softmax, softmax

many = settings(deadline=None, max_examples=60, derandomize=True)
logits = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6).map(
    lambda numbers: torch.tensor(numbers, dtype=torch.float64)
)
temperatures = st.floats(0.01, 100)


def test_by_hand():
    found = softmax(torch.tensor([0.0, math.log(2), math.log(5)]))
    assert found.tolist() == pytest.approx([1 / 8, 2 / 8, 5 / 8])
    half = softmax(torch.tensor([0.0, math.log(4)]), 2.0)
    assert half.tolist() == pytest.approx([1 / 3, 2 / 3])


@many
@given(logits, temperatures)
def test_it_is_pytorchs_softmax_and_a_distribution(z, temperature):
    found = softmax(z, temperature)
    torch.testing.assert_close(found, torch.softmax(z / temperature, dim=0))
    assert found.sum().item() == pytest.approx(1)
    assert (found >= 0).all()


@many
@given(logits)
def test_log_sum_exp_is_pytorchs_and_lies_above_the_largest(z):
    found = log_sum_exp(z)
    assert found == pytest.approx(torch.logsumexp(z, dim=0).item())
    assert z.max().item() <= found
    assert found <= z.max().item() + math.log(len(z)) + 1e-9 * abs(found)


@many
@given(st.lists(st.floats(-9, 9), min_size=2, max_size=6), st.floats(-100, 100))
def test_a_shift_changes_nothing_but_log_sum_exp(numbers, shift):
    z = torch.tensor(numbers, dtype=torch.float64)
    torch.testing.assert_close(softmax(z + shift), softmax(z))
    assert log_sum_exp(z + shift) == pytest.approx(log_sum_exp(z) + shift)


@many
@given(st.lists(st.floats(-9, 9), min_size=2, max_size=6), st.floats(0.1, 10))
def test_the_jacobian_is_that_of_autograd_and_its_rows_sum_to_0(numbers, temperature):
    z = torch.tensor(numbers, dtype=torch.float64)
    found = jacobian(softmax(z, temperature), temperature)
    expected = torch.autograd.functional.jacobian(
        lambda x: torch.softmax(x / temperature, dim=0), z
    )
    torch.testing.assert_close(found, expected)
    assert found.sum(dim=1).abs().max().item() < 1e-12


def test_cold_is_argmax_and_hot_is_fair():
    z = torch.tensor([2.0, 1.0, 0.1])
    assert softmax(z, 0.01).tolist() == pytest.approx([1, 0, 0], abs=1e-9)
    assert softmax(z, 1e6).tolist() == pytest.approx([1 / 3] * 3, abs=1e-5)


def test_as_written_it_breaks_in_float32_where_the_careful_one_does_not():
    small = torch.tensor([2.0, 1.0, 0.1])
    torch.testing.assert_close(naive_softmax(small), softmax(small))
    for z in (torch.tensor([1000.0, 999.0]), torch.tensor([-1000.0, -1001.0])):
        assert naive_softmax(z).isnan().any()
        assert softmax(z).tolist() == pytest.approx([0.7310586, 0.2689414])


def test_float32_overflows_where_the_page_says():
    assert torch.tensor(88.7).exp().isfinite()
    assert torch.tensor(88.8).exp().isinf()
    assert torch.tensor(-103.0).exp() > 0
    assert torch.tensor(-104.0).exp() == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: softmax(torch.zeros(0)),
        lambda: softmax(torch.zeros(2, 2)),
        lambda: softmax(torch.tensor([1.0, math.nan])),
        lambda: softmax(torch.zeros(2), 0.0),
        lambda: softmax(torch.zeros(2), -1.0),
        lambda: naive_softmax(torch.zeros(2), math.inf),
        lambda: log_sum_exp(torch.tensor([math.inf])),
        lambda: jacobian(torch.tensor([0.5, 0.6])),
        lambda: jacobian(torch.tensor([0.5, 0.5]), 0.0),
    ],
)
def test_what_is_no_list_of_logits_is_refused(call):
    with pytest.raises(ValueError, match="must"):
        call()
