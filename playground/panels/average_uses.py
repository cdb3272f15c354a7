"""Where the average is used: momentum, RMSProp, Adam, batch norm's running mean."""

from functools import partial

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

from engine import moments
from engine.averages import settled
from playground import widgets
from playground.figures import average_uses as figure
from playground.figures.average_uses import Story
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.average_controls import beta_control, seed_control
from playground.panels.average_exports import use_to_take
from playground.panels.average_player import play
from playground.panels.average_stories import FORMULAS, STEPS, STORIES, Use, lines
from playground.panels.average_tex import aligned
from playground.snippets import averages as snippets

BETAS2 = (0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9999)


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
    story = STORIES[use.kind](use)
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
    now = {line.label: line.values[step - 1].item() for line in lines(story)}
    before = {
        line.label: line.values[step - 2].item() if step > 1 else 0.0
        for line in lines(story)
    }
    with place:
        st.latex(aligned(FORMULAS[use.kind](use, step, now, before)))
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
