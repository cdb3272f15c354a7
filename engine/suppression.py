"""Non-max suppression step by step: hard, soft and by distance, with the reasons.

Sources: Felzenszwalb et al., "Object Detection with Discriminatively Trained
Part-Based Models", 2010 (hard); Bodla et al., "Soft-NMS", ICCV 2017 (linear, Gaussian);
Zheng et al., "Distance-IoU Loss", AAAI 2020 (DIoU-NMS).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from torch import Tensor

KINDS = ("hard", "linear", "gaussian", "diou")
SOFT = ("linear", "gaussian")  # these lower a score where the others drop the box
# States of a box: not decided, the current pick, kept, dropped for a low score at the
# start, dropped by a better box, dropped since soft suppression made its score low.
WAITING, PICKED, KEPT, LOW, DROPPED, FADED = range(6)


@dataclass(frozen=True)
class Rule:
    """How boxes drop each other.

    Attributes:
        kind: "hard": IoU > max_overlap drops a box; "diou": DIoU > max_overlap does;
            "linear": IoU > max_overlap multiplies its score by 1 − IoU; "gaussian": any
            overlap multiplies its score by exp(−IoU²/sigma).
        max_overlap: in [0, 1].
        min_score: a box whose score is or falls below it is dropped.
        sigma: of "gaussian", above 0.
        per_class: a box only acts on boxes of its own class.

    Raises:
        ValueError: unknown kind, or a number out of its range.
    """

    kind: str = "hard"
    max_overlap: float = 0.5
    min_score: float = 0.0
    sigma: float = 0.5
    per_class: bool = True

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be in {KINDS}, got {self.kind!r}")
        if not 0 <= self.max_overlap <= 1:
            raise ValueError(f"max_overlap must lie in [0, 1], got {self.max_overlap}")
        if not math.isfinite(self.min_score):
            raise ValueError(f"min_score must be finite, got {self.min_score}")
        if not 0 < self.sigma < math.inf:
            raise ValueError(f"sigma must lie in (0, ∞), got {self.sigma}")

    def factor(self, overlap: float) -> float:
        """Return what the score of a box is multiplied by: 0 drops it, 1 spares it."""
        if self.kind == "gaussian":
            return math.exp(-(overlap**2) / self.sigma)
        if overlap <= self.max_overlap:
            return 1.0
        return 1.0 - overlap if self.kind == "linear" else 0.0


@dataclass(frozen=True)
class Step:
    """The state after one step.

    Attributes:
        action: "start"; "pick" the best box that waits; "compare" it with another one;
            "end".
        pick: index of the current pick, −1 at start and end.
        other: index of the box compared with it, −1 otherwise.
        overlap: of the two, IoU or DIoU as the rule says; NaN if none was taken, which
            is so for boxes of two classes that do not act on each other.
        before: score of the other box before; NaN otherwise.
        scores: of all boxes, as suppression left them.
        states: of all boxes.
        kept: indices, in the order in which they were picked.
    """

    action: str
    pick: int
    other: int
    overlap: float
    before: float
    scores: tuple[float, ...]
    states: tuple[int, ...]
    kept: tuple[int, ...]


def trace(
    scores: Tensor, overlaps: Tensor, labels: Tensor, rule: Rule
) -> Iterator[Step]:
    """Return the steps: the start, each pick and comparison, the end.

    Args:
        scores: [N] float.
        overlaps: [N, N], IoU or DIoU of every pair.
        labels: [N], the class of each box.
        rule: see `Rule`.

    Raises:
        ValueError: a score below 0 with a soft rule, which would raise it.
    """
    if rule.kind in SOFT and (scores < 0).any():
        raise ValueError(f"scores must be at least 0, got {scores.min().item()}")
    return _steps(scores, overlaps, labels, rule)


def _steps(
    scores: Tensor, overlaps: Tensor, labels: Tensor, rule: Rule
) -> Iterator[Step]:
    values, classes = tuple(scores.tolist()), labels.tolist()
    states = tuple(LOW if value < rule.min_score else WAITING for value in values)
    step = Step("start", -1, -1, math.nan, math.nan, values, states, ())
    yield step
    while WAITING in step.states:
        pick = best(step)
        step = replace(
            step,
            action="pick",
            pick=pick,
            other=-1,
            overlap=math.nan,
            before=math.nan,
            states=_changed(step.states, pick, PICKED),
            kept=(*step.kept, pick),
        )
        yield step
        row = overlaps[pick].tolist()
        for other in ranked(step):
            apart = rule.per_class and classes[other] != classes[pick]
            step = _compared(step, other, math.nan if apart else row[other], rule)
            yield step
        step = replace(step, states=_changed(step.states, pick, KEPT))
    nothing = {"pick": -1, "other": -1, "overlap": math.nan, "before": math.nan}
    yield replace(step, action="end", **nothing)


def ranked(step: Step) -> list[int]:
    """Return the boxes that wait, best score first; of equal ones the lower index."""
    waiting = [i for i, state in enumerate(step.states) if state == WAITING]
    return sorted(waiting, key=lambda i: (-step.scores[i], i))


def outcome(step: Step) -> str:
    """Return what became of the box that was compared.

    Returns:
        "class": of another class, left alone; "dropped"; "faded": its score is now too
        low; "lowered": only its score is; "spared": nothing; "" if none was compared.
    """
    if step.other < 0:
        return ""
    state = step.states[step.other]
    if state in (DROPPED, FADED):
        return "dropped" if state == DROPPED else "faded"
    if math.isnan(step.overlap):
        return "class"
    return "lowered" if step.scores[step.other] < step.before else "spared"


def best(step: Step) -> int:
    """Return the waiting box with the highest score."""
    return ranked(step)[0]


def _compared(step: Step, other: int, overlap: float, rule: Rule) -> Step:
    """Return the step in which the pick meets another box."""
    before = step.scores[other]
    factor = 1.0 if math.isnan(overlap) else rule.factor(overlap)
    soft = rule.kind in SOFT
    after = before * factor if soft else before
    states = step.states
    if factor == 0 or (factor < 1 and after < rule.min_score):
        states = _changed(states, other, FADED if soft else DROPPED)
    return replace(
        step,
        action="compare",
        other=other,
        overlap=overlap,
        before=before,
        scores=_changed(step.scores, other, after),
        states=states,
    )


def _changed(values: tuple, index: int, value: float) -> tuple:
    return (*values[:index], value, *values[index + 1 :])
