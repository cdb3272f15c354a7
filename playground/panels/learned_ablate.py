"""Switch filters off, or cover a place of the picture: what the answer hangs on."""

from collections.abc import Mapping

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from engine import ablation
from engine.colour_net import LAYERS
from playground import widgets
from playground.figures.ablate import (
    PICK,
    STEPS,
    Exhibit,
    Words,
    frames,
    map_at,
    scene,
)
from playground.figures.ablate_influence import influence
from playground.figures.excite import picture
from playground.figures.numerals import percent
from playground.i18n import _
from playground.layout import TakeAway, chart
from playground.panels import learned_ablate_off as switches
from playground.panels.filter_source import Source
from playground.panels.learned_ablate_cover import cover
from playground.panels.learned_ablate_exports import points, take_away
from playground.panels.learned_source import (
    COLOUR,
    Subject,
    activations,
    class_names,
    network,
    picture_controls,
    said_of,
)
from playground.player.player import Still, player

KEY = "filters_ablate"
NAMED = 5  # filters that get a button
SMALLEST = 5e-5  # a change of less is not named

Off = set[switches.Unit]


def ablate_view(controls: DeltaGenerator) -> TakeAway:
    """Show what the answer for a picture hangs on; return what to keep.

    Args:
        controls: where the controls go.
    """
    with controls:
        names = {"off": _("Switch filters off"), "cover": _("Cover a place")}
        show = widgets.segments(_("What is taken away"), names, key="ashow")
        subject = picture_controls(COLOUR)
        off = switches.recalled()
        below = st.container()
    if subject is None:
        st.info(_("Choose a picture at the left, and the network looks at it."))
        return TakeAway()
    if show == "cover":
        return cover(subject, off, below)
    return _ablate(subject, off, below)


def _ablate(subject: Subject, off: Off, controls: DeltaGenerator) -> TakeAway:
    with controls:
        names = {name: name.upper() for name in LAYERS}
        layer = widgets.segments(_("Layer"), names, key="alayer", default="c4")
        switches.buttons(off, layer)
    seen, listed = (subject.source, subject.picture), tuple(sorted(off))
    said, each = _faded(*seen, listed), _alone(*seen, layer, listed)
    top = int(said[0].argmax())
    change = each[:, top] - said[-1, top]
    named = _named(change)
    _play(subject, layer, off, said, named)
    _influence(layer, off, change, class_names(COLOUR)[top])
    st.caption(said_of(subject))
    return take_away(subject, off, layer, said, each)


@st.cache_data(max_entries=64, show_spinner=False)
def _faded(source: Source, _picture: Tensor, off: tuple[switches.Unit, ...]) -> Tensor:
    """Return the probabilities while the filters fade together, [S, 10]."""
    shares = torch.linspace(0, 1, STEPS + 1)
    return ablation.faded(network(COLOUR), _picture, off, shares).clone()


@st.cache_data(max_entries=64, show_spinner=False)
def _alone(
    source: Source, _picture: Tensor, layer: str, off: tuple[switches.Unit, ...]
) -> Tensor:
    """Return the probabilities with one more filter off, for each of a layer."""
    return ablation.alone(network(COLOUR), _picture, layer, off)


def _named(change: Tensor) -> dict[int, float]:
    """Return the filters that change a probability most, and by how much."""
    order = change.abs().argsort(descending=True)[:NAMED].tolist()
    found = {unit: change[unit].item() for unit in order}
    return {unit: by for unit, by in found.items() if abs(by) >= SMALLEST}


def _play(
    subject: Subject, layer: str, off: Off, said: Tensor, named: dict[int, float]
) -> None:
    maps = activations(subject)[layer]
    here = {unit for name, unit in off if name == layer}
    rises = {unit: by > 0 for unit, by in named.items()}
    names = class_names(COLOUR)
    shown = Exhibit(picture(subject.picture), maps, here, rises, said, names)

    def hear(event: Mapping[str, object]) -> None:
        if event["kind"] == "place" and event["action"] == PICK:
            unit = map_at(len(maps), event["x"], event["y"])
            switches.switch(off, {(layer, unit)})

    tape, times = frames(said)
    player(
        scene(shown, _words(subject, layer, said), _metrics(layer, off, said)),
        key=KEY,
        source=Still(tape, times, goto=times[-1]),
        on_event=hear,
    )


def _words(subject: Subject, layer: str, said: Tensor) -> Words:
    grid = _("The {count} maps of {layer}: click to switch")
    top = int(said[0].argmax())
    name = class_names(COLOUR)[top]
    return Words(
        picture=subject.label or _("Picture"),
        grid=grid.format(count=LAYERS[layer].filters, layer=layer.upper()),
        bars=_("Filled: before. Outlined: now"),
        clock=_("faded {time:int} %"),
        spoken=_("Faded {time:int} percent.") + f" {name} {{said:{top}:percent}}.",
    )


def _metrics(layer: str, off: Off, said: Tensor) -> tuple[tuple[str, str], ...]:
    """Return the row of numbers under the stage."""
    names = class_names(COLOUR)
    first, last = int(said[0].argmax()), int(said[-1].argmax())
    here = sum(name == layer for name, _unit in off)
    count = _("{here} of {all}")
    return (
        (_("{name}, all on").format(name=names[first]), percent(said[0, first].item())),
        (_("{name}, now").format(name=names[first]), f"{{said:{first}:percent}}"),
        (_("Answer when off"), names[last]),
        (
            _("Off in {layer}").format(layer=layer.upper()),
            count.format(here=here, all=LAYERS[layer].filters),
        ),
    )


def _influence(layer: str, off: Off, change: Tensor, name: str) -> None:
    """Name the filters that move the answer most, and show all of them."""
    st.markdown(
        _(
            "**One more filter off, alone**: what it does to the probability of {name}."
        ).format(name=name)
    )
    with st.container(horizontal=True):
        for unit, by in _named(change).items():
            st.button(
                f"{layer.upper()}·{unit}  {points(by)}",
                key=f"one_{layer}_{unit}",
                on_click=switches.switch,
                args=(off, {(layer, unit)}),
            )
    chart(
        influence(
            change, names=(_("Filter of {layer}").format(layer=layer.upper()), name)
        ),
        key="influence",
        alt=_("How the probability changes with each filter of the layer off"),
    )
