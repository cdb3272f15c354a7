import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.suppression import (
    DROPPED,
    FADED,
    KEPT,
    KINDS,
    LOW,
    PICKED,
    SOFT,
    WAITING,
    Rule,
    ranked,
    trace,
)

# Boxes 0 and 1 share 0.6, 1 and 2 share 0.2, the others nothing.
OVERLAPS = torch.tensor(
    [
        [1.0, 0.6, 0.0, 0.0],
        [0.6, 1.0, 0.2, 0.0],
        [0.0, 0.2, 1.0, 0.0],
        [0.0, 0.0, 0.0, 1.0],
    ]
)
SCORES = torch.tensor([0.9, 0.8, 0.7, 0.1], dtype=torch.float64)
ALIKE = torch.zeros(4)


def steps(rule, labels=ALIKE, scores=SCORES):
    return list(trace(scores, OVERLAPS, labels, rule))


def test_every_step_of_hard_suppression_in_order():
    told = [(s.action, s.pick, s.other, s.states) for s in steps(Rule(min_score=0.2))]
    assert told == [
        ("start", -1, -1, (WAITING, WAITING, WAITING, LOW)),
        ("pick", 0, -1, (PICKED, WAITING, WAITING, LOW)),
        ("compare", 0, 1, (PICKED, DROPPED, WAITING, LOW)),
        ("compare", 0, 2, (PICKED, DROPPED, WAITING, LOW)),
        ("pick", 2, -1, (KEPT, DROPPED, PICKED, LOW)),
        ("end", -1, -1, (KEPT, DROPPED, KEPT, LOW)),
    ]


def test_hard_suppression_changes_no_score():
    assert {s.scores for s in steps(Rule())} == {tuple(SCORES.tolist())}


def test_linear_soft_suppression_lowers_by_the_overlap():
    *_others, end = steps(Rule("linear"))
    assert end.scores == pytest.approx((0.9, 0.8 * 0.4, 0.7, 0.1))
    assert end.kept == (0, 2, 1, 3)  # the second best is now the third


def test_gaussian_soft_suppression_lowers_for_any_overlap():
    *_others, end = steps(Rule("gaussian", sigma=0.5))
    second = 0.8 * math.exp(-(0.6**2) / 0.5)
    third = 0.7
    assert second < third  # so the third is picked first, and lowers the second again
    second *= math.exp(-(0.2**2) / 0.5)
    assert end.scores == pytest.approx((0.9, second, third, 0.1))


def test_a_score_that_sinks_too_low_drops_its_box():
    step = next(s for s in steps(Rule("linear", min_score=0.35)) if s.other == 1)
    assert step.before == pytest.approx(0.8)
    assert step.scores[1] == pytest.approx(0.32)
    assert step.states[1] == FADED


def test_full_overlap_leaves_no_score_to_linear_suppression():
    *_others, end = trace(SCORES[:2], torch.ones(2, 2), ALIKE[:2], Rule("linear"))
    assert end.states == (KEPT, FADED)
    assert end.scores[1] == 0


def test_a_pair_at_the_limit_is_spared():
    *_others, end = steps(Rule(max_overlap=OVERLAPS[0, 1].item()))
    assert end.kept == (0, 1, 2, 3)


def test_boxes_of_other_classes_are_passed_over_unless_all_act_on_all():
    labels = torch.tensor([0, 1, 0, 0])
    met = next(s for s in steps(Rule(), labels) if s.other == 1)
    assert math.isnan(met.overlap)
    assert met.states[1] == WAITING
    *_others, end = steps(Rule(per_class=False), labels)
    assert end.states[1] == DROPPED


@given(
    st.lists(st.integers(0, 9), min_size=4, max_size=4),
    st.sampled_from(KINDS),
    st.floats(0, 1),
    st.integers(0, 9),
)
def test_every_trace_decides_on_every_box_once(tenths, kind, limit, lowest):
    scores = torch.tensor(tenths) / 10
    *others, end = steps(Rule(kind, limit, lowest / 10), scores=scores)
    assert not {WAITING, PICKED} & set(end.states)
    assert sorted(end.kept) == [i for i, s in enumerate(end.states) if s == KEPT]
    assert [step.pick for step in others if step.action == "pick"] == list(end.kept)
    gone = {FADED} if kind in SOFT else {DROPPED}
    assert set(end.states) <= {KEPT, LOW} | gone
    assert all(a <= b for a, b in zip(end.scores, scores.tolist(), strict=True))


def test_the_list_is_sorted_by_score_then_by_index():
    scores = torch.tensor([0.5, 0.9, 0.5, 0.7])
    assert ranked(steps(Rule(), scores=scores)[0]) == [1, 3, 0, 2]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "firm"}, "kind"),
        ({"max_overlap": 1.1}, "max_overlap"),
        ({"max_overlap": math.nan}, "max_overlap"),
        ({"min_score": math.nan}, "min_score"),
        ({"sigma": 0.0}, "sigma"),
        ({"sigma": math.inf}, "sigma"),
    ],
)
def test_a_rule_refuses_what_makes_no_sense(values, words):
    with pytest.raises(ValueError, match=words):
        Rule(**values)


@pytest.mark.parametrize("kind", KINDS)
def test_scores_below_zero_are_refused_where_they_would_be_raised(kind):
    scores = SCORES - 1
    if kind in SOFT:
        with pytest.raises(ValueError, match="at least 0"):
            trace(scores, OVERLAPS, ALIKE, Rule(kind))
    else:
        *_others, end = trace(scores, OVERLAPS, ALIKE, Rule(kind, min_score=-2))
        assert end.kept == (0, 2, 3)
