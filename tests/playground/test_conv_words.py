"""The row of numbers of the convolution page is short, and right."""

import pytest

from engine.conv_settings import Axis, ConvSettings
from playground.panels.conv_words import metrics


def values(kind, sizes, kernel=1, **more):
    settings = ConvSettings(kind, tuple(Axis(n, kernel) for n in sizes), **more)
    return [value for _label, value in metrics(settings)]


@pytest.mark.parametrize(
    ("sizes", "filters", "shown"),
    [
        ((6, 6), 1, "6 × 6"),
        ((28, 28), 8, "8 × 28²"),
        ((10, 10, 10), 16, "16 × 10³"),
        ((6, 4, 4), 2, "2 × 6 × 4²"),
        ((16, 16, 16), 16, "16⁴"),
        ((12, 30), 16, "16×12×30"),
        ((10,), 16, "16 × 10"),
    ],
)
def test_sizes_are_written_as_short_as_they_must_be(sizes, filters, shown):
    kind = f"conv{len(sizes)}d"
    assert values(kind, sizes, filters=filters)[0] == shown


def test_the_other_numbers_of_the_row():
    lenet = values("conv2d", (32, 32), 5, channels=3, filters=8, bias=True)
    assert lenet == ["8 × 28²", "608", "470\u202f400", "5 × 5", "39.81\u202fkB"]
    assert values("max", (4, 4), 2)[1:3] == ["0", "0"]
