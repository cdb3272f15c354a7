"""One unit: it learns sample by sample, or answers like a gate set by hand."""

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from engine.datasets import domain, make
from engine.units import RULES, Plan
from playground import widgets
from playground.figures import gates, unit, unit_frames, unit_story
from playground.figures.unit import number
from playground.figures.unit_story import Story
from playground.i18n import _
from playground.panels.boundary_controls import LARGEST_SEED
from playground.player.player import Still, player
from playground.player.scene import Track

RATES = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)
USUAL_RATES = {"perceptron": 1.0, "adaline": 0.1, "logistic": 0.5, "linear": 0.05}
PASSES = (1, 2, 5, 10, 20, 50, 100)
GATES = {"and": "AND", "or": "OR", "xor_corners": "XOR"}  # as data: their corners
COUNT = 24  # samples of the other data
BATCH = {True: 2, False: 4}  # samples per mini-batch: of a gate, of the other data
# Both are moved to where x is positive, so that sums are easy to read, and b matters.
CLOUD_SPAN, CLOUD_SHIFT = (0.0, 2.0), 3.0
LINE_SPAN = (0.0, 4.0)
LINE = (0.6, 0.8, 0.35)  # slope, height at 0, noise


def unit_view(controls: DeltaGenerator) -> None:
    """Show one unit: its controls, the player, and what came of it.

    Args:
        controls: where the controls go.
    """
    names = {
        "perceptron": _("Perceptron"),
        "adaline": "ADALINE",
        "logistic": _("Logistic regression"),
        "linear": _("Linear regression"),
        "gates": _("Gates, set by hand"),
    }
    with controls:
        rule = widgets.choice(_("The unit"), names, key="urule")
        if rule == "gates":
            names = {"and": "AND", "or": "OR", "not": "NOT", "xor": "XOR"}
            gate = widgets.choice(_("Gate"), names, key="ugate")
        else:
            plan, data = _plan(rule)
    if rule == "gates":
        _show_gate(gate)
        return
    story, tracks, frames = _lesson(plan, data)
    player(
        unit.scene(story, tracks, _words(rule)),
        key=f"unit_{rule}",  # another rule starts at its first step
        source=Still(frames, [float(time) for time in story.times]),
    )
    st.markdown("  \n".join(_outcome(story, data)))


def _plan(rule: str) -> tuple[Plan, str]:
    """Let the reader choose how to learn, and from what."""
    data = "line"
    if RULES[rule].binary:
        names = GATES | {"gaussians": _("Two clouds")}
        data = widgets.choice(_("Samples"), names, key="udata")
    batch = BATCH[data in GATES]
    modes = {
        "online": _("One by one"),
        "random": _("Random picks"),
        "minibatch": _("Mini-batch: {count}").format(count=batch),
        "batch": _("All at once"),
    }
    mode = widgets.choice(_("Per step"), modes, key="umode")
    rate = widgets.stepped(_("Rate η"), RATES, USUAL_RATES[rule], key=f"urate_{rule}")
    passes = int(widgets.stepped(_("Passes"), PASSES, 20, key="upasses"))
    seed = 0
    if data not in GATES or mode in ("random", "minibatch"):
        seed = widgets.number(_("Seed"), (0, LARGEST_SEED, 1), 0, key="useed")
    return Plan(rule, mode, rate, passes, batch, seed), data


@st.cache_data(max_entries=64, show_spinner=False)
def _lesson(plan: Plan, data: str) -> tuple[Story, tuple[Track, ...], list[bytes]]:
    """Return how a unit learns by a plan, and the film that shows it."""
    points, labels, span = _samples(data, plan.seed)
    story = unit_story.tell(points, labels, plan, span)
    return story, *unit_frames.film(story)


def _samples(data: str, seed: int) -> tuple[Tensor, Tensor, tuple[float, float]]:
    """Return points [N, D], labels [N] and the plane's lowest and highest number."""
    if data in GATES:
        points, labels = make(data, 4, noise=0.0, seed=0)
        return points, labels, domain(data)
    if data == "gaussians":
        points, labels = make(data, COUNT, noise=0.4, seed=seed)
        return (points + CLOUD_SHIFT) / 3, labels, CLOUD_SPAN
    generator = torch.Generator().manual_seed(seed)
    low, high = LINE_SPAN
    x = low + 0.2 + (high - low - 0.4) * torch.rand(COUNT, 1, generator=generator)
    slope, height, noise = LINE
    y = slope * x[:, 0] + height + noise * torch.randn(COUNT, generator=generator)
    return x, y, LINE_SPAN


