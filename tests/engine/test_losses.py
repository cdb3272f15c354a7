import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.losses import LOSSES, TASKS, output

many = settings(deadline=None, max_examples=40, derandomize=True)
CASES = [(name, task) for name, loss in LOSSES.items() for task in loss.tasks]


def outputs(scores, task):
    """The same as `output`, from PyTorch, for one network."""
    if task == "binary":
        return F.sigmoid(scores)
    return F.softmax(scores, dim=-1) if task == "classes" else scores


def oracle(name, scores, targets, task):
    """The loss of one network, [B, K], by PyTorch's own functions."""
    count = len(scores)
    if name == "mse":
        return F.mse_loss(outputs(scores, task), targets, reduction="sum") / count
    if name == "huber":
        return F.huber_loss(outputs(scores, task), targets, reduction="sum") / count
    if task == "classes":
        loss = {"cross_entropy": F.cross_entropy, "hinge": F.multi_margin_loss}[name]
        return loss(scores, targets.argmax(dim=1))
    if name == "cross_entropy":
        return F.binary_cross_entropy_with_logits(scores, targets)
    return F.relu(1 - (2 * targets - 1) * scores).mean()


def problem(seed, shape, task, size=3.0):
    networks, count, width = shape
    generator = torch.Generator().manual_seed(seed)
    outs = width if task == "classes" else 1
    scores = torch.randn(
        networks, count, outs, generator=generator, dtype=torch.float64
    )
    if task == "classes":
        right = torch.randint(outs, (count,), generator=generator)
        targets = F.one_hot(right, outs).double()
    elif task == "binary":
        targets = torch.randint(2, (count, 1), generator=generator).double()
    else:
        targets = torch.randn(count, 1, generator=generator, dtype=torch.float64)
    return scores * size, targets


def test_the_list_is_the_one_agreed_on():
    assert list(LOSSES) == ["cross_entropy", "mse", "hinge", "huber"]
    assert {name: loss.tasks for name, loss in LOSSES.items()} == {
        "cross_entropy": ("binary", "classes"),
        "mse": TASKS,
        "hinge": ("binary", "classes"),
        "huber": TASKS,
    }


@pytest.mark.parametrize(("name", "task"), CASES)
@many
@given(
    seed=st.integers(0, 10**6),
    shape=st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(2, 6)),
    size=st.sampled_from([0.1, 1.0, 5.0, 30.0]),
)
def test_values_and_gradients_agree_with_pytorch(name, task, seed, shape, size):
    scores, targets = problem(seed, shape, task, size)
    before = scores.clone(), targets.clone()
    leaf = scores.clone().requires_grad_()
    expected = torch.stack([oracle(name, each, targets, task) for each in leaf])
    (slopes,) = torch.autograd.grad(expected.sum(), leaf)
    loss = LOSSES[name]
    close = {"rtol": 1e-9, "atol": 1e-12}
    torch.testing.assert_close(loss.value(scores, targets, task), expected, **close)
    torch.testing.assert_close(loss.gradient(scores, targets, task), slopes, **close)
    # Targets may carry the networks' axis, and nothing given is changed.
    again = loss.gradient(scores, targets[None], task)
    torch.testing.assert_close(again, slopes, **close)
    assert torch.equal(scores, before[0])
    assert torch.equal(targets, before[1])


@pytest.mark.parametrize(("name", "task"), CASES)
def test_huge_scores_give_finite_losses_and_gradients(name, task):
    scores, targets = problem(1, (2, 8, 3), task)
    scores = (scores * 1e4).float()
    loss = LOSSES[name]
    assert loss.value(scores, targets.float(), task).isfinite().all()
    assert loss.gradient(scores, targets.float(), task).isfinite().all()


def test_a_hopelessly_wrong_logit_costs_its_size():
    scores, targets = torch.tensor([[[-1e4]]]), torch.ones(1, 1)
    value = LOSSES["cross_entropy"].value(scores, targets, "binary")
    assert value.item() == pytest.approx(1e4)
    slope = LOSSES["cross_entropy"].gradient(scores, targets, "binary")
    assert slope.item() == -1


def test_worked_numbers():
    """z = 0 says 1/2: log 2 nats; margins 1 each; softmax of equal scores 1/4."""
    scores, targets = torch.zeros(1, 2, 1), torch.tensor([[0.0], [1.0]])
    values = {n: LOSSES[n].value(scores, targets, "binary").item() for n in LOSSES}
    assert values == pytest.approx(
        {"cross_entropy": 0.693147, "mse": 0.25, "hinge": 1.0, "huber": 0.125}
    )
    scores, targets = torch.zeros(1, 1, 4), torch.tensor([[0.0, 0.0, 1.0, 0.0]])
    values = {n: LOSSES[n].value(scores, targets, "classes").item() for n in LOSSES}
    assert values == pytest.approx(
        {"cross_entropy": 1.386294, "mse": 0.75, "hinge": 0.75, "huber": 0.375}
    )
    scores, targets = torch.tensor([[[3.0]]]), torch.tensor([[1.0]])
    assert LOSSES["mse"].value(scores, targets, "regression") == 4
    assert LOSSES["huber"].value(scores, targets, "regression") == 1.5


def test_a_margin_just_met_has_no_slope():
    met = torch.ones(1, 1, 1)
    assert LOSSES["hinge"].gradient(met, torch.ones(1, 1), "binary") == 0
    scores, targets = torch.tensor([[[1.0, 0.0]]]), torch.tensor([[1.0, 0.0]])
    assert not LOSSES["hinge"].gradient(scores, targets, "classes").any()


def test_output_gives_probabilities_or_the_value():
    scores = torch.tensor([[[0.0, 0.0, 1000.0]]])
    assert output(scores, "classes").tolist() == [[[0, 0, 1]]]
    assert output(scores, "binary").tolist() == [[[0.5, 0.5, 1]]]
    assert output(scores, "regression") is scores


@pytest.mark.parametrize("name", ["cross_entropy", "hinge"])
def test_losses_for_classes_refuse_regression(name):
    scores, targets = torch.zeros(1, 2, 1), torch.zeros(2, 1)
    for function in (LOSSES[name].value, LOSSES[name].gradient):
        with pytest.raises(ValueError, match=r"task must be one of .*'regression'"):
            function(scores, targets, "regression")


@pytest.mark.parametrize("name", LOSSES)
def test_unknown_tasks_are_refused(name):
    scores, targets = torch.zeros(1, 2, 1), torch.zeros(2, 1)
    for function in (LOSSES[name].value, LOSSES[name].gradient):
        with pytest.raises(ValueError, match="got 'ranking'"):
            function(scores, targets, "ranking")
