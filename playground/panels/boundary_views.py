"""What the boundary page shows of trainings: the network, its inside, a comparison."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from engine import datasets
from engine.spec import Spec
from engine.training import Run
from playground import state, widgets
from playground.figures import clouds, inside, network
from playground.figures.inside import InsidePainter
from playground.figures.paint import Painter
from playground.figures.plan import BOARD, MAIN
from playground.i18n import _
from playground.live import LiveTraining, Paints
from playground.panels import boundary_run
from playground.panels.boundary_controls import Knobs
from playground.panels.boundary_data import NOTHING
from playground.panels.boundary_names import activation_names
from playground.player.player import Live, player
from playground.player.scene import Scene

MOST_LISTED = 9  # changes by hand that are named
PLANE = (-3.2, 3.2)  # of points that no generator made


def network_view(knobs: Knobs) -> LiveTraining:
    """Show the diagram beside the decision boundary; the reader may edit both."""
    training = boundary_run.live("network")
    spec = boundary_run.steered(knobs.spec, training)
    make = partial(Painter, span=plane(spec), hard=knobs.hard)
    (run,), painter = shown(training, (spec,), make, knobs.epochs)
    points = clouds.data(
        run,
        BOARD if knobs.painting else MAIN,
        plane(spec),
        brush=range(6) if knobs.painting else (),
        empty=knobs.painting and spec.points == NOTHING,
    )
    words = network_words(run)
    menu = tuple(activation_names().items())
    scene = network.diagram(run, painter, words, menu=menu, points=points)
    play(training, scene, key="network")
    _interventions(spec)
    return training


def inside_view(knobs: Knobs) -> LiveTraining:
    """Show the plane as a hidden layer sees it, gradient norms, and mistakes."""
    training = boundary_run.live("network")
    spec = boundary_run.steered(knobs.spec, training)
    seen = _seen_units(spec)
    make = partial(InsidePainter, span=plane(spec), seen=seen)
    (run,), painter = shown(training, (spec,), make, knobs.epochs)
    words = inside.Words(
        space=_("The plane, as two hidden units see it"),
        norms=_("Gradient norm of each layer"),
        layer=_("layer"),
        matrix=_("Test: truth and answer"),
        said=_("answer →"),
        truly=_("↑ truth"),
    )
    colors = clouds.colors(run.train.labels, run.task)
    scene = inside.inside(painter, run, words, network_words(run), colors)
    play(training, scene, key="inside")
    return training


def shown(
    training: LiveTraining,
    specs: tuple[Spec, ...],
    make: Callable[[Sequence[Run]], Paints],
    epochs: int,
) -> tuple[tuple[Run, ...], Paints]:
    """Turn the tape to these trainings; changes by hand that do not fit are dropped."""
    note = _(
        "Diverged at epoch {epoch}: the gradient's norm had reached {norm}. Smaller "
        "steps or clipping help."
    )
    try:
        return training.show(specs, make, limit=epochs, diverged=note)
    except ValueError:
        st.warning(_("The link changes weights that this network does not have."))
        state.remember("changes", "", "")
        specs = tuple(replace(spec, changes=()) for spec in specs)
        return training.show(specs, make, limit=epochs, diverged=note)


def play(training: LiveTraining, scene: Scene, *, key: str) -> None:
    """Show the player; where the reader stops it becomes part of the link."""
    asked = float(state.recall("epoch", "0", _whole))
    if training.at is None:
        training.at = min(asked, training.limit)
    source = Live(
        training.token,
        training.generation,
        training.keep,
        training.playhead,
        training.stays,
    )
    position = player(scene, key=key, source=source, on_event=boundary_run.happened)
    if position != training.rested:  # it stays what it was while the player goes on
        training.rested = position
        if position is not None and position.generation == training.generation:
            training.at = position.time
    state.remember("epoch", str(training.playhead), "0")


def plane(spec: Spec) -> tuple[float, float]:
    """Return the lowest and the highest coordinate shown."""
    return PLANE if spec.points else datasets.domain(spec.data)


def network_words(run: Run) -> network.Words:
    """Return what the diagram says, in the reader's language."""
    regression = run.task == "regression"
    return network.Words(
        epoch=_("Epoch"),
        train=_("training"),
        test=_("test"),
        train_loss=_("Training loss"),
        test_loss=_("Test loss"),
        score="R²" if regression else _("Accuracy"),
        test_score=_("R², test") if regression else _("Accuracy, test"),
        spoken=_(
            "Epoch {time:int}: training loss {measures:0}, test loss {measures:1}."
        ),
        loss=_("Loss"),
        change=_("click to set"),
        activation=_("Activation of the layer"),
        add_unit=_("Add a unit"),
        remove_unit=_("Remove a unit"),
        add_layer=_("Add a layer"),
        remove_layer=_("Remove a layer"),
        layers=_("Layers"),
        bias=_("Bias of"),
    )


def _interventions(spec: Spec) -> None:
    """Say what was changed by hand, and offer to train without it."""
    if not spec.changes:
        return
    said, button = st.columns([4, 1], vertical_alignment="center")
    listed = ", ".join(
        _("epoch {epoch}: {name} = {value:g}").format(
            epoch=change.epoch, name=change.name.replace("_", " "), value=change.value
        )
        for change in spec.changes[-MOST_LISTED:]
    )
    more = "… " if len(spec.changes) > MOST_LISTED else ""
    said.caption(_("Changed by hand: {list}").format(list=more + listed))
    button.button(_("Undo all"), on_click=boundary_run.forget_changes)


def _seen_units(spec: Spec) -> tuple[int, int, int] | None:
    """Let the reader choose a hidden layer and two of its units."""
    wide = [index for index, size in enumerate(spec.layers) if size >= 2]
    if not wide:
        st.info(_("A hidden layer of two units or more is needed to see its space."))
        return None
    names = {str(i): _("Layer {number}").format(number=i + 1) for i in reversed(wide)}
    places = st.columns(3)
    with places[0]:
        layer = int(widgets.choice(_("Hidden layer"), names, key="space"))
    units = {str(unit): str(unit + 1) for unit in range(spec.layers[layer])}
    with places[1]:
        across = widgets.choice(_("Unit across"), units, key="across")
    rest = {unit: name for unit, name in units.items() if unit != across}
    with places[2]:
        upward = widgets.choice(_("Unit upward"), rest, key="upward")
    return layer, int(across), int(upward)


def _whole(text: str) -> str:
    if not (text.isdecimal() and int(text) <= 100_000):
        raise ValueError(f"must be a whole number, got {text!r}")
    return text
