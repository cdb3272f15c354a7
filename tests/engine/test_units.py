import itertools
import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.units import (
    GATES,
    MODES,
    RULES,
    Plan,
    corners,
    learn,
    least_squares,
    respond,
    separable,
)

TRUTHS = {"and": "0001", "or": "0111", "not": "10", "xor": "0110"}
many = settings(deadline=None, max_examples=60, derandomize=True)


def gate(name):
    """The corners of a gate of two inputs and its answers."""
    return corners(2), torch.tensor([float(digit) for digit in TRUTHS[name]])


def cloud(count=40, inputs=3):
    generator = torch.Generator().manual_seed(7)
    points = torch.randn(count, inputs, generator=generator, dtype=torch.float64)
    labels = (points.sum(dim=1) + torch.randn(count, generator=generator) > 0).double()
    return points, labels


def last(points, labels, **plan):
    *_, step = learn(points, labels, Plan(**plan))
    return step


@pytest.mark.parametrize("name", TRUTHS)
def test_gates_have_the_truth_tables_of_the_course(name):
    layers = GATES[name]
    answers = respond(layers, corners(len(layers[0].weights[0])))
    assert "".join(str(int(answer)) for answer in answers[-1][:, 0]) == TRUTHS[name]


def test_xor_takes_two_units_and_a_third():
    hidden, answer = respond(GATES["xor"], corners(2))
    assert hidden.T.tolist() == [[0, 0, 0, 1], [0, 1, 1, 1]]  # AND and OR
    assert answer.shape == (4, 1)


def test_corners_count_upwards():
    assert corners(2).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert corners(8).shape == (256, 8)


def test_only_xor_and_its_opposite_are_too_much_for_one_unit():
    hard = [t for t in itertools.product((0, 1), repeat=4) if not separable(t)]
    assert hard == [(0, 1, 1, 0), (1, 0, 0, 1)]


@many
@given(st.tuples(*[st.floats(-10, 10)] * 3))
def test_no_unit_whatever_answers_what_is_called_inseparable(unit):
    w1, w2, b = unit
    truth = [int(w1 * x1 + w2 * x2 + b > 0) for x1 in (0, 1) for x2 in (0, 1)]
    assert separable(tuple(truth))


def test_perceptron_learns_and_by_hand():
    steps = list(learn(*gate("and"), Plan(passes=2)))
    assert [step.rows for step in steps] == [(0,), (1,), (2,), (3,)] * 2
    assert [step.answers for step in steps[:4]] == [(0,)] * 4
    assert [step.errors for step in steps[:4]] == [(0,), (0,), (0,), (1,)]
    assert [step.update for step in steps[:4]] == [(0, 0, 0)] * 3 + [(1, 1, 1)]
    assert [(*step.weights, step.bias) for step in steps[3:]] == [
        (1, 1, 1),
        (1, 1, 0),  # 00 fired: the bias goes down
        (1, 0, -1),  # 01 fired
        (1, 0, -1),  # 10 just does not
        (2, 1, 0),  # 11 did not
    ]
    assert [step.index for step in steps] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [step.turn for step in steps] == [1] * 4 + [2] * 4


def test_perceptron_learns_or_by_hand():
    steps = list(learn(*gate("or"), Plan(passes=4)))
    after = [(*step.weights, step.bias) for step in steps]
    assert after[:4] == [(0, 0, 0), (0, 1, 1), (0, 1, 1), (0, 1, 1)]
    assert after[4:8] == [(0, 1, 0), (0, 1, 0), (1, 1, 1), (1, 1, 1)]
    assert after[8:] == [(1, 1, 0)] * 8


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["and", "or"])
def test_perceptron_converges_where_a_unit_can(name, mode):
    points, labels = gate(name)
    steps = list(learn(points, labels, Plan(mode=mode, passes=60, batch_size=3)))
    final = steps[-1]
    z = points.double() @ torch.tensor(final.weights).double() + final.bias
    assert torch.equal((z > 0).double(), labels.double())
    assert not any(any(step.errors) for step in steps if step.turn > 50)


@pytest.mark.parametrize("mode", MODES)
def test_perceptron_never_learns_xor(mode):
    steps = list(learn(*gate("xor"), Plan(mode=mode, passes=200)))
    for turns in range(1, 200, 20):
        window = [step for step in steps if turns <= step.turn < turns + 20]
        assert any(any(step.errors) for step in window)


def test_learning_is_the_same_whatever_the_perceptrons_rate():
    """From zero, the rate only scales w: the line stays where it is."""
    points, labels = cloud()
    one = list(learn(points, labels, Plan(rate=1.0)))
    half = list(learn(points, labels, Plan(rate=0.5)))
    assert [step.answers for step in one] == [step.answers for step in half]
    assert half[-1].weights == pytest.approx([w / 2 for w in one[-1].weights])


@pytest.mark.parametrize(
    ("mode", "sizes"),
    [
        ("online", [1] * 10),
        ("random", [1] * 10),
        ("minibatch", [4, 4, 2]),
        ("batch", [10]),
    ],
)
def test_modes_cut_a_pass_into_steps(mode, sizes):
    points, labels = cloud(10)
    steps = list(learn(points, labels, Plan(mode=mode, passes=2, batch_size=4)))
    assert [len(step.rows) for step in steps] == sizes * 2
    if mode != "random":
        for turn in (1, 2):
            rows = [row for step in steps if step.turn == turn for row in step.rows]
            assert sorted(rows) == list(range(10))


