"""What suppression is given and how it works: the controls of two views."""

from dataclasses import dataclass

import streamlit as st

from engine.suppression import Rule
from playground import widgets
from playground.i18n import _
from playground.panels.nms_given import Given
from playground.panels.nms_source import source_controls

SIGMAS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 2.0)
FRACTION = (0.0, 1.0, 0.05)


@dataclass(frozen=True)
class Knobs:
    """What is suppressed, and how."""

    given: Given
    rule: Rule


def knobs() -> Knobs:
    """Show the controls of suppression and return what they say."""
    given = source_controls()
    kind = widgets.choice(_("Suppression"), method_names(), key="kind")
    overlap, sigma = 0.5, 0.5
    if kind == "gaussian":
        help = _("How gently overlap lowers a score: larger is gentler.")
        sigma = widgets.stepped(_("Width σ"), SIGMAS, 0.5, key="sigma", help=help)
    else:
        help = _("Two boxes that overlap more than this are taken for one object.")
        label = _("Largest DIoU") if kind == "diou" else _("Largest IoU")
        overlap = widgets.slider(label, FRACTION, 0.5, key="overlap", help=help)
    help = _("Boxes with a lower score are dropped.")
    score = widgets.slider(_("Lowest score"), FRACTION, 0.6, key="score", help=help)
    help = _("A box acts only on boxes of its own class.")
    per_class = widgets.toggle(_("Class by class"), True, key="perclass", help=help)
    return Knobs(given, Rule(kind, overlap, score, sigma, per_class))


def truth_control() -> bool:
    """Show whether the objects that are there are painted, and return it."""
    with st.expander(_("More")):
        return widgets.toggle(_("Show the objects"), True, key="truth")


def method_names() -> dict[str, str]:
    """Return id -> translated name of the kinds of suppression."""
    return {
        "hard": _("Hard"),
        "linear": _("Soft, linear"),
        "gaussian": _("Soft, Gaussian"),
        "diou": "DIoU-NMS",
    }
