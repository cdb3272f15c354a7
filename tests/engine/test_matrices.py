from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.matrices import (
    BENDS,
    LARGEST,
    MOST_SAMPLES,
    OUTPUTS,
    autograd,
    backward,
    collapsed,
    course_example,
    distance_to_autograd,
    every_matrix,
    example,
    forward,
    loss,
)

SIZES = st.one_of(
    st.tuples(
        st.integers(1, LARGEST[0]),
        st.integers(1, LARGEST[1]),
        st.integers(1, LARGEST[2]),
    ),
    st.tuples(
        st.integers(1, LARGEST[0]),
        st.integers(1, LARGEST[1]),
        st.integers(1, LARGEST[1]),
        st.integers(1, LARGEST[2]),
    ),
)
NETS = st.builds(
    example,
    SIZES,
    st.integers(1, MOST_SAMPLES),
    st.sampled_from(BENDS),
    st.sampled_from(list(OUTPUTS)),
    st.integers(0, 9999),
)
# Of the course: what is printed there, to six decimals.
COURSE = {
    "Z1": [0.3825, 0.39],
    "A1": [0.594476, 0.596283],
    "Z2": [1.225193],
    "A2": [0.772976],
    "dZ2": [-0.039839],
    "dZ1": [-0.004802, -0.005275],
    "dW1": [-0.000240, -0.000480, -0.000264, -0.000527],
    "dW2": [-0.023683, -0.023755],
    "db1": [-0.004802, -0.005275],
}


@settings(max_examples=80, deadline=None)
@given(NETS)
def test_gradients_are_those_of_autograd(net):
    ours, theirs = backward(net, forward(net)), autograd(net)
    for name, values in theirs.items():
        torch.testing.assert_close(ours[name], values, rtol=1e-10, atol=1e-12)
    assert distance_to_autograd(net) < 1e-12


@settings(max_examples=40, deadline=None)
@given(NETS)
def test_gradients_have_the_shapes_of_what_they_belong_to(net):
    matrices = every_matrix(net)
    for name, values in matrices.items():
        if name[0] == "d":
            assert values.shape == matrices[name[1:]].shape, name


@pytest.mark.parametrize(("name", "numbers"), COURSE.items())
def test_the_courses_network_gives_the_courses_numbers(name, numbers):
    found = every_matrix(course_example())[name].flatten().tolist()
    assert found == pytest.approx(numbers, abs=6e-7)


def test_the_courses_loss_and_step():
    net = course_example()
    assert loss(net) == pytest.approx(0.025770, abs=5e-7)
    found = every_matrix(net)
    moved = tuple(
        tuple(found[f"{kind}{n}"] - 0.1 * found[f"d{kind}{n}"] for kind in "Wb")
        for n in (1, 2)
    )
    (_w1, b1), (w2, b2) = moved
    numbers = [*w2.flatten().tolist(), b2.item(), *b1.flatten().tolist()]
    printed = [0.502368, 0.552376, 0.603984, 0.350480, 0.350527]
    assert numbers == pytest.approx(printed, abs=6e-7)
    answer = forward(replace(net, layers=moved))["A2"].item()
    assert answer == pytest.approx(0.774191, abs=6e-7)


def test_forward_by_hand_with_two_samples():
    net = example((1, 1, 1), 2, "relu", "mse", 0)
    (w1, b1), (w2, b2) = net.layers
    found = forward(net)
    for sample in range(2):
        z1 = w1.item() * net.x[0, sample].item() + b1.item()
        z2 = w2.item() * max(z1, 0.0) + b2.item()
        assert found["A2"][0, sample].item() == pytest.approx(z2)


def test_matrices_come_in_the_order_in_which_they_are_computed():
    net = example((2, 3, 1), 4, "tanh", "bce", 0)
    found = forward(net)
    assert list(found) == ["Z1", "A1", "Z2", "A2"]
    assert list(backward(net, found)) == ["dZ2", "dW2", "db2", "dZ1", "dW1", "db1"]


@pytest.mark.parametrize("output", ["bce", "softmax", "mse"])
def test_the_first_error_is_answer_minus_label(output):
    matrices = every_matrix(example((3, 4, 3), 5, "tanh", output, 1))
    assert torch.equal(matrices["dZ2"], matrices["A2"] - matrices["Y"])


def test_the_squared_error_keeps_the_slope_of_the_sigmoid():
    found = every_matrix(example((3, 4, 2), 5, "tanh", "squared", 1))
    slope = found["A2"] * (1 - found["A2"])
    torch.testing.assert_close(found["dZ2"], (found["A2"] - found["Y"]) * slope)


def test_losses_are_those_of_torch():
    for output in OUTPUTS:
        net = example((2, 3, 3), 4, "relu", output, 2)
        z, y = forward(net)["Z2"], net.y
        theirs = {
            "bce": F.binary_cross_entropy_with_logits(z, y, reduction="sum") / 4,
            "softmax": F.cross_entropy(z.T, y.T),
            "mse": F.mse_loss(z, y, reduction="sum") / 8,
            "squared": F.mse_loss(torch.sigmoid(z), y, reduction="sum") / 8,
        }
        assert loss(net) == pytest.approx(theirs[output].item())


def test_layers_without_a_bend_are_one_layer():
    net = example((3, 5, 4, 2), 6, "linear", "mse", 3)
    whole, shift = collapsed(net.layers)
    torch.testing.assert_close(whole @ net.x + shift, forward(net)["Z3"])
    bent = example((3, 5, 4, 2), 6, "relu", "mse", 3)
    whole, shift = collapsed(bent.layers)
    assert not torch.allclose(whole @ bent.x + shift, forward(bent)["Z3"])


def test_numbers_have_one_decimal_and_are_never_zero():
    net = example((6, 8, 8, 4), 8, "relu", "mse", 7)
    given = [net.x, net.y, *(tensor for layer in net.layers for tensor in layer)]
    for values in given:
        torch.testing.assert_close(values, (values * 10).round() / 10)
        assert (values != 0).all()


def test_a_larger_batch_begins_with_the_smaller_one():
    small = example((2, 3, 2), 3, "relu", "softmax", 5)
    large = example((2, 3, 2), 8, "relu", "softmax", 5)
    assert torch.equal(large.x[:, :3], small.x)
    assert torch.equal(large.y[:, :3], small.y)
    assert torch.equal(large.layers[0][0], small.layers[0][0])
    assert not torch.equal(small.x, example((2, 3, 2), 3, "relu", "softmax", 6).x)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"sizes": (2, 1)}, "layers"),
        ({"sizes": (2, 3, 3, 3, 1)}, "layers"),
        ({"sizes": (7, 3, 1)}, "sizes"),
        ({"sizes": (2, 9, 1)}, "sizes"),
        ({"sizes": (2, 3, 5)}, "sizes"),
        ({"sizes": (2, 0, 1)}, "sizes"),
        ({"samples": 0}, "samples"),
        ({"samples": 9}, "samples"),
        ({"activation": "step"}, "activation"),
        ({"output": "hinge"}, "output"),
    ],
)
def test_example_refuses_what_is_not_possible(changed, told):
    usual = {"sizes": (2, 3, 1), "samples": 4, "activation": "tanh", "output": "bce"}
    with pytest.raises(ValueError, match=told):
        example(**usual | changed, seed=0)
