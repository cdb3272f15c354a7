"""What excites a unit: nine real pictures, and one grown by climbing its answer."""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.cifar import Pictures
from engine.colour_net import LAYERS
from engine.excite import MOST_JITTER, Recipe
from engine.growth import Snapshot
from playground import state, widgets
from playground.figures.excite import (
    PICK,
    Exhibit,
    Words,
    frames,
    scene,
    unit_at,
)
from playground.figures.excite_tex import climb_formula
from playground.figures.numerals import plain
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.learned_excite_exports import take_away
from playground.panels.learned_excite_growth import (
    GLANCE,
    Asked,
    growing,
    tell_progress,
)
from playground.panels.learned_excite_patches import (
    class_of,
    count,
    index,
    known_tests,
    nine,
    row_of,
)
from playground.panels.learned_source import COLOUR, class_names
from playground.player.player import Still, player

KEY = "filters_excite"
STEPS = (32, 64, 128, 256, 512)
# Sides of pictures that are grown for one cell: what it sees, and some more around.
CELL_SIDES = {"c1": 16, "c2": 24, "c3": 32, "c4": 40}
SIDE = 48  # for a whole map, and for a class
JITTER, SMOOTHNESS = {"cell": 0, "map": 4}, {"cell": 0.1, "map": 0.2}  # at first


def excite_view(controls: DeltaGenerator) -> TakeAway:
    """Show what excites a unit of the colour network; return what to keep.

    Args:
        controls: where the controls go.
    """
    with controls:
        layer, unit = _unit()
        recipe = _recipe(layer)
        whole = layer in LAYERS and widgets.toggle(
            _("Whole pictures"),
            False,
            key="xwhole",
            help=_("Show where in its picture each of the nine patches lies."),
        )
        asked = Asked(layer, unit, recipe)
        shots, running = growing(asked)
        every = GLANCE if running else None
        st.fragment(tell_progress, run_every=every)(asked)
        tests = known_tests()
    st.fragment(_stage, run_every=every)(asked, tests, whole, running)
    _explain(asked, shots, running)
    return take_away(asked, shots, running)


def _unit() -> tuple[str, int]:
    """Show which unit is asked about; return its layer and number."""
    names = {name: name.upper() for name in LAYERS} | {"output": _("Classes")}
    help = _("C1 sees the pixels; each layer after it sees the maps of the one before.")
    layer = widgets.segments(_("Layer"), names, key="xlayer", default="c4", help=help)
    if layer == "output":
        classes = dict(enumerate(class_names(COLOUR)))
        options = {str(number): name for number, name in classes.items()}
        return layer, int(widgets.choice(_("Class"), options, key="xclass"))
    most = count(layer) - 1
    label = _("Filter, 0 to {most}").format(most=most)
    help = _("Or click a picture in the row above the stage.")
    return layer, widgets.number(label, (0, most, 1), 0, key=f"x{layer}", help=help)


def _recipe(layer: str) -> Recipe:
    """Show how the picture is grown; return it."""
    aim = "map"
    if layer in LAYERS:
        names = {"map": _("Its whole map"), "cell": _("One cell of it")}
        shallow = layer in ("c1", "c2")  # the mean of their maps likes plain colours
        aim = widgets.segments(
            _("What is climbed"),
            names,
            key="xnear" if shallow else "xdeep",
            default="cell" if shallow else "map",
            help=_("The mean of all cells of the map, or the cell in its middle."),
        )
    with st.expander(_("More")):
        help = _("The picture is moved at random by up to so many pixels each step.")
        jitter = widgets.slider(
            _("Jitter"), (0, MOST_JITTER, 1), JITTER[aim], key=f"x{aim}jit", help=help
        )
        help = _("How far every pixel gives in to its neighbours after each step.")
        smoothness = widgets.slider(
            _("Smoothness"),
            (0.0, 1.0, 0.05),
            SMOOTHNESS[aim],
            key=f"x{aim}even",
            help=help,
        )
        steps = widgets.stepped(_("Steps"), STEPS, 128, key="xsteps")
        seed = widgets.number(_("Seed"), (0, 9999, 1), 0, key="xseed")
    side = CELL_SIDES[layer] if aim == "cell" else SIDE
    return Recipe(seed, int(steps), jitter, round(smoothness, 2), aim, side)


