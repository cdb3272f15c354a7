"""Activation functions: their shape, what they do to a deep network, softmax."""

from engine import depth, forms, softmax
from engine.activations import maxout
from playground import widgets
from playground.i18n import _
from playground.layout import close_lesson, open_lesson
from playground.panels.activation_functions import functions_view
from playground.panels.activation_network import network_view
from playground.panels.activation_presets import TRIES
from playground.panels.activation_softmax import softmax_view

SLUG = "activations"
VIEWS = {
    "functions": functions_view,
    "network": network_view,
    "softmax": softmax_view,
}

frame = open_lesson(SLUG)
with frame.stage:
    names = {
        "functions": _("Functions"),
        "network": _("In a network"),
        "softmax": "Softmax",
    }
    view = widgets.segments(_("Look at"), names, key="view", label_shown=False)
    take_away = VIEWS[view](frame.controls)

close_lesson(
    frame,
    forms.function,
    forms.flat,
    maxout,
    depth.propagate,
    softmax.softmax,
    softmax.log_sum_exp,
    softmax.jacobian,
    tries=TRIES,
    take_away=take_away,
)
