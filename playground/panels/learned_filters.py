"""What a network has learned: its filters over the training, and what they say."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground import widgets
from playground.i18n import _
from playground.layout import TakeAway
from playground.panels.learned_filters_exports import from_all, from_layer
from playground.panels.learned_filters_training import manner_controls, training
from playground.panels.learned_maps_layer import formula, layer_maps
from playground.panels.learned_maps_overview import overview
from playground.panels.learned_maps_windows import WINDOWS, family
from playground.panels.learned_source import (
    COLOUR,
    Subject,
    network_names,
    picture_controls,
    said_of,
)

TRAINING, EVERY = "training", "all"  # what can be looked at besides single layers


def learned_view(controls: DeltaGenerator) -> TakeAway:
    """Show learned filters and feature maps; return what can be taken away."""
    with controls:
        name = widgets.choice(_("Network"), network_names(), key="lnet")
        subject = picture_controls(name)
    key = "lshow" if name == COLOUR else "lstep"
    show = _show(name, key)
    if subject is None:
        st.info(_("Choose a picture at the left, and the network looks at it here."))
        return TakeAway()
    with controls:
        if show == TRAINING:
            manner = manner_controls(name)
        else:
            scope = _scope()
    if show == TRAINING:
        taken = training(subject, manner)
    elif show == EVERY:
        overview(subject, scope, key)
        taken = from_all(subject)
    else:
        unit, cell = layer_maps(subject, show, scope)
        st.latex(formula(subject, unit, cell))
        taken = from_layer(subject, unit, cell, scope)
    st.caption(" ".join(_notes(subject, show)))
    return taken


def _show(name: str, key: str) -> str:
    """Show what can be looked at; return the id picked."""
    layers = {layer: layer.upper() for layer in WINDOWS[family(name)]}
    names = {TRAINING: _("Filters in training"), EVERY: _("All maps")} | layers
    return widgets.segments(_("Look at"), names, key=key, label_shown=False)


def _notes(subject: Subject, show: str) -> tuple[str, ...]:
    if show != TRAINING:
        return (said_of(subject),)
    if subject.network == COLOUR:
        told = _(
            "What it says: weights times picture, without the bias. A weight of 0 is "
            "grey. Right answers are counted on 5000 pictures it never learned from."
        )
    else:
        told = _(
            "What it says: its map, after the nonlinearity. Right answers are counted "
            "on MNIST's 10 000 test digits."
        )
    return told, said_of(subject)


def _scope() -> str:
    names = {"map": _("map"), "layer": _("layer"), "network": _("network")}
    help = _(
        "What the brightest colour means: the highest number of each map, of its "
        "layer, or of the whole network."
    )
    return widgets.segments(_("One colour scale per"), names, key="lscope", help=help)
