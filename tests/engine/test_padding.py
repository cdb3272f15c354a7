import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.padding import MODES, named_padding, pad, padded_from, pair

FROM = {  # of four cells, two before and three after
    "zeros": [-1, -1, 0, 1, 2, 3, -1, -1, -1],
    "reflect": [2, 1, 0, 1, 2, 3, 2, 1, 0],
    "replicate": [0, 0, 0, 1, 2, 3, 3, 3, 3],
    "circular": [2, 3, 0, 1, 2, 3, 0, 1, 2],
}


@pytest.mark.parametrize("mode", MODES)
def test_padded_from_by_hand(mode):
    assert padded_from(4, (2, 3), mode).tolist() == FROM[mode]


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_padding_is_torchs_and_raises_where_torch_does(mode, data):
    sizes = data.draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    sides = st.integers(0, 6)
    pads = data.draw(st.tuples(*[st.tuples(sides, sides)] * 2))
    image = torch.arange(float(sizes[0] * sizes[1])).view(1, *sizes) + 1
    try:
        expected = F.pad(
            image[None],
            (*pads[1], *pads[0]),
            mode="constant" if mode == "zeros" else mode,
        )[0]
    except RuntimeError:
        with pytest.raises(ValueError, match=f"{mode} padding must be at most"):
            pad(image, pads, mode)
    else:
        assert pad(image, pads, mode).equal(expected)


def test_a_border_stands_around_and_leaves_the_picture():
    found = pad(torch.tensor([[1.0, 2.0]]), [(1, 2)], border=9.0)
    assert found.tolist() == [[9, 1, 2, 9, 9]]


@pytest.mark.parametrize(
    ("name", "reach", "expected"),
    [
        ("valid", 4, (0, 0)),
        ("same", 4, (2, 2)),
        ("same", 3, (1, 2)),  # one more at the end
        ("full", 3, (3, 3)),
    ],
)
def test_named_padding_by_hand(name, reach, expected):
    assert named_padding(name, reach) == expected


def test_pair_repeats_a_number_and_keeps_a_pair():
    assert (pair(2), pair((0, 3))) == ((2, 2), (0, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pair((1, -1)), r"padding must be 0 or more, got \(1, -1\)"),
        (lambda: named_padding("half", 2), "padding must be one of"),
        (lambda: padded_from(4, 1, "mirror"), "mode must be one of"),
        (lambda: padded_from(4, 4, "reflect"), "at most 3, got 4"),
        (lambda: padded_from(4, (0, 5), "circular"), "at most 4, got"),
    ],
)
def test_wrong_padding_raises_with_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