def _outcome(story: Story, data: str) -> list[str]:
    """Return what came of the learning, in sentences."""
    lines = []
    count, wrong = len(story.labels), int(story.wrong[-1])
    if story.diverged:
        text = _("The weights explode at step {step}: the learning rate is too large.")
        lines.append(text.format(step=story.times[-1]))
    elif story.plan.rule == "linear":
        lines.append(_solved(story))
    elif story.settled is not None:
        text = _("From step {step} on (pass {number}), no sample is wrong.")
        step, turn = story.times[story.settled], story.turns[story.settled]
        lines.append(text.format(step=step, number=turn))
        if story.plan.rule == "perceptron":
            lines[-1] += " " + _("The rule changes nothing any more.")
    else:
        text = _("After {passes} passes {wrong} of {count} samples are still wrong.")
        passes = story.plan.passes
        lines.append(text.format(passes=passes, wrong=wrong, count=count))
        if data == "xor_corners":
            lines[-1] += " " + _never(story.plan.rule)
    stride = unit_story.stride_of(story.times[-1])
    if stride > 1:
        text = _(
            "There are {steps} steps: of the later ones, one in {stride} is shown."
        )
        lines.append(text.format(steps=story.times[-1], stride=stride))
    return lines


def _never(rule: str) -> str:
    if rule == "perceptron":
        return _(
            "No line separates XOR: however long it goes on, the rule never stops."
        )
    return _("No line separates XOR: however long it goes on, some sample stays wrong.")


def _solved(story: Story) -> str:
    text = _(
        "The normal equations give w = {w} and b = {b} at once; after {passes} passes "
        "the rule has come to w = {learned_w} and b = {learned_b}."
    )
    w, b = unit.best_fit(story)
    learned = story.weights[-1].tolist()
    return text.format(
        w=number(w),
        b=number(b),
        passes=story.plan.passes,
        learned_w=number(learned[0]),
        learned_b=number(learned[1]),
    )


def _show_gate(gate: str) -> None:
    """Show a gate of threshold units whose weights are set by hand."""
    words = gates.Words(
        row=_("row"),
        answer=_("answer"),
        spoken=_("Row {time:int} of the truth table."),
    )
    frames = gates.frames(gate)
    times = [float(row + 1) for row in range(len(frames))]
    player(gates.scene(gate, words), key="gates", source=Still(frames, times))
    st.markdown(_why(gate))


def _why(gate: str) -> str:
    if gate != "xor":
        return _(
            "One unit is enough: it answers 1 where z > 0, on one side of a straight "
            "line. Its weights were chosen by hand, not learned."
        )
    return _(
        "One unit cannot answer like XOR. From 00 → 0 follows b ≤ 0; from 10 → 1 and "
        "01 → 1 follow w₁ + b > 0 and w₂ + b > 0. Then w₁ + w₂ + b > −b ≥ 0, and the "
        "unit answers 1 to 11, where 0 is due. Three units can: OR, but not AND."
    )


def _words(rule: str) -> unit.Words:
    """Return what the scene says, in the reader's language."""
    return unit.Words(
        step=_("Step"),
        turn=_("Pass"),
        wrong=_("Wrong"),
        loss=_("Loss"),
        sample=_("Sample"),
        answer=_("answer"),
        label=_("label"),
        error=_("error"),
        fires=_("ŷ = 1 if z > 0, else 0"),
        more=_("… and {count} samples more"),
        looked=_("looked at"),
        mistaken=_("wrong"),
        towards=_("w points towards answer 1"),
        coming=_("the line after this step"),
        best=_("normal equations"),
        gap=_("error of a sample"),
        spoken=_("Step {time:int}, pass {measures:0:int}: loss {measures:2}.")
        if rule == "linear"
        else _(
            "Step {time:int}, pass {measures:0:int}: wrong samples {measures:1:int}."
        ),
    )