def _stage(
    asked: Asked, tests: Pictures | None, whole: bool, was_running: bool
) -> None:
    """Show the stage; while the picture grows, this alone runs again and again."""
    shots, running = growing(asked)
    if was_running != running or _unit_in_state(asked.layer) not in {None, asked.unit}:
        st.rerun()  # the whole page: the picture is ready, or another one is asked for
    exhibit = _exhibit(asked, shots, tests, whole)

    def hear(event: Mapping[str, object]) -> None:
        if event["kind"] == "place" and event["action"] == PICK:
            unit = unit_at(exhibit.count, event["x"], event["y"])
            if asked.layer == "output":
                state.settings(xclass=str(unit))
            else:
                state.settings(**{f"x{asked.layer}": unit})

    times = [float(shot.step) for shot in shots]
    source = Still(frames(shots, exhibit.best), times, goto=times[-1])
    player(
        scene(exhibit, _words(asked), _metrics(asked, shots, running)),
        key=KEY,
        source=source,
        on_event=hear,
    )


def _unit_in_state(layer: str) -> int | None:
    """Return the unit that the controls name by now."""
    name = "xclass" if layer == "output" else f"x{layer}"
    value = st.session_state.get(f"filters.{name}")
    return None if value is None else int(value)


def _exhibit(
    asked: Asked, shots: Sequence[Snapshot], tests: Pictures | None, whole: bool
) -> Exhibit:
    layer, unit = asked.layer, asked.unit
    return Exhibit(
        row_of(layer),
        count(layer),
        tuple(class_names(COLOUR)) if layer == "output" else (),
        unit,
        nine(layer, unit, tests, whole=whole),
        shots,
        index()[layer][unit][0].score if layer in LAYERS else None,
    )


def _words(asked: Asked) -> Words:
    nine = _("Its nine best real patches")
    peak = _("grown")
    if asked.layer == "output":
        nine, peak = _("What speaks for it in C4"), _("logit")
    return Words(
        nine=nine,
        grown=_("Grown, step {time:int}"),
        peak=peak,
        best=_("real"),
        clock=_("step {time:int}"),
        spoken=_("Step {time:int}: the unit answers {numbers:1}."),
    )


def _metrics(
    asked: Asked, shots: Sequence[Snapshot], running: bool
) -> tuple[tuple[str, str], ...]:
    """Return the row of numbers under the stage."""
    if asked.layer == "output":
        return ((_("Logit of the grown picture"), "{numbers:1}"),)
    best = index()[asked.layer][asked.unit]
    side = LAYERS[asked.layer].receptive_field
    ratio = "…" if running else f"{plain(round(shots[-1].peak / best[0].score, 2))} ×"
    often, times = Counter(map(class_of, best)).most_common(1)[0]
    return (
        (_("Strongest cell, grown"), "{numbers:1}"),
        (_("Best of 10 000 pictures"), plain(best[0].score)),
        (_("Grown / real"), ratio),
        (_("A cell sees"), f"{side} × {side} px"),
        (_("Of the nine: {name}").format(name=class_names(COLOUR)[often]), str(times)),
    )


def _explain(asked: Asked, shots: Sequence[Snapshot], running: bool) -> None:
    """Show the rule, with its numbers, and what came of it."""
    st.latex(climb_formula(asked.layer, asked.unit, asked.recipe))
    first, last = shots[0], shots[-1]
    if not running:
        text = _("What is climbed went from {first} to {last} in {steps} steps.")
        st.caption(
            text.format(
                first=plain(first.reached), last=plain(last.reached), steps=last.step
            )
        )
