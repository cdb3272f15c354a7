import pytest
import torch

from engine.matrices import course_example, example
from engine.matrix_mistakes import MISTAKES, attempt, silent_batches

USUAL = example((2, 3, 1), 4, "sigmoid", "bce", 0)
MULTIPLY = "mat1 and mat2 shapes cannot be multiplied"
MATCH = "The size of tensor a"


def last(mistake, net=USUAL, *, rows=False):
    return attempt(mistake, net, rows=rows)[-1]


@pytest.mark.parametrize(
    ("mistake", "rows", "words"),
    [
        ("weights", False, f"{MULTIPLY} (1x4 and 3x4)"),
        ("weights", True, f"{MULTIPLY} (4x1 and 4x3)"),
        ("input", False, f"{MULTIPLY} (3x2 and 4x2)"),
        ("input", True, f"{MULTIPLY} (4x2 and 3x2)"),
        ("convention", False, f"{MULTIPLY} (2x4 and 2x3)"),
        ("convention", True, f"{MULTIPLY} (3x2 and 4x2)"),
        ("error", False, f"{MULTIPLY} (1x3 and 1x4)"),
        ("error", True, f"{MULTIPLY} (4x1 and 3x1)"),
        ("bias", False, f"{MATCH} (4) must match the size of tensor b (3)"),
        ("bias", True, f"{MATCH} (4) must match the size of tensor b (3)"),
        ("axis", True, f"{MATCH} (3) must match the size of tensor b (4)"),
    ],
)
def test_torch_refuses_in_its_own_words(mistake, rows, words):
    tried = last(mistake, rows=rows)
    assert tried.verdict == "refused"
    assert tried.value is None
    assert words in tried.error


@pytest.mark.parametrize(
    ("mistake", "rows", "shape"),
    [
        ("labels", False, (4, 4)),
        ("labels", True, (4, 4)),
        ("keepdim", False, (3, 3)),
        ("keepdim", True, (1, 3)),
        ("axis", False, (3, 4)),
    ],
)
def test_torch_is_silent_about_a_wrong_shape(mistake, rows, shape):
    tried = last(mistake, rows=rows)
    assert tried.verdict == "shape"
    assert tried.error == ""
    assert tuple(tried.value.shape) == shape
    assert tuple(tried.wanted.shape) != shape


def test_sizes_that_agree_by_chance_hide_the_mistake():
    net = example((2, 3, 1), 3, "sigmoid", "bce", 0)
    tried = last("weights", net)
    assert tried.verdict == "numbers"
    assert tried.value.shape == tried.wanted.shape
    assert ((tried.value - tried.wanted).abs() > 1e-6).all()  # every number is wrong


def test_a_star_for_a_product_is_right_by_luck_with_one_output_only():
    for rows in (False, True):
        assert last("star", rows=rows).verdict == "luck"
        two = example((2, 3, 2), 4, "sigmoid", "bce", 0)
        assert last("star", two, rows=rows).verdict == "refused"


def test_a_flat_bias_with_one_sample_grows_into_a_square():
    one = example((2, 3, 1), 1, "sigmoid", "bce", 0)
    tried = last("bias", one)
    assert (tried.verdict, tuple(tried.value.shape)) == ("shape", (3, 3))


def test_labels_meet_every_answer():
    tried = last("labels", rows=True)
    answers, labels = (tried.matrices[name].flatten().tolist() for name in ("A2", "Y"))
    expected = [a - y for a in answers for y in labels]
    assert tried.value.flatten().tolist() == pytest.approx(expected)


def test_without_keepdim_the_first_line_is_already_wrong_and_the_next_one_grows():
    summed, updated = attempt("keepdim", USUAL, rows=False)
    assert tuple(summed.value.shape) == (3,)
    torch.testing.assert_close(
        summed.value, summed.wanted.flatten()
    )  # numbers are right
    bias = summed.matrices["b1"]
    torch.testing.assert_close(updated.value, bias - 0.1 * summed.value[None, :])
    torch.testing.assert_close(updated.wanted, bias - 0.1 * summed.wanted)


def test_a_refused_line_is_the_last():
    tried = attempt("axis", USUAL, rows=True)
    assert [one.verdict for one in tried] == ["shape", "refused"]


@pytest.mark.parametrize("rows", [False, True], ids=["columns", "rows"])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_differs_from_the_right_line(mistake, rows):
    for net in (
        USUAL,
        course_example(),
        example((3, 4, 2, 3), 5, "relu", "squared", 1),
    ):
        first = attempt(mistake, net, rows=rows)[0]
        assert first.line.name == first.right.name
        assert first.line.code() != first.right.code()


def test_batches_for_which_torch_would_not_notice():
    assert silent_batches("weights", USUAL, 0, rows=False) == [3]  # as hidden units
    assert silent_batches("input", USUAL, 0, rows=False) == [2]  # as inputs
    assert silent_batches("bias", USUAL, 0, rows=False) == [1, 3]
    assert silent_batches("error", USUAL, 0, rows=False) == []
    assert silent_batches("labels", USUAL, 0, rows=True) == list(range(1, 9))
