from dataclasses import replace

import pytest
import torch

from engine import datasets
from engine.sampling import batches, draw, shuffle, stream, targets
from engine.spec import Spec

SPEC = Spec(count=101, seed=4)


@pytest.mark.parametrize("name", datasets.TASKS)
def test_draw_splits_every_data_set(name):
    data = draw(replace(SPEC, data=name, train_share=0.7))
    assert len(data.train.points) == 71
    assert len(data.test.points) == 30
    made = datasets.make(name, 101, noise=0.1, seed=4, classes=2, balance=0.5)
    both = torch.cat([data.train.points, data.test.points])
    assert sorted(both.tolist()) == sorted(made[0].tolist())
    assert data.task == {"classification": "binary"}.get(
        datasets.TASKS[name], "regression"
    )
    assert data.outputs == 1


def test_draw_keeps_labels_with_their_points():
    points, labels = datasets.make("plane", 101, noise=0.1, seed=4)
    known = dict(zip(map(tuple, points.tolist()), labels.tolist(), strict=True))
    for side in draw(replace(SPEC, data="plane"))[:2]:
        for point, label in zip(
            side.points.tolist(), side.labels.tolist(), strict=True
        ):
            assert known[tuple(point)] == label


@pytest.mark.parametrize(
    ("share", "train"), [(0.0, 1), (0.004, 1), (0.5, 50), (1, 100)]
)
def test_draw_leaves_a_point_on_each_side(share, train):
    data = draw(replace(SPEC, train_share=share))
    assert len(data.train.points) == train
    assert len(data.test.points) == 101 - train


def test_draw_splits_by_the_seed():
    one, same, other = (draw(replace(SPEC, seed=seed)) for seed in (1, 1, 2))
    assert torch.equal(one.train.points, same.train.points)
    assert not torch.equal(one.train.points, other.train.points)
    order = torch.randperm(101, generator=stream(1, 0))
    made, _labels = datasets.make("spiral", 101, noise=0.1, seed=1)
    assert torch.equal(one.train.points, made[order[:50]])


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_draw_trains_and_tests_on_all_of_a_tiny_set(count):
    points = tuple((float(i), 0.0, i % 2) for i in range(count))
    data = draw(Spec(points=points))
    assert torch.equal(data.train.points, data.test.points)
    assert data.train.labels.tolist() == [i % 2 for i in range(count)]


def test_draw_counts_classes():
    assert draw(replace(SPEC, data="rings", classes=4))[2:] == ("classes", 4)
    own = ((0.0, 0.0, 0), (0.0, 1.0, 3), (1.0, 0.0, 1))
    assert draw(Spec(points=own))[2:] == ("classes", 4)
    assert draw(Spec(points=own[:1]))[2:] == ("binary", 1)


def test_draw_refuses_more_classes_than_there_are():
    with pytest.raises(ValueError, match=r"classes must lie in \[2, 2\] for moons"):
        draw(replace(SPEC, data="moons", classes=3))


def test_targets_are_what_a_loss_wants():
    data = draw(replace(SPEC, data="gaussians", classes=3))
    labels = torch.tensor([2, 0])
    assert targets(labels, data).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert targets(torch.tensor([1, 0]), draw(SPEC)).tolist() == [[1], [0]]
    values = draw(replace(SPEC, data="sine"))
    assert targets(torch.tensor([0.5]), values).tolist() == [[0.5]]


def test_batches_repeat_what_a_script_draws():
    generator = torch.Generator().manual_seed(5 * 1_000_003 + 7)
    order = torch.randperm(23, generator=generator)
    parts = batches(23, 10, 5, 7)
    assert [len(part) for part in parts] == [10, 10, 3]
    assert torch.equal(torch.cat(parts), order)
    (whole,) = batches(23, 0, 5, 7)
    assert torch.equal(whole, order)
    again, draws = shuffle(23, 5, 7, units=6)
    assert torch.equal(again, order)
    assert torch.equal(draws, torch.rand(23, 6, generator=generator))
    assert not torch.equal(order, shuffle(23, 5, 8)[0])
