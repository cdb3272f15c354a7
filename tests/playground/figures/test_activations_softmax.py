import pytest
import torch

from engine.softmax import jacobian, softmax
from playground.figures.activations_softmax import Words, bars, class_names, slopes

WORDS = Words(logits="z", scaled="z/T", probabilities="p", class_name="class")
Z = torch.tensor([2.0, -1.0, 0.1], dtype=torch.float64)


def test_bars_show_logits_and_probabilities_with_their_numbers():
    p = softmax(Z)
    figure = bars(Z, 1.0, p, WORDS)
    logits, chances = figure.data
    assert (logits.name, chances.name) == ("z", "p")
    assert list(logits.y) == Z.tolist()
    assert list(chances.y) == p.tolist()
    assert list(logits.text) == ["2", "−1", "0.1"]
    assert list(logits.x) == ["A", "B", "C"]


def test_a_temperature_adds_the_divided_logits():
    figure = bars(Z, 0.5, softmax(Z, 0.5), WORDS)
    assert [bar.name for bar in figure.data] == ["z", "z/T", "p"]
    assert list(figure.data[1].y) == (Z / 0.5).tolist()
    assert figure.data[1].marker.pattern.shape == "/"


@pytest.mark.parametrize("numbers", [(0, 0), (-5, -6, -7), (1000, 1001, 0), (3, -3)])
def test_every_bar_and_its_number_have_room(numbers):
    z = torch.tensor(numbers, dtype=torch.float64)
    low, high = bars(z, 2.0, softmax(z, 2.0), WORDS).layout.yaxis.range
    assert low <= min(0, *numbers)
    assert high >= max(0, *numbers)
    assert low < high or set(numbers) == {0}


def test_slopes_are_numbers_in_a_grid():
    found = jacobian(softmax(Z))
    (grid,) = slopes(found, WORDS).data
    assert torch.allclose(torch.tensor(grid.z, dtype=torch.float64), found)
    assert grid.zmax == -grid.zmin == found.abs().max().item()
    assert grid.text[0][1].startswith("−")


def test_next_to_nothing_is_said_so():
    z = torch.tensor([0.0, 100.0], dtype=torch.float64)
    assert bars(z, 1.0, softmax(z), WORDS).data[-1].text == ("≈ 0", "1.000")
    assert class_names(3) == ["A", "B", "C"]


def test_six_classes_get_short_numbers():
    z = torch.tensor([1.5, -0.5, 0.25, 3, 2, 1.1], dtype=torch.float64)
    (grid,) = slopes(jacobian(softmax(z)), WORDS).data
    assert all(len(text) <= 5 for row in grid.text for text in row)
    assert all(len(text) <= 5 for text in bars(z, 1.0, softmax(z), WORDS).data[1].text)
