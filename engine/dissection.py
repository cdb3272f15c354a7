"""One step of an optimizer taken apart, with the numbers its update is made of.

The steps in `optimizers` save work and never hold some of the textbook's numbers: the
corrected v̂ and ŝ. They are computed here from the memory before and after the step.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor

from engine.courses import Course, Racer
from engine.runners import Runners

Slots = dict[str, Tensor]
Parts = tuple[dict[str, float], dict[str, Tensor]]
Values = Mapping[str, float]


@dataclass(frozen=True)
class Step:
    """One step taken apart; tensors are float64 [D].

    Args:
        t: which step, from 1.
        before, after: the points; update: after - before.
        gradient: as the racer met it, with noise or of a mini-batch.
        clipped: what the optimizer is given; the gradient itself without clipping.
        rate: the learning rate after the schedule.
        slots_before, slots_after: the optimizer's memory by name, see
            `Optimizer.memory`: v a mean of gradients (a velocity), s one of squares,
            d of squared steps, u the largest size, p what NAdam's product lacks to 1.
        factors: what v and s are divided by, by their names; for NAdam also "mu" and
            "mu_next", the momentum of this step and the next, "p" and "p_next", 1 minus
            the product of all momenta up to them.
        corrected: "v_hat" and "s_hat" of the Adam family (AdaMax: v_hat), "delta" of
            AdaDelta, its step before the learning rate. Others have none.
    """

    t: int
    before: Tensor
    gradient: Tensor
    clipped: Tensor
    rate: float
    slots_before: dict[str, Tensor]
    slots_after: dict[str, Tensor]
    factors: dict[str, float]
    corrected: dict[str, Tensor]
    update: Tensor
    after: Tensor


def dissect(course: Course, racer: Racer, step: int) -> Step:
    """Return all that happens in one step of a racer.

    Args:
        course: where it runs.
        racer: its optimizer and rates.
        step: t, 1 to the steps of the course: from point t - 1 to point t.

    Returns:
        The step, exactly as `races.race` takes it. After the step in which the racer
        was lost its numbers mean nothing.

    Raises:
        ValueError: there is no such step.
    """
    if not 1 <= step <= course.steps:
        raise ValueError(f"step must lie in [1, {course.steps}], got {step}")
    runner, rates = Runners(course, [(racer.optimizer, racer.values, 1)]), racer.values
    for t in range(1, step):
        runner.move(t, runner.clip(runner.slope(t)))
    before, kept = runner.weights[0].clone(), _memory(runner)
    met = runner.slope(step)  # [1, D]
    given = runner.clip(met)
    runner.move(step, given.clone())
    slots, after = _memory(runner), runner.weights[0]
    factors, hats = {}, {}
    if racer.optimizer in CORRECTIONS:
        correct = CORRECTIONS[racer.optimizer]
        factors, hats = correct(kept, slots, given[0], rates, step)
    return Step(
        t=step,
        before=before,
        gradient=met[0],
        clipped=given[0],
        rate=rates["learning_rate"] * course.factors[step - 1],
        slots_before=kept,
        slots_after=slots,
        factors=factors,
        corrected=hats,
        update=after - before,
        after=after,
    )


def _adam(kept: Slots, slots: Slots, given: Tensor, rates: Values, t: int) -> Parts:
    """Return v̂ = v / (1 - β₁ᵗ) and ŝ = s / (1 - β₂ᵗ), and what they are divided by."""
    factors = {"v": 1 - rates["beta1"] ** t, "s": 1 - rates["beta2"] ** t}
    return factors, {f"{name}_hat": slots[name] / factors[name] for name in factors}


def _adamax(kept: Slots, slots: Slots, given: Tensor, rates: Values, t: int) -> Parts:
    """Return v̂ = v / (1 - β₁ᵗ), and what it is divided by."""
    factor = 1 - rates["beta1"] ** t
    return {"v": factor}, {"v_hat": slots["v"] / factor}


def _nadam(kept: Slots, slots: Slots, given: Tensor, rates: Values, t: int) -> Parts:
    """Return v̂ = μ' v / p' + (1 - μ) g / p and ŝ, with the numbers in them."""
    now, ahead = (
        rates["beta1"] * (1 - 0.5 * 0.96 ** (step * rates["momentum_decay"]))
        for step in (t, t + 1)
    )
    past, squares = slots["p"][0].item(), 1 - rates["beta2"] ** t
    p_next = 1 - (1 - past) * ahead
    factors = {"mu": now, "mu_next": ahead, "p": past, "p_next": p_next, "s": squares}
    v_hat = ahead * slots["v"] / p_next + (1 - now) * given / past
    return factors, {"v_hat": v_hat, "s_hat": slots["s"] / squares}


def _adadelta(kept: Slots, slots: Slots, given: Tensor, rates: Values, t: int) -> Parts:
    """Return Δ = g √(d + ε) / √(s + ε), with d from before the step."""
    epsilon = rates["epsilon"]
    size = (kept["d"] + epsilon).sqrt() / (slots["s"] + epsilon).sqrt()
    return {}, {"delta": given * size}


# What stands between memory and update: memory before and after the step, gradient
# given, rates, t -> factors and corrected parts. Others have no such numbers.
CORRECTIONS: dict[str, Callable[[Slots, Slots, Tensor, Values, int], Parts]] = {
    "adam": _adam,
    "adamw": _adam,
    "adamax": _adamax,
    "nadam": _nadam,
    "adadelta": _adadelta,
}


def _memory(runner: Runners) -> Slots:
    """Return what the only racer remembers, by name."""
    names, slots = runner.rules[0].memory, runner.slots[0]
    return {name: slot[0].clone() for name, slot in zip(names, slots, strict=True)}
