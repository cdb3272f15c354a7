import pytest
import torch

from engine import history
from engine.history import Log, measures, thinned


def row(epoch):
    """Two networks of three layers; every number tells its place and epoch."""
    return torch.arange(14.0).view(2, 7) + 100 * epoch


def test_measures_take_a_row_apart():
    got = measures(row(0))
    assert got.train_loss.tolist() == [0, 7]
    assert got.test_loss.tolist() == [1, 8]
    assert got.train_accuracy.tolist() == [2, 9]
    assert got.test_accuracy.tolist() == [3, 10]
    assert got.gradient_norm.tolist() == [[4, 5, 6], [11, 12, 13]]


def test_log_keeps_rows_up_to_an_epoch():
    log = Log(2, 3)
    for epoch in range(6):
        log.add(epoch, row(epoch))
    kept = log.history(4, row(4))
    assert kept.epochs.tolist() == [0, 1, 2, 3, 4]
    assert kept.test_loss[:, 1].tolist() == [8, 108, 208, 308, 408]
    assert kept.gradient_norm.shape == (5, 2, 3)
    log.add(3, row(7))  # lived through again: nothing new
    assert torch.equal(log.history(5, row(5)).train_loss[:5], kept.train_loss)


def test_log_thins_old_rows_when_full(monkeypatch):
    monkeypatch.setattr(history, "MOST_ROWS", 20)
    log = Log(2, 3)
    for epoch in range(100):
        log.add(epoch, row(epoch))
    kept = log.history(99, row(99))
    epochs = kept.epochs.tolist()
    assert len(epochs) <= 20
    assert epochs[0] == 0
    assert epochs[-5:] == [95, 96, 97, 98, 99]
    assert kept.train_loss[:, 0].tolist() == [100 * epoch for epoch in epochs]
    gaps = torch.tensor(epochs).diff().tolist()
    assert gaps == sorted(gaps, reverse=True)


def test_log_shows_the_present_row_even_if_it_was_thinned(monkeypatch):
    monkeypatch.setattr(history, "MOST_ROWS", 16)
    log = Log(2, 3)
    for epoch in range(40):
        log.add(epoch, row(epoch))
    assert log.history(7, row(7)).epochs.tolist()[-1] == 7
    assert log.history(7, row(7)).train_loss[-1, 0] == 700


def test_log_begins_with_the_rows_of_another():
    old, log = Log(2, 3), Log(2, 3)
    for epoch in range(6):
        old.add(epoch, row(epoch))
    log.copy(old, 3)
    log.add(3, row(9))
    assert log.history(3, row(9)).train_loss[:, 0].tolist() == [0, 100, 200, 900]


@pytest.mark.parametrize(
    ("count", "kept"), [(1, [0]), (2, [0, 1]), (5, [0, 2, 3, 4]), (6, [0, 2, 3, 4, 5])]
)
def test_thinned_keeps_the_first_and_the_newer_half(count, kept):
    assert thinned(list(range(count))) == kept
