"""The uses of the average: what comes in, what is kept, what is made of it."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from engine import moments
from engine.averages import ewa
from playground.figures.average_uses import SECOND, Line, Story
from playground.i18n import _
from playground.panels.average_tex import braced, tex

STEPS = 100
EPSILON = 1e-8


@dataclass(frozen=True)
class Use:
    """A use as it was chosen.

    Attributes:
        kind: "momentum", "rmsprop", "adam" or "norm".
        given: [T] gradients, or the means of batches.
        beta: of the average; Adam's β₁.
        beta2: Adam's β₂.
        source: "run" or "one" for gradients, "" for batches.
        seed: of what is drawn at random.
    """

    kind: str
    given: Tensor
    beta: float
    beta2: float
    source: str
    seed: int


def lines(story: Story) -> tuple[Line, ...]:
    """Return the lines of both charts."""
    return (*story.above, *story.below)


def _story(use: Use, above: tuple, below: tuple, titles: tuple[str, str]) -> Story:
    text = _("β = {beta}: correction < 1 %").format(beta=f"{use.beta:g}")
    return Story(above, below, titles, use.beta, text)


def _averages(values: Tensor, beta: float, *names: str) -> tuple[Line, Line, Line]:
    """Return a series as dots, its average dashed and the corrected one as a line."""
    return (
        Line(values, names[0], "muted", dots=True),
        Line(ewa(values, beta), names[1], dash=True),
        Line(ewa(values, beta, corrected=True), names[2]),
    )


def _momentum(use: Use) -> Story:
    torchs = moments.replay("momentum", use.given, momentum=use.beta).steps
    course = moments.replay("momentum_ema", use.given, momentum=use.beta).steps
    return _story(
        use,
        _averages(use.given, use.beta, "g", "v", "v̂"),
        (
            Line(course, _("step / α, courses"), dash=True),
            Line(torchs, _("step / α, torch"), SECOND),
        ),
        (_("gradient"), _("step taken")),
    )


def _rmsprop(use: Use) -> Story:
    squares = use.given.square()
    steps = moments.replay("rmsprop", use.given, rho=use.beta).steps
    mended = use.given / (ewa(squares, use.beta, corrected=True).sqrt() + EPSILON)
    return _story(
        use,
        _averages(squares, use.beta, "g²", "s", "ŝ"),
        (
            Line(steps, "g / √s", dash=True),
            Line(mended, "g / √ŝ"),
        ),
        (_("gradient, squared"), _("step taken")),
    )


def _adam(use: Use) -> Story:
    betas = {"beta1": use.beta, "beta2": use.beta2}
    steps = moments.replay("adam", use.given, **betas).steps
    m, v = ewa(use.given, use.beta), ewa(use.given.square(), use.beta2)
    return _story(
        use,
        _averages(use.given, use.beta, "g", "m", "m̂"),
        (
            Line(m / (v.sqrt() + EPSILON), "m / √v", SECOND, dash=True),
            Line(steps, "m̂ / √v̂", SECOND),
        ),
        (_("gradient"), _("step taken")),
    )


def _norm(use: Use) -> Story:
    batches = moments.feature_batches(STEPS, use.seed)
    running = moments.batch_norm(batches, use.beta)
    return _story(
        use,
        _averages(running.means, use.beta, "μ", "running_mean", "v̂"),
        (Line(running.centre, _("what x = 3 becomes in use"), SECOND),),
        (_("batch mean"), _("output")),
    )


Numbers = dict[str, float]  # of a moment, by the label of their line


def _recursion(use: Use, step: int, now: Numbers, before: Numbers) -> str:
    """Return the line of the average itself, with its numbers."""
    given, name, _mended = list(now)[:3]
    letters = {"running_mean": "r", "g²": "g^2", "μ": r"\mu"}
    v, g = letters.get(name, name), letters.get(given, given)
    b, rest = tex(use.beta), tex(1 - use.beta)
    return (
        rf"{v}_{{{step}}} &= \beta {v}_{{{step - 1}}} + (1-\beta) {g} = "
        rf"{b}\cdot {braced(before[name])} + {rest}\cdot {braced(now[given])} = "
        rf"{tex(now[name])}"
    )


def _momentum_tex(use: Use, step: int, now: Numbers, before: Numbers) -> list[str]:
    *_course, torchs = now
    return [
        _recursion(use, step, now, before),
        rf"\text{{torch: }} v_{{{step}}} &= \beta v_{{{step - 1}}} + g = "
        rf"{tex(use.beta)}\cdot {braced(before[torchs])} + {braced(now['g'])} = "
        rf"{tex(now[torchs])}",
        rf"\frac{{1}}{{1-\beta}} &= {tex(1 / (1 - use.beta))}",
    ]


def _rmsprop_tex(use: Use, step: int, now: Numbers, before: Numbers) -> list[str]:
    share = 1 - use.beta**step
    return [
        _recursion(use, step, now, before),
        rf"\frac{{g}}{{\sqrt{{s_{{{step}}}}}}} &= {tex(now['g / √s'])} \qquad "
        rf"\frac{{g}}{{\sqrt{{\hat s_{{{step}}}}}}} = {tex(now['g / √ŝ'])} \qquad "
        rf"\hat s_{{{step}}} = \frac{{s_{{{step}}}}}{{1-\beta^{{{step}}}}} = "
        rf"\frac{{{tex(now['s'])}}}{{{tex(share)}}} = {tex(now['ŝ'])}",
    ]


def _adam_tex(use: Use, step: int, now: Numbers, before: Numbers) -> list[str]:
    squares = ewa(use.given.square(), use.beta2)
    v, share1, share2 = (
        squares[step - 1].item(),
        *(1 - beta**step for beta in (use.beta, use.beta2)),
    )
    last = squares[step - 2].item() if step > 1 else 0.0
    b2, rest = tex(use.beta2), tex(1 - use.beta2)
    return [
        _recursion(use, step, now, before).replace(r"\beta", r"\beta_1"),
        rf"v_{{{step}}} &= \beta_2 v_{{{step - 1}}} + (1-\beta_2) g^2 = {b2}\cdot "
        rf"{tex(last)} + {rest}\cdot {tex(now['g'] ** 2)} = {tex(v)}",
        rf"\hat m &= \frac{{{tex(now['m'])}}}{{{tex(share1)}}} = {tex(now['m̂'])}"
        r" \qquad "
        rf"\hat v = \frac{{{tex(v)}}}{{{tex(share2)}}} = {tex(v / share2)} \qquad "
        rf"\frac{{\hat m}}{{\sqrt{{\hat v}}+\varepsilon}} = {tex(now['m̂ / √v̂'])}",
    ]


def _norm_tex(use: Use, step: int, now: Numbers, before: Numbers) -> list[str]:
    share = 1 - use.beta**step
    return [
        _recursion(use, step, now, before),
        rf"\hat v_{{{step}}} &= \frac{{{tex(now['running_mean'])}}}{{{tex(share)}}} = "
        rf"{tex(now['v̂'])} \qquad \text{{momentum}} = 1-\beta = {tex(1 - use.beta)}",
    ]


# Each use: how its story is told, and how one of its steps is written.
STORIES: dict[str, Callable[[Use], Story]] = {
    "momentum": _momentum,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "norm": _norm,
}
FORMULAS: dict[str, Callable[[Use, int, Numbers, Numbers], list[str]]] = {
    "momentum": _momentum_tex,
    "rmsprop": _rmsprop_tex,
    "adam": _adam_tex,
    "norm": _norm_tex,
}
