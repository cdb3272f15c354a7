import pytest
import torch

from engine.grading import grade
from engine.losses import LOSSES


def test_grade_counts_right_answers_of_two_classes():
    scores = torch.tensor([[[2.0], [-1.0], [0.0]], [[-1.0], [-1.0], [1.0]]])
    targets = torch.tensor([[1.0], [0.0], [0.0]])
    loss, right = grade(scores, targets, "binary", LOSSES["hinge"])
    assert loss.tolist() == pytest.approx([1 / 3, 4 / 3])
    assert right.tolist() == pytest.approx([1, 1 / 3])


def test_grade_gives_equal_scores_to_the_first_class():
    scores = torch.tensor([[[1.0, 1.0, 0.0], [0.0, 0.0, 3.0]]])
    targets = torch.tensor([[1.0, 0, 0], [0, 1.0, 0]])
    _loss, right = grade(scores, targets, "classes", LOSSES["cross_entropy"])
    assert right.tolist() == [0.5]


def test_grade_explains_variance():
    targets = torch.tensor([[1.0], [2.0], [3.0]])
    mean, exact = torch.full((3, 1), 2.0), targets
    scores = torch.stack([mean, exact, -targets])
    loss, explained = grade(scores, targets, "regression", LOSSES["mse"])
    assert loss.tolist() == pytest.approx([2 / 3, 0, 56 / 3])
    assert explained.tolist() == pytest.approx([0, 1, -27])


def test_grade_explains_nothing_where_nothing_varies():
    targets = torch.full((3, 1), 2.0)
    scores = torch.stack([targets, targets + 1])
    _loss, explained = grade(scores, targets, "regression", LOSSES["mse"])
    assert explained.tolist() == [0, 0]
