import pytest
import torch
from torch import nn

from engine.parameters import (
    INITS,
    Shape,
    apart,
    initial,
    members,
    starts,
    views,
    weights,
)

SHAPE = Shape((2, 4, 3, 1))  # 12 + 15 + 4 parameters


def test_views_share_the_memory_of_the_row():
    flat = torch.arange(62.0).view(2, 31)
    layers = views(flat, SHAPE)
    assert [list(layer.weight.shape) for layer in layers] == [
        [2, 2, 4],
        [2, 4, 3],
        [2, 3, 1],
    ]
    assert layers[0].weight[0].tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert layers[0].bias[1].tolist() == [[39, 40, 41, 42]]
    assert layers[0].gain is None
    layers[2].bias[1] = -1
    assert flat[1, -1] == -1


def test_views_have_gains_and_shifts_of_hidden_layers_only():
    shape = Shape((2, 4, 3, 1), batch_norm=True)
    layers = views(torch.arange(45.0)[None], shape)
    assert layers[0].gain.tolist() == [[[12, 13, 14, 15]]]
    assert layers[0].shift.tolist() == [[[16, 17, 18, 19]]]
    assert layers[2].gain is None
    assert shape.spans() == [(0, 20), (20, 41), (41, 45)]


def test_apart_joins_to_the_flat_tensor():
    shape = Shape((2, 4, 3, 1), batch_norm=True)
    flat = torch.randn(3, 45, generator=torch.Generator().manual_seed(0))
    layers, rows = apart(flat, shape)
    for layer, view in zip(layers, views(flat, shape), strict=True):
        for part, wanted in zip(layer, view, strict=True):
            if part is not None:
                part.copy_(wanted)
                assert part.is_contiguous()
    assert torch.equal(torch.cat(rows, 1), flat)


def test_position_finds_weights_and_biases():
    flat = torch.arange(31.0)[None]
    layers = views(flat, SHAPE)
    assert SHAPE.position("w.0.1.2") == layers[0].weight[0, 1, 2]
    assert SHAPE.position("w.2.2.0") == layers[2].weight[0, 2, 0]
    assert SHAPE.position("b.1.2") == layers[1].bias[0, 0, 2]
    assert SHAPE.position("b.2.0") == 30


@pytest.mark.parametrize("name", ["w.3.0.0", "w.0.2.0", "w.0.0.4", "b.1.3"])
def test_position_refuses_what_is_not_there(name):
    with pytest.raises(ValueError, match=f"got {name}"):
        SHAPE.position(name)


@pytest.mark.parametrize(
    ("init", "draw"),
    [
        ("zeros", lambda w, g: w.zero_()),
        ("small", lambda w, g: nn.init.normal_(w, 0, 0.01, generator=g)),
        ("uniform", lambda w, g: nn.init.uniform_(w, -0.5, 0.5, generator=g)),
        ("xavier", lambda w, g: nn.init.xavier_normal_(w, generator=g)),
        # torch reads the rows of a weight as outputs: ours are inputs
        (
            "he",
            lambda w, g: nn.init.kaiming_normal_(w, mode="fan_out", generator=g),
        ),
        (
            "lecun",
            lambda w, g: nn.init.kaiming_normal_(
                w, mode="fan_out", nonlinearity="linear", generator=g
            ),
        ),
    ],
)
def test_initial_agrees_with_torch(init, draw):
    generator = torch.Generator().manual_seed(7)
    layers = views(initial(SHAPE, init, 7)[None], SHAPE)
    for layer in layers:
        weight = draw(torch.empty(layer.weight.shape[1:]), generator)
        torch.testing.assert_close(layer.weight[0], weight)
        assert not layer.bias.any()


def test_initial_starts_batch_norm_at_one_and_zero():
    shape = Shape((2, 4, 1), batch_norm=True)
    first, _output = views(initial(shape, "he", 0)[None], shape)
    assert (first.gain == 1).all()
    assert (first.shift == 0).all()


def test_initial_refuses_an_unknown_init():
    with pytest.raises(ValueError, match=r"one of zeros, .*, got magic"):
        initial(SHAPE, "magic", 0)


@pytest.mark.parametrize("init", INITS)
def test_starts_depend_on_their_own_seed_alone(init):
    rows = starts(SHAPE, init, (5, 3, 5))
    assert torch.equal(rows[0], rows[2])
    assert torch.equal(rows[1], initial(SHAPE, init, 3))
    assert init == "zeros" or not torch.equal(rows[0], rows[1])


def test_weights_and_members_say_what_a_parameter_is():
    assert weights(SHAPE).tolist() == [1] * 8 + [0] * 4 + [1] * 12 + [0] * 3 + [
        *[1] * 3,
        0,
    ]
    assert members(SHAPE).sum(0).tolist() == [12, 15, 4]
    assert members(SHAPE).sum(1).tolist() == [1] * 31