@pytest.mark.parametrize("rule", RULES)
def test_batch_adds_up_or_averages_what_each_sample_would_do(rule):
    points, labels = cloud(10)
    (whole,) = learn(points, labels, Plan(rule, "batch", rate=0.3, passes=1))
    singles = [
        next(learn(points[[row]], labels[[row]], Plan(rule, rate=0.3))).update
        for row in range(10)
    ]
    total = torch.tensor(singles).sum(dim=0) / (1 if rule == "perceptron" else 10)
    assert whole.update == pytest.approx(total.tolist(), rel=1e-6)
    assert (*whole.weights, whole.bias) == whole.update


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("mode", MODES)
def test_the_seed_decides_and_updates_add_up(rule, mode):
    points, labels = cloud()
    plan = Plan(rule, mode, rate=0.01, passes=3, seed=4)
    steps = list(learn(points, labels, plan))
    assert steps == list(learn(points, labels, plan))
    total = [math.fsum(each) for each in zip(*(s.update for s in steps), strict=True)]
    assert (*steps[-1].weights, steps[-1].bias) == pytest.approx(total)


def test_linear_descent_reaches_the_normal_equations():
    points, _ = cloud()
    labels = points @ torch.tensor([2.0, -1.0, 0.5]).double() + 3 + points[:, 0].sin()
    found = last(points, labels, rule="linear", mode="batch", rate=0.5, passes=300)
    weights, bias = least_squares(points, labels)
    assert found.weights == pytest.approx(weights, abs=1e-9)
    assert found.bias == pytest.approx(bias, abs=1e-9)


def test_least_squares_agrees_with_lstsq():
    points, labels = cloud()
    columns = torch.cat((points, torch.ones(len(points), 1)), dim=1)
    expected = torch.linalg.lstsq(columns, labels).solution.tolist()
    weights, bias = least_squares(points, labels)
    assert (*weights, bias) == pytest.approx(expected, abs=1e-12)


def test_adaline_reaches_the_normal_equations_of_minus_one_and_one():
    points, labels = cloud()
    found = last(points, labels, rule="adaline", mode="batch", rate=0.5, passes=300)
    weights, bias = least_squares(points, 2 * labels - 1)
    assert (*found.weights, found.bias) == pytest.approx((*weights, bias), abs=1e-9)
    assert set(found.answers) == {0.0, 1.0}
    wrong = sum(a != y for a, y in zip(found.answers, labels.tolist(), strict=True))
    assert wrong <= 10


def test_adaline_on_and_puts_the_line_between():
    """w = (1, 1), b = -1.5: the weights of the gate set by hand."""
    found = last(*gate("and"), rule="adaline", mode="batch", rate=0.5, passes=400)
    assert (*found.weights, found.bias) == pytest.approx((1, 1, -1.5), abs=1e-6)


@pytest.mark.parametrize("rule", ["logistic", "linear"])
def test_updates_follow_the_gradient(rule):
    points, labels = cloud()
    steps = list(learn(points, labels, Plan(rule, "batch", rate=0.7, passes=5)))
    for before, after in itertools.pairwise(steps):
        w = torch.tensor([*before.weights, before.bias], dtype=torch.float64)
        w.requires_grad_()
        z = points @ w[:-1] + w[-1]
        loss = (
            F.binary_cross_entropy_with_logits(z, labels)
            if rule == "logistic"
            else F.mse_loss(z, labels) / 2
        )
        (slope,) = torch.autograd.grad(loss, w)
        assert after.update == pytest.approx((-0.7 * slope).tolist(), abs=1e-12)


def test_logistic_answers_are_probabilities():
    points, labels = cloud()
    found = last(points, labels, rule="logistic", mode="batch", passes=50)
    assert all(0 < answer < 1 for answer in found.answers)


def test_wrong_arguments_are_refused_at_once():
    points, labels = gate("and")
    for plan, message in [
        (Plan(rule="hebb"), "got 'hebb' and 'online'"),
        (Plan(mode="all"), "got 'perceptron' and 'all'"),
        (Plan(rate=0), "rate must be above 0"),
        (Plan(rate=math.nan), "rate must be above 0"),
        (Plan(passes=0), "at least 1"),
        (Plan(batch_size=0), "at least 1"),
    ]:
        with pytest.raises(ValueError, match=message):
            learn(points, labels, plan)
    with pytest.raises(ValueError, match=r"labels must be 0 or 1, got \[-1.0"):
        learn(points, labels * 2 - 1, Plan())
    for call in (lambda *data: learn(*data, Plan()), least_squares):
        for wrong in [(points[0], labels), (points, labels[:2]), (points[:0],) * 2]:
            with pytest.raises(ValueError, match="points must be"):
                call(*wrong)


def test_gates_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match=r"points must be \[N, 2\], got \[2, 1\]"):
        respond(GATES["and"], corners(1))
    for inputs in (0, 9):
        with pytest.raises(ValueError, match=f"got {inputs}"):
            corners(inputs)
    for truth in [(0, 1), (0, 1, 2, 0)]:
        with pytest.raises(ValueError, match="truth must be four of 0 and 1"):
            separable(truth)


def test_least_squares_refuses_points_on_a_line():
    points = torch.tensor([[0.0, 0.0], [1.0, 2.0], [2.0, 4.0]])
    with pytest.raises(ValueError, match="must determine 3 numbers, got 2"):
        least_squares(points, torch.ones(3))
