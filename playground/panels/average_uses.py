"""Where the average is used: momentum, RMSProp, Adam, batch norm's running mean."""

from dataclasses import dataclass
from functools import partial

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from engine import moments
from engine.averages import ewa, settled
from playground import widgets
from playground.figures import average_uses as figure
from playground.figures.average_uses import SECOND, Line, Story
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.average_controls import beta_control, seed_control
from playground.panels.average_exports import use_to_take
from playground.panels.average_player import play
from playground.panels.average_tex import aligned, braced, tex
from playground.snippets import averages as snippets

STEPS = 100
BETAS2 = (0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9999)
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


def use_controls() -> Use:
    """Show the controls of this view and return what they say."""
    names = {
        "momentum": _("Momentum"),
        "rmsprop": "RMSProp",
        "adam": "Adam",
        "norm": _("Batch normalization"),
    }
    kind = widgets.choice(_("Used in"), names, key="use")
    beta = beta_control(0, several=kind == "adam")
    beta2 = 0.999
    if kind == "adam":
        beta2 = widgets.stepped("β₂", BETAS2, 0.999, key="b2")
    if kind == "norm":
        seed = seed_control("useed")
        means = moments.feature_batches(STEPS, seed).mean(dim=1)
        return Use(kind, means, beta, beta2, "", seed)
    sources = {"run": _("From a training"), "one": _("Always 1")}
    source = widgets.segments(_("Gradients"), sources, key="grads")
    if source == "one":
        return Use(kind, torch.ones(STEPS, dtype=torch.float64), beta, beta2, source, 0)
    seed = seed_control("useed")
    given = moments.noisy_gradients(STEPS, seed)
    return Use(kind, given, beta, beta2, source, seed)


def uses_view(use: Use) -> TakeAway:
    """Show what a use makes of its average, and one step; return what to keep."""
    stories = {
        "momentum": _momentum,
        "rmsprop": _rmsprop,
        "adam": _adam,
        "norm": _norm,
    }
    story = stories[use.kind](use)
    tracks, frames = figure.frames(story)
    stage, below = st.container(), st.columns([1.1, 5], vertical_alignment="top")
    scene = figure.scene(
        story, tracks, step=_("Step"), spoken=_("Step {time:int}: {above:0}.")
    )
    with stage:
        step = play(
            scene,
            frames,
            range(1, STEPS + 1),
            key="step",
            number=(below[0].container(), _("Step"), 1),
        )
    _written(below[1], use, story, step)
    return use_to_take(story, _program(use, step))


def _written(place: DeltaGenerator, use: Use, story: Story, step: int) -> None:
    """Write the step in numbers, what is special, and the way to the optimizers."""
    now = {line.label: line.values[step - 1].item() for line in _lines(story)}
    before = {
        line.label: line.values[step - 2].item() if step > 1 else 0.0
        for line in _lines(story)
    }
    formulas = {
        "momentum": _momentum_tex,
        "rmsprop": _rmsprop_tex,
        "adam": _adam_tex,
        "norm": _norm_tex,
    }
    with place:
        st.latex(aligned(formulas[use.kind](use, step, now, before)))
        st.markdown(_said(use))
        if use.kind != "norm":
            st.page_link(
                "../pages/optimizers.py",
                label=_("Race it with this β: Optimizers"),
                icon=":material/landscape:",
                query_params={"runs": runs(use)},
            )


def runs(use: Use) -> str:
    """Return the racers that the optimizer page shall show, as its link has them."""
    beta = f"{use.beta:g}"
    return {
        "momentum": f"momentum_ema:momentum={beta}~momentum:momentum={beta}",
        "rmsprop": f"rmsprop:rho={beta}",
        "adam": f"adam:beta1={beta}:beta2={use.beta2:g}",
    }[use.kind]


def _program(use: Use, step: int) -> partial[str]:
    if use.kind == "norm":
        return partial(snippets.replay_norm, step, use.beta, use.seed, STEPS)
    seed, betas = use.seed if use.source == "run" else None, (use.beta, use.beta2)
    return partial(snippets.replay_optimizer, use.kind, step, betas, seed, STEPS)


def _lines(story: Story) -> tuple[Line, ...]:
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


Numbers = dict[str, float]


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


def _said(use: Use) -> str:
    """Return what is special about a use, in a sentence or two."""
    if use.kind == "momentum":
        text = _(
            "Courses step by this average. Torch leaves out the factor 1 − β: its v "
            "is {times} times as large, so its α must be as many times smaller. "
            "Neither corrects the start."
        )
        return text.format(times=f"{1 / (1 - use.beta):.4g}")
    if use.kind == "rmsprop":
        text = _(
            "RMSProp divides by √s and does not correct s: its first step is "
            "1/√(1 − β) = {times} times as long as the corrected one."
        )
        return text.format(times=f"{(1 - use.beta) ** -0.5:.4g}")
    if use.kind == "adam":
        text = _(
            "Adam corrects both averages, so its first step is α long whatever the "
            "gradient. Uncorrected it would be (1 − β₁)/√(1 − β₂) = {times} times that."
        )
        times = (1 - use.beta) / (1 - use.beta2) ** 0.5
        return text.format(times=f"{times:.4g}")
    text = _(
        "Torch does not correct: after {steps} batches the running mean is 1 % short. "
        "A network used before that shifts its inputs. Torch calls 1 − β the momentum."
    )
    return text.format(steps=settled(use.beta))
